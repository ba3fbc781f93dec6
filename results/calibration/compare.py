"""Which scaling makes probabilities true of faces that it was not fitted on, and what chance does.

    python results/calibration/compare.py DATA [NAME...]     DATA: FER2013; PublicTest alone is read

The halves of PublicTest take turns: one fits, the other is judged; ten divisions, their mean. A
shipped model's own scaling is undone first. "by chance": a model whose probabilities are exactly
true has this calibration error on so many faces, since labels are drawn: 500 draws from the
probabilities of the shipped kind of scaling. Writes compare.csv and chance.csv, beside this.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import softmax
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import StratifiedKFold

from fer_keras.data.source import open_data
from fer_keras.evaluation.scores import confidence_bins, expected_calibration_error
from fer_keras.models import find_model
from fer_keras.models.keras_file import load_model
from fer_keras.shipping.class_scaling import ClassScaling, fit_class_scaling, read_logits

HERE = Path(__file__).parent
WEIGHTS = HERE.parents[1] / "fer_keras" / "weights"
DIVISIONS, DRAWS, LIMIT = 10, 500, 0.02
SHIPPED = "a temperature and an offset for each class (as shipped)"

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Answer = Callable[[Floats], Floats]
"""From logits, (n, classes), to probabilities."""


def shared_temperature(pull: float | None) -> Callable[[Floats, Labels], Answer]:
    """One temperature, and an offset for each class that is pulled to 0 so strongly; None: none."""

    def fit(logits: Floats, labels: Labels) -> Answer:
        truth = np.eye(logits.shape[1])[labels]

        def loss(values: Floats) -> tuple[float, Floats]:
            factor, offsets = np.exp(values[0]), values[1:]
            scaled = softmax(logits * factor + offsets, axis=1)
            slope = (scaled - truth) / len(labels)
            entropy = -(truth * np.log(np.maximum(scaled, 1e-12))).sum(1).mean()
            gradient = np.concatenate([[(slope * logits).sum() * factor], slope.sum(0)])
            if pull is None:
                gradient[1:] = 0.0
                return entropy, gradient
            gradient[1:] += 2 * pull * offsets
            return entropy + pull * float(offsets @ offsets), gradient

        found = minimize(loss, np.zeros(logits.shape[1] + 1), jac=True, method="L-BFGS-B").x
        return lambda shown: softmax(shown * np.exp(found[0]) + found[1:], axis=1)

    return fit


def each_class(pull: float) -> Callable[[Floats, Labels], Answer]:
    """As shipped, pulled so strongly to nothing."""
    return lambda logits, labels: fit_class_scaling(logits, labels, pull).probabilities


def isotonic(logits: Floats, labels: Labels) -> Answer:
    """A rising curve for how sure the network is of what it names; no file can hold it."""
    plain = softmax(logits, axis=1)
    curve = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
    curve.fit(plain.max(1), plain.argmax(1) == labels)

    def answer(shown: Floats) -> Floats:
        given = softmax(shown, axis=1)
        named = np.eye(given.shape[1], dtype=bool)[given.argmax(1)]
        sure = np.clip(curve.predict(given.max(1)), 1 / given.shape[1] + 1e-6, 1 - 1e-3)
        others = np.where(named, 0, given)
        # What is left goes to the other classes as they stood to one another.
        return np.where(named, sure[:, None], others * ((1 - sure) / others.sum(1))[:, None])

    return answer


WAYS: dict[str, Callable[[Floats, Labels], Answer]] = {
    "as trained": lambda logits, labels: lambda shown: softmax(shown, axis=1),
    "one temperature": shared_temperature(None),
    "one temperature, offsets pulled by 0.1": shared_temperature(0.1),
    "one temperature, offsets pulled by 0.001": shared_temperature(1e-3),
    SHIPPED: lambda logits, labels: fit_class_scaling(logits, labels).probabilities,
    "as shipped, pulled ten times as strongly": each_class(1e-2),
    "as shipped, pulled thirty times as strongly": each_class(3e-2),
    "isotonic, of the named class": isotonic,
}


def squared_error_beyond_chance(probabilities: Floats, labels: Labels) -> float:
    """The mean squared gap of 15 bins, less what chance adds to it (Kumar et al. 2019)."""
    table = confidence_bins(probabilities, labels)
    full = table.count > 1
    share, right = table.count[full] / len(labels), table.accuracy[full]
    gaps = (right - table.confidence[full]) ** 2 - right * (1 - right) / (table.count[full] - 1)
    return float((share * gaps).sum())


def judged(logits: Floats, labels: Labels, fit: Callable[[Floats, Labels], Answer]) -> Floats:
    """ECE, squared error beyond chance, cross entropy, accuracy, fear's recall; mean of all."""
    rows = []
    for division in range(DIVISIONS):
        found = np.empty_like(logits)
        halves = StratifiedKFold(2, shuffle=True, random_state=division)
        for fitted, left in halves.split(logits, labels):
            found[left] = fit(logits[fitted], labels[fitted])(logits[left])
        named, fear = found.argmax(1), labels == 2
        entropy = -np.log(np.maximum(found[np.arange(len(labels)), labels], 1e-12)).mean()
        rows.append(
            (
                expected_calibration_error(found, labels),
                squared_error_beyond_chance(found, labels),
                entropy,
                (named == labels).mean(),
                (named[fear] == 2).mean(),
            )
        )
    return np.mean(rows, axis=0)


