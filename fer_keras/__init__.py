"""Facial emotion recognition, from FER2013 to a quantised model on a phone.

>>> import fer_keras as fk
>>> fk.Recognizer("mobile-s")("party.jpg")             # doctest: +SKIP
[RecognizedFace(label='happy', probability=0.93, ...), ...]

Importing this package loads nothing heavy: each name below loads what it needs when it is first
used, and recognition never loads TensorFlow or Keras.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from fer_keras.errors import InputError

if TYPE_CHECKING:
    from fer_keras.architectures import build
    from fer_keras.architectures.table import list_architectures
    from fer_keras.data.labels import FER2013_LABELS
    from fer_keras.data.source import open_data
    from fer_keras.evaluation.judging import evaluate
    from fer_keras.export.exporting import export_model
    from fer_keras.faces.recognized_face import RecognizedFace
    from fer_keras.faces.recognizer import Recognizer
    from fer_keras.models import Classification, Classifier, list_models, load

__version__ = "0.1.0"

__all__ = [
    "FER2013_LABELS",
    "Classification",
    "Classifier",
    "InputError",
    "RecognizedFace",
    "Recognizer",
    "build",
    "evaluate",
    "export_model",
    "list_architectures",
    "list_models",
    "load",
    "open_data",
]

_HOMES = {
    "FER2013_LABELS": "fer_keras.data.labels",
    "Classification": "fer_keras.models",
    "Classifier": "fer_keras.models",
    "RecognizedFace": "fer_keras.faces.recognized_face",
    "Recognizer": "fer_keras.faces.recognizer",
    "build": "fer_keras.architectures",
    "evaluate": "fer_keras.evaluation.judging",
    "export_model": "fer_keras.export.exporting",
    "list_architectures": "fer_keras.architectures.table",
    "list_models": "fer_keras.models",
    "load": "fer_keras.models",
    "open_data": "fer_keras.data.source",
}
"""Where each name of the interface is defined; it is imported when it is first asked for."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
