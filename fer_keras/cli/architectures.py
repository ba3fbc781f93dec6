"""`fer-keras architectures`: what can be built, what it costs, what the paper says of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fer_keras.cli.printing import print_table, say


def architectures(
    name: Annotated[str | None, typer.Argument(help="Draw this one's graph.")] = None,
    classes: Annotated[int, typer.Option(help="Number of outputs.", min=2)] = 7,
    out: Annotated[
        Path | None,
        typer.Option(help="Where the drawing goes; default NAME.png here.", metavar="FILE"),
    ] = None,
) -> None:
    """List the architectures, or draw the graph of one.

    Accuracies are the paper's, on FER2013's validation and test split.

    Example: `fer-keras architectures final-slim --out final-slim.png`
    """
    from fer_keras.architectures.registry import build

    if name is None:
        from fer_keras.architectures.table import list_architectures
        from fer_keras.tables import TextTable

        rows = [
            [
                row.name,
                f"{row.parameters:,}",
                f"{row.multiply_accumulates / 1e6:,.1f} M",
                _percent(row.paper_validation),
                _percent(row.paper_test),
                row.notation,
            ]
            for row in list_architectures(classes).itertuples()
        ]
        columns = ["name", "parameters", "MACs", "paper val", "paper test", "notation"]
        print_table(TextTable(columns, rows, left=frozenset({"notation"})))
        return
    model = build(name, classes)

    from fer_keras.architectures.drawing import draw_graph
    from fer_keras.figures import save_figure

    path = out or Path(f"{name}.png")
    save_figure(draw_graph(model), path)
    say(f"{name}: {len(model.layers)} layers, drawn in {path}")


def _percent(fraction: float | None) -> str:
    return "-" if fraction is None or fraction != fraction else f"{fraction:.1%}"
