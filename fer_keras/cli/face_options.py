"""The options by which every command chooses how faces are found and classified."""

from __future__ import annotations

from typing import Annotated

import typer

Model = Annotated[
    str, typer.Option(help="A shipped model's name, a run folder, or a .tflite or .keras file.")
]
DetectorName = Annotated[
    str, typer.Option(help="short (faces within 2 m) or full (within 5 m, slower).")
]
Upright = Annotated[
    bool, typer.Option("--upright", help="Turn tilted faces upright by their eyes first.")
]
