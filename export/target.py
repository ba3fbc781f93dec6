"""One file to be exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from fer_keras.errors import InputError

TFLITE_FORMATS = ("float32", "float16", "dynamic", "int8")
"""float32; float16 weights; int8 weights with float arithmetic; int8 throughout."""

ONNX_FORMATS = ("onnx", "onnx-int8")
"""ONNX as float32; with weights and activations of int8."""

CORE_ML = "coreml"
"""Core ML for Apple's systems, float16."""

FORMATS = (*TFLITE_FORMATS, *ONNX_FORMATS, CORE_ML)

EXTRAS = {
    "onnx": ("onnx", "onnxruntime", "tf2onnx"),
    "coreml": ("coremltools",),
}
"""What formats need beside the package's own dependencies, by the extra that installs it."""

_NAMES = {
    "onnx": ("float32", "onnx"),
    "onnx-int8": ("int8", "onnx"),
    CORE_ML: ("float16", "mlpackage"),
}


@dataclass(frozen=True)
class Target:
    """One file to be exported.

    Attributes:
        form: one of `FORMATS`.
        input: one of `convert.INPUTS`.
    """

    form: str
    input: str

    @property
    def channels(self) -> int:
        """Of its pictures."""
        return 3 if self.input == "rgb" else 1

    def file_name(self, stem: str) -> str:
        """`<stem>-<format>.tflite`, or `<stem>-<format>-rgb.tflite`; `.onnx`, `.mlpackage`."""
        kind, suffix = _NAMES.get(self.form, (self.form, "tflite"))
        return f"{stem}-{kind}{'-rgb' if self.input == 'rgb' else ''}.{suffix}"


def targets(formats: Sequence[str], inputs: Sequence[str]) -> list[Target]:
    """Every format for every input, each once."""
    return [
        Target(form, input) for input in dict.fromkeys(inputs) for form in dict.fromkeys(formats)
    ]


def check_extras(formats: Sequence[str]) -> None:
    """Refuse formats whose packages are not installed.

    Raises:
        InputError: naming the extra that installs them.
    """
    for extra, packages in EXTRAS.items():
        wanted = [form for form in formats if form.startswith(extra)]
        missing = [package for package in packages if find_spec(package) is None]
        if wanted and missing:
            raise InputError(
                f"formats {wanted[0]}: needs {', '.join(missing)}; install with "
                f'pip install "fer-keras[{extra}]"',
                argument="formats",
            )
