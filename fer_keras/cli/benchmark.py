"""`fer-keras benchmark`: how fast things are, against each other."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from fer_keras.cli import data_options
from fer_keras.cli.benchmark_files import files
from fer_keras.cli.command import Command
from fer_keras.cli.option_names import Commands


class FilesByDefault(Commands):
    """`fer-keras benchmark a.tflite` means `fer-keras benchmark files a.tflite`."""

    def parse_args(self, context: Any, words: list[str]) -> list[str]:
        """Put the command's name where the user left it out."""
        if words and words[0] not in self.commands and words[0] != "--help":
            words = ["files", *words]
        return super().parse_args(context, words)


app = typer.Typer(cls=FilesByDefault, help="Time things against each other.", no_args_is_help=True)
app.command(cls=Command)(files)


@app.command(cls=Command)
def pipeline(
    arch: Annotated[
        str, typer.Option(help="Architecture that takes the faces.")
    ] = data_options.DEFAULT_ARCH,
    data: data_options.Data = data_options.DEFAULT_DATA,
    sizes: data_options.Sizes = None,
    rounds: Annotated[int, typer.Option(help="How often both are timed.", min=1)] = 5,
) -> None:
    """How many faces a second the input pipeline gives, against what training takes.

    Example: `fer-keras benchmark pipeline --data fer2013.csv.gz`
    """
    from rich.console import Console

    console = Console()
    faces = data_options.open_faces(data, sizes=sizes, report=console.print)

    import dataclasses

    from fer_keras.studies.pipeline_benchmark import measure_pipeline
    from fer_keras.training.device import prepare_device
    from fer_keras.training.recipes import MOBILE_AUGMENTATION, default_recipe

    device = prepare_device()
    # With every change switched on, whatever the recipe: the pipeline's hardest case.
    recipe = dataclasses.replace(default_recipe(arch), augmentation=MOBILE_AUGMENTATION)
    speed = measure_pipeline(recipe, faces, rounds)
    console.print(
        f"pipeline alone {speed.pipeline:,.0f} faces/s, training {arch} {speed.training:,.0f} "
        f"faces/s, on {device.description}: {speed.ratio:.1f}x "
        f"({min(speed.ratios):.1f} to {max(speed.ratios):.1f} over {rounds} rounds)",
        highlight=False,
        soft_wrap=True,
    )
