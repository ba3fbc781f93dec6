"""What the offsets of class scaling do to fear's recall, and what others would do.

    python results/recall/offsets.py DATA [NAME...]       DATA: FER2013, PublicTest is judged

Each row is cross-fitted on PublicTest, as in a model card. "named as often": after scaling, offsets
are moved by that share of what it takes to name each class as often as it occurs. Writes
offsets.csv, beside this.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from fer_keras.data.source import open_data
from fer_keras.evaluation.scores import expected_calibration_error
from fer_keras.models import find_model
from fer_keras.models.keras_file import load_model
from fer_keras.shipping.class_scaling import FOLDS, ClassScaling, fit_class_scaling, read_logits

Floats = NDArray[np.float64]
Fit = Callable[[Floats, NDArray[np.int64]], ClassScaling]
ROUNDS, RATE, FEWEST = 300, 0.05, 5


def as_shipped(logits: Floats, labels: NDArray[np.int64]) -> ClassScaling:
    """The least cross entropy."""
    return fit_class_scaling(logits, labels)


def nothing(logits: Floats, _: NDArray[np.int64]) -> ClassScaling:
    """The logits as they are: of a shipped model, once scaled."""
    return ClassScaling(np.ones(logits.shape[1]), np.zeros(logits.shape[1]))


def lifted(place: int, by: float) -> Fit:
    """As shipped, and one class's logit more."""

    def fit(logits: Floats, labels: NDArray[np.int64]) -> ClassScaling:
        found = fit_class_scaling(logits, labels)
        offsets = found.offsets.copy()
        offsets[place] += by
        return ClassScaling(found.temperatures, offsets)

    return fit


def named_as_often(share: float) -> Fit:
    """As shipped, and classes named more nearly as often as they occur."""

    def fit(logits: Floats, labels: NDArray[np.int64]) -> ClassScaling:
        found = fit_class_scaling(logits, labels)
        classes = logits.shape[1]
        seen = np.bincount(labels, minlength=classes) + FEWEST
        scaled, more = logits / found.temperatures + found.offsets, np.zeros(classes)
        for _ in range(ROUNDS):
            named = np.bincount((scaled + more).argmax(1), minlength=classes) + FEWEST
            more += RATE * np.log(seen / named)
        return ClassScaling(found.temperatures, found.offsets + share * (more - more.mean()))

    return fit


def main() -> None:
    """Measure and write."""
    data = open_data(sys.argv[1])
    judged = data.split("validation")
    labels, fear = judged.labels, data.labels.index("fear")
    ways: dict[str, Fit] = {"as it is": nothing, "scaled anew (as shipped)": as_shipped}
    ways |= {f"and {by} on fear": lifted(fear, by) for by in (0.1, 0.2, 0.3, 0.4)}
    ways |= {
        f"and named as often, {share:.0%}": named_as_often(share) for share in (0.25, 0.5, 1.0)
    }
    rows = []
    for name in sys.argv[2:] or ["mobile-s", "mobile-m"]:
        model, _ = load_model(find_model(name, trainable=True))
        logits = read_logits(model, judged.images).astype(np.float64)
        for way, fit in ways.items():
            found = np.empty_like(logits)
            folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
            for fitted, left in folds.split(logits, labels):
                found[left] = fit(logits[fitted], labels[fitted]).probabilities(logits[left])
            named = found.argmax(1)
            calls = (named == fear).sum() / (labels == fear).sum()
            recalls = [
                (named[labels == place] == place).mean() for place in range(len(data.labels))
            ]
            rows.append(
                {
                    "model": name,
                    "scaling": way,
                    "accuracy": f"{(named == labels).mean():.2%}",
                    "ECE": f"{expected_calibration_error(found, labels):.3f}",
                    "fear's recall": f"{recalls[fear]:.3f}",
                    "fear's precision": f"{(labels[named == fear] == fear).mean():.3f}",
                    "named fear, of those that are": f"{calls:.0%}",
                    "mean recall": f"{np.mean(recalls):.3f}",
                }
            )
    table = pd.DataFrame(rows)
    table.to_csv(Path(__file__).with_name("offsets.csv"), index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
