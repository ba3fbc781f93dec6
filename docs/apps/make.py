"""Writes the generated parts of docs/apps: contract.md, golden.png, golden.json, crop.png.

python docs/apps/make.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fer_keras.data.drawn import synthetic_data
from fer_keras.export.contract import contract_page, read_contract
from fer_keras.faces.framing import FRAMINGS
from fer_keras.models import Classifier, find_model
from fer_keras.models.model_file import shipped_names

HERE = Path(__file__).parent
SIZES = (70, 7, 70)
GOLDEN = 11
"""Of the drawn test faces: one that every shipped model is sure of."""

TOLERANCE = 0.02
"""By which an integration's probabilities may differ: kernels round int8 in their own ways."""


def golden_face() -> NDArray[np.uint8]:
    """A drawn face, uint8, (48, 48)."""
    return synthetic_data(*SIZES).split("test").images[GOLDEN, ..., 0]


def golden() -> str:
    """What must come out for the golden face, of each shipped file that takes grey pixels."""
    face = golden_face()
    answers = {}
    for name in shipped_names():
        classifier = Classifier(name)
        if classifier.channels == 1:
            values = classifier.probabilities(face)[0]
            answers[f"{name}.tflite"] = {
                label: round(float(value), 4)
                for label, value in zip(classifier.labels, values, strict=True)
            }
    return json.dumps({"tolerance": TOLERANCE, "probabilities": answers}, indent=2) + "\n"


def contract() -> str:
    """The page with the contract of every shipped file."""
    parts = [
        "# What the files take and give",
        "",
        "Written by `python docs/apps/make.py` from the files; `fer-keras card NAME` prints it.",
        "",
        "![the square that is cut out](crop.png)",
        "",
        "Black: the detector's box. Red: what the model wants to see.",
        "",
    ]
    for name in shipped_names():
        parts += [f"## {name}", "", contract_page(read_contract(find_model(name)))]
    return "\n".join(parts)


def crop_picture() -> Image.Image:
    """The box of BlazeFace on a drawn face, and the square cut out by the rule."""
    size, framing = 384, FRAMINGS["short"]
    margin = size // 6
    picture = Image.new("RGB", (size + 2 * margin,) * 2, "white")
    enlarged = (
        Image.fromarray(golden_face()).convert("RGB").resize((size, size), Image.Resampling.NEAREST)
    )
    picture.paste(enlarged, (margin, margin))
    side = size / framing.scale
    middle = margin + size / 2
    centre = middle + framing.rise * side  # the square's centre lies above the box's
    draw = ImageDraw.Draw(picture)
    half = side / 2
    draw.rectangle((middle - half, centre - half, middle + half, centre + half), None, "black", 4)
    draw.rectangle((margin, margin, margin + size, margin + size), None, "red", 4)
    return picture


def main() -> None:
    """Write the files."""
    Image.fromarray(golden_face()).save(HERE / "golden.png")
    (HERE / "golden.json").write_text(golden(), encoding="utf-8")
    (HERE / "contract.md").write_text(contract(), encoding="utf-8")
    crop_picture().save(HERE / "crop.png")


if __name__ == "__main__":
    main()
