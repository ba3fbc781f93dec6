"""The page of `fer-keras report`: one HTML file that needs no other file and no network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.evaluation.scores import Accuracy, compare, score
from fer_keras.evaluation.table import Judged, percent, rows
from fer_keras.models import Classifier, find_model
from fer_keras.pictures.curves import draw_curves
from fer_keras.pictures.figure_file import figure_uri
from fer_keras.report.section import make_section
from fer_keras.runs.run_folder import RunFolder

TEMPLATE = Path(__file__).with_name("report.html")


def report_page(
    runs: Sequence[Path],
    names: Sequence[str],
    data: FaceData,
    split_name: str,
    *,
    copies: NDArray[np.bool_] | None = None,
    method: str = "smoothgrad",
    seed: int = 0,
    faces: bool = True,
) -> str:
    """Make the page for a run, or for several side by side.

    Args:
        runs: run folders; at least one.
        names: how to call each.
        data, split_name: the faces to judge them on.
        copies: bool, true for faces of the split that copy a training face.
        method: saliency method.
        seed: of the choice of explained faces.
        faces: whether pictures of faces go in.

    Returns:
        HTML.

    Raises:
        InputError: if a folder is no run, or its labels are not the data's, or there are no faces.
    """
    split = data.split(split_name)
    if not len(split):
        raise InputError(f"{data.source}: the {split_name} split has no faces")
    folders = [RunFolder(path) for path in runs]
    for folder in folders:
        folder.read_config()
        find_model(folder.path)
    sections, judged = [], []
    first: NDArray[np.float32] | None = None
    for folder, name in zip(folders, names, strict=True):
        probabilities = Classifier(folder.best_model).probabilities(split.images, data.labels)
        scores = score(probabilities, split, data.labels, copies)
        against = None if first is None else compare(probabilities, first, split)
        first = probabilities if first is None else first
        judged.append(Judged(name, scores, against))
        sections.append(
            make_section(
                folder,
                name,
                data,
                split_name,
                probabilities,
                scores,
                method=method,
                seed=seed,
                faces=faces,
            )
        )
    histories = {name: folder.read_history() for folder, name in zip(folders, names, strict=True)}
    return _render(
        data=data,
        source=Path(data.source).name,
        split=split_name,
        faces=len(split),
        names=list(names),
        table=rows(judged),
        sections=sections,
        curves=figure_uri(draw_curves(histories)),
        pictures_of_faces=faces,
    )


def _render(**values: object) -> str:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["percent"] = percent
    environment.filters["interval"] = _interval
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(**values)


def _interval(accuracy: Accuracy) -> str:
    low, high = accuracy.interval
    return f"{100 * low:.1f} to {100 * high:.1f} %"
