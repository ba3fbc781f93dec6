"""Questions asked with many trainings or many files: reproduce, tune, ablate, measure."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fer_keras.studies.ablation import ablate
    from fer_keras.studies.reproduction import reproduce
    from fer_keras.studies.tuning import tune

__all__ = ["ablate", "reproduce", "tune"]

_HOMES = {"ablate": "ablation", "reproduce": "reproduction", "tune": "tuning"}


def __getattr__(name: str) -> Any:
    # Looked up when asked for: the benchmarks in this package need no Keras.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
