"""The options by which commands choose their data and what they train."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer_keras.cli.lists import whole_numbers, words
from fer_keras.errors import InputError

if TYPE_CHECKING:
    from fer_keras.data.face_data import FaceData

DEFAULT_ARCH = "mobile-s"
DEFAULT_DATA = "synthetic"
DEFAULT_LABELS = "fer2013"
DEFAULT_FERPLUS_MODE = "majority"
DEFAULT_PRECISION = "float32"

Data = Annotated[
    str,
    typer.Option(
        help="'synthetic', or the file or folder of a data set, packed or not: FER2013, RAF-DB, "
        "AffectNet, CK+, your own class folders..."
    ),
]
OptionalData = Annotated[
    str | None,
    typer.Option("--data", help="As for train; default: the data that the run was trained on."),
]
Labels = Annotated[str, typer.Option(help="fer2013 (the data's own) or ferplus.")]
OptionalLabels = Annotated[
    str | None,
    typer.Option("--labels", help="fer2013 (the data's own) or ferplus; default: the run's."),
]
FerPlus = Annotated[Path | None, typer.Option(help="FER+'s fer2013new.csv.")]
FerPlusMode = Annotated[str, typer.Option(help="majority or distribution.")]
OptionalFerPlusMode = Annotated[
    str | None,
    typer.Option("--ferplus-mode", help="majority or distribution; default: the run's."),
]
Sizes = Annotated[
    str | None, typer.Option(help="Synthetic faces as TRAIN,VALIDATION,TEST, e.g. 600,100,100.")
]
ClassOrder = Annotated[
    str | None,
    typer.Option(
        help="What class folders called 0, 1, 2 (or 1, 2, 3) mean: names with commas, from the "
        "lowest number on."
    ),
]
Seed = Annotated[
    int, typer.Option(help="Seed of the weights, order and changes.", min=0, max=2**32 - 1)
]
Precision = Annotated[
    str,
    typer.Option(
        help="What to compute in: float32, mixed_bfloat16 or mixed_float16. On a CPU with AVX-512 "
        "bfloat16 is quicker than float32; the kept model is float32 whatever it is."
    ),
]
Device = Annotated[
    str | None, typer.Option(help="cpu, gpu or gpu:N; default: the GPUs where there are any.")
]
Arch = Annotated[
    str | None, typer.Option(help=f"Architecture; default {DEFAULT_ARCH} or the recipe's.")
]
RecipeFile = Annotated[
    Path | None, typer.Option(help="Recipe file (JSON); default: the architecture's own.")
]
Epochs = Annotated[int | None, typer.Option(help="Instead of the recipe's.")]
SplitName = Annotated[str, typer.Option(help="train, validation or test.")]


def open_faces(
    spec: str,
    labels: str = DEFAULT_LABELS,
    ferplus: Path | None = None,
    ferplus_mode: str = DEFAULT_FERPLUS_MODE,
    sizes: str | None = None,
    report: Callable[[str], None] | None = None,
    class_order: str | None = None,
) -> FaceData:
    """Read the data that the options name; `report` is called with each line for the user.

    Raises:
        InputError: if it can't be read.
    """
    from fer_keras.data.source import open_data

    return open_data(
        spec,
        labels=labels,
        ferplus=ferplus,
        ferplus_mode=ferplus_mode,
        sizes=_parse_sizes(sizes),
        class_order=None if class_order is None else words(class_order),
        report=report,
    )


def _parse_sizes(text: str | None) -> tuple[int, int, int] | None:
    if text is None:
        return None
    numbers = whole_numbers(text, "sizes", "600,100,100")
    if len(numbers) != 3:
        raise InputError(f"sizes: {text}; write three numbers, TRAIN,VALIDATION,TEST", "sizes")
    return numbers[0], numbers[1], numbers[2]
