"""The command line `fer-keras`: one command a file, heavy imports inside the commands."""

from fer_keras.cli.main import app, main

__all__ = ["app", "main"]
