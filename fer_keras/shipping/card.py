"""The model card: a page for people, rendered from the figures alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fer_keras.export.contract import Contract, contract_page

TEMPLATE = Path(__file__).with_name("card.md")

PARTS = {"test": "FER2013's PrivateTest (test)", "validation": "FER2013's PublicTest (validation)"}
"""What FER2013 calls its splits, as readers know them."""


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
    environment.filters["share"] = lambda share: "-" if share is None else f"{share:.2f}"
    environment.filters["part"] = PARTS.__getitem__
    environment.filters["recipe"] = _recipe
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    people = figures["label_source"] == "ferplus"
    page = contract_page(Contract.from_json(figures["contract"]))
    return template.render(**figures, people=people, contract_page=page) + "\n"


def _recipe(recipe: Mapping[str, Any]) -> str:
    """A recipe in a line: fields that do nothing are left out."""
    plain = [
        f"`{recipe['arch']}`",
        f"{recipe['epochs']} epochs",
        f"batches of {recipe['batch_size']}",
        f"{recipe['optimizer']}",
        f"peak rate {recipe['learning_rate']} ({recipe['schedule']})",
    ]
    said = ("arch", "options", "epochs", "batch_size", "optimizer", "learning_rate", "schedule")
    others = [
        f"{field.replace('_', ' ')} {value}"
        for field, value in recipe.items()
        if field not in (*said, "augmentation") and value
    ]
    return ", ".join([*plain, *others])
