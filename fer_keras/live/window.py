"""The overlay window, where this machine can show one."""

from __future__ import annotations

import os
import re
import sys

import numpy as np
from numpy.typing import NDArray

from fer_keras.errors import InputError

_TITLE = "fer-keras live (q quits)"
_ESCAPE = 27


def require_window() -> None:
    """Check that a window can be shown.

    Raises:
        InputError: if OpenCV was built without windows, or there is no screen.
    """
    import cv2

    # Asked first: a window tool kit without a screen ends the whole program.
    if sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        raise InputError("no screen to show a window on; write to a file with `out` FILE")
    if re.search(r"GUI:\s+NONE", cv2.getBuildInformation()):
        raise InputError(
            "this OpenCV has no windows (opencv-python-headless); write to a file with `out` FILE, "
            "or `pip uninstall opencv-python-headless && pip install opencv-python`"
        )


def show(picture: NDArray[np.uint8]) -> bool:
    """Show a picture (height, width, 3), blue, green, red; False when the user has quit."""
    import cv2

    cv2.imshow(_TITLE, picture)
    if cv2.waitKey(1) & 0xFF in (ord("q"), _ESCAPE):
        return False
    return bool(cv2.getWindowProperty(_TITLE, cv2.WND_PROP_VISIBLE) >= 1)
