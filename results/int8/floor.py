"""How often int8 must name a face otherwise than float, wherever the error comes from.

    python results/int8/floor.py DATA [NAME...]       DATA: FER2013, PublicTest is judged

For each shipped model, on PublicTest and as the share of faces named as Keras does: its
probabilities rounded to the file's 1/256; its logits in 255 steps over the range that export's
`fitted` ranges give, then the same rounding; and the int8 file. Writes floor.csv, beside this.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import softmax

from fer_keras.data.source import open_data
from fer_keras.export.calibration import Calibration, representative_faces
from fer_keras.export.ranges import logit_range
from fer_keras.models import Classifier, find_model
from fer_keras.models.keras_file import load_model
from fer_keras.shipping.class_scaling import read_logits


def rounded(logits: NDArray[np.float64]) -> NDArray[np.int64]:
    """The class of the largest probability after rounding to 1/256; of equal ones the first."""
    return np.asarray(np.round(softmax(logits, axis=1) * 256).argmax(1), np.int64)


def main() -> None:
    """Measure and write."""
    data = open_data(sys.argv[1])
    judged = data.split("validation")
    faces = representative_faces(data.split("train"), Calibration())
    rows = []
    for name in sys.argv[2:] or ["mobile-s", "mobile-m"]:
        model, labels = load_model(find_model(name, trainable=True))
        logits = read_logits(model, judged.images).astype(np.float64)
        named = logits.argmax(1)
        low, high = logit_range(read_logits(model, faces).astype(np.float64))
        step = (high - low) / 255
        coarse = np.round(np.clip(logits, low, high) / step) * step
        file = Classifier(f"{name}-int8").probabilities(judged.images, labels)
        rows.append(
            {
                "model": name,
                "probabilities in 1/256": (rounded(logits) == named).mean(),
                "logits in 255 steps, too": (rounded(coarse) == named).mean(),
                "int8 file": (file.argmax(1) == named).mean(),
            }
        )
    table = pd.DataFrame(rows).round(5)
    table.to_csv(Path(__file__).with_name("floor.csv"), index=False)
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
