"""How many faces calibrate int8 well: accuracy against the size of the representative dataset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.models import Classifier, ModelLike, find_model
from fer_keras.models.keras_file import load_model
from fer_keras.scratch_folder import scratch_folder
from fer_keras.tables import TextTable

from .calibration import Calibration, representative_faces
from .convert import convert
from .metadata import Metadata
from .packing import packed

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Calibrated:
    """int8 calibrated with so many faces, over several draws of them. Shares are 0 to 1.

    Attributes:
        samples: faces.
        drops: accuracy of the Keras model minus that of int8, for each draw.
        agreements: share of faces named as the Keras model does, for each draw.
        differences: mean absolute difference of the probabilities, for each draw.
    """

    samples: int
    drops: tuple[float, ...]
    agreements: tuple[float, ...]
    differences: tuple[float, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def compare_calibrations(
    model: ModelLike,
    data: FaceData,
    sizes: Sequence[int],
    draws: int,
    calibration: Calibration,
    *,
    split: str = "validation",
    report: Callable[[str], None] = lambda line: None,
) -> list[Calibrated]:
    """Calibrate with different numbers of faces.

    Args:
        model: a run, a `.keras` file or a shipped name.
        data: its training split calibrates, `split` is measured on.
        sizes: numbers of faces.
        draws: of other faces for each size, by seeds from that of `calibration` on; 1 or more.
        calibration: its other settings.
        split: of `data`.
        report: called with a line before each conversion.

    Raises:
        InputError: if the model or a setting does not fit.
    """
    if draws < 1 or not sizes or min(sizes) < 1:
        raise InputError("faces, `draws`: take numbers from 1 on", argument="faces")
    model_file = find_model(model, trainable=True)
    network, labels = load_model(model_file)
    training, judged = data.split("train"), data.split(split)
    reference = Classifier(model_file).probabilities(judged.images, data.labels)
    right = (reference.argmax(1) == judged.labels).mean()
    found = []
    for samples in sizes:
        figures = []
        for seed in range(calibration.seed, calibration.seed + draws):
            report(f"calibrating with {samples} faces, seed {seed}")
            faces = representative_faces(training, replace(calibration, samples=samples, seed=seed))
            with scratch_folder() as folder:
                path = folder / "int8.tflite"
                content = convert(
                    network,
                    "int8",
                    faces,
                    ranges=calibration.ranges,
                    bias_correction=calibration.bias_correction,
                )
                path.write_bytes(packed(content, Metadata(), labels, channels=1))
                answers = Classifier(path).probabilities(judged.images, data.labels)
            named = answers.argmax(1)
            figures.append(
                (
                    float(right - (named == judged.labels).mean()),
                    float((named == reference.argmax(1)).mean()),
                    float(np.abs(answers - reference).mean()),
                )
            )
        drops, agreements, differences = zip(*figures, strict=True)
        found.append(Calibrated(samples, drops, agreements, differences))
    return found


def calibration_table(rows: Sequence[Calibrated]) -> TextTable:
    """Mean and range over the draws, a line for each size."""
    return TextTable(
        ["faces", "drop, points", "agreement %", "mean Δp"],
        [
            [
                str(row.samples),
                _spread([100 * value for value in row.drops], 2),
                _spread([100 * value for value in row.agreements], 2),
                _spread(row.differences, 5),
            ]
            for row in rows
        ],
        title=f"int8 against Keras; mean (lowest to highest of {len(rows[0].drops)} draws)",
    )


def draw_calibration(rows: Sequence[Calibrated]) -> Figure:
    """Agreement against the number of faces: a dot for each draw, a line through the means."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.5, 3.6), layout="constrained")
    axes = figure.subplots()
    for row in rows:
        axes.plot(
            [row.samples] * len(row.agreements),
            [100 * value for value in row.agreements],
            "o",
            color="#2e86c1",
            alpha=0.5,
        )
    means = [100 * float(np.mean(row.agreements)) for row in rows]
    axes.plot([row.samples for row in rows], means, "-", color="#1b4f72")
    axes.set_xscale("log")
    axes.set_xticks([row.samples for row in rows], [str(row.samples) for row in rows])
    axes.minorticks_off()
    axes.set_xlabel("faces that calibrate")
    axes.set_ylabel("int8 names as Keras does, %")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def _spread(values: Sequence[float], digits: int) -> str:
    low, high = min(values), max(values)
    return f"{np.mean(values):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
