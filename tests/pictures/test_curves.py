from __future__ import annotations

import numpy as np
import pandas as pd

from fer_keras.pictures.curves import draw_curves
from fer_keras.pictures.reliability import draw_reliability


def history(epochs: int) -> pd.DataFrame:
    epoch = np.arange(1, epochs + 1)
    return pd.DataFrame(
        {
            "epoch": epoch,
            "loss": 2.0 / epoch,
            "accuracy": 1 - 0.8 / epoch,
            "val_loss": 2.1 / epoch,
            "val_accuracy": 0.5 - 0.1 * np.abs(epoch - 3),
        }
    )


def test_train_is_dashed_validation_solid_and_the_best_epoch_marked() -> None:
    rows = history(5)
    loss, accuracy = draw_curves({"run": rows}).axes
    dashed, solid, star = accuracy.lines
    np.testing.assert_allclose(dashed.get_ydata(), rows["accuracy"])
    np.testing.assert_allclose(solid.get_ydata(), rows["val_accuracy"])
    assert (dashed.get_linestyle(), solid.get_linestyle()) == ("--", "-")
    assert (star.get_xdata()[0], star.get_ydata()[0]) == (3, 0.5)
    np.testing.assert_allclose(loss.lines[1].get_ydata(), rows["val_loss"])


def test_several_runs_share_a_picture_and_are_named() -> None:
    figure = draw_curves({"one": history(1), "ten": history(10), "none": history(0)})
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names[-3:] == ["one", "ten", "none"]


def test_the_reliability_bars_are_the_accuracies() -> None:
    probabilities = np.array([[0.9, 0.1]] * 10 + [[0.35, 0.65]] * 10)
    labels = np.array([0] * 8 + [1] * 2 + [1] * 5 + [0] * 5)
    figure = draw_reliability(probabilities, labels, "tiny")
    heights = {round(bar.get_x(), 2): bar.get_height() for bar in figure.axes[0].patches}
    assert heights[0.87] == 0.8  # 0.90 lies in (0.867, 0.933]
    assert heights[0.6] == 0.5
    assert "12.5%" in figure.get_suptitle()
