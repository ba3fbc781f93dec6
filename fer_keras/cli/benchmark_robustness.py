"""`fer-keras benchmark robustness`: how models hold on blurred, dark, turned or covered faces."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options
from fer_keras.cli.lists import number_range
from fer_keras.cli.printing import say


def robustness(
    data: data_options.Data,
    models: Annotated[
        list[str] | None, typer.Argument(help="Shipped names, run folders or .tflite files.")
    ] = None,
    peer: Annotated[Path | None, typer.Option(help="Another project's .tflite for faces.")] = None,
    peer_range: Annotated[str, typer.Option(help="What black and white are to the peer.")] = "-1,1",
    split: data_options.SplitName = "validation",
    out: Annotated[Path, typer.Option(help="Folder for the table and the picture.")] = Path(
        "results/robustness"
    ),
) -> None:
    """Accuracy under nine changes of the picture at five strengths each.

    Example: `fer-keras benchmark robustness mobile-s mobile-m --data fer2013.csv.gz`
    """
    from fer_keras.studies.peer import check_peer

    check_peer(peer)

    from fer_keras.data.source import open_data
    from fer_keras.studies.robustness import study_robustness

    study_robustness(
        models or ["mobile-s"],
        open_data(data, report=say),
        out,
        peer=peer,
        peer_range=number_range(peer_range, "peer_range"),
        split=split,
        report=say,
    )
    say(f"written: {out}")
