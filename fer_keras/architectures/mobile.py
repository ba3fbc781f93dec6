"""Our own family for phones: `mobile-s` and `mobile-m`.

Residual blocks (He et al. 2016, basic block) of plain 3x3 convolutions, batch normalisation and
ReLU. Every operator is one that LiteRT's XNNPACK runs as int8, and batch norm folds away on export.
The first convolution strides at once: at 48x48 most of the time would otherwise go into the first
layers. mobile-s is bound by its bytes, not by its time: its last blocks stay at 12x12, it is deep
and narrow (three blocks of up to 72 filters learned more slowly in as many bytes), and half of its
blocks are at 24x24, where a weight is used four times as often as at 12x12. In mobile-m few filters
there save time, and their bytes went to 12x12 and 6x6; its numbers of filters are multiples of 16,
as XNNPACK's kernels take them. Full convolutions rather than depthwise ones: at these sizes they
are as quick in int8 for the accuracy they give, lose less in quantisation, and train three times as
fast on a CPU.
"""

from __future__ import annotations

from collections.abc import Sequence

import keras

from fer_keras.architectures.layers import batch_norm, pixels, probabilities
from fer_keras.architectures.registry import Architecture

_MEDIUM = ((32, 1), (32, 1), (48, 1), (112, 2), (112, 1), (176, 2), (176, 1))


def mobile_s(
    classes: int = 7,
    *,
    stem: int = 24,
    blocks: Sequence[tuple[int, int]] = ((24, 1), (24, 1), (24, 1), (40, 2), (40, 1), (52, 1)),
    dropout: float = 0.1,
    zero_last_gamma: bool = False,
) -> keras.Model:
    """Build the small network: under 150 KB as int8.

    Args:
        classes: number of outputs.
        stem: filters of the first convolution, stride 2.
        blocks: (filters, stride) of each residual block.
        dropout: share of the averaged features dropped while training.
        zero_last_gamma: whether a block begins as its shortcut alone: its last normalisation is
            multiplied by nought at first (Goyal et al. 2017).

    Returns:
        A model from float32 (n, 48, 48, 1), 0 to 255, to probabilities (n, classes).
    """
    return _residual_net(classes, stem, blocks, dropout, zero_last_gamma, "mobile-s")


def mobile_m(
    classes: int = 7,
    *,
    stem: int = 32,
    blocks: Sequence[tuple[int, int]] = _MEDIUM,
    dropout: float = 0.2,
    zero_last_gamma: bool = False,
) -> keras.Model:
    """Build the medium network: under 1.6 MB as int8. Arguments as for `mobile_s`."""
    return _residual_net(classes, stem, blocks, dropout, zero_last_gamma, "mobile-m")


def _residual_net(
    classes: int,
    stem: int,
    blocks: Sequence[tuple[int, int]],
    dropout: float,
    zero_last_gamma: bool,
    name: str,
) -> keras.Model:
    faces, x = pixels()
    x = _conv_bn(x, stem, "stem", kernel=3, stride=2)
    x = keras.layers.ReLU(name="stem_relu")(x)
    for number, (filters, stride) in enumerate(blocks, 1):
        x = _residual_block(x, filters, stride, zero_last_gamma, f"block{number}")
    x = keras.layers.GlobalAveragePooling2D(name="average")(x)
    x = keras.layers.Dropout(dropout, name="dropout")(x)
    return probabilities(faces, x, classes, name)


def _residual_block(
    x: keras.KerasTensor, filters: int, stride: int, zero_last_gamma: bool, block: str
) -> keras.KerasTensor:
    shortcut = x
    if stride != 1 or x.shape[-1] != filters:
        shortcut = _conv_bn(x, filters, f"{block}_shortcut", kernel=1, stride=stride)
    x = _conv_bn(x, filters, block, "1", kernel=3, stride=stride)
    x = keras.layers.ReLU(name=f"{block}_relu1")(x)
    gamma = "zeros" if zero_last_gamma else "ones"
    x = _conv_bn(x, filters, block, "2", kernel=3, stride=1, gamma=gamma)
    x = keras.layers.Add(name=f"{block}_add")([x, shortcut])
    return keras.layers.ReLU(name=f"{block}_relu2")(x)


def _conv_bn(
    x: keras.KerasTensor,
    filters: int,
    block: str,
    place: str = "",
    *,
    kernel: int,
    stride: int,
    gamma: str = "ones",
) -> keras.KerasTensor:
    x = keras.layers.Conv2D(
        filters,
        kernel,
        strides=stride,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=f"{block}_conv{place}",
    )(x)
    return batch_norm(x, f"{block}_bn{place}", gamma)


MOBILE_S = Architecture("mobile-s", mobile_s, "[conv bn relu] [residual] x6 [average] [fc]", None)
MOBILE_M = Architecture("mobile-m", mobile_m, "[conv bn relu] [residual] x6 [average] [fc]", None)
