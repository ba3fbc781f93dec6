"""`fer-keras report`: one page about a run, or about several side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options


def report(
    runs: Annotated[list[Path], typer.Argument(help="Run folders.")],
    data: data_options.OptionalData = None,
    split: data_options.SplitName = "validation",
    labels: data_options.Labels = data_options.DEFAULT_LABELS,
    ferplus: data_options.FerPlus = None,
    ferplus_mode: data_options.FerPlusMode = data_options.DEFAULT_FERPLUS_MODE,
    sizes: data_options.Sizes = None,
    method: Annotated[
        str, typer.Option(help="Saliency: vanilla, smoothgrad, gradcam++ or scorecam.")
    ] = "smoothgrad",
    seed: Annotated[int, typer.Option(help="Of the choice of faces to explain.", min=0)] = 0,
    faces: Annotated[bool, typer.Option(help="Show faces; FER2013's may not be published.")] = True,
    out: Annotated[Path, typer.Option(help="The page, HTML.")] = Path("report.html"),
) -> None:
    """Write one self-contained HTML page: curves, confusion, calibration, saliency, mistakes.

    With --ferplus it also sets the model's doubts against those of human annotators.

    Example: `fer-keras report runs/final-slim-1 --ferplus fer2013new.csv --out final-slim.html`
    """
    from rich.console import Console

    from fer_keras.cli.run_data import choose_data, display_names
    from fer_keras.data.audit import exact_copies
    from fer_keras.errors import InputError
    from fer_keras.report.page import report_page
    from fer_keras.saliency.maps import METHODS

    if method not in METHODS:
        raise InputError(f"--method {method}: take one of {', '.join(METHODS)}")
    console = Console()
    choice = choose_data(
        runs, data, labels=labels, ferplus=ferplus, ferplus_mode=ferplus_mode, sizes=sizes
    )
    opened = choice.open(report=lambda line: console.print(line, highlight=False, markup=False))
    opened.split(split)
    seen = split != "train" and "train" in opened.splits
    page = report_page(
        runs,
        display_names(runs),
        opened,
        split,
        copies=exact_copies(opened, split) if seen else None,
        method=method,
        seed=seed,
        faces=faces,
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = out.with_name(f".partial-{out.name}")
    temporary.write_text(page, encoding="utf-8")
    temporary.replace(out)
    console.print(f"report: {out}", highlight=False, markup=False)
