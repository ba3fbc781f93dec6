"""Measures whether people keep their numbers, on made films of drawn people.

    .venv/bin/python results/tracking/measure.py

Each film of tests/made_scenes.py is written as H.264, read back and followed twice: by places and
looks, as the package does, and by places alone; at every frame, and looked at every 0.1, 0.5 and 1
second. What was found is matched with what was drawn by motmetrics: a box is found where it
overlaps a drawn head's by half. Writes tracking.csv and tracking.md beside itself.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import motmetrics
import numpy as np
import pandas as pd

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))
from made_film import write_film  # noqa: E402
from made_scenes import (  # noqa: E402
    EVERYBODY,
    SCENES,
    Scene,
    back_and_forth,
    crossing,
    cuts,
    pillar,
    thinned,
    variable_rate,
)

from fer_keras.faces.recognizer import Recognizer  # noqa: E402
from fer_keras.films import Film  # noqa: E402
from fer_keras.live.appearance import see_looks  # noqa: E402
from fer_keras.live.tracker import Tracker  # noqa: E402

WAYS = {"places and looks": True, "places alone": False}
SECONDS = {0.1: 8, 0.5: 24, 1.0: 40}
"""Of film, by how often it is looked at."""
LONG = 20 * 60
"""Seconds of the long film."""
FIGURES = ["idf1", "num_switches", "recall", "num_false_positives", "num_objects"]


def main() -> None:
    """Follow every film both ways; write the tables."""
    recognizer = Recognizer()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for looked_at, scene in films():
            film = write_film(Path(folder) / "film.mp4", scene.pictures(), scene.times)
            numbers = follow(film, recognizer)
            for way, found in numbers.items():
                told = {"film": scene.name, "looked_at": looked_at, "way": way}
                rows.append({**told, **judge(scene, found)})
                print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    table.to_csv(HERE / "tracking.csv", index=False)
    (HERE / "tracking.md").write_text(as_text(table))


def films() -> Iterator[tuple[str, Scene]]:
    """What is followed, and how often it is looked at."""
    scenes = [make() for make in SCENES] + list(others())
    for scene in scenes:
        yield "every frame", scene
        # One that has a rate of its own is as good as looked at now and then.
        for every, seconds in SECONDS.items() if scene.name != variable_rate().name else ():
            yield f"{every:g} s", thinned(back_and_forth(scene, seconds), every)
    for every in (0.5, 1.0):
        long = thinned(back_and_forth(crossing(), LONG), every)
        yield f"{every:g} s", replace(long, name="crossing, 20 minutes")


def others() -> list[Scene]:
    """The same with every other pair of people."""
    made = []
    for first in range(len(EVERYBODY)):
        for second in range(first + 1, len(EVERYBODY)):
            pair = (EVERYBODY[first], EVERYBODY[second])
            third = next(one for one in EVERYBODY if one not in pair)
            made += [crossing(*pair), pillar(*pair), cuts(*pair, third)]
    return made


def follow(film: Path, recognizer: Recognizer) -> dict[str, list[list[tuple[int, tuple]]]]:
    """Numbers and boxes (left, top, width, height) of each frame, by the way of following."""
    view = recognizer.film()
    trackers = {way: Tracker() for way in WAYS}
    found: dict[str, list] = {way: [] for way in WAYS}
    for frame in Film(film):
        faces = view.detect(frame.picture, frame.time)
        looks = see_looks(frame.picture, faces)
        boxes = [(face.left, face.top, face.width, face.height) for face in faces]
        for way, with_looks in WAYS.items():
            numbers = trackers[way].update(faces, frame.time, looks if with_looks else None)
            found[way].append(list(zip(numbers, boxes, strict=True)))
    return found


def judge(scene: Scene, found: list) -> dict[str, float]:
    """motmetrics' figures, and how many numbers were given out for how many people."""
    judged = motmetrics.MOTAccumulator(auto_id=True)
    people = {here.person.seed for moment in scene.moments for here in moment}
    numbers: set[int] = set()
    for moment, frame in zip(scene.moments, found, strict=True):
        distances = np.array(
            [[1 - overlap(here.box, box) for _, box in frame] for here in moment]
        ).reshape(len(moment), len(frame))
        distances[distances > 0.5] = np.nan
        judged.update(
            [here.person.seed for here in moment], [number for number, _ in frame], distances
        )
        numbers.update(number for number, _ in frame)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about motmetrics
        figures = motmetrics.metrics.create().compute(judged, metrics=FIGURES, name="film")
    return {
        **{name: float(figures[name].iloc[0]) for name in FIGURES},
        "people": len(people),
        "numbers": len(numbers),
    }


def overlap(one: tuple, other: tuple) -> float:
    """Intersection over union of two boxes (left, top, width, height)."""
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    inner = max(0.0, width) * max(0.0, height)
    return inner / (one[2] * one[3] + other[2] * other[3] - inner)


def as_text(table: pd.DataFrame) -> str:
    """The means of each kind of film, and of how often it is looked at, both ways."""
    means = table.groupby(["film", "looked_at", "way"], sort=False).agg(
        films=("idf1", "size"),
        IDF1=("idf1", "mean"),
        worst=("idf1", "min"),
        switches=("num_switches", "sum"),
        found=("recall", "mean"),
        false=("num_false_positives", "sum"),
        people=("people", "sum"),
        numbers=("numbers", "sum"),
    )
    lines = [
        f"| film | looked at | by | {' | '.join(means.columns)} |",
        "|" + " --- |" * (3 + len(means.columns)),
    ]
    for (film, looked_at, way), row in means.iterrows():
        lines.append(
            f"| {film} | {looked_at} | {way} | {row.films:.0f} | {row.IDF1:.3f} | "
            f"{row.worst:.3f} | {row.switches:.0f} | {row.found:.1%} | {row.false:.0f} | "
            f"{row.people:.0f} | {row.numbers:.0f} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
