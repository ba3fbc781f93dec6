"""How a model holds on faces that were blurred, darkened, turned or covered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.files import write_text
from fer_keras.models import Classifier
from fer_keras.pictures.figure_file import save_figure
from fer_keras.studies.corruptions import CORRUPTIONS, STRENGTHS, corrupt
from fer_keras.studies.peer import peer_probabilities

CLEAN = "clean"
Answer = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""From faces, uint8 (n, 48, 48, 1), to probabilities (n, classes)."""


@dataclass(frozen=True)
class Row:
    """Accuracy under one change.

    Attributes:
        model: its name.
        corruption: a key of `CORRUPTIONS`, or "clean".
        strength: 1 to 5; 0 for clean faces.
        accuracy: 0 to 1.
        faces: how many.
    """

    model: str
    corruption: str
    strength: int
    accuracy: float
    faces: int


def measure_robustness(
    answers: dict[str, Answer],
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    report: Callable[[str], None] = print,
) -> list[Row]:
    """Accuracy on clean faces and under every change at every strength; all see the same faces.

    Args:
        answers: models by name.
        images: uint8 (n, 48, 48, 1).
        labels: (n,), true classes.
        report: called with a line for each change.
    """
    tasks = [(CLEAN, 0)]
    tasks += [(name, strength) for name in CORRUPTIONS for strength in range(1, STRENGTHS + 1)]
    rows = []
    for name, strength in tasks:
        faces = images if strength == 0 else corrupt(images, name, strength)
        for model, answer in answers.items():
            right = float((answer(faces).argmax(axis=1) == labels).mean())
            rows.append(Row(model, name, strength, right, len(labels)))
            report(f"{model}, {name} {strength or ''}: {right:.1%}")
    return rows


def study_robustness(
    models: Sequence[str],
    data: FaceData,
    out: Path,
    *,
    peer: Path | None = None,
    peer_range: tuple[float, float] = (-1.0, 1.0),
    split: str = "validation",
    report: Callable[[str], None] = print,
) -> list[Row]:
    """Measure models on a split; write `robustness.csv`, `.md` and `.png`.

    Args:
        models: shipped names or files of this package.
        data: the faces.
        out: folder, made if it is missing.
        peer: another project's `.tflite`, whose classes have the data's order.
        peer_range: what black and white are to the peer.
        split: of the data.
        report: called with a line for each change.

    Raises:
        InputError: if a model's labels are not the data's, or the split has no faces.
    """
    faces = data.split(split)
    if not len(faces):
        raise InputError(f"{data.source}: the {split} split has no faces")
    answers: dict[str, Answer] = {}
    for model in models:
        classifier = Classifier(model)
        if classifier.labels != data.labels:
            raise InputError(f"{model}: its labels are not those of {data.source}; take another")
        answers[Path(model).stem] = classifier.probabilities
    if peer is not None:
        answers[f"{peer.stem} (peer)"] = lambda some: peer_probabilities(
            peer, some, len(data.labels), *peer_range
        )
    rows = measure_robustness(answers, faces.images, faces.labels, report)
    lines = ["model,corruption,strength,accuracy,faces"]
    lines += [
        f"{row.model},{row.corruption},{row.strength},{row.accuracy:.4f},{row.faces}"
        for row in rows
    ]
    write_text(out / "robustness.csv", "\n".join(lines) + "\n")
    write_text(out / "robustness.md", as_table(rows))
    save_figure(draw_robustness(rows), out / "robustness.png")
    return rows


def as_table(rows: Sequence[Row]) -> str:
    """A Markdown table: a row for each change and model, a column for each strength, the mean."""
    strengths = range(1, STRENGTHS + 1)
    lines = ["| corruption | model | " + " | ".join(map(str, strengths)) + " | mean |"]
    lines.append("| --- " * 2 + "| ---: " * (STRENGTHS + 1) + "|")
    for (name, model), found in _grouped(rows).items():
        if name == CLEAN:
            lines.append(f"| {name} | {model} |" + " |" * STRENGTHS + f" {found[0]:.1%} |")
            continue
        cells = " | ".join(f"{one:.1%}" for one in found)
        lines.append(f"| {name} | {model} | {cells} | {sum(found) / len(found):.1%} |")
    return "\n".join(lines) + "\n"


def draw_robustness(rows: Sequence[Row]) -> Any:
    """A panel for each change: accuracy by strength, strength 0 being clean faces."""
    from matplotlib.figure import Figure

    grouped = _grouped(rows)
    models = list(dict.fromkeys(row.model for row in rows))
    figure = Figure(figsize=(9, 8), layout="constrained")
    panels = figure.subplots(3, 3, sharex=True, sharey=True)
    for axes, name in zip(panels.ravel(), CORRUPTIONS, strict=True):
        for model in models:
            clean = grouped[CLEAN, model]
            values = [100 * one for one in (*clean, *grouped[name, model])]
            axes.plot(range(STRENGTHS + 1), values, marker="o", markersize=3, label=model)
        axes.set_title(name)
        axes.grid(alpha=0.3)
    figure.supxlabel("strength (0: clean)")
    figure.supylabel("accuracy, %")
    panels[0, 0].legend(fontsize="small")
    return figure


def _grouped(rows: Sequence[Row]) -> dict[tuple[str, str], list[float]]:
    grouped: dict[tuple[str, str], list[float]] = {}
    for row in sorted(rows, key=lambda one: one.strength):
        grouped.setdefault((row.corruption, row.model), []).append(row.accuracy)
    order = [CLEAN, *CORRUPTIONS]
    return dict(sorted(grouped.items(), key=lambda one: order.index(one[0][0])))
