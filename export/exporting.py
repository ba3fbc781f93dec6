"""From a `.keras` file to `.tflite` files and `export.json`."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData, Split
from fer_keras.errors import InputError
from fer_keras.files import write_bytes, write_text
from fer_keras.models import Classifier, ModelLike, find_model
from fer_keras.models.keras_file import load_model
from fer_keras.models.model_file import weights_folders

from .calibration import Calibration, calibration_fingerprint, representative_faces
from .convert import FORMATS, check_options, convert
from .graph import Graph, read_graph
from .int8_check import check_full_integer
from .model_card import ModelCard
from .packing import packed
from .parity import measure_parity, rejection
from .target import Target, targets

REPORT = "export.json"
KERNELS = "XNNPACK"
"""LiteRT's default. Its built-in and reference kernels may differ by one step of int8."""


def export_model(
    model: ModelLike,
    data: FaceData,
    out: str | Path | None = None,
    formats: Sequence[str] = FORMATS,
    calibration: Calibration = Calibration(),  # noqa: B008  (frozen)
    *,
    inputs: Sequence[str] = ("grey",),
    io: str = "uint8",
    dynamic_batch: bool = False,
    split: str = "validation",
    max_drop: float | None = None,
    card: ModelCard = ModelCard(),  # noqa: B008
    stem: str | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Export a model in some formats, and measure each file against the model.

    Args:
        model: a run, a `.keras` file or a shipped name.
        data: its training split calibrates int8.
        out: folder for `<stem>-<format>[-rgb].tflite` and `export.json`; files there are replaced.
            None: `export` beside the model, of a shipped one `export` here.
        formats: some of `convert.FORMATS`.
        calibration: which faces calibrate.
        inputs: some of `convert.INPUTS`.
        io: what int8 files take and give: one of `convert.IO`.
        dynamic_batch: take any number of faces at a time.
        split: of `data`, on whose faces the files are measured.
        max_drop: percentage points of accuracy that a file may lose. One that loses more is kept
            as `<name>.rejected`, and there is no file of its name then.
        card: what the files say about themselves.
        stem: start of the files' names; default: the model's own name.
        report: called with a line before each file.

    Returns:
        What `export.json` holds: model, labels, data, calibration, and for each file its format,
        bytes, operators, inputs, outputs, parity, and why it was rejected (or null).

    Raises:
        InputError: if the model, the data or an option does not fit; no file is written then.
    """
    check_options(tuple(formats), tuple(inputs), io, calibration.ranges)
    model_file = find_model(model, trainable=True)
    out = default_folder(model_file) if out is None else Path(out)
    network, labels = load_model(model_file)
    if sorted(labels) != sorted(data.labels):
        raise InputError(
            f"{model_file}: its labels are {', '.join(labels)}; those of {data.source} are "
            f"{', '.join(data.labels)}"
        )
    judged = data.split(split)
    if not len(judged):
        raise InputError(f"{data.source}: its {split} split is empty; take another `split`")
    faces = representative_faces(data.split("train"), calibration)
    name = network.name.replace("_", "-")
    stem = stem or name
    card = replace(card, name=card.name or stem)

    converted: dict[Target, tuple[bytes, Graph]] = {}
    for target in targets(formats, inputs):
        report(f"converting {target.file_name(stem)}")
        content = convert(
            network,
            target.form,
            faces,
            pixels=target.pixels,
            io=io,
            dynamic_batch=dynamic_batch,
            ranges=calibration.ranges,
            bias_correction=calibration.bias_correction,
        )
        graph = read_graph(content)
        if target.form == "int8":
            check_full_integer(graph, target.file_name(stem), io)
        converted[target] = (packed(content, card, labels, channels=target.channels), graph)

    reference = Classifier(model_file).probabilities(judged.images, data.labels)
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for target, (content, graph) in converted.items():
        report(f"measuring {target.file_name(stem)}")
        path = out / target.file_name(stem)
        entry = _write(path, content, reference, judged, data.labels, max_drop)
        described = {"format": target.form, "input": target.pixels, "bytes": len(content)}
        files.append({**entry, **described, **graph.to_json()})
    result = {
        "model": name,
        "stem": stem,
        "model_sha256": hashlib.sha256(model_file.read_bytes()).hexdigest(),
        "labels": list(labels),
        "card": asdict(card),
        "io": io,
        "dynamic_batch": dynamic_batch,
        "data": {
            "fingerprint": data.fingerprint,
            "split": split,
            "faces": len(judged),
            "keras_accuracy": float((reference.argmax(1) == judged.labels).mean()),
        },
        "calibration": {
            **asdict(calibration),
            "samples": len(faces),
            "fingerprint": calibration_fingerprint(faces),
        },
        "kernels": KERNELS,
        "versions": {
            package: importlib.metadata.version(package)
            for package in ("tensorflow", "keras", "ai-edge-litert")
        },
        "files": files,
    }
    write_text(out / REPORT, json.dumps(result, indent=2) + "\n")
    return result


def default_folder(model_file: Path) -> Path:
    """Where the files go of which nobody said where."""
    shipped = model_file.parent in weights_folders()
    return Path("export") if shipped else model_file.parent / "export"


def _write(
    path: Path,
    content: bytes,
    reference: NDArray[np.float32],
    judged: Split,
    labels: tuple[str, ...],
    max_drop: float | None,
) -> dict[str, Any]:
    """Measure a file, and only then give it its name or the name of a rejected one."""
    with tempfile.TemporaryDirectory(prefix="fer-keras-") as folder:
        measured = Path(folder) / path.name
        measured.write_bytes(content)
        exported = Classifier(measured).probabilities(judged.images, labels)
    parity = measure_parity(reference, exported, judged.labels, labels)
    reason = rejection(parity, max_drop)
    accepted, rejected = path, path.with_name(f"{path.name}.rejected")
    # What an earlier export left under the other name would contradict this one.
    (rejected if reason is None else accepted).unlink(missing_ok=True)
    final = accepted if reason is None else rejected
    write_bytes(final, content)
    return {"file": final.name, "parity": parity.to_json(), "rejected": reason}
