"""What each ingredient of a recipe is worth: the recipe without it, or with one more."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fer_keras.architectures.registry import find_architecture
from fer_keras.errors import InputError
from fer_keras.training.recipe import Recipe


@dataclass(frozen=True)
class Ablation:
    """A row of the table.

    Attributes:
        name: of the row, and part of its run folder.
        change: gives the changed recipe.
        needs: `votes` or `teacher`, where that must be given; else empty.
    """

    name: str
    change: Callable[[Recipe], Recipe]
    needs: str = ""


def _with(**values: object) -> Callable[[Recipe], Recipe]:
    return lambda recipe: dataclasses.replace(recipe, **values)  # type: ignore[arg-type]


def _without(*changes: str) -> Callable[[Recipe], Recipe]:
    """Without these changes of faces, where the recipe has any of them."""

    def change(recipe: Recipe) -> Recipe:
        kept = recipe.augmentation
        if kept is None or not any(kept.get(name) for name in changes):
            return recipe
        return dataclasses.replace(recipe, augmentation={**kept, **dict.fromkeys(changes, 0.0)})

    return change


def _mirror(how: str) -> Callable[[Recipe], Recipe]:
    def change(recipe: Recipe) -> Recipe:
        mirrors = recipe.augmentation is not None and recipe.augmentation.get("flip")
        return dataclasses.replace(recipe, mirror=how) if mirrors else recipe

    return change


def _option(name: str, value: object) -> Callable[[Recipe], Recipe]:
    return lambda recipe: dataclasses.replace(recipe, options={**recipe.options, name: value})


ABLATIONS = (
    Ablation("base", _with()),
    Ablation("no-augmentation", _with(augmentation=None)),
    Ablation("no-flip", _without("flip")),
    Ablation("no-warp", _without("rotation", "zoom", "stretch", "shift")),
    Ablation("no-light", _without("brightness", "contrast")),
    Ablation("no-erasing", _without("erase")),
    Ablation("no-averaging", _with(ema_decay=0.0)),
    Ablation("running-statistics", _with(precise_bn=0)),
    Ablation("no-smoothing", _with(label_smoothing=0.0)),
    Ablation("smoothing", _with(label_smoothing=0.1)),
    Ablation("no-dropout", _option("dropout", 0.0)),
    Ablation("dropout", _option("dropout", 0.2)),
    Ablation("no-decay", _with(weight_decay=0.0)),
    Ablation("constant-rate", _with(schedule="constant", warmup_epochs=0.0)),
    Ablation("adam-1e-3", _with(optimizer="adam", learning_rate=1e-3, weight_decay=0.0)),
    Ablation("adamw", _with(optimizer="adamw", learning_rate=3e-3, weight_decay=0.05)),
    Ablation("muon", _with(optimizer="muon", learning_rate=0.02, weight_decay=0.02)),
    Ablation("alternating-mirror", _mirror("alternating")),
    Ablation("random-mirror", _mirror("random")),
    Ablation("zero-last-gamma", _option("zero_last_gamma", True)),
    Ablation("mixup", _with(mixup=0.5)),
    Ablation("balanced", _with(balance=0.5)),
    Ablation("votes", _with(votes_weight=0.5), needs="votes"),
    Ablation("teacher", _with(teacher_weight=0.5, teacher_view="plain"), needs="teacher"),
    Ablation("same-view", _with(teacher_weight=0.8, teacher_view="same"), needs="teacher"),
    Ablation(
        "mixup-same-view",
        _with(mixup=0.5, teacher_weight=0.8, teacher_view="same"),
        needs="teacher",
    ),
)
"""The first is the recipe as it is; the others change one thing, but for the last: mixup with a
teacher that answers for the mixed faces, to be held against `same-view`."""


def choose_ablations(
    names: Sequence[str] | None, recipe: Recipe, *, votes: bool, teacher: bool
) -> list[Ablation]:
    """The rows to train: those named, or all that can be.

    Args:
        names: of rows, or None: all for which there is what they need, that change this recipe,
            and that its architecture can be built with. `base` is always among them.
        recipe: the base.
        votes: whether FER+ votes are given.
        teacher: whether a teacher is.

    Raises:
        InputError: if a name is unknown, or a named row needs what was not given, or changes
            nothing of this recipe.
    """
    given = {"": True, "votes": votes, "teacher": teacher}
    if names is None:
        accepted = inspect.signature(find_architecture(recipe.arch).build).parameters
        return [
            row
            for row in ABLATIONS
            if given[row.needs]
            and (row is ABLATIONS[0] or row.change(recipe) != recipe)
            and set(row.change(recipe).options) <= {*accepted}
        ]
    known = {row.name: row for row in ABLATIONS}
    chosen = [ABLATIONS[0]]
    for name in names:
        if name not in known:
            raise InputError(f"rows {name}: known are {', '.join(known)}", "rows")
        if not given[known[name].needs]:
            other = "ferplus" if known[name].needs == "votes" else "teacher"
            raise InputError(f"rows {name}: give `{other}`, too", "rows")
        if known[name] is not ABLATIONS[0] and known[name].change(recipe) == recipe:
            raise InputError(
                f"rows {name}: changes nothing of this {recipe.arch}'s recipe; leave it out",
                "rows",
            )
        if known[name] not in chosen:
            chosen.append(known[name])
    return chosen
