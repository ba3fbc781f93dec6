"""Faces of a picture that was turned by quarters, back in the picture as it was."""

from __future__ import annotations

from fer_keras.detection.face import Face, Point


def turn_back(face: Face, quarters: int, width: int, height: int) -> Face:
    """A face found in `numpy.rot90(picture, quarters)`, in pixels of the picture.

    Args:
        face: in pixels of the turned picture.
        quarters: 1 to 3, counterclockwise.
        width, height: of the picture before it was turned.

    Returns:
        The box lies along the picture's sides; key points keep their names, so that the line from
        the first eye to the second says how the face is turned.
    """

    def back(point: Point) -> Point:
        x, y = point
        turned = {1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}
        return turned[quarters]

    corners = [back((face.left, face.top)), back((face.right, face.bottom))]
    (left, right), (top, bottom) = (sorted(values) for values in zip(*corners, strict=True))
    return Face(left, top, right, bottom, face.score, tuple(map(back, face.keypoints)))
