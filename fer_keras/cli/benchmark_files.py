"""`fer-keras benchmark FILE…`: the latency of TFLite files against each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer_keras.cli import data_options
from fer_keras.errors import InputError

if TYPE_CHECKING:
    from fer_keras.data.face_data import FaceData


def files(
    paths: Annotated[list[Path], typer.Argument(help=".tflite files; ratios refer to the first.")],
    peer: Annotated[
        Path | None, typer.Option(help="Another project's .tflite for faces, timed with them.")
    ] = None,
    peer_range: Annotated[str, typer.Option(help="What black and white are to the peer.")] = "-1,1",
    threads: Annotated[str, typer.Option(help="Processor threads.")] = "1",
    kernels: Annotated[
        str, typer.Option(help="xnnpack (LiteRT's default), builtin or both.")
    ] = "xnnpack,builtin",
    runs: Annotated[int, typer.Option(help="Inferences of each file and setting.")] = 300,
    data: Annotated[str | None, typer.Option(help="As for train: measures accuracy, too.")] = None,
    split: data_options.SplitName = "validation",
    sizes: data_options.Sizes = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for latency.json and, with --data, latency.png.")
    ] = None,
) -> None:
    """Time TFLite files in turn: latency, first inference, load, memory, size.

    Example: `fer-keras benchmark files mobile-s-int8.tflite --threads 1,2`; the word "files" may be
    left out.
    """
    from rich.console import Console

    from fer_keras.cli.run_data import display_names
    from fer_keras.pictures.figure_file import save_figure
    from fer_keras.studies.latency import measure_latency
    from fer_keras.studies.latency_table import (
        WIDTH,
        draw_accuracy_against_latency,
        draw_latency_table,
    )

    aside = Console(stderr=True)

    def say(line: str) -> None:
        aside.print(line, highlight=False, markup=False, soft_wrap=True)

    every = [*paths, peer] if peer else paths
    names = dict(zip(every, display_names(every), strict=True))
    if peer:
        names[peer] += " (peer)"
    accuracies: dict[Path, float] = {}
    faces = ""
    if data is not None:
        opened = data_options.DataChoice(spec=data, sizes=sizes).open(report=say)
        faces = f"{len(opened.split(split)):,} {split} faces"
        for path in every:
            say(f"measuring {names[path]} on {faces}")
            accuracies[path] = _accuracy(path, opened, split, peer_range if path == peer else None)
    rows = measure_latency(
        every,
        kernels=[word.strip() for word in kernels.split(",")],
        threads=[int(count) for count in _numbers(threads, "--threads")],
        runs=runs,
        report=say,
    )
    Console(width=max(Console().width, WIDTH)).print(draw_latency_table(rows, names, accuracies))
    if out is None:
        return
    out.mkdir(parents=True, exist_ok=True)
    result = {
        "runs": runs,
        "faces": faces or None,
        "rows": [
            {**row.to_json(), "name": names[row.path], "accuracy": accuracies.get(row.path)}
            for row in rows
        ],
    }
    temporary = out / ".partial-latency.json"
    temporary.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    temporary.replace(out / "latency.json")
    if accuracies:
        first = rows[0]
        setting = [
            row for row in rows if (row.kernels, row.threads) == (first.kernels, first.threads)
        ]
        figure = draw_accuracy_against_latency(setting, names, accuracies, faces)
        save_figure(figure, out / "latency.png")
    say(f"written to {out}")


def _accuracy(path: Path, data: FaceData, split: str, peer_range: str | None) -> float:
    """Share of the split's faces named correctly; a peer is fed by its own range of values."""
    from fer_keras.models import Classifier
    from fer_keras.studies.peer import peer_probabilities

    judged = data.split(split)
    if peer_range is None:
        answers = Classifier(path).probabilities(judged.images, data.labels)
    else:
        ends = _numbers(peer_range, "--peer-range")
        if len(ends) != 2:
            raise InputError(f"--peer-range {peer_range}: write two numbers, such as -1,1")
        answers = peer_probabilities(path, judged.images, len(data.labels), *ends)
    return float((answers.argmax(1) == judged.labels).mean())


def _numbers(text: str, option: str) -> list[float]:
    try:
        return [float(word) for word in text.split(",")]
    except ValueError as error:
        raise InputError(f"{option} {text}: write numbers with commas between them") from error
