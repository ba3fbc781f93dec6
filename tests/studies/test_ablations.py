"""Every row of an ablation changes what its name says, or there is no such row."""

from __future__ import annotations

import dataclasses

import pytest

from fer_keras.errors import InputError
from fer_keras.studies.ablations import choose_ablations
from fer_keras.training.recipe import Recipe
from fer_keras.training.recipes import default_recipe


def rows_of(recipe: Recipe) -> dict[str, Recipe]:
    chosen = choose_ablations(None, recipe, votes=True, teacher=True)
    return {row.name: row.change(recipe) for row in chosen}


def test_a_recipe_that_leaves_faces_as_they_are_has_no_row_without_their_changes() -> None:
    rows = rows_of(default_recipe("final"))
    assert {"base", "constant-rate", "muon", "balanced", "votes"} <= set(rows)
    assert all(changed.augmentation is None for changed in rows.values())
    assert not {"alternating-mirror", "random-mirror"} & set(rows)


def test_a_row_switches_off_what_it_names_and_nothing_else() -> None:
    recipe = default_recipe("mobile-s")
    rows = rows_of(recipe)
    assert recipe.augmentation is not None
    assert rows["no-light"].augmentation == {**recipe.augmentation, "brightness": 0, "contrast": 0}
    assert rows["no-flip"].augmentation == {**recipe.augmentation, "flip": 0}
    assert rows["random-mirror"] == dataclasses.replace(recipe, mirror="random")
    assert rows["smoothing"] == dataclasses.replace(recipe, label_smoothing=0.1)
    assert rows["dropout"] == dataclasses.replace(recipe, options={"dropout": 0.2})
    assert rows["mixup-same-view"] == dataclasses.replace(rows["same-view"], mixup=0.5)
    # What it does without anyway is no row.
    assert not {"alternating-mirror", "no-smoothing", "no-dropout"} & set(rows)
    unmirrored = rows_of(rows["no-flip"])
    assert not {"no-flip", "random-mirror"} & set(unmirrored)
    # What a recipe does not name, it does without.
    partly = rows_of(dataclasses.replace(recipe, augmentation={"flip": 0.5}))
    assert partly["no-flip"].augmentation == {"flip": 0}
    assert not {"no-warp", "no-light", "no-erasing"} & set(partly)


def test_a_named_row_that_changes_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="rows no-warp: changes nothing of this final's recipe"):
        choose_ablations(["no-warp"], default_recipe("final"), votes=False, teacher=False)
    assert choose_ablations(["base"], Recipe(), votes=False, teacher=False)
