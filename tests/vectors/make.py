"""Writes the test vectors that the Python and the TypeScript side both check.

    python tests/vectors/make.py

Pictures are stored as `{"width", "height", "channels", "zlib_base64"}`: base64 of the
zlib-compressed bytes, row by row. `tests/vectors/README.md` says what each file holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from detection_vectors import (
    anchors_of,
    auto_detection_cases,
    close_up_cases,
    decoding_case,
    detection_cases,
    letterbox_cases,
    merging_cases,
    suppression_cases,
    tiles_cases,
)
from following import decision_cases, looks_cases, tracking_cases
from shown import drawn, encode, face_json, photo

from fer_keras.data.drawn import synthetic_data
from fer_keras.data.labels import FER2013_LABELS
from fer_keras.detection import Detector, Face
from fer_keras.detection.blazeface import DETECTOR_MODELS
from fer_keras.faces.crop import FRAMINGS, Square, cut_face, frame_face, to_grey
from fer_keras.models import Classifier
from fer_keras.models.model_file import shipped_names

HERE = Path(__file__).parent


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
                "anchors": anchors_of(name).tolist(),
            }
            for name, model in DETECTOR_MODELS.items()
        },
    )
    yield "decoding", [decoding_case(name, seed) for name in DETECTOR_MODELS for seed in (1, 2)]
    yield "suppression", suppression_cases()
    yield "letterbox", letterbox_cases()
    yield "tiles", tiles_cases()
    yield "merging", merging_cases()
    yield "close_ups", close_up_cases()
    yield "framing", _framing_cases()
    yield "crop", _crop_cases()
    yield "detection", detection_cases()
    yield "auto_detection", auto_detection_cases()
    seen = drawn(160, 150, 40)
    yield "looks", {"picture": encode(seen), **looks_cases(seen)}
    yield "tracking", tracking_cases()
    yield "decisions", decision_cases()
    if shipped_names():
        yield "recognition", _recognition_cases()


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
                "face": face_json(face),
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


if __name__ == "__main__":
    main()
