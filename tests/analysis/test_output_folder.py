"""What an output folder says of itself may be anything by now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fer_keras.analysis.output_folder import INDEX, OutputFolder
from fer_keras.errors import InputError


@pytest.mark.parametrize(
    "text", ['{"../evil": "/film.mp4"}', '{"/etc/x": "a"}', '{"..": "a"}', "[]", "{", "1e999"]
)
def test_a_list_of_films_that_leads_elsewhere_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / INDEX).write_text(text)
    with pytest.raises(InputError, match=r"films\.json"):
        OutputFolder(tmp_path, []).name_for("/film.mp4")


@pytest.mark.parametrize(
    ("key", "value"), [("files", 5), ("files", ["../a"]), ("files", [None]), ("problem", ...)]
)
def test_a_summary_that_is_none_of_ours_counts_as_unfinished(
    key: str, value: object, tmp_path: Path
) -> None:
    whole = {"complete": True, "files": ["a.json"], "problem": None, "source": {}, "settings": {}}
    whole["model_sha256"] = "0"
    summary = tmp_path / "a.json"
    summary.write_text(json.dumps(whole))
    out = OutputFolder(tmp_path, [])
    assert out.finished("a", {}, {}, "0")
    changed = {name: one for name, one in whole.items() if name != key}
    summary.write_text(json.dumps(changed if value is ... else {**changed, key: value}))
    assert not out.finished("a", {}, {}, "0")
    summary.write_text("[" * 50_000)
    assert not out.finished("a", {}, {}, "0")


def test_what_another_model_of_that_name_said_counts_as_unfinished(tmp_path: Path) -> None:
    whole = {"complete": True, "files": ["a.json"], "problem": None, "source": {}, "settings": {}}
    summary = tmp_path / "a.json"
    out = OutputFolder(tmp_path, [])
    summary.write_text(json.dumps({**whole, "model_sha256": "0"}))
    assert out.finished("a", {}, {}, "0")
    assert not out.finished("a", {}, {}, "1")
