"""Damages a `.tflite` in many ways and classifies a face with each; prints how it went.

Usage: run_damaged_files.py FILE FOLDER COUNT. Anything but an answer or an InputError ends it.
"""

from __future__ import annotations

import random
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from fer_keras.errors import InputError
from fer_keras.models import Classifier

FACE = np.full((48, 48), 128, np.uint8)


def structure(content: bytes, end: int) -> list[int]:
    """Positions of what is not weights: damaged weights only change the answer."""
    mask = np.ones(end, bool)
    model = schema.Model.GetRootAs(content, 0)
    for index in range(model.BuffersLength()):
        buffer = model.Buffers(index)
        if buffer.DataLength():
            start = buffer._tab.Vector(buffer._tab.Offset(4))
            mask[start : start + buffer.DataLength()] = False
    return [int(position) for position in np.flatnonzero(mask)]


def damage(content: bytes, places: list[int], end: int, chance: random.Random) -> bytes:
    """One of: bytes, a number, a hole, zeros, a truncation that leaves the labels."""
    mutated = bytearray(content)
    place = min(chance.choice(places), end - 300)
    kind = chance.randrange(5)
    if kind == 0:
        for _ in range(chance.choice((1, 2, 8, 64))):
            mutated[chance.choice(places)] = chance.randrange(256)
    elif kind == 1:
        number = chance.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, chance.getrandbits(32)))
        struct.pack_into("<I", mutated, place // 4 * 4, number)
    elif kind == 2:
        del mutated[place : place + chance.randrange(1, 2000)]
    elif kind == 3:
        length = chance.randrange(1, 256)
        mutated[place : place + length] = bytes(length)
    else:
        mutated[place:end] = b""
    return bytes(mutated)


def main() -> None:
    """Run."""
    source, folder, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    content = source.read_bytes()
    with zipfile.ZipFile(source) as archive:
        end = archive.infolist()[0].header_offset
    places = structure(content, end)
    refused = 0
    for seed in range(count):
        path = folder / f"{seed}.tflite"
        path.write_bytes(damage(content, places, end, random.Random(seed)))
        try:
            answer = Classifier(path).probabilities(FACE)
            assert answer.shape == (1, 7)
        except InputError as error:
            refused += 1
            if "\n" in str(error):
                raise AssertionError("more than one line") from error
        path.unlink()
    print(refused, count - refused)


if __name__ == "__main__":
    main()
