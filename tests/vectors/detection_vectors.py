"""Test vectors of finding faces: what goes in, what the Python side makes of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shown import drawn, encode, face_json, photo

from fer_keras.detection import Detector, Face
from fer_keras.detection.blazeface import (
    DETECTOR_MODELS,
    MAX_OVERLAP,
    MIN_SCORE,
    decode,
    letterbox,
    make_anchors,
    suppress_weighted,
)
from fer_keras.detection.detector import close_up
from fer_keras.detection.tiles import Candidate, is_cut, merge, plan_tiles, smallest_face
from fer_keras.faces.crop import FRAMINGS, cut_face, frame_face, to_grey


def anchors_of(name: str) -> NDArray[np.float32]:
    model = DETECTOR_MODELS[name]
    return make_anchors(model.input_size, model.strides, model.anchors_per_stride)


def decoding_case(name: str, seed: int) -> dict[str, Any]:
    """Some rows of raw outputs; the others, not listed, have a logit of -100 and zeros."""
    rng = np.random.default_rng(seed)
    model, anchors = DETECTOR_MODELS[name], anchors_of(name)
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


def suppression_cases() -> list[dict[str, Any]]:
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


def letterbox_cases() -> list[dict[str, Any]]:
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


def tiles_cases() -> list[dict[str, Any]]:
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


def merging_cases() -> dict[str, Any]:
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


def close_up_cases() -> list[dict[str, Any]]:
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


def detection_cases() -> dict[str, Any]:
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
                            "face": face_json(face),
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


def auto_detection_cases() -> list[dict[str, Any]]:
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
                "expected": [face_json(face) for face in faces],
            }
        )
    return cases
