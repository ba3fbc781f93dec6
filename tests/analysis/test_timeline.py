from __future__ import annotations

import numpy as np
import pytest

from fer_keras.analysis.summary import MOST_STEPS, Timeline


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
