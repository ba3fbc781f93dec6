"""Writes docs/commands.md from `--help`: python docs/make_commands.py (a test says when)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).with_name("commands.md")
TYPER = (sys.executable, "-m", "typer", "fer_keras.cli.main", "utils", "docs")


def commands_page() -> str:
    """Every command with its options, as Markdown."""
    command = [*TYPER, "--name", "fer-keras", "--title", "Commands"]
    done = subprocess.run(command, capture_output=True, check=True)
    return f"{done.stdout.decode().strip()}\n"


if __name__ == "__main__":
    PAGE.write_text(commands_page(), encoding="utf-8")
