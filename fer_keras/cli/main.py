"""Assembles the commands; turns every error into one line and exit status 2."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

import typer

import fer_keras
from fer_keras.cli import benchmark, data
from fer_keras.cli.ablate import ablate
from fer_keras.cli.analyze import analyze
from fer_keras.cli.architectures import architectures
from fer_keras.cli.average import average
from fer_keras.cli.benchmark_crop import crop
from fer_keras.cli.benchmark_robustness import robustness
from fer_keras.cli.calibration import calibration
from fer_keras.cli.card import card
from fer_keras.cli.command import Command
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
from fer_keras.cli.streams import describe, discard_output, prepare_streams, print_error
from fer_keras.cli.train import train
from fer_keras.cli.tune import tune
from fer_keras.errors import InputError

INTERRUPTED = 130
UsageError: Any = typer.BadParameter.__mro__[1]
"""Its module depends on the version of typer."""

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


app.command(cls=Command)(train)
app.command(cls=Command)(architectures)
app.command(cls=Command)(evaluate)
app.command(cls=Command)(reproduce)
app.command(cls=Command)(tune)
app.command(cls=Command)(ablate)
app.command(cls=Command)(report)
app.command(cls=Command)(saliency)
app.command(cls=Command)(export)
app.command(cls=Command)(average)
app.command(cls=Command)(ship)
app.command(cls=Command)(card)
app.command(cls=Command)(predict)
app.command(cls=Command)(live)
app.command(cls=Command)(analyze)
app.command(cls=Command)(demo)
app.command(cls=Command)(calibration)
benchmark.app.command(cls=Command)(crop)
benchmark.app.command(cls=Command)(robustness)
app.add_typer(benchmark.app, name="benchmark")
app.add_typer(data.app, name="data")


def main() -> None:
    """Entry point of the console script."""
    if not sys.warnoptions:  # of libraries, to programmers: lines that no user can mend
        warnings.simplefilter("ignore")
    prepare_streams()
    filter_standard_error()
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    status = _run()
    discard_output()
    sys.exit(status)


def _run() -> int:
    """Run the command that was asked for; every error is a line."""
    try:
        status = app(standalone_mode=False) or 0
        if status == INTERRUPTED:
            print_error("interrupted")
        return int(status)
    except InputError as error:
        print_error(f"error: {error}")
    except KeyboardInterrupt:
        print_error("interrupted")
        return INTERRUPTED
    except (OSError, MemoryError, RecursionError) as error:  # outside of the command itself
        print_error(f"error: {describe(error)}")
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()
        else:
            path = error.ctx.command_path if error.ctx else "fer-keras"
            print_error(f"error: {error.format_message()} See `{path} --help`.")
    return 2
