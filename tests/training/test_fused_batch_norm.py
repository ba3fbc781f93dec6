"""Batch norm by TensorFlow's kernel computes what Keras' own layer does."""

from pathlib import Path

import keras
import numpy as np
import pytest

from fer_keras.architectures.registry import build
from fer_keras.training.fused_batch_norm import fuse_batch_norm

FACES = np.random.default_rng(0).integers(0, 256, (32, 48, 48, 1)).astype(np.float32)


@pytest.fixture
def pair() -> tuple[keras.Model, keras.Model]:
    """Two networks of the same weights, of which the second is fused."""
    plain, fused = build("mobile-s", 7, {"dropout": 0.0}), build("mobile-s", 7, {"dropout": 0.0})
    fused.set_weights(plain.get_weights())
    fuse_batch_norm(fused)
    return plain, fused


def test_a_step_changes_weights_and_statistics_as_keras_would(
    pair: tuple[keras.Model, keras.Model],
) -> None:
    targets = np.eye(7, dtype=np.float32)[np.arange(32) % 7]
    for model in pair:
        model.compile(keras.optimizers.SGD(0.1), "categorical_crossentropy")
        model.train_on_batch(FACES, targets)
    before = build("mobile-s", 7, {"dropout": 0.0}).get_layer("stem_bn").moving_mean
    plain, fused = pair
    assert not np.allclose(plain.get_layer("stem_bn").moving_mean, before)
    for kept, other in zip(plain.weights, fused.weights, strict=True):
        # The kernel divides the variance by n - 1: at 32 x 36 places a thousandth.
        np.testing.assert_allclose(
            keras.ops.convert_to_numpy(kept),
            keras.ops.convert_to_numpy(other),
            rtol=2e-3,
            atol=2e-3,
            err_msg=kept.path,
        )


def test_tensorflows_kernel_is_what_trains(pair: tuple[keras.Model, keras.Model]) -> None:
    import tensorflow as tf

    def kernels(model: keras.Model) -> set[str]:
        traced = tf.function(lambda faces: model(faces, training=True))
        graph = traced.get_concrete_function(tf.TensorSpec((None, 48, 48, 1))).graph
        return {operation.type for operation in graph.get_operations()}

    assert "FusedBatchNormV3" in kernels(pair[1])
    assert "FusedBatchNormV3" not in kernels(pair[0])


def test_a_frozen_layer_keeps_its_statistics(pair: tuple[keras.Model, keras.Model]) -> None:
    layer = pair[1].get_layer("stem_bn")
    layer.trainable = False
    before = keras.ops.convert_to_numpy(layer.moving_mean)
    pair[1](FACES, training=True)
    np.testing.assert_array_equal(layer.moving_mean, before)


def test_a_file_of_it_is_loaded_by_keras_alone(
    pair: tuple[keras.Model, keras.Model], tmp_path: Path
) -> None:
    pair[1].save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert type(loaded.get_layer("stem_bn")) is keras.layers.BatchNormalization
    np.testing.assert_allclose(loaded(FACES), pair[0](FACES), atol=1e-5)


def test_layers_that_the_kernel_does_not_take_are_left() -> None:
    inputs = keras.Input((4, 4, 3))
    x = keras.layers.BatchNormalization(axis=1)(inputs)
    x = keras.layers.BatchNormalization(scale=False)(x)
    x = keras.layers.BatchNormalization()(keras.layers.Flatten()(x))
    model = keras.Model(inputs, x)
    fuse_batch_norm(model)
    assert model(np.ones((2, 4, 4, 3), np.float32), training=True).shape == (2, 48)
