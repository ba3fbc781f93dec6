"""Damaged files end in an answer or in one line, for every reader.

FER_KERAS_FUZZ=N tries N cases in all (results/fuzz/run.sh tries 50,000).
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fuzz.attack import LIMIT, attack
from fuzz.damage import damage
from fuzz.layouts import LAYOUTS, make_layouts
from fuzz.readers import LATE, OPTIONAL, Reader, late_readers, optional_readers, readers

from fer_keras.data.source import open_data
from fer_keras.errors import InputError

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # Pillow's of damaged TIFFs, Keras' of odd files
    pytest.mark.timeout(LIMIT),
]
READERS = readers()


def is_refused(read: Callable[[], object]) -> bool:
    try:
        read()
    except InputError as error:
        # The command line joins and bounds lines; here they are to be messages at all.
        if not str(error).strip():
            raise AssertionError("an error without a message") from error
        return True
    return False


def try_reader(name: str, reader: Reader) -> None:
    def one(chance: random.Random, folder: Path) -> bool:
        path = folder / f"a{reader.suffix}"
        path.write_bytes(reader.damage(chance.choice(reader.whole), chance))
        return is_refused(lambda: reader.read(path))

    attack(name, reader.weight, one)


@pytest.mark.parametrize("name", list(READERS))
def test_no_damage_is_more_than_a_line(name: str) -> None:
    try_reader(name, READERS[name])


def test_no_damage_of_a_data_set_is_more_than_a_line(tmp_path: Path) -> None:
    layouts = make_layouts(tmp_path)
    assert len(layouts) >= len(LAYOUTS) - 1  # one needs pyarrow

    def one(chance: random.Random, folder: Path) -> bool:
        data = folder / "data"
        shutil.copytree(chance.choice(layouts), data)
        files = sorted(path for path in data.rglob("*") if path.is_file())
        # What says what the pictures show is what only these readers read.
        tables = [path for path in files if path.suffix not in (".png", ".jpg")] or files
        for _ in range(chance.randint(1, 2)):
            path = chance.choice(chance.choice((tables, files)))
            path.write_bytes(damage(path.read_bytes(), chance))
        return is_refused(lambda: open_data(str(data), report=lambda line: None))

    attack("data set", 1, one)


@pytest.mark.parametrize("name", OPTIONAL)
def test_no_damage_is_more_than_a_line_with_extras(name: str) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    try_reader(name, optional_readers()[name])


# TensorFlow's and Optuna's: once they are there, a process is forked at greater cost.
@pytest.mark.parametrize("name", LATE)
def test_no_damage_is_more_than_a_line_with_keras(name: str) -> None:
    try_reader(name, late_readers()[name])
