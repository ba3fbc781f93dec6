"""What a finished run's best model says to a question, asked once and kept in the run's folder.

A table is made by many processes, or again and again: loading a model takes seconds, and the test
split is to be judged once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import Split, part_fingerprint
from fer_keras.files import read_json
from fer_keras.models import Classifier
from fer_keras.runs.config import file_hash
from fer_keras.runs.run_folder import RunFolder


def kept_answer(
    run: RunFolder,
    file: str,
    labels: tuple[str, ...],
    split: Split,
    key: str,
    ask: Callable[[NDArray[np.bool_]], Any],
    check: Callable[[Any], object],
) -> Any:
    """The answer that stands in a file, or a new one, which is written there.

    Args:
        run: a finished run.
        file: in its folder; it also holds hashes of the model and of the faces. Where one of them
            is another, or the file is damaged, the model is asked anew.
        labels, split: the faces.
        key: of the answer in the file.
        ask: makes the answer (a JSON value) of which faces are named rightly: (n,).
        check: raises TypeError or ValueError for what is no such answer.
    """
    asked = {"model": file_hash(run.best_model), "faces": part_fingerprint(labels, split)}
    path = run.path / file
    if path.is_file():
        kept = read_json(path)
        if isinstance(kept, dict) and {name: kept.get(name) for name in asked} == asked:
            with suppress(TypeError, ValueError, KeyError):
                check(kept[key])
                return kept[key]
    named = Classifier(run.best_model).probabilities(split.images, labels).argmax(axis=1)
    answer = ask(named == split.labels)
    run.write_text(file, json.dumps({**asked, key: answer}, indent=2) + "\n")
    return answer
