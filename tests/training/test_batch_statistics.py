"""Statistics of batch normalisation, measured on given faces."""

import keras
import numpy as np

from fer_keras.training.batch_statistics import BATCH, measured_statistics


def test_the_layer_knows_the_faces_inside_and_nothing_of_them_outside() -> None:
    inputs = keras.Input((48, 48, 1))
    outputs = keras.layers.BatchNormalization(momentum=0.9)(inputs)
    model = keras.Model(inputs, outputs)
    layer = model.layers[-1]
    layer.moving_mean.assign([7.0])
    faces = np.random.default_rng(1).integers(0, 256, (3 * BATCH, 48, 48, 1), dtype=np.uint8)
    faces[:BATCH] //= 4  # every batch counts, not just the last
    with measured_statistics(model, faces):
        assert np.allclose(layer.moving_mean, faces.mean(), rtol=1e-4)
        parts = [faces[first : first + BATCH].var() for first in (0, BATCH, 2 * BATCH)]
        assert np.allclose(layer.moving_variance, np.mean(parts), rtol=1e-3)
        assert layer.momentum == 0.9
    assert np.allclose(layer.moving_mean, 7.0)
    assert np.allclose(layer.moving_variance, 1.0)
    assert layer.momentum == 0.9


def test_an_error_inside_leaves_nothing_behind() -> None:
    inputs = keras.Input((48, 48, 1))
    model = keras.Model(inputs, keras.layers.BatchNormalization()(inputs))
    try:
        with measured_statistics(model, np.full((2, 48, 48, 1), 9, np.uint8)):
            raise KeyError
    except KeyError:
        assert np.allclose(model.layers[-1].moving_mean, 0.0)
