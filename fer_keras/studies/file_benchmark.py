"""TFLite files against each other: time, size and, on a data set, accuracy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.evaluation.judging import display_names
from fer_keras.files import write_text
from fer_keras.models import Classifier, ModelLike, find_model
from fer_keras.studies.latency import Latency, measure_latency
from fer_keras.studies.peer import Peer, check_peer
from fer_keras.tables import TextTable

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def latency_table(
    rows: Sequence[Latency], names: Mapping[Path, str], accuracies: Mapping[Path, float]
) -> TextTable:
    """A line for each file and setting.

    Args:
        rows: what `measure_latency` found.
        names: short names of the files.
        accuracies: of the files, 0 to 1; empty where none were measured.
    """
    columns = ["file", "kernels", "threads", "p50", "p95", "p99", "ratio", "first", "load"]
    columns += ["MB", "KB", *(["accuracy %"] if accuracies else [])]
    cells_of_rows = []
    for row in rows:
        low, high = row.ratio_range
        memory = row.cold.memory_mb
        cells = [
            names[row.path],
            row.kernels,
            str(row.threads),
            f"{row.p50:.3f}",
            f"{row.p95:.3f}",
            f"{row.p99:.3f}",
            f"{row.ratio:.2f} ({low:.2f} to {high:.2f})",
            f"{row.cold.first_ms:.2f}",
            f"{row.cold.load_ms:.1f}",
            "-" if memory is None else f"{memory:.1f}",
            f"{row.size / 1000:,.0f}",
        ]
        if accuracies:
            cells.append(f"{100 * accuracies[row.path]:.2f}")
        cells_of_rows.append(cells)
    return TextTable(
        columns,
        cells_of_rows,
        title="one inference, ms; files timed in turn",
        caption="ratio: to the first file, with its range over ten parts of the measurement",
    )


def draw_accuracy_against_latency(
    rows: Sequence[Latency], names: Mapping[Path, str], accuracies: Mapping[Path, float], faces: str
) -> Figure:
    """A dot for each file at its median time, with a line to its 95th percentile.

    Args:
        rows: of one setting.
        names: short names of the files.
        accuracies: of the files, 0 to 1.
        faces: what they were measured on, for the axis.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator, NullLocator, PercentFormatter, StrMethodFormatter

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    labelled_above: list[Latency] = []
    for row in sorted(rows, key=lambda row: -accuracies[row.path]):
        accuracy = accuracies[row.path]
        (dot,) = axes.plot(row.p50, accuracy, "o", markersize=8)
        axes.plot([row.p50, row.p95], [accuracy, accuracy], "-", color=dot.get_color(), alpha=0.5)
        crowded = any(_would_overlap(row, other, accuracies) for other in labelled_above)
        if not crowded:
            labelled_above.append(row)
        axes.annotate(
            f"{names[row.path]}\n{row.size / 1000:,.0f} KB",
            (row.p50, accuracy),
            xytext=(6, -6 if crowded else 6),
            textcoords="offset points",
            va="top" if crowded else "bottom",
            fontsize=8,
        )
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(
        f"one inference, ms (median, line to the 95th percentile; {rows[0].kernels}, "
        f"threads: {rows[0].threads})"
    )
    axes.set_ylabel(f"accuracy on {faces}")
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=1))
    axes.margins(x=0.3, y=0.15)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def _would_overlap(row: Latency, other: Latency, accuracies: Mapping[Path, float]) -> bool:
    """Whether two labels on the same side of their dots would run into each other."""
    spread = max(accuracies.values()) - min(accuracies.values())
    near = abs(accuracies[row.path] - accuracies[other.path]) < 0.15 * spread
    return near and max(row.p50, other.p50) < 2.5 * min(row.p50, other.p50)


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
        from fer_keras.figures import save_figure

        write_text(folder / "latency.json", json.dumps(self.to_json(), indent=2) + "\n")
        picture = folder / "latency.png"
        if self.accuracies and self.faces:
            first = self.rows[0]
            setting = [
                row
                for row in self.rows
                if (row.kernels, row.threads) == (first.kernels, first.threads)
            ]
            figure = draw_accuracy_against_latency(setting, self.names, self.accuracies, self.faces)
            save_figure(figure, picture)
        else:  # one of before would be of other files
            picture.unlink(missing_ok=True)


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
    check_peer(peer)
    every = [*paths, peer] if peer else paths
    names = dict(zip(every, display_names(every), strict=True))
    if peer:
        names[peer] += " (peer)"
    accuracies: dict[Path, float] = {}
    if data is not None:
        faces = data.split(split)
        theirs = Peer(peer, len(data.labels), peer_range) if peer else None
        for path in every:
            report(f"measuring {names[path]}")
            if theirs is not None and path == peer:
                answers = theirs.probabilities(faces.images)
            else:
                answers = Classifier(path).probabilities(faces.images, data.labels)
            accuracies[path] = float((answers.argmax(1) == faces.labels).mean())
    rows = measure_latency(every, kernels=kernels, threads=threads, runs=runs, report=report)
    words = None if data is None else f"{len(data.split(split)):,} {split} faces"
    return FileBenchmark(rows, names, accuracies, words, runs)
