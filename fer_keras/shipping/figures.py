"""Everything that a model card states, measured from the files and read from the run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.architectures.table import multiply_accumulates
from fer_keras.data.face_data import FaceData, Split
from fer_keras.evaluation.metrics import expected_calibration_error
from fer_keras.export.contract import read_contract
from fer_keras.models.keras_file import load_model
from fer_keras.shipping.chain import chain
from fer_keras.shipping.class_scaling import ClassScaling, cross_fitted
from fer_keras.shipping.judging import judge

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
    majority: FaceData | None = None,
    rows: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """The figures of one shipped model.

    Args:
        name: of the model.
        folder: holds `<name>.keras` and the `.tflite` files.
        config: the run's.
        data: as trained on; its test split, where it has one, is judged.
        split_name: whose faces chose the epoch and the class scaling.
        logits: (n, classes), as trained, before the scaling was applied.
        scaling: as it was fitted.
        peer: another project's `.tflite`, timed beside the int8 file.
        majority, rows: for a run with FER+'s labels, as for `judge`.

    Returns:
        Plain JSON values.
    """
    model, labels = load_model(folder / f"{name}.keras")
    return {
        "name": name,
        "labels": list(labels),
        "label_source": (config.get("data") or {}).get("labels", "fer2013"),
        "parameters": model.count_params(),
        "multiply_accumulates": multiply_accumulates(model),
        "training": {
            "recipe": config["recipe"],
            "seed": config["seed"],
            "chain": chain(config),
            "faces": config["faces"]["train"],
            "fingerprint": config["fingerprint"],
            "device": config["device"],
            "versions": config["versions"],
        },
        "calibration": {
            "split": split_name,
            "temperatures": dict(zip(labels, scaling.temperatures.tolist(), strict=True)),
            "offsets": dict(zip(labels, scaling.offsets.tolist(), strict=True)),
            **_scaling_errors(logits, data.split(split_name)),
        },
        **judge(folder, name, data, majority, rows),
        "latency": measure_peer(folder / f"{name}-int8.tflite", peer) if peer else None,
        "contract": read_contract(folder / f"{name}-int8.tflite").to_json(),
    }


def scaling_truth(split: Split) -> NDArray[Any]:
    """What probabilities are scaled to: annotators' shares where a model is taught them."""
    return split.labels if split.targets is None else split.targets


def _scaling_errors(logits: NDArray[np.float32], split: Split) -> dict[str, Any]:
    classes = logits.shape[1]
    as_trained = ClassScaling(np.ones(classes), np.zeros(classes)).probabilities(logits)
    fitted = cross_fitted(logits, split.labels, scaling_truth(split))
    shares = split.targets
    if shares is None:
        before, after = (
            expected_calibration_error(answers, split.labels) for answers in (as_trained, fitted)
        )
    else:
        before, after = (float(np.abs(answers - shares).mean()) for answers in (as_trained, fitted))
    return {
        "to": "labels" if shares is None else "shares",
        "error_before": before,
        "error_cross_fitted": after,
    }


def measure_peer(file: Path, peer: Path) -> dict[str, Any]:
    """How a file's time compares with that of another project's."""
    from fer_keras.studies.latency import measure_latency

    theirs, ours = measure_latency([peer, file], runs=RUNS)
    return {
        "peer": peer.name,
        "ratio": ours.ratio,
        "ratio_range": list(ours.ratio_range),
        "file": file.name,
        "peer_bytes": theirs.size,
    }
