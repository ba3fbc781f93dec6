"""What is wrong with a data set: copies, near copies, contradicting labels, blank images."""

from __future__ import annotations

from fer_keras.data.exact_duplicates import exact_copies

__all__ = ["exact_copies"]
