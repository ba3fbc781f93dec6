from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from face_table import FaceTable
from PIL import Image
from typer.testing import CliRunner

from fer_keras.cli import app
from fer_keras.cli.main import main
from fer_keras.data.labels import FER2013_LABELS


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["data", *map(str, arguments)], env={"COLUMNS": "150"})
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def test_inspect_prints_counts_and_draws_a_sheet_per_class(
    fer2013_csv: Path, tmp_path: Path
) -> None:
    out = tmp_path / "sheets"
    printed = run("inspect", fer2013_csv, "--out", out)
    lines = {line.split()[0]: line for line in printed.splitlines() if line.strip()}
    assert "2   14.3%" in lines["happy"]
    assert lines["all"].split() == ["all", "14", "7", "7"]
    names = sorted(path.name for path in out.glob("*.png"))
    assert names == [f"{number}-{label}.png" for number, label in enumerate(FER2013_LABELS)]


def test_inspect_knows_folders_of_any_classes_and_says_what_it_chose(tmp_path: Path) -> None:
    for number in range(20):
        path = tmp_path / "own" / ("awake", "tired")[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (48, 48), number).save(path)
    printed = run("inspect", tmp_path / "own", "--out", tmp_path / "out")
    assert "no splits: a tenth of each class is validation" in printed
    assert sorted(path.name for path in (tmp_path / "out").glob("*.png")) == [
        "0-awake.png",
        "1-tired.png",
    ]


def test_audit_lists_and_draws_what_it_found(face_table: FaceTable, tmp_path: Path) -> None:
    face_table.images[15] = face_table.images[3]  # labels 1 and 3
    face_table.images[5] = 0
    path = tmp_path / "fer2013.csv"
    path.write_text(face_table.text())
    out = tmp_path / "audit"
    printed = run("audit", path, "--out", out)
    assert "2 findings" in printed
    findings = pd.read_csv(out / "findings.csv")
    assert findings["finding"].tolist() == ["exact", "blank"]
    exact = findings.iloc[0]
    assert (exact["split"], exact["row"], exact["label"]) == ("validation", 15, "disgust")
    assert (exact["of_split"], exact["of_row"], exact["of_label"]) == ("train", 3, "happy")
    assert findings.iloc[1]["row"] == 5
    with Image.open(out / "audit.png") as picture:
        assert np.asarray(picture).min() == 0
    assert sorted(path.name for path in out.glob("[!.]*")) == ["audit.png", "findings.csv"]

    run("audit", "synthetic", "--sizes", "40,10,10", "--out", out)
    assert [path.name for path in out.glob("[!.]*")] == ["findings.csv"], "the old one's picture"


def test_audit_of_clean_data_draws_nothing(tmp_path: Path) -> None:
    printed = run("audit", "synthetic", "--sizes", "40,10,10", "--out", tmp_path)
    assert "0 findings" in printed
    assert [path.name for path in tmp_path.glob("[!.]*")] == ["findings.csv"]


def test_bad_input_is_one_line_and_status_2(
    fer2013_csv: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")  # its own stderr, not pytest's, otherwise
    text = fer2013_csv.read_text()
    fer2013_csv.write_text(text.replace("\n3,", "\n9,", 1))
    monkeypatch.setattr("sys.argv", ["fer-keras", "data", "inspect", str(fer2013_csv)])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        f"error: {fer2013_csv}, row 5: emotion is '9'; it must be a number from 0 to 6"
    ]


def test_numbered_classes_are_declared_on_the_command_line(tmp_path: Path) -> None:
    for label in ("0", "1"):
        for number in range(10):
            path = tmp_path / "own" / label / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (48, 48), 40 * int(label)).save(path)
    out = ("--out", tmp_path / "out")
    printed = run("inspect", tmp_path / "own", *out, "--class-order", "sad,happy")
    assert "classes as declared: 0 sad, 1 happy" in printed
