"""Faces that are the same photograph: another crop, size, brightness, watermark, or mirrored.

Two steps. Thumbnails of 12x12, each brought to mean 0 and length 1, are compared all with all: a
matrix product, quick, but lighting alone makes strangers alike there. Pairs that pass are compared
in detail: the fine structure of the 48x48 pixels (what a wide blur takes away), at the best of
small shifts. There the same photograph and two alike faces are far apart.

The threshold was set on FER2013 by looking at pairs, with mirrored pairs as a control, which are
rarely copies: of those, strangers come up to a detail of 0.863, and all above it are the same
photograph.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fer_keras.data.face_data import FACE_SIZE

ALIKE = 0.85
"""Cosine of two thumbnails from which on a pair is compared in detail."""

SAME = 0.87
"""Correlation of fine structure from which on two faces are one photograph."""

FLAT = 5.0
"""Standard deviation in grey levels below which a picture shows nothing."""

MOST_ALIKE = 16
"""Pairs compared in detail per face, so that data of one mould stay affordable."""

SHIFT = 3
"""Largest shift between two crops, in pixels, each way."""

_BLOCK = 1024
_THUMBNAIL = 12


@dataclass(frozen=True)
class NearPairs:
    """Pairs of faces, `first` < `second`.

    Attributes:
        first: int64, (p,), index of a face.
        second: int64, (p,), index of a later face.
        detail: float32, (p,), correlation of their fine structure, `SAME` to 1.
        mirrored: bool, (p,), whether one is the mirror image of the other.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    detail: NDArray[np.float32]
    mirrored: NDArray[np.bool_]


def near_pairs(
    images: NDArray[np.uint8], progress: Callable[[float], None] | None = None
) -> NearPairs:
    """Find pairs of the same photograph.

    Exact copies are found as well: leave them out beforehand where they are not wanted. Flat
    pictures (`FLAT`) are in no pair.

    Args:
        images: uint8, (n, 48, 48, 1). Time and memory: 31,000 faces take about 20 s on one core
            and 0.6 GB; time grows with the square of n.
        progress: called now and then with the share that is done.
    """
    faces = images[..., 0]
    shows = np.flatnonzero(faces.reshape(len(faces), -1).std(axis=1) >= FLAT)
    faces = faces[shows]
    parts = []
    for mirrored in (False, True):
        others = faces[:, :, ::-1] if mirrored else faces
        candidates = _alike(_thumbnails(faces), _thumbnails(others), _half(progress, mirrored))
        detail = _details(faces, others, candidates)
        same = detail >= SAME
        kept = candidates[same]
        parts.append((kept, detail[same], np.full(len(kept), mirrored)))
    pairs = np.concatenate([kept for kept, _, _ in parts])
    detail = np.concatenate([values for _, values, _ in parts])
    mirrored_flags = np.concatenate([flags for _, _, flags in parts])
    # A face that is its own mirror image is found both ways: once is enough.
    _, once = np.unique(pairs, axis=0, return_index=True)
    pairs = shows[pairs[once]]
    return NearPairs(pairs[:, 0], pairs[:, 1], detail[once], mirrored_flags[once])


def _half(progress: Callable[[float], None] | None, second: bool) -> Callable[[float], None]:
    return lambda share: progress((share + second) / 2) if progress else None


def _thumbnails(faces: NDArray[np.uint8]) -> NDArray[np.float32]:
    """float32, (n, 144), each row with mean 0 and length 1."""
    side = FACE_SIZE // _THUMBNAIL
    blocks = faces.reshape(-1, _THUMBNAIL, side, _THUMBNAIL, side)
    small = blocks.mean(axis=(2, 4), dtype=np.float32).reshape(len(faces), -1)
    return _unit(small, axis=1)


def _unit(values: NDArray[np.float32], axis: int | tuple[int, ...]) -> NDArray[np.float32]:
    centred = values - values.mean(axis=axis, keepdims=True)
    length = np.sqrt(np.square(centred).sum(axis=axis, keepdims=True))
    return centred / np.maximum(length, np.float32(1e-6))


def _alike(
    left: NDArray[np.float32], right: NDArray[np.float32], progress: Callable[[float], None]
) -> NDArray[np.int64]:
    """int64, (p, 2): rows of `left` and later rows of `right` that are alike."""
    found = [np.empty((0, 2), dtype=np.int64)]
    count = len(left)
    for start in range(0, count, _BLOCK):
        cosines = left[start : start + _BLOCK] @ right[start:].T
        rows, columns = np.nonzero(cosines >= ALIKE)
        later = columns > rows
        rows, columns = rows[later], columns[later]
        order = np.lexsort((-cosines[rows, columns], rows))
        rows, columns = rows[order], columns[order]
        rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
        best = rank < MOST_ALIKE
        found.append(np.stack([rows[best], columns[best]], axis=1) + start)
        progress(1 - max(0, count - start - _BLOCK) ** 2 / count**2)
    return np.concatenate(found)


def _details(
    left: NDArray[np.uint8], right: NDArray[np.uint8], pairs: NDArray[np.int64]
) -> NDArray[np.float32]:
    """float32, (p,): correlation of fine structure at the best of small shifts."""
    from scipy import fft

    detail = np.empty(len(pairs), dtype=np.float32)
    for start in range(0, len(pairs), _BLOCK):
        first, second = pairs[start : start + _BLOCK].T
        spectrum = fft.rfft2(_fine_structure(left[first]))
        spectrum *= fft.rfft2(_fine_structure(right[second])).conj()
        correlation = fft.irfft2(spectrum, s=(FACE_SIZE, FACE_SIZE))
        centred = np.roll(correlation, (SHIFT, SHIFT), axis=(1, 2))
        near = centred[:, : 2 * SHIFT + 1, : 2 * SHIFT + 1]
        detail[start : start + _BLOCK] = near.reshape(len(near), -1).max(axis=1)
    return detail


def _fine_structure(faces: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Without wide gradients (lighting), without noise, fading out at the border."""
    from scipy.ndimage import gaussian_filter

    plain = faces.astype(np.float32)
    fine = gaussian_filter(plain, (0, 0.7, 0.7)) - gaussian_filter(plain, (0, 4, 4))
    fade = np.sqrt(np.hanning(FACE_SIZE + 2)[1:-1]).astype(np.float32)
    return _unit(fine * np.outer(fade, fade), axis=(1, 2))
