"""A FER2013 in small, for tests of what reads one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

USAGES = {"train": "Training", "validation": "PublicTest", "test": "PrivateTest"}


class FaceTable:
    """A FER2013 of noise with known content, and its rows as CSV text."""

    def __init__(self, train: int = 14, validation: int = 7, test: int = 7) -> None:
        random = np.random.default_rng(7)
        sizes = {"train": train, "validation": validation, "test": test}
        self.splits = [name for name, size in sizes.items() for _ in range(size)]
        count = len(self.splits)
        self.images: NDArray[np.uint8] = random.integers(0, 256, (count, 48, 48, 1), dtype=np.uint8)
        self.labels = np.arange(count) % 7

    def rows(self) -> list[list[str]]:
        """Cells `emotion`, `pixels`, `Usage` of each face."""
        return [
            [str(label), " ".join(map(str, image.ravel())), USAGES[split]]
            for image, label, split in zip(self.images, self.labels, self.splits, strict=True)
        ]

    def text(
        self, header: str = "emotion,pixels,Usage", rows: list[list[str]] | None = None
    ) -> str:
        """The CSV; columns in the order of `header`, with its blanks."""
        columns = header.split(",")
        order = [("emotion", "pixels", "usage").index(name.strip().lower()) for name in columns]
        blanks = ["," + " " * name.startswith(" ") for name in columns[1:]]
        lines = [header]
        for row in self.rows() if rows is None else rows:
            cells = [row[position] for position in order]
            lines.append(cells[0] + "".join(map("".join, zip(blanks, cells[1:], strict=True))))
        return "\n".join(lines) + "\n"
