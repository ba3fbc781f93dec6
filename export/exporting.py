"""From a `.keras` file to files for phones, browsers and servers, and `export.json`."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.evaluation.scores import (
    agreement,
    mcnemar,
    paired_difference_interval,
    per_class_recall,
)
from fer_keras.files import check_output, is_unicode, whole_file
from fer_keras.models import Classifier, ModelLike, find_model
from fer_keras.models.keras_file import load_model
from fer_keras.models.model_file import weights_folders
from fer_keras.scratch_folder import scratch_folder
from fer_keras.tables import TextTable

from .calibration import Calibration, calibration_fingerprint, representative_faces
from .convert import check_options
from .forms import Source, make, size
from .graph import Graph
from .metadata import Metadata
from .target import CORE_ML, EXTRAS, TFLITE_FORMATS, Target, check_extras, targets

REPORT = "export.json"
KERNELS = {"onnx": "ONNX Runtime", "onnx-int8": "ONNX Runtime", CORE_ML: None}
"""What a file of a format was measured on; those of TFLite on XNNPACK, LiteRT's default. Its
built-in and reference kernels may differ by one step of int8."""


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
    drops = per_class_recall(named_before, true, classes) - per_class_recall(named, true, classes)
    worst = int(np.nanargmax(drops))
    return Parity(
        faces=len(true),
        accuracy=float(correct.mean()),
        drop=(int(correct_before.sum()) - int(correct.sum())) / len(true),
        drop_interval=paired_difference_interval(correct_before, correct),
        mcnemar_p=mcnemar(correct_before, correct),
        agreement=agreement(reference, exported),
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


def export_model(
    model: ModelLike,
    data: FaceData,
    out: str | Path | None = None,
    formats: Sequence[str] = TFLITE_FORMATS,
    calibration: Calibration = Calibration(),  # noqa: B008  (frozen)
    *,
    inputs: Sequence[str] = ("grey",),
    io: str = "uint8",
    dynamic_batch: bool = False,
    split: str = "validation",
    max_drop: float | None = None,
    metadata: Metadata = Metadata(),  # noqa: B008
    stem: str | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Export a model in some formats, and measure each file against the model.

    Args:
        model: a run, a `.keras` file or a shipped name.
        data: its training split calibrates int8.
        out: folder for the files, named as `Target.file_name` says, and `export.json`; files there
            are replaced. None: `export` beside the model, of a shipped one `export` here.
        formats: some of `target.FORMATS`.
        calibration: which faces calibrate.
        inputs, io: some of `convert.INPUTS`; what int8 files take and give, of `convert.IO`.
        dynamic_batch: take any number of faces at a time.
        split: of `data`, on whose faces the files are measured.
        max_drop: percentage points of accuracy that a file may lose. One that loses more is kept
            as `<name>.rejected`, and there is no file of its name then.
        metadata: what the files say about themselves.
        stem: start of the files' names; default: the model's own name.
        report: called with a line before each file.

    Returns:
        What `export.json` holds: model, labels, data, calibration, and for each file its format,
        bytes, operators, inputs, outputs, parity and the kernels that it was measured on (null for
        Core ML, which runs on Apple's systems alone), and why it was rejected (or null).

    Raises:
        InputError: if the model, the data or an option does not fit; no file is written then.
    """
    check_options(tuple(formats), tuple(inputs), io, calibration.ranges)
    if max_drop is not None and not 0 <= max_drop <= 100:
        raise InputError(f"max_drop {max_drop:g}: take points, 0 to 100", argument="max_drop")
    check_extras(formats)
    model_file = find_model(model, trainable=True)
    out = default_folder(model_file) if out is None else Path(out)
    network, labels = load_model(model_file)
    judged, true = _judged_faces(model_file, labels, data, split)
    faces = representative_faces(data.split("train"), calibration)
    name = network.name.replace("_", "-")
    stem, planned = stem or name, targets(formats, inputs)
    _check_files(stem, planned, out)
    metadata = replace(metadata, name=metadata.name or stem)
    source = Source(network, labels, metadata, faces, calibration, io, dynamic_batch)
    with scratch_folder() as made:
        graphs: dict[Path, tuple[Target, Graph]] = {}
        for target in planned:
            path = made / target.file_name(stem)
            report(f"converting {path.name}")
            graphs[path] = target, make(target, source, path)
        reference = Classifier(model_file).probabilities(judged, labels)
        files = []
        for path, (target, graph) in graphs.items():
            report(f"measuring {path.name}")
            parity = _parity(target, path, reference, judged, true, labels)
            files.append(_describe(target, path, graph, parity, max_drop))
        about = {"fingerprint": data.fingerprint, "split": split, "faces": len(judged)}
        result = {
            "model": name,
            "stem": stem,
            "model_sha256": hashlib.sha256(model_file.read_bytes()).hexdigest(),
            **_describe_source(source),
            "data": {**about, "keras_accuracy": float((reference.argmax(1) == true).mean())},
            "versions": _versions(formats),
            "files": files,
        }
        _publish(zip(graphs, (file["file"] for file in files), strict=True), result, out)
    return result


def _check_files(stem: str, planned: Sequence[Target], out: Path) -> None:
    """Refuse names that can't be written, before minutes go into what they should hold."""
    if Path(stem).name != stem or stem == ".." or "\0" in stem or not is_unicode(stem):
        raise InputError(f"name {stem}: write a name without folders, in letters", argument="name")
    for file in (REPORT, *(target.file_name(stem) for target in planned if target.form != CORE_ML)):
        check_output(out / file)


