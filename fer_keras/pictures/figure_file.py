"""Figures as files and as text for a page."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING

from fer_keras.files import write_bytes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 120


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, whole or not at all; the folder is made."""
    write_bytes(path, _png(figure))


def figure_uri(figure: Figure) -> str:
    """A figure as a `data:` URI, for a page that needs no other file."""
    return "data:image/png;base64," + base64.b64encode(_png(figure)).decode("ascii")


def _png(figure: Figure) -> bytes:
    """In memory: Pillow, which writes figures too, takes no notice of a full disk."""
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=DPI, format="png")
    return buffer.getvalue()
