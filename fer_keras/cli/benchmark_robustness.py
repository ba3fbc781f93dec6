"""`fer-keras benchmark robustness`: how models hold on blurred, dark, turned or covered faces."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options
from fer_keras.cli.printing import say


def robustness(
    data: data_options.Data,
    models: Annotated[
        list[str] | None, typer.Argument(help="Shipped names, run folders or .tflite files.")
    ] = None,
    peer: Annotated[Path | None, typer.Option(help="Another project's .tflite for faces.")] = None,
    peer_low: Annotated[float, typer.Option(help="What black is to the peer.")] = -1.0,
    peer_high: Annotated[float, typer.Option(help="What white is to the peer.")] = 1.0,
    split: data_options.SplitName = "validation",
    out: Annotated[Path, typer.Option(help="Folder for the table and the picture.")] = Path(
        "results/robustness"
    ),
) -> None:
    """Accuracy under nine changes of the picture at five strengths each.

    Example: `fer-keras benchmark robustness mobile-s mobile-m --data fer2013.csv.gz`
    """
    from fer_keras.data.source import open_data
    from fer_keras.studies.robustness import study_robustness

    study_robustness(
        models or ["mobile-s"],
        open_data(data, report=say),
        out,
        peer=peer,
        peer_range=(peer_low, peer_high),
        split=split,
        report=say,
    )
    say(f"written: {out}")
