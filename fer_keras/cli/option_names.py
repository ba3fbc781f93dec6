"""The library's errors name arguments; here they get the names of the command's options."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperGroup

from fer_keras.errors import InputError

_COMMAND = "fer_keras.command"


class Commands(TyperGroup):
    """A group of commands whose `InputError`s speak of options."""

    def resolve_command(self, context: Any, words: list[str]) -> tuple[Any, Any, list[str]]:
        """Remember which command was meant, for the message."""
        name, command, rest = super().resolve_command(context, words)
        context.meta[_COMMAND] = command
        return name, command, rest

    def invoke(self, context: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(context)
        except InputError as error:
            options = _options(context.meta.get(_COMMAND))
            raise InputError(_spell(error, options), error.argument) from error


def _options(command: Any) -> dict[str, str]:
    """What each argument of a command is called on the command line."""
    return {
        parameter.name: parameter.opts[0]
        for parameter in getattr(command, "params", ())
        if parameter.param_type_name == "option"
    }


def _spell(error: InputError, options: dict[str, str]) -> str:
    message = str(error)
    first = error.argument or message.partition(":")[0]
    if first in options and message.startswith(first):
        message = options[first] + message[len(first) :]
    return re.sub(r"`(\w+)`", lambda found: options.get(found[1], found[0]), message)
