"""Times `fer-keras live` on a made 640x480 video: one face (tests/pictures) that moves.

    .venv/bin/python results/live/measure.py [MODEL]

Writes live.json beside itself. First how long `fer-keras predict` takes for one photo from a cold
start, a new process each time, five times. Then for each detector the medians of the stages over
1,500 frames, after a first run whose figures are dropped. The ratio is (detection + classification)
/ detection, both of the same frames.
"""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))
from made_video import frame, write_video  # noqa: E402

from fer_keras.detection import DETECTORS  # noqa: E402
from fer_keras.models.model_file import DEFAULT_MODEL  # noqa: E402

START = (sys.executable, "-c", "from fer_keras.cli.main import main; main()")
FRAMES = 1500
PERIOD = 150


def main() -> None:
    """Make the video, run the command, write live.json."""
    model = sys.argv[1] if len(sys.argv) > 1 else DEFAULT_MODEL
    report = {
        "model": Path(model).stem,
        "picture": "640x480, one face of about 120 pixels",
        "machine": {"processor": processor(), "cores": os.cpu_count(), "load": os.getloadavg()[0]},
        "predict_cold_s": sorted(predict(model) for _ in range(5)),
        "detectors": {},
    }
    loop = [
        frame([(320 + 120 * math.sin(turn), 240 + 40 * math.cos(turn), 230)])
        for turn in (2 * math.pi * number / PERIOD for number in range(PERIOD))
    ]
    with tempfile.TemporaryDirectory() as folder:
        video = write_video(Path(folder) / "moving.avi", loop * (FRAMES // PERIOD))
        warm_up = write_video(Path(folder) / "warm-up.avi", loop)
        for detector in DETECTORS:
            live(warm_up, model, detector, Path(folder) / "dropped.json")
            report["detectors"][detector] = live(
                video, model, detector, Path(folder) / f"{detector}.json"
            )
    (HERE / "live.json").write_text(json.dumps(report, indent=2) + "\n")
    print(f"predict: {report['predict_cold_s'][2]:.2f} s from a cold start")
    for name, found in report["detectors"].items():
        both = found["detection_and_classification"]
        print(
            f"{name}: detection {found['stages']['detection']['p50_ms']:.2f} ms, with "
            f"classification {both['p50_ms']:.2f} ms (p95 {both['p95_ms']:.2f}), "
            f"{both['times_detection']:.2f} times the detector alone"
        )


def live(video: Path, model: str, detector: str, stats: Path) -> dict:
    """Run the command; what it writes about its speed."""
    options = ("--video", video, "--model", model, "--detector", detector, "--stats", stats)
    subprocess.run([*START, "live", *options], check=True, stdout=subprocess.DEVNULL)
    return json.loads(stats.read_text())


def predict(model: str) -> float:
    """Seconds from the start of the process to its end."""
    photo = REPOSITORY / "tests" / "pictures" / "astronaut.png"
    start = time.perf_counter()
    subprocess.run(
        [*START, "predict", photo, "--model", model], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def processor() -> str:
    """The processor's name, as Linux has it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
