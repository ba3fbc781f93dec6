"""Recipes: they survive a file, and say what does not fit."""

import dataclasses
import json
from pathlib import Path

import pytest

from fer_keras.architectures.registry import ARCHITECTURES, build
from fer_keras.errors import InputError
from fer_keras.training.recipe import Recipe, read_recipe, recipe_from_json
from fer_keras.training.recipes import MOBILE, PAPER, default_recipe


def test_the_papers_recipe_is_what_it_states() -> None:
    for recipe in PAPER.values():
        assert recipe.optimizer == "adam"
        assert recipe.epochs == 10
        assert recipe.augmentation is None


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_every_architecture_has_a_recipe_that_builds(arch: str) -> None:
    recipe = default_recipe(arch)
    build(recipe.arch, options=recipe.options)
    recipe.augment()


@pytest.mark.parametrize("recipe", [PAPER["final"], MOBILE["mobile-s"]])
def test_a_file_keeps_a_recipe(recipe: Recipe, tmp_path: Path) -> None:
    recipe = dataclasses.replace(recipe, options={"dropout": 0.3})
    file = tmp_path / "recipe.json"
    file.write_text(json.dumps(recipe.to_json()))
    assert read_recipe(file) == recipe


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"epoch": 3}, "no recipe has epoch; known are arch"),
        ({"epochs": "3"}, "epochs is '3'; it must be a number"),
        ({"epochs": 2.5}, "epochs is 2.5; it must be a whole number"),
        ({"epochs": 0}, "epochs is 0; it must be 1 to 1,000,000"),
        ({"epochs": True}, "must be a number"),
        ({"optimizer": "rmsprop"}, "one of adam, adamw, sgd"),
        ({"schedule": 3}, "must be a name"),
        ({"label_smoothing": 1.0}, "0 up to 1"),
        ({"mixup": 1.5}, "mixup is 1.5; it must be 0 to 1"),
        ({"balance": -0.1}, "balance is -0.1; it must be 0 to 1"),
        ({"options": [1]}, "an object in braces"),
    ],
)
def test_what_does_not_fit_is_named(values: dict, message: str) -> None:
    with pytest.raises(InputError, match="recipe") as error:
        recipe_from_json(values, "my recipe.json")
    assert message in str(error.value)


NEAR_ZERO, NEAR_ONE = 1e-9, 1 - 1e-9


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("epochs", (1,), (0,)),
        ("batch_size", (1,), (0,)),
        ("learning_rate", (NEAR_ZERO,), (0.0, -0.5)),
        ("warmup_epochs", (0.0, 10.0), (-NEAR_ZERO, 10.5)),
        ("adam_share", (NEAR_ZERO, 2.0), (0.0, -0.5)),
        ("weight_decay", (0.0,), (-NEAR_ZERO,)),
        ("label_smoothing", (0.0, NEAR_ONE), (-NEAR_ZERO, 1.0)),
        ("votes_weight", (0.0, 1.0), (-NEAR_ZERO, 1.5)),
        ("teacher_weight", (0.0, 1.0), (-NEAR_ZERO, 1.5)),
        ("mixup", (0.0, 1.0), (-NEAR_ZERO, 1.5)),
        ("balance", (0.0, 1.0), (-NEAR_ZERO, 1.5)),
        ("precise_bn", (0, 1), (-1,)),
        ("ema_decay", (0.0, NEAR_ONE), (-NEAR_ZERO, 1.0)),
        ("optimizer", ("adam", "adamw", "sgd", "muon"), ("lion",)),
        ("schedule", ("constant", "cosine"), ("step",)),
        ("mirror", ("random", "alternating"), ("always",)),
        ("teacher_view", ("plain", "same"), ("other",)),
    ],
)
def test_every_field_has_its_ends(name: str, good: tuple, bad: tuple) -> None:
    for value in good:
        assert getattr(Recipe(**{name: value}), name) == value
    for value in bad:
        with pytest.raises(InputError, match=f"^{name} is"):
            Recipe(**{name: value})


def test_numbers_are_finite_and_whole_where_they_count() -> None:
    with pytest.raises(InputError, match="must be finite"):
        recipe_from_json({"learning_rate": float("nan")}, "recipe")
    recipe = recipe_from_json({"precise_bn": 3.0}, "recipe")
    assert recipe.precise_bn == 3
    assert isinstance(recipe.precise_bn, int)


@pytest.mark.parametrize("text", ["", "[]", "{", "3"])
def test_files_that_are_no_recipe(text: str, tmp_path: Path) -> None:
    file = tmp_path / "recipe.json"
    file.write_text(text)
    with pytest.raises(InputError, match=r"recipe\.json"):
        read_recipe(file)
    with pytest.raises(InputError, match="no such file"):
        read_recipe(tmp_path / "missing.json")


def test_an_unknown_change_is_named() -> None:
    with pytest.raises(InputError, match="augmentation has no rotate; it has flip"):
        Recipe(augmentation={"rotate": 3}).augment()


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_a_number_of_a_recipe_is_finite(value: float) -> None:
    with pytest.raises(InputError, match=r"learning_rate is (inf|nan); it must be a finite number"):
        Recipe(learning_rate=value)
