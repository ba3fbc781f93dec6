"""Models side by side on the same faces: what `fer_keras.evaluate` and the pages show."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData
from fer_keras.data.labels import match_labels, matched_to_all
from fer_keras.errors import InputError
from fer_keras.evaluation.scores import COVERAGE, Comparison, Scores, compare, score
from fer_keras.models import Classifier, ModelLike, find_model
from fer_keras.models.model_file import read_labels
from fer_keras.tables import TextTable

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Judged:
    """A model and what was found.

    Attributes:
        name: how people call it here.
        model: what it is.
        probabilities: float32, (n, classes), for the faces of the split, in the data's order.
        scores: its figures.
        against_first: its comparison with the first model; None for the first itself.
    """

    name: str
    model: Classifier
    probabilities: NDArray[np.float32]
    scores: Scores
    against_first: Comparison | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "name": self.name,
            "file": str(self.model.path),
            "sha256": self.model.sha256,
            **self.scores.to_json(),
            "against_first": self.against_first.to_json() if self.against_first else None,
        }


def evaluate(
    models: ModelLike | Sequence[ModelLike],
    data: FaceData,
    split: str = "validation",
    *,
    abstain_below: float | None = None,
) -> pd.DataFrame:
    """Judge models on the same faces.

    Examples:
        >>> import fer_keras as fk
        >>> data = fk.open_data("synthetic", sizes=(70, 35, 35))
        >>> table = fk.evaluate(["mobile-s", "mobile-s-float16"], data)
        >>> bool(table.loc["mobile-s-float16", "agreement"] > 0.9)
        True

    Args:
        models: one or several: shipped names, runs, `.keras` or `.tflite` files.
        data: from `open_data`. Where its classes are others than the models' they are matched by
            what their names mean; faces of a class that not every model knows are left out. A
            class that no face has counts as wrong where a model says so.
        split: whose faces: train, validation or test.
        abstain_below: probability below which a model gives no answer; adds columns.

    Returns:
        Index: a short name of each model. Columns: accuracy, accuracy_low and accuracy_high (its
        95 % interval), faces, accuracy_without_copies (of faces that are no exact copy of a
        training face), accuracy_surest (of the 80 % of faces of which the model is surest),
        macro_f1, calibration_error, recall_<label>...; with several models
        agreement, difference, difference_low, difference_high and mcnemar_p, against the first;
        with `abstain_below` answered (a share) and accuracy_answered. All are fractions, 0 to 1,
        NaN where they are undefined.

    Raises:
        InputError: if a model is missing, it knows no class of the faces, or there are none.
    """
    import pandas as pd

    several = [models] if isinstance(models, str) or hasattr(models, "__fspath__") else [*models]
    judged = judge(several, data, split, abstain_below=abstain_below)
    return pd.DataFrame([_row(one) for one in judged], index=[one.name for one in judged])


def judge(
    models: Sequence[ModelLike],
    data: FaceData,
    split: str = "validation",
    *,
    abstain_below: float | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> list[Judged]:
    """As `evaluate`, with all that was found of each model.

    Args:
        report: called with a line before each model, and for each class that was matched or
            left out.
    """
    if not models:
        raise InputError("models: none; name one or more", "models")
    classifiers = [Classifier(model) for model in models]
    names = display_names(models)
    data = match_data(models, data, report)
    faces = data.split(split)
    if not len(faces):
        raise InputError(f"{data.source}: the {split} split has no faces")
    seen = split != "train" and "train" in data.splits
    copies = data.exact_copies(split) if seen else None
    judged: list[Judged] = []
    for name, classifier in zip(names, classifiers, strict=True):
        report(f"judging {name}")
        probabilities = _probabilities(classifier, faces.images, data.labels)
        scores = score(probabilities, faces, data.labels, copies, abstain_below)
        against = compare(probabilities, judged[0].probabilities, faces) if judged else None
        judged.append(Judged(name, classifier, probabilities, scores, against))
    return judged


def match_data(
    models: Sequence[ModelLike], data: FaceData, report: Callable[[str], None] = lambda line: None
) -> FaceData:
    """The faces that `judge` judges models on: under their labels, where these are others.

    Args:
        models: as for `evaluate`.
        data: from `open_data`.
        report: called with a line for each class that was matched or left out.

    Raises:
        InputError: if a model is missing, or it knows no class of the faces.
    """
    labels = [read_labels(find_model(model)) for model in models]
    matched = matched_to_all(data, list(zip(display_names(models), labels, strict=True)))
    for note in matched.notes[len(data.notes) :]:
        report(f"{data.source}: {note}")
    return matched


def _probabilities(
    classifier: Classifier, images: NDArray[np.uint8], labels: tuple[str, ...]
) -> NDArray[np.float32]:
    """A model's answers in the order of `labels`; 0 for those that it does not know."""
    answers = classifier.probabilities(images)
    order = list(match_labels(classifier.labels, labels).values())
    spread = np.zeros((len(images), len(labels)), np.float32)
    spread[:, [labels.index(label) for label in order if label is not None]] = answers
    return spread


