"""The bar that a person watches during an epoch."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import keras
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


class ProgressBar(keras.callbacks.Callback):
    """A line that counts an epoch's steps and shows its loss and accuracy so far.

    Use it as a context manager around the training, so that the terminal is left in order.
    """

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[figures]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> ProgressBar:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self._bar.stop()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Start the bar again."""
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(
            f"epoch {epoch + 1}/{self.params['epochs']}", total=self.params["steps"], figures=""
        )

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Move the bar by one step."""
        if self._task is not None and logs:
            figures = f"loss {logs['loss']:.3f}  accuracy {logs['accuracy']:.1%}"
            self._bar.update(self._task, advance=1, figures=figures)
