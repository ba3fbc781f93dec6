"""Runs files on an emulated ARM processor and on this one, and compares what they give.

Called by run.sh, which unpacks what the emulation needs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.source import open_data
from fer_keras.files import write_text

HERE = Path(__file__).parent
PROCESSOR = "cortex-a72"
"""`-cpu max` gave wrong integers under QEMU 7.2."""
KERNELS = ("xnnpack", "builtin", "reference")
"""LiteRT's default; its fallback, which rounds as the processor likes to; plain C++, which shows
that the emulator computes integers rightly."""
FACES = 500

Given = tuple[dict[str, str], NDArray[Any]]
"""What a machine says of itself, and a file's outputs there, (n, classes)."""


def main() -> None:
    """Compare all files, write arm.json and README.md, print the table."""
    options = parse_options()
    models = options.models or sorted(Path("fer_keras/weights").glob("*-int8.tflite"))
    if not models:
        sys.exit("error: no int8 files are shipped in fer_keras/weights; name some")
    faces = choose_faces(options.data)
    machines = {
        "arm": [
            *(options.qemu, "-cpu", PROCESSOR, "-L", options.root),
            *("-E", f"PYTHONPATH={options.arm_wheels}", options.root / "usr/bin/python3.11"),
        ],
        "x86": [sys.executable],
        "x86_ours": [sys.executable],
    }
    paths = {"x86": str(options.x86_wheels)}
    report: dict[str, Any] = {
        "data": "drawn" if options.data == "synthetic" else Path(options.data).name,
        "faces": len(faces),
        "numpy": np.__version__,
        "emulator": version_line([options.qemu, "--version"]),
        "emulated_processor": PROCESSOR,
        "files": [],
    }
    for model in models:
        default: Given | None = None
        for kernels in KERNELS:
            given = {
                name: classify(command, paths.get(name), model, faces, kernels)
                for name, command in machines.items()
            }
            default = default or given["x86"]
            row = {"file": model.name, "kernels": kernels, **differences(given, default)}
            report["files"].append(row)
            print(markdown_row(row), flush=True)
    write_text(HERE / "arm.json", json.dumps(report, indent=2) + "\n")
    write_text(HERE / "README.md", describe(report))


def parse_options() -> argparse.Namespace:
    """What run.sh was given, and what it unpacked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--data", default="synthetic", help="as for `fer-keras train`")
    for folder in ("--qemu", "--root", "--arm-wheels", "--x86-wheels"):
        parser.add_argument(folder, required=True, type=Path)
    return parser.parse_args()


def choose_faces(data: str) -> NDArray[np.uint8]:
    """The first faces of the test split, uint8 (n, 48, 48, 1)."""
    sizes = (7, 7, FACES) if data == "synthetic" else None
    images = open_data(data, sizes=sizes).split("test").images[:FACES]
    return np.ascontiguousarray(images)


def classify(
    command: list[str | Path],
    wheels: str | None,
    model: Path,
    faces: NDArray[np.uint8],
    kernels: str,
) -> Given:
    """Run a file over faces on a machine."""
    with tempfile.TemporaryDirectory() as folder:
        entry, exit_ = Path(folder, "faces.npy"), Path(folder, "outputs.npy")
        np.save(entry, faces)
        done = subprocess.run(
            [*command, HERE / "classify.py", model.resolve(), entry, exit_, kernels],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, **({"PYTHONPATH": wheels} if wheels else {})},
        )
        if done.returncode != 0:
            sys.exit(f"error: {model} with {kernels} kernels on {command[0]}:\n{done.stderr}")
        return json.loads(done.stdout.splitlines()[-1]), np.load(exit_)


def differences(given: dict[str, Given], default: Given) -> dict[str, Any]:
    """ARM against x86, and x86's kernels against its default ones."""
    assert given["arm"][0]["processor"] == "aarch64"
    return {
        "arm_and_x86": difference(given["arm"], given["x86"]),
        "arm_and_x86_ours": difference(given["arm"], given["x86_ours"]),
        "x86_and_its_default": difference(given["x86"], default),
    }


def difference(some: Given, others: Given) -> dict[str, Any]:
    """How far two outputs lie apart."""
    left, right = some[1], others[1]
    assert left.dtype == right.dtype
    return {
        "litert": [some[0]["litert"], others[0]["litert"]],
        "type": str(left.dtype),
        "bytes": left.nbytes,
        "bytes_that_differ": int((as_bytes(left) != as_bytes(right)).sum()),
        "largest_step": float(np.abs(left.astype(np.float64) - right).max()),
        "faces": len(left),
        "labels_that_agree": int((left.argmax(1) == right.argmax(1)).sum()),
    }


def as_bytes(values: NDArray[Any]) -> NDArray[np.uint8]:
    """The values as they lie in memory."""
    return np.frombuffer(values.tobytes(), np.uint8)


def markdown_row(row: dict[str, Any]) -> str:
    """One line of the table."""
    cells = [row["file"], row["kernels"]]
    for name in ("arm_and_x86", "arm_and_x86_ours", "x86_and_its_default"):
        found = row[name]
        cells.append(
            f"{found['bytes_that_differ']:,} of {found['bytes']:,}, by {found['largest_step']:g}; "
            f"{found['labels_that_agree']} of {found['faces']}"
        )
    return f"| {' | '.join(cells)} |"


def describe(report: dict[str, Any]) -> str:
    """The README beside arm.json."""
    first = report["files"][0]
    rows = "\n".join(markdown_row(row) for row in report["files"])
    arm, same = first["arm_and_x86"]["litert"]
    ours = first["arm_and_x86_ours"]["litert"][1]
    return f"""# The int8 files on 64-bit ARM

`make arm-parity` runs each file over {report["faces"]} {report["data"]} faces, one thread, on an
emulated ARM processor ({report["emulated_processor"]}, {report["emulator"]}, ai-edge-litert {arm})
and on this x86 one, with the same LiteRT ({same}) and with the one this package is tested with
({ours}). A cell says how many bytes of the outputs differ, by how many of the 256 steps of an
output at most, and on how many faces the labels agree.

| file | kernels | ARM and x86, {same} | ARM and x86, {ours} | x86 and its XNNPACK, {same} |
|---|---|---|---|---|
{rows}

XNNPACK is LiteRT's default, on phones too. Reference kernels are plain C++: where they give the
same bytes on both, the emulator computes integers rightly. The last column is the same machine with
other kernels: what differs there does not come from the processor.

The emulator says nothing about speed. LiteRT 2.2 and 2.3 for ARM were seen to crash in it, so ARM
runs {arm}. All figures are in `arm.json`; other files and faces:
`results/arm/run.sh --data fer2013.csv.gz some-int8.tflite`.
"""


def version_line(command: list[str | Path]) -> str:
    """The first line of what a program says of its version."""
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()[0].partition(" (")[0]


if __name__ == "__main__":
    main()
