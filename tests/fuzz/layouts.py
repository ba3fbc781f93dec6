"""Small data sets in every layout."""

from __future__ import annotations

import contextlib
from pathlib import Path

import made_layouts

LAYOUTS = {
    made: getattr(made_layouts, made)
    for made in (
        *("raf_db", "raf_db_kaggle", "affectnet", "ck_plus", "jaffe", "expw"),
        *("ferplus_folders", "kaggle_train", "ckextended", "parquet"),
    )
}


def make_layouts(folder: Path) -> list[Path]:
    """A folder of each; those whose packages are missing are left out."""
    made = []
    for name, make in LAYOUTS.items():
        with contextlib.suppress(ImportError):
            found = make(folder / name)
            made.append(found if found.is_dir() else found.parent)
    return made
