"""The options by which every command chooses its data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fer_keras.errors import InputError

if TYPE_CHECKING:
    from fer_keras.data.face_data import FaceData

DEFAULT_DATA = "synthetic"
DEFAULT_LABELS = "fer2013"
DEFAULT_FERPLUS_MODE = "majority"
DEFAULT_PRECISION = "float32"

Data = Annotated[
    str,
    typer.Option(help="FER2013 (csv, packed or not), an image folder, or 'synthetic'."),
]
OptionalData = Annotated[
    str | None,
    typer.Option("--data", help="As for train; default: the data that the run was trained on."),
]
Labels = Annotated[str, typer.Option(help="fer2013 (the data's own) or ferplus.")]
FerPlus = Annotated[Path | None, typer.Option(help="FER+'s fer2013new.csv.")]
FerPlusMode = Annotated[str, typer.Option(help="majority or distribution.")]
Sizes = Annotated[
    str | None, typer.Option(help="Synthetic faces as TRAIN,VALIDATION,TEST, e.g. 600,100,100.")
]
Seed = Annotated[int, typer.Option(help="Seed of the weights, order and changes.", min=0)]
Precision = Annotated[
    str,
    typer.Option(
        help="What to compute in: float32, mixed_bfloat16 or mixed_float16. On a CPU with AVX-512 "
        "bfloat16 takes about half the time; the kept model is float32 whatever it is."
    ),
]
SplitName = Annotated[str, typer.Option(help="train, validation or test.")]


@dataclass(frozen=True)
class DataChoice:
    """A choice of data, as it also stands in a run's `config.json`."""

    spec: str = DEFAULT_DATA
    labels: str = DEFAULT_LABELS
    ferplus: Path | None = None
    ferplus_mode: str = DEFAULT_FERPLUS_MODE
    sizes: str | None = None

    def open(self, report: Callable[[str], None] | None = None) -> FaceData:
        """Read the data; `report` is called with each line that a user should know.

        Raises:
            InputError: if it can't be read.
        """
        from fer_keras.data.source import open_data

        return open_data(
            self.spec,
            labels=self.labels,
            ferplus=self.ferplus,
            ferplus_mode=self.ferplus_mode,
            sizes=_parse_sizes(self.sizes),
            report=report,
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "ferplus": str(self.ferplus) if self.ferplus else None}

    @staticmethod
    def from_json(values: dict[str, Any]) -> DataChoice:
        """What `to_json` gave."""
        ferplus = values["ferplus"]
        return DataChoice(**{**values, "ferplus": Path(ferplus) if ferplus else None})


def _parse_sizes(text: str | None) -> tuple[int, int, int] | None:
    if text is None:
        return None
    words = text.split(",")
    if len(words) != 3 or not all(word.strip().isdigit() for word in words):
        raise InputError(f"--sizes {text}: write three numbers, TRAIN,VALIDATION,TEST")
    train, validation, test = (int(word) for word in words)
    return train, validation, test
