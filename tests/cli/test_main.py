"""The command line as a whole: quick, documented, and quiet about what it need not load."""

import subprocess
import sys
from typing import Any

import pytest
import typer.main

import fer_keras
from fer_keras.cli import app


def commands() -> list[tuple[str, Any]]:
    root = typer.main.get_command(app)

    def walk(name: str, command: Any) -> list[tuple[str, Any]]:
        children = getattr(command, "commands", None)
        if children is None:
            return [(name, command)]
        return [found for key, child in children.items() for found in walk(f"{name} {key}", child)]

    return walk("fer-keras", root)


@pytest.mark.parametrize(("name", "command"), commands(), ids=[name for name, _ in commands()])
def test_every_commands_help_shows_a_real_call(name: str, command: Any) -> None:
    assert command.help
    assert f"`{name}" in command.help, "the help ends with an example"
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"{name} {parameter.name} has no help"


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['fer-keras', '--help']\n"
        "from fer_keras.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'tensorflow', 'keras', 'matplotlib', 'sklearn', 'pandas', 'optuna', 'cv2'}\n"
        "print('LOADED', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_version() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from fer_keras.cli import main; main()", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"fer-keras {fer_keras.__version__}\n"


WRONG = [
    ("architectures", "resnet"),
    ("benchmark", "mobile-s", "--kernels", "gpu"),
    ("benchmark", "mobile-s", "--threads", "two"),
    ("calibration", "mobile-s", "--faces", "ten"),
    ("evaluate", "nowhere.keras"),
    ("export", "nowhere"),
    ("export", "mobile-s", "--formats", "int4"),
    ("live", "--model", "nowhere"),
    ("predict", "photo.jpg", "--model", "nowhere"),
    ("report", "nowhere"),
    ("saliency", "mobile-s", "--method", "lime"),
    ("saliency", "mobile-s", "--data", "nowhere.csv"),
]


def test_wrong_options_are_answered_before_anything_heavy_is_loaded() -> None:
    code = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from fer_keras.cli import app\n"
        f"for words in {WRONG!r}:\n"
        "    error = CliRunner().invoke(app, list(words)).exception\n"
        "    heavy = {'tensorflow', 'keras'} & set(sys.modules)\n"
        "    print(type(error).__name__, heavy, words, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == len(WRONG)
    for line in lines:
        assert line.startswith("InputError set()"), line
