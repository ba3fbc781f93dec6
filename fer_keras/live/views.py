"""Where a session is looked at: a window, a page in the browser, or nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fer_keras.desktop import has_screen, open_page
from fer_keras.live.browser_view import BrowserView
from fer_keras.live.window import has_windows, show_in_window


class View(Protocol):
    """What a session is shown on."""

    def show(self, picture: NDArray[np.uint8]) -> bool:
        """Show a picture (height, width, 3), red, green, blue; False when the user has quit."""

    def close(self) -> None:
        """End it."""


class WindowView:
    """The window of OpenCV."""

    def show(self, picture: NDArray[np.uint8]) -> bool:
        """Show a picture; False when the user has quit."""
        return show_in_window(picture)

    def close(self) -> None:
        """End it."""
        import cv2

        cv2.destroyAllWindows()


def open_view(tell: Callable[[str], None], *, only_if_seen: bool) -> View | None:
    """The best way to look at a session on this machine.

    A window where OpenCV has one; else a page in the browser, which is opened where there is a
    screen. Without a screen the page can still be looked at from elsewhere (`ssh -L`).

    Args:
        tell: is given the line that says where to look.
        only_if_seen: no page without a screen: something else comes of the session.
    """
    if has_screen() and has_windows():
        return WindowView()
    if only_if_seen and not has_screen():
        return None
    view = BrowserView()
    tell(f"{view.address} shows what is seen; its button or Ctrl-C ends it")
    open_page(view.address)
    return view
