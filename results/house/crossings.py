"""How many of the package's files one training, one judging and one photo enter, as JSON.

python results/house/crossings.py [CHECKOUT]

An older checkout is measured by the same function. A file is entered once a function of it is
called, in any thread; what runs because a module is imported does not count.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

SIZES = (70, 35, 35)
FOLDERS = ("fer_keras", "export")


@contextlib.contextmanager
def entered(root: Path) -> Iterator[set[str]]:
    """The files below `root` that have a function called meanwhile, as paths from there."""
    found: set[str] = set()
    folders = tuple(f"{root / folder}{os.sep}" for folder in FOLDERS)

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        file = frame.f_code.co_filename
        if "autograph" in file:  # TensorFlow's rewriting of a function, which keeps its globals
            file = frame.f_globals.get("__file__") or ""
        if event != "call" or not file.startswith(folders):
            return
        name = Path(file).relative_to(root).as_posix()
        if name not in found and not _is_importing(frame):
            found.add(name)

    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        with _tensorflows_threads(profile):
            yield found
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]


@contextlib.contextmanager
def _tensorflows_threads(profile: Any) -> Iterator[None]:
    """Have functions profiled that `tf.data` calls: its threads are none of Python's making."""
    import tensorflow as tf

    def numpy_function(function: Any = None, *rest: Any, **named: Any) -> Any:
        def profiled(*arrays: Any) -> Any:
            sys.setprofile(profile)
            return function(*arrays)

        return usual(profiled, *rest, **named)

    usual, tf.numpy_function = tf.numpy_function, numpy_function
    try:
        yield
    finally:
        tf.numpy_function = usual


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def programs(root: Path, folder: Path) -> dict[str, Callable[[], object]]:
    """What is counted, in this order: the data is open already, the later ones use the training."""
    photo = next((root / "tests").rglob("astronaut.png"))
    run = folder / "run"
    sys.path.insert(0, str(root))
    import fer_keras as fk

    if "train" in getattr(fk, "__all__", ()):
        data = fk.open_data("synthetic", sizes=SIZES)
        train, evaluate, recognizer = fk.train, fk.evaluate, fk.Recognizer
        return {
            "a training": lambda: train(
                data, "mobile-s", epochs=1, out=run, report=lambda line: None
            ),
            "a judging": lambda: evaluate([run], data, split="validation"),
            "a photo": lambda: recognizer("mobile-s")(photo),
        }
    return _by_the_command_line(run, photo)


def _by_the_command_line(run: Path, photo: Path) -> dict[str, Callable[[], object]]:
    """The same of a checkout without an interface: its commands, but for the reading of data.

    What is imported here is the older checkout's: names of today have no place in it.
    """
    from rich.console import Console

    from fer_keras.cli import evaluate, train
    from fer_keras.data.source import open_data
    from fer_keras.evaluation.predictions import find_model
    from fer_keras.faces.photo import open_photo
    from fer_keras.faces.recognizer import Recognizer
    from fer_keras.shipped import find_tflite

    data = open_data("synthetic", sizes=SIZES)
    choice: Any = SimpleNamespace(open=lambda report: data, to_json=lambda: {"spec": "synthetic"})

    def train_one() -> None:
        recipe = train.choose_recipe("mobile-s", None, {"epochs": 1}, [], None)
        train.start_run(recipe, choice, 0, run, "float32", None, None, Console(file=io.StringIO()))

    def judge_it() -> None:
        files = [find_model(run)]
        evaluate._as_json(
            evaluate.judge([run], files, data, "validation"), files, data, "validation"
        )

    return {
        "a training": train_one,
        "a judging": judge_it,
        "a photo": lambda: Recognizer(find_tflite("mobile-s")).recognise(open_photo(photo)),
    }


def measure(root: Path) -> dict[str, Any]:
    """Count in a checkout; see the module."""
    git = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    commit = subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    counts: dict[str, Any] = {"commit": commit}
    with tempfile.TemporaryDirectory() as folder:
        for name, program in programs(root, Path(folder)).items():
            with entered(root) as found:
                program()
            counts[name] = sorted(found)
    files = [file for part in FOLDERS for file in sorted((root / part).rglob("*.py"))]
    counts["Python files"] = len(files)
    counts["lines"] = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)
    return counts


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkout", type=Path, nargs="?", default=Path(__file__).parents[2])
    print(json.dumps(measure(parser.parse_args().checkout.resolve()), indent=1))
