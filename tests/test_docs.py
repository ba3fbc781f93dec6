"""The pages are current, their links lead somewhere, and the site builds without a warning."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

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
