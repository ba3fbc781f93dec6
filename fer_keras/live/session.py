"""The loop: a source is looked at, drawn onto, shown, written and logged."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer_keras.faces.overlay import draw_face, draw_tag
from fer_keras.live.capture import NewestFrame, VideoFile
from fer_keras.live.event_log import Change, ChangeDetector
from fer_keras.live.video_out import VideoOut
from fer_keras.live.watcher import Seen, Watcher

_STATUS_COLOUR = (245, 245, 245)


class Session:
    """One run over a source.

    Args:
        source: where frames come from.
        watcher: looks at them.
        report: called with every change of a face's decision.
        out: annotated video, or None.
        show: called with every annotated picture (height, width, 3), blue, green, red; returns
            False to quit. None: nobody looks.
    """

    def __init__(
        self,
        source: VideoFile | NewestFrame,
        watcher: Watcher,
        *,
        report: Callable[[Change], None],
        out: VideoOut | None = None,
        show: Callable[[NDArray[np.uint8]], bool] | None = None,
    ) -> None:
        self._source = source
        self._watcher = watcher
        self._report = report
        self._out = out
        self._show = show
        self._changes = ChangeDetector(watcher.labels)
        self._faces: set[int] = set()

    def run(self) -> str | None:
        """Go on until the source ends or the user quits.

        Returns:
            One line on what went wrong with the source, or None.
        """
        import cv2

        timings = self._watcher.timings
        for frame in self._source:
            picture = cv2.cvtColor(frame.picture, cv2.COLOR_BGR2RGB)
            seen = self._watcher.look(picture, frame.time)
            self._faces.update(one.number for one in seen)
            for change in self._changes.update(
                seen, self._watcher.numbers, frame.time, frame.number
            ):
                self._report(change)
            start = perf_counter()
            going_on = self._present(picture, seen, frame.time)
            timings.add("presentation", perf_counter() - start)
            timings.frame_done(perf_counter())
            if not going_on:
                break
        return self._source.problem

    def statistics(self) -> dict[str, Any]:
        """Speed and changes so far, as plain JSON values."""
        return {
            **self._watcher.timings.to_json(),
            "dropped": self._source.dropped,
            "faces": len(self._faces),
            "raw_changes": self._changes.raw_changes,
            "decision_changes": self._changes.decision_changes,
        }

    def _present(self, picture: NDArray[np.uint8], seen: list[Seen], time: float) -> bool:
        if self._out is None and self._show is None:
            return True
        import cv2

        labels = self._watcher.labels
        for one in seen:
            decision = one.decision
            title = f"{one.number}: {decision.name(labels)} {decision.probability:.0%}"
            others = [other.face for other in seen if other is not one]
            draw_face(
                picture, one.face, title, decision.label, labels, decision.probabilities, others
            )
        draw_tag(picture, self._status(), 0, 0, _STATUS_COLOUR)
        drawn = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
        if self._out is not None:
            self._out.write(drawn, time)
        return self._show is None or self._show(drawn)

    def _status(self) -> str:
        timings = self._watcher.timings
        shares = timings.shares()
        stages = ("detection", "classification")
        parts = [f"{stage} {shares[stage]:.0%}" for stage in stages]
        return "  ".join([f"{timings.fps:.0f} fps", *parts])
