"""What a command has written another time goes; what is anybody else's stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from fer_keras.errors import InputError
from fer_keras.replaced_outputs import replacing

LISTING = ".list.json"


def write(folder: Path, *names: str) -> None:
    with replacing(folder, names, LISTING):
        for name in names:
            (folder / name).write_text(name)


def test_old_files_go_once_the_new_ones_are_there(tmp_path: Path) -> None:
    write(tmp_path, "a", "b")
    (tmp_path / "mine").write_text("mine")
    with replacing(tmp_path, ["b", "c"], LISTING):
        assert (tmp_path / "a").exists()
        (tmp_path / "c").write_text("c")
    assert {path.name for path in tmp_path.iterdir()} == {LISTING, "b", "c", "mine"}


def test_after_an_error_all_stay_and_go_the_next_time(tmp_path: Path) -> None:
    write(tmp_path, "a")

    def fail() -> None:
        with replacing(tmp_path, ["b", "c"], LISTING):
            (tmp_path / "b").write_text("b")
            raise InputError("a full disk")

    with pytest.raises(InputError, match="a full disk"):
        fail()
    assert (tmp_path / "a").exists()
    write(tmp_path, "d")
    assert {path.name for path in tmp_path.iterdir()} == {LISTING, "d"}


@pytest.mark.parametrize("text", ['["../mine"]', '["/etc/passwd"]', "{}", "[1]", '[".."]', "["])
def test_a_list_that_is_none_removes_nothing(text: str, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (tmp_path / "mine").write_text("mine")
    (folder / LISTING).write_text(text)
    with pytest.raises(InputError, match=r"list\.json"):
        write(folder, "a")
    assert (tmp_path / "mine").exists()
