"""The options by which every command chooses how faces are found and classified."""

from __future__ import annotations

from typing import Annotated

import typer

Model = Annotated[
    str, typer.Option(help="A shipped model's name, a run folder, or a .tflite or .keras file.")
]
DetectorName = Annotated[
    str,
    typer.Option(
        help="auto (faces of any size), or one network: short (within 2 m), full (within 5 m)."
    ),
]
Upright = Annotated[
    bool, typer.Option("--upright", help="Turn tilted faces upright by their eyes first.")
]
Bars = Annotated[
    bool, typer.Option("--bars", help="Draw bars for every face, not just for one that is alone.")
]
AbstainBelow = Annotated[
    float,
    typer.Option(
        help="Where the most probable emotion is less probable than this: 'unsure'.", min=0, max=1
    ),
]
ABSTAIN_BELOW_IN_FILMS = 0.45
"""A photo is asked for what it shows most; of a face that moves most moments show nothing much."""
