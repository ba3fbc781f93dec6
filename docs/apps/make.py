"""Writes what is generated in docs/apps.

    python docs/apps/make.py

`contract.md`, `golden.png`, `golden.json`, `crop.png`, and the end of each page for a platform:
what it must know of the file that it takes.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fer_keras.data.drawn import synthetic_data
from fer_keras.export.contract import contract_page, read_contract
from fer_keras.faces.crop import FRAMINGS
from fer_keras.models import Classifier, find_model
from fer_keras.models.model_file import DEFAULT_MODEL, shipped_names

HERE = Path(__file__).parent
SIZES = (70, 7, 70)
PAGES = {
    "android": "int8",
    "flutter": "int8",
    "ios": "float16",
    "python": "int8",
    "react-native": "int8",
    "web": "int8",
}
"""The form of the default model that each page takes; the Core ML file has float16's answers."""

_MARK = "<!-- From here on written by docs/apps/make.py. -->\n"
TOLERANCE = 0.02
"""By which an integration's probabilities may differ: kernels round int8 in their own ways."""


def choose_golden_face() -> NDArray[np.uint8]:
    """Of the drawn test faces the one that the shipped models are surest of, uint8, (48, 48).

    Raises:
        ValueError: if they agree on none.
    """
    faces = synthetic_data(*SIZES).split("test").images[..., 0]
    every = [one.probabilities(faces) for one in _classifiers().values()]
    # Models may have other labels: what they agree on is the name, not the place.
    names = np.array(
        [
            np.array(one.labels)[rows.argmax(axis=1)]
            for one, rows in zip(_classifiers().values(), every, strict=True)
        ]
    )
    surest = np.min([rows.max(axis=1) for rows in every], axis=0)
    agreed = np.flatnonzero((names == names[0]).all(axis=0))
    if not len(agreed):
        raise ValueError("no drawn face has the same name by every shipped model")
    return faces[agreed[surest[agreed].argmax()]]


def golden(face: NDArray[np.uint8]) -> str:
    """What must come out for the golden face, of each shipped file that takes grey pixels."""
    answers = {
        f"{name}.tflite": {
            label: round(float(value), 4)
            for label, value in zip(
                classifier.labels, classifier.probabilities(face)[0], strict=True
            )
        }
        for name, classifier in _classifiers().items()
    }
    return json.dumps({"tolerance": TOLERANCE, "probabilities": answers}, indent=2) + "\n"


@cache
def _classifiers() -> dict[str, Classifier]:
    """The shipped files that take grey pixels, by name."""
    every = {name: Classifier(name) for name in shipped_names()}
    return {name: one for name, one in every.items() if one.channels == 1}


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


def page(name: str) -> str:
    """A platform's page as it stands, with its end made anew."""
    written = (HERE / f"{name}.md").read_text(encoding="utf-8").partition(_MARK)[0].rstrip()
    file = f"{DEFAULT_MODEL}-{PAGES[name]}"
    answers = json.loads((HERE / "golden.json").read_text(encoding="utf-8"))
    wanted = answers["probabilities"][f"{file}.tflite"]
    label = max(wanted, key=wanted.get)
    parts = [
        written,
        "",
        f"{_MARK}",
        "## What the file takes and gives",
        "",
        contract_page(read_contract(find_model(file))),
        "![The square that is cut out, on the detector's box](crop.png)",
        "",
        "Black: BlazeFace's box. Red: what is cut out. A bare box costs a point of accuracy, one "
        "of 1.6 times the box fourteen. Both files of BlazeFace lie in "
        "`fer_keras/detection/models/`; other models' contracts: [all files](contract.md).",
        "",
        "## Prove it",
        "",
        "![The golden face](golden.png)",
        "",
        f"[golden.png](golden.png), cut out already, must give **{label}** with "
        f"{wanted[label]:.4f}, within {answers['tolerance']}; every label, and every other file: "
        "[golden.json](golden.json).",
    ]
    return "\n".join(parts) + "\n"


def crop_picture(face: NDArray[np.uint8]) -> Image.Image:
    """The box of BlazeFace on a drawn face, and the square cut out by the rule."""
    size, framing = 384, FRAMINGS["short"]
    margin = size // 6
    picture = Image.new("RGB", (size + 2 * margin,) * 2, "white")
    enlarged = Image.fromarray(face).convert("RGB").resize((size, size), Image.Resampling.NEAREST)
    picture.paste(enlarged, (margin, margin))
    side = size / framing.scale
    middle = margin + size / 2
    centre = middle + framing.rise * side  # the square's centre lies above the box's
    draw = ImageDraw.Draw(picture)
    half = side / 2
    draw.rectangle((middle - half, centre - half, middle + half, centre + half), None, "black", 4)
    draw.rectangle((margin, margin, margin + size, margin + size), None, "red", 4)
    return picture


def read_golden_face() -> NDArray[np.uint8]:
    """The golden face as it was chosen, uint8, (48, 48)."""
    return np.asarray(Image.open(HERE / "golden.png").convert("L"))


def main() -> None:
    """Write the files."""
    face = choose_golden_face()
    Image.fromarray(face).save(HERE / "golden.png")
    crop_picture(face).save(HERE / "crop.png")
    for name, text in (("golden.json", golden(face)), ("contract.md", contract())):
        (HERE / name).write_text(text, encoding="utf-8")
    for name in PAGES:
        (HERE / f"{name}.md").write_text(page(name), encoding="utf-8")


if __name__ == "__main__":
    main()
