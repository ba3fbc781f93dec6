"""A name for the content of a data set: equal data, equal fingerprint."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping

import numpy as np

from fer_keras.data.face_data import Split


def fingerprint(labels: tuple[str, ...], splits: Mapping[str, Split]) -> str:
    """Sha256 (64 hex digits) of the class names and of every array of every split.

    The order in which `splits` lists its splits doesn't count; the order of the faces does.
    Each array goes in with its name, type and shape, so that no two data sets can run together.
    """
    digest = hashlib.sha256()
    digest.update(repr(tuple(labels)).encode())
    for name in sorted(splits):
        for field, array in vars(splits[name]).items():
            if array is None:
                continue
            # Little-endian whatever the machine, so that the name travels.
            plain = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
            digest.update(f"{name}/{field} {plain.dtype.str} {plain.shape}\n".encode())
            digest.update(plain.data if plain.size else b"")
    return digest.hexdigest()


def part_fingerprint(labels: tuple[str, ...], split: Split) -> str:
    """Sha256 (64 hex digits) of the class names and one split, wherever it stands in its source.

    The same faces of a file that has further splits have the same part fingerprint.
    """
    anywhere = dataclasses.replace(split, rows=np.arange(len(split)))
    return fingerprint(labels, {"part": anywhere})
