"""One file to be exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """One file to be exported.

    Attributes:
        form: one of `convert.FORMATS`.
        pixels: one of `convert.INPUTS`.
    """

    form: str
    pixels: str

    @property
    def channels(self) -> int:
        """Of its pictures."""
        return 3 if self.pixels == "rgb" else 1

    def file_name(self, stem: str) -> str:
        """`<stem>-<format>.tflite`, or `<stem>-<format>-rgb.tflite`."""
        return f"{stem}-{self.form}{'-rgb' if self.pixels == 'rgb' else ''}.tflite"


def targets(formats: Sequence[str], inputs: Sequence[str]) -> list[Target]:
    """Every format for every input, each once."""
    return [
        Target(form, pixels) for pixels in dict.fromkeys(inputs) for form in dict.fromkeys(formats)
    ]
