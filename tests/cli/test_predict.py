from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from fer_keras.cli.main import app
from fer_keras.errors import InputError

PHOTO = Path(__file__).parents[1] / "pictures" / "astronaut.png"


@pytest.fixture(scope="module")
def model(exported: tuple[Path, dict[str, Any]]) -> Path:
    (path,) = exported[0].glob("*[!b]-int8.tflite")
    return path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """One face in each form that photos come in, and one without."""
    folder = tmp_path / "photos"
    (folder / "deeper").mkdir(parents=True)
    photo = Image.open(PHOTO).convert("RGB")
    photo.save(folder / "a.jpg", quality=95)
    photo.save(folder / "b.webp", quality=95)
    turned = photo.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn me clockwise"
    turned.save(folder / "deeper" / "c.JPEG", quality=95, exif=exif)
    Image.new("RGB", (300, 200), "navy").save(folder / "nobody.png")
    (folder / "notes.txt").write_text("no photo")
    return folder


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["predict", *map(str, arguments)])


def test_a_folder_of_photos_as_json(photos: Path, model: Path) -> None:
    result = run(photos, "--model", model, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert [Path(one["photo"]).name for one in found["photos"]] == [
        *("a.jpg", "b.webp", "c.JPEG", "nobody.png")
    ]
    *faces, nobody = found["photos"]
    assert nobody["faces"] == []
    assert nobody["tried"].startswith("looked at the whole")
    assert f"nobody.png: no face; {nobody['tried']}" in result.stderr
    for photo in faces:
        # The turned one is upright again, and all are the same photo.
        assert (photo["width"], photo["height"]) == (320, 256)
        (face,) = photo["faces"]
        np.testing.assert_allclose(face["box"], [102.9, 72.3, 205.9, 175.4], atol=2)
        assert sum(face["probabilities"].values()) == pytest.approx(1, abs=0.03)
        assert face["probability"] == face["probabilities"][face["emotion"]]
        assert face["probability"] == max(face["probabilities"].values())


def test_json_lines_are_the_same_photo_by_photo(photos: Path, model: Path) -> None:
    lines = run(photos, "--model", model, "--jsonl").stdout.splitlines()
    together = json.loads(run(photos, "--model", model, "--json").stdout)
    assert [json.loads(line) for line in lines] == together["photos"]


@pytest.mark.parametrize("way", ["--jsonl", "--csv", "--json", "--parquet"])
def test_every_form_says_what_was_tried(way: str, photos: Path, tmp_path: Path) -> None:
    arguments = [way]
    if way == "--parquet":
        pytest.importorskip("pyarrow")
        arguments.append(str(tmp_path / "faces.parquet"))
    nobody = photos / "nobody.png"
    result = run(nobody, *arguments)
    assert result.exit_code == 0, result.output
    tried = "looked at the whole, upright and turned, for faces of 25 pixels and more"
    assert f"{nobody}: no face; {tried}" in result.stderr.splitlines()
    empty = tmp_path / "empty"
    empty.mkdir()
    for number in range(6):
        shutil.copy(nobody, empty / f"{number}.png")
    told = run(empty, *arguments).stderr.splitlines()
    assert len([line for line in told if tried in line]) == 5
    assert "no face in 1 more photos" in told


def test_csv_has_a_row_for_every_face_and_for_photos_without(photos: Path, model: Path) -> None:
    result = run(photos, PHOTO, "--model", model, "--csv")
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["face"] for row in rows] == ["1", "1", "1", "0", "1"]
    assert [row["emotion"] == "no face" for row in rows] == [False] * 3 + [True, False]
    assert all(None not in row.values() and None not in row for row in rows), "equally long"
    assert float(rows[0][f"p_{rows[0]['emotion']}"]) == float(rows[0]["probability"])


def test_the_table_names_emotion_and_place(photos: Path, model: Path) -> None:
    result = run(photos / "a.jpg", photos / "nobody.png", "--model", model)
    assert result.exit_code == 0, result.output
    assert "no face" in result.stdout
    assert re.search(r"10\dx10\d\+10\d\+7\d", result.stdout), result.stdout


def test_globs_folders_and_files_are_read_once(photos: Path, model: Path) -> None:
    result = run(f"{photos}/**/*.[jJ]*", photos / "a.jpg", photos, "--model", model, "--json")
    assert len(json.loads(result.stdout)["photos"]) == 4


