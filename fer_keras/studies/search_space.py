"""What section 3.2 of the paper searched by hand, a row for each hyperparameter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fer_keras.errors import InputError


@dataclass(frozen=True)
class Dimension:
    """A hyperparameter and the values it may take.

    Attributes:
        name: what `space` calls it.
        field: the builder's argument that it sets, or None where it is the recipe's learning rate.
        choices: its values; for the learning rate its smallest and largest.
    """

    name: str
    field: str | None
    choices: tuple[Any, ...]

    def value(self, choice: Any) -> Any:
        """The builder's value for a choice as the study stores it."""
        return [int(side) for side in choice.split(",")] if self.field == "padding" else choice


SPACE: dict[str, Dimension] = {
    dimension.name: dimension
    for dimension in (
        Dimension("filters", "filters", (8, 16, 24, 32, 64)),
        Dimension("kernel", "kernel", (1, 2, 3, 4, 5, 6, 7)),
        Dimension("padding", "padding", ("1,1", "2,1", "2,2", "3,1", "3,3")),
        Dimension("dropout", "dropout", (0.1, 0.2, 0.3, 0.4, 0.5)),
        Dimension("dense", "dense", (64, 128, 256, 512, 1024)),
        Dimension("blocks", "blocks", (1, 2, 3)),
        Dimension("lr", None, (1e-4, 1e-2)),
    )
}


def choose_space(names: Sequence[str], options: Sequence[str], arch: str) -> list[Dimension]:
    """The dimensions with these names.

    Args:
        names: keys of `SPACE`.
        options: the arguments that the architecture's builder has.
        arch: its name, for messages.

    Raises:
        InputError: if a name is unknown, or the builder lacks its argument.
    """
    for name in names:
        if name not in SPACE:
            raise InputError(
                f"space {name}: unknown; take some of {', '.join(SPACE)}", argument="space"
            )
        field = SPACE[name].field
        if field is not None and field not in options:
            raise InputError(f"space {name}: {arch} has no {field}; leave it out", argument="space")
    if not names:
        raise InputError(
            f"space: nothing to search; take some of {', '.join(SPACE)}", argument="space"
        )
    return [SPACE[name] for name in dict.fromkeys(names)]
