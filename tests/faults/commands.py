"""Commands that write, each with little work to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from made_video import frame, write_video
from PIL import Image

PHOTO = Path(__file__).parents[1] / "pictures" / "astronaut.png"
FEW = ("--data", "synthetic", "--sizes", "70,35,35")


class Given(NamedTuple):
    """What commands read.

    Attributes:
        photos: a folder of three.
        film: of eight frames with a face.
        run: a trained run folder, for commands that need one.
    """

    photos: Path
    film: Path
    run: Path | None = None


Arguments = Callable[[Given, Path], list[str]]
"""The words of a command that reads what is given and writes into a folder."""


def make_given(folder: Path) -> Given:
    photos = folder / "photos"
    photos.mkdir()
    picture = Image.open(PHOTO).convert("RGB")
    for name in ("a.jpg", "b.png", "c.jpg"):
        picture.resize((256, 256)).save(photos / name)
    frames = [frame([(150 + number, 120, 150)], (320, 240)) for number in range(8)]
    return Given(photos, write_video(folder / "film.avi", frames))


def _film_words(given: Given, out: Path) -> list[str]:
    words = ["live", "--video", str(given.film), "--out", str(out / "seen.mp4")]
    return [*words, "--log", str(out / "log.jsonl"), "--stats", str(out / "stats.json")]


QUICK: dict[str, Arguments] = {
    "predict --annotate": lambda given, out: [
        *("predict", str(given.photos), "--annotate", str(out / "seen"))
    ],
    "predict --parquet": lambda given, out: [
        *("predict", str(given.photos), "--parquet", str(out / "faces.parquet"))
    ],
    "data inspect": lambda given, out: [
        *("data", "inspect", "synthetic", "--sizes", "70,35,35", "--out", str(out / "sheets"))
    ],
    "data audit": lambda given, out: [
        *("data", "audit", "synthetic", "--sizes", "70,35,35", "--out", str(out / "audit"))
    ],
    "live": _film_words,
    "analyze": lambda given, out: [
        *("analyze", str(given.film), "--again", "--out", str(out / "analysis"))
    ],
}
"""Those that need neither TensorFlow nor a trained model."""


def _of_run(*words: str, file: str) -> Arguments:
    def arguments(given: Given, out: Path) -> list[str]:
        filled = [str(given.run) if word == "RUN" else word for word in words]
        return [*filled, *FEW, "--out", str(out / file)]

    return arguments


TRAIN: Arguments = lambda given, out: [  # noqa: E731
    *("train", "--arch", "baseline", "--epochs", "2", *FEW, "--out", str(out / "run"))
]

SLOW: dict[str, Arguments] = {
    "evaluate": lambda given, out: [
        *("evaluate", str(given.run), *FEW, "--confusion", str(out / "confusion.png"))
    ],
    "report": _of_run("report", "RUN", "--method", "vanilla", file="page.html"),
    "saliency": _of_run("saliency", "RUN", "--method", "vanilla", "-n", "1", file="maps.png"),
    "export": _of_run("export", "RUN", "--formats", "float16,int8", "--samples", "20", file="made"),
    "calibration": _of_run("calibration", "RUN", "--faces", "5,10", "--draws", "1", file="made"),
    "benchmark files": _of_run(
        "benchmark", "mobile-s", "--runs", "10", "--kernels", "xnnpack", file="speed"
    ),
    "tune": _of_run(
        *("tune", "--arch", "baseline", "--space", "lr", "--trials", "2", "--epochs", "1"),
        file="tune",
    ),
    "reproduce": _of_run(
        *("reproduce", "--stages", "baseline", "--seeds", "1", "--epochs", "1"), file="paper"
    ),
    "ablate": _of_run(
        *("ablate", "--arch", "baseline", "--rows", "adamw", "--epochs", "1", "--seeds", "1"),
        file="ablation",
    ),
    "architectures": lambda given, out: [
        *("architectures", "baseline", "--out", str(out / "graph.png"))
    ],
    "ship": lambda given, out: [
        *("ship", str(given.run), "--name", "tiny", "--out", str(out / "weights"))
    ],
}
"""Those that need TensorFlow or a run."""
