"""Measures whether `fer-keras analyze` takes more memory for a longer film.

    .venv/bin/python results/analyze/measure.py [WAY]

WAY is "0.5s" or "every frame": measure that alone, and keep the other's rows. A film of two drawn
people who pass each other (640 x 360, 25 frames a second, with sound) is made one minute long, and
longer ones are that minute again and again. Each is analysed in a process of its own, twice a
second and at every frame; the system says what the process took at its peak, the libraries' pages
included. The page with the film in it is written, too. Writes memory.csv beside itself.
"""

from __future__ import annotations

import itertools
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import av
import pandas as pd

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))
from made_film import write_film  # noqa: E402
from made_scenes import FPS, crossing  # noqa: E402

MINUTES = (1, 5, 20)
LAP = 60.1
"""Seconds from one minute's beginning to the next one's: sound comes in whole packets."""
WAYS = {"0.5s": ("--every", "0.5s"), "every frame": ()}
COMMAND = (sys.executable, "-c", "from fer_keras.cli.main import main; main()", "analyze")


def main() -> None:
    """Analyse every film both ways, or the one that is asked for, the short ones first."""
    ways = sys.argv[1:] or list(WAYS)
    table = HERE / "memory.csv"
    rows = []
    if table.exists():
        known = pd.read_csv(table)
        rows = known[~known["looked_at"].isin(ways)].to_dict("records")
    with tempfile.TemporaryDirectory() as folder:
        films = {minutes: Path(folder) / f"{minutes}.mp4" for minutes in MINUTES}
        minute = one_minute(films[MINUTES[0]])
        for minutes in MINUTES[1:]:
            repeat(minute, films[minutes], minutes)
        for way, minutes in itertools.product(ways, MINUTES):
            arguments = WAYS[way]
            out = Path(folder) / f"{minutes}-{len(arguments)}"
            peak, seconds = run([*COMMAND, films[minutes], "--out", out, *arguments])
            rows.append(
                {
                    **{"minutes": minutes, "looked_at": way},
                    "rows": len(pd.read_csv(out / f"{minutes}.csv")),
                    "film_mb": round(films[minutes].stat().st_size / 1e6, 1),
                    "page_mb": round((out / f"{minutes}.html").stat().st_size / 1e6, 1),
                    "peak_mb": round(peak),
                    "cpu_s": round(seconds, 1),
                }
            )
            print(rows[-1], flush=True)
            pd.DataFrame(rows).to_csv(table, index=False)


def run(command: list[object]) -> tuple[float, float]:
    """Peak memory in MB and the processor's seconds of a command."""
    before = processor_seconds()
    process = subprocess.Popen([str(one) for one in command])
    status, peak = Path(f"/proc/{process.pid}/status"), 0
    # Not what `wait` says of it: that counts this process too, which it was before it began.
    while process.poll() is None:
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        peak = int(found[1]) if found else peak
        time.sleep(0.05)
    if process.returncode:
        sys.exit(f"{command}: ended with {process.returncode}")
    return peak * 1024 / 1e6, processor_seconds() - before


def processor_seconds() -> float:
    """Of the commands so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def one_minute(path: Path) -> Path:
    """Two people pass each other fifteen times."""
    scene = crossing()
    pictures = list(scene.pictures())
    again = list(itertools.islice(itertools.cycle([*pictures, *reversed(pictures)]), 60 * FPS))
    times = [number / FPS for number in range(len(again))]
    return write_film(path, again, times, sound=60.0)


def repeat(source: Path, target: Path, count: int) -> None:
    """Put a film behind itself, without encoding."""
    with av.open(str(target), "w") as new:
        copies: dict[int, Any] = {}
        for number in range(count):
            with av.open(str(source)) as old:
                if not copies:
                    copies = {one.index: new.add_stream_from_template(one) for one in old.streams}
                for packet in old.demux():
                    if packet.dts is None:
                        continue
                    shift = round(LAP * number / packet.time_base)
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = copies[packet.stream.index]
                    new.mux(packet)


if __name__ == "__main__":
    main()
