"""One of BlazeFace's two networks, run by LiteRT: its square, anchors, decoding, suppression.

Source: Bazarevsky et al., BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs (2019),
and the settings in MediaPipe's face detection graphs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fer_keras.models.litert import open_interpreter

Point = tuple[float, float]


@dataclass(frozen=True)
class Face:
    """A face that was found in a picture.

    Coordinates are in pixels of the picture, x to the right and y down, and continuous: the first
    pixel covers 0 to 1. They may lie outside the picture where a face does.

    Attributes:
        left, top, right, bottom: the box, from the brows to the chin.
        score: how sure the detector is, 0 to 1.
        keypoints: the eye on the picture's left, the eye on its right, nose tip, mouth, the ear on
            the left, the ear on the right.
    """

    left: float
    top: float
    right: float
    bottom: float
    score: float
    keypoints: tuple[Point, ...]

    @property
    def width(self) -> float:
        """Of the box, in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Of the box, in pixels."""
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        """Of the box."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def roll(self) -> float:
        """Of the line from the first eye to the second, in radians, clockwise as seen."""
        (left_x, left_y), (right_x, right_y) = self.keypoints[:2]
        return math.atan2(right_y - left_y, right_x - left_x)

    @property
    def is_lying(self) -> bool:
        """Whether the head lies on its side or is upside down: turned by more than 45 degrees."""
        return abs(self.roll) > math.pi / 4


SAME_FACE = 0.3
"""Overlap (intersection over union) above which two boxes are one face."""
INSIDE = 0.7
"""Share of the smaller box inside the larger one above which they are one face, too."""


def is_same(one: Face, other: Face) -> bool:
    """Whether two boxes lie on one face: they overlap, or one lies in the other."""
    union_share, smaller_share = overlaps(one, other)
    return union_share > SAME_FACE or smaller_share > INSIDE


