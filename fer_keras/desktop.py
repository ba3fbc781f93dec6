"""This machine's screen, and the browser on it."""

from __future__ import annotations

import os
import sys
import webbrowser


def has_screen() -> bool:
    """Whether there is a screen to show something on."""
    # Asked first: without one a window tool kit ends the whole program, and Python would find a
    # browser of the terminal, which takes the terminal over.
    return sys.platform != "linux" or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())


def open_page(url: str) -> bool:
    """Show a page in the desktop's browser, where there is one.

    Returns:
        whether a browser was asked to.
    """
    if not has_screen():
        return False
    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False
