"""The window of OpenCV, where this machine can show one."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

_TITLE = "fer-keras live (q quits)"
_ESCAPE = 27


def has_windows() -> bool:
    """Whether this OpenCV was built with windows; opencv-python-headless was not."""
    import cv2

    return re.search(r"GUI:\s+NONE", cv2.getBuildInformation()) is None


def show_in_window(picture: NDArray[np.uint8]) -> bool:
    """Show a picture (height, width, 3), red, green, blue; False when the user has quit."""
    import cv2

    cv2.imshow(_TITLE, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    if cv2.waitKey(1) & 0xFF in (ord("q"), _ESCAPE):
        return False
    return bool(cv2.getWindowProperty(_TITLE, cv2.WND_PROP_VISIBLE) >= 1)
