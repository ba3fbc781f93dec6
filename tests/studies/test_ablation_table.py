"""The ablation's table: means, spreads, and no conclusion from less than the spread."""

import numpy as np
import pytest

from fer_keras.studies.ablation import (
    ablation_markdown,
    draw_ablation,
    make_ablation_table,
)


def faces(share: float) -> np.ndarray:
    """1,000 validation faces, so many of them right."""
    return np.arange(1000) < round(1000 * share)


def seeds(*shares: float) -> dict[int, np.ndarray]:
    return dict(enumerate(map(faces, shares)))


def test_only_what_exceeds_the_spread_is_concluded() -> None:
    table = make_ablation_table(
        {
            "base": seeds(0.60, 0.61, 0.62),
            "surely-better": seeds(0.65, 0.66, 0.67),
            "surely-worse": seeds(0.55, 0.56, 0.54),
            "perhaps": seeds(0.61, 0.62, 0.63),
            "unsteady": seeds(0.60, 0.70, 0.74),
            "not-trained": {},
        }
    ).set_index("row")
    assert list(table["conclusion"]) == ["none", "better", "worse", "none", "none"]
    assert table.loc["perhaps", "difference"] == pytest.approx(0.01)
    row = table.loc["surely-better"]
    assert (row["seeds"], row["worst"], row["best"]) == (3, 0.65, 0.67)
    assert row["accuracy"] == pytest.approx(0.66)
    assert (row["low"], row["high"]) == pytest.approx((0.05, 0.05))
    assert "55.00" in ablation_markdown(table.reset_index())
    assert draw_ablation(table.reset_index()).axes[0].get_xlabel().endswith("(bars: the 3 seeds)")


def test_one_seed_concludes_nothing() -> None:
    table = make_ablation_table({"base": seeds(0.5), "other": seeds(0.9)})
    assert list(table["conclusion"]) == ["one seed", "one seed"]
    assert table["low"][1] < table["difference"][1] < table["high"][1]


def test_seeds_that_the_base_lacks_do_not_count() -> None:
    table = make_ablation_table({"base": {0: faces(0.5)}, "other": {0: faces(0.6), 1: faces(0.9)}})
    assert table["accuracy"][1] == pytest.approx(0.6)
