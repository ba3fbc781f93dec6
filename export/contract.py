"""What an app must know of a `.tflite` file: read from the file itself."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fer_keras.detection.blazeface import DETECTOR_MODELS
from fer_keras.errors import InputError
from fer_keras.faces.crop import FRAMINGS
from fer_keras.files import is_bomb
from fer_keras.models.graph_check import check_header
from fer_keras.models.model_file import LABELS_MEMBER, read_labels

from .graph import Tensor, read_graph


@dataclass(frozen=True)
class Contract:
    """What a file takes and gives.

    Attributes:
        file: its name.
        bytes, sha256: of the file.
        input, output: its only ones.
        labels: in the order of the output.
        languages: the label files that it holds beside `labels.txt`, by locale.
    """

    file: str
    bytes: int
    sha256: str
    input: Tensor
    output: Tensor
    labels: tuple[str, ...]
    languages: dict[str, tuple[str, ...]]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @staticmethod
    def from_json(values: Mapping[str, Any]) -> Contract:
        """What `to_json` gave, after a way through a file, too."""
        return Contract(
            **{
                **values,
                "input": _end_from_json(values["input"]),
                "output": _end_from_json(values["output"]),
                "labels": tuple(values["labels"]),
                "languages": {key: tuple(words) for key, words in values["languages"].items()},
            }
        )


def read_contract(path: Path) -> Contract:
    """Read a file's contract.

    Args:
        path: a `.tflite` file that `fer-keras export` made.

    Raises:
        InputError: if it is none.
    """
    if path.suffix != ".tflite":
        raise InputError(f"{path}: take a .tflite file; `fer-keras export` makes them")
    labels = read_labels(path)
    content = path.read_bytes()
    check_header(content, path)
    try:
        graph = read_graph(content)
        languages = _languages(path)
    # flatbuffers, zipfile and zlib come upon damage of every kind in every way
    except (Exception, MemoryError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: damaged ({reason[:200]}); export it again") from error
    return Contract(
        file=path.name,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        input=graph.inputs[0],
        output=graph.outputs[0],
        labels=labels,
        languages=languages,
    )


def _languages(path: Path) -> dict[str, tuple[str, ...]]:
    with zipfile.ZipFile(path) as archive:
        if is_bomb(archive):
            raise ValueError("it unpacks to far more than labels")
        return {
            name.removeprefix("labels-").removesuffix(".txt"): tuple(
                archive.read(name).decode().splitlines()
            )
            for name in archive.namelist()
            if name != LABELS_MEMBER
        }


def contract_page(contract: Contract) -> str:
    """The contract as Markdown."""
    lines = [
        f"`{contract.file}`: {contract.bytes:,} bytes, SHA-256 `{contract.sha256}`.",
        "",
        "| | name | shape | type | a step is | zero point |",
        "| --- | --- | --- | --- | --- | --- |",
        _row("input", contract.input),
        _row("output", contract.output),
        "",
        "Input: one upright face, grey (or RGB where the shape ends in 3), 0 to 255, row by row. "
        "Output: a probability for each label.",
        "",
        "| output | label |" + "".join(f" {locale} |" for locale in contract.languages),
        "| --- | --- |" + " --- |" * len(contract.languages),
    ]
    for place, label in enumerate(contract.labels):
        words = "".join(f" {names[place]} |" for names in contract.languages.values())
        lines.append(f"| {place} | {label} |{words}")
    lines += [
        "",
        "Crop rule: a square on the detector's box, its side a share of the box's longer side, its "
        "centre raised by a share of it, then scaled down to the input by area:",
        "",
        "| BlazeFace | side | raised by |",
        "| --- | --- | --- |",
    ]
    for name, detector in DETECTOR_MODELS.items():
        framing = FRAMINGS[name]
        lines.append(f"| `{detector.file}` | {framing.scale} | {framing.rise} |")
    return "\n".join(lines) + "\n"


def _end_from_json(values: Mapping[str, Any]) -> Tensor:
    return Tensor(**{**values, "shape": tuple(values["shape"])})


def _row(what: str, end: Tensor) -> str:
    shape = " x ".join("any" if size == -1 else str(size) for size in end.shape)
    step = "-" if end.scale is None else f"{end.scale:g}"
    zero = "-" if end.zero_point is None else str(end.zero_point)
    return f"| {what} | `{end.name}` | {shape} | {end.dtype} | {step} | {zero} |"
