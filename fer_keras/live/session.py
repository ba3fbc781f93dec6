"""The loop: a source is looked at, drawn onto, shown, written and logged."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.faces.overlay import Mark, draw_overlay
from fer_keras.films import FilmWriter
from fer_keras.live.capture import Source
from fer_keras.live.event_log import Change, ChangeDetector
from fer_keras.live.views import View
from fer_keras.live.watcher import Seen, Shot, Watcher


class Session:
    """One run over a source.

    Args:
        source: where frames come from.
        watcher: looks at them.
        report: called with every change of a face's decision.
        out: annotated film, or None.
        view: shows what is seen. None: nobody looks.
        bars: draw them for every face; else for one that is alone.
    """

    def __init__(
        self,
        source: Source,
        watcher: Watcher,
        *,
        report: Callable[[Change], None],
        out: FilmWriter | None = None,
        view: View | None = None,
        bars: bool = False,
    ) -> None:
        self._source = source
        self._watcher = watcher
        self._report = report
        self._out = out
        self._view = view
        self._bars = bars
        self._changes = ChangeDetector(watcher.labels)

    def run(self, stop: Callable[[], bool]) -> str | None:
        """Go on until the source ends, the user quits, or `stop` says so after a frame.

        Returns:
            One line on what went wrong with the source, or None.
        """
        timings = self._watcher.timings
        for frame in self._source:
            if stop():
                break
            seen = self._watcher.look(frame.picture, frame.time)
            for change in self._changes.update(
                seen, self._watcher.numbers, frame.time, frame.number
            ):
                self._report(change)
            start = perf_counter()
            going_on = self._present(frame.picture, seen, frame.time)
            timings.add("presentation", perf_counter() - start)
            timings.frame_done(perf_counter())
            if not going_on or stop():
                break
        return self._source.problem

    def statistics(self) -> dict[str, Any]:
        """Speed and changes so far, as plain JSON values."""
        return {
            **self._watcher.timings.to_json(),
            "dropped": self._source.dropped,
            "faces": self._watcher.faces,
            "raw_changes": self._changes.raw_changes,
            "decision_changes": self._changes.decision_changes,
            "tried": self._watcher.what_was_tried(),
        }

    def _present(self, picture: NDArray[np.uint8], seen: list[Seen], time: float) -> bool:
        going_on = True
        if self._view is not None:
            followed, taken = self._watcher.numbers, self._watcher.timings.newest()
            going_on = self._view.show(Shot(picture, time, seen, followed, taken))
        if self._out is not None:
            self._draw(picture, seen)
            self._out.write(picture, time)
        return going_on

    def _draw(self, picture: NDArray[np.uint8], seen: list[Seen]) -> None:
        marks = [
            Mark(
                one.face,
                f"{one.number}: {self._watcher.describe(one.decision)}",
                one.decision.label,
                one.decision.probabilities,
            )
            for one in seen
        ]
        labels, status = self._watcher.labels, self._status()
        draw_overlay(picture, marks, labels, bars=self._bars, status=status, even=True)

    def _status(self) -> str:
        timings = self._watcher.timings
        shares = timings.shares()
        stages = ("detection", "classification")
        parts = [f"{stage} {shares[stage]:.0%}" for stage in stages]
        return "  ".join([f"{timings.fps:.0f} fps", *parts])
