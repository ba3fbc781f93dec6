"""What TensorFlow alone does, whatever Keras computes with otherwise: conversion, saliency maps."""

from __future__ import annotations

import os

from fer_keras.errors import InputError


def choose_tensorflow() -> None:
    """Let Keras compute with TensorFlow in this process, whatever the user trains with.

    Keras reads it when it is loaded: of no effect later.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"


def check_tensorflow(what: str) -> None:
    """Make sure that Keras computes with TensorFlow.

    Args:
        what: is to be done, for the message.

    Raises:
        InputError: if it computes with another backend.
    """
    import keras

    backend = keras.backend.backend()
    if backend != "tensorflow":
        raise InputError(
            f"{what}: needs Keras on TensorFlow, and here it computes with {backend}; set "
            "KERAS_BACKEND=tensorflow before Keras is imported, or use the command line"
        )
