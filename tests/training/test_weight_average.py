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


def test_applied_and_taken_back(model: keras.Model) -> None:
    (weight,) = model.trainable_variables
    average = WeightAverage(model, 0.9)
    average.average[0].assign([[7.0]])
    weight.assign([[3.0]])
    with average.applied():
        np.testing.assert_array_equal(weight, [[7.0]])
    np.testing.assert_array_equal(weight, [[3.0]])
