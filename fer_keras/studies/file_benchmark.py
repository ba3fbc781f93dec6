"""TFLite files against each other: time, size and, on a data set, accuracy."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.evaluation.judging import display_names
from fer_keras.files import write_text
from fer_keras.models import Classifier, ModelLike, find_model
from fer_keras.studies.latency import Latency, measure_latency
from fer_keras.studies.latency_table import draw_accuracy_against_latency
from fer_keras.studies.peer import peer_probabilities


@dataclass(frozen=True)
class FileBenchmark:
    """What was measured.

    Attributes:
        rows: a line for each file and setting.
        names: short names of the files.
        accuracies: of the files, 0 to 1; empty where none were measured.
        faces: what accuracies were measured on, in words, or None.
        runs: inferences of each file and setting.
    """

    rows: list[Latency]
    names: dict[Path, str]
    accuracies: dict[Path, float]
    faces: str | None
    runs: int

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        rows = [
            {
                **row.to_json(),
                "name": self.names[row.path],
                "accuracy": self.accuracies.get(row.path),
            }
            for row in self.rows
        ]
        return {"runs": self.runs, "faces": self.faces, "rows": rows}

    def save(self, folder: Path) -> None:
        """Write latency.json and, where accuracies were measured, latency.png."""
        from fer_keras.pictures.figure_file import save_figure

        write_text(folder / "latency.json", json.dumps(self.to_json(), indent=2) + "\n")
        if self.accuracies and self.faces:
            first = self.rows[0]
            setting = [
                row
                for row in self.rows
                if (row.kernels, row.threads) == (first.kernels, first.threads)
            ]
            figure = draw_accuracy_against_latency(setting, self.names, self.accuracies, self.faces)
            save_figure(figure, folder / "latency.png")


def benchmark_files(
    models: Sequence[ModelLike],
    *,
    peer: Path | None = None,
    peer_range: tuple[float, float] = (-1.0, 1.0),
    kernels: Sequence[str] = ("xnnpack", "builtin"),
    threads: Sequence[int] = (1,),
    runs: int = 300,
    data: FaceData | None = None,
    split: str = "validation",
    report: Callable[[str], None] = lambda line: None,
) -> FileBenchmark:
    """Time `.tflite` files in turn.

    Args:
        models: shipped names or `.tflite` files; ratios refer to the first.
        peer: another project's `.tflite` for faces, timed with them.
        peer_range: what black and white are to the peer.
        kernels, threads, runs: as for `measure_latency`.
        data, split: faces on which accuracy is measured; None: no accuracy.
        report: called with a line before each step.

    Raises:
        InputError: if a file is none of TFLite, can't be run, or an argument does not fit.
    """
    paths = [find_model(model) for model in models]
    for path in paths:
        if path.suffix != ".tflite":
            raise InputError(f"{path}: only .tflite files are timed; export it first")
    every = [*paths, peer] if peer else paths
    names = dict(zip(every, display_names(every), strict=True))
    if peer:
        names[peer] += " (peer)"
    accuracies: dict[Path, float] = {}
    if data is not None:
        faces = data.split(split)
        for path in every:
            report(f"measuring {names[path]}")
            if path == peer:
                answers = peer_probabilities(path, faces.images, len(data.labels), *peer_range)
            else:
                answers = Classifier(path).probabilities(faces.images, data.labels)
            accuracies[path] = float((answers.argmax(1) == faces.labels).mean())
    rows = measure_latency(every, kernels=kernels, threads=threads, runs=runs, report=report)
    words = None if data is None else f"{len(data.split(split)):,} {split} faces"
    return FileBenchmark(rows, names, accuracies, words, runs)
