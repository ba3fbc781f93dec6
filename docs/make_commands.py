"""Writes docs/commands.md from `--help`: python docs/make_commands.py (a test says when)."""

from __future__ import annotations

from pathlib import Path

import typer.main
from typer.cli import get_docs_for_click

from fer_keras.cli import app

PAGE = Path(__file__).with_name("commands.md")


def commands_page() -> str:
    """Every command with its options, as Markdown."""
    command = typer.main.get_command(app)
    context = typer.Context(command, info_name="fer-keras")
    text = get_docs_for_click(obj=command, ctx=context, name="fer-keras", title="Commands")
    return f"{text.strip()}\n"


if __name__ == "__main__":
    PAGE.write_text(commands_page(), encoding="utf-8")
