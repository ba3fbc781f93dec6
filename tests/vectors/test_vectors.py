"""The vectors that the TypeScript side checks say what the Python side does now."""

from __future__ import annotations

import base64
import json
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_keras.models.model_file import shipped_names

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
import make  # noqa: E402

NAMES = ("labels", "anchors", "decoding", "suppression", "letterbox", "tiles", "merging")
NAMES += ("close_ups", "framing", "crop", "detection", "auto_detection")
NAMES += ("looks", "tracking", "decisions")
if shipped_names():
    NAMES += ("recognition",)


@pytest.fixture(scope="module")
def fresh() -> dict[str, Any]:
    return {name: json.loads(make.as_text(content)) for name, content in make.vectors()}


def assert_agree(stored: Any, now: Any, place: str) -> None:
    if isinstance(stored, dict) and "zlib_base64" in stored:
        before, after = (
            np.frombuffer(zlib.decompress(base64.b64decode(one["zlib_base64"])), np.uint8)
            for one in (stored, now)
        )
        assert before.shape == after.shape, place
        # Kernels differ between processors, by less than a grey value here and there.
        assert np.abs(before.astype(int) - after).max() <= 2, place
    elif isinstance(stored, dict):
        assert stored.keys() == now.keys(), place
        for key in stored:
            assert_agree(stored[key], now[key], f"{place}.{key}")
    elif isinstance(stored, list):
        assert len(stored) == len(now), place
        for index, (one, other) in enumerate(zip(stored, now, strict=True)):
            assert_agree(one, other, f"{place}[{index}]")
    elif isinstance(stored, float):
        assert now == pytest.approx(stored, abs=2e-3, rel=1e-5), place
    else:
        assert stored == now, place


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_file_is_what_make_gives(name: str, fresh: dict[str, Any]) -> None:
    assert set(fresh) == set(NAMES)
    assert_agree(json.loads((HERE / f"{name}.json").read_text()), fresh[name], name)
