"""`fer-keras card`: what an app must know of a model's file."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def card(
    model: Annotated[str, typer.Argument(help="A shipped name, or a .tflite file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Print what a file takes and gives: names, types, labels and the crop rule.

    Example: `fer-keras card mobile-s`
    """
    from fer_keras.export.contract import contract_page, read_contract
    from fer_keras.models import find_model

    found = read_contract(find_model(model))
    typer.echo(json.dumps(found.to_json(), indent=2) if as_json else contract_page(found))
