"""The table that follows an export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

COLUMNS = (
    "KB",
    "accuracy %",
    "drop (95 %)",
    "p",
    "agrees %",
    "worst class",
    "max Δp",
    "computes in",
)
WIDTH = 120
"""Columns of text that the table takes."""


def draw_export_table(report: dict[str, Any]) -> Table:
    """Parity of each file, from what `export_model` returned."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    data = report["data"]
    table = Table(
        title=(
            f"{report['model']}: {100 * data['keras_accuracy']:.2f} % in Keras on "
            f"{data['faces']:,} {data['split']} faces; files on {report['kernels']}"
        ),
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    table.add_column("file", no_wrap=True)
    for column in COLUMNS:
        table.add_column(column, justify="right", no_wrap=True)
    for file in report["files"]:
        table.add_row(*_row(file))
    return table


def _row(file: dict[str, Any]) -> list[str]:
    parity = file["parity"]
    low, high = (100 * end for end in parity["drop_interval"])
    return [
        file["file"],
        f"{file['bytes'] / 1000:,.0f}",
        f"{100 * parity['accuracy']:.2f}",
        f"{100 * parity['drop']:.2f} ({low:.2f} to {high:.2f})",
        f"{parity['mcnemar_p']:.2f}",
        f"{100 * parity['agreement']:.2f}",
        f"{parity['worst_class']} {100 * parity['worst_class_drop']:.1f}",
        f"{parity['largest_difference']:.1e}",
        "float" if file["float_operators"] else "integers",
    ]