def chance(probabilities: Floats) -> Floats:
    """The calibration error of `DRAWS` draws of labels from the probabilities themselves."""
    random = np.random.default_rng(0)
    sums = probabilities.cumsum(1)
    sums /= sums[:, -1:]
    return np.array(
        [
            expected_calibration_error(
                probabilities, (sums > random.random((len(sums), 1))).argmax(1)
            )
            for _ in range(DRAWS)
        ]
    )


def main() -> None:
    """Measure and write."""
    split = open_data(sys.argv[1]).split("validation")
    rows, by_chance = [], []
    for name in sys.argv[2:] or ["mobile-s", "mobile-m"]:
        model, labels = load_model(find_model(name, trainable=True))
        card = json.loads((WEIGHTS / f"{name}.json").read_text(encoding="utf-8"))
        held = ClassScaling(
            *(
                np.array([card["calibration"][part][label] for label in labels])
                for part in ("temperatures", "offsets")
            )
        )
        logits = read_logits(model, split.images).astype(np.float64)
        logits = (logits - held.offsets) * held.temperatures
        for way, fit in WAYS.items():
            error, beyond, entropy, accuracy, recall = judged(logits, split.labels, fit)
            rows.append(
                {
                    "model": name,
                    "scaling": way,
                    "ECE": f"{error:.4f}",
                    "squared, beyond chance": f"{1e4 * beyond:+.1f}e-4",
                    "cross entropy": f"{entropy:.4f}",
                    "accuracy": f"{accuracy:.2%}",
                    "fear's recall": f"{recall:.3f}",
                }
            )
            print(*rows[-1].values(), flush=True)
        draws = chance(fit_class_scaling(logits, split.labels).probabilities(logits))
        by_chance.append(
            {
                "model": name,
                "ECE by chance, mean": f"{draws.mean():.4f}",
                "95% of draws below": f"{np.quantile(draws, 0.95):.4f}",
                f"draws of at most {LIMIT}": f"{(draws <= LIMIT).mean():.0%}",
            }
        )
    pd.DataFrame(rows).to_csv(HERE / "compare.csv", index=False)
    pd.DataFrame(by_chance).to_csv(HERE / "chance.csv", index=False)
    print(pd.DataFrame(by_chance).to_string(index=False))


if __name__ == "__main__":
    main()
