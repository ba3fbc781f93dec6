"""A recipe by its architecture's name, from a file, or as it is, with some fields changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fer_keras.training.recipe import Recipe, read_recipe
from fer_keras.training.recipes import default_recipe

DEFAULT_ARCH = "mobile-s"


def choose_recipe(
    recipe: Recipe | str | Path | None = None,
    *,
    arch: str | None = None,
    options: Mapping[str, Any] | None = None,
    teacher: bool = False,
    **changes: Any,
) -> Recipe:
    """The recipe that is asked for.

    Args:
        recipe: a recipe, the path of a JSON file (a `Path`, or a name that ends in `.json`), or an
            architecture's name, which stands for the recipe of its own; None: that of `arch`.
        arch: another architecture than the recipe's, with its own options.
        options: builder's arguments, beside or instead of the recipe's.
        teacher: whether there is one: a recipe without a share for it then gets one of a half.
        changes: fields of `Recipe`; those that are None are left. A warm-up shrinks with `epochs`.

    Raises:
        InputError: if one of them does not fit.

    >>> choose_recipe("mobile-s", epochs=3).epochs
    3
    """
    if recipe is None:
        recipe = arch or DEFAULT_ARCH
    if isinstance(recipe, str) and not recipe.endswith(".json"):
        chosen = default_recipe(recipe)
    elif isinstance(recipe, Recipe):
        chosen = recipe
    else:
        chosen = read_recipe(Path(recipe))
    if arch is not None and arch != chosen.arch:
        chosen = dataclasses.replace(chosen, arch=arch, options={})
    values = {name: value for name, value in changes.items() if value is not None}
    if "epochs" in values:
        values.setdefault("warmup_epochs", min(chosen.warmup_epochs, values["epochs"] / 10))
    if teacher and not chosen.teacher_weight:
        values.setdefault("teacher_weight", 0.5)
    return dataclasses.replace(chosen, options={**chosen.options, **(options or {})}, **values)
