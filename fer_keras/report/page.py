"""The page of `fer-keras report`: one HTML file that needs no other file and no network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from fer_keras.data.face_data import FaceData
from fer_keras.evaluation.judging import comparison_table, judge, percent
from fer_keras.evaluation.scores import Accuracy
from fer_keras.models import ModelLike
from fer_keras.pictures.curves import draw_curves
from fer_keras.pictures.figure_file import figure_uri
from fer_keras.report.section import make_section, run_of
from fer_keras.saliency.maps import check_method

TEMPLATE = Path(__file__).with_name("report.html")


def report_page(
    models: Sequence[ModelLike],
    data: FaceData,
    split: str = "validation",
    *,
    method: str = "smoothgrad",
    seed: int = 0,
    faces: bool = True,
    report: Callable[[str], None] = lambda line: None,
) -> str:
    """Make the page for a model, or for several side by side.

    Args:
        models: runs, shipped names, files; at least one. Curves and recipe are shown of runs,
            saliency of what has gradients.
        data, split: the faces to judge them on.
        method: saliency method.
        seed: of the choice of explained faces.
        faces: whether pictures of faces go in.
        report: called with a line before each step.

    Returns:
        HTML.

    Raises:
        InputError: if a model is missing, or its labels are not the data's, or there are no faces.
    """
    check_method(method)
    judged = judge(models, data, split, report=report)
    sections = []
    for one in judged:
        report(f"drawing {one.name}")
        sections.append(make_section(one, data, split, method=method, seed=seed, faces=faces))
    runs = {one.name: run_of(one.model) for one in judged}
    histories = {name: run.read_history() for name, run in runs.items() if run}
    return _render(
        data=data,
        source=Path(data.source).name,
        split=split,
        faces=len(data.split(split)),
        names=[one.name for one in judged],
        table=[(row[0], row[1:]) for row in comparison_table(judged).rows],
        sections=sections,
        curves=figure_uri(draw_curves(histories)) if histories else None,
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
