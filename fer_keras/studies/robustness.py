"""How a model holds on faces that were blurred, darkened, turned or covered."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.evaluation.judging import display_names
from fer_keras.figures import save_figure
from fer_keras.files import write_text
from fer_keras.models import Classifier
from fer_keras.studies.peer import Peer

Faces = NDArray[np.uint8]

STRENGTHS = 5


def _blur(face: Faces, strength: int, _: np.random.Generator) -> Faces:
    import cv2

    sigma = (0.5, 0.8, 1.1, 1.5, 2.0)[strength]
    return _uint8(cv2.GaussianBlur(face, (0, 0), sigma))


def _motion(face: Faces, strength: int, rng: np.random.Generator) -> Faces:
    import cv2

    length = (3, 5, 7, 9, 11)[strength]
    line = np.zeros((length, length), np.float32)
    line[length // 2] = 1
    centre = ((length - 1) / 2, (length - 1) / 2)
    turn = cv2.getRotationMatrix2D(centre, float(rng.uniform(0, 180)), 1)
    kernel = cv2.warpAffine(line, turn, (length, length))
    return _uint8(cv2.filter2D(face, -1, kernel / kernel.sum()))


def _noise(face: Faces, strength: int, rng: np.random.Generator) -> Faces:
    sigma = (6, 12, 18, 26, 36)[strength]
    return _uint8(face + rng.normal(0, sigma, face.shape))


def _low_light(face: Faces, strength: int, rng: np.random.Generator) -> Faces:
    light = (0.6, 0.4, 0.25, 0.15, 0.08)[strength]
    return _uint8(face * light + rng.normal(0, 2, face.shape))  # and the sensor's grain stays


def _jpeg(face: Faces, strength: int, _: np.random.Generator) -> Faces:
    import cv2

    quality = (50, 30, 20, 12, 7)[strength]
    packed = cv2.imencode(".jpg", face, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    opened: Faces = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    return opened


def _resolution(face: Faces, strength: int, _: np.random.Generator) -> Faces:
    import cv2

    side = (40, 32, 24, 18, 14)[strength]
    small = cv2.resize(face, (side, side), interpolation=cv2.INTER_AREA)
    return _uint8(cv2.resize(small, face.shape[::-1], interpolation=cv2.INTER_LINEAR))


def _turn(face: Faces, strength: int, rng: np.random.Generator) -> Faces:
    angle = (8, 15, 25, 35, 45)[strength] * rng.choice((-1, 1))
    return _warp(face, float(angle), 1.0)


def _occlusion(face: Faces, strength: int, rng: np.random.Generator) -> Faces:
    side = round(face.shape[0] * math.sqrt((0.05, 0.1, 0.15, 0.2, 0.3)[strength]))
    x, y = rng.integers(0, face.shape[0] - side + 1, 2)
    covered = face.copy()
    covered[y : y + side, x : x + side] = rng.integers(0, 256)
    return covered


def _loose_crop(face: Faces, strength: int, _: np.random.Generator) -> Faces:
    return _warp(face, 0.0, 1 / (1.1, 1.2, 1.35, 1.5, 1.75)[strength])


CORRUPTIONS: dict[str, Callable[[Faces, int, np.random.Generator], Faces]] = {
    "blur": _blur,
    "motion": _motion,
    "noise": _noise,
    "low light": _low_light,
    "jpeg": _jpeg,
    "resolution": _resolution,
    "turn": _turn,
    "occlusion": _occlusion,
    "loose crop": _loose_crop,
}
"""By name; `resolution` is 40, 32, 24, 18 and 14 pixels, `turn` 8 to 45 degrees to either side."""


def corrupt(images: Faces, name: str, strength: int, seed: int = 0) -> Faces:
    """Every face changed in one way.

    Args:
        images: uint8 (n, side, side, 1), grey values 0 to 255.
        name: a key of `CORRUPTIONS`.
        strength: 1 (weak) to 5 (strong).
        seed: of noise, directions and places; the same for every model.

    Returns:
        uint8, of the same shape.

    >>> corrupt(np.full((1, 48, 48, 1), 200, np.uint8), "low light", 5).mean() < 20
    np.True_
    """
    rng = np.random.default_rng((seed, list(CORRUPTIONS).index(name), strength))
    change = CORRUPTIONS[name]
    return np.stack([change(face[..., 0], strength - 1, rng) for face in images])[..., None]


def _warp(face: Faces, angle: float, scale: float) -> Faces:
    """Turned (degrees) and scaled about the middle; the edge goes on beyond the picture."""
    import cv2

    side = face.shape[0]
    centre = ((side - 1) / 2, (side - 1) / 2)
    matrix = cv2.getRotationMatrix2D(centre, angle, scale)
    return _uint8(cv2.warpAffine(face, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE))


def _uint8(values: NDArray[np.generic]) -> Faces:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


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
    stems = [Path(model).stem for model in models]
    names = stems if len(set(stems)) == len(stems) else display_names(models)
    for name, model in zip(names, models, strict=True):
        classifier = Classifier(model)
        if classifier.labels != data.labels:
            raise InputError(f"{model}: its labels are not those of {data.source}; take another")
        answers[name] = classifier.probabilities
    if peer is not None:
        theirs = Peer(peer, len(data.labels), peer_range)
        answers[f"{peer.stem} (peer)"] = theirs.probabilities
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
    # Beside the panels: in them lines go everywhere.
    keys, names = panels[0, 0].get_legend_handles_labels()
    figure.legend(keys, names, loc="outside upper center", ncols=3, frameon=False)
    return figure


def _grouped(rows: Sequence[Row]) -> dict[tuple[str, str], list[float]]:
    grouped: dict[tuple[str, str], list[float]] = {}
    for row in sorted(rows, key=lambda one: one.strength):
        grouped.setdefault((row.corruption, row.model), []).append(row.accuracy)
    order = [CLEAN, *CORRUPTIONS]
    return dict(sorted(grouped.items(), key=lambda one: order.index(one[0][0])))
