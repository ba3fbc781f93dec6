"""What an install without extras takes: the wheel, and every distribution that comes with it.

python results/wheel/measure.py 907b721 HEAD
    builds the wheel of each revision, installs it into a fresh environment of its own, and writes
    wheel.csv (a row a revision) and distributions.csv (bytes of each distribution in each); what
    was measured of other revisions stays. The bytes are those of the installed files, without the
    .pyc that Python makes of them.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

HERE = Path(__file__).parent
TOTALS, PARTS = HERE / "wheel.csv", HERE / "distributions.csv"
LISTED = """
import importlib.metadata, json
found = {}
for one in importlib.metadata.distributions():
    name = one.metadata["Name"].lower().replace("_", "-")
    files = [f.locate() for f in one.files or [] if f.suffix != ".pyc"]
    found[name] = [one.version, sum(f.stat().st_size for f in files if f.is_file())]
print(json.dumps(found))
"""
NOT_OURS = {"pip", "setuptools"}
"""What `python -m venv` puts in."""


def _run(*command: str | Path, **options: object) -> bytes:
    return subprocess.run(
        [str(part) for part in command], check=True, stdout=subprocess.PIPE, **options
    ).stdout


def _wheel_of(revision: str, folder: Path) -> Path:
    archive = _run("git", "archive", "--format=tar", revision, cwd=HERE.parents[1])
    with tarfile.open(fileobj=BytesIO(archive)) as source:
        source.extractall(folder / "source", filter="data")
    pip = (sys.executable, "-m", "pip")
    _run(*pip, "wheel", "--no-deps", "-q", "-w", folder / "wheel", folder / "source")
    (wheel,) = (folder / "wheel").iterdir()
    return wheel


def _installed(wheel: Path, folder: Path) -> dict[str, tuple[str, int]]:
    _run(sys.executable, "-m", "venv", folder / "environment")
    python = folder / "environment" / "bin" / "python"
    _run(python, "-m", "pip", "install", "-q", "--no-compile", wheel)
    found = json.loads(_run(python, "-c", LISTED))
    return {name: tuple(facts) for name, facts in found.items() if name not in NOT_OURS}


def _main() -> None:
    totals, parts = _measured()
    for revision in sys.argv[1:]:
        told = _run("git", "rev-parse", "--short=7", revision, cwd=HERE.parents[1])
        commit = told.decode().strip()
        with tempfile.TemporaryDirectory() as name:
            wheel = _wheel_of(revision, Path(name))
            found = _installed(wheel, Path(name))
            size = wheel.stat().st_size
        parts[commit] = {name: size for name, (_, size) in found.items()}
        totals[commit] = (size, len(found) - 1, sum(parts[commit].values()))
        print(commit, *totals[commit])
    with TOTALS.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("commit", "wheel_bytes", "dependencies", "installed_bytes"))
        writer.writerows((commit, *total) for commit, total in totals.items())
    names = sorted({name for found in parts.values() for name in found})
    with PARTS.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("distribution", *(f"{commit}_bytes" for commit in parts)))
        for name in names:
            writer.writerow((name, *(found.get(name, 0) for found in parts.values())))


def _measured() -> tuple[dict[str, tuple[int, ...]], dict[str, dict[str, int]]]:
    """What the files hold of other commits."""
    if not TOTALS.exists():
        return {}, {}
    with TOTALS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    with PARTS.open(newline="", encoding="utf-8") as file:
        head, *table = csv.reader(file)
    parts = {
        column.removesuffix("_bytes"): {row[0]: int(row[at]) for row in table if int(row[at])}
        for at, column in enumerate(head)
        if at
    }
    return {commit: tuple(map(int, numbers)) for commit, *numbers in rows}, parts


if __name__ == "__main__":
    _main()
