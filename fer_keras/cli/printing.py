"""How commands print: results to standard output, all that is said aside to the error stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fer_keras.cli.streams import shown

if TYPE_CHECKING:
    from rich.console import Console

    from fer_keras.tables import TextTable


def say(line: str) -> None:
    """A line aside: standard output may be JSON for a program."""
    from rich.console import Console

    Console(stderr=True).print(shown(line), highlight=False, markup=False, soft_wrap=True)


def printer() -> tuple[Callable[[str], None], Console]:
    """A function that prints a line as it is, and the console that it prints on."""
    from rich.console import Console

    console = Console()

    def say(line: str) -> None:
        console.print(shown(line), highlight=False, markup=False, soft_wrap=True)

    return say, console


def print_table(table: TextTable) -> None:
    """A table to standard output, however wide: into a file it is never cut."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    drawn = Table(
        title=escape(shown(table.title)) or None,
        title_justify="left",
        caption=escape(shown(table.caption)) if table.caption else None,
        caption_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for place, name in enumerate(table.columns):
        left = place == 0 or name in table.left
        drawn.add_column(escape(shown(name)), justify="left" if left else "right", overflow="fold")
    for row in table.rows:
        drawn.add_row(*(escape(shown(cell)) for cell in row))
    console = Console()
    if not console.is_terminal:
        widths = [
            max(map(len, cells)) + 2 for cells in zip(table.columns, *table.rows, strict=True)
        ]
        console = Console(width=max(console.width, sum(widths) + 2))
    console.print(drawn)
