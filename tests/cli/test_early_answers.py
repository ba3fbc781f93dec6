"""A wrong option is answered before data is read and before Keras is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

RUN = """
import json, sys
from typer.testing import CliRunner
from fer_keras.cli.main import app

answers = []
for line in json.loads(sys.argv[1]):
    result = CliRunner().invoke(app, line)
    heavy = sorted({"keras", "tensorflow", "optuna"} & set(sys.modules))
    answers.append([str(result.exception), result.output, heavy])
print(json.dumps(answers))
"""

WRONG = {
    "train --arch resnet": "--arch resnet: unknown; take one of baseline",
    "train --recipe missing.json": "missing.json: no such file",
    "train --epochs 0": "--epochs is 0; it must be 1 to 1,000,000",
    "train --learning-rate -1": "--learning-rate is -1.0; it must be above 0",
    "train --out taken": "--out taken: already there",
    "train --teacher nobody": "nobody: no such file, run or shipped model",
    "train --start-from mobile-s-int8": "has no gradients",
    "train --resume nobody": "nobody: not a run folder (it has no config.json)",
    "train --resume nobody --seed 1": "--resume: a run keeps its recipe, data and seed",
    "train --option dropout": "--option dropout: write NAME=VALUE",
    "tune --space sizes": "--space sizes: unknown; take some of filters",
    "ablate --rows no-hair": "--rows no-hair: known are base",
    "ablate --rows teacher": "--rows teacher: give --teacher, too",
    "ablate --teacher nobody": "nobody: no such file, run or shipped model",
    "reproduce --stages first": "--stages first: the paper's are baseline",
    "export mobile-s --formats int4": "--formats int4: take some of float32",
    "predict taken --bars": "--bars: goes with --annotate",
    "live --bars": "--bars: goes with --out; the page has bars of its own",
    "saliency mobile-s taken/notes.txt -n 2": "photos: go with no option that chooses faces",
    "saliency mobile-s taken/notes.txt --split test": "photos: go with no option that chooses",
    "evaluate nobody": "nobody: no such file, run or shipped model",
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list]:
    folder = tmp_path_factory.mktemp("work")
    (folder / "taken").mkdir()
    (folder / "taken" / "notes.txt").write_text("mine")
    lines = json.dumps([line.split() for line in WRONG])
    done = subprocess.run(
        [sys.executable, "-c", RUN, lines], cwd=folder, capture_output=True, text=True, check=True
    )
    assert [path.name for path in Path(folder).iterdir()] == ["taken"], "something was left"
    return dict(zip(WRONG, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("line", WRONG)
def test_it_is_answered_at_once(line: str, answers: dict[str, list]) -> None:
    error, output, heavy = answers[line]
    assert WRONG[line] in error
    assert output == "", "data was read first"
    assert heavy == []