def display_names(models: Sequence[ModelLike]) -> list[str]:
    """Short names by which to tell models apart: the last part of each path that does."""
    paths = [Path(model) for model in models]
    for parts in range(1, max(len(path.parts) for path in paths) + 1):
        names = ["/".join(path.parts[-parts:]) for path in paths]
        if len(set(names)) == len(names):
            return names
    return [str(path) for path in paths]


def comparison_table(models: Sequence[Judged], title: str = "") -> TextTable:
    """A column for each model, since class names make many rows.

    Args:
        models: at least one; all on the same faces.
        title: stands over it.
    """
    scores = [model.scores for model in models]
    lines: list[tuple[str, list[str]]] = [
        ("accuracy", [percent(one.accuracy.value) for one in scores]),
        ("  95 % interval", [_ends(*one.accuracy.interval) for one in scores]),
    ]
    unseen = scores[0].without_copies
    copies = scores[0].accuracy.faces - unseen.faces if unseen else 0
    if copies:
        cells = [percent(one.without_copies.value) for one in scores if one.without_copies]
        lines.append((f"  without {copies:,} copies", cells))
    lines += [
        (f"  of the surest {COVERAGE:.0%}", [percent(one.surest.value) for one in scores]),
        ("macro-F1", [f"{one.macro_f1:.3f}" for one in scores]),
        ("calibration error", [percent(one.calibration_error) for one in scores]),
    ]
    answered = [one.answered for one in scores]
    if any(answered):
        faces = scores[0].accuracy.faces
        lines += [
            ("answered", [percent(one.faces / faces) if one else "" for one in answered]),
            ("  accuracy of these", [percent(one.value) if one else "" for one in answered]),
        ]
    if len(models) > 1:
        others = [model.against_first for model in models]
        lines += [
            ("agrees with the first", [percent(c.agreement) if c else "" for c in others]),
            ("minus the first's", [f"{100 * c.difference:+.2f}" if c else "" for c in others]),
            ("  95 % interval", [_ends(*c.interval, sign="+") if c else "" for c in others]),
            ("McNemar's p", [_p(c.mcnemar_p) if c else "" for c in others]),
        ]
    for number, label in enumerate(scores[0].labels):
        lines.append((f"recall {label}", [percent(one.recall[number]) for one in scores]))
    return TextTable(
        columns=["", *(model.name for model in models)],
        rows=[[name, *cells] for name, cells in lines],
        title=title,
        caption="copies: faces that are, pixel for pixel, in the training split as well"
        if copies
        else None,
    )


def percent(fraction: float) -> str:
    """A fraction as people read it; a dash for NaN."""
    return "-" if math.isnan(fraction) else f"{100 * fraction:.2f} %"


def _row(judged: Judged) -> dict[str, Any]:
    scores, against = judged.scores, judged.against_first
    low, high = scores.accuracy.interval
    row: dict[str, Any] = {
        "accuracy": scores.accuracy.value,
        "accuracy_low": low,
        "accuracy_high": high,
        "faces": scores.accuracy.faces,
        "accuracy_surest": scores.surest.value,
        "macro_f1": scores.macro_f1,
        "calibration_error": scores.calibration_error,
    }
    if scores.without_copies:
        row["accuracy_without_copies"] = scores.without_copies.value
    if scores.answered:
        row["answered"] = scores.answered.faces / scores.accuracy.faces
        row["accuracy_answered"] = scores.answered.value
    if against:
        row |= {
            "agreement": against.agreement,
            "difference": against.difference,
            "difference_low": against.interval[0],
            "difference_high": against.interval[1],
            "mcnemar_p": against.mcnemar_p,
        }
    recalls = zip(scores.labels, scores.recall, strict=True)
    return row | {f"recall_{label}": float(recall) for label, recall in recalls}


def _ends(low: float, high: float, sign: str = "") -> str:
    return f"{100 * low:{sign}.1f} to {100 * high:{sign}.1f}"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
