"""Numbers that no command can work with are a line, in whatever way they are written."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from made_video import frame, write_video
from PIL import Image

from fer_keras.cli.lists import builder_options
from fer_keras.cli.main import _run
from fer_keras.errors import InputError

PHOTO = str(Path(__file__).parents[1] / "pictures" / "astronaut.png")
FEW = ("--data", "synthetic", "--sizes", "14,7,7")
TRAIN = ("train", "--arch", "baseline", *FEW)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("benchmark", "mobile-s", "--threads", "nan"), "--threads: nan"),
        (("benchmark", "mobile-s", "--threads", "1e999"), "--threads: 1e999"),
        (("benchmark", "mobile-s", "--threads", "²"), "--threads: ²"),
        (("benchmark", "mobile-s", "--peer-range", "1,nan"), "--peer-range: 1,nan"),
        (("data", "inspect", "synthetic", "--sizes", "1,²,3"), "--sizes: 1,²,3"),
        (("data", "inspect", "synthetic", "--sizes", "9" * 20 + ",1,1"), "take 10,000,000"),
        (("architectures", "final", "--classes", "9" * 11), "can't be built"),
        ((*TRAIN, "--option", "filters=1000000000000"), "can't be built"),
        ((*TRAIN, "--epochs", "9" * 30), "error: --epochs is 9"),
        (("tune", *FEW, "--epochs", "9" * 30), "error: --epochs is 9"),
        (("ablate", *FEW, "--epochs", "9" * 30), "error: --epochs is 9"),
        (("reproduce", *FEW, "--epochs", "9" * 30), "error: --epochs is 9"),
        ((*TRAIN, "--learning-rate", "nan"), "error: --learning-rate is nan"),
        ((*TRAIN, "--learning-rate", "inf"), "error: --learning-rate is inf"),
        ((*TRAIN, "--batch-size", "9" * 30), "error: --batch-size is 9"),
        ((*TRAIN, "--time-budget", "nan"), "--time-budget nan"),
        ((*TRAIN, "--seed", "9" * 30), "--seed"),
        (("predict", PHOTO, "--abstain-below", "nan"), "--abstain-below"),
        (("saliency", "mobile-s", PHOTO, "--rows", "²"), "no option that chooses"),
        (("saliency", "mobile-s", *FEW, "--rows", "²"), "--rows: ²"),
        (("calibration", "mobile-s", *FEW, "--faces", "²"), "--faces: ²"),
        (("export", "mobile-s", *FEW, "--name", "../x"), "--name ../x"),
    ],
)
def test_it_is_refused_in_a_line(
    words: tuple[str, ...],
    part: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["fer-keras", *words])
    assert _run() == 2
    (line,) = [one for one in capsys.readouterr().err.splitlines() if one.startswith("error: ")]
    assert part in line
    assert not list(tmp_path.rglob("*.*")), "nothing is left of what was not begun"


@pytest.mark.parametrize("fps", ["0", "-1", "nan", "inf", "1e-300"])
@pytest.mark.parametrize("source", ["frames", "film.avi"])
def test_frames_a_second_are_some(
    source: str,
    fps: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "1.png").write_bytes(Path(PHOTO).read_bytes())
    write_video(tmp_path / "film.avi", [frame([], (64, 48))] * 2)  # which has its own
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["fer-keras", "analyze", source, "--fps", fps])
    assert _run() == 2
    assert "error: --fps: " in capsys.readouterr().err
    assert not (tmp_path / "analysis").exists()


def test_names_of_files_and_classes_command_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    odd = "\x1b]0;title\x07\x1b[2J"
    (tmp_path / f"{odd}.jpg").write_bytes(b"no picture")
    (tmp_path / f"{odd}.png").write_bytes(Path(PHOTO).read_bytes())
    for number in range(20):
        path = tmp_path / "data" / ("sad", odd)[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (48, 48), number * 9).save(path)
    for words, status in (
        (["predict", str(tmp_path), "--annotate", str(tmp_path / "seen")], 2),
        (["data", "inspect", str(tmp_path / "data"), "--out", str(tmp_path / "sheets")], 2),
        (["data", "audit", str(tmp_path / "data"), "--out", str(tmp_path / "found")], 2),
    ):
        monkeypatch.setattr(sys, "argv", ["fer-keras", *words])
        assert _run() == status, capsys.readouterr()
        said = capsys.readouterr()
        for text in (said.out, said.err):
            assert "\x1b" not in text
            assert "\x07" not in text
        assert "\\x1b" in said.out + said.err


def test_an_option_that_is_nested_too_deeply_is_named() -> None:
    with pytest.raises(InputError, match=r"option dropout=\[\[.*: write NAME=VALUE"):
        builder_options(["dropout=" + "[" * 60_000])
