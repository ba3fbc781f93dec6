"""`fer-keras calibration`: how many faces int8 needs to calibrate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options
from fer_keras.errors import InputError


def calibration(
    model: Annotated[Path, typer.Argument(help="Run folder, or a .keras file.")],
    data: data_options.OptionalData = None,
    split: data_options.SplitName = "validation",
    sizes: data_options.Sizes = None,
    faces: Annotated[str, typer.Option(help="Numbers of faces.")] = "10,30,100,200,300,1000",
    draws: Annotated[int, typer.Option(help="Draws of other faces for each number.")] = 3,
    balanced: Annotated[bool, typer.Option(help="Equal numbers per class.")] = True,
    seed: Annotated[int, typer.Option(help="Seed of the first draw.", min=0)] = 0,
    ranges: Annotated[
        str, typer.Option(help="minmax, percentile or fitted; as for export.")
    ] = "fitted",
    out: Annotated[
        Path | None, typer.Option(help="Folder for calibration.json and calibration.png.")
    ] = None,
) -> None:
    """Accuracy and agreement of int8 against the number of faces that calibrated it.

    Example: `fer-keras calibration runs/mobile-s-1 --faces 10,100,1000 --out results/mobile`
    """
    from rich.console import Console

    from fer_keras.cli.run_data import choose_data
    from fer_keras.export.calibration import Calibration
    from fer_keras.export.calibration_table import (
        compare_calibrations,
        draw_calibration,
        draw_calibration_table,
    )
    from fer_keras.models import find_model
    from fer_keras.pictures.figure_file import save_figure

    aside = Console(stderr=True)

    def say(line: str) -> None:
        aside.print(line, highlight=False, markup=False, soft_wrap=True)

    words = [word.strip() for word in faces.split(",")]
    if not all(word.isdigit() for word in words):
        raise InputError(f"--faces {faces}: write numbers, such as 10,100,1000")
    opened = choose_data([model], data, sizes=sizes).open(report=say)
    rows = compare_calibrations(
        find_model(model),
        opened,
        [int(word) for word in words],
        draws,
        Calibration(balanced=balanced, seed=seed, ranges=ranges),
        split=split,
        report=say,
    )
    Console().print(draw_calibration_table(rows))
    if out is not None:
        save_figure(draw_calibration(rows), out / "calibration.png")
        temporary = out / ".partial-calibration.json"
        text = json.dumps([row.to_json() for row in rows], indent=2) + "\n"
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(out / "calibration.json")
        say(f"written to {out}")
