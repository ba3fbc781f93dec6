"""Files appear whole or not at all, and nothing that is read is written over."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fer_keras import files
from fer_keras.errors import InputError
from fer_keras.files import (
    check_input_file,
    check_output,
    check_output_folder,
    whole_file,
    write_bytes,
    write_text,
)


def test_a_file_and_its_folder_are_made_and_no_other(tmp_path: Path) -> None:
    write_text(tmp_path / "a" / "b.txt", "grüße")
    assert (tmp_path / "a" / "b.txt").read_bytes() == "grüße".encode()
    assert [file.name for file in (tmp_path / "a").iterdir()] == ["b.txt"]


def test_what_a_writer_had_written_before_its_error_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def write_half() -> None:
        with whole_file(path) as temporary:
            temporary.write_text("ha")
            raise RuntimeError("half")

    with pytest.raises(RuntimeError, match="half"):
        write_half()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), OSError("5 of 9 written")]
)
def test_a_full_disk_is_one_line_with_the_names_of_the_user(tmp_path: Path, error: OSError) -> None:
    def write() -> None:
        with whole_file(tmp_path / "a.npz"):
            raise error

    with pytest.raises(InputError, match=r"a\.npz: can't be written \((No space|5 of 9)"):
        write()
    assert not list(tmp_path.iterdir())


def test_an_error_of_another_file_passes(tmp_path: Path) -> None:
    def write() -> None:
        with whole_file(tmp_path / "a"):
            (tmp_path / "missing").read_bytes()

    with pytest.raises(FileNotFoundError):
        write()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
@pytest.mark.parametrize("device", ["/dev/full", "/dev/null"])
def test_devices_stay_devices(device: str) -> None:
    with pytest.raises(InputError, match="a device or a pipe"):
        write_text(Path(device), "text")
    assert Path(device).is_char_device()


def test_pipes_are_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(InputError, match="a device or a pipe"):
        write_text(pipe, "text")
    with pytest.raises(InputError, match="a pipe or a device"):
        check_input_file(pipe)
    assert pipe.is_fifo()


def test_a_link_is_followed_and_rights_are_kept(tmp_path: Path) -> None:
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to("target.txt")
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_no_file_is_written_onto_what_is_read_in_any_spelling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = tmp_path / "film.mp4"
    film.write_text("film")
    (tmp_path / "link.mp4").symlink_to(film)
    os.link(film, tmp_path / "hard.mp4")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    for spelling in ("film.mp4", "./folder/../film.mp4", "link.mp4", "hard.mp4", str(film)):
        with pytest.raises(InputError, match="would overwrite"):
            write_text(Path(spelling), "text", inputs=[film])
        with pytest.raises(InputError, match="would overwrite"):
            write_text(film, "text", inputs=[Path(spelling)])
    with pytest.raises(InputError, match="would overwrite"):
        check_output(Path("folder/new.png"), inputs=[tmp_path / "folder"])
    assert film.read_text() == "film"
    write_text(Path("other.mp4"), "text", inputs=[film, tmp_path / "folder", tmp_path / "missing"])


def test_what_is_in_the_way_is_said_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    for path, why in (
        (tmp_path, "is a folder"),
        (tmp_path / "file" / "a.txt", "is a file, not a folder"),
        (tmp_path / ("a" * 300), "too long"),
    ):
        with pytest.raises(InputError, match=why):
            check_output(path)
    with pytest.raises(InputError, match="is a file, not a folder"):
        check_output_folder(tmp_path / "file")
    with pytest.raises(InputError, match="lies in"):
        check_output_folder(tmp_path / "new", inputs=[tmp_path])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_write_protection_is_respected(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o400)
    with pytest.raises(InputError, match="write-protected"):
        write_text(path, "new")
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="no right"):
        write_text(tmp_path / "b.txt", "new")


def test_links_to_themselves_are_a_line(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "data").mkdir()
    for path in (tmp_path / "loop", tmp_path / "loop" / "below"):
        for check in (check_output, check_output_folder):
            with pytest.raises(InputError, match=r"can't be written \(.*(symbolic links|loop)"):
                check(path, inputs=[tmp_path / "data"])
    with pytest.raises(InputError, match="can't be read"):
        check_input_file(tmp_path / "loop")


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 251 + ".txt")
    write_text(path, "text")
    assert path.read_text() == "text"


def test_writers_of_one_file_leave_one_of_theirs(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    contents = [f"{number}" * 10_000 for number in range(8)]
    threads = [threading.Thread(target=write_text, args=(path, text)) for text in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_text() in contents
    assert list(tmp_path.iterdir()) == [path]


KILLED = """
import sys, pathlib
from fer_keras.files import whole_file
with whole_file(pathlib.Path(sys.argv[1])) as temporary:
    temporary.write_text("half")
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_writes_is_not(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.txt"
    started = []
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        started.append(process)
    dead, living = started
    dead.send_signal(signal.SIGKILL)
    dead.wait()
    assert len(list(tmp_path.iterdir())) == 2
    for temporary in tmp_path.iterdir():
        os.utime(temporary, (0, files.time.time() - 2 * files.YOUNG))
    write_text(tmp_path / "b.txt", "text")
    assert len(list(tmp_path.glob(f"{files.PARTIAL}*"))) == 1
    living.communicate()
    assert living.returncode == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.txt", "b.txt"]


def test_names_that_are_not_utf8_are_written_as_what_they_are(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", os.fsdecode(b"\xff.jpg"))
    assert (tmp_path / "a.txt").read_bytes() == b"\\udcff.jpg"


def test_bytes_are_written_with_the_rights_that_were_asked_for(tmp_path: Path) -> None:
    write_bytes(tmp_path / "key.pem", b"secret", mode=0o600)
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600


def test_what_the_system_refused_is_known_by_cause_and_by_context() -> None:
    def refuse(*, keep_cause: bool) -> InputError:
        try:
            try:
                raise OSError(errno.ENOSPC, "No space left on device")
            except OSError as error:
                raise InputError("a.keras: can't be written") from error
        except InputError as error:
            if not keep_cause:
                error.__cause__ = None  # as Keras does
            return error

    assert files.is_systems(refuse(keep_cause=True))
    assert files.is_systems(refuse(keep_cause=False))
    assert not files.is_systems(InputError("epochs: 0"))
