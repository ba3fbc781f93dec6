"""Kills a command, as `kill -9` does, before each of its changes of a folder; no clock is asked.

    python -m faults.killer FOLDER MOMENTS -- WORDS...

Changes are files opened for writing, renamed and removed, and folders made and removed, below
FOLDER. MOMENTS is how many of them are tried, spread evenly; 0: all. Each time FOLDER starts as it
was. Prints a JSON object for each: `moment`, `killed`, `cut_off` (see `whole`), `lost` (files that
were there before and are not any more) and `temporary` (how many are left).

Each command is run by a child that shares what this process has imported; what a process has
computed it could not share.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from faults.whole import contents, cut_off, temporaries

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
PATHS = {"os.rename": (0, 1), "os.remove": (0,), "os.mkdir": (0,), "os.rmdir": (0,), "open": (0,)}


class Killer:
    """Counts the changes of a folder, and kills this process before one of them."""

    def __init__(self, folder: Path, number: int) -> None:
        self.folder = f"{folder.resolve()}{os.sep}"
        self.number = number
        self.changes = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        places = PATHS.get(event)
        if places is None or (event == "open" and not int(arguments[2] or 0) & WRITING):
            return
        for place in places:
            path = arguments[place]
            if isinstance(path, str | bytes | os.PathLike) and self._is_inside(path):
                self.changes += 1
                if self.changes == self.number:
                    os.kill(os.getpid(), signal.SIGKILL)
                return

    def _is_inside(self, path: str | bytes | os.PathLike[str]) -> bool:
        return str(Path.cwd() / os.fsdecode(path)).startswith(self.folder)


def in_child(work: Callable[[], object], answer: Path) -> int | None:
    """Run something in a child, its answer as JSON in a file; the signal that ended it, or None."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        try:
            answer.write_text(json.dumps(work()))
        finally:
            os._exit(0)
    status = os.waitpid(child, 0)[1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else None


def command(folder: Path, number: int, words: list[str]) -> dict[str, Any]:
    """Run a command to its end or its death."""
    killer = Killer(folder, number)
    sys.addaudithook(killer)
    from fer_keras.cli.main import _run

    sys.argv = ["fer-keras", *words]
    status = _run()
    return {"status": status, "changes": killer.changes, "modules": sorted(sys.modules)}


def main(folder: Path, moments: int, words: list[str]) -> None:
    """Try the moments."""
    scratch = Path(tempfile.mkdtemp())
    answer, before = scratch / "answer.json", scratch / "before"
    shutil.copytree(folder, before)

    def restore() -> None:
        for entry in folder.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        shutil.copytree(before, folder, dirs_exist_ok=True)

    try:
        in_child(lambda: command(folder, 0, words), answer)
        whole_run = json.loads(answer.read_text())
        assert whole_run["status"] == 0, words
        for module in whole_run["modules"]:
            with suppress(Exception):
                importlib.import_module(module)
        count = whole_run["changes"]
        tried = moments or count
        for number in sorted({1 + (count - 1) * n // max(1, tried - 1) for n in range(tried)}):
            restore()
            ended_by = in_child(lambda n=number: command(folder, n, words), answer)
            found = {
                "moment": f"{number} of {count}",
                "killed": ended_by == signal.SIGKILL,
                "cut_off": cut_off(folder),
                "lost": sorted(set(contents(before)) - set(contents(folder))),
                "temporary": len(temporaries(folder)),
            }
            print(json.dumps(found), flush=True)
    finally:
        shutil.rmtree(scratch)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[4:])
