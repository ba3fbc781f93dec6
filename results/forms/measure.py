"""Every form of the shipped models from a fresh environment with the extras, and what each loses.

python results/forms/measure.py fer2013.csv.gz fer2013new.csv
    installs this repository with [onnx,coreml] into an environment of its own, exports each shipped
    model there by the command line, and writes forms.csv: each file against Keras on PublicTest
    (models of FER+'s labels: those of its faces on which a majority of annotators agrees).
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
WEIGHTS = REPOSITORY / "fer_keras" / "weights"
FORMATS = "onnx,onnx-int8,coreml,int8"
COLUMNS = (
    *("model", "file", "bytes", "faces", "accuracy", "drop", "drop_low", "drop_high"),
    *("agreement", "largest_difference"),
)


def _fresh(folder: Path) -> Path:
    """An environment with nothing but this repository and the extras; its command."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install = [folder / "bin" / "python", "-m", "pip", "install", "-q", "--no-compile"]
    subprocess.run([*install, f"{REPOSITORY}[onnx,coreml]"], check=True)
    return folder / "bin" / "fer-keras"


def _exported(command: Path, name: str, data: str, ferplus: str, out: Path) -> dict[str, Any]:
    figures = json.loads((WEIGHTS / f"{name}.json").read_text(encoding="utf-8"))
    of_ferplus = figures["label_source"] == "ferplus"
    labels = ("--labels", "ferplus", "--ferplus", ferplus) if of_ferplus else ()
    arguments = ("export", name, "--formats", FORMATS, "--data", data, *labels, "--out", out)
    subprocess.run([command, *arguments], check=True)
    return json.loads((out / "export.json").read_text(encoding="utf-8"))


def _row(name: str, file: dict[str, Any], faces: int) -> tuple[Any, ...]:
    parity = file["parity"]
    if parity is None:  # Core ML runs on Apple's systems alone
        return (name, file["file"], file["bytes"], *[""] * (len(COLUMNS) - 3))
    values = (parity["accuracy"], parity["drop"], *parity["drop_interval"], parity["agreement"])
    shown = (f"{value:.5f}" for value in values)
    difference = f"{parity['largest_difference']:.1e}"
    return (name, file["file"], file["bytes"], faces, *shown, difference)


def _write(rows: list[tuple[Any, ...]]) -> None:
    """forms.csv of the models measured so far: a run that is cut off leaves these."""
    with (HERE / "forms.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def main() -> None:
    """Measure all models, small ones first."""
    data, ferplus = (str(Path(argument).resolve()) for argument in sys.argv[1:3])
    rows: list[tuple[Any, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        command = _fresh(Path(folder) / "environment")
        for path in sorted(WEIGHTS.glob("*.keras"), key=lambda path: path.stat().st_size):
            report = _exported(command, path.stem, data, ferplus, Path(folder) / path.stem)
            new = [_row(path.stem, file, report["data"]["faces"]) for file in report["files"]]
            print(*new, sep="\n", flush=True)
            rows += new
            _write(rows)


if __name__ == "__main__":
    main()
