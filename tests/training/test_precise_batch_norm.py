"""Statistics of batch normalisation, measured on given faces."""

import keras
import numpy as np

from fer_keras.training.precise_batch_norm import BATCH, measure_statistics


def test_every_batch_of_faces_counts_alike() -> None:
    inputs = keras.Input((48, 48, 1))
    outputs = keras.layers.BatchNormalization(momentum=0.9)(inputs)
    model = keras.Model(inputs, outputs)
    layer = model.layers[-1]
    layer.moving_mean.assign([7.0])
    faces = np.random.default_rng(1).integers(0, 256, (3 * BATCH, 48, 48, 1), dtype=np.uint8)
    faces[:BATCH] //= 4
    measure_statistics(model, faces)
    parts = [faces[first : first + BATCH] for first in (0, BATCH, 2 * BATCH)]
    np.testing.assert_allclose(layer.moving_mean, [faces.mean()], rtol=1e-4)
    np.testing.assert_allclose(
        layer.moving_variance, [np.mean([part.var() for part in parts])], rtol=1e-3
    )
    assert layer.momentum == 0.9


def test_dropout_is_off_while_it_measures_and_on_again_afterwards() -> None:
    inputs = keras.Input((48, 48, 1))
    dropout = keras.layers.Dropout(0.75)
    outputs = keras.layers.BatchNormalization()(dropout(inputs))
    model = keras.Model(inputs, outputs)
    faces = np.random.default_rng(1).integers(90, 110, (BATCH, 48, 48, 1), dtype=np.uint8)
    measure_statistics(model, faces)
    # With three pixels of four left out and the fourth times four it would be about 30,000.
    np.testing.assert_allclose(model.layers[-1].moving_variance, [faces.var()], rtol=1e-3)
    assert dropout.rate == 0.75
