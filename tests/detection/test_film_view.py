"""Frame after frame: small faces are followed, and cost what they must."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from made_scene import people

from fer_keras.detection import Detector, FilmView
from fer_keras.detection.blazeface import BlazeFace

SIZE = (1280, 720)
FPS = 25


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


def moving(frames: int) -> list[np.ndarray]:
    """One small face that walks, 60 pixels wide, which the short range can't see in the whole."""
    return [people([(300 + 6 * index, 300, 110)], SIZE) for index in range(frames)]


def test_a_small_face_is_seen_in_every_frame(detector: Detector) -> None:
    film = FilmView(detector)
    for index, picture in enumerate(moving(12)):
        (face,) = film.detect(picture, index / FPS)
        np.testing.assert_allclose(face.centre, (300 + 6 * index, 314), atol=8)
    assert Detector("short").detect(moving(1)[0]) == [], "or this asks too little"


def test_the_same_frames_give_the_same_faces(detector: Detector) -> None:
    films = [FilmView(detector), FilmView(detector)]
    pictures = moving(4)
    first, second = (
        [film.detect(picture, index / FPS) for index, picture in enumerate(pictures)]
        for film in films
    )
    assert first == second


def test_a_frame_costs_a_part_of_a_search(
    detector: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: Counter[int] = Counter()
    run = BlazeFace._run

    def counted(self: BlazeFace, pixels: np.ndarray) -> object:
        runs[self.input_size] += 1
        return run(self, pixels)

    monkeypatch.setattr(BlazeFace, "_run", counted)
    film = FilmView(detector)
    pictures = moving(26)
    film.detect(pictures[0], 0.0)
    everything = runs[192]
    assert everything > 5
    runs.clear()
    for index, picture in enumerate(pictures[1:], start=1):
        film.detect(picture, index / FPS)
    assert abs(runs[192] - everything) <= 1, "all pieces once in a second"
    assert runs[128] <= 25 * 5, "the whole, the known face, a candidate or two"


def test_a_small_newcomer_is_found_within_the_second(detector: Detector) -> None:
    film = FilmView(detector)
    one, two = [(300, 300, 110)], [(300, 300, 110), (900, 450, 110)]
    film.detect(people(one, SIZE), 0.0)
    found = [len(film.detect(people(two, SIZE), 0.2 * index)) for index in range(1, 7)]
    assert found[-1] == 2
    assert found == sorted(found), "once found it is followed"


def test_a_near_newcomer_is_found_at_once(detector: Detector) -> None:
    film = FilmView(detector)
    film.detect(people([], SIZE), 0.0)
    assert len(film.detect(people([(600, 360, 400)], SIZE), 0.04)) == 1


def test_after_a_cut_everything_is_looked_at(detector: Detector) -> None:
    film = FilmView(detector)
    film.detect(people([(300, 300, 110)], SIZE), 0.0)
    assert len(film.detect(people([(900, 500, 110), (700, 200, 100)], SIZE), 0.04)) == 2


def test_a_face_hidden_for_a_moment_is_found_again_at_its_place(detector: Detector) -> None:
    film = FilmView(detector, full_look_every_s=1000)
    two = [(300, 300, 110), (900, 450, 110)]
    assert len(film.detect(people(two, SIZE), 0.0)) == 2
    assert len(film.detect(people(two[:1], SIZE), 0.1)) == 1
    assert len(film.detect(people(two, SIZE), 0.3)) == 2


def test_one_network_alone_looks_at_each_frame_by_itself() -> None:
    short = Detector("short")
    picture = people([(600, 360, 400)], SIZE)
    assert FilmView(short).detect(picture, 0.0) == short.detect(picture)
