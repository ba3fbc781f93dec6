"""Recipes: how an architecture is trained, as data."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fer_keras.errors import InputError
from fer_keras.files import read_json

if TYPE_CHECKING:
    from fer_keras.data.augmentation import Augmentation

OPTIMIZERS = ("adam", "adamw", "sgd", "muon")
SCHEDULES = ("constant", "cosine")
MIRRORS = ("random", "alternating")
TEACHER_VIEWS = ("plain", "same")

MOST = 10**6
"""Epochs, and faces at a time: more is a slip of the keyboard, and too large for counters."""


@dataclass(frozen=True)
class Recipe:
    """All that a training depends on, but for the data and the seed.

    The defaults are the paper's: Adam, 10 epochs, cross entropy, nothing else (section 3.1). Batch
    size and learning rate it does not give; these are Keras' usual ones.

    Attributes:
        arch: name of the architecture.
        options: keyword arguments of its builder.
        epochs: passes over the training split.
        batch_size: faces a step.
        optimizer: one of `OPTIMIZERS`; sgd has Nesterov momentum 0.9, muon is `ConvMuon`.
        learning_rate: the rate, or its peak under a schedule.
        schedule: `constant`, or `cosine`: falling to nothing at the last step.
        warmup_epochs: epochs in which the rate rises from nothing to its peak (cosine only).
        adam_share: rate of muon's Adam, which moves stem, head, offsets and normalisation, as a
            share of muon's own, whose orthogonal steps are larger.
        weight_decay: decoupled decay of kernels (adamw, sgd, muon).
        label_smoothing: share of the target spread evenly over the classes.
        votes_weight: share of the target that is P(label | FER+ votes), see `label_given_votes`.
        teacher_weight: share of the target taken from a teacher's probabilities.
        teacher_view: `plain`: the teacher is asked once about the unchanged faces and their mirror
            images; `same`: in every epoch about the very faces that the student sees, changed and
            mixed (Beyer et al. 2022, "A good teacher is patient and consistent").
        views: epochs whose faces are changed in ways of their own; after those the same come again,
            and a long training asks its teacher no more. 0: every epoch's changes are new.
        mixup: largest share of another face laid over each, with as much of its target; 0 is off.
        balance: how far rare classes are drawn more often (`drawing_rates`); 0 is not, 1 until all
            are drawn equally often.
        ema_decay: momentum of the running mean of the weights that is evaluated and kept; 0 is off.
        precise_bn: training faces, unchanged ones, on which batch norm's statistics are measured
            anew for the model that is evaluated and kept; 0 keeps the running ones.
        mirror: `random`: a coin for each face and epoch; `alternating`: every other epoch, after a
            random first choice. Either way only where `augmentation` has a flip.
        augmentation: names and values of `Augmentation`'s fields, or None for none.
    """

    arch: str = "final-slim"
    options: Mapping[str, Any] = field(default_factory=dict)
    epochs: int = 10
    batch_size: int = 64
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    schedule: str = "constant"
    warmup_epochs: float = 0.0
    adam_share: float = 0.2
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    votes_weight: float = 0.0
    teacher_weight: float = 0.0
    teacher_view: str = "plain"
    views: int = 0
    mixup: float = 0.0
    balance: float = 0.0
    ema_decay: float = 0.0
    precise_bn: int = 0
    mirror: str = "random"
    augmentation: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        """Refuse values that no training could run with."""
        checks = (
            ("optimizer", self.optimizer in OPTIMIZERS, f"one of {', '.join(OPTIMIZERS)}"),
            ("schedule", self.schedule in SCHEDULES, f"one of {', '.join(SCHEDULES)}"),
            ("epochs", 1 <= self.epochs <= MOST, f"1 to {MOST:,}"),
            ("batch_size", 1 <= self.batch_size <= MOST, f"1 to {MOST:,}"),
            ("learning_rate", self.learning_rate > 0, "above 0"),
            ("warmup_epochs", 0 <= self.warmup_epochs <= self.epochs, "0 to the number of epochs"),
            ("adam_share", self.adam_share > 0, "above 0"),
            ("weight_decay", self.weight_decay >= 0, "0 or more"),
            ("label_smoothing", 0 <= self.label_smoothing < 1, "0 up to 1"),
            ("votes_weight", 0 <= self.votes_weight <= 1, "0 to 1"),
            ("teacher_weight", 0 <= self.teacher_weight <= 1, "0 to 1"),
            ("views", 0 <= self.views <= MOST, f"0 to {MOST:,}"),
            ("mixup", 0 <= self.mixup <= 1, "0 to 1"),
            ("balance", 0 <= self.balance <= 1, "0 to 1"),
            ("precise_bn", 0 <= self.precise_bn <= MOST, f"0 to {MOST:,}"),
            ("ema_decay", 0 <= self.ema_decay < 1, "0 up to 1"),
            ("mirror", self.mirror in MIRRORS, f"one of {', '.join(MIRRORS)}"),
            (
                "teacher_view",
                self.teacher_view in TEACHER_VIEWS,
                f"one of {', '.join(TEACHER_VIEWS)}",
            ),
        )
        for each in dataclasses.fields(self):
            value = getattr(self, each.name)
            if isinstance(value, float) and not math.isfinite(value):
                raise InputError(f"{each.name} is {value}; it must be a finite number", each.name)
        for name, fits, wanted in checks:
            if not fits:
                raise InputError(f"{name} is {getattr(self, name)}; it must be {wanted}", name)

    def to_json(self) -> dict[str, Any]:
        """The recipe as plain JSON values."""
        return dataclasses.asdict(self)

    def view(self, epoch: int) -> int:
        """The number of the changes that an epoch shows."""
        return epoch % self.views if self.views else epoch

    def augment(self) -> Augmentation | None:
        """The augmentation, or None.

        Raises:
            InputError: if it names a change that does not exist.
        """
        from fer_keras.data.augmentation import Augmentation

        if self.augmentation is None:
            return None
        known = [f.name for f in dataclasses.fields(Augmentation)]
        for name in self.augmentation:
            if name not in known:
                raise InputError(f"recipe: augmentation has no {name}; it has {', '.join(known)}")
        return Augmentation(**self.augmentation)


def scale_changes(recipe: Recipe, strength: float) -> Recipe:
    """The recipe with all changes of faces so many times as strong, but for the mirror.

    Probabilities end at 1.
    """
    if not recipe.augmentation:
        return recipe
    changes = {
        name: value
        if name == "flip"
        else min(value * strength, 1.0)
        if name == "erase"
        else value * strength
        for name, value in recipe.augmentation.items()
    }
    return dataclasses.replace(recipe, augmentation=changes)


def recipe_from_json(values: Mapping[str, Any], source: str) -> Recipe:
    """The recipe that `to_json` gave.

    Args:
        values: names and values of `Recipe`'s fields; those left out keep their defaults.
        source: where they come from, for messages.

    Raises:
        InputError: if a name is unknown or a value is of the wrong kind.
    """
    known = {f.name: f for f in dataclasses.fields(Recipe)}
    defaults = Recipe()
    cleaned: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise InputError(f"{source}: no recipe has {name}; known are {', '.join(known)}")
        default = getattr(defaults, name)
        if isinstance(default, int | float) and (
            isinstance(value, bool) or not isinstance(value, int | float)
        ):
            raise InputError(f"{source}: {name} is {value!r}; it must be a number")
        if isinstance(value, float) and not math.isfinite(value):
            raise InputError(f"{source}: {name} is {value!r}; it must be finite")
        if isinstance(default, int) and value != int(value):
            raise InputError(f"{source}: {name} is {value!r}; it must be a whole number")
        if isinstance(default, str) and not isinstance(value, str):
            raise InputError(f"{source}: {name} is {value!r}; it must be a name in quotes")
        if name == "augmentation" and not _is_augmentation(value):
            raise InputError(f"{source}: {name} is {value!r}; it must be an object of numbers")
        if isinstance(default, Mapping) and not isinstance(value, Mapping):
            raise InputError(f"{source}: {name} is {value!r}; it must be an object in braces")
        cleaned[name] = int(value) if isinstance(default, int) else value
    try:
        return Recipe(**cleaned)
    except InputError as error:  # the file's fault, of no argument
        raise InputError(f"{source}: {error}") from error


def _is_augmentation(value: Any) -> bool:
    return value is None or (
        isinstance(value, Mapping)
        and all(isinstance(one, int | float) and math.isfinite(one) for one in value.values())
    )


def read_recipe(path: Path) -> Recipe:
    """The recipe in a JSON file, as `fer-keras tune` and `config.json` write it.

    Raises:
        InputError: if the file can't be read as a recipe.
    """
    values = read_json(path)
    if not isinstance(values, dict):
        raise InputError(f"{path}: a recipe is a JSON object of names and values")
    return recipe_from_json(values, str(path))
