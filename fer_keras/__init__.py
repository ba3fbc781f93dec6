"""Facial emotion recognition, from FER2013 to a quantised model on a phone.

Recognise, with what is in the package (no TensorFlow, no Keras, nothing is downloaded):

>>> import fer_keras as fk
>>> faces = fk.Recognizer("mobile-s")("tests/pictures/astronaut.png")
>>> faces[0].label, faces[0].probability > 0.5
('happy', True)
>>> faces[0].probabilities["sad"] < 0.1, faces[0].box.left < faces[0].box.right
(True, True)

`list_models()` says which models there are. A picture is a path, bytes, a Pillow image or an array;
one or a list. Faces that are cut out already go to `Classifier("mobile-s").classify(faces)`, uint8
(n, 48, 48); films to `analyze_video("clip.mp4")`, which gives a row for each face and frame.

Train, judge, export:

>>> data = fk.open_data("synthetic", sizes=(70, 35, 35))   # or "fer2013.csv.gz", a folder, ...
>>> run = fk.train(data, "mobile-s", epochs=10)            # doctest: +SKIP
>>> run.history, run.model, run.evaluate("test")           # doctest: +SKIP
>>> run.export(["int8"])                                   # doctest: +SKIP
>>> fk.evaluate([run, "mobile-s"], data, split="test")     # doctest: +SKIP

`build("final", dropout=0.3)` is a plain Keras model to train in your own way,
`list_architectures()` says what can be built, and `load("mobile-s").model` is a trained one to
fine-tune; `average_models` makes one teacher of several. Wherever a model is asked for, a shipped
name, a run, its folder, a `.keras` or an exported file will do. `Run("runs/mobile-s-1")` is a run
of before, and its `resume()` goes on with it; a `Recipe` is how an architecture is trained.
Questions asked with many trainings are in `fer_keras.studies`: `tune`, `ablate`, `reproduce`. In a
shell the command `fer-keras` does it all.

What can't be used raises `InputError`, a `ValueError` of one line. Importing this package loads
nothing heavy: each name loads what it needs when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from fer_keras.errors import InputError

if TYPE_CHECKING:
    from fer_keras.analysis import analyze_video
    from fer_keras.architectures import build
    from fer_keras.architectures.table import list_architectures
    from fer_keras.data.labels import FER2013_LABELS
    from fer_keras.data.source import open_data
    from fer_keras.evaluation.judging import evaluate
    from fer_keras.export.exporting import export_model
    from fer_keras.faces.recognizer import RecognizedFace, Recognizer
    from fer_keras.models import Classification, Classifier, list_models, load
    from fer_keras.models.average import average_models
    from fer_keras.runs.run import Run
    from fer_keras.runs.train import train
    from fer_keras.training.recipe import Recipe

__version__ = "0.1.0"

__all__ = [
    "FER2013_LABELS",
    "Classification",
    "Classifier",
    "InputError",
    "Recipe",
    "RecognizedFace",
    "Recognizer",
    "Run",
    "analyze_video",
    "average_models",
    "build",
    "evaluate",
    "export_model",
    "list_architectures",
    "list_models",
    "load",
    "open_data",
    "train",
]

_HOMES = {
    "FER2013_LABELS": "fer_keras.data.labels",
    "Classification": "fer_keras.models",
    "Classifier": "fer_keras.models",
    "RecognizedFace": "fer_keras.faces.recognizer",
    "Recipe": "fer_keras.training.recipe",
    "Recognizer": "fer_keras.faces.recognizer",
    "Run": "fer_keras.runs.run",
    "analyze_video": "fer_keras.analysis",
    "average_models": "fer_keras.models.average",
    "build": "fer_keras.architectures",
    "evaluate": "fer_keras.evaluation.judging",
    "export_model": "fer_keras.export.exporting",
    "list_architectures": "fer_keras.architectures.table",
    "list_models": "fer_keras.models",
    "load": "fer_keras.models",
    "open_data": "fer_keras.data.source",
    "train": "fer_keras.runs.train",
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
