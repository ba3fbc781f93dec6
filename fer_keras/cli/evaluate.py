"""`fer-keras evaluate`: models of any format side by side on the same faces."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options
from fer_keras.cli.printing import print_table, say


def evaluate(
    models: Annotated[
        list[str],
        typer.Argument(
            help="Run folders, shipped names, .keras and .tflite files, in any mixture."
        ),
    ],
    data: data_options.OptionalData = None,
    split: data_options.SplitName = "validation",
    labels: data_options.OptionalLabels = None,
    ferplus: data_options.FerPlus = None,
    ferplus_mode: data_options.OptionalFerPlusMode = None,
    sizes: data_options.Sizes = None,
    class_order: data_options.ClassOrder = None,
    abstain_below: Annotated[
        float | None,
        typer.Option(help="Say on how many faces the answer is at least so sure.", min=0, max=1),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
    confusion: Annotated[
        Path | None,
        typer.Option(
            help="Draw confusion matrices: PNG; of several models one file each.", metavar="FILE"
        ),
    ] = None,
) -> None:
    """Accuracy with its interval, macro-F1, recall, calibration error, and whether models differ.

    Example: `fer-keras evaluate runs/final-slim-1 mobile-s --data fer2013.csv.gz`
    """
    import json

    from fer_keras.models import find_model

    for model in models:
        find_model(model)  # before seconds go into the data

    from fer_keras.cli.run_data import open_for
    from fer_keras.evaluation.judging import comparison_table, judge
    from fer_keras.figures import save_confusions

    faces = open_for(
        models,
        data,
        labels=labels,
        ferplus=ferplus,
        ferplus_mode=ferplus_mode,
        sizes=sizes,
        class_order=class_order,
    )
    judged = judge(models, faces, split, abstain_below=abstain_below, report=say)
    count = judged[0].scores.accuracy.faces
    if as_json:
        about = {
            "source": faces.source,
            "fingerprint": faces.fingerprint,
            "split": split,
            "faces": count,
            "labels": list(judged[0].scores.labels),
        }
        result = {"data": about, "models": [one.to_json() for one in judged]}
        typer.echo(json.dumps(result, indent=2))
    else:
        print_table(comparison_table(judged, f"{faces.source}, {split}: {count:,} faces"))
    if confusion is not None:
        for path in save_confusions(judged, split, confusion):
            say(f"drawn: {path}")
