"""Which pixels speak for a class (figure 8 of the paper): tf-keras-vis, wrapped in this one place.

All maps explain the class's logit, not its probability: a probability also moves when another
class's evidence does. Where tf-keras-vis 0.8.7 differs from a method's paper or from what a Keras 3
model needs, the comments say what is done about it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError
from fer_keras.keras_backend import check_tensorflow

if TYPE_CHECKING:
    import keras

Maps = NDArray[np.float32]

SMOOTH_SAMPLES = 40
SMOOTH_NOISE = 0.15
"""Standard deviation as a share of the face's grey range; its paper finds 10 to 20 % best."""

SMALLEST_MAP = 6
"""Pixels; a coarser layer says little about where in a face something is."""

BATCH = 64


def saliency_maps(
    model: keras.Model,
    images: NDArray[np.uint8],
    classes: NDArray[np.int64],
    method: str = "smoothgrad",
    seed: int = 0,
) -> Maps:
    """How much each pixel speaks for a class.

    Args:
        model: ends in a dense layer `logits` and a softmax.
        images: uint8, (n, 48, 48, 1), grey values 0 to 255; at least one.
        classes: int64, (n,), the class to explain in each image.
        method: one of `METHODS`.
        seed: of SmoothGrad's noise.

    Returns:
        float32, (n, 48, 48), 0 to 1; the highest value of each map is 1 unless it is all 0.

    Raises:
        InputError: if the method is unknown, the model has no layer that it needs, or Keras
            computes with another backend than TensorFlow.
    """
    check_method(method)
    check_tensorflow("saliency")
    logits = _logits_model(model)
    faces = images.astype(np.float32)
    maps = [
        METHODS[method](logits, faces[start : start + BATCH], classes[start : start + BATCH], seed)
        for start in range(0, len(faces), BATCH)
    ]
    return _to_unit_range(np.concatenate(maps))


def vanilla(model: keras.Model, faces: Maps, classes: NDArray[np.int64], seed: int) -> Maps:
    """Size of the logit's gradient by the pixel (Simonyan et al. 2014). `seed` is not used."""
    return np.abs(_gradients(model, faces, classes))


def smoothgrad(model: keras.Model, faces: Maps, classes: NDArray[np.int64], seed: int) -> Maps:
    """Size of the mean gradient over noisy copies of the face (Smilkov et al. 2017).

    tf-keras-vis draws its noise from numpy's global generator and averages the gradients' sizes;
    here it comes from a seed, and the gradients themselves are averaged, as in the paper.
    """
    rng = np.random.default_rng(seed)
    spread = np.ptp(faces, axis=(1, 2, 3), keepdims=True)
    total = np.zeros(faces.shape[:3], np.float32)
    for _ in range(SMOOTH_SAMPLES):
        noise = rng.standard_normal(faces.shape, dtype=np.float32)
        total += _gradients(model, faces + SMOOTH_NOISE * spread * noise, classes)
    return np.abs(total / SMOOTH_SAMPLES)


def gradcam_plus_plus(
    model: keras.Model, faces: Maps, classes: NDArray[np.int64], seed: int
) -> Maps:
    """Maps of the last wide layer, weighted by gradients (Chattopadhyay et al. 2018).

    The method scales the map by the exponential of the score; tf-keras-vis takes it of a logit as
    it stands, which overflows for a large one. A score of 0 with the logit's gradient gives the
    same map but for that factor.
    """
    import tensorflow as tf
    from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus

    def score(outputs: Any) -> Any:
        chosen = _chosen(outputs, classes)
        return chosen - tf.stop_gradient(chosen)

    maps = GradcamPlusPlus(model)(
        score,
        faces,
        penultimate_layer=_map_layer(model),
        seek_penultimate_conv_layer=False,
        normalize_cam=False,
    )
    return np.asarray(maps, np.float32)


def scorecam(model: keras.Model, faces: Maps, classes: NDArray[np.int64], seed: int) -> Maps:
    """Maps of the last wide layer, weighted by what the model says of the face seen through each.

    Wang et al. 2020; no gradients. Unlike the other methods it weighs by probabilities, as in its
    paper. `seed` is not used.
    """
    from tf_keras_vis.scorecam import Scorecam

    maps = Scorecam(model)(
        lambda outputs: _chosen(outputs, classes),
        faces,
        penultimate_layer=_map_layer(model),
        seek_penultimate_conv_layer=False,
        batch_size=256,
        normalize_cam=False,
    )
    return np.asarray(maps, np.float32)


METHODS: dict[str, Callable[[keras.Model, Maps, NDArray[np.int64], int], Maps]] = {
    "vanilla": vanilla,
    "smoothgrad": smoothgrad,
    "gradcam++": gradcam_plus_plus,
    "scorecam": scorecam,
}


def check_method(method: str) -> None:
    """Raise an `InputError` unless it is one of `METHODS`."""
    if method not in METHODS:
        raise InputError(f"method: {method}; take one of {', '.join(METHODS)}", "method")


def _gradients(model: keras.Model, faces: Maps, classes: NDArray[np.int64]) -> Maps:
    from tf_keras_vis.saliency import Saliency

    gradients = Saliency(model)(
        lambda outputs: _chosen(outputs, classes),
        faces,
        keepdims=True,
        gradient_modifier=None,
        normalize_map=False,
    )
    return np.asarray(gradients, np.float32)[..., 0]


def _chosen(outputs: Any, classes: NDArray[np.int64]) -> Any:
    import tensorflow as tf

    return tf.gather(outputs, classes, axis=1, batch_dims=1)


def _logits_model(model: keras.Model) -> keras.Model:
    """The model up to its logits, in float32, as tf-keras-vis needs it."""
    import keras

    class Logits(keras.Model):
        # Score-CAM calls predict, which would draw a progress bar for every batch of faces.
        def predict(self, faces: Any, batch_size: int | None = None) -> Any:
            return super().predict(faces, batch_size=batch_size, verbose=0)

    try:
        logits = model.get_layer("logits").output
    except ValueError as error:
        raise InputError(
            f"model {model.name}: has no layer called logits; only models that fer-keras built "
            "can be explained"
        ) from error
    # A list of inputs, since tf-keras-vis always passes one; Keras 3 warns where the two differ.
    return Logits(list(model.inputs), keras.ops.cast(logits, "float32"), name="logits_of_model")


def _map_layer(model: keras.Model) -> str:
    for layer in reversed(model.layers):
        shape = layer.output.shape
        if len(shape) == 4 and min(shape[1:3]) >= SMALLEST_MAP:
            return str(layer.name)
    raise InputError(
        f"model: no layer has a map of {SMALLEST_MAP}x{SMALLEST_MAP} or more; "
        "take `method` vanilla or smoothgrad"
    )


def _to_unit_range(maps: Maps) -> Maps:
    highest = maps.max(axis=(1, 2), keepdims=True)
    return np.divide(maps, highest, out=np.zeros_like(maps), where=highest > 0)
