"""Films of drawn people with known truth: who is where, and shows what, at every moment.

People have a drawn face, hair and clothes, and walk, pass each other, are hidden and filmed anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from fer_keras.data.drawn.dataset import STUDIO, draw_faces
from fer_keras.data.drawn.expressions import PROTOTYPES
from fer_keras.data.labels import FER2013_LABELS
from fer_keras.films.frame import Sampling

FPS = 25
SIZE = (640, 360)
BOX = 0.754, 0.128
"""Side of the detector's box, and how far it lies below the middle, in sides of the drawn head:
measured over 98 drawn faces, standard deviations 0.03 and 0.02."""


@dataclass(frozen=True)
class Person:
    """Somebody drawn: seed of the face, tint of the skin, colour of the clothes (all 0 to 1)."""

    seed: int
    skin: tuple[float, float, float] = (1.0, 0.84, 0.72)
    clothes: tuple[float, float, float] = (0.2, 0.3, 0.7)


@dataclass(frozen=True)
class Here:
    """Somebody in a frame: centre and height of the head in pixels, and what they show."""

    person: Person
    x: float
    y: float
    side: float = 110.0
    emotion: str = "neutral"
    hidden: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, width, height, as the detector draws its boxes."""
        side = BOX[0] * self.side
        return self.x - side / 2, self.y + BOX[1] * self.side - side / 2, side, side


Moment = Sequence[Here]
"""Who is in a frame; later ones in front."""


@dataclass(frozen=True)
class Scene:
    """A made film.

    Attributes:
        name: of what happens.
        times: seconds of each frame.
        moments: who is in each frame.
        pillar: left and right edge of a pillar in front of everybody, in pixels.
    """

    name: str
    times: list[float]
    moments: list[Moment]
    pillar: tuple[int, int] | None = None

    def pictures(self) -> Iterator[np.ndarray]:
        """Each frame, (360, 640, 3), red, green, blue."""
        rng = np.random.default_rng(1)
        for moment in self.moments:
            picture = np.full((SIZE[1], SIZE[0], 3), (150, 155, 150), np.float32)
            picture += np.linspace(-25, 25, SIZE[0])[None, :, None]
            for here in moment:
                _draw(picture, here)
            if self.pillar is not None:
                picture[:, self.pillar[0] : self.pillar[1]] = (90, 80, 70)
            noise = rng.normal(0, 3, picture.shape)
            yield np.clip(picture + noise, 0, 255).astype(np.uint8)


