"""What the pages show is what was measured, and what they point to is there."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
README = runpy.run_path(str(REPOSITORY / "results" / "readme.py"))
PAGES = [page.relative_to(REPOSITORY).as_posix() for page in README["PAGES"]]


@pytest.mark.parametrize("page", PAGES)
def test_the_tables_are_those_that_were_measured(page: str) -> None:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    assert README["with_tables"](text) == text, "run `python results/readme.py`"


def test_the_marks_are_found() -> None:
    assert README["with_tables"]("<!-- accuracy: x -->\nold\n<!-- end -->").count("mobile-m") > 1


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_and_page_is_there(page: str) -> None:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert ((REPOSITORY / page).parent / target).exists(), target
