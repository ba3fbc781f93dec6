from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from scipy.stats import spearmanr

from fer_keras.architectures.layers import pixels, probabilities
from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.models.keras_file import load_model
from fer_keras.saliency.maps import METHODS, SMOOTH_SAMPLES, saliency_maps

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (3, 48, 48, 1)).astype(np.uint8)
CLASSES = np.array([0, 1, 1])


def linear_model() -> tuple[keras.Model, np.ndarray]:
    faces, x = pixels()
    model = probabilities(faces, keras.layers.Flatten()(x), 2, "linear")
    kernel = RNG.normal(size=(48 * 48, 2)).astype(np.float32)
    model.get_layer("logits").set_weights([kernel, np.zeros(2, np.float32)])
    return model, kernel


def one_filter_model(scale: float = 1) -> keras.Model:
    """Logit c = v_c times the mean over the face of relu(x / 255 - 0.5)."""
    faces, x = pixels()
    x = keras.layers.Conv2D(1, 1, activation="relu", name="map")(x)
    model = probabilities(faces, keras.layers.GlobalAveragePooling2D()(x), 2, "one_filter")
    model.get_layer("map").set_weights([np.ones((1, 1, 1, 1)), np.full(1, -0.5)])
    model.get_layer("logits").set_weights([scale * np.array([[4.0, 2.0]]), np.zeros(2)])
    return model


@pytest.mark.parametrize("method", ["vanilla", "smoothgrad"])
def test_gradient_of_a_linear_model_is_its_kernel(method: str) -> None:
    model, kernel = linear_model()
    sizes = np.abs(kernel.T[CLASSES]).reshape(3, 48, 48)
    by_hand = sizes / sizes.max(axis=(1, 2), keepdims=True)
    maps = saliency_maps(model, IMAGES, CLASSES, method)
    assert maps.dtype == np.float32
    np.testing.assert_allclose(maps, by_hand, rtol=1e-4)


def test_gradient_through_a_relu_is_where_it_is_open() -> None:
    maps = saliency_maps(one_filter_model(), IMAGES, CLASSES, "vanilla")
    np.testing.assert_allclose(maps, (IMAGES[..., 0] / 255 > 0.5).astype(float), atol=1e-5)


def fold_model() -> keras.Model:
    """Logit 0 is the mean over the face of abs(x / 255 - 0.5)."""
    faces, x = pixels()
    x = keras.layers.Conv2D(2, 1, activation="relu", name="map")(x)
    model = probabilities(faces, keras.layers.GlobalAveragePooling2D()(x), 2, "fold")
    model.get_layer("map").set_weights([np.array([[[[1.0, -1.0]]]]), np.array([-0.5, 0.5])])
    model.get_layer("logits").set_weights([np.array([[1.0, 0.0], [1.0, 0.0]]), np.zeros(2)])
    return model


def test_smoothgrad_averages_before_it_takes_sizes() -> None:
    # Around half of the grey range a noisy pixel's gradient is as often +1 as -1: its mean is near
    # 0, the mean of its size 1. A white pixel's is always +1.
    image = np.full((1, 48, 48, 1), 255, np.uint8)
    image[0, :24] = 128
    image[0, 0, 0] = 0  # a range of 255, hence noise of 38
    maps = saliency_maps(fold_model(), image, np.array([0]), "smoothgrad", seed=3)
    expected = np.sqrt(2 / np.pi / SMOOTH_SAMPLES)  # mean size of the mean of that many +1 and -1
    assert maps[0, 1:24].mean() == pytest.approx(expected, abs=0.02)
    assert maps[0, 24:].mean() == pytest.approx(1, abs=0.01)
    again = saliency_maps(fold_model(), image, np.array([0]), "smoothgrad", seed=3)
    other = saliency_maps(fold_model(), image, np.array([0]), "smoothgrad", seed=4)
    np.testing.assert_array_equal(maps, again)
    assert not np.array_equal(maps, other)


# With a scale of 1,000 the exponential of a logit as it stands would overflow.
@pytest.mark.parametrize(("method", "scale"), [("gradcam++", 1000), ("scorecam", 1)])
def test_with_one_filter_the_map_is_that_filters(method: str, scale: float) -> None:
    activation = np.maximum(IMAGES[..., 0] / 255 - 0.5, 0)
    by_hand = activation / activation.max(axis=(1, 2), keepdims=True)
    maps = saliency_maps(one_filter_model(scale), IMAGES, CLASSES, method)
    np.testing.assert_allclose(maps, by_hand, atol=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_maps_change_when_the_weights_are_randomised(
    method: str, trained_model: Path, drawn_faces: FaceData
) -> None:
    """The sanity check of Adebayo et al. 2018: a map that doesn't change explains no model."""
    model, _ = load_model(trained_model)
    images = drawn_faces.split("validation").images[:8]
    classes = model.predict(images.astype(np.float32), verbose=0).argmax(1)
    maps = saliency_maps(model, images, classes, method)
    np.testing.assert_allclose(maps, saliency_maps(model, images, classes, method), atol=1e-5)
    rng = np.random.default_rng(1)
    for weights in model.trainable_variables:
        weights.assign(rng.permutation(weights.numpy().ravel()).reshape(weights.shape))
    changed = saliency_maps(model, images, classes, method)
    ranks = [spearmanr(a.ravel(), b.ravel()).statistic for a, b in zip(maps, changed, strict=True)]
    assert np.nanmean(np.abs(ranks)) < 0.5


def test_the_library_neither_prints_nor_warns(
    trained_model: Path, drawn_faces: FaceData, capsys: pytest.CaptureFixture[str]
) -> None:
    model, _ = load_model(trained_model)
    images = drawn_faces.split("validation").images[:2]
    capsys.readouterr()
    for method in METHODS:
        saliency_maps(model, images, CLASSES[:2], method)
    assert capsys.readouterr() == ("", "")


def test_what_cannot_be_explained_is_said() -> None:
    model, _ = linear_model()
    with pytest.raises(InputError, match="take one of vanilla"):
        saliency_maps(model, IMAGES, CLASSES, "lime")
    unnamed = keras.Sequential([keras.layers.Input((48, 48, 1)), keras.layers.Flatten()])
    with pytest.raises(InputError, match="no layer called logits"):
        saliency_maps(unnamed, IMAGES, CLASSES, "vanilla")