def overlaps(one: Face, other: Face) -> tuple[float, float]:
    """What two boxes share, over their union and over the smaller one; 0 where both are empty."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    shared = max(width, 0.0) * max(height, 0.0)
    areas = one.width * one.height, other.width * other.height
    union, smaller = sum(areas) - shared, min(areas)
    return (shared / union if union > 0 else 0.0, shared / smaller if smaller > 0 else 0.0)


@dataclass(frozen=True)
class Letterbox:
    """A picture in the middle of a black square, and the way back.

    Attributes:
        pixels: uint8, (size, size, 3).
        offset_x, offset_y: of the picture's corner in the square, in pixels of the square.
        scale_x, scale_y: pixels of the picture per pixel of the square.
    """

    pixels: NDArray[np.uint8]
    offset_x: float
    offset_y: float
    scale_x: float
    scale_y: float

    def to_picture(self, points: NDArray[np.float32]) -> NDArray[np.float64]:
        """Points (…, 2), x and y from 0 to 1 over the square, in pixels of the picture."""
        in_square = points.astype(np.float64) * self.pixels.shape[0]
        return (in_square - (self.offset_x, self.offset_y)) * (self.scale_x, self.scale_y)


def letterbox(picture: NDArray[np.uint8], size: int) -> Letterbox:
    """Fit `picture` into a square.

    Defined so that it can be written again elsewhere:

    1. The longer side becomes `size`; the other is scaled alike and rounded (half up), at least 1.
    2. Shrinking takes the area average: the value of a pixel is the mean of the picture over the
       rectangle that it covers, pixels covered in part counting in part. Enlarging is bilinear
       between pixel centres, the picture's edge repeated. Values are rounded.
    3. The result lies in the middle; an odd pixel goes below or to the right. The rest is 0.

    Args:
        picture: (height, width, 3).
        size: side of the square, in pixels.
    """
    height, width = picture.shape[:2]
    longer = max(width, height)
    new_width = max(1, math.floor(width * size / longer + 0.5))
    new_height = max(1, math.floor(height * size / longer + 0.5))
    x, y = (size - new_width) // 2, (size - new_height) // 2
    pixels = np.zeros((size, size, 3), np.uint8)
    pixels[y : y + new_height, x : x + new_width] = resize(
        picture, new_width, new_height, shrinks=longer > size
    )
    return Letterbox(pixels, x, y, width / new_width, height / new_height)


def resize(
    picture: NDArray[np.uint8], width: int, height: int, *, shrinks: bool
) -> NDArray[np.uint8]:
    """Shrink a picture by area average, or enlarge it bilinearly, as `letterbox` says."""
    import cv2

    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    resized: NDArray[np.uint8] = cv2.resize(picture, (width, height), interpolation=method)
    return resized


def make_anchors(
    input_size: int, strides: tuple[int, ...], anchors_per_stride: int
) -> NDArray[np.float32]:
    """Anchor centres in the order of the model's outputs.

    The model has one layer per entry of `strides`. Neighbouring layers of equal stride share one
    grid, whose cells are walked row by row; each cell has `anchors_per_stride` anchors, all at its
    centre, for each of those layers.

    Args:
        input_size: side of the model's square input, in pixels.
        strides: pixels from one cell to the next, a layer each.
        anchors_per_stride: anchors of one cell and layer.

    Returns:
        float32, (anchors, 2): x and y, 0 to 1 from the input's top left corner.
    """
    anchors = []
    for stride in dict.fromkeys(strides):  # each once, in order
        cells = input_size // stride
        centres = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(centres, centres, indexing="ij")
        grid = np.stack([x.ravel(), y.ravel()], axis=1)
        anchors.append(np.repeat(grid, anchors_per_stride * strides.count(stride), axis=0))
    return np.concatenate(anchors).astype(np.float32)


def decode(
    regressors: NDArray[np.float32],
    logits: NDArray[np.float32],
    anchors: NDArray[np.float32],
    input_size: int,
    min_score: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Boxes and key points of the anchors whose score is above `min_score`, in anchor order.

    Each row of `regressors` is x, y of the box's centre and its width and height, then x, y of six
    key points, all in pixels of the model's input; places are relative to the row's anchor.
    Candidates without width or height are left out.

    Args:
        regressors: (anchors, 16).
        logits: (anchors,), scores before the sigmoid.
        anchors: (anchors, 2), as `make_anchors` gives them.
        input_size: side of the model's square input, in pixels.
        min_score: 0 to 1.

    Returns:
        points: float32, (n, 8, 2): top left corner, bottom right corner, six key points; x and y,
            0 to 1 over the model's input.
        scores: float32, (n,), 0 to 1.
    """
    # Beyond ±80 nothing changes but float32's overflow.
    scores = 1 / (1 + np.exp(-np.clip(logits, -80, 80)))
    above = np.flatnonzero(scores > min_score)
    raw = regressors[above].reshape(-1, 8, 2) / np.float32(input_size)
    anchor = anchors[above]
    points = raw + anchor[:, None, :]
    centre, half_size = points[:, 0].copy(), raw[:, 1] / 2
    points[:, 0] = centre - half_size
    points[:, 1] = centre + half_size
    whole = (half_size > 0).all(axis=1)
    return points[whole].astype(np.float32), scores[above][whole].astype(np.float32)


