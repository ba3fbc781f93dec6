"""Another project's file that says nothing of use is refused, however it is made."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from typer.testing import CliRunner

from fer_keras.cli import app
from fer_keras.errors import InputError
from fer_keras.studies.peer import Peer, check_peer

layers = keras.layers
FACES = np.zeros((2, 48, 48, 1), np.uint8)


def named(pictures: Any) -> Any:
    return layers.Dense(7)(layers.Flatten()(layers.AveragePooling2D(8)(pictures)))


def not_a_number(pictures: Any) -> Any:
    return layers.Lambda(lambda values: tf.math.log(-tf.abs(values) - 1))(named(pictures))


def one_number(pictures: Any) -> Any:
    return layers.Lambda(lambda values: tf.reduce_sum(values))(named(pictures))


def two_answers(pictures: Any) -> Any:
    return [named(pictures), named(pictures)]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (not_a_number, "gives numbers that are none"),
        (one_number, r"gives \[\]"),
        (two_answers, r"gives \[1, 7\] and \[1, 7\]"),
    ],
)
def test_a_peer_that_can_not_be_compared(make: Any, said: str, tmp_path: Path) -> None:
    pictures = keras.Input((48, 48, 1), batch_size=1)
    model = keras.Model(pictures, make(pictures))
    path = tmp_path / "peer.tflite"
    path.write_bytes(tf.lite.TFLiteConverter.from_keras_model(model).convert())
    with pytest.raises(InputError, match=said):
        Peer(path, 7, (-1, 1)).probabilities(FACES)


def test_a_peer_that_can_not_be_opened_is_named_at_once(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.tflite"
    damaged.write_bytes(b"TFL3 no graph")
    for path, said in [
        (tmp_path / "none.tflite", "no such file"),
        (tmp_path, "is a folder"),
        (damaged, "LiteRT"),
    ]:
        with pytest.raises(InputError, match=rf"^peer {re.escape(str(path))}: .*{said}") as error:
            check_peer(path)
        assert error.value.argument == "peer"


@pytest.mark.parametrize(
    "command",
    [
        ["benchmark", "files", "mobile-s", "--data", "none"],
        ["benchmark", "robustness", "mobile-s", "--data", "none"],
        ["ship", "none", "--name", "x"],
    ],
)
def test_commands_look_at_the_peer_before_anything_else(command: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [*command, "--peer", str(tmp_path / "none.tflite")])
    assert str(result.exception) == f"--peer {tmp_path}/none.tflite: no such file"
