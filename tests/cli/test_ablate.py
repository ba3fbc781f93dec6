from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from fer_keras.cli.main import app
from fer_keras.errors import InputError
from fer_keras.runs.run_folder import RunFolder, claim
from fer_keras.training.recipes import default_recipe

TINY = ["--sizes", "60,40,20", "--epochs", "1"]


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """mobile-s' own, of a network that is built in a moment."""
    small = replace(default_recipe("mobile-s"), options={"stem": 4, "blocks": [[8, 2]]})
    path = tmp_path_factory.mktemp("recipe") / "recipe.json"
    path.write_text(json.dumps(small.to_json()))
    return path


def ablate(recipe: Path, *arguments: object) -> Any:
    words = ["ablate", "--recipe", recipe, *TINY, *arguments]
    return CliRunner().invoke(app, [str(word) for word in words])


def test_rows_change_one_thing_each_and_are_compared(tmp_path: Path, recipe: Path) -> None:
    rows = ["--rows", "no-warp,no-averaging", "--precision", "mixed_bfloat16", "--out", tmp_path]
    result = ablate(recipe, *rows)
    assert result.exit_code == 0, result.output
    table = pd.read_csv(tmp_path / "ablation.csv").set_index("row")
    assert list(table.index) == ["base", "no-warp", "no-averaging"]
    assert table.loc["base", "difference"] == 0
    assert set(table["conclusion"]) == {"one seed"}
    for name, row in table.iterrows():
        run = RunFolder(tmp_path / f"mobile-s-{name}-seed-0")
        assert row["accuracy"] == pytest.approx(run.read_history()["val_accuracy"].max())
        assert row["difference"] == pytest.approx(row["accuracy"] - table.loc["base", "accuracy"])
    configs = [
        RunFolder(tmp_path / f"mobile-s-{name}-seed-0").read_config() for name in table.index
    ]
    assert {config["precision"] for config in configs} == {"mixed_bfloat16"}
    base, warp, averaging = (config["recipe"] for config in configs)
    assert warp == {**base, "augmentation": warp["augmentation"]}
    assert warp["augmentation"]["rotation"] == 0 < base["augmentation"]["rotation"]
    assert averaging == {**base, "ema_decay": 0.0}
    assert (tmp_path / "ablation.png").exists()

    state = tmp_path / "mobile-s-base-seed-0" / "last.npz"
    before = state.stat().st_mtime_ns
    again = ablate(recipe, *rows)
    assert "3 of 3 runs are finished" in again.stdout
    assert state.stat().st_mtime_ns == before


def test_a_recipe_file_is_the_base(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.json"
    recipe.write_text('{"arch": "mobile-s", "options": {"stem": 4, "blocks": [[8, 2]]}}')
    arguments = ["--sizes", "60,40,20", "--epochs", "1", "--rows", "base", "--out", tmp_path]
    (tmp_path / "ablation.png").write_bytes(b"of another table")
    command = ["ablate", "--recipe", recipe, *arguments]
    result = CliRunner().invoke(app, [str(word) for word in command])
    assert result.exit_code == 0, result.output
    config = RunFolder(tmp_path / "mobile-s-base-seed-0").read_config()
    assert config["recipe"]["options"] == {"stem": 4, "blocks": [[8, 2]]}
    assert config["recipe"]["epochs"] == 1
    assert not (tmp_path / "ablation.png").exists(), "there is nothing to compare"


@pytest.mark.parametrize(
    ("rows", "message"), [("no-hope", "known are base"), ("votes", "give --ferplus")]
)
def test_bad_rows_are_named(rows: str, message: str, tmp_path: Path, recipe: Path) -> None:
    result = ablate(recipe, "--rows", rows, "--out", tmp_path)
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)
    assert not list(tmp_path.iterdir())


def test_processes_with_one_folder_share_the_runs_and_seeds_lie_apart(
    tmp_path: Path, recipe: Path
) -> None:
    rows = ["--rows", "no-warp", "--out", tmp_path]
    with claim(tmp_path / "mobile-s-base-seed-0") as ours:  # what another process would hold
        assert ours
        with claim(tmp_path / "mobile-s-base-seed-0") as again:
            assert not again
        result = ablate(recipe, *rows)
    assert result.exit_code == 0, result.output
    assert "mobile-s-base-seed-0: another process trains it" in result.stdout
    assert not (tmp_path / "mobile-s-base-seed-0").exists()
    assert (tmp_path / "mobile-s-no-warp-seed-0" / "right.json").exists()
    with pytest.raises(InputError, match="no run is finished"):
        raise ablate(recipe, *rows, "--table-only").exception

    assert ablate(recipe, *rows, "--seed", "1").exit_code == 0
    assert ablate(recipe, *rows).exit_code == 0
    trained = {path.parent.name for path in tmp_path.glob("*/best.keras")}
    folders = {"mobile-s-base-seed-0", "mobile-s-no-warp-seed-0"}
    assert trained == folders | {name.replace("-seed-0", "-seed-1") for name in folders}
    result = ablate(recipe, *rows, "--seeds", "3", "--table-only")
    assert result.exit_code == 0, result.output
    assert set(pd.read_csv(tmp_path / "ablation.csv")["seeds"]) == {2}


def test_an_answer_is_kept_until_the_model_is_another(tmp_path: Path, recipe: Path) -> None:
    rows = ["--rows", "base", "--out", tmp_path]
    ablate(recipe, *rows)
    kept = tmp_path / "mobile-s-base-seed-0" / "right.json"
    first, asked = kept.read_text(), kept.stat().st_mtime_ns
    ablate(recipe, *rows)
    assert kept.stat().st_mtime_ns == asked
    for damaged in (
        first.replace('"model": "', '"model": "0'),
        first.replace('"right": "', '"right": "AAAA'),
    ):
        kept.write_text(damaged)
        ablate(recipe, *rows)
        assert kept.read_text() == first
