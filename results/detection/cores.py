"""Measures what a second core gains `predict` over many photos.

    .venv/bin/python results/detection/cores.py [PHOTOS]

Made group photographs (six heads at a table, 1320 x 640, as JPEG) are looked at in rounds: by one
process on one core, by two as `predict` starts them, and by two that know nothing of each other,
which says what this machine's two cores can do at all. Each way's rate counts from its first
result; what the start took stands beside it, and both make the rate over 2,000 photos. Beside each
stands what everything else took of the processors: rounds in which that was more than `BUSY` of a
core are left out. It ends after `WANTED` idle rounds, or after `MOST`. Writes cores.csv beside
itself.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import pandas as pd
from PIL import Image

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))
from made_scene import people  # noqa: E402

from fer_keras.errors import InputError  # noqa: E402
from fer_keras.faces.read_photos import read_photos  # noqa: E402
from fer_keras.faces.recognizer import Recognizer  # noqa: E402

PHOTOS = int(sys.argv[1]) if len(sys.argv) > 1 else 160
ASKED = 2000
"""Photos of the question."""
WANTED, MOST = 5, 15
"""Rounds on an idle machine, and rounds at all."""
BUSY = 0.1
"""Cores that other work may take."""
TABLE = [(150, 200, 120), (390, 180, 100), (610, 210, 130), (840, 190, 110), (1060, 215, 125)]
TABLE += [(1200, 420, 170)]


def main() -> None:
    """Look at all photos in every way, round after round."""
    rows: list[dict[str, float | str]] = []
    with tempfile.TemporaryDirectory() as folder:
        photos = [Path(folder) / f"{number:04}.jpg" for number in range(PHOTOS)]
        for number, path in enumerate(photos):
            moved = [(x + number % 20, y, tall) for x, y, tall in TABLE]
            Image.fromarray(people(moved, (1320, 640))).save(path, quality=90)
        for turn in range(MOST):
            for way, look in WAYS.items():
                begun, busy = time.perf_counter(), others()
                start, rate = look(photos)
                seconds = time.perf_counter() - begun
                rows.append(
                    {
                        **{"round": turn, "way": way, "photos": PHOTOS},
                        **{"start_s": round(start, 2), "photos_per_s": round(rate, 2)},
                        "others_cores": round((others() - busy) / seconds, 2),
                    }
                )
                print(rows[-1], flush=True)
            table = pd.DataFrame(rows)
            table.to_csv(HERE / "cores.csv", index=False)
            busiest = table.groupby("round")["others_cores"].max()
            idle = busiest.index[busiest <= BUSY]
            if len(idle) >= WANTED:
                break
    if idle.empty:
        sys.exit("the machine was busy in every round: these figures say nothing")
    table = table[table["round"].isin(idle)]
    table["seconds"] = table["start_s"] + ASKED / table["photos_per_s"]
    seconds = table.pivot_table(index="round", columns="way", values="seconds")
    rates = table.pivot_table(index="round", columns="way", values="photos_per_s")
    gain = (seconds["one"] / seconds["two"]).median()
    print(
        f"{ASKED:,} photos, two cores: {gain:.2f} times the rate of one ({len(idle)} idle rounds)"
    )
    for way, name in (("two", "without the start"), ("two alone", "two that share nothing")):
        print(f"{name}: {(rates[way] / rates['one']).median():.2f}")


def one(photos: list[Path]) -> tuple[float, float]:
    """On one core, whatever this machine has."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    cv2.setNumThreads(1)
    try:
        return timed(photos, 1)
    finally:
        os.sched_setaffinity(0, cores)


def two(photos: list[Path]) -> tuple[float, float]:
    """As `predict` does it."""
    return timed(photos, 2)


def two_alone(photos: list[Path]) -> tuple[float, float]:
    """Two processes, each with its own half."""
    half = len(photos) // 2
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        (start, rate), (other_start, other_rate) = pool.map(
            timed, (photos[:half], photos[half:]), (1, 1)
        )
    return max(start, other_start), rate + other_rate


def timed(photos: list[Path], processes: int) -> tuple[float, float]:
    """Seconds to the first result, and photos a second from there on."""
    begun = time.perf_counter()
    found = read_photos(photos, Recognizer(), 0.0, None, fail, processes)
    next(found)
    first = time.perf_counter()
    count = sum(1 for _ in found)
    return first - begun, count / (time.perf_counter() - first)


WAYS = {"one": one, "two": two, "two alone": two_alone}


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
