"""Faces as image files, a folder for each class.

train/<class>/*.jpg  test/<class>/*.jpg     and, if there, validation/<class>/*.jpg
<class>/*.jpg                               without splits
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from fer_keras.data.archive import IMAGE_SUFFIXES
from fer_keras.data.layouts.listing import Listing, Picture
from fer_keras.data.layouts.walk import inner_folder, pictures_below, visible
from fer_keras.errors import InputError

CK_PLUS = re.compile(r"(?:.*/)?(S\d{3})_\d{3}_\d{8}\.\w+")
"""S010_004_00000017.png: subject, sequence, frame."""


def subject_of(path: str) -> str:
    """The subject of a file called as CK+'s are, or ""."""
    match = CK_PLUS.fullmatch(path)
    return match[1] if match else ""


FOLDERS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "val": "validation",
    "valid": "validation",
    "dev": "validation",
    "publictest": "validation",
    "test": "test",
    "testing": "test",
    "privatetest": "test",
}
PREFIXES = {"training_": "train", "publictest_": "validation", "privatetest_": "test"}
"""What FER2013's image form calls its files."""

NO_CLASSES = {
    *("images", "image", "imgs", "img", "pictures", "photos", "faces"),
    *("data", "labels", "annotations"),
}
"""Folders of pictures, but no classes."""

EXPECTED = "expected train/<class>/*.jpg and test/<class>/*.jpg, or <class>/*.jpg"


def list_image_folder(
    folder: Path, source: str, class_order: Sequence[str] | None = None
) -> Listing:
    """The pictures of class folders.

    Args:
        folder: has split folders, or class folders.
        source: its name, for messages.
        class_order: what class folders with numbers for names mean, from the lowest number on.

    Raises:
        InputError: if there are no images, or the folders contradict themselves.
    """
    root = inner_folder(folder, FOLDERS)
    splits = _split_folders(root, source)
    found: list[Picture] = []
    notes: list[str] = []
    for split, place in splits or [("", root)]:
        found += _list_classes(folder, inner_folder(place, {}), split, source, notes)
    if splits:
        notes += _beside(root, [place for _, place in splits])
        aliases = [f"{split} from {p.name}" for split, p in splits if p.name.lower() != split]
        if aliases:
            notes.append(f"splits: {', '.join(aliases)}")
    if not found:
        raise InputError(f"{source}: no images found; {EXPECTED}")
    found = _by_prefix(found, bool(splits), source, notes)
    _refuse_case_twins(found, source)
    names = {picture.label for picture in found}
    if {name.lower() for name in names} <= NO_CLASSES:
        raise InputError(
            f"{source}: pictures in {', '.join(sorted(names))} have no class; {EXPECTED}"
        )
    found = _by_number(found, names, class_order, source, notes)
    subjects = [subject_of(picture.path) for picture in found]
    if all(subjects):
        notes.append("file names as CK+ has them: nobody is to stand in two splits")
        found = [
            picture._replace(subject=subject)
            for picture, subject in zip(found, subjects, strict=True)
        ]
    return Listing("an image folder", found, notes)


def _split_folders(root: Path, source: str) -> list[tuple[str, Path]]:
    places: dict[str, Path] = {}
    for child in visible(root):
        split = FOLDERS.get(child.name.lower())
        if split is None or not child.is_dir():
            continue
        if split in places:
            raise InputError(
                f"{source}: {places[split].name} and {child.name} would both be {split}; "
                "rename or remove one"
            )
        places[split] = child
    return [(split, places[split]) for split in sorted(places)]


def _list_classes(
    folder: Path, place: Path, split: str, source: str, notes: list[str]
) -> list[Picture]:
    """The pictures of the class folders in `place`; what is left is noted."""
    found: list[Picture] = []
    left: Counter[str] = Counter()
    here = place.relative_to(folder).as_posix()
    for child in visible(place):
        if not child.is_dir():
            left["images beside the class folders"] += _is_image(child.name)
            continue
        images = 0
        prefix = child.relative_to(folder).as_posix()
        nested: list[Path] = []
        for item in visible(child):
            if _is_image(item.name):
                found.append(Picture(f"{prefix}/{item.name}", child.name, split))
                images += 1
            elif item.is_dir():
                nested.append(item)
            else:
                left[f"files that are no {' '.join(IMAGE_SUFFIXES)}"] += 1
        below = sum(pictures_below(item) for item in nested)
        if below and not images:
            raise InputError(
                f"{source}: {prefix} holds folders of images where a class was expected; {EXPECTED}"
            )
        left["images in folders below the class folders"] += below
        if not images and not below:
            notes.append(f"left: {prefix}, which has no image in it")
    where = "" if here == "." else f" in {here}"
    notes += [f"left{where}: {count:,} {what}" for what, count in left.items() if count]
    return found


