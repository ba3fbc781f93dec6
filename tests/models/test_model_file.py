"""What is meant by a model: shipped names, runs, files, the user's own weights."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from fer_keras.errors import InputError
from fer_keras.models import Classifier, find_model, list_models, load, model_file

NAMES = (
    "mobile-s.keras",
    "mobile-s-int8.tflite",
    "mobile-m-int8.tflite",
    "mobile-m-float32.tflite",
)


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in NAMES:
        (tmp_path / name).touch()
    nothing = hashlib.sha256(b"").hexdigest()
    (tmp_path / "hashes.json").write_text(json.dumps(dict.fromkeys(NAMES, nothing)))
    monkeypatch.setattr(model_file, "PACKAGE_WEIGHTS", tmp_path)
    return tmp_path


def test_a_name_without_a_format_means_int8_or_what_can_be_trained(weights: Path) -> None:
    assert find_model("mobile-s") == weights / "mobile-s-int8.tflite"
    assert find_model("mobile-m-float32") == weights / "mobile-m-float32.tflite"
    assert find_model("mobile-m-int8.tflite") == weights / "mobile-m-int8.tflite"
    assert find_model("mobile-s", trainable=True) == weights / "mobile-s.keras"


def test_what_is_not_there_is_answered_with_what_is(weights: Path) -> None:
    with pytest.raises(InputError, match="mobile-l: no such file, run or shipped model") as error:
        find_model("mobile-l")
    assert "mobile-m-float32, mobile-m-int8, mobile-s-int8" in str(error.value)
    with pytest.raises(InputError, match="mobile-l: no such"):
        load("mobile-l")


def test_a_path_goes_before_a_name(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(weights)
    own = weights / "mobile-s"
    own.mkdir()
    assert find_model("mobile-s") == weights / "mobile-s-int8.tflite", "a folder that is no run"
    (own / "best.keras").touch()
    assert find_model("mobile-s") == Path("mobile-s/best.keras")


def test_only_what_was_shipped_byte_for_byte_is_trusted(weights: Path, tmp_path: Path) -> None:
    shipped = weights / "mobile-s-int8.tflite"
    assert model_file.is_ours(shipped)
    (weights / "mine.tflite").touch()
    assert not model_file.is_ours(weights / "mine.tflite"), "not among the hashes"
    shipped.write_bytes(b"x")
    assert not model_file.is_ours(shipped)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/mobile-m-int8.tflite").touch()
    assert not model_file.is_ours(tmp_path / "elsewhere/mobile-m-int8.tflite")


def test_hashes_beside_a_users_weights_prove_nothing(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for name in ("mobile-s-int8.tflite", "hashes.json"):
        (own / name).write_bytes((weights / name).read_bytes())
    monkeypatch.setenv("FER_KERAS_WEIGHTS", str(own))
    assert not model_file.is_ours(own / "mobile-s-int8.tflite")


def test_a_damaged_file_is_refused(weights: Path) -> None:
    (weights / "mobile-s-int8.tflite").write_bytes(b"x")
    with pytest.raises(InputError, match="not the file that was shipped"):
        find_model("mobile-s")


def test_the_users_own_weights_are_known_by_name(
    tmp_path: Path, trained_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (trained_run / "best.keras").read_bytes()
    (tmp_path / "mine.keras").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    (tmp_path / "hashes.json").write_text(json.dumps({"mine.keras": digest}))
    monkeypatch.setenv("FER_KERAS_WEIGHTS", str(tmp_path))
    assert find_model("mine", trainable=True) == tmp_path / "mine.keras"


def test_runs_and_files(trained_run: Path, tmp_path: Path) -> None:
    best = trained_run / "best.keras"
    assert find_model(trained_run) == find_model(str(best)) == best
    assert find_model(Classifier(trained_run)) == best
    with pytest.raises(InputError, match=r"without best\.keras"):
        find_model(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        find_model(tmp_path / "no.keras")
    (tmp_path / "model.h5").write_bytes(b"")
    with pytest.raises(InputError, match="not a model"):
        find_model(tmp_path / "model.h5")
    with pytest.raises(InputError, match="has no gradients"):
        find_model(Classifier("mobile-s"), trainable=True)


def test_the_shipped_models_are_listed() -> None:
    models = list_models()
    assert {"mobile-s-int8", "mobile-s-float16", "mobile-m-int8"} <= set(models.index)
    row = models.loc["mobile-s-int8"]
    assert row.labels == Classifier("mobile-s").labels
    assert row.bytes == Path(row.file).stat().st_size
    assert 0.5 < row.validation < 1
    for name in models.index.drop([n for n in models.index if n.endswith(".keras")]):
        assert find_model(name).name == Path(models.loc[name].file).name


@pytest.mark.parametrize("content", ["[1]", "[" * 60_000, "\x00", '"x"', None])
def test_hashes_of_every_damage_are_one_line(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine-int8.tflite").write_bytes(b"")
    if content is None:  # would be waited for
        os.mkfifo(tmp_path / "hashes.json")
    else:
        (tmp_path / "hashes.json").write_text(content)
    monkeypatch.setenv("FER_KERAS_WEIGHTS", str(tmp_path))
    with pytest.raises(InputError, match=r"hashes\.json: "):
        find_model("mine")


def test_weights_that_are_a_pipe_are_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "mine-int8.tflite")
    (tmp_path / "hashes.json").write_text("{}")
    monkeypatch.setenv("FER_KERAS_WEIGHTS", str(tmp_path))
    with pytest.raises(InputError, match="mine: no such file, run or shipped model"):
        find_model("mine")


@pytest.mark.parametrize("content", ["[1]", '{"files": {"a.tflite": 1}}', '{"files": [1]}', "{"])
def test_figures_of_every_damage_are_one_line(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.json").write_text(content)
    monkeypatch.setenv("FER_KERAS_WEIGHTS", str(tmp_path))
    with pytest.raises(InputError, match=r"mine\.json: "):
        list_models()
