"""The running mean of the weights, against its formula."""

import keras
import numpy as np
import pytest

from fer_keras.training.weight_average import STRIDE, WeightAverage


@pytest.fixture
def model() -> keras.Model:
    inputs = keras.layers.Input((1,))
    return keras.Model(inputs, keras.layers.Dense(1, use_bias=False)(inputs))


def test_the_mean_follows_weights_that_jump_once(model: keras.Model) -> None:
    (weight,) = model.trainable_variables
    weight.assign([[0.0]])
    average = WeightAverage(model, 0.9)
    average.steps = 10_000  # the momentum has grown up
    weight.assign([[1.0]])
    for step in range(3 * STRIDE):
        average.on_train_batch_end(step)
    found = float(keras.ops.convert_to_numpy(average.average[0])[0, 0])
    assert found == pytest.approx(1 - 0.9 ** (3 * STRIDE), abs=1e-6)


def test_the_start_is_soon_forgotten(model: keras.Model) -> None:
    (weight,) = model.trainable_variables
    weight.assign([[100.0]])
    average = WeightAverage(model, 0.999)
    weight.assign([[1.0]])
    for step in range(100):
        average.on_train_batch_end(step)
    # With 0.999 from the first step on, it would still be 90.
    assert 1 <= float(keras.ops.convert_to_numpy(average.average[0])[0, 0]) < 2


def test_the_mean_goes_into_another_model(model: keras.Model) -> None:
    twin = keras.models.clone_model(model)
    average = WeightAverage(model, 0.9)
    average.average[0].assign([[7.0]])
    average.copy_to(twin)
    np.testing.assert_array_equal(twin.trainable_variables[0], [[7.0]])
    assert float(keras.ops.convert_to_numpy(model.trainable_variables[0])[0, 0]) != 7.0
