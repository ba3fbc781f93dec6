"""The pages are current, their links lead somewhere, and the site builds without a warning."""

from __future__ import annotations

import ast
import os
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from fer_keras.cli.main import app

REPOSITORY = Path(__file__).parents[1]
DOCS = REPOSITORY / "docs"
PAGES = sorted(DOCS.rglob("*.md"))


def test_the_commands_are_those_of_help() -> None:
    made = runpy.run_path(str(DOCS / "make_commands.py"))["commands_page"]()
    kept = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert kept == made, "run `python docs/make_commands.py`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_name_of_the_interface_is_in_the_reference() -> None:
    import fer_keras

    text = (DOCS / "python.md").read_text(encoding="utf-8")
    for name in fer_keras.__all__:
        assert re.search(rf"\.{name}$|`{name}`", text, re.MULTILINE), name


def blocks(page: Path, *languages: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"^```(.*)\n((?:.*\n)*?)```", text, re.MULTILINE)
    return [block for language, block in found if language in languages]


@pytest.mark.parametrize("page", [*PAGES, REPOSITORY / "README.md"], ids=lambda page: page.name)
def test_every_command_is_one(page: Path) -> None:
    """Its options and arguments are taken; nothing is run."""
    for block in blocks(page, "", "sh", "bash", "console"):
        for line in block.replace("\\\n", " ").splitlines():
            called = re.match(r"(?:\$ )?(?:\w+=\w+ )?fer-keras (.+)", line)
            if called is None or "[OPTIONS]" in line:
                continue
            command, name, context = get_command(app), "fer-keras", None
            words = shlex.split(called[1].split(" > ")[0], comments=True)
            while words:
                context = command.make_context(name, words, parent=context)
                words = [*getattr(context, "_protected_args", []), *context.args]
                if not hasattr(command, "commands"):
                    break
                name, command, words = command.resolve_command(context, words)


@pytest.mark.parametrize("page", [*PAGES, REPOSITORY / "README.md"], ids=lambda page: page.name)
def test_every_name_in_an_example_is_there(page: Path) -> None:
    import fer_keras

    for block in blocks(page, "python"):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert node.value.id not in ("fk", "fer_keras") or hasattr(fer_keras, node.attr)


def test_every_page_is_in_the_menu() -> None:
    menu = (REPOSITORY / "mkdocs.yml").read_text(encoding="utf-8")
    for page in PAGES:
        assert f" {page.relative_to(DOCS).as_posix()}\n" in menu


def test_the_site_builds(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="pip install 'fer-keras[docs]'")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path / "site")],
        cwd=REPOSITORY,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    reference = (tmp_path / "site" / "python" / "index.html").read_text()
    assert "Recognizer" in reference
    assert "<blockquote>" not in reference, "an example outside of its `Examples:`"
