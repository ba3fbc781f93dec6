"""Assembles the commands; turns an InputError into one line and exit status 2."""

from __future__ import annotations

import os
import sys

import typer

import fer_keras
from fer_keras.cli import benchmark, data
from fer_keras.cli.ablate import ablate
from fer_keras.cli.architectures import architectures
from fer_keras.cli.benchmark_crop import crop
from fer_keras.cli.calibration import calibration
from fer_keras.cli.demo import demo
from fer_keras.cli.evaluate import evaluate
from fer_keras.cli.export import export
from fer_keras.cli.live import live
from fer_keras.cli.option_names import Commands
from fer_keras.cli.predict import predict
from fer_keras.cli.quiet import filter_standard_error
from fer_keras.cli.report import report
from fer_keras.cli.reproduce import reproduce
from fer_keras.cli.saliency import saliency
from fer_keras.cli.ship import ship
from fer_keras.cli.train import train
from fer_keras.cli.tune import tune
from fer_keras.errors import InputError

app = typer.Typer(
    name="fer-keras",
    cls=Commands,
    help="Facial emotion recognition, from FER2013 to a quantised model on a phone.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


@app.callback(invoke_without_command=True)
def _version(
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
) -> None:
    if version:
        typer.echo(f"fer-keras {fer_keras.__version__}")
        raise typer.Exit


app.command()(train)
app.command()(architectures)
app.command()(evaluate)
app.command()(reproduce)
app.command()(tune)
app.command()(ablate)
app.command()(report)
app.command()(saliency)
app.command()(export)
app.command()(ship)
app.command()(predict)
app.command()(live)
app.command()(demo)
app.command()(calibration)
benchmark.app.command()(crop)
app.add_typer(benchmark.app, name="benchmark")
app.add_typer(data.app, name="data")


def main() -> None:
    """Entry point of the console script."""
    filter_standard_error()
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    try:
        app()
    except InputError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        sys.exit(130)
