"""What each ingredient of a recipe is worth: trainings without it, of one seed or several."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fer_keras.data.face_data import FaceData, Split
from fer_keras.errors import InputError
from fer_keras.evaluation.scores import paired_difference_interval
from fer_keras.figures import save_figure
from fer_keras.runs.run_folder import RunFolder
from fer_keras.studies.ablations import choose_ablations
from fer_keras.studies.kept_answer import kept_answer
from fer_keras.studies.planned_run import PlannedRun
from fer_keras.studies.sweep import run_sweep
from fer_keras.training.recipe import Recipe

if TYPE_CHECKING:
    from matplotlib.figure import Figure


Bools = NDArray[np.bool_]


def ablate(
    data: FaceData,
    recipe: Recipe,
    rows: Sequence[str] | None = None,
    *,
    teacher: Path | None = None,
    seeds: int = 1,
    seed: int = 0,
    out: str | Path = "runs/ablation",
    precision: str = "float32",
    device: str | None = None,
    storage: str | None = None,
    study: str = "ablate",
    table_only: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    report: Callable[[str], None] = print,
) -> pd.DataFrame:
    """Train a recipe without each of its ingredients, and compare on the validation split.

    Stopped, it goes on where it was: a run that is finished is not trained again. Several processes
    with the same `out` share the runs; so do machines with the same `storage`.

    Args:
        data: from `open_data`; with FER+ votes for the row of that name.
        recipe: the base.
        rows: names of `ABLATIONS`, or None for all that can be and that change the recipe.
        teacher: run or `.keras` file, for the rows that need one.
        seeds: trainings of each row; only from two on is it known what chance does.
        seed: the first of them.
        out: folder of runs and tables; ablation.csv, .md and .png are left there.
        precision, device: as in `train`.
        storage, study: a database and a study's name in it, to share the runs with other machines.
        table_only: make the table of the runs that are finished.
        callbacks: of every training.
        report: called with each line that tells how it goes.

    Returns:
        The table, see `make_ablation_table`.

    Raises:
        InputError: if a row is unknown or can't be, a folder holds another run, or with
            `table_only` no run of the base is finished.
        FailedRunsError: if some runs failed; the tables have the others.
    """
    folder, split = Path(out), data.split("validation")
    has_votes = data.split("train").votes is not None
    chosen = choose_ablations(rows, recipe, votes=has_votes, teacher=teacher is not None)
    plan = [
        PlannedRun(
            row.name,
            number,
            folder / f"{recipe.arch}-{row.name}-seed-{number}",
            row.change(recipe),
            teacher if row.needs == "teacher" else None,
            precision,
            device,
        )
        for number in range(seed, seed + seeds)
        for row in chosen
    ]
    swept = run_sweep(
        plan,
        data,
        lambda run: {"right": _rightly_named(RunFolder(run.folder), data.labels, split)},
        storage=storage,
        study=study,
        only_finished=table_only,
        callbacks=callbacks,
        report=report,
    )
    right: dict[str, dict[int, Bools]] = {row.name: {} for row in chosen}
    for run in plan:
        if answer := swept.answers.get(run.folder.name):
            right[run.name][run.seed] = _unpacked(answer["right"], len(split))
    table = make_ablation_table(right)
    write_ablation(table, folder)
    swept.raise_failures()
    if table_only and table.empty:
        raise InputError(f"{folder}: no run is finished, so there is no table to make")
    return table


def _rightly_named(run: RunFolder, labels: tuple[str, ...], split: Split) -> str:
    """Which faces its best model names rightly, packed; right.json keeps the answer."""

    def check(right: Any) -> None:
        _unpacked(right, len(split))

    return str(kept_answer(run, "right.json", labels, split, "right", _packed, check))


def _packed(right: Bools) -> str:
    return base64.b64encode(np.packbits(right).tobytes()).decode()


def _unpacked(text: str, count: int) -> Bools:
    bits = np.frombuffer(base64.b64decode(text), np.uint8)
    if len(bits) != -(-count // 8):
        raise ValueError(f"{len(bits)} bytes for {count} faces")
    return np.unpackbits(bits, count=count).astype(bool)


Right = Mapping[int, NDArray[np.bool_]]
"""By seed, which validation faces a model names rightly."""

ONE_SEED = "one seed"
NONE = "none"
COLUMNS = ["row", "seeds", "accuracy", "worst", "best", "difference", "low", "high", "conclusion"]


def make_ablation_table(right: Mapping[str, Right]) -> pd.DataFrame:
    """A line for each row, the first as it is, the others against it.

    Args:
        right: by row; the first is the base. Rows without a seed that the base has are left out.

    Returns:
        Columns row, seeds, accuracy (mean of the seeds), worst, best (seed), difference (to the
        base, mean over the seeds that both have), low, high (of several seeds: of the difference
        between the seeds; of one: its paired 95 % interval), conclusion: `better` or `worse`
        where the difference is larger than the spread between the seeds of either and every seed
        agrees, else `none`; `one seed` where the spread is not known. Fractions.
    """
    base = next(iter(right.values()))
    lines = []
    for name, runs in right.items():
        both = sorted(set(runs) & set(base))
        if not both:
            continue
        own = np.array([runs[seed].mean() for seed in both])
        others = np.array([base[seed].mean() for seed in both])
        steps = own - others
        if len(both) == 1:
            low, high = paired_difference_interval(runs[both[0]], base[both[0]])
        else:
            low, high = float(steps.min()), float(steps.max())
        lines.append(
            {
                "row": name,
                "seeds": len(both),
                "accuracy": float(own.mean()),
                "worst": float(own.min()),
                "best": float(own.max()),
                "difference": float(steps.mean()),
                "low": low,
                "high": high,
                "conclusion": _conclusion(steps, max(np.ptp(own), np.ptp(others))),
            }
        )
    return pd.DataFrame(lines, columns=COLUMNS)


def _conclusion(steps: NDArray[np.float64], spread: float) -> str:
    if len(steps) < 2:
        return ONE_SEED
    if abs(steps.mean()) > spread and (steps > 0).all():
        return "better"
    if abs(steps.mean()) > spread and (steps < 0).all():
        return "worse"
    return NONE


def write_ablation(table: pd.DataFrame, out: Path) -> None:
    """Write ablation.csv, ablation.md and, of two lines or more, ablation.png into a folder."""
    if table.empty:
        return
    folder = RunFolder(out)
    folder.write_text("ablation.csv", table.to_csv(index=False))
    folder.write_text("ablation.md", ablation_markdown(table))
    picture = out / "ablation.png"
    if len(table) > 1:
        save_figure(draw_ablation(table), picture)
    else:  # nothing to compare; a picture of before would be of another table
        picture.unlink(missing_ok=True)


def ablation_markdown(table: pd.DataFrame) -> str:
    """The table for a README, in percent and points."""
    lines = [
        "| recipe | accuracy | worst to best seed | against the base, points | conclusion |",
        "| --- | --- | --- | --- | --- |",
    ]
    for number, row in enumerate(table.to_dict("records")):
        ends = f"{100 * row['low']:+.2f} to {100 * row['high']:+.2f}"
        against = f"{100 * row['difference']:+.2f} ({ends})" if number else "-"
        several = row["seeds"] > 1
        spread = f"{100 * row['worst']:.2f} to {100 * row['best']:.2f}" if several else "-"
        lines.append(
            f"| {row['row']} | {100 * row['accuracy']:.2f} % | {spread} | {against} | "
            f"{row['conclusion'] if number else '-'} |"
        )
    return "\n".join(lines) + "\n"


def draw_ablation(table: pd.DataFrame) -> Figure:
    """The differences to the base, in points, with their ends; grey where nothing follows."""
    from matplotlib.figure import Figure

    rows = table.iloc[1:][::-1]
    figure = Figure(figsize=(7, 0.42 * len(rows) + 1.4), layout="constrained")
    axes = figure.add_subplot()
    places = np.arange(len(rows))
    middle = 100 * rows["difference"].to_numpy(float)
    low, high = (100 * rows[end].to_numpy(float) for end in ("low", "high"))
    colours = [
        {"better": "#1a7f37", "worse": "#d1242f"}.get(conclusion, "#6e7781")
        for conclusion in rows["conclusion"]
    ]
    axes.hlines(places, low, high, color=colours, alpha=0.4, linewidth=4)
    axes.scatter(middle, places, c=colours, s=45, zorder=3)
    axes.axvline(0, color="#6e7781", lw=1)
    axes.set_yticks(places, rows["row"])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    base, seeds = 100 * float(table["accuracy"].iloc[0]), int(table["seeds"].iloc[0])
    ends = "95 % interval" if seeds == 1 else f"the {seeds} seeds"
    axes.set_xlabel(f"points of validation accuracy against the base's {base:.2f} % (bars: {ends})")
    axes.grid(axis="x", alpha=0.25)
    axes.spines[["top", "right", "left"]].set_visible(False)
    return figure
