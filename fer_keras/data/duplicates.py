"""Faces that are one photograph: pixel for pixel, or another crop, size or light, or mirrored.

Near copies are found in two steps. Soft thumbnails of 12x12, each brought to mean 0 and length 1,
are compared all with all: a matrix product, quick, but lighting alone makes strangers alike there.
Pairs that pass are compared in detail: the fine structure of the 48x48 pixels (what a wide blur
takes away), at the best of small shifts. There the same photograph and two alike faces are far
apart.

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


def pixel_groups(images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Number the distinct faces.

    Args:
        images: uint8, (n, 48, 48, 1).

    Returns:
        int64, (n,): equal numbers for equal pixels, counted from 0 in order of first appearance.
    """
    numbers: dict[bytes, int] = {}
    return np.array(
        [numbers.setdefault(image.tobytes(), len(numbers)) for image in images], dtype=np.int64
    )


ALIKE = 0.80
"""Cosine of two thumbnails from which on a pair is compared in detail."""

SAME = 0.87
"""Correlation of fine structure from which on two faces are one photograph."""

FLAT = 5.0
"""Standard deviation in grey levels below which a picture shows nothing."""

MOST_ALIKE = 32
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
        images: uint8, (n, 48, 48, 1). Time and memory: 31,000 faces take about 30 s on one core
            and 0.8 GB; time grows with the square of n.
        progress: called now and then with the share that is done.
    """
    faces = images[..., 0]
    shows = np.flatnonzero(faces.reshape(len(faces), -1).std(axis=1) >= FLAT)
    faces = faces[shows]
    parts = []
    thumbnails, spectra = _thumbnails(faces), _spectra(faces)
    for mirrored in (False, True):
        others = faces[:, :, ::-1]
        candidates = _alike(
            thumbnails,
            _thumbnails(others) if mirrored else thumbnails,
            _half(progress, mirrored),
        )
        detail = _details(spectra, _spectra(others) if mirrored else spectra, candidates)
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
    """float32, (n, 144), each row with mean 0 and length 1.

    Blurred first, so that a shift by a pixel or two changes little.
    """
    from scipy.ndimage import gaussian_filter

    side = FACE_SIZE // _THUMBNAIL
    small = np.empty((len(faces), _THUMBNAIL**2), dtype=np.float32)
    for start in range(0, len(faces), _BLOCK):
        soft = gaussian_filter(faces[start : start + _BLOCK].astype(np.float32), (0, 2, 2))
        blocks = soft.reshape(len(soft), _THUMBNAIL, side, _THUMBNAIL, side)
        small[start : start + _BLOCK] = blocks.mean(axis=(2, 4)).reshape(len(soft), -1)
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
    left: NDArray[np.complex64], right: NDArray[np.complex64], pairs: NDArray[np.int64]
) -> NDArray[np.float32]:
    """float32, (p,): correlation of fine structure at the best of small shifts, from spectra."""
    detail = np.empty(len(pairs), dtype=np.float32)
    shifts = _shifts()
    for start in range(0, len(pairs), _BLOCK):
        first, second = pairs[start : start + _BLOCK].T
        product = left[first] * right[second].conj()
        detail[start : start + _BLOCK] = (product.view(np.float32) @ shifts).max(axis=1)
    return detail


def _shifts() -> NDArray[np.float32]:
    """float32, (2 * 48 * 25, shifts): takes a spectrum, real and imaginary parts in turn, back.

    An inverse Fourier transform at the few small shifts only, as a matrix.
    """
    rows, columns = np.fft.fftfreq(FACE_SIZE), np.fft.rfftfreq(FACE_SIZE)
    steps = np.arange(-SHIFT, SHIFT + 1)
    down, right = (step.ravel() for step in np.meshgrid(steps, steps, indexing="ij"))
    turns = rows[:, None, None] * down + columns[None, :, None] * right
    # The half of the spectrum that rfft2 leaves out mirrors the rest.
    twice = np.where((columns == 0) | (columns == columns[-1]), 1.0, 2.0)[None, :, None]
    waves = twice * np.exp(2j * np.pi * turns) / FACE_SIZE**2
    flat = waves.reshape(-1, len(down))
    return np.stack([flat.real, -flat.imag], axis=1).reshape(-1, len(down)).astype(np.float32)


def _spectra(faces: NDArray[np.uint8]) -> NDArray[np.complex64]:
    """complex64, (n, 48 * 25), of the fine structure, whose length is 1."""
    from scipy import fft

    spectra = np.empty((len(faces), FACE_SIZE * (FACE_SIZE // 2 + 1)), dtype=np.complex64)
    for start in range(0, len(faces), _BLOCK):
        fine = _fine_structure(faces[start : start + _BLOCK])
        spectra[start : start + _BLOCK] = fft.rfft2(fine).reshape(len(fine), -1)
    return spectra


def _fine_structure(faces: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Without wide gradients (lighting), without noise, fading out at the border."""
    from scipy.ndimage import gaussian_filter

    plain = faces.astype(np.float32)
    fine = gaussian_filter(plain, (0, 0.7, 0.7)) - gaussian_filter(plain, (0, 4, 4))
    fade = np.sqrt(np.hanning(FACE_SIZE + 2)[1:-1]).astype(np.float32)
    return _unit(fine * np.outer(fade, fade), axis=(1, 2))
