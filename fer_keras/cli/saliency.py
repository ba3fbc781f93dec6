"""`fer-keras saliency`: which pixels made a model name what it named."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli import data_options
from fer_keras.cli.lists import whole_numbers, words
from fer_keras.cli.printing import say
from fer_keras.errors import InputError
from fer_keras.keras_backend import choose_tensorflow


def saliency(
    model: Annotated[str, typer.Argument(help="Run folder, .keras file or shipped name.")],
    photos: Annotated[
        list[Path] | None,
        typer.Argument(help="Photos, instead of a data set's faces: the surest face of each."),
    ] = None,
    data: data_options.OptionalData = None,
    split: data_options.SplitName = "validation",
    emotion: Annotated[
        str | None, typer.Option(help="Faces with these labels, as happy,sad; default: all.")
    ] = None,
    method: Annotated[
        str, typer.Option(help="vanilla, smoothgrad, gradcam++ or scorecam.")
    ] = "smoothgrad",
    n: Annotated[int, typer.Option("-n", help="Faces of each label.", min=1)] = 8,
    rows: Annotated[
        str | None, typer.Option(help="These rows of the source instead, as 28709,28712.")
    ] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="Only misclassified faces.")] = False,
    seed: Annotated[int, typer.Option(help="Of the choice and of noise.", min=0)] = 0,
    sizes: data_options.Sizes = None,
    out: Annotated[Path, typer.Option(help="The picture, PNG.", metavar="FILE")] = Path(
        "saliency.png"
    ),
) -> None:
    """Draw faces, the maps of what made the model decide, and the one over the other.

    A map explains the class that the model names, by its logit. A caption shows the label and what
    the model names it, with its probability; red where they differ. A photo without a face is
    refused.

    Example: `fer-keras saliency runs/final-slim-1 --emotion happy,fear --method gradcam++`
    """
    from fer_keras.cli.run_data import open_for
    from fer_keras.figures import save_figure
    from fer_keras.models import find_model
    from fer_keras.saliency.explain import explain_photos, explain_split
    from fer_keras.saliency.grid import draw_grid
    from fer_keras.saliency.maps import check_method

    choose_tensorflow()
    check_method(method)
    chosen = (split, n) != ("validation", 8)
    if photos and (data or rows or emotion or wrong or sizes or chosen):
        raise InputError("photos: go with no option that chooses faces of a data set", "photos")
    file = find_model(model, trainable=True)
    title = f"{file.parent.name}/{file.name}, {method}"
    if photos:
        blocks = [explain_photos(model, photos, method=method, seed=seed)]
    else:
        blocks = explain_split(
            model,
            open_for([model], data, sizes=sizes),
            split,
            emotions=words(emotion) if emotion else None,
            n=n,
            rows=whole_numbers(rows, "rows", "28709,28712") if rows else None,
            wrong=wrong,
            method=method,
            seed=seed,
        )
        title += f", {split}: label → named by the model"
    save_figure(draw_grid(blocks, title), out)
    count = sum(map(len, blocks))
    say(f"{count} face{'s' * (count != 1)}, {method}: {out}")
