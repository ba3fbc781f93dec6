"""`fer-keras architectures`: what can be built, what it costs, what the paper says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def architectures(
    name: Annotated[str | None, typer.Argument(help="Draw this one's graph.")] = None,
    classes: Annotated[int, typer.Option(help="Number of outputs.", min=2)] = 7,
    out: Annotated[
        Path | None, typer.Option(help="Where the drawing goes; default NAME.png here.")
    ] = None,
) -> None:
    """List the architectures, or draw the graph of one.

    Accuracies are the paper's, on FER2013's validation and test split.

    Example: `fer-keras architectures final-slim --out final-slim.png`
    """
    from rich.console import Console
    from rich.table import Table

    from fer_keras.architectures.registry import build, find_architecture
    from fer_keras.architectures.table import list_architectures

    console = Console()
    if name is None:
        table = Table("name", "parameters", "MACs", "paper val", "paper test", "notation")
        for row in list_architectures(classes).itertuples():
            table.add_row(
                row.name,
                f"{row.parameters:,}",
                f"{row.multiply_accumulates / 1e6:,.1f} M",
                _percent(row.paper_validation),
                _percent(row.paper_test),
                row.notation.replace("[", r"\["),
            )
        console.print(table)
        return

    from fer_keras.architectures.drawing import draw_graph

    find_architecture(name)
    model = build(name, classes)
    path = out or Path(f"{name}.png")
    temporary = path.with_name(f".partial-{path.name}")
    draw_graph(model).savefig(temporary, dpi=130, format="png")
    temporary.replace(path)
    console.print(f"{name}: {len(model.layers)} layers, drawn in {path}")


def _percent(fraction: float | None) -> str:
    return "-" if fraction is None or fraction != fraction else f"{fraction:.1%}"
