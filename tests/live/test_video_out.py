from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_keras.errors import InputError
from fer_keras.live.video_out import VideoOut


def grey_values(path: Path) -> list[int]:
    reader = cv2.VideoCapture(str(path))
    values = []
    while True:
        taken, picture = reader.read()
        if not taken:
            return values
        values.append(round(float(picture.mean())))


def flat(value: int) -> np.ndarray:
    return np.full((96, 128, 3), value, np.uint8)


@pytest.mark.parametrize("suffix", [".mp4", ".avi", ".mkv"])
def test_dropped_frames_are_made_up_for(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"out{suffix}"
    out = VideoOut(path, fps=10)
    out.write(flat(20), 0.0)
    out.write(flat(120), 0.1)
    out.write(flat(220), 0.5)  # three were dropped
    assert not path.exists()
    out.close()
    np.testing.assert_allclose(grey_values(path), [20, 120, 120, 120, 120, 220], atol=6)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_without_pictures_there_is_no_file(tmp_path: Path) -> None:
    VideoOut(tmp_path / "out.mp4", 10).close()
    assert list(tmp_path.iterdir()) == []


def test_what_can_not_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"end its name in \.mp4, \.avi, \.mkv"):
        VideoOut(tmp_path / "out.gif", 10)
    with pytest.raises(InputError, match="there is no folder"):
        VideoOut(tmp_path / "missing" / "out.mp4", 10)
