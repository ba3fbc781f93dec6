"""Figures as files and as text for a page."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from matplotlib.text import Text

    # Names of files and classes stand in it: dollars are no formula to them, and what of them is
    # no letter ends FreeType.
    for axis in _axes(figure):
        _show_letters(axis)
    for text in set(figure.findobj(Text)) - _powers(figure):
        text.set_parse_math(False)
        text.set_text(_letters(text.get_text()))
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=DPI, format="png")
    return buffer.getvalue()


def _powers(figure: Figure) -> set[Any]:
    """The labels along logarithmic axes, which are formulas."""
    return {
        label
        for axis in _axes(figure)
        if axis.get_scale() != "linear"
        for label in axis.get_ticklabels(which="both")
    }


def _axes(figure: Figure) -> list[Any]:
    return [axis for one in figure.axes for axis in (one.xaxis, one.yaxis)]


def _show_letters(axis: Any) -> None:
    """Fix the labels along an axis that have no letters: each drawing writes them anew."""
    places = axis.get_majorticklocs()
    labels = axis.get_major_formatter().format_ticks(places)
    shown = [_letters(label) for label in labels]
    if shown != labels:
        axis.set_ticks(places, labels=shown)


def _letters(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
