"""Recipes by name, from files, as they are, and changed."""

import dataclasses
import json
from pathlib import Path

import pytest

from fer_keras.errors import InputError
from fer_keras.training.recipe import Recipe
from fer_keras.training.recipes import MOBILE, choose_recipe


def test_a_name_stands_for_its_own_recipe_and_fields_are_changed() -> None:
    recipe = choose_recipe("mobile-s", epochs=3, batch_size=None, options={"dropout": 0.4})
    own = MOBILE["mobile-s"]
    assert (recipe.arch, recipe.epochs) == ("mobile-s", 3)
    assert recipe.options == {**own.options, "dropout": 0.4}
    assert recipe.batch_size == own.batch_size
    assert recipe.warmup_epochs <= 0.3
    assert choose_recipe().arch == "mobile-s"


def test_a_file_and_a_teacher(tmp_path: Path) -> None:
    file = tmp_path / "recipe.json"
    file.write_text(json.dumps({"arch": "pooled", "learning_rate": 0.01}))
    for given in (file, str(file)):
        recipe = choose_recipe(given, teacher=True)
        assert (recipe.arch, recipe.learning_rate) == ("pooled", 0.01)
        assert recipe.teacher_weight == 0.5
    kept = dataclasses.replace(recipe, teacher_weight=0.9)
    assert choose_recipe(kept, teacher=True) == kept


def test_another_architecture_has_its_own_options() -> None:
    base = Recipe(arch="final", options={"dropout": 0.3}, epochs=7)
    other = choose_recipe(base, arch="baseline", options={"filters": 4})
    assert (other.arch, other.options, other.epochs) == ("baseline", {"filters": 4}, 7)
    with pytest.raises(InputError, match="arch resnet: unknown"):
        choose_recipe("resnet")
