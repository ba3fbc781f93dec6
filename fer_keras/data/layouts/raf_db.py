"""RAF-DB (Li, Deng and Du 2017), as its authors give it and as Kaggle does.

EmoLabel/list_patition_label.txt, Image/aligned/train_00001_aligned.jpg      the authors' `basic`
DATASET/{train,test}/1..7/*.jpg, train_labels.csv, test_labels.csv           Kaggle
"""

from __future__ import annotations

from pathlib import Path

from fer_keras.data.layouts.listing import Listing, Picture
from fer_keras.data.layouts.walk import has_images, read_lines, visible
from fer_keras.errors import InputError

LABELS = {
    "1": "surprise",
    "2": "fear",
    "3": "disgust",
    "4": "happy",
    "5": "sad",
    "6": "angry",
    "7": "neutral",
}
LIST = "EmoLabel/list_patition_label.txt"
"""Its authors' spelling."""


def find_raf_db(folder: Path) -> Path | None:
    """Where the authors' layout begins, or None."""
    for place in (folder, folder / "basic"):
        if (place / LIST).is_file():
            return place
    return None


def list_raf_db(folder: Path, source: str) -> Listing:
    """The aligned faces of the authors' layout.

    Raises:
        InputError: for a line that is no name and number from 1 to 7, or without aligned faces.
    """
    place = find_raf_db(folder)
    assert place is not None
    aligned = place / "Image" / "aligned"
    if not aligned.is_dir():
        raise InputError(
            f"{source}: no folder Image/aligned; the photographs of Image/original show more than "
            "the face: get aligned.zip too"
        )
    prefix = aligned.relative_to(folder).as_posix()
    pictures, missing = [], 0
    for number, line in read_lines(place / LIST, source):
        words = line.split()
        if len(words) != 2 or words[1] not in LABELS:
            raise InputError(
                f"{source}, {LIST}, line {number}: {line[:60]!r}; expected a file's name and a "
                "number from 1 to 7"
            )
        split = _split(words[0], f"{source}, {LIST}, line {number}")
        stem, _, suffix = words[0].rpartition(".")
        name = f"{stem}_aligned.{suffix}"
        if (aligned / name).exists():
            pictures.append(Picture(f"{prefix}/{name}", LABELS[words[1]], split))
        else:
            missing += 1
    notes = [f"left: {missing:,} lines of {LIST} whose picture is not there"] if missing else []
    return Listing(f"RAF-DB ({LIST}, Image/aligned)", pictures, notes)


def find_kaggle_raf_db(folder: Path) -> Path | None:
    """Where Kaggle's split folders lie, or None."""
    for place in (folder / "DATASET", folder):
        tables = [
            beside / f"{split}_labels.csv"
            for beside in {folder, place}
            for split in ("train", "test")
        ]
        if sum(table.is_file() for table in tables) == 2 and (place / "train").is_dir():
            return place
    return None


def list_kaggle_raf_db(folder: Path, source: str) -> Listing:
    """The faces of Kaggle's layout; its tables have to say what its folders say.

    Raises:
        InputError: for folders other than 1 to 7, or a table that contradicts them.
    """
    place = find_kaggle_raf_db(folder)
    assert place is not None
    pictures: list[Picture] = []
    notes: list[str] = []
    for split in ("train", "test"):
        told = _table(_beside(folder, place, f"{split}_labels.csv"), source)
        for child in visible(place / split) if (place / split).is_dir() else []:
            if not child.is_dir():
                continue
            if child.name not in LABELS:
                if has_images(child):
                    raise InputError(
                        f"{source}: {split}/{child.name} is no class of RAF-DB, which are 1 to 7"
                    )
                notes.append(f"left: {split}/{child.name}, which is no class of RAF-DB")
                continue
            for path in visible(child):
                if told.get(path.name, child.name) != child.name:
                    raise InputError(
                        f"{source}: {split}/{child.name}/{path.name} has the number "
                        f"{told[path.name]} in {split}_labels.csv"
                    )
                name = path.relative_to(folder).as_posix()
                pictures.append(Picture(name, LABELS[child.name], split))
        untold = len(told) - sum(picture.split == split for picture in pictures)
        if untold:
            notes.append(
                f"{split}_labels.csv has {abs(untold):,} rows "
                f"{'more' if untold > 0 else 'fewer'} than there are pictures"
            )
    return Listing("RAF-DB (folders 1 to 7, train_labels.csv)", pictures, notes)


def _beside(folder: Path, place: Path, name: str) -> Path:
    return folder / name if (folder / name).is_file() else place / name


def _table(path: Path, source: str) -> dict[str, str]:
    """What `image,label` says."""
    told: dict[str, str] = {}
    for number, line in read_lines(path, source):
        name, comma, label = line.partition(",")
        if number == 1 and label.strip() == "label":
            continue
        if not comma or label.strip() not in LABELS:
            raise InputError(
                f"{source}, {path.name}, row {number}: {line[:60]!r}; expected image,label with a "
                "label from 1 to 7"
            )
        if told.setdefault(name.strip(), label.strip()) != label.strip():
            raise InputError(
                f"{source}, {path.name}, row {number}: gives {name[:60]!r} a second label; keep one"
            )
    return told


def _split(name: str, where: str) -> str:
    if "/" in name or "\\" in name:
        raise InputError(f"{where}: {name[:60]!r} is no plain file name")
    for split in ("train", "test"):
        if name.startswith(split):
            return split
    raise InputError(f"{where}: {name[:60]!r} begins with neither train nor test")
