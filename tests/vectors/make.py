"""Writes the test vectors that the Python and the TypeScript side both check.

    python tests/vectors/make.py

Pictures are stored as `{"width", "height", "channels", "zlib_base64"}`: base64 of the
zlib-compressed bytes, row by row. `tests/vectors/README.md` says what each file holds.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.drawn import synthetic_data
from fer_keras.data.labels import FER2013_LABELS
from fer_keras.detection import Detector, Face
from fer_keras.detection.anchors import make_anchors
from fer_keras.detection.blazeface import DETECTOR_MODELS, MAX_OVERLAP, MIN_SCORE
from fer_keras.detection.candidates import Candidate, merge
from fer_keras.detection.close_up import close_up
from fer_keras.detection.decoding import decode
from fer_keras.detection.letterbox import letterbox
from fer_keras.detection.pieces import is_cut
from fer_keras.detection.suppression import suppress_weighted
from fer_keras.detection.tiles import plan_tiles, smallest_face
from fer_keras.faces.crop import Square, cut_face, to_grey
from fer_keras.faces.framing import FRAMINGS, frame_face
from fer_keras.live.decision import RULES, Decider, DecisionRule
from fer_keras.models import Classifier
from fer_keras.models.model_file import shipped_names

HERE = Path(__file__).parent
PHOTO = HERE.parent / "pictures" / "astronaut.png"


def main() -> None:
    for name, content in vectors():
        path = HERE / f"{name}.json"
        path.write_text(as_text(content))
        print(path.name, path.stat().st_size)


def as_text(content: Any) -> str:
    """JSON, one case or field a line."""
    rows = content.items() if isinstance(content, dict) else ((None, case) for case in content)
    lines = [("" if key is None else f"{json.dumps(key)}: ") + json.dumps(row) for key, row in rows]
    opening, closing = "{}" if isinstance(content, dict) else "[]"
    return opening + "\n" + ",\n".join(lines) + "\n" + closing + "\n"


def vectors() -> Iterator[tuple[str, Any]]:
    """Name and content of every file."""
    yield "labels", {"labels": list(FER2013_LABELS)}
    yield (
        "anchors",
        {
            name: {
                "file": model.file,
                "input_size": model.input_size,
                "strides": list(model.strides),
                "anchors_per_stride": model.anchors_per_stride,
                "anchors": _anchors(name).tolist(),
            }
            for name, model in DETECTOR_MODELS.items()
        },
    )
    yield "decoding", [_decoding_case(name, seed) for name in DETECTOR_MODELS for seed in (1, 2)]
    yield "suppression", _suppression_cases()
    yield "letterbox", _letterbox_cases()
    yield "tiles", _tiles_cases()
    yield "merging", _merging_cases()
    yield "close_ups", _close_up_cases()
    yield "framing", _framing_cases()
    yield "crop", _crop_cases()
    yield "detection", _detection_cases()
    yield "auto_detection", _auto_detection_cases()
    yield "decisions", _decision_cases()
    if shipped_names():
        yield "recognition", _recognition_cases()


def encode(picture: NDArray[np.uint8]) -> dict[str, Any]:
    """A picture (height, width) or (height, width, 3) as JSON."""
    return {
        "width": picture.shape[1],
        "height": picture.shape[0],
        "channels": 1 if picture.ndim == 2 else picture.shape[2],
        "zlib_base64": base64.b64encode(zlib.compress(picture.tobytes(), 9)).decode("ascii"),
    }


def photo() -> NDArray[np.uint8]:
    """A public-domain portrait, (256, 320, 3)."""
    from PIL import Image

    return np.asarray(Image.open(PHOTO).convert("RGB"))


def drawn(width: int, height: int, seed: int) -> NDArray[np.uint8]:
    """A coloured pattern of waves with hard edges, (height, width, 3)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    waves = [128 + 150 * np.sin(x * a + y * b + c) for a, b, c in rng.uniform(0.05, 0.8, (3, 3))]
    picture = np.clip(np.stack(waves, axis=2), 0, 255).astype(np.uint8)
    picture[height // 4 : height // 2, width // 3 : width // 2] = (250, 10, 60)
    return picture


def _anchors(name: str) -> NDArray[np.float32]:
    model = DETECTOR_MODELS[name]
    return make_anchors(model.input_size, model.strides, model.anchors_per_stride)


def _decoding_case(name: str, seed: int) -> dict[str, Any]:
    """Some rows of raw outputs; the others, not listed, have a logit of -100 and zeros."""
    rng = np.random.default_rng(seed)
    model, anchors = DETECTOR_MODELS[name], _anchors(name)
    rows = np.sort(rng.choice(len(anchors), 12, replace=False))
    raw = rng.normal(0, 20, (12, 16)).round(3).astype(np.float32)
    raw[:, 2:4] = rng.uniform(5, 60, (12, 2)).round(3)
    raw[3, 2] = -4  # no width: left out
    logits = rng.normal(0.5, 2, 12).round(3).astype(np.float32)
    logits[0], logits[1] = 90, 0.0  # a score of exactly a half is not above a half
    regressors = np.zeros((len(anchors), 16), np.float32)
    regressors[rows] = raw
    every_logit = np.full(len(anchors), -100, np.float32)
    every_logit[rows] = logits
    points, scores = decode(regressors, every_logit, anchors, model.input_size, MIN_SCORE)
    return {
        "model": name,
        "min_score": MIN_SCORE,
        "rows": rows.tolist(),
        "regressors": raw.tolist(),
        "logits": logits.tolist(),
        "expected": {"points": points.tolist(), "scores": scores.tolist()},
    }


def _suppression_cases() -> list[dict[str, Any]]:
    cases = []
    for seed, count in enumerate((0, 1, 6, 30)):
        rng = np.random.default_rng(seed)
        points = np.empty((count, 8, 2), np.float32)
        # A few faces, several boxes on each.
        centres = rng.uniform(0.2, 0.8, (3, 2))[rng.integers(0, 3, count)]
        centres = centres + rng.normal(0, 0.03, (count, 2))
        half = rng.uniform(0.08, 0.16, (count, 1))
        points[:, 0], points[:, 1] = centres - half, centres + half
        points[:, 2:] = centres[:, None] + rng.uniform(-0.1, 0.1, (count, 6, 2))
        points = points.round(4)
        scores = rng.uniform(0.5, 1, count).round(3).astype(np.float32)
        if count > 4:
            scores[4] = scores[2]
        merged, kept = suppress_weighted(points, scores, MAX_OVERLAP)
        cases.append(
            {
                "max_overlap": MAX_OVERLAP,
                "points": points.tolist(),
                "scores": scores.tolist(),
                "expected": {"points": merged.tolist(), "scores": kept.tolist()},
            }
        )
    return cases


def _letterbox_cases() -> list[dict[str, Any]]:
    cases = []
    for seed, (width, height, size) in enumerate(
        [(64, 48, 16), (33, 70, 16), (100, 37, 24), (9, 7, 16), (16, 16, 16), (80, 1, 8)]
    ):
        picture = drawn(width, height, seed)
        boxed = letterbox(picture, size)
        corners = np.array([[0, 0], [1, 1], [0.25, 0.5]], np.float32)
        cases.append(
            {
                "picture": encode(picture),
                "size": size,
                "expected": encode(boxed.pixels),
                "points": corners.tolist(),
                "expected_points_in_picture": boxed.to_picture(corners).tolist(),
            }
        )
    return cases


def _tiles_cases() -> list[dict[str, Any]]:
    """Tiles as [x, y, width, height]; pictures of every size from a thumbnail to a panorama."""
    sizes = [(320, 256), (600, 600), (640, 480), (480, 640), (1280, 720), (1920, 1080)]
    sizes += [(4000, 3000), (3024, 4032), (9000, 1200), (300, 2000), (12000, 9000), (1, 5000)]
    return [
        {
            "width": width,
            "height": height,
            "smallest_face": smallest_face(width, height),
            "levels": [
                {
                    "width": level.width,
                    "height": level.height,
                    "tiles": [list(asdict(tile).values()) for tile in level.tiles],
                }
                for level in plan_tiles(width, height)
            ],
        }
        for width, height in sizes
    ]


def _merging_cases() -> dict[str, Any]:
    """`cut`: boxes in tiles; `merge`: candidates in, indices of those kept and what they become."""
    (level,) = plan_tiles(640, 480)
    boxes = [(2.0, 60.0, 50.0, 110.0), (4.0, 0.5, 60.0, 50.0), (150.0, 80.0, 189.0, 120.0)]
    boxes += [(150.0, 150.0, 186.0, 191.9), (-9.0, 20.0, 30.0, 60.0)]
    cut = [
        {"tile": index, "box": list(box), "expected": is_cut(_plain_face(*box), level, tile)}
        for index, tile in enumerate(level.tiles)
        for box in boxes
    ]
    cases = []
    for seed in (1, 2, 3):
        rng = np.random.default_rng(seed)
        candidates = []
        for _ in range(24):
            x, y = rng.choice([100.0, 260.0, 430.0], 2) + rng.normal(0, 14, 2).round(2)
            side = float(rng.choice([30, 90]) * rng.uniform(0.7, 1.3))
            face = _plain_face(x, y, x + side, y + side, round(rng.uniform(0.5, 1), 3))
            candidates.append(Candidate(face, bool(rng.random() < 0.4), bool(rng.random() < 0.3)))
        candidates[5] = Candidate(candidates[5].face, False)  # as sure as another
        kept = merge(candidates)
        cases.append(
            {
                "candidates": [_candidate_json(one) for one in candidates],
                "expected": [_candidate_json(one) for one in kept],
            }
        )
    return {"picture": {"width": 640, "height": 480}, "cut": cut, "merge": cases}


def _plain_face(left: float, top: float, right: float, bottom: float, score: float = 0.9) -> Face:
    return Face(left, top, right, bottom, score, ())


def _candidate_json(one: Candidate) -> dict[str, Any]:
    face = one.face
    box = [face.left, face.top, face.right, face.bottom]
    return {"box": box, "score": face.score, "in_whole": one.in_whole, "cut": one.cut}


def _close_up_cases() -> list[dict[str, Any]]:
    """The square around a box; null where it lies outside the picture."""
    boxes = [(20.0, 18.5, 41.0, 40.0), (-12.0, -3.0, 25.5, 30.0), (60.0, 40.0, 110.0, 90.0)]
    boxes += [(0.0, 0.0, 100.0, 80.0), (500.0, 500.0, 520.0, 520.0), (48.0, 30.0, 50.0, 33.0)]
    picture = drawn(100, 80, 30)
    cases = []
    for box in boxes:
        boxed = close_up(picture, _plain_face(*box), 32)
        corners = np.array([[0, 0], [1, 1], [0.25, 0.5]], np.float32)
        cases.append(
            {
                "box": list(box),
                "size": 32,
                "points": corners.tolist(),
                "expected": None if boxed is None else encode(boxed.pixels),
                "expected_points_in_picture": None
                if boxed is None
                else boxed.to_picture(corners).tolist(),
            }
        )
    return [{"picture": encode(picture), "cases": cases}]


def _face_json(face: Face) -> dict[str, Any]:
    return {**asdict(face), "keypoints": [list(point) for point in face.keypoints]}


def _framing_cases() -> list[dict[str, Any]]:
    eyes = [((120.0, 90.0), (160.0, 90.0)), ((120.0, 80.0), (155.0, 104.0)), ((150, 70), (120, 99))]
    rest = ((140.0, 110.0), (141.0, 130.0), (100.0, 95.0), (180.0, 97.0))
    cases = []
    for left, right in eyes:
        face = Face(95.5, 60.25, 185.0, 150.0, 0.9, (left, right, *rest))
        cases += [
            {
                "detector": name,
                "scale": framing.scale,
                "rise": framing.rise,
                "face": _face_json(face),
                "upright": upright,
                "expected": asdict(frame_face(face, framing, upright)),
            }
            for name in DETECTOR_MODELS  # `auto` frames as `short` does
            for framing in [FRAMINGS[name]]
            for upright in (False, True)
        ]
    return cases


def _crop_cases() -> list[dict[str, Any]]:
    cases = []
    for seed, (width, height, square) in enumerate(
        [
            (48, 48, Square(24, 24, 48)),  # every pixel as it is
            (80, 70, Square(41.3, 34.8, 56.5)),
            (80, 70, Square(41.3, 34.8, 56.5, 0.35)),
            (60, 50, Square(30.2, 20.1, 21.7)),  # enlarged
            (50, 70, Square(5.5, 66.0, 60.0)),  # reaches beyond the picture
            (50, 70, Square(40.0, 8.0, 50.0, -2.5)),
            (110, 100, Square(54.0, 51.5, 104.2)),
            (30, 30, Square(70.0, 15.0, 20.0)),  # wholly outside
        ]
    ):
        picture = drawn(width, height, 10 + seed)
        grey = to_grey(picture)
        cases.append(
            {
                "picture": encode(picture),
                "square": asdict(square),
                "expected_grey": encode(grey),
                "expected": encode(cut_face(grey, square)),
            }
        )
    return cases


def _detection_cases() -> dict[str, Any]:
    """A photo all the way to the 48x48 faces; `place` pastes it on grey at x, y in a larger one."""
    cases = []
    for name in DETECTOR_MODELS:
        detector = Detector(name)
        for width, height, x, y in ((320, 256, 0, 0), (480, 360, 130, 64), (400, 600, 40, 300)):
            picture = np.full((height, width, 3), 128, np.uint8)
            picture[y : y + 256, x : x + 320] = photo()
            faces = detector.detect(picture)
            grey = to_grey(picture)
            cases.append(
                {
                    "detector": name,
                    "place": {"width": width, "height": height, "x": x, "y": y},
                    "expected": [
                        {
                            "face": _face_json(face),
                            "crop": encode(cut_face(grey, frame_face(face, FRAMINGS[name]))),
                            "upright_crop": encode(
                                cut_face(grey, frame_face(face, FRAMINGS[name], upright=True))
                            ),
                        }
                        for face in faces
                    ],
                }
            )
    return {"photo": encode(photo()), "cases": cases}


def _auto_detection_cases() -> list[dict[str, Any]]:
    """The photo of `detection.json`, pasted on grey 128 at the places (x, y): what `auto` finds."""
    detector = Detector("auto")
    cases = []
    for width, height, places in (
        (320, 256, [(0, 0)]),
        (640, 480, [(10, 20), (318, 200)]),
        (1600, 1200, [(3, 5), (700, 480), (1280, 900)]),
        (700, 2600, [(200, 1900)]),
    ):
        picture = np.full((height, width, 3), 128, np.uint8)
        for x, y in places:
            picture[y : y + 256, x : x + 320] = photo()
        faces = detector.detect(picture)
        assert len(faces) == len(places)
        cases.append(
            {
                "width": width,
                "height": height,
                "places": [list(place) for place in places],
                "expected": [_face_json(face) for face in faces],
            }
        )
    return cases


def _recognition_cases() -> dict[str, Any]:
    """What every shipped model says of the photo's face and of drawn faces."""
    (face,) = Detector("short").detect(photo())
    cut = cut_face(to_grey(photo()), frame_face(face, FRAMINGS["short"]))
    drawn_faces = synthetic_data(7, 1, 1).split("train").images[..., 0]
    faces = np.concatenate([cut[None], drawn_faces])
    return {
        "faces": [encode(one) for one in faces],
        "models": {
            name: {
                "labels": list(classifier.labels),
                "probabilities": classifier.probabilities(faces).tolist(),
            }
            for name in shipped_names()
            for classifier in [Classifier(name)]
        },
    }


def _decision_cases() -> list[dict[str, Any]]:
    cases = []
    for number, (window, abstain) in enumerate([(15, 0.45), (5, 0.6), (1, 0.0), (4, 0.5)]):
        rng = np.random.default_rng(number)
        moods = np.repeat(rng.integers(0, 7, 4), 10)
        logits = rng.normal(0, 1.2, (40, 7)) + 1.8 * np.eye(7)[moods]
        frames = np.exp(logits)
        frames = (frames / frames.sum(axis=1, keepdims=True)).round(4)
        if number == 3:  # equal votes, equal probabilities
            frames[:4, :] = 0.0
            frames[[0, 2], 5] = 0.75
            frames[[1, 3], 2] = 0.75
        for rule in RULES:
            decider = Decider(DecisionRule(rule, window, abstain))
            decisions = [decider.update(frame) for frame in frames]
            cases.append(
                {
                    "decide": rule,
                    "window": window,
                    "abstain_below": abstain,
                    "probabilities": frames.tolist(),
                    "expected": [
                        {
                            "label": made.label,
                            "probability": made.probability,
                            "votes": made.votes,
                            "frames": made.frames,
                        }
                        for made in decisions
                    ],
                }
            )
    return cases


if __name__ == "__main__":
    main()
