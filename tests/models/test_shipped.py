from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from fer_keras.errors import InputError
from fer_keras.models import shipped
from fer_keras.models.shipped import find_tflite, shipped_tflite


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    names = [f"{name}.tflite" for name in ("mobile-s-int8", "mobile-m-int8", "mobile-m-float32")]
    for name in names:
        (tmp_path / name).touch()
    nothing = hashlib.sha256(b"").hexdigest()
    (tmp_path / "hashes.json").write_text(json.dumps(dict.fromkeys(names, nothing)))
    monkeypatch.setattr(shipped, "_FOLDER", tmp_path)
    return tmp_path


def test_a_name_without_a_format_means_int8(weights: Path) -> None:
    assert shipped_tflite("mobile-m") == weights / "mobile-m-int8.tflite"
    assert shipped_tflite("mobile-m-float32") == weights / "mobile-m-float32.tflite"


def test_what_is_not_shipped_is_answered_with_what_is(weights: Path) -> None:
    with pytest.raises(InputError, match="mobile-m-float32, mobile-m-int8, mobile-s-int8"):
        shipped_tflite("mobile-l")


def test_a_path_goes_before_a_name(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = weights / "mobile-s"
    own.touch()
    monkeypatch.chdir(weights)
    assert find_tflite("mobile-s") == Path("mobile-s")
    own.unlink()
    assert find_tflite("mobile-s") == weights / "mobile-s-int8.tflite"


@pytest.mark.parametrize("model", ["best.keras", "."])
def test_what_must_be_exported_first_says_so(model: str) -> None:
    with pytest.raises(InputError, match="fer-keras export"):
        find_tflite(model)
