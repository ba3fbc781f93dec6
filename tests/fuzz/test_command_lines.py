"""Whatever is typed behind `fer-keras` ends in an exit status and lines, and writes over nothing.

What takes long is stubbed: opening a data set, timing files, serving the page. All that stands
before it, and what reads photos, films and models, is the real thing.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
from fuzz.attack import LIMIT, attack
from fuzz.readers import film, picture

from fer_keras.cli.main import _run, app
from fer_keras.cli.streams import LONGEST_LINE
from fer_keras.errors import InputError

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(LIMIT)]

WORDS = (
    *("", "-", "--", "---", "0", "-1", "1", "2", "0.5", "nan", "inf", "-inf", "1e999", "-1e999"),
    *("1e308", "99999999999999999999", "²", "٣", "1,2", "1,nan", ",", "1,,2", "nan,nan", "="),
    *("x=1", "x=[" + "[" * 3000, "x=1e999", "dropout=NaN", "a" * 300, "a" * 5000, "\x1b[2J"),
    *("a\nb", "é", "\ud800", os.fsdecode(b"\xff"), "%s", "{}", "[bold]", "~", "*", "?", "[a"),
    *("synthetic", "mobile-s", "final", "grey,rgb", "int8", "happy", "cpu", "gpu:9", "train"),
    *("/", ".", "..", "/dev/null", "/dev/full", "/dev/stdin", "/proc/self/mem", "/etc/passwd"),
    *("http://[", "rtsp://a:b@127.0.0.1:1/x", "file:///etc/passwd", "sqlite:///", "x://y", "a:b"),
)
PLACES = (
    *("a.jpg", "a.mp4", "a.csv", "a.json", "run", "pipe", "folder", "link", "loop"),
    *("missing/a.png", "new", "new.mp4", "new.png", "new.json"),
)
USUAL = {
    **{"models": "mobile-s", "model": "mobile-s", "photos": "a.jpg", "films": "a.mp4"},
    **{"path": "folder", "run": "run", "name": "final", "data": "synthetic", "video": "a.mp4"},
    **{"out": "new", "recipe": "a.json", "detector": "short", "arch": "baseline"},
}


def every_command() -> dict[tuple[str, ...], Any]:
    def walk(at: Any, words: tuple[str, ...]) -> dict[tuple[str, ...], Any]:
        children = getattr(at, "commands", None)
        if children is None:
            return {words: at}
        found = {}
        for name, child in children.items():
            found.update(walk(child, (*words, name)))
        return found

    return walk(typer.main.get_command(app), ())


COMMANDS = every_command()


def make_places(folder: Path) -> dict[str, bytes]:
    """Files of every kind in a folder; what the regular ones hold, by name."""
    (folder / "a.jpg").write_bytes(picture("JPEG"))
    (folder / "a.mp4").write_bytes(FILM)
    (folder / "a.csv").write_text("a,b\n1,2\n")
    (folder / "a.json").write_text('{"arch": "final"}')
    (folder / "folder").mkdir()
    (folder / "run").mkdir()
    (folder / "run" / "config.json").write_text("{}")
    (folder / "link").symlink_to("a.mp4")
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "pipe")
    return {name: (folder / name).read_bytes() for name in ("a.jpg", "a.mp4", "a.csv")}


FILM = film(".mp4")


def typed(chance: random.Random) -> list[str]:
    """A command with what it needs, mostly, and some options with values that mostly are none."""
    words, command = chance.choice(list(COMMANDS.items()))
    line = list(words)
    needed = [one for one in command.params if one.required]
    others = [one for one in command.params if not one.required and one.name != "help"]
    for one in [*needed, *chance.sample(others, chance.randint(0, min(3, len(others))))]:
        if one.param_type_name == "option":
            line.append(chance.choice(one.opts))
        if getattr(one, "is_flag", False):
            continue
        is_usual = chance.random() < (0.85 if one.required else 0.3)
        odd = chance.choice(chance.choice((WORDS, WORDS, PLACES)))
        line.append(USUAL.get(one.name, odd) if is_usual else odd)
    if chance.random() < 0.05:
        line.insert(chance.randrange(len(line) + 1), chance.choice((*WORDS, "--help")))
    return line


@pytest.fixture
def no_long_work(monkeypatch: pytest.MonkeyPatch) -> None:
    from fer_keras.cli import data_options, run_data
    from fer_keras.data import source
    from fer_keras.demo import server
    from fer_keras.live import capture
    from fer_keras.studies import file_benchmark, framing_study, robustness

    def stop(*arguments: Any, **options: Any) -> Any:
        raise InputError("long work would begin")

    monkeypatch.setattr(data_options, "open_faces", stop)
    monkeypatch.setattr(server, "open_server", stop)
    monkeypatch.setattr(capture, "Camera", stop)
    monkeypatch.setattr(file_benchmark, "measure_latency", stop)
    monkeypatch.setattr(framing_study, "study_crop", stop)
    monkeypatch.setattr(robustness, "study_robustness", stop)
    monkeypatch.setattr(source, "open_data", stop)
    monkeypatch.setattr(run_data, "open_faces", stop)


def test_no_command_line_is_more_than_lines(
    no_long_work: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def one(chance: random.Random, folder: Path) -> bool:
        before = make_places(folder)
        monkeypatch.chdir(folder)
        line = typed(chance)
        monkeypatch.setattr(sys, "argv", ["fer-keras", *line])
        monkeypatch.setattr(sys, "stdin", None)
        try:
            status = _run()
        except BaseException as error:
            raise AssertionError(f"{line!r}: {error!r}") from error
        finally:
            monkeypatch.chdir("/")
        said = capsys.readouterr().err
        assert status in (0, 1, 2), line
        if status == 2:
            assert said.strip(), line
        assert all(len(text) <= LONGEST_LINE for text in said.splitlines()), line
        assert "\x1b" not in said, line
        assert {name: (folder / name).read_bytes() for name in before} == before, line
        assert (folder / "pipe").is_fifo(), line
        return status != 0

    attack("command line", 2, one)