def _is_image(name: str) -> bool:
    return name.lower().endswith(IMAGE_SUFFIXES)


def _beside(root: Path, places: Sequence[Path]) -> list[str]:
    """What stands beside the split folders and is not read."""
    others = {
        child.name: pictures_below(child)
        for child in visible(root)
        if child.is_dir() and child not in places
    }
    images = sum(_is_image(child.name) for child in visible(root) if not child.is_dir())
    notes = [
        f"left: {name} ({count:,} images), which is not train, validation or test"
        for name, count in others.items()
        if count
    ]
    return notes + ([f"left: {images:,} images beside the split folders"] if images else [])


def _prefix_split(picture: Picture) -> str:
    name = picture.path.rpartition("/")[2].lower()
    for prefix, split in PREFIXES.items():
        if name.startswith(prefix):
            return split
    return ""


def _by_prefix(
    found: list[Picture], split_folders: bool, source: str, notes: list[str]
) -> list[Picture]:
    """Splits from FER2013's file names, where folders leave them open.

    Its image form has PublicTest and PrivateTest in one folder `test`. Otherwise folders decide.
    """
    said = [_prefix_split(picture) for picture in found]
    if not split_folders:
        if all(said):
            notes.append("splits by the file names' Training_, PublicTest_ and PrivateTest_")
            return [
                picture._replace(split=split) for picture, split in zip(found, said, strict=True)
            ]
        if any(said):
            notes.append(f"{sum(map(bool, said)):,} file names begin as FER2013's; others don't")
        return found
    tests = {split for picture, split in zip(found, said, strict=True) if picture.split == "test"}
    if tests == {"validation", "test"} and not any(p.split == "validation" for p in found):
        found = [
            picture._replace(split=split) if picture.split == "test" else picture
            for picture, split in zip(found, said, strict=True)
        ]
        notes.append("validation: the PublicTest_ files of test")
    against = Counter(
        (picture.split, split)
        for picture, split in zip(found, said, strict=True)
        if split and split != picture.split
    )
    for (folder, split), count in sorted(against.items()):
        notes.append(
            f"{count:,} files in {folder} are called as FER2013's {split}: the folder decides"
        )
    return found


def _refuse_case_twins(found: Sequence[Picture], source: str) -> None:
    """Folders of one split whose names differ in case alone: a slip, or two classes?"""
    together: dict[tuple[str, str], set[str]] = defaultdict(set)
    for picture in found:
        beside = picture.path.rsplit("/", 2)[:-2]  # the split folder, if there is one
        together["".join(beside), picture.label.casefold()].add(picture.label)
    for names in together.values():
        if len(names) > 1:
            raise InputError(
                f"{source}: the folders {' and '.join(sorted(names))} differ in case alone; "
                "make them one, or rename one"
            )


def _by_number(
    found: list[Picture],
    names: set[str],
    class_order: Sequence[str] | None,
    source: str,
    notes: list[str],
) -> list[Picture]:
    """Class names for folders called 0, 1, 2: the same numbers mean other things elsewhere."""
    numbers = sorted(name for name in names if name.isascii() and name.isdigit())
    if not numbers:
        if class_order is not None:
            raise InputError(
                f"class_order: {source} has class folders with names, not numbers; leave it out"
            )
        return found
    if len(numbers) < len(names):
        raise InputError(
            f"{source}: class folders with numbers ({numbers[0]}) and with names "
            f"({min(names.difference(numbers))}); name them all"
        )
    if class_order is None:
        raise InputError(
            f"{source}: class folders are numbers, which mean other emotions in other data sets; "
            "name the folders, or give `class_order`, e.g. angry,disgust,fear,happy,sad,surprise,"
            "neutral"
        )
    meant = _meaning(sorted(map(int, numbers)), class_order)
    if meant is None:
        raise InputError(
            f"class_order: {len(class_order)} names for the class folders {', '.join(numbers)} of "
            f"{source}; give a name for each number, from the lowest on, and name no class twice"
        )
    notes.append(
        "classes as declared: " + ", ".join(f"{number} {name}" for number, name in meant.items())
    )
    return [picture._replace(label=meant[int(picture.label)]) for picture in found]


def _meaning(numbers: Sequence[int], class_order: Sequence[str]) -> dict[int, str] | None:
    """The name of each number, or None where names and numbers don't fit one another."""
    fits = list(numbers) == list(range(numbers[0], numbers[0] + len(class_order)))
    if not fits or len(set(class_order)) != len(class_order) or not all(class_order):
        return None
    return dict(zip(numbers, class_order, strict=True))