def _describe_source(source: Source) -> dict[str, Any]:
    """What export.json says of what all files are made of."""
    return {
        "labels": list(source.labels),
        "metadata": asdict(source.metadata),
        "io": source.io,
        "dynamic_batch": source.dynamic_batch,
        "calibration": {
            **asdict(source.calibration),
            "samples": len(source.faces),
            "fingerprint": calibration_fingerprint(source.faces),
        },
    }


def _describe(
    target: Target, path: Path, graph: Graph, parity: Parity | None, max_drop: float | None
) -> dict[str, Any]:
    """What export.json says of a file."""
    rejected = None if parity is None else rejection(parity, max_drop)
    return {
        "file": path.name if rejected is None else f"{path.name}.rejected",
        "parity": None if parity is None else parity.to_json(),
        "kernels": KERNELS.get(target.form, "XNNPACK"),
        "rejected": rejected,
        "format": target.form,
        "input": target.input,
        "bytes": size(path),
        **graph.to_json(),
    }


def default_folder(model_file: Path) -> Path:
    """Where the files go of which nobody said where."""
    shipped = model_file.parent in weights_folders()
    return Path("export") if shipped else model_file.parent / "export"


def _judged_faces(
    model: Path, labels: tuple[str, ...], data: FaceData, split: str
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The faces on which the files are measured, and what they are, as indices into `labels`.

    Raises:
        InputError: if there is none, or one is of a class that the model does not know.
    """
    if not set(data.labels) <= set(labels):
        raise InputError(
            f"{model}: its labels are {', '.join(labels)}; those of {data.source} are "
            f"{', '.join(data.labels)}"
        )
    judged = data.split(split)
    if not len(judged):
        raise InputError(f"{data.source}: its {split} split is empty; take another `split`")
    places = np.array([labels.index(label) for label in data.labels])
    return judged.images, places[judged.labels]


def _parity(
    target: Target,
    path: Path,
    reference: NDArray[np.float32],
    faces: NDArray[np.uint8],
    true: NDArray[np.int64],
    labels: tuple[str, ...],
) -> Parity | None:
    """How near a file comes to the model; None for one that runs on Apple's systems alone."""
    if target.form == CORE_ML:
        return None
    return measure_parity(reference, Classifier(path).probabilities(faces, labels), true, labels)


def _versions(formats: Sequence[str]) -> dict[str, str]:
    """Of the packages that took part."""
    extras = [
        package
        for extra, packages in EXTRAS.items()
        if any(form.startswith(extra) for form in formats)
        for package in packages
    ]
    return {
        package: importlib.metadata.version(package)
        for package in ("tensorflow", "keras", "ai-edge-litert", *extras)
    }


def _publish(made: Iterable[tuple[Path, str]], result: dict[str, Any], out: Path) -> None:
    """Give files their names in `out` once all are on its disk, export.json the last."""
    folders, others = [], []
    with ExitStack() as publishing:
        listing = publishing.enter_context(whole_file(out / REPORT))
        for path, name in made:
            others.append(out / (path.name if name != path.name else f"{name}.rejected"))
            if path.is_dir():
                copy = publishing.enter_context(scratch_folder(out)) / name
                folders.append((shutil.copytree(path, copy), out / name))
            else:
                temporary = publishing.enter_context(whole_file(out / name))
                temporary.write_bytes(path.read_bytes())
        listing.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
        for copy, final in folders:
            shutil.rmtree(final, ignore_errors=True)
            copy.rename(final)
    for other in others:  # what an earlier export left under it would contradict this one
        other.unlink(missing_ok=True)


COLUMNS = (
    "KB",
    "accuracy %",
    "drop (95 %)",
    "p",
    "agrees %",
    "worst class",
    "max Δp",
    "computes in",
)


def export_table(report: dict[str, Any]) -> TextTable:
    """Parity of each file, from what `export_model` returned."""
    data = report["data"]
    kernels = dict.fromkeys(file["kernels"] for file in report["files"] if file["kernels"])
    measured = f"; files on {' and '.join(kernels)}" if kernels else ""
    return TextTable(
        ["file", *COLUMNS],
        [_row(file) for file in report["files"]],
        title=(
            f"{report['model']}: {100 * data['keras_accuracy']:.2f} % in Keras on "
            f"{data['faces']:,} {data['split']} faces{measured}"
        ),
    )


def _row(file: dict[str, Any]) -> list[str]:
    parity = file["parity"]
    if parity is None:  # Core ML
        said = ["structure only: it runs on Apple's systems", *[""] * (len(COLUMNS) - 2)]
        return [file["file"], f"{file['bytes'] / 1000:,.0f}", *said]
    low, high = (100 * end for end in parity["drop_interval"])
    return [
        file["file"],
        f"{file['bytes'] / 1000:,.0f}",
        f"{100 * parity['accuracy']:.2f}",
        f"{100 * parity['drop']:.2f} ({low:.2f} to {high:.2f})",
        f"{parity['mcnemar_p']:.2f}",
        f"{100 * parity['agreement']:.2f}",
        f"{parity['worst_class']} {100 * parity['worst_class_drop']:.1f}",
        f"{parity['largest_difference']:.1e}",
        _arithmetic(file),
    ]


def _arithmetic(file: dict[str, Any]) -> str:
    if file["format"] == "onnx-int8":
        return "integers, sums in float"
    if file["format"] == "onnx" or (file["float_operators"] and not file["int8_weights"]):
        return "float"
    return "integers, sums in float" if file["float_operators"] else "integers"
