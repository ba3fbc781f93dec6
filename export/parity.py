"""Is an exported file as good as the model that it was made from?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.evaluation import metrics


@dataclass(frozen=True)
class Parity:
    """A file against its Keras model, on the same faces. Shares are 0 to 1.

    Attributes:
        faces: how many.
        accuracy: of the file.
        drop: accuracy of the Keras model minus that of the file.
        drop_interval: its paired 95 % interval.
        mcnemar_p: exact p of McNemar's test.
        agreement: share of faces that both name alike.
        worst_class: the class whose recall drops most.
        worst_class_drop: by how much.
        largest_difference: of any probability.
    """

    faces: int
    accuracy: float
    drop: float
    drop_interval: tuple[float, float]
    mcnemar_p: float
    agreement: float
    worst_class: str
    worst_class_drop: float
    largest_difference: float

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "drop_interval": list(self.drop_interval)}


def measure_parity(
    reference: NDArray[np.float32],
    exported: NDArray[np.float32],
    true: NDArray[np.int64],
    labels: tuple[str, ...],
) -> Parity:
    """Compare the probabilities of two models.

    Args:
        reference: (n, classes), of the Keras model; n is 1 or more.
        exported: (n, classes), of the file, for the same faces.
        true: (n,), what the faces are, as indices into `labels`.
        labels: class names.
    """
    named, named_before = exported.argmax(1), reference.argmax(1)
    correct, correct_before = named == true, named_before == true
    classes = len(labels)
    drops = metrics.per_class_recall(named_before, true, classes) - metrics.per_class_recall(
        named, true, classes
    )
    worst = int(np.nanargmax(drops))
    return Parity(
        faces=len(true),
        accuracy=float(correct.mean()),
        drop=(int(correct_before.sum()) - int(correct.sum())) / len(true),
        drop_interval=metrics.paired_difference_interval(correct_before, correct),
        mcnemar_p=metrics.mcnemar(correct_before, correct),
        agreement=metrics.agreement(reference, exported),
        worst_class=labels[worst],
        worst_class_drop=float(drops[worst]),
        largest_difference=float(np.abs(reference - exported).max()),
    )


def rejection(parity: Parity, max_drop: float | None) -> str | None:
    """Why a file is not good enough, in one line; None where it is.

    Args:
        parity: of the file.
        max_drop: percentage points of accuracy that it may lose, and surely loses no more: the
            upper end of the paired 95 % interval is what counts. None for any.
    """
    low, high = (100 * end for end in parity.drop_interval)
    if max_drop is None or high <= max_drop:
        return None
    return (
        f"accuracy drops by {100 * parity.drop:.2f} points ({low:.2f} to {high:.2f}) on "
        f"{parity.faces:,} faces, perhaps more than max_drop {max_drop:g}"
    )
