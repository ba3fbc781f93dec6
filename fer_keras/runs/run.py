"""A training as an object: what `fer_keras.train` returns, and any run folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fer_keras.runs.run_folder import RunFolder

if TYPE_CHECKING:
    import keras
    import pandas as pd

    from fer_keras.data.face_data import FaceData
    from fer_keras.evaluation.scores import Scores
    from fer_keras.training.recipe import Recipe


class Run:
    """A run folder: what was trained, how it went, what came out.

    Args:
        path: the folder, as `train` made it.
        data: its data, where that is open already; else it is opened when it is needed.

    Attributes:
        path: the folder.

    Raises:
        InputError: if this is no run folder.

    Examples:
        >>> import fer_keras as fk
        >>> run = fk.Run("runs/mobile-s-1")  # doctest: +SKIP
        >>> run.history, run.labels, run.export(["int8"])  # doctest: +SKIP
    """

    def __init__(self, path: str | Path, *, data: FaceData | None = None) -> None:
        self.path = Path(path)
        self.folder.read_config()
        self._data = data

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    def __fspath__(self) -> str:
        return str(self.path)

    @property
    def folder(self) -> RunFolder:
        """Its files."""
        return RunFolder(self.path)

    @property
    def config(self) -> dict[str, Any]:
        """What config.json holds: recipe, seed, data, versions."""
        return self.folder.read_config()

    @property
    def recipe(self) -> Recipe:
        """How it was trained."""
        from fer_keras.training.recipe import recipe_from_json

        return recipe_from_json(self.config["recipe"], str(self.folder.config_file))

    @property
    def history(self) -> pd.DataFrame:
        """A row for each epoch: epoch, loss, accuracy, val_loss, val_accuracy, ..."""
        return self.folder.read_history()

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the classes, in the order of the model's outputs."""
        return tuple(self.config["labels"])

    @property
    def model(self) -> keras.Model:
        """The model of the best epoch: from float32 (n, 48, 48, 1), 0 to 255, to probabilities.

        Raises:
            InputError: if no epoch has ended yet.
        """
        from fer_keras.models.keras_file import load_model

        return load_model(self.folder.best_model)[0]

    @property
    def data(self) -> FaceData:
        """The faces that it was trained on.

        Raises:
            InputError: if they can't be opened any more.
        """
        if self._data is None:
            from fer_keras.runs.provenance import known_data

            self._data = known_data(self.path)
        return self._data

    def evaluate(self, split: str = "validation", data: FaceData | None = None) -> Scores:
        """Judge the best model.

        Args:
            split: train, validation or test.
            data: other faces than the run's own.

        Raises:
            InputError: if there is no such split, or its labels are others.
        """
        from fer_keras.evaluation.judging import judge

        return judge([self], data or self.data, split)[0].scores

    def export(
        self,
        formats: Sequence[str] = ("float32", "float16", "dynamic", "int8"),
        out: str | Path | None = None,
        **options: Any,
    ) -> list[Path]:
        """Write TFLite files for phones, each compared with the Keras model.

        Args:
            formats: some of float32, float16, dynamic, int8.
            out: the folder; None: `export` in the run's.
            options: as `fer_keras.export.exporting.export_model` has them.

        Returns:
            The files.

        Raises:
            InputError: if a format is unknown.
        """
        from fer_keras.export.exporting import export_model

        folder = self.path / "export" if out is None else Path(out)
        report = export_model(self.folder.best_model, self.data, folder, tuple(formats), **options)
        return [folder / file["file"] for file in report["files"]]

    def resume(
        self,
        epochs: int | None = None,
        *,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        report: Callable[[str], None] = print,
    ) -> Run:
        """Go on from the last whole epoch; `epochs`, in all, extends a run that is finished.

        Raises:
            InputError: if its data has changed, or it has as many epochs already.
        """
        from fer_keras.runs.resume import resume

        resume(self.path, epochs=epochs, data=self._data, callbacks=callbacks, report=report)
        return self
