"""What int8 loses, by the way in which activations are rounded.

    python results/int8/loss.py DATA [NAME...]       DATA: FER2013, PublicTest is judged

For each model, on PublicTest: how many faces are named as Keras does, points of accuracy lost, the
mean distance of probabilities, and the time of the file over that of fixed ranges, in turn on
one thread. Files: ranges fixed beforehand; a range for each face, weights to the nearest step; and
the same with weights rounded together, the default. Beside them what no file can avoid, nothing but
the output rounded to 1/256; and what the last layer alone costs where logits have 255 steps. The
faces that calibrate are of the training split. Writes loss.csv, beside this.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import softmax

from fer_keras.data.face_data import Split
from fer_keras.data.source import open_data
from fer_keras.export.calibration import Calibration, representative_faces
from fer_keras.export.convert import convert
from fer_keras.export.each_face import with_bytes
from fer_keras.export.metadata import Metadata
from fer_keras.export.packing import packed
from fer_keras.export.ranges import logit_range
from fer_keras.models import Classifier, find_model
from fer_keras.models.keras_file import load_model
from fer_keras.shipping.class_scaling import read_logits
from fer_keras.studies.latency import measure_latency

FIXED = "int8, fixed ranges"
DEFAULT = "int8, each face's range (default)"


def files(name: str, training: Split, folder: Path) -> dict[str, Path]:
    """The int8 files of a model, by way."""
    model, labels = load_model(find_model(name, trainable=True))
    faces = representative_faces(training, Calibration())
    made = {
        FIXED: convert(model, "int8", faces, ranges="fitted"),
        "int8, each face's range, nearest weights": with_bytes(convert(model, "dynamic", faces)),
        DEFAULT: convert(model, "int8", faces),
    }
    paths = {}
    for number, (way, content) in enumerate(made.items()):
        paths[way] = folder / f"{name}-{number}.tflite"
        paths[way].write_bytes(packed(content, Metadata(), labels, channels=1))
    return paths


def simulated(name: str, training: Split, judged: Split) -> dict[str, NDArray[np.float64]]:
    """Probabilities after nothing but the output is rounded, by way."""
    model, _ = load_model(find_model(name, trainable=True))
    faces = representative_faces(training, Calibration())
    logits = read_logits(model, judged.images).astype(np.float64)
    low, high = logit_range(read_logits(model, faces).astype(np.float64))
    step = (high - low) / 255
    coarse = np.round(np.clip(logits, low, high) / step) * step
    return {
        "only the output in 1/256": np.round(softmax(logits, axis=1) * 256) / 256,
        "and logits in 255 steps": np.round(softmax(coarse, axis=1) * 256) / 256,
    }


def main() -> None:
    """Measure and write."""
    data = open_data(sys.argv[1])
    judged, training = data.split("validation"), data.split("train")
    rows = []
    for name in sys.argv[2:] or ["mobile-s", "mobile-m"]:
        exact = Classifier(find_model(name, trainable=True)).probabilities(
            judged.images, data.labels
        )
        with tempfile.TemporaryDirectory() as folder:
            paths = files(name, training, Path(folder))
            answers = simulated(name, training, judged) | {
                way: Classifier(path).probabilities(judged.images, data.labels)
                for way, path in paths.items()
            }
            times = dict(zip(paths, measure_latency(list(paths.values())), strict=True))
        right = (exact.argmax(1) == judged.labels).mean()
        for way, found in answers.items():
            drop = 100 * (right - (found.argmax(1) == judged.labels).mean())
            rows.append(
                {
                    "model": name,
                    "rounded": way,
                    "named alike": f"{(found.argmax(1) == exact.argmax(1)).mean():.2%}",
                    "drop, points": f"{drop:.2f}",
                    "mean Δp": f"{np.abs(found - exact).mean():.5f}",
                    "KB": f"{times[way].size / 1000:.0f}" if way in times else "",
                    "time": f"{times[way].ratio:.2f}" if way in times else "",
                }
            )
            print(rows[-1], flush=True)
    pd.DataFrame(rows).to_csv(Path(__file__).with_name("loss.csv"), index=False)


if __name__ == "__main__":
    main()
