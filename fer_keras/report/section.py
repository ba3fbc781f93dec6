"""All that a report says about one run: figures, tables and pictures as data URIs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData, Split
from fer_keras.evaluation.confusion import most_confused
from fer_keras.evaluation.human_uncertainty import (
    HumanComparison,
    compare_with_humans,
)
from fer_keras.evaluation.scores import Scores
from fer_keras.pictures.confusion import draw_confusion
from fer_keras.pictures.figure_file import figure_uri
from fer_keras.pictures.humans import draw_comparison
from fer_keras.pictures.mistakes import draw_faces, mistake_captions, most_confident_mistakes
from fer_keras.pictures.reliability import draw_reliability
from fer_keras.runs.run_folder import RunFolder
from fer_keras.saliency.choose_faces import choose_at_random
from fer_keras.saliency.grid import draw_grid, explain_faces

EXPLAINED = 2
"""Faces of each class in the saliency grid."""


@dataclass(frozen=True)
class ClassRow:
    """One class in the table of classes; precision, recall and F1 are 0 to 1, NaN if undefined."""

    label: str
    faces: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Section:
    """One run in a report; pictures are `data:` URIs, or None where they have been left out.

    Attributes:
        name: the run's name.
        facts: what it is: names and values.
        scores: its figures.
        classes: the table of classes.
        confused: (label, named instead, faces, share), the most frequent mistakes.
        confusion, reliability: pictures.
        saliency, mistakes: pictures of faces.
        humans: the comparison with annotators, where there are votes.
        humans_picture: its picture.
    """

    name: str
    facts: list[tuple[str, str]]
    scores: Scores
    classes: list[ClassRow]
    confused: list[tuple[str, str, int, float]]
    confusion: str
    reliability: str
    saliency: str | None
    mistakes: str | None
    humans: HumanComparison | None
    humans_picture: str | None


def make_section(
    run: RunFolder,
    name: str,
    data: FaceData,
    split_name: str,
    probabilities: NDArray[np.float32],
    scores: Scores,
    *,
    method: str,
    seed: int,
    faces: bool,
) -> Section:
    """Gather what there is to say about a run.

    Args:
        run: its folder.
        name: how to call it.
        data, split_name: the faces that it is judged on.
        probabilities: what its best model says of them.
        scores: its figures on them.
        method: saliency method.
        seed: of the choice of explained faces.
        faces: whether pictures of faces go in.
    """
    split = data.split(split_name)
    humans = compare_with_humans(probabilities, split)
    title = f"{name}, {split_name}"
    return Section(
        name=name,
        facts=run_facts(run),
        scores=scores,
        classes=class_rows(scores),
        confused=most_confused(scores.confusion, data.labels, top=8),
        confusion=figure_uri(draw_confusion(scores.confusion, data.labels)),
        reliability=figure_uri(draw_reliability(probabilities, split.labels, title)),
        saliency=_saliency(run, data, split, method, seed) if faces else None,
        mistakes=_mistakes(probabilities, split, data.labels) if faces else None,
        humans=humans,
        humans_picture=None if humans is None else figure_uri(draw_comparison(humans)),
    )


def run_facts(run: RunFolder) -> list[tuple[str, str]]:
    """What a run is, from its folder."""
    config = run.read_config()
    history = run.read_history()
    recipe = config.get("recipe", {})
    facts = [("architecture", str(recipe.get("arch", "unknown")))]
    if recipe.get("options"):
        options = ", ".join(f"{key}={value}" for key, value in recipe["options"].items())
        facts.append(("its options", options))
    for key in ("optimizer", "learning_rate", "batch_size"):
        if key in recipe:
            facts.append((key.replace("_", " "), str(recipe[key])))
    if recipe.get("augmentation"):
        changes = ", ".join(f"{key} {value:g}" for key, value in recipe["augmentation"].items())
        facts.append(("augmentation", changes))
    if len(history):
        best = history.iloc[int(history["val_accuracy"].argmax())]
        facts += [
            ("epochs", f"{len(history)}, best {best['epoch']:.0f}"),
            ("training accuracy at the best epoch", f"{best['accuracy']:.2%}"),
            ("seconds an epoch", f"{history['seconds'].median():.1f} (median)"),
        ]
    # Its name alone: pages are handed on, and folders are nobody else's business.
    facts.append(("trained on", Path(config.get("data", {}).get("spec", "unknown")).name))
    for key in ("seed", "device", "precision", "git_commit"):
        if config.get(key) is not None:
            facts.append((key.replace("_", " "), str(config[key])))
    versions = config.get("versions", {})
    if versions:
        facts.append(("versions", ", ".join(f"{key} {value}" for key, value in versions.items())))
    return facts


def class_rows(scores: Scores) -> list[ClassRow]:
    """Precision, recall and F1 of each class, from the confusion matrix."""
    hits = scores.confusion.diagonal()
    faces, named = scores.confusion.sum(1), scores.confusion.sum(0)
    return [
        ClassRow(
            label=label,
            faces=int(faces[i]),
            precision=_ratio(hits[i], named[i]),
            recall=_ratio(hits[i], faces[i]),
            f1=_ratio(2 * hits[i], faces[i] + named[i]),
        )
        for i, label in enumerate(scores.labels)
    ]


def _saliency(run: RunFolder, data: FaceData, split: Split, method: str, seed: int) -> str:
    from fer_keras.models.keras_file import load_model

    model, labels = load_model(run.best_model)
    everyone = np.ones(len(split), bool)
    blocks = []
    for label in range(len(data.labels)):
        index = choose_at_random(everyone, split.labels, label, EXPLAINED, seed)
        if not len(index):
            continue
        some = split.take(index)
        truth, rows = [data.labels[label]] * len(some), [f"row {row}" for row in some.rows]
        blocks.append(explain_faces(model, labels, some.images, truth, rows, method, seed))
    return figure_uri(draw_grid(blocks, f"{method}: label → named by the model"))


def _mistakes(
    probabilities: NDArray[np.float32], split: Split, labels: tuple[str, ...]
) -> str | None:
    index = most_confident_mistakes(probabilities, split.labels)
    if not len(index):
        return None
    captions = mistake_captions(probabilities[index], split.labels[index], labels)
    return figure_uri(draw_faces(split.images[index], captions))


def _ratio(part: Any, whole: Any) -> float:
    return float(part / whole) if whole else float("nan")
