"""The table of `fer-keras evaluate`: a column a model, since class names make many rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fer_keras.evaluation.scores import Comparison, Scores

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True)
class Judged:
    """A model and what was found.

    Attributes:
        name: how people call it here.
        scores: its figures.
        against_first: its comparison with the first model; None for the first itself.
    """

    name: str
    scores: Scores
    against_first: Comparison | None = None


def rows(models: Sequence[Judged]) -> list[tuple[str, list[str]]]:
    """The lines of the table: what it is, and a cell for each model.

    Args:
        models: at least one; all on the same faces.
    """
    lines: list[tuple[str, list[str]]] = [
        ("accuracy", [percent(m.scores.accuracy.value) for m in models]),
        ("  95 % interval", [_ends(*m.scores.accuracy.interval) for m in models]),
    ]
    unseen = models[0].scores.without_copies
    copies = models[0].scores.accuracy.faces - unseen.faces if unseen else 0
    if copies:
        lines.append(
            (
                f"  without {copies:,} copies",
                [percent(m.scores.without_copies.value) for m in models if m.scores.without_copies],
            )
        )
    lines += [
        ("macro-F1", [f"{m.scores.macro_f1:.3f}" for m in models]),
        ("calibration error", [percent(m.scores.calibration_error) for m in models]),
    ]
    answered = [m.scores.answered for m in models]
    if any(answered):
        faces = models[0].scores.accuracy.faces
        lines += [
            ("answered", [percent(a.faces / faces) if a else "" for a in answered]),
            ("  accuracy of these", [percent(a.value) if a else "" for a in answered]),
        ]
    if len(models) > 1:
        others = [m.against_first for m in models]
        lines += [
            ("agrees with the first", [percent(c.agreement) if c else "" for c in others]),
            ("minus the first's", [f"{100 * c.difference:+.2f}" if c else "" for c in others]),
            ("  95 % interval", [_ends(*c.interval, sign="+") if c else "" for c in others]),
            ("McNemar's p", [_p(c.mcnemar_p) if c else "" for c in others]),
        ]
    for number, label in enumerate(models[0].scores.labels):
        lines.append((f"recall {label}", [percent(m.scores.recall[number]) for m in models]))
    return lines


def draw_table(models: Sequence[Judged], title: str) -> Table:
    """The table for a terminal."""
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        title=escape(title),
        title_justify="left",
        box=SIMPLE_HEAD,
        caption="copies: faces that are, pixel for pixel, in the training split as well"
        if any(name.endswith("copies") for name, _ in rows(models))
        else None,
        caption_justify="left",
    )
    table.add_column("", no_wrap=True)
    for model in models:
        table.add_column(escape(model.name), justify="right", overflow="fold")
    for name, cells in rows(models):
        table.add_row(escape(name), *cells)
    return table


def percent(fraction: float) -> str:
    """A fraction as people read it; a dash for NaN."""
    return "-" if math.isnan(fraction) else f"{100 * fraction:.2f} %"


def _ends(low: float, high: float, sign: str = "") -> str:
    return f"{100 * low:{sign}.1f} to {100 * high:{sign}.1f}"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
