"""Optuna and SQLAlchemy under it, which searches and shared sweeps need, or how to get them."""

from __future__ import annotations

from fer_keras.errors import InputError

try:
    import optuna
    from sqlalchemy.exc import SQLAlchemyError
except ImportError as error:
    raise InputError(
        "searches, and sweeps with a `storage`, need Optuna: pip install 'fer-keras[tune]'"
    ) from error

__all__ = ["SQLAlchemyError", "optuna"]
