"""Made films with known truth: who is where when, and what they show from which frame on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_film import cut_without_encoding, write_film
from made_scenes import ANNA, BEN, FPS, Here, Scene, back_and_forth, crossing, cuts, steady, thinned

from fer_keras.analysis import analyze_video

CHANGE = 0.6
FRAME = 1 / FPS
TRIM = 0.2
TURNED = 90


def brief() -> Scene:
    """A second of two people; one's expression changes."""

    def at(time: float) -> list[Here]:
        shown = "happy" if time < CHANGE - 1e-6 else "surprise"
        return [Here(ANNA, 170 + 20 * time, 150, 115, shown), Here(BEN, 480, 155, 110)]

    times = steady(1.0)
    return Scene("brief", times, [at(time) for time in times])


def plain(scene: Scene, folder: Path) -> tuple[Path, float]:
    return write_film(folder / "film.mp4", scene.pictures(), scene.times, sound=1.0), 0.0


def trimmed(scene: Scene, folder: Path) -> tuple[Path, float]:
    whole = write_film(folder / "whole.mp4", scene.pictures(), scene.times, gop=10)
    return cut_without_encoding(whole, folder / "film.mp4", TRIM), TRIM


def late(scene: Scene, folder: Path) -> tuple[Path, float]:
    """In a container whose clock does not begin at 0."""
    times = [time + 7.0 for time in scene.times]
    return write_film(folder / "film.mkv", scene.pictures(), times), 0.0


def turned(scene: Scene, folder: Path) -> tuple[Path, float]:
    """As a phone writes it: lying pictures, and the note to turn them."""
    lying = (np.ascontiguousarray(np.rot90(one, -TURNED // 90)) for one in scene.pictures())
    return write_film(folder / "film.mp4", lying, scene.times, rotation=TURNED), 0.0


def match(table: pd.DataFrame, scene: Scene, shift: float, least: float = 0.4) -> pd.DataFrame:
    """The rows with the person drawn at that place at that time; every row has one."""
    people = []
    for row in table.itertuples():
        moment = scene.moments[int(np.argmin(np.abs(np.array(scene.times) - row.time_s - shift)))]
        box = (row.x, row.y, row.width, row.height)
        shares = {here.person.seed: overlap(here.box, box) for here in moment}
        best = max(shares, key=lambda one: shares[one])
        assert shares[best] >= least, f"a face at {row.time_s} s where nobody is"
        people.append(best)
    return table.assign(person=people)


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Intersection over union of two boxes (left, top, width, height)."""
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    inner = max(0.0, wide) * max(0.0, high)
    return inner / (one[2] * one[3] + other[2] * other[3] - inner)


@pytest.mark.filterwarnings("error::UserWarning")  # none of them is damaged
@pytest.mark.parametrize("made", [plain, trimmed, late, turned])
def test_times_are_true_to_a_frame(
    made: Callable[[Scene, Path], tuple[Path, float]], tmp_path: Path
) -> None:
    scene = brief()
    film, shift = made(scene, tmp_path)
    table = match(analyze_video(film), scene, shift)
    assert table["time_s"].min() == pytest.approx(0, abs=FRAME)
    assert table["time_s"].max() == pytest.approx(scene.times[-1] - shift, abs=FRAME)
    assert len(table) == 2 * table["frame"].nunique(), "both in every frame"
    anna = table[table["person"] == ANNA.seed]
    surprised = anna[anna["label"] == "surprise"]["time_s"]
    assert surprised.min() == pytest.approx(CHANGE - shift, abs=FRAME + 1e-6)
    assert (anna[anna["time_s"] < CHANGE - shift - FRAME]["label"] == "happy").all()


@pytest.mark.parametrize("make", [crossing, cuts])
def test_identities_stay_whole(make: Callable[[], Scene], tmp_path: Path) -> None:
    """Two pass each other, one behind the other; and shots follow each other."""
    scene = make()
    film = write_film(tmp_path / "film.mp4", scene.pictures(), scene.times)
    table = analyze_video(film, every=0.08)
    whole(table, scene)


def whole(table: pd.DataFrame, scene: Scene) -> None:
    """Each person has one number, and nobody another's."""
    seen = match(table, scene, 0.0).groupby("person")["face_id"].agg(["nunique", "first"])
    assert (seen["nunique"] == 1).all()
    assert seen["first"].is_unique


@pytest.mark.parametrize(("every", "begin"), [(0.5, 0.24), (1.0, 0.28), (1.0, 0.76)])
def test_identities_stay_whole_where_few_frames_are_looked_at(
    every: float, begin: float, tmp_path: Path
) -> None:
    """Two who pass each other again and again, at moments when one hides half of the other."""
    scene = thinned(back_and_forth(crossing(), 16), every, begin)
    film = write_film(tmp_path / "film.mp4", scene.pictures(), scene.times)
    whole(analyze_video(film), scene)


@pytest.mark.slow
@pytest.mark.parametrize("every", [0.5, 1.0])
def test_two_people_are_two_numbers_in_a_long_film(every: float, tmp_path: Path) -> None:
    """Five minutes, in which two pass each other 75 times, each time seen at other moments.

    Where one box lies on both heads it is anybody's whose number it has.
    """
    scene = thinned(back_and_forth(crossing(), 300), every)
    film = write_film(tmp_path / "film.mp4", scene.pictures(), scene.times)
    table = match(analyze_video(film), scene, 0.0, least=0.0)
    assert table["face_id"].nunique() == 2
    numbers = table.groupby("person")["face_id"].agg(
        lambda of: of.value_counts(normalize=True).max()
    )
    assert (numbers > 0.95).all()
    assert table.groupby("person")["face_id"].agg(lambda of: of.mode()[0]).is_unique
