"""From a `.keras` file to `.tflite` files and `export.json`."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.model_file import LABELS_MEMBER, load_model

from .calibration import Calibration, calibration_fingerprint, representative_faces
from .convert import FORMATS, convert
from .graph import read_graph
from .int8_check import check_full_integer

REPORT = "export.json"


def export_model(
    model_file: Path,
    data: FaceData,
    out: Path,
    formats: Sequence[str] = FORMATS,
    calibration: Calibration = Calibration(),  # noqa: B008  (frozen)
    stem: str | None = None,
) -> dict[str, Any]:
    """Export a model in some formats.

    Args:
        model_file: a `.keras` file with labels.
        data: its training split calibrates int8.
        out: folder for `<stem>-<format>.tflite` and `export.json`; files there are replaced.
        formats: some of `FORMATS`.
        calibration: which faces calibrate.
        stem: start of the files' names; default the model's own name.

    Returns:
        What `export.json` holds: model, labels, calibration, and for each file its format, bytes,
        operators, inputs and outputs.

    Raises:
        InputError: if the model or a format does not fit; no file of this call is left then.
    """
    for form in formats:
        if form not in FORMATS:
            raise InputError(f"--formats {form}: take some of {', '.join(FORMATS)}")
    model, labels = load_model(model_file)
    if labels != data.labels:
        raise InputError(
            f"{model_file}: its labels are {', '.join(labels)}; those of {data.source} are "
            f"{', '.join(data.labels)}"
        )
    faces = representative_faces(data.split("train"), calibration)
    stem = stem or model.name.replace("_", "-")

    converted = {}
    for form in dict.fromkeys(formats):
        content = convert(model, form, faces)
        graph = read_graph(content)
        if form == "int8":
            check_full_integer(graph, f"{stem}-{form}.tflite")
        converted[f"{stem}-{form}.tflite"] = (form, content, graph)

    out.mkdir(parents=True, exist_ok=True)
    files = []
    for name, (form, content, graph) in converted.items():
        _write_with_labels(out / name, content, labels)
        files.append(
            {"file": name, "format": form, "bytes": (out / name).stat().st_size, **graph.to_json()}
        )
    report = {
        "model": model_file.name,
        "labels": list(labels),
        "calibration": {
            "samples": len(faces),
            "balanced": calibration.balanced,
            "seed": calibration.seed,
            "fingerprint": calibration_fingerprint(faces),
        },
        "files": files,
    }
    temporary = out / f".partial-{REPORT}"
    temporary.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    temporary.replace(out / REPORT)
    return report


def _write_with_labels(path: Path, content: bytes, labels: tuple[str, ...]) -> None:
    """The flatbuffer, and behind it a zip archive with the labels: TFLite's associated file."""
    temporary = path.with_name(f".partial-{path.name}")
    temporary.write_bytes(content)
    with zipfile.ZipFile(temporary, "a") as archive:
        archive.writestr(LABELS_MEMBER, "".join(f"{label}\n" for label in labels))
    temporary.replace(path)
