from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_film import write_film
from made_video import frame, write_video
from typer.testing import CliRunner

from fer_keras.cli.main import app
from fer_keras.errors import InputError
from fer_keras.films import Film

START = (sys.executable, "-c", "from fer_keras.cli.main import main; main()", "live")


@pytest.fixture(scope="module")
def model(exported: tuple[Path, dict[str, Any]]) -> Path:
    (path,) = exported[0].glob("*[!b]-int8.tflite")
    return path


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["live", *map(str, arguments)])


def events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_two_faces_that_cross_keep_their_identities(model: Path, tmp_path: Path) -> None:
    frames = [
        frame([(80 + 6 * number, 240, 200), (560 - 6 * number, 250, 190)]) for number in range(80)
    ]
    video = write_video(tmp_path / "crossing.avi", frames)
    out, log, stats = (tmp_path / name for name in ("seen.mp4", "events.jsonl", "stats.json"))
    result = run(
        *("--video", video, "--model", model, "--out", out, "--log", log, "--stats", stats)
    )
    assert result.exit_code == 0, result.output
    for written in (f"film in {out}", f"changes in {log}", f"statistics in {stats}"):
        assert written in result.output
    counted = json.loads(stats.read_text())
    assert counted["frames"] == 80
    assert counted["faces"] == 2, "a third number would be a face that was lost and found"
    assert {one["face"] for one in events(log)} == {1, 2}
    assert sum(stage["share"] for stage in counted["stages"].values()) == pytest.approx(1)
    assert counted["detection_and_classification"]["times_detection"] > 1
    shown = list(Film(out))
    assert len(shown) == 80
    first = shown[0].picture[:, :, ::-1]
    assert np.abs(first.astype(int) - frames[0]).max() > 100, "boxes and bars are drawn"


def test_a_flickering_label_is_steadied(model: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    frames = []
    for _ in range(90):
        picture = frame([(320 + rng.normal(0, 3), 240 + rng.normal(0, 3), 220)]).astype(float)
        picture = (picture - 128) * rng.uniform(0.5, 1.3) + rng.normal(128, 25, picture.shape)
        frames.append(np.clip(picture, 0, 255).astype(np.uint8))
    video = write_video(tmp_path / "flicker.avi", frames)
    changes = {}
    for decide in ("majority", "mean", "ema"):
        stats = tmp_path / f"{decide}.json"
        result = run(
            *("--video", video, "--model", model, "--decide", decide, "--stats", stats),
            *("--log", tmp_path / "log.jsonl", "--abstain-below", 0),
        )
        assert result.exit_code == 0, result.output
        counted = json.loads(stats.read_text())
        assert counted["faces"] == 1
        changes[decide] = (counted["raw_changes"], counted["decision_changes"])
        # The log has every change, the face's first decision, and its end if it was lost.
        kept = [one for one in events(tmp_path / "log.jsonl") if None not in one.values()]
        assert len(kept) == counted["decision_changes"]
    for decide, (raw, decided) in changes.items():
        assert raw >= 10, f"{changes}: the video does not flicker"
        assert decided <= raw / 3, f"{decide}: {changes}"


def test_a_video_that_stops_half_way_ends_with_one_line(model: Path, tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.avi", [frame([(320 + n, 240, 200)]) for n in range(40)])
    cut = tmp_path / "cut.avi"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    out, log = tmp_path / "seen.mp4", tmp_path / "events.jsonl"
    done = subprocess.run(
        [*START, "--video", cut, "--model", model, "--out", out, "--log", log],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2, done
    # One line of ours, none of FFmpeg's; LiteRT greets.
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("INFO:")]
    seen = Film(out)
    read = list(seen)
    assert 10 < len(read) < 30
    assert seen.problem is None, "what was written of it is whole"
    assert line == f"error: {cut}: stops at {read[-1].time + 0.04:.2f} s; damaged or cut off"
    assert events(log)[0]["face"] == 1


def test_an_event_is_logged_when_it_is(model: Path, tmp_path: Path) -> None:
    """Twice a second without a face; one comes into view at 10.0 s, with 25 frames a second."""
    empty, face = frame([])[:, :, ::-1], frame([(320, 240, 200)])[:, :, ::-1]
    times = [number / 2 for number in range(20)] + [10 + number / 25 for number in range(20)]
    video = write_film(tmp_path / "vfr.mp4", [empty] * 20 + [face] * 20, times, sound=10.8)
    out, log = tmp_path / "seen.mp4", tmp_path / "events.jsonl"
    result = run("--video", video, "--model", model, "--log", log, "--out", out)
    assert result.exit_code == 0, result.output
    first, *rest = events(log)
    assert first["time"] == pytest.approx(10.0, abs=0.04)
    assert (first["before"], first["decision"]) == (None, "unsure"), "the window is not full yet"
    assert all(one["time"] >= 10 + 14 / 25 - 0.01 for one in rest)
    film = Film(out, sound=True)
    assert [one.time for one in film] == pytest.approx(times, abs=1e-3)
    assert film.sound_stream is not None


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_what_was_written_is_whole_when_it_is_stopped(
    end: signal.Signals, model: Path, tmp_path: Path
) -> None:
    picture = frame([(320, 240, 200)])[:, :, ::-1]
    times = [number / 25 for number in range(500)]
    video = write_film(tmp_path / "long.mp4", [picture] * 500, times, sound=20.0)
    out, log = tmp_path / "seen.mp4", tmp_path / "events.jsonl"
    process = subprocess.Popen(
        [*START, "--video", video, "--realtime", "--model", model, "--out", out, "--log", log],
        stdout=subprocess.PIPE,
        text=True,
        # A test run in the background of a shell ignores SIGINT, and its children with it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 120
    while not (log.exists() and log.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(end)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output
    assert "frames" in output
    film = Film(out)
    assert list(film), "on a machine that is slow enough these may be all frames there are"
    assert film.problem is None
    assert not list(tmp_path.glob(".partial-*"))


def test_what_is_no_video_is_named_in_one_line(model: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("no video")
    done = subprocess.run(
        [*START, "--video", text, "--model", model, "--out", tmp_path / "seen.mp4"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("INFO:")]
    assert line.startswith(f"error: --video {text}: can't be read as a film")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--video", "missing.mp4", "--out", "seen.mp4"], "missing.mp4: no such file"),
        (["--camera", "97", "--out", "seen.mp4"], "no such camera"),
        (["--camera", "0", "--video", "a.mp4", "--out", "seen.mp4"], "take one of them"),
        (["--realtime", "--out", "seen.mp4"], "--realtime: goes with --video"),
        (["--video", "missing.mp4", "--decide", "vote", "--out", "seen.mp4"], "decide: vote"),
    ],
)
def test_bad_requests_are_named(arguments: list[str], message: str, model: Path) -> None:
    result = run(*arguments, "--model", model)
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)
