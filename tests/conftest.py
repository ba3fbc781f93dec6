from __future__ import annotations

from pathlib import Path

import pytest

from fer_keras.data.face_data import FaceData

SIZES = (1400, 350, 350)


@pytest.fixture(scope="session")
def drawn_faces() -> FaceData:
    """The data that `trained_run` was trained on: `--data synthetic --sizes 1400,350,350`."""
    from fer_keras.data.synthetic import synthetic_data

    return synthetic_data(*SIZES)


@pytest.fixture(scope="session")
def trained_run(drawn_faces: FaceData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder with a tiny CNN that is right on about half of the drawn faces. Don't write."""
    import keras
    import pandas as pd

    from fer_keras.architectures.ends import pixels, probabilities
    from fer_keras.model_file import save_model
    from fer_keras.training.run_folder import RunFolder

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
            "recipe": {"arch": "tiny", "epochs": 6},
            "seed": 0,
            "precision": "float32",
            "data": {
                "spec": "synthetic",
                "labels": "fer2013",
                "ferplus": None,
                "ferplus_mode": "majority",
                "sizes": ",".join(map(str, SIZES)),
            },
            "labels": list(drawn_faces.labels),
            "fingerprint": drawn_faces.fingerprint,
        }
    )
    return run.path


@pytest.fixture(scope="session")
def trained_model(trained_run: Path) -> Path:
    """The `.keras` file of `trained_run`."""
    return trained_run / "best.keras"
