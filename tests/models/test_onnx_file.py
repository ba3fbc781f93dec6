"""A foreign `.onnx` answers or is refused in one line, whatever it holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

import made_onnx

from fer_keras.errors import InputError
from fer_keras.models import Classifier, trial

FACES = np.full((3, 48, 48), 128, np.uint8)


def written(folder: Path, name: str, made: object) -> Path:
    path = folder / f"{name}.onnx"
    path.write_bytes(made.SerializeToString())  # type: ignore[attr-defined]
    return path


def test_a_good_file_answers(tmp_path: Path) -> None:
    classifier = Classifier(written(tmp_path, "good", made_onnx.good()))
    assert classifier.labels == tuple("abcdefg")
    assert classifier.probabilities(FACES).shape == (3, 7)
    assert classifier.probabilities(FACES[:0]).shape == (0, 7)


@pytest.mark.parametrize("name", made_onnx.HOSTILE)
def test_a_hostile_file_is_one_line(name: str, tmp_path: Path) -> None:
    make, said = made_onnx.HOSTILE[name]
    path = written(tmp_path, name, make())
    with pytest.raises(InputError, match=rf"{name}\.onnx: .*{said}") as refusal:
        Classifier(path).probabilities(FACES)
    assert "\n" not in str(refusal.value)


def test_a_file_that_ends_its_process_ends_only_a_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "good", made_onnx.good())
    killer = f"import os; os.kill(os.getpid(), {int(signal.SIGABRT)})"
    monkeypatch.setattr(trial, "_CODE", killer)
    monkeypatch.setattr(trial, "run", lambda *_: os.kill(os.getpid(), signal.SIGABRT))
    line = r"good\.onnx: ONNX Runtime crashes when it runs it \(SIGABRT\)"
    with pytest.raises(InputError, match=line):
        Classifier(path)


def test_the_command_line_refuses_it_with_status_2(tmp_path: Path) -> None:
    path = written(tmp_path, "endless", made_onnx.endless())
    photo = Path(__file__).parents[1] / "pictures" / "astronaut.png"
    words = ["predict", str(photo), "--model", str(path)]
    code = "from fer_keras.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert "endless.onnx: holds a 'Loop'" in line


def test_a_child_imports_nothing_from_the_folder_that_it_is_started_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of models may hold anything: `random.py`, too."""
    (tmp_path / "random.py").write_text("open('imported', 'w').close()\n")
    monkeypatch.chdir(tmp_path)
    Classifier(written(tmp_path, "good", made_onnx.good()))
    assert trial._started(tmp_path / "good.onnx", "onnxruntime") == 0
    assert not (tmp_path / "imported").exists()
