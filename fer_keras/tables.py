"""A table for people, as text: what the library finds and the command line prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class TextTable:
    """Cells as they are shown.

    Attributes:
        columns: the head; the first column is set to the left, the others to the right.
        rows: cells, as many as columns.
        title: stands over it.
        caption: explains what needs explaining, under it; or None.
        left: columns of words, set to the left, beside the first.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    caption: str | None = None
    left: frozenset[str] = field(default_factory=frozenset)

    def to_markdown(self) -> str:
        """The table for a page; ends in a line break."""
        marks = [
            "---" if place == 0 or name in self.left else "---:"
            for place, name in enumerate(self.columns)
        ]
        lines = [self.columns, marks, *self.rows]
        return "".join(f"| {' | '.join(line)} |\n" for line in lines)
