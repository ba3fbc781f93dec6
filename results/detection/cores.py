"""Measures what a second process gains `predict` over many photos.

    .venv/bin/python results/detection/cores.py

Made group photographs (six heads at a table, 1320 x 640, as JPEG) are looked at by one process and
by two, in turns, so that both meet the same machine; the time counts from the first photo asked for
to the last result, starting the processes included. It needs a machine with two idle cores: beside
each time stands what everything else on it took of the processors meanwhile, and rounds in which
that was more than `BUSY` of a core are not counted. Writes cores.csv beside itself.
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
BUSY = 0.1
"""Cores that other work may take."""
TABLE = [(150, 200, 120), (390, 180, 100), (610, 210, 130), (840, 190, 110), (1060, 215, 125)]
TABLE += [(1200, 420, 170)]


def main() -> None:
    """Look at all photos with one and two processes, `ROUNDS` times."""
    recognizer = Recognizer()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        photos = [Path(folder) / f"{number:04}.jpg" for number in range(PHOTOS)]
        for number, path in enumerate(photos):
            moved = [(x + number % 20, y, tall) for x, y, tall in TABLE]
            Image.fromarray(people(moved, (1320, 640))).save(path, quality=90)
        for turn in range(ROUNDS):
            for processes in (1, 2):
                begun, busy = time.perf_counter(), others()
                faces = sum(
                    len(found.faces)
                    for found in read_photos(photos, recognizer, 0.0, None, fail, processes)
                )
                seconds = time.perf_counter() - begun
                rows.append(
                    {
                        **{"round": turn, "processes": processes, "photos": PHOTOS},
                        **{"faces": faces, "seconds": round(seconds, 2)},
                        "others_cores": round((others() - busy) / seconds, 2),
                    }
                )
                print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    table.to_csv(HERE / "cores.csv", index=False)
    rounds = table.pivot_table(index="round", columns="processes", values="seconds")
    idle = table.groupby("round")["others_cores"].max() <= BUSY
    ratios = (rounds[1] / rounds[2])[idle]
    if ratios.empty:
        sys.exit("the machine was busy in every round: these figures say nothing")
    print(f"two processes: {ratios.median():.2f} times the rate of one ({len(ratios)} idle rounds)")


def others() -> float:
    """Seconds of all processors so far, without this process and those it has waited for."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    spent = [int(field) / os.sysconf("SC_CLK_TCK") for field in fields]
    own = os.times()
    idle, waiting = spent[3], spent[4]
    return sum(spent[:8]) - idle - waiting - sum(own[:4])


def fail(path: Path, error: InputError) -> None:
    """No photo of these can't be read."""
    raise error


if __name__ == "__main__":
    main()