def _draw(picture: np.ndarray, here: Here) -> None:
    side = round(here.side)
    face = cv2.resize(_face(here.person, here.emotion), (side, side), interpolation=cv2.INTER_CUBIC)
    coloured = face[..., None].astype(np.float32) * np.array(here.person.skin, np.float32)
    head = np.zeros((side, side), np.float32)
    centre, axes = (side // 2, side // 2), (round(side * 0.39), round(side * 0.49))
    cv2.ellipse(head, centre, axes, 0, 0, 360, 1.0, -1)
    body = np.array(here.person.clothes, np.float32) * 255
    x, y = round(here.x), round(here.y)
    shoulders = (round(side * 0.75), round(side * 0.9))
    cv2.ellipse(picture, (x, y + round(side * 1.3)), shoulders, 0, 0, 360, body.tolist(), -1)
    left, top = x - side // 2, y - side // 2
    rows = slice(max(0, top), min(SIZE[1], top + side))
    columns = slice(max(0, left), min(SIZE[0], left + side))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    part = (
        slice(rows.start - top, rows.stop - top),
        slice(columns.start - left, columns.stop - left),
    )
    cover = cv2.GaussianBlur(head, (0, 0), 1.0)[part][..., None]
    picture[rows, columns] += cover * (coloured[part] - picture[rows, columns])


_FACES: dict[tuple[int, str], np.ndarray] = {}


def _face(person: Person, emotion: str) -> np.ndarray:
    key = (person.seed, emotion)
    if key not in _FACES:
        label = np.array([FER2013_LABELS.index(emotion)])
        drawn = draw_faces(label, (1000 + person.seed,), subtlety=PROTOTYPES, nuisances=STUDIO)
        _FACES[key] = drawn[0, :, :, 0]
    return _FACES[key]


def drawn_head(person: Person, emotion: str) -> np.ndarray:
    """A person's face in colour, (48, 48, 3), red, green, blue; its oval fills the square."""
    skin = np.array(person.skin, np.float32)
    return np.round(_face(person, emotion)[..., None] * skin).astype(np.uint8)


ANNA = Person(3, (1.0, 0.82, 0.70), (0.75, 0.15, 0.15))
BEN = Person(6, (0.95, 0.78, 0.62), (0.15, 0.25, 0.65))
CARA = Person(4, (1.0, 0.88, 0.80), (0.85, 0.80, 0.30))
DAN = Person(2, (0.80, 0.62, 0.48), (0.20, 0.50, 0.25))
ELA = Person(1, (0.92, 0.74, 0.60), (0.90, 0.90, 0.90))
EVERYBODY = (ANNA, BEN, CARA, DAN, ELA)


def steady(seconds: float) -> list[float]:
    return [number / FPS for number in range(round(seconds * FPS))]


def back_and_forth(scene: Scene, seconds: float) -> Scene:
    """A scene of `FPS` frames a second that goes on backwards, and again, until the time is up."""
    lap = [*scene.moments, *scene.moments[-2:0:-1]]
    times = steady(seconds)
    return replace(scene, times=times, moments=[lap[at % len(lap)] for at in range(len(times))])


def thinned(scene: Scene, every: float, begin: float = 0.0) -> Scene:
    """A film of those frames alone that are looked at: the first of every so many seconds."""
    sampling = Sampling(every)
    rest = [(time - begin, here) for time, here in zip(scene.times, scene.moments, strict=True)]
    kept = [one for one in rest if one[0] > -1e-6 and sampling.takes(one[0])]
    return replace(scene, times=[time for time, _ in kept], moments=[here for _, here in kept])


def _scene(name: str, times: list[float], at: Callable[[float], Moment], **more: object) -> Scene:
    return Scene(name, times, [at(time) for time in times], **more)  # type: ignore[arg-type]


def crossing(one: Person = ANNA, other: Person = BEN) -> Scene:
    """Two walk past each other; the one behind is hidden for half a second."""

    def at(time: float) -> Moment:
        back = Here(one, 80 + 120 * time, 150, 105, "happy")
        front = Here(other, 560 - 120 * time, 165, 120, "neutral")
        return [back, front]

    return _scene("crossing", steady(4), at)


def pillar(one: Person = CARA, other: Person = DAN) -> Scene:
    """One walks behind a pillar and is hidden for most of a second; another stands by."""

    def at(time: float) -> Moment:
        return [Here(one, 100 + 130 * time, 150), Here(other, 560, 160, 100, "surprise")]

    return _scene("pillar", steady(3.2), at, pillar=(230, 330))


def cuts(one: Person = ANNA, other: Person = BEN, third: Person = CARA) -> Scene:
    """Both; one close up; the other, where the first was; both, sides changed; a third; both."""

    def at(time: float) -> Moment:
        shot = int(time)
        if shot == 0:
            return [Here(one, 180, 150, 100, "happy"), Here(other, 450, 150, 100)]
        if shot == 1:
            return [Here(one, 330, 160, 200, "happy")]
        if shot == 2:
            return [Here(other, 320, 150, 190, "neutral")]
        if shot == 3:
            return [Here(other, 200, 160, 120), Here(one, 430, 150, 110, "surprise")]
        if shot == 4:
            return [Here(third, 320, 150, 150)]
        return [Here(one, 170, 150, 105, "happy"), Here(other, 470, 160, 105)]

    return _scene("cuts", steady(6), at)


def away(one: Person = ELA, other: Person = DAN) -> Scene:
    """One leaves the picture and is back four seconds later, elsewhere."""

    def at(time: float) -> Moment:
        stays = Here(other, 320, 160, 110)
        if time < 1:
            return [stays, Here(one, 150 - 60 * time, 150, 100, "happy")]
        return [stays] if time < 5 else [stays, Here(one, 520, 150, 110, "happy")]

    return _scene("away", steady(6), at)


def crowd() -> Scene:
    """Five people; two walk behind the others."""

    def at(time: float) -> Moment:
        walking = [
            Here(EVERYBODY[3], 60 + 130 * time, 105, 85),
            Here(EVERYBODY[4], 590 - 120 * time, 110, 85, "happy"),
        ]
        standing = [
            Here(EVERYBODY[number], 160 + 160 * number, 200, 105, emotion)
            for number, emotion in enumerate(("happy", "neutral", "surprise"))
        ]
        return [*walking, *standing]

    return _scene("crowd", steady(4), at)


def variable_rate(one: Person = ANNA, other: Person = BEN) -> Scene:
    """Five frames a second, then 25, then two: one's expression changes at 2.0 and 5.2 s."""
    times = [*np.arange(0, 2, 0.2), *np.arange(2, 4, 0.04), *np.arange(4, 6.4, 0.4)]

    def at(time: float) -> Moment:
        shown = "happy" if time < 2 - 1e-6 else "surprise" if time < 5.2 - 1e-6 else "happy"
        return [Here(one, 170 + 20 * time, 150, 115, shown), Here(other, 480, 155, 110, "sad")]

    return _scene("variable rate", [float(time) for time in times], at)


SCENES = (crossing, pillar, cuts, away, crowd, variable_rate)
