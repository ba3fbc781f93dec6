"""The bar over many photos, and what is kept when the user stops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import typer

T = TypeVar("T")


def kept(results: Iterable[T], count: int) -> Iterator[T]:
    """Results as they come, with a bar for whoever watches; Ctrl-C keeps those so far."""
    from rich.console import Console
    from rich.progress import track

    aside = Console(stderr=True)
    hidden = not aside.is_terminal or count < 2
    try:
        yield from track(results, "photos", count, console=aside, transient=True, disable=hidden)
    except KeyboardInterrupt:
        typer.echo("interrupted; what was found so far:", err=True)
