"""Small samples of the layouts in which data sets circulate, written by code."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from face_table import FaceTable
from PIL import Image


def save_face(path: Path, level: int, size: tuple[int, int] = (100, 100)) -> Path:
    """A grey picture of one level."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (level, level, level)).save(path)
    return path


def raf_db(folder: Path) -> Path:
    """The authors' layout: number n of a split has the class 1 + n % 7."""
    lines = []
    for split, count in (("train", 21), ("test", 7)):
        for number in range(count):
            lines.append(f"{split}_{number:05}.jpg {1 + number % 7}")
            place = folder / "basic/Image/aligned" / f"{split}_{number:05}_aligned.jpg"
            save_face(place, 30 * (number % 7))
    table = folder / "basic/EmoLabel/list_patition_label.txt"
    table.parent.mkdir(parents=True)
    table.write_text("\n".join(lines) + "\n")
    return folder


def raf_db_kaggle(folder: Path) -> Path:
    """DATASET/train/1..7 and two tables."""
    for split, count in (("train", 21), ("test", 7)):
        rows = ["image,label"]
        for number in range(count):
            label, name = 1 + number % 7, f"{split}_{number:05}_aligned.jpg"
            rows.append(f"{name},{label}")
            save_face(folder / "DATASET" / split / str(label) / name, 30 * (number % 7))
        (folder / f"{split}_labels.csv").write_text("\n".join(rows) + "\n")
    return folder


def affectnet(folder: Path) -> Path:
    """Numbers as strings, as its authors write them; 8 is none of the expressions."""
    for name, count in (("train_set", 27), ("val_set", 9)):
        (folder / name / "annotations").mkdir(parents=True)
        for number in range(count):
            save_face(folder / name / "images" / f"{number}.jpg", 30 * (number % 9))
            np.save(folder / name / "annotations" / f"{number}_exp.npy", np.array(str(number % 9)))
            np.save(folder / name / "annotations" / f"{number}_aro.npy", np.array("0.1"))
    save_face(folder / "val_set/images/99.jpg", 0)
    return folder


def ck_plus(folder: Path) -> Path:
    """Twenty subjects, two sequences each, one of them labelled."""
    for who in range(20):
        for sequence in ("001", "002"):
            for frame in (1, 2):
                name = f"S{who:03}/{sequence}/S{who:03}_{sequence}_{frame:08}"
                save_face(folder / "cohn-kanade-images" / f"{name}.png", 10 * who, (64, 49))
        label = folder / "Emotion" / f"{name}_emotion.txt"
        label.parent.mkdir(parents=True)
        label.write_text(f"   {1 + who % 7}.0000000e+00\n")
        (folder / "Emotion" / f"S{who:03}/001").mkdir()
    return folder


def jaffe(folder: Path) -> Path:
    """Ten women, seven faces each."""
    for who in ("KA", "KL", "KM", "KR", "MK", "NA", "NM", "TM", "UY", "YM"):
        for number, word in enumerate(("AN1", "DI2", "FE3", "HA1", "NE2", "SA3", "SU1")):
            save_face(folder / "jaffedbase" / f"{who}.{word}.{number}.tiff", 30 * number)
    (folder / "jaffedbase/README").write_text("ratings")
    return folder


def expw(folder: Path) -> Path:
    """Photographs of two faces: one in the left half, one in the right."""
    lines = []
    (folder / "image/origin").mkdir(parents=True)
    for number in range(30):
        pixels = np.zeros((60, 120, 3), np.uint8)
        pixels[:, :60], pixels[:, 60:] = 50, 200
        name = f"photo_{number}.png"
        Image.fromarray(pixels).save(folder / "image/origin" / name)
        lines.append(f"{name} 0 5 5 55 55 20.1 {number % 7}")
        lines.append(f"{name} 1 -5 65 130 55 20.1 {(number + 1) % 7}")
    (folder / "label.lst").write_text("\n".join(lines) + "\n")
    return folder


def ferplus_folders(folder: Path) -> Path:
    """Faces of each of the eight classes, one without a majority, one that is no face."""
    number = 0
    for name, count in (("FER2013Train", 16), ("FER2013Valid", 8), ("FER2013Test", 8)):
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        for face in range(count + 2):
            votes = [0] * 10
            if face < count:
                votes[face % 8], votes[9] = 9, 1
            elif face == count:
                votes[0] = votes[1] = 5
            else:
                votes[9] = 10
            file = f"fer{number:07}.png"
            rows.writerow([file, "(0, 0, 48, 48)", *votes])
            place = folder / name / file
            place.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (48, 48), 20 * (face % 8)).save(place)
            number += 1
        (folder / name / "label.csv").write_text(text.getvalue())
    return folder


def kaggle_train(folder: Path) -> Path:
    """The challenge's own train.csv, without Usage, and test.csv, without labels."""
    folder.mkdir(parents=True, exist_ok=True)
    table = FaceTable(28, 0, 0)
    lines = [line.rpartition(",")[0] for line in table.text().splitlines()]
    (folder / "train.csv").write_text("\n".join(lines) + "\n")
    (folder / "test.csv").write_text("pixels\n" + table.rows()[0][1] + "\n")
    return folder


def ckextended(folder: Path) -> Path:
    """CK+ in FER2013's form."""
    folder.mkdir(parents=True, exist_ok=True)
    table = FaceTable(16, 8, 8)
    rows = table.rows()
    for number, row in enumerate(rows):
        row[0] = str(number % 8)
    (folder / "ckextended.csv").write_text(table.text(rows=rows))
    return folder


def parquet(folder: Path, names: bool = True) -> Path:
    """As Hugging Face's `datasets` writes pictures with class labels."""
    import json

    import pyarrow
    from pyarrow.parquet import write_table

    classes = ["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"]
    feature = {"_type": "ClassLabel", **({"names": classes} if names else {})}
    features = {"image": {"_type": "Image"}, "label": feature}
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    (folder / "data").mkdir(parents=True)
    for split, count in (("train", 14), ("validation", 7), ("test", 7)):
        images, labels = [], []
        for number in range(count):
            encoded = io.BytesIO()
            Image.new("L", (48, 48), 30 * (number % 7)).save(encoded, "PNG")
            images.append({"bytes": encoded.getvalue(), "path": None})
            labels.append(number % 7)
        table = pyarrow.table({"image": images, "label": labels}).replace_schema_metadata(metadata)
        write_table(table, folder / "data" / f"{split}-00000-of-00001.parquet")
    return folder


LAYOUTS: dict[str, Callable[[Path], Path]] = {
    made.__name__: made
    for made in (
        raf_db,
        raf_db_kaggle,
        affectnet,
        ck_plus,
        jaffe,
        expw,
        ferplus_folders,
        kaggle_train,
        ckextended,
        parquet,
    )
}
