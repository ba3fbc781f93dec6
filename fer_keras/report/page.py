"""The page of `fer-keras report`: one HTML file that needs no other file and no network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData, Split
from fer_keras.evaluation.human_uncertainty import (
    HumanComparison,
    compare_with_humans,
)
from fer_keras.evaluation.judging import (
    Judged,
    comparison_table,
    judge,
    match_data,
    percent,
)
from fer_keras.evaluation.scores import COVERAGE, Accuracy, Scores
from fer_keras.figures import (
    draw_comparison,
    draw_confusion,
    draw_curves,
    draw_faces,
    draw_reliability,
    figure_uri,
    mistake_captions,
    most_confident_mistakes,
    most_confused,
)
from fer_keras.models import Classifier, ModelLike
from fer_keras.runs.config import devices_of
from fer_keras.runs.run_folder import RunFolder
from fer_keras.saliency.explain import explain_split
from fer_keras.saliency.grid import draw_grid
from fer_keras.saliency.maps import check_method

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


def run_of(model: Classifier) -> RunFolder | None:
    """The run whose best epoch a model is, or None."""
    run = RunFolder(model.path.parent)
    return run if model.path == run.best_model and run.config_file.is_file() else None


def make_section(
    judged: Judged,
    data: FaceData,
    split_name: str,
    *,
    method: str,
    seed: int,
    faces: bool,
) -> Section:
    """Gather what there is to say about a model.

    Args:
        judged: it, and what was found.
        data, split_name: the faces that it was judged on.
        method: saliency method.
        seed: of the choice of explained faces.
        faces: whether pictures of faces go in.
    """
    split = data.split(split_name)
    name, probabilities, scores = judged.name, judged.probabilities, judged.scores
    run = run_of(judged.model)
    humans = compare_with_humans(probabilities, split)
    title = f"{name}, {split_name}"
    return Section(
        name=name,
        facts=run_facts(run) if run else file_facts(judged.model),
        scores=scores,
        classes=class_rows(scores),
        confused=most_confused(scores.confusion, data.labels, top=8),
        confusion=figure_uri(draw_confusion(scores.confusion, data.labels)),
        reliability=figure_uri(draw_reliability(probabilities, split.labels, title)),
        saliency=_saliency(judged.model, data, split_name, method, seed) if faces else None,
        mistakes=_mistakes(probabilities, split, data.labels) if faces else None,
        humans=humans,
        humans_picture=None if humans is None else figure_uri(draw_comparison(humans)),
    )


def file_facts(model: Classifier) -> list[tuple[str, str]]:
    """What a file is that lies in no run folder."""
    size = model.path.stat().st_size
    return [("file", model.path.name), ("bytes", f"{size:,}"), ("SHA-256", model.sha256)]


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
    facts.append(("trained on", Path(str((config.get("data") or {}).get("spec", "unknown"))).name))
    said = {**config, "device": devices_of(config)}
    for key in ("seed", "device", "precision", "git_commit"):
        if said.get(key) is not None:
            facts.append((key.replace("_", " "), str(said[key])))
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


def _saliency(
    model: Classifier, data: FaceData, split_name: str, method: str, seed: int
) -> str | None:
    if model.path.suffix != ".keras":  # no gradients
        return None
    blocks = explain_split(model, data, split_name, n=EXPLAINED, method=method, seed=seed)
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


TEMPLATE = Path(__file__).with_name("report.html")


def report_page(
    models: Sequence[ModelLike],
    data: FaceData,
    split: str = "validation",
    *,
    method: str = "smoothgrad",
    seed: int = 0,
    faces: bool = True,
    report: Callable[[str], None] = lambda line: None,
) -> str:
    """Make the page for a model, or for several side by side.

    Args:
        models: runs, shipped names, files; at least one. Curves and recipe are shown of runs,
            saliency of what has gradients.
        data, split: the faces to judge them on, matched to the models' classes as by `evaluate`.
        method: saliency method.
        seed: of the choice of explained faces.
        faces: whether pictures of faces go in.
        report: called with a line before each step.

    Returns:
        HTML.

    Raises:
        InputError: if a model is missing, it knows no class of the faces, or there are none.
    """
    check_method(method)
    # The page is of the faces that are judged; people know the data by its own fingerprint.
    data = replace(match_data(models, data, report), fingerprint=data.fingerprint)
    judged = judge(models, data, split, report=report)
    sections = []
    for one in judged:
        report(f"drawing {one.name}")
        sections.append(make_section(one, data, split, method=method, seed=seed, faces=faces))
    runs = {one.name: run_of(one.model) for one in judged}
    histories = {name: run.read_history() for name, run in runs.items() if run}
    return _render(
        data=data,
        source=Path(data.source).name,
        split=split,
        faces=len(data.split(split)),
        names=[one.name for one in judged],
        table=[(row[0], row[1:]) for row in comparison_table(judged).rows],
        sections=sections,
        coverage=COVERAGE,
        curves=figure_uri(draw_curves(histories)) if histories else None,
        pictures_of_faces=faces,
    )


def _render(**values: object) -> str:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["percent"] = percent
    environment.filters["interval"] = _interval
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(**values)


def _interval(accuracy: Accuracy) -> str:
    low, high = accuracy.interval
    return f"{100 * low:.1f} to {100 * high:.1f} %"
