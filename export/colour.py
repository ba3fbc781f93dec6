"""The conversion of colour to grey inside the graph, for clients that know only colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fer_keras.face_pixels import GREY_WEIGHTS

if TYPE_CHECKING:
    import keras


def with_grey_conversion(picture: keras.KerasTensor) -> keras.KerasTensor:
    """ITU-R BT.601's luma as a 1x1 convolution: (n, h, w, 3) to (n, h, w, 1), 0 to 255."""
    import keras

    kernel = np.asarray(GREY_WEIGHTS, np.float32).reshape(1, 1, 3, 1)
    return keras.layers.Conv2D(
        1,
        1,
        use_bias=False,
        kernel_initializer=keras.initializers.Constant(kernel),
        name="grey",
    )(picture)
