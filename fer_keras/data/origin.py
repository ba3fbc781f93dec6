"""Where a data set came from: what `open_data` was asked for, as a run's `config.json` keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SYNTHETIC = "synthetic"


@dataclass(frozen=True)
class DataOrigin:
    """The arguments of `open_data`, so that the same data can be opened again.

    Attributes:
        spec: "synthetic", or the path of a table or folder.
        labels: `fer2013` or `ferplus`.
        ferplus: FER+'s table of votes, or None.
        ferplus_mode: `majority` or `distribution`.
        sizes: faces in the three splits of synthetic data, or None.
        class_order: what numbers for names of class folders mean, or None.
        seed: of synthetic data.
    """

    spec: str = SYNTHETIC
    labels: str = "fer2013"
    ferplus: Path | None = None
    ferplus_mode: str = "majority"
    sizes: tuple[int, int, int] | None = None
    class_order: tuple[str, ...] | None = None
    seed: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; paths are absolute, so that they are found from any folder."""
        return {
            "spec": self.spec if self.spec == SYNTHETIC else str(Path(self.spec).absolute()),
            "labels": self.labels,
            "ferplus": str(self.ferplus.absolute()) if self.ferplus else None,
            "ferplus_mode": self.ferplus_mode,
            "sizes": list(self.sizes) if self.sizes else None,
            "class_order": list(self.class_order) if self.class_order else None,
            "seed": self.seed,
        }

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> DataOrigin:
        """What `to_json` gave.

        Raises:
            KeyError, TypeError, ValueError: if these are other values.
        """
        sizes = values["sizes"]
        if isinstance(sizes, str):  # as older runs have them
            sizes = sizes.split(",")
        train, validation, test = sizes or (0, 0, 0)
        return DataOrigin(
            spec=str(values["spec"]),
            labels=str(values["labels"]),
            ferplus=Path(values["ferplus"]) if values["ferplus"] else None,
            ferplus_mode=str(values["ferplus_mode"]),
            sizes=(int(train), int(validation), int(test)) if sizes else None,
            class_order=tuple(values["class_order"]) if values.get("class_order") else None,
            seed=int(values.get("seed", 0)),
        )
