"""What section 3.2 of the paper searched by hand, and what matters with Muon, a row for each."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fer_keras.errors import InputError
from fer_keras.training.recipe import Recipe, scale_changes

if TYPE_CHECKING:
    import optuna


@dataclass(frozen=True)
class Dimension:
    """A hyperparameter and the values it may take.

    Attributes:
        name: what `space` calls it.
        choices: its values; of a `continuous` one its smallest and largest, searched by its
            logarithm.
        change: the recipe with that value.
        option: the builder's argument that it sets, or "" where it is a field of the recipe.
        continuous: whether it may take any value between.
    """

    name: str
    choices: tuple[Any, ...]
    change: Callable[[Recipe, Any], Recipe]
    option: str = ""
    continuous: bool = False

    def suggest(self, trial: optuna.trial.BaseTrial) -> Any:
        """The value of a trial."""
        if self.continuous:
            low, high = self.choices
            return trial.suggest_float(self.name, low, high, log=True)
        return trial.suggest_categorical(self.name, self.choices)


def _option(name: str, choices: tuple[Any, ...]) -> Dimension:
    def change(recipe: Recipe, value: Any) -> Recipe:
        # A study stores no lists, so a padding is a text there.
        given = [int(side) for side in value.split(",")] if name == "padding" else value
        return dataclasses.replace(recipe, options={**recipe.options, name: given})

    return Dimension(name, choices, change, option=name)


def _field(name: str, field: str, choices: tuple[Any, ...], *, continuous: bool) -> Dimension:
    def change(recipe: Recipe, value: Any) -> Recipe:
        return dataclasses.replace(recipe, **{field: value})

    return Dimension(name, choices, change, continuous=continuous)


SPACE: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        _option("filters", (8, 16, 24, 32, 64)),
        _option("kernel", (1, 2, 3, 4, 5, 6, 7)),
        _option("padding", ("1,1", "2,1", "2,2", "3,1", "3,3")),
        _option("dropout", (0.1, 0.2, 0.3, 0.4, 0.5)),
        _option("dense", (64, 128, 256, 512, 1024)),
        _option("blocks", (1, 2, 3)),
        _field("lr", "learning_rate", (1e-4, 1e-2), continuous=True),
        _field("decay", "weight_decay", (5e-3, 0.2), continuous=True),
        _field("batch", "batch_size", (32, 64, 128, 256), continuous=False),
        Dimension("changes", (0.0, 0.5, 1.0, 1.5, 2.0), scale_changes),
    )
}

PAPER_SPACE = ("filters", "kernel", "padding", "dropout", "dense", "blocks", "lr")
"""What the paper searched."""

MUON_RATE = _field("lr", "learning_rate", (3e-3, 6e-2), continuous=True)
"""Muon's steps are orthogonal: its rates are larger than Adam's."""


def choose_space(names: Sequence[str], options: Sequence[str], base: Recipe) -> list[Dimension]:
    """The dimensions with these names.

    Args:
        names: keys of `SPACE`.
        options: the arguments that the architecture's builder has.
        base: the recipe that trials start from.

    Raises:
        InputError: if a name is unknown, or the builder lacks its argument.
    """
    check_space(names)
    for name in names:
        option = SPACE[name].option
        if option and option not in options:
            raise InputError(f"space {name}: {base.arch} has no {option}; leave it out", "space")
    rates = {**SPACE, "lr": MUON_RATE} if base.optimizer == "muon" else SPACE
    return [rates[name] for name in dict.fromkeys(names)]


def check_space(names: Sequence[str]) -> None:
    """Make sure that there is something to search, and that it is known.

    Raises:
        InputError: if there is not.
    """
    known = ", ".join(SPACE)
    for name in names:
        if name not in SPACE:
            raise InputError(f"space {name}: unknown; take some of {known}", "space")
    if not names:
        raise InputError(f"space: nothing to search; take some of {known}", "space")
