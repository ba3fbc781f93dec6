from __future__ import annotations

import numpy as np
import pytest

from fer_keras.analysis.film_page import draw_timeline
from fer_keras.analysis.summary import MOST_STEPS, Summary, Timeline
from fer_keras.detection import Face
from fer_keras.live.decision import Decider, DecisionRule
from fer_keras.live.watcher import Seen


def test_a_frame_counts_for_as_long_as_it_lasts() -> None:
    timeline = Timeline()
    timeline.add(1, 0.0, 1.0, np.array([1.0, 0.0]))
    timeline.add(1, 1.0, 0.5, np.array([0.0, 1.0]))
    line = timeline.of(1)
    np.testing.assert_allclose(line.times, np.linspace(0.1, 1.5, 8), atol=1e-9)
    np.testing.assert_allclose(line.probabilities[:, 0], [1, 1, 1, 1, 1, 0, 0, 0], atol=1e-9)


def test_hours_take_no_more_steps_than_minutes() -> None:
    timeline = Timeline()
    for second in range(3 * 3600):
        timeline.add(1, float(second), 1.0, np.array([0.25, 0.75]))
    line = timeline.of(1)
    assert MOST_STEPS / 2 < len(line.times) <= MOST_STEPS
    assert line.probabilities[:, 0] == pytest.approx(0.25)


def test_where_a_face_is_not_seen_nothing_is_drawn() -> None:
    """Not even for a moment: between what was before and after nobody knows what it showed."""
    shares = np.array([0.25, 0.75], np.float32)
    decision = Decider(DecisionRule(window=1, abstain_below=0)).update(shares)
    one = Seen(1, Face(0, 0, 9, 9, 0.9, ()), shares, decision)
    summary = Summary(("happy", "sad"))
    for step in range(20):
        summary.add(step / 5, [] if step in (7, 8) else [one])
    summary.finish(0.2)
    (axis, *_) = draw_timeline(summary, "film").axes
    spans = [part.get_paths()[0].get_extents() for part in axis.collections]
    assert {(round(span.x0, 3), round(span.x1, 3)) for span in spans} == {(0, 1.4), (1.8, 4.0)}
