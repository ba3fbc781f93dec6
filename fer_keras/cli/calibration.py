"""`fer-keras calibration`: how many faces int8 needs for its ranges."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options
from fer_keras.cli.lists import whole_numbers
from fer_keras.cli.printing import print_table, say
from fer_keras.files import write_text
from fer_keras.keras_backend import choose_tensorflow


def calibration(
    model: Annotated[str, typer.Argument(help="Run folder, .keras file or shipped name.")],
    data: data_options.OptionalData = None,
    split: data_options.SplitName = "validation",
    sizes: data_options.Sizes = None,
    faces: Annotated[str, typer.Option(help="Numbers of faces.")] = "10,30,100,200,300,1000",
    draws: Annotated[int, typer.Option(help="Draws of other faces for each number.")] = 3,
    balanced: Annotated[bool, typer.Option(help="Equal numbers per class.")] = True,
    seed: Annotated[int, typer.Option(help="Seed of the first draw.", min=0)] = 0,
    ranges: Annotated[
        str, typer.Option(help="each-face, minmax, percentile or fitted; as for export.")
    ] = "each-face",
    out: Annotated[
        Path | None, typer.Option(help="Folder for calibration.json and calibration.png.")
    ] = None,
) -> None:
    """Accuracy and agreement of int8 against the number of faces that set its ranges.

    Example: `fer-keras calibration runs/mobile-s-1 --faces 10,100,1000 --out results/mobile`
    """
    import json

    choose_tensorflow()
    counts = whole_numbers(faces, "faces", "10,100,1000")

    from fer_keras.cli.run_data import open_for
    from fer_keras.export.calibration import Calibration
    from fer_keras.export.calibration_table import (
        calibration_table,
        compare_calibrations,
        draw_calibration,
    )
    from fer_keras.figures import save_figure

    rows = compare_calibrations(
        model,
        open_for([model], data, sizes=sizes),
        counts,
        draws,
        Calibration(balanced=balanced, seed=seed, ranges=ranges),
        split=split,
        report=say,
    )
    print_table(calibration_table(rows))
    if out is not None:
        save_figure(draw_calibration(rows), out / "calibration.png")
        text = json.dumps([row.to_json() for row in rows], indent=2) + "\n"
        write_text(out / "calibration.json", text)
        say(f"written to {out}")
