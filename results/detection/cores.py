"""Measures what a second process gains `predict` over many photos.

    .venv/bin/python results/detection/cores.py

Made group photographs (six heads at a table, 1320 x 640, as JPEG) are looked at by one process and
by two, in turns, so that both meet the same machine; the time counts from the first photo asked for
to the last result, starting the processes included. Run it on an idle machine with two cores or
more: it says how busy the machine was before. Writes cores.csv beside itself.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from PIL import Image

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))
from made_scene import people  # noqa: E402

from fer_keras.errors import InputError  # noqa: E402
from fer_keras.faces.read_photos import read_photos  # noqa: E402
from fer_keras.faces.recognizer import Recognizer  # noqa: E402

PHOTOS = int(sys.argv[1]) if len(sys.argv) > 1 else 400
ROUNDS = 3
TABLE = [(150, 200, 120), (390, 180, 100), (610, 210, 130), (840, 190, 110), (1060, 215, 125)]
TABLE += [(1200, 420, 170)]


def main() -> None:
    """Look at all photos with one and two processes, `ROUNDS` times."""
    recognizer = Recognizer()
    rows = []
    busy = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        photos = [Path(folder) / f"{number:04}.jpg" for number in range(PHOTOS)]
        for number, path in enumerate(photos):
            moved = [(x + number % 20, y, tall) for x, y, tall in TABLE]
            Image.fromarray(people(moved, (1320, 640))).save(path, quality=90)
        for turn in range(ROUNDS):
            for processes in (1, 2):
                begun = time.perf_counter()
                faces = sum(
                    len(found.faces)
                    for found in read_photos(photos, recognizer, 0.0, None, fail, processes)
                )
                seconds = time.perf_counter() - begun
                rows.append(
                    {
                        **{"round": turn, "processes": processes, "photos": PHOTOS},
                        **{"faces": faces, "seconds": round(seconds, 2)},
                        "load_before": round(busy, 2),
                    }
                )
                print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    table.to_csv(HERE / "cores.csv", index=False)
    one, two = (table[table["processes"] == count]["seconds"].median() for count in (1, 2))
    print(f"two processes: {one / two:.2f} times the rate of one (load before: {busy:.1f})")


def fail(path: Path, error: InputError) -> None:
    """No photo of these can't be read."""
    raise error


if __name__ == "__main__":
    main()
