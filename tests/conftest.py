from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from face_table import FaceTable

from fer_keras.data.face_data import DataOrigin, FaceData

SIZES = (1400, 350, 350)

# The same cases each time and no deadlines: what CI finds, anybody finds, however busy the machine.
# HYPOTHESIS_PROFILE=search looks for new ones.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("search", deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also run tests that take minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    reasons = []
    if not config.getoption("--slow"):
        reasons.append(("slow", "takes minutes: run with --slow"))
    if real_data_folder() is None:
        reasons.append(
            ("real_data", "set FER_KERAS_DATA to a folder with fer2013.csv.gz and fer2013new.csv")
        )
    for marker, reason in reasons:
        for item in items:
            if marker in item.keywords:
                item.add_marker(pytest.mark.skip(reason=reason))


def real_data_folder() -> Path | None:
    folder = Path(os.environ.get("FER_KERAS_DATA", ""))
    return folder if (folder / "fer2013.csv.gz").is_file() else None


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real FER2013; for tests marked `real_data`."""
    folder = real_data_folder()
    assert folder is not None
    return folder


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Tests neither read nor fill the user's cache, and don't know the user's weights."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FER_KERAS_CACHE", str(folder))
        patch.setenv("FER_KERAS_WEIGHTS", str(folder / "weights"))
        yield folder


@pytest.fixture(autouse=True)
def _float32_afterwards() -> Iterator[None]:
    """A command run inside pytest sets Keras' precision for the whole process."""
    yield
    if "keras" in sys.modules:
        sys.modules["keras"].mixed_precision.set_global_policy("float32")


@pytest.fixture
def face_table() -> FaceTable:
    """28 faces of noise, one of each emotion in turn."""
    return FaceTable()


@pytest.fixture
def fer2013_csv(face_table: FaceTable, tmp_path: Path) -> Path:
    """`face_table` as fer2013.csv."""
    path = tmp_path / "fer2013.csv"
    path.write_text(face_table.text())
    return path


@pytest.fixture(scope="session")
def drawn_faces() -> FaceData:
    """The data that `trained_run` was trained on: `--data synthetic --sizes 1400,350,350`."""
    from fer_keras.data.drawn import synthetic_data

    return synthetic_data(*SIZES)


@pytest.fixture(scope="session")
def trained_run(drawn_faces: FaceData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder with a tiny CNN that is right on about half of the drawn faces. Don't write."""
    import keras
    import pandas as pd

    from fer_keras.architectures.layers import pixels, probabilities
    from fer_keras.models.keras_file import save_model
    from fer_keras.runs.config import describe_data, describe_environment
    from fer_keras.runs.run_folder import RunFolder
    from fer_keras.training.recipe import Recipe

    run = RunFolder(tmp_path_factory.mktemp("runs") / "tiny-1")
    run.path.mkdir()
    train, validation = drawn_faces.split("train"), drawn_faces.split("validation")
    keras.utils.set_random_seed(0)
    faces, x = pixels()
    for filters in (12, 24, 32):
        x = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = keras.layers.MaxPooling2D()(x)
    x = keras.layers.Dense(48, activation="relu")(keras.layers.Flatten()(x))
    model = probabilities(faces, x, len(drawn_faces.labels), "tiny")
    model.compile(
        keras.optimizers.Adam(2e-3), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    history = model.fit(
        train.images.astype("float32"),
        train.labels,
        validation_data=(validation.images.astype("float32"), validation.labels),
        epochs=6,
        verbose=0,
    ).history
    save_model(model, drawn_faces.labels, run.best_model)
    rows = pd.DataFrame(history)
    rows.insert(0, "epoch", range(1, len(rows) + 1))
    run.write_history(rows.assign(learning_rate=2e-3, seconds=1.0))
    run.write_config(
        {
            "recipe": Recipe(arch="tiny", epochs=6, learning_rate=2e-3).to_json(),
            "seed": 0,
            "precision": "float32",
            "teacher": None,
            **describe_data(drawn_faces),
            "data": DataOrigin(sizes=SIZES).to_json(),
            "device": "CPU",
            **describe_environment(),
        }
    )
    return run.path


@pytest.fixture(scope="session")
def trained_model(trained_run: Path) -> Path:
    """The `.keras` file of `trained_run`."""
    return trained_run / "best.keras"


@pytest.fixture(scope="session")
def exported(
    trained_model: Path, drawn_faces: FaceData, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    """A folder with every format for both inputs, and its report. Don't write."""
    from fer_keras.export.calibration import Calibration
    from fer_keras.export.exporting import export_model

    out = tmp_path_factory.mktemp("exported")
    report = export_model(
        trained_model, drawn_faces, out, calibration=Calibration(100), inputs=("grey", "rgb")
    )
    return out, report


@pytest.fixture(scope="session")
def integers(
    trained_model: Path, drawn_faces: FaceData, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """An int8 file whose activations are integers of fixed ranges, too. Don't write."""
    from fer_keras.export.calibration import Calibration
    from fer_keras.export.exporting import export_model

    out = tmp_path_factory.mktemp("integers")
    calibration = Calibration(100, ranges="fitted")
    export_model(trained_model, drawn_faces, out, ("int8",), calibration=calibration)
    return out / "tiny-int8.tflite"