def test_below_the_limit_the_answer_is_unsure(photos: Path, model: Path) -> None:
    result = run(photos / "a.jpg", "--model", model, "--json", "--abstain-below", 1)
    (face,) = json.loads(result.stdout)["photos"][0]["faces"]
    assert face["emotion"] == "unsure"


def test_annotated_copies_show_the_box(photos: Path, model: Path, tmp_path: Path) -> None:
    before = (photos / "a.jpg").read_bytes()
    other = tmp_path / "a.jpg"
    other.write_bytes(before)
    out = tmp_path / "seen"
    result = run(photos, other, "--model", model, "--annotate", out)
    assert result.exit_code == 0, result.output
    assert f"annotated copies in {out}" in result.stderr
    assert sorted(path.name for path in out.iterdir()) == [
        *("a-2.jpg", "a.jpg", "b.webp", "c.jpeg", "nobody.png")
    ]
    assert (photos / "a.jpg").read_bytes() == before
    drawn = np.asarray(Image.open(out / "a.jpg").convert("RGB")).astype(int)
    plain = np.asarray(Image.open(photos / "a.jpg").convert("RGB"))
    changed = np.abs(drawn - plain).max(axis=2) > 60
    assert changed[70:75, 110:200].any(axis=0).mean() > 0.9, "the box's upper line"
    assert not changed[80:168, 112:197].any(), "the face itself is as it was"
    nobody = Image.open(out / "nobody.png").convert("RGB")
    assert nobody.getcolors() == [(300 * 200, (0, 0, 128))]
    # Copies never replace photos.
    result = run(photos / "a.jpg", "--model", model, "--annotate", photos)
    assert isinstance(result.exception, InputError)
    assert (photos / "a.jpg").read_bytes() == before


def test_broken_photos_are_named_and_the_others_read(photos: Path, model: Path) -> None:
    (photos / "0-cut.jpg").write_bytes((photos / "a.jpg").read_bytes()[:3000])
    (photos / "1-text.png").write_text("no photo")
    result = run(photos, "--model", model, "--json")
    assert result.exit_code == 2
    found = json.loads(result.stdout)
    assert len(found["photos"]) == 4
    assert [Path(one).name for one in found["unread"]] == ["0-cut.jpg", "1-text.png"]
    lines = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert len(lines) == 2
    assert "0-cut.jpg" in lines[0]


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "CMYK", "I;16", "1"])
def test_pictures_of_every_kind_can_be_read(mode: str, model: Path, tmp_path: Path) -> None:
    photo = Image.open(PHOTO).convert("L" if mode == "I;16" else "RGB")
    if mode == "I;16":
        photo = Image.fromarray(np.asarray(photo).astype(np.uint16) * 257)
    else:
        photo = photo.convert(mode)
    path = tmp_path / f"photo.{'jpg' if mode == 'CMYK' else 'png'}"
    photo.save(path)
    result = run(path, "--model", model, "--json")
    assert result.exit_code == 0, result.output
    assert len(json.loads(result.stdout)["photos"][0]["faces"]) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere/*.jpg"], "nowhere/*.jpg: no such file, folder or pattern"),
        ([str(PHOTO), "--json", "--csv"], "take one of them"),
        ([str(PHOTO), "--detector", "long"], "short, full"),
        ([str(PHOTO), "--model", "large"], "shipped:"),
        ([str(PHOTO), "--model", "missing.tflite"], "missing.tflite: no such file"),
        ([str(PHOTO), "--model", "run/best.keras"], "run/best.keras: no such file, run or shipped"),
        ([str(PHOTO), "--model", str(PHOTO)], "astronaut.png"),
    ],
)
def test_bad_requests_are_named(arguments: list[str], message: str, model: Path) -> None:
    chosen = [] if "--model" in arguments else ["--model", model]
    result = run(*arguments, *chosen)
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)


def test_without_tensorflow(model: Path) -> None:
    code = (
        "import sys; from fer_keras.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'tensorflow', 'keras', 'matplotlib', 'sklearn', 'pandas', 'scipy'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "predict", PHOTO, "--model", model, "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_a_table_of_many_photos_is_parquet(tmp_path: Path) -> None:
    import pandas as pd

    target = tmp_path / "faces.parquet"
    result = run(PHOTO, "--parquet", target)
    assert result.exit_code == 0, result.output
    assert "1 rows in" in result.output
    assert pd.read_parquet(target)["face"].tolist() == [1]
    for wrong in (["--ray", "auto"], ["--parquet", target, "--json"]):
        assert isinstance(run(PHOTO, *wrong).exception, InputError)
