"""Everything that a model card states, measured from the files themselves."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.architectures.cost import multiply_accumulates
from fer_keras.data.exact_duplicates import exact_copies
from fer_keras.data.face_data import FaceData
from fer_keras.evaluation.metrics import expected_calibration_error
from fer_keras.evaluation.scores import compare, score
from fer_keras.models import Classifier
from fer_keras.models.keras_file import load_model
from fer_keras.runs.run_folder import RunFolder
from fer_keras.shipping.class_scaling import ClassScaling, cross_fitted_error

RUNS = 1000
"""Inferences of each file that is timed."""


def figures(
    name: str,
    folder: Path,
    config: dict[str, Any],
    data: FaceData,
    split_name: str,
    logits: NDArray[np.float32],
    scaling: ClassScaling,
    peer: Path | None = None,
) -> dict[str, Any]:
    """The figures of one shipped model.

    Args:
        name: of the model.
        folder: holds `<name>.keras` and the `.tflite` files.
        config: the run's.
        data: as trained on.
        split_name: whose faces are judged.
        logits: (n, classes), as trained, before the scaling was applied.
        scaling: as it was fitted.
        peer: another project's `.tflite`, timed beside the int8 file.

    Returns:
        Plain JSON values.
    """
    split = data.split(split_name)
    copies = exact_copies(data, split_name)
    keras_file = folder / f"{name}.keras"
    model, labels = load_model(keras_file)
    reference = Classifier(keras_file).probabilities(split.images, data.labels)
    files = {}
    for file in [keras_file, *sorted(folder.glob(f"{name}-*.tflite"))]:
        probabilities = Classifier(file).probabilities(split.images, data.labels)
        files[file.name] = {
            "bytes": file.stat().st_size,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            **score(probabilities, split, data.labels, copies).to_json(),
            "against_keras": compare(probabilities, reference, split).to_json(),
        }
    classes = len(labels)
    as_trained = ClassScaling(np.ones(classes), np.zeros(classes)).probabilities(logits)
    teacher = config.get("teacher")
    return {
        "name": name,
        "labels": list(labels),
        "parameters": model.count_params(),
        "multiply_accumulates": multiply_accumulates(model),
        "training": {
            "recipe": config["recipe"],
            "seed": config["seed"],
            "teacher": Path(teacher).name if teacher else None,
            "start": _start(config),
            "faces": config["faces"]["train"],
            "fingerprint": data.fingerprint,
            "device": config["device"],
            "versions": config["versions"],
        },
        "split": split_name,
        "faces": len(split),
        "copies": int(copies.sum()),
        "calibration": {
            "temperatures": dict(zip(labels, scaling.temperatures.tolist(), strict=True)),
            "offsets": dict(zip(labels, scaling.offsets.tolist(), strict=True)),
            "error_before": expected_calibration_error(as_trained, split.labels),
            "error_cross_fitted": cross_fitted_error(logits, split.labels),
        },
        "files": files,
        "latency": _latency(folder / f"{name}-int8.tflite", peer) if peer else None,
    }


def _start(config: dict[str, Any]) -> dict[str, Any] | None:
    """Where a fine-tuned model's weights come from."""
    if not config.get("start"):
        return None
    start = Path(config["start"])
    if not start.is_dir():
        return {"name": start.name, "recipe": None}
    run = RunFolder(start)
    recipe = run.read_config()["recipe"]
    # A training may have been stopped before its end, or have come without its history.
    trained = len(run.read_history())
    return {"name": start.name, "recipe": recipe, "epochs": trained or recipe["epochs"]}


def _latency(file: Path, peer: Path) -> dict[str, Any]:
    from fer_keras.studies.latency import measure_latency

    theirs, ours = measure_latency([peer, file], runs=RUNS)
    return {
        "peer": peer.name,
        "ratio": ours.ratio,
        "ratio_range": list(ours.ratio_range),
        "file": file.name,
        "peer_bytes": theirs.size,
    }
