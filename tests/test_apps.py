"""The pages for app developers are of today's files, and what they show runs."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fer_keras.cli.main import app
from fer_keras.data.labels import EMOTIONS, FER2013_LABELS
from fer_keras.export.contract import contract_page, read_contract
from fer_keras.export.packing import label_files
from fer_keras.faces.crop import FRAMINGS
from fer_keras.models import find_model
from fer_keras.models.model_file import DEFAULT_MODEL

APPS = Path(__file__).parents[1] / "docs" / "apps"
MAKE = runpy.run_path(str(APPS / "make.py"))
GOLDEN = json.loads((APPS / "golden.json").read_text(encoding="utf-8"))


def test_the_contract_is_that_of_the_shipped_files() -> None:
    kept = (APPS / "contract.md").read_text(encoding="utf-8")
    assert MAKE["contract"]() == kept, "run `python docs/apps/make.py`"


def test_the_golden_face_is_answered_as_it_says() -> None:
    now = json.loads(MAKE["golden"](MAKE["read_golden_face"]()))
    assert set(now["probabilities"]) == set(GOLDEN["probabilities"])
    for file, wanted in GOLDEN["probabilities"].items():
        # A processor with other vector units may round int8 otherwise.
        assert now["probabilities"][file] == pytest.approx(wanted, abs=GOLDEN["tolerance"])
    names = {max(wanted, key=wanted.get) for wanted in GOLDEN["probabilities"].values()}
    assert len(names) == 1, "every model is sure of the golden face"


@pytest.mark.parametrize("name", MAKE["PAGES"])
def test_a_page_ends_with_what_its_file_is_today(name: str) -> None:
    kept = (APPS / f"{name}.md").read_text(encoding="utf-8")
    assert MAKE["page"](name) == kept, "run `python docs/apps/make.py`"


@pytest.mark.parametrize("labels", [FER2013_LABELS, EMOTIONS], ids=["seven", "eight"])
def test_what_is_written_fits_any_number_of_emotions(
    labels: tuple[str, ...], tmp_path: Path
) -> None:
    files = {name: text for name, (_, text) in label_files(labels).items()}
    path = tmp_path / "other.tflite"
    path.write_bytes(find_model(f"{DEFAULT_MODEL}-int8").read_bytes().partition(b"PK\x03\x04")[0])
    with zipfile.ZipFile(path, "a") as archive:
        for member, text in files.items():
            archive.writestr(member, text)
    written = contract_page(read_contract(path))
    for place, label in enumerate(labels):
        assert f"| {place} | {label} |" in written
    assert written.count("verächtlich") == (labels == EMOTIONS)


@pytest.mark.parametrize("name", ["web", "react-native"])
def test_code_names_no_emotion(name: str) -> None:
    page = (APPS / f"{name}.md").read_text(encoding="utf-8")
    code = "".join(re.findall(r"```(?:typescript|html)\n(.*?)```", page, flags=re.DOTALL))
    assert code
    assert not [label for label in EMOTIONS if label in code]


@pytest.mark.parametrize("name", MAKE["PAGES"])
def test_a_page_speaks_of_the_file_whose_answers_it_gives(name: str) -> None:
    written, _, generated = (APPS / f"{name}.md").read_text(encoding="utf-8").partition("<!-- From")
    spoken_of = set(re.findall(r"mobile-[sm](?:-plus)?(?=-int8\b| --)", written))
    assert spoken_of == {DEFAULT_MODEL}
    assert f"`{DEFAULT_MODEL}-" in generated


def test_the_web_page_cuts_by_our_rule() -> None:
    page = (APPS / "web.md").read_text(encoding="utf-8")
    framing = FRAMINGS["short"]
    assert f"SIDE = {framing.scale};" in page
    assert f"RAISED = {framing.rise};" in page


@pytest.mark.parametrize("name", [f"{DEFAULT_MODEL}-int8", f"{DEFAULT_MODEL}-float16"])
@pytest.mark.parametrize("interface", ["Interpreter", "CompiledModel"])
def test_the_python_page_runs_as_it_stands(name: str, interface: str, tmp_path: Path) -> None:
    page = (APPS / "python.md").read_text(encoding="utf-8")
    codes = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    (code,) = [code for code in codes if f"import {interface}\n" in code]
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
    result = CliRunner().invoke(app, ["card", DEFAULT_MODEL])
    assert result.exit_code == 0
    for words in (f"`{DEFAULT_MODEL}-int8.tflite`", "1 x 48 x 48 x 1", "1.17", "wütend"):
        assert words in result.stdout, words
    told = json.loads(
        CliRunner().invoke(app, ["card", f"{DEFAULT_MODEL}-float16", "--json"]).stdout
    )
    assert told["input"]["dtype"] == "float32"
    assert told["labels"][3] == "happy"
