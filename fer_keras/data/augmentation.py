"""Random changes to a batch of faces that leave the emotion as it was, and mixup.

Flip, rotation, zoom, stretch and shift are one projective warp, so that each pixel is interpolated
once. All of it is arithmetic on a batch by `keras.ops`: it runs inside tf.data as well as on arrays
under another backend. The randomness comes in from outside as uniform numbers, which keeps it
reproducible wherever it runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

RANDOM_NUMBERS = 13
"""How many uniform numbers `augment` uses for each face."""

MIRROR_NUMBER = 5
"""Which of them decides whether a face is mirrored."""


@dataclass(frozen=True)
class Augmentation:
    """How far a face may be changed; what is not named is left alone.

    Attributes:
        flip: probability of a left-right mirror.
        rotation: largest turn either way, in degrees.
        zoom: largest change of scale either way, as a share.
        stretch: largest change of width against height either way, as a share.
        shift: largest move in either direction, in pixels.
        brightness: largest change of all grey values either way, in grey levels.
        contrast: largest change of contrast either way, as a share.
        erase: probability that a rectangle is replaced by the face's mean grey (Zhong et al. 2020).
    """

    flip: float = 0.0
    rotation: float = 0.0
    zoom: float = 0.0
    stretch: float = 0.0
    shift: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    erase: float = 0.0


def augment(
    images: keras.KerasTensor, uniform: keras.KerasTensor, augmentation: Augmentation
) -> keras.KerasTensor:
    """Change each face of a batch at random.

    Args:
        images: (n, height, width, 1), grey values 0 to 255, any number type.
        uniform: float32, (n, RANDOM_NUMBERS), uniform in [0, 1): all the randomness there is.
        augmentation: how far to go.

    Returns:
        float32, shape of `images`, 0 to 255.
    """
    images = ops.cast(images, "float32")
    draws = [uniform[:, index] for index in range(RANDOM_NUMBERS)]
    images = _warp(images, draws[:6], augmentation)
    images = _light(images, draws[6:8], augmentation)
    return _erase(images, draws[8:13], augmentation)


def _signed(uniform: keras.KerasTensor, reach: float) -> keras.KerasTensor:
    """From [0, 1) to [-reach, reach)."""
    return (2.0 * uniform - 1.0) * reach


def _warp(
    images: keras.KerasTensor, draws: list[keras.KerasTensor], augmentation: Augmentation
) -> keras.KerasTensor:
    height, width = images.shape[1:3]
    center_x, center_y = (width - 1) / 2.0, (height - 1) / 2.0
    angle = _signed(draws[0], augmentation.rotation) * (3.141592653589793 / 180.0)
    scale = 1.0 + _signed(draws[1], augmentation.zoom)
    stretch = 1.0 + _signed(draws[2], augmentation.stretch)
    shift_x = _signed(draws[3], augmentation.shift)
    shift_y = _signed(draws[4], augmentation.shift)
    mirror = ops.where(draws[MIRROR_NUMBER] < augmentation.flip, -1.0, 1.0)

    # The transform maps output pixels to input pixels: rotation and scale about the centre.
    xx = ops.cos(angle) * scale * stretch * mirror
    xy = -ops.sin(angle) * scale
    yx = ops.sin(angle) * scale * stretch * mirror
    yy = ops.cos(angle) * scale
    x0 = center_x - xx * center_x - xy * center_y + shift_x
    y0 = center_y - yx * center_x - yy * center_y + shift_y
    zero = ops.zeros_like(xx)
    transforms = ops.stack([xx, xy, x0, yx, yy, y0, zero, zero], axis=1)
    return ops.image.affine_transform(
        images,
        transforms,
        interpolation="bilinear",
        fill_mode="constant",
        fill_value=0.0,
        data_format="channels_last",
    )


def _light(
    images: keras.KerasTensor, draws: list[keras.KerasTensor], augmentation: Augmentation
) -> keras.KerasTensor:
    def per_face(values: keras.KerasTensor) -> keras.KerasTensor:
        return ops.reshape(values, (-1, 1, 1, 1))

    contrast = per_face(1.0 + _signed(draws[0], augmentation.contrast))
    brightness = per_face(_signed(draws[1], augmentation.brightness))
    mean = ops.mean(images, axis=(1, 2, 3), keepdims=True)
    return ops.clip((images - mean) * contrast + mean + brightness, 0.0, 255.0)


def _erase(
    images: keras.KerasTensor, draws: list[keras.KerasTensor], augmentation: Augmentation
) -> keras.KerasTensor:
    height, width = images.shape[1:3]

    def covered(
        center: keras.KerasTensor, share: keras.KerasTensor, size: int
    ) -> keras.KerasTensor:
        extent = size * (1 / 6 + share * 0.3)
        distance = ops.abs(
            ops.expand_dims(ops.arange(size, dtype="float32"), 0)
            - ops.expand_dims(center * size, 1)
        )
        return distance < ops.expand_dims(extent, 1) / 2.0

    rows = ops.reshape(covered(draws[0], draws[1], height), (-1, height, 1, 1))
    columns = ops.reshape(covered(draws[2], draws[3], width), (-1, 1, width, 1))
    chosen = ops.reshape(draws[4] < augmentation.erase, (-1, 1, 1, 1))
    mean = ops.mean(images, axis=(1, 2, 3), keepdims=True)
    return ops.where(ops.logical_and(ops.logical_and(rows, columns), chosen), mean, images)


def mix(values: Any, uniform: Any, reach: float) -> Any:
    """Blend each row of a batch with the one as far from the batch's other end.

    The order of a batch is random, so the partner is. Shares are uniform up to `reach`, which 1
    makes mixup with Beta(1, 1). Faces and targets are mixed alike, each by a call.

    Args:
        values: float32, (n, ...): faces, or targets whose rows sum to 1.
        uniform: float32, (n,), uniform in [0, 1): all the randomness there is.
        reach: the largest share of the other row, 0 to 1.

    Returns:
        Same shape and type.
    """
    share = ops.reshape(uniform * reach, (-1, *[1] * (len(values.shape) - 1)))
    return (1.0 - share) * values + share * ops.flip(values, axis=0)
