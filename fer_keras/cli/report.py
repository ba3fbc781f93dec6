"""`fer-keras report`: one page about a model, or about several side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options
from fer_keras.cli.printing import say
from fer_keras.keras_backend import choose_tensorflow


def report(
    models: Annotated[
        list[str], typer.Argument(help="Run folders, shipped names, .keras and .tflite files.")
    ],
    data: data_options.OptionalData = None,
    split: data_options.SplitName = "validation",
    labels: data_options.OptionalLabels = None,
    ferplus: data_options.FerPlus = None,
    ferplus_mode: data_options.OptionalFerPlusMode = None,
    sizes: data_options.Sizes = None,
    method: Annotated[
        str, typer.Option(help="Saliency: vanilla, smoothgrad, gradcam++ or scorecam.")
    ] = "smoothgrad",
    seed: Annotated[int, typer.Option(help="Of the choice of faces to explain.", min=0)] = 0,
    faces: Annotated[bool, typer.Option(help="Show faces; FER2013's may not be published.")] = True,
    out: Annotated[Path, typer.Option(help="The page, HTML.", metavar="FILE")] = Path(
        "report.html"
    ),
) -> None:
    """Write one self-contained HTML page: curves, confusion, reliability, saliency, mistakes.

    With --ferplus it also sets the model's doubts against those of human annotators.

    Example: `fer-keras report runs/final-slim-1 --ferplus fer2013new.csv --out final-slim.html`
    """
    from fer_keras.models import find_model
    from fer_keras.saliency.maps import check_method

    choose_tensorflow()
    check_method(method)
    for model in models:
        find_model(model)

    from fer_keras.cli.run_data import open_for
    from fer_keras.files import write_text
    from fer_keras.report.page import report_page

    opened = open_for(
        models, data, labels=labels, ferplus=ferplus, ferplus_mode=ferplus_mode, sizes=sizes
    )
    page = report_page(models, opened, split, method=method, seed=seed, faces=faces, report=say)
    write_text(out, page)
    say(f"report: {out}")
