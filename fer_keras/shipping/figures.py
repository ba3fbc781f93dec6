"""Everything that a model card states, measured from the files and read from the run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.architectures.table import multiply_accumulates
from fer_keras.data.face_data import FaceData, Split
from fer_keras.errors import InputError
from fer_keras.evaluation.human_uncertainty import compare_with_humans
from fer_keras.evaluation.scores import compare, expected_calibration_error, score
from fer_keras.export.contract import read_contract
from fer_keras.models import Classifier
from fer_keras.models.average import read_members
from fer_keras.models.keras_file import load_model
from fer_keras.runs.config import devices_of
from fer_keras.runs.run_folder import RunFolder
from fer_keras.shipping.class_scaling import ClassScaling, cross_fitted

LONGEST = 20
"""Links: a chain that is longer leads back to itself."""


def chain(config: dict[str, Any]) -> list[dict[str, Any]]:
    """Every start and teacher of a run, and theirs.

    Args:
        config: the run's.

    Returns:
        Plain JSON values, the nearest first: `role` (start or teacher), `of` ("" for the run
        itself, else a name further up), `name`, `sha256` of the weights that were taken (null where
        neither the run noted it nor the file is there), `recipe` and `epochs` (null for a mere
        `.keras` file), and `members`, names and hashes of the models that it is the mean of.
    """
    links: list[dict[str, Any]] = []
    waiting: list[tuple[str, dict[str, Any]]] = [("", config)]
    while waiting and len(links) < LONGEST:
        of, current = waiting.pop(0)
        for role in ("start", "teacher"):
            if not current.get(role):
                continue
            path = Path(current[role])
            known = next((link for link in links if link["path"] == str(path)), None)
            link, followed = _link(path, current.get(f"{role}_sha256"))
            links.append({"role": role, "of": of, "path": str(path), **link})
            if followed is not None and known is None:
                waiting.append((str(link["name"]), followed))
    return [{key: value for key, value in link.items() if key != "path"} for link in links]


def _link(path: Path, noted: str | None) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """One link, and the configuration in which the chain goes on."""
    folder = path if path.is_dir() else path.parent
    file = RunFolder(path).best_model if path.is_dir() else path
    # runs/mobile-m/best.keras is the run mobile-m; a file from elsewhere is itself.
    of_run = path.is_dir() or path.name == RunFolder(folder).best_model.name
    here = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None
    link: dict[str, Any] = {
        "name": folder.name if of_run else path.name,
        "sha256": noted or here,
        "recipe": None,
        "epochs": None,
        "members": read_members(file),
    }
    if not of_run:
        return link, None
    try:
        config = RunFolder(folder).read_config()
    except InputError:
        return link, None
    # A training may have been stopped before its end, or have come without its history.
    trained = len(RunFolder(folder).read_history())
    link.update(recipe=config["recipe"], epochs=trained or config["recipe"]["epochs"])
    return link, config


JUDGED = ("test", "validation")
"""In the order in which cards give them; a split that the data lacks is left out."""


def shipped_files(folder: Path, name: str) -> list[Path]:
    """The files of one model: `<name>.keras`, then each `<name>-<format>[-rgb].tflite`."""
    forms = ("float16", "int8", "int8-rgb")
    found = [folder / f"{name}.keras", *(folder / f"{name}-{form}.tflite" for form in forms)]
    return [file for file in found if file.is_file()]


def judge(
    folder: Path,
    name: str,
    data: FaceData,
    majority: FaceData | None = None,
    rows: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Judge every file of a model on every split of `JUDGED` that the data has.

    Args:
        folder: holds the files.
        name: of the model.
        data: with the labels that the model was trained on.
        majority: for a model of FER+'s shares: those of the faces on which annotators agree, with
            their majority for label. Accuracy is measured on these.
        rows: faces of each split before FER+'s rules dropped some; None for other labels.

    Returns:
        Plain JSON values: `splits` with the faces, the exact copies of training faces and the rows
        of each, and `files` with the bytes, the hash and the figures on each split of each.
    """
    judged = majority or data
    names = [split for split in JUDGED if split in data.splits and len(judged.split(split))]
    copies = {split: _copies(data, judged, split) for split in names}
    files = shipped_files(folder, name)
    reference = {split: _answers(files[0], data, split) for split in names}
    return {
        "splits": {
            split: {
                "faces": len(judged.split(split)),
                "copies": int(copies[split].sum()),
                "rows": None if rows is None else int(rows[split]),
                "shares": None if majority is None else len(data.split(split)),
            }
            for split in names
        },
        "files": {
            file.name: {
                "bytes": file.stat().st_size,
                "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
                "splits": {
                    split: _figures(
                        _answers(file, data, split), reference[split], data, judged, split, copies
                    )
                    for split in names
                },
            }
            for file in files
        },
    }


def _copies(data: FaceData, judged: FaceData, split: str) -> NDArray[np.bool_]:
    kept = np.isin(data.split(split).rows, judged.split(split).rows)
    return data.exact_copies(split)[kept]


def _answers(file: Path, data: FaceData, split: str) -> NDArray[np.float32]:
    return Classifier(file).probabilities(data.split(split).images, data.labels)


def _figures(
    probabilities: NDArray[np.float32],
    reference: NDArray[np.float32],
    data: FaceData,
    judged: FaceData,
    name: str,
    copies: Mapping[str, NDArray[np.bool_]],
) -> dict[str, Any]:
    split, wanted = data.split(name), judged.split(name)
    kept = np.isin(split.rows, wanted.rows)
    found = {
        **score(probabilities[kept], wanted, judged.labels, copies[name]).to_json(),
        "against_keras": compare(probabilities[kept], reference[kept], wanted).to_json(),
    }
    humans = compare_with_humans(probabilities, split) if judged is not data else None
    if humans is not None:
        pearson, spearman = humans.entropy_correlations()
        found["votes"] = {
            "difference": float(np.abs(humans.probabilities - humans.shares).mean()),
            "correlation": humans.probability_correlation(),
            "entropy_correlation": pearson,
            "entropy_rank_correlation": spearman,
        }
    return found


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
    trained: int,
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
        trained: epochs of the run; fewer than its recipe's, where it was stopped.
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
            "epochs": trained,
            "seed": config["seed"],
            "chain": chain(config),
            "faces": config["faces"]["train"],
            "fingerprint": config["fingerprint"],
            "device": devices_of(config),
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
