from __future__ import annotations

import dataclasses
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from fer_keras.data.face_data import FaceData
from fer_keras.errors import InputError
from fer_keras.evaluation.scores import score
from fer_keras.report.page import class_rows, report_page


class Page(HTMLParser):
    """What a browser would fetch, and whether every element is closed."""

    VOID = ("meta", "img")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.sources: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def voted_faces(drawn_faces: FaceData) -> FaceData:
    split = drawn_faces.split("validation")
    votes = np.random.default_rng(0).multinomial(10, np.full(7, 1 / 7), len(split))
    votes[:100] = 10 * np.eye(7, dtype=int)[split.labels[:100]]
    return dataclasses.replace(
        drawn_faces,
        splits={"validation": dataclasses.replace(split, votes=votes.astype(np.float32))},
    )


def test_two_runs_side_by_side(trained_run: Path, voted_faces: FaceData, tmp_path: Path) -> None:
    other = tmp_path / "a <b> & c"
    shutil.copytree(trained_run, other)
    config = json.loads((other / "config.json").read_text())
    config["device"] = "<script>alert(1)</script>"
    config["resumed"] = [{"after": 3, "device": "another machine"}]
    config["data"]["spec"] = "/home/ada/faces.csv"
    (other / "config.json").write_text(json.dumps(config))
    text = report_page([trained_run, other], voted_faces, "validation", method="vanilla")
    page = Page(text)
    assert "faces.csv" in text
    assert "/home/ada" not in text
    assert "from epoch 4 on another machine" in text
    assert page.open == []
    assert all(source.startswith(("data:image/png;base64,", "#run-")) for source in page.sources)
    # curves, and for each run: confusion, reliability, humans, saliency, mistakes
    assert sum(source.startswith("data:") for source in page.sources) == 1 + 2 * 5
    assert "<script" not in text
    assert "http" not in re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)
    assert "a &lt;b&gt; &amp; c" in text
    assert "McNemar" in text
    assert "computer is unsure as well" in text


def test_one_run_without_faces_and_without_votes(trained_run: Path, drawn_faces: FaceData) -> None:
    text = report_page([trained_run], drawn_faces, faces=False)
    page = Page(text)
    assert len(page.sources) == 3  # curves, confusion, reliability
    for absent in ("McNemar", "annotators", "confident mistakes", "What it looks at"):
        assert absent not in text
    for label in drawn_faces.labels:
        assert label in text


def test_a_shipped_file_has_no_curves(drawn_faces: FaceData) -> None:
    text = report_page(["mobile-s"], drawn_faces)
    assert len(Page(text).sources) == 3  # confusion, reliability, mistakes
    assert "SHA-256" in text


def test_faces_of_other_classes_in_another_order_are_shown_as_they_are_judged(
    drawn_faces: FaceData,
) -> None:
    split = drawn_faces.split("validation").take(slice(0, 40))
    last = len(drawn_faces.labels)
    labels = last - split.labels
    labels[:5] = 0
    other = dataclasses.replace(
        drawn_faces,
        labels=("contempt", *reversed(drawn_faces.labels)),
        splits={"validation": dataclasses.replace(split, labels=labels)},
        fingerprint="c0ffee" * 11,
    )
    said: list[str] = []
    text = report_page(["mobile-s"], other, "validation", report=said.append)
    assert any("left out: 5 faces of contempt" in line for line in said)
    assert "35 validation faces" in text
    assert "7 classes" in text
    assert "c0ffeec0ffee" in text
    table = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))
    happy = int((split.labels[5:] == drawn_faces.labels.index("happy")).sum())
    assert f" happy {happy} " in table


def test_what_does_not_fit_is_named(
    trained_run: Path, drawn_faces: FaceData, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"without best\.keras"):
        report_page([trained_run, tmp_path], drawn_faces)
    with pytest.raises(InputError, match="no holdout split"):
        report_page([trained_run], drawn_faces, "holdout")


def test_class_rows_are_scikit_learns(drawn_faces: FaceData) -> None:
    from sklearn.metrics import precision_recall_fscore_support

    split = drawn_faces.split("test")
    guesses = np.random.default_rng(0).dirichlet(np.ones(7), len(split)).astype(np.float32)
    guesses[:, 6] = 0  # a class that is never named
    found = class_rows(score(guesses, split, drawn_faces.labels))
    precision, recall, f1, faces = precision_recall_fscore_support(
        split.labels, guesses.argmax(1), labels=range(7), zero_division=np.nan
    )
    np.testing.assert_allclose([row.precision for row in found], precision)
    np.testing.assert_allclose([row.recall for row in found], recall)
    np.testing.assert_allclose([row.f1 for row in found], f1)
    assert [row.faces for row in found] == faces.tolist()
