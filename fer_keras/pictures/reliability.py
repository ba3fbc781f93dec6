"""The reliability diagram: is a model right as often as it is sure?"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from fer_keras.evaluation.human_uncertainty import Floats, HumanComparison, entropy
from fer_keras.evaluation.scores import confidence_bins, expected_calibration_error


def draw_reliability(
    probabilities: NDArray[np.floating[Any]], labels: NDArray[np.int64], title: str = ""
) -> Figure:
    """Draw accuracy against confidence in 15 bins, and how many faces each bin has.

    Args:
        probabilities: (n, classes), rows summing to 1.
        labels: int64, (n,).
        title: stands over it, before the calibration error.
    """
    bins = confidence_bins(probabilities, labels)
    error = expected_calibration_error(probabilities, labels)
    figure = Figure(figsize=(4.4, 5), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    left, width = bins.edges[:-1], np.diff(bins.edges)
    accuracy = np.nan_to_num(bins.accuracy)
    upper.bar(left, accuracy, width, align="edge", color="#4a7fb5", edgecolor="white")
    upper.plot([0, 1], [0, 1], "--", color="#444444", lw=1, label="right as often as sure")
    filled = bins.count > 0
    upper.plot(
        bins.confidence[filled],
        bins.confidence[filled],
        "o",
        color="#d1495b",
        markersize=3,
        label="mean confidence of the bin",
    )
    upper.set_ylabel("accuracy")
    upper.legend(frameon=False, fontsize=8, loc="upper left")
    upper.set_ylim(0, 1)
    upper.yaxis.set_major_formatter(PercentFormatter(xmax=1))
    lower.bar(left, bins.count / len(labels), width, align="edge", color="#9a9a9a", edgecolor="w")
    lower.set_ylabel("share of faces")
    lower.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    lower.set_xlabel("confidence: probability of the class named")
    lower.set_xlim(0, 1)
    lower.xaxis.set_major_formatter(PercentFormatter(xmax=1))
    for axes in (upper, lower):
        axes.spines[["top", "right"]].set_visible(False)
    text = f"calibration error (ECE) {error:.1%}"
    figure.suptitle(f"{title}\n{text}" if title else text, fontsize=10)
    return figure


def draw_comparison(comparison: HumanComparison) -> Figure:
    """Draw probability against share of annotators, and entropy against entropy.

    A line goes through the mean of each bin; the band holds the middle half of its values.
    """
    figure = Figure(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    _draw_bins(
        left,
        comparison.shares.ravel(),
        comparison.probabilities.ravel(),
        np.linspace(0, 1, 11),
    )
    left.plot([0, 1], [0, 1], "--", color="#444444", lw=1, label="same as humans")
    left.set_xlabel("share of annotators who chose a class")
    left.set_ylabel("the model's probability of it")
    for axis in (left.xaxis, left.yaxis):
        axis.set_major_formatter(PercentFormatter(xmax=1))
    left.set_title(f"r = {comparison.probability_correlation():.2f}", fontsize=10)

    humans, model = entropy(comparison.shares), entropy(comparison.probabilities)
    most = float(np.log2(comparison.shares.shape[1]))
    _draw_bins(right, humans, model, np.linspace(0, max(float(humans.max()), 0.5), 9))
    right.plot([0, most], [0, most], "--", color="#444444", lw=1, label="same as humans")
    right.set_ylim(0, most)
    right.set_xlim(0, max(float(humans.max()), 0.5))
    right.set_xlabel("entropy of the annotators' votes in bits")
    right.set_ylabel("entropy of the model's probabilities in bits")
    pearson, spearman = comparison.entropy_correlations()
    right.set_title(f"r = {pearson:.2f}, Spearman's ρ = {spearman:.2f}", fontsize=10)
    for axes in (left, right):
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=8, loc="upper left")
    return figure


def _draw_bins(axes: Any, x: Floats, y: Floats, edges: Floats) -> None:
    place = np.clip(np.digitize(x, edges) - 1, 0, len(edges) - 2)
    filled = [number for number in range(len(edges) - 1) if (place == number).any()]
    middles = [x[place == number].mean() for number in filled]
    quarters = np.array([np.quantile(y[place == number], (0.25, 0.75)) for number in filled])
    axes.fill_between(middles, *quarters.T, color="#4a7fb5", alpha=0.25, label="middle half")
    means = [y[place == number].mean() for number in filled]
    axes.plot(middles, means, "o-", color="#2b5c8a", lw=1.8, markersize=4, label="mean")
