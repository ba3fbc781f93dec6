"""Commands never write onto what they read, and whatever the system refuses is one line."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from fer_keras.cli import app
from fer_keras.cli.command import FILE, WRITTEN, Command, check_paths
from fer_keras.cli.streams import LONGEST_LINE, error_line
from fer_keras.errors import InputError

START = (sys.executable, "-c", "from fer_keras.cli.main import main; main()")


PHOTO = str(Path(__file__).parents[1] / "pictures" / "astronaut.png")


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    options = {"capture_output": True, "text": True, "timeout": 300, **options}
    return subprocess.run([*START, *arguments], **options)


def errors(stderr: str) -> list[str]:
    """Without LiteRT's greeting."""
    return [line for line in stderr.splitlines() if not line.startswith("INFO: ")]


def all_commands(root: Any) -> list[Any]:
    children = getattr(root, "commands", None)
    if children is None:
        return [root]
    return [command for child in children.values() for command in all_commands(child)]


def test_every_command_checks_its_paths() -> None:
    commands = all_commands(typer.main.get_command(app))
    assert len(commands) > 15
    assert all(isinstance(command, Command) for command in commands)
    named = {option.name for command in commands for option in command.params}
    assert set(WRITTEN) <= named


@pytest.mark.parametrize("name", ["out", "log", "stats"])
def test_a_film_is_not_replaced_by_what_is_made_of_it(name: str, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film")
    (tmp_path / "link.mp4").symlink_to("film.mp4")
    done = run("live", "--video", str(film), f"--{name}", str(tmp_path / "link.mp4"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: --{name} {tmp_path}/link.mp4: would overwrite")
    assert film.read_bytes() == b"film"


def test_no_argument_overwrites_a_run_or_another_output(tmp_path: Path) -> None:
    run_folder, data = tmp_path / "run", tmp_path / "data"
    run_folder.mkdir()
    data.mkdir()
    (run_folder / "config.json").write_text("{}")
    check_paths({"runs": [run_folder], "out": run_folder / "report.html"})
    with pytest.raises(InputError, match=r"out .*would overwrite"):
        check_paths({"runs": [run_folder], "out": run_folder / "config.json"})
    with pytest.raises(InputError, match=r"out .*lies in"):
        check_paths({"data": str(data), "out": data / "sheets"})
    with pytest.raises(InputError, match=r"log .*is `out`, too"):
        check_paths({"out": tmp_path / "a.mp4", "log": run_folder / ".." / "a.mp4"})


def test_pipes_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"data .*a pipe or a device"):
        check_paths({"data": str(tmp_path / "pipe")})


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
@pytest.mark.parametrize("arguments", [["predict", PHOTO], ["--version"]])
def test_a_full_disk_behind_standard_output_is_one_line(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = run(*arguments, stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert done.returncode == 2
    assert errors(done.stderr) == ["error: No space left on device"]


def test_a_closed_pipe_behind_standard_output_is_one_line() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run("predict", PHOTO, stdout=writing, stderr=subprocess.PIPE, capture_output=False)
    os.close(writing)
    assert done.returncode == 2
    assert errors(done.stderr) == ["error: standard output: Broken pipe"]


@pytest.mark.parametrize("closed", [">&-", "<&- >&-"])
def test_a_closed_standard_output_is_one_line(closed: str, tmp_path: Path) -> None:
    """And no file gets its number, nor the error stream what is printed."""
    words = ["predict", PHOTO, "--annotate", str(tmp_path / "seen")]
    line = shlex.join([*START, *words])
    done = subprocess.run(
        ["sh", "-c", f"{line} {closed}"], stderr=subprocess.PIPE, text=True, timeout=600
    )
    assert done.returncode == 2
    assert errors(done.stderr) == ["error: standard output: Bad file descriptor"]


def test_a_log_without_a_suffix_is_a_file_the_second_time_too(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("")
    check_paths({"log": tmp_path / "log"}, ["log"])
    os.mkfifo(tmp_path / "pipe")
    for name in ("log", "out", "annotate"):
        with pytest.raises(InputError, match=f"^{name} .*pipe: a device or a pipe"):
            check_paths({name: tmp_path / "pipe"})


def test_a_drawing_without_a_suffix_is_replaced_the_second_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["architectures", "baseline", "--out", "baseline"]
    for _ in range(2):
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, result.output
    assert [path.name for path in tmp_path.iterdir()] == ["baseline"]
    result = CliRunner().invoke(app, [*words[:-1], str(tmp_path)])
    assert str(result.exception).endswith("is a folder; name a file")


def test_commands_whose_outputs_are_files_say_so() -> None:
    """What they wrote under a name without a suffix may be replaced; others mean folders."""
    found = {
        (command.name, option.name)
        for command in all_commands(typer.main.get_command(app))
        for option in command.params
        if option.name in WRITTEN and option.metavar == FILE
    }
    assert found == {
        *((name, "out") for name in ("architectures", "average", "live", "report", "saliency")),
        *(("live", "log"), ("live", "stats"), ("evaluate", "confusion"), ("predict", "parquet")),
    }


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8:strict"])
def test_letters_that_can_not_be_shown_are_replaced(encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = run("predict", PHOTO, env=environment, text=False)
    assert (done.returncode, errors(done.stderr.decode())) == (0, [])
    done = run("predict", os.fsdecode(b"\xff\xe2\x82\xac.jpg"), env=environment, text=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: ")
    assert done.stderr.count(b"\n") == 1


def test_error_lines_are_one_bounded_line_that_commands_no_terminal() -> None:
    done = run("predict", "a\n\x1b]0;title\x07" + "b" * 3000)
    assert done.returncode == 2
    assert done.stderr.startswith("error: a \\x1b]0;title\\x07bbb")
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) <= LONGEST_LINE + 1
    assert error_line("é \u202e \udcff \x9b") == "é \\u202e \\udcff \\x9b"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["live", "--stats"], "requires an argument"),
        (["train", "--no-such"], "No such option: --no-such"),
        (["nonsense"], "No such command"),
        (["train", "--epochs", "\x1b[2J"], "--epochs"),
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], part: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert part in done.stderr
    assert "\x1b" not in done.stderr
    assert done.stderr.count("\n") == 1
