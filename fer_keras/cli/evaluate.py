"""`fer-keras evaluate`: models of any format side by side on the same faces."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fer_keras.cli import data_options

if TYPE_CHECKING:
    from fer_keras.data.face_data import FaceData
    from fer_keras.evaluation.table import Judged


def evaluate(
    models: Annotated[
        list[Path], typer.Argument(help="Run folders, .keras and .tflite files, in any mixture.")
    ],
    data: data_options.OptionalData = None,
    split: data_options.SplitName = "validation",
    labels: data_options.Labels = data_options.DEFAULT_LABELS,
    ferplus: data_options.FerPlus = None,
    ferplus_mode: data_options.FerPlusMode = data_options.DEFAULT_FERPLUS_MODE,
    sizes: data_options.Sizes = None,
    abstain_below: Annotated[
        float | None,
        typer.Option(help="Say on how many faces the answer is at least so sure.", min=0, max=1),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
    confusion: Annotated[
        Path | None,
        typer.Option(help="Draw confusion matrices: PNG; of several models one file each."),
    ] = None,
) -> None:
    """Accuracy with its interval, macro-F1, recall, calibration, and whether models differ.

    Example: `fer-keras evaluate runs/final-slim-1 int8.tflite --data fer2013.csv.gz`
    """
    from rich.console import Console

    from fer_keras.cli.run_data import choose_data
    from fer_keras.evaluation.table import draw_table
    from fer_keras.models import find_model

    files = [find_model(path) for path in models]
    # What is said aside goes to the error stream: standard output may be JSON for a program.
    aside = Console(stderr=True)
    choice = choose_data(
        models, data, labels=labels, ferplus=ferplus, ferplus_mode=ferplus_mode, sizes=sizes
    )
    faces = choice.open(report=lambda line: aside.print(line, highlight=False, markup=False))
    judged = judge(models, files, faces, split, abstain_below)
    if as_json:
        typer.echo(json.dumps(_as_json(judged, files, faces, split), indent=2))
    else:
        title = f"{faces.source}, {split}: {len(faces.split(split)):,} faces"
        Console().print(draw_table(judged, title))
    if confusion is not None:
        for path in draw_confusions(judged, split, confusion):
            aside.print(f"drawn: {path}", highlight=False, markup=False)


def judge(
    models: Sequence[Path],
    files: Sequence[Path],
    faces: FaceData,
    split_name: str,
    abstain_below: float | None = None,
) -> list[Judged]:
    """Score every model, and compare each with the first.

    Args:
        models: as the user named them.
        files: the model file of each.
        faces: the data.
        split_name: the split to use.
        abstain_below: probability below which a model gives no answer, or None.

    Raises:
        InputError: if the split is missing or empty, or a model's labels are not the data's.
    """
    from fer_keras.cli.run_data import display_names
    from fer_keras.data.audit import exact_copies
    from fer_keras.errors import InputError
    from fer_keras.evaluation.scores import compare, score
    from fer_keras.evaluation.table import Judged
    from fer_keras.models import Classifier

    split = faces.split(split_name)
    if not len(split):
        raise InputError(f"{faces.source}: the {split_name} split has no faces")
    seen = split_name != "train" and "train" in faces.splits
    copies = exact_copies(faces, split_name) if seen else None
    judged: list[Judged] = []
    first = None
    for name, file in zip(display_names(models), files, strict=True):
        probabilities = Classifier(file).probabilities(split.images, faces.labels)
        scores = score(probabilities, split, faces.labels, copies, abstain_below)
        against = None if first is None else compare(probabilities, first, split)
        first = probabilities if first is None else first
        judged.append(Judged(name, scores, against))
    return judged


def draw_confusions(judged: Sequence[Judged], split_name: str, path: Path) -> list[Path]:
    """Draw the confusion matrix of each model; of several, into files with its number.

    Returns:
        The files written.
    """
    from fer_keras.pictures.confusion import draw_confusion
    from fer_keras.pictures.figure_file import save_figure

    written = []
    for number, model in enumerate(judged, start=1):
        target = path if len(judged) == 1 else path.with_name(f"{path.stem}-{number}.png")
        accuracy = model.scores.accuracy
        title = f"{model.name}: {split_name}, {accuracy.value:.1%} of {accuracy.faces:,} faces"
        save_figure(draw_confusion(model.scores.confusion, model.scores.labels, title), target)
        written.append(target)
    return written


def _as_json(
    judged: Sequence[Judged], files: Sequence[Path], faces: FaceData, split_name: str
) -> dict[str, object]:
    return {
        "data": {
            "source": faces.source,
            "fingerprint": faces.fingerprint,
            "split": split_name,
            "faces": len(faces.split(split_name)),
            "labels": list(faces.labels),
        },
        "models": [
            {
                "name": model.name,
                "file": str(file),
                **model.scores.to_json(),
                "against_first": model.against_first.to_json() if model.against_first else None,
            }
            for model, file in zip(judged, files, strict=True)
        ],
    }
