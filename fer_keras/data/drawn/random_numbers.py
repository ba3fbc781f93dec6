"""Per-face random numbers in the shape in which they multiply pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# NumPy's types lose the width in arithmetic of arrays with np.float32; a test holds all to float32.
Numbers = NDArray[np.floating[Any]]
"""One number a face, float32 (n, 1, 1)."""


def uniform(rng: np.random.Generator, n: int, low: float, high: float) -> Numbers:
    """Float32 (n, 1, 1) from [low, high)."""
    return (low + (high - low) * rng.random((n, 1, 1), np.float32)).astype(np.float32)


def chance(rng: np.random.Generator, n: int, share: float) -> Numbers:
    """Float32 (n, 1, 1), 1 in this share of faces and 0 in the others."""
    return (rng.random((n, 1, 1), np.float32) < share).astype(np.float32)