def suppress_weighted(
    points: NDArray[np.float32], scores: NDArray[np.float32], max_overlap: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Merge boxes that overlap, each weighted by its score (BlazeFace's own way).

    The best remaining box gathers those whose overlap (intersection over union) with it is above
    `max_overlap`; their mean, weighted by score, takes their place with the best one's score.
    It shakes less from frame to frame than keeping the best box alone. Of equal scores the first
    comes first.

    Args:
        points: (n, 2 or more, 2): top left corner, bottom right corner, other points; x and y in
            any unit. Every box has a positive area.
        scores: (n,).
        max_overlap: 0 to 1.

    Returns:
        points: float32, (m, 2 or more, 2), best score first.
        scores: float32, (m,).
    """
    remaining = np.argsort(-scores, kind="stable")
    merged, kept = [], []
    while len(remaining):
        near = overlap(points[remaining[0], :2], points[remaining, :2]) > max_overlap
        near[0] = True
        group = remaining[near]
        weights = scores[group].astype(np.float64)
        merged.append(np.tensordot(weights, points[group], axes=1) / weights.sum())
        kept.append(scores[remaining[0]])
        remaining = remaining[~near]
    return (
        np.array(merged, np.float32).reshape(-1, *points.shape[1:]),
        np.array(kept, np.float32),
    )


def overlap(box: NDArray[np.float32], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of `box` (2, 2) with each of `boxes` (n, 2, 2): (n,).

    0 where both are empty. A box is its top left and its bottom right corner.
    """
    inner = np.minimum(box[1], boxes[:, 1]) - np.maximum(box[0], boxes[:, 0])
    intersection = np.prod(np.maximum(inner, 0), axis=1)
    union = np.prod(box[1] - box[0]) + np.prod(boxes[:, 1] - boxes[:, 0], axis=1) - intersection
    return np.divide(intersection, union, out=np.zeros_like(intersection), where=union > 0)


@dataclass(frozen=True)
class DetectorModel:
    """One of BlazeFace's files, and how its outputs are laid out."""

    file: str
    input_size: int
    strides: tuple[int, ...]
    anchors_per_stride: int


DETECTOR_MODELS = {
    "short": DetectorModel("face_detection_short_range.tflite", 128, (8, 16, 16, 16), 2),
    "full": DetectorModel("face_detection_full_range.tflite", 192, (4,), 1),
}
"""`short` is for faces within about 2 m (selfies, desks), `full` for those within about 5 m."""

MIN_SCORE = 0.5
"""MediaPipe's."""
MAX_OVERLAP = 0.3
"""MediaPipe's."""


_MIRRORED = [0, 1, 3, 2, 4, 5, 7, 6]
"""The order of corners and key points in a mirrored face: eyes and ears change places."""


class BlazeFace:
    """One network, ready to run. Use one in one thread at a time.

    Args:
        name: `short` or `full`, a key of `DETECTOR_MODELS`.
        threads: processor threads to run on.
    """

    def __init__(self, name: str, threads: int = 1) -> None:
        model = DETECTOR_MODELS[name]
        self.input_size = model.input_size
        self._anchors = make_anchors(model.input_size, model.strides, model.anchors_per_stride)
        path = Path(__file__).with_name("models") / model.file
        self._interpreter = open_interpreter(path, threads)
        self._input = self._interpreter.get_input_details()[0]["index"]
        outputs = {
            int(tensor["shape"][-1]): tensor["index"]
            for tensor in self._interpreter.get_output_details()
        }
        self._regressors, self._logits = outputs[16], outputs[1]

    def detect(self, picture: NDArray[np.uint8]) -> list[Face]:
        """The faces in a picture (height, width, 3), red, green, blue; the surest first."""
        return self.detect_in(letterbox(picture, self.input_size))

    def detect_in(
        self, boxed: Letterbox, *, mirrored: bool = False, quarters: int = 0
    ) -> list[Face]:
        """The faces in a square of the network's size, in pixels of the picture behind it.

        Args:
            boxed: the square.
            mirrored: look at its mirror image instead; the faces are mirrored back.
            quarters: turn it by so many quarters counterclockwise first; boxes and key points are
                turned back, and keep the names that they have on the upright face.
        """
        pixels = np.rot90(boxed.pixels, quarters)
        if mirrored:
            pixels = pixels[:, ::-1]
        regressors, logits = self._run(pixels)
        points, scores = decode(regressors, logits, self._anchors, self.input_size, MIN_SCORE)
        points, scores = suppress_weighted(points, scores, MAX_OVERLAP)
        if mirrored:
            points = points[:, _MIRRORED]
            points[..., 0] = 1 - points[..., 0]
            points[:, :2, 0] = points[:, 1::-1, 0]
        for _ in range(quarters):
            points = np.stack([1 - points[..., 1], points[..., 0]], axis=-1)
            points[:, :2] = np.sort(points[:, :2], axis=1)
        return [
            _to_face(points, float(score))
            for points, score in zip(boxed.to_picture(points).tolist(), scores, strict=True)
        ]

    def _run(self, pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The raw outputs: regressors (anchors, 16) and logits (anchors,)."""
        scaled = pixels[None] * np.float32(2 / 255) - np.float32(1)
        self._interpreter.set_tensor(self._input, scaled)
        self._interpreter.invoke()
        regressors = self._interpreter.get_tensor(self._regressors)[0]
        return regressors, self._interpreter.get_tensor(self._logits)[0, :, 0]


def _to_face(points: list[list[float]], score: float) -> Face:
    (left, top), (right, bottom), *keypoints = points
    return Face(left, top, right, bottom, score, tuple((x, y) for x, y in keypoints))
