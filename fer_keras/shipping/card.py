"""The model card: a page for people, rendered from the figures alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).with_name("card.md")


def card(figures: dict[str, Any]) -> str:
    """The card as Markdown.

    Args:
        figures: what `fer_keras.shipping.figures.figures` gave.
    """
    import jinja2

    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    environment.filters["percent"] = lambda share: f"{100 * share:.2f} %"
    environment.filters["points"] = lambda share: f"{100 * share:+.2f}"
    environment.filters["kilobytes"] = lambda size: f"{size / 1000:,.0f} KB"
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(**figures) + "\n"
