"""Opening the page in this machine's own browser."""

from __future__ import annotations

import os
import sys
import webbrowser


def open_page(url: str) -> bool:
    """Show the page in the desktop's browser, where there is one.

    Returns:
        whether a browser was asked to.
    """
    # Without a screen Python would find a browser of the terminal, which takes the terminal over.
    if sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        return False
    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False
