"""The pages for app developers are of today's files, and what they show runs."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fer_keras.cli.main import app
from fer_keras.models import find_model

APPS = Path(__file__).parents[1] / "docs" / "apps"
MAKE = runpy.run_path(str(APPS / "make.py"))
GOLDEN = json.loads((APPS / "golden.json").read_text(encoding="utf-8"))


def test_the_contract_is_that_of_the_shipped_files() -> None:
    kept = (APPS / "contract.md").read_text(encoding="utf-8")
    assert MAKE["contract"]() == kept, "run `python docs/apps/make.py`"


def test_the_golden_face_is_answered_as_it_says() -> None:
    now = json.loads(MAKE["golden"]())
    assert set(now["probabilities"]) == set(GOLDEN["probabilities"])
    for file, wanted in GOLDEN["probabilities"].items():
        # A processor with other vector units may round int8 otherwise.
        assert now["probabilities"][file] == pytest.approx(wanted, abs=GOLDEN["tolerance"])
        assert max(wanted, key=wanted.get) == "surprise"


@pytest.mark.parametrize("name", ["mobile-s-int8", "mobile-m-float16"])
def test_the_python_page_runs_as_it_stands(name: str, tmp_path: Path) -> None:
    page = (APPS / "python.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    (tmp_path / "face.py").write_text(code, encoding="utf-8")
    model = find_model(name)
    done = subprocess.run(
        [sys.executable, "face.py", model, APPS / "golden.png"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    wanted = GOLDEN["probabilities"][model.name]
    assert json.loads(done.stdout) == pytest.approx(wanted, abs=GOLDEN["tolerance"])


def test_card_prints_the_contract() -> None:
    result = CliRunner().invoke(app, ["card", "mobile-s"])
    assert result.exit_code == 0
    for words in ("`mobile-s-int8.tflite`", "1 x 48 x 48 x 1", "1.17", "wütend"):
        assert words in result.stdout, words
    told = json.loads(CliRunner().invoke(app, ["card", "mobile-s-float16", "--json"]).stdout)
    assert told["input"]["dtype"] == "float32"
    assert told["labels"][3] == "happy"
