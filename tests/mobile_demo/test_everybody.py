"""The page for everybody: by keyboard, with large letters, on small screens, in many languages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from demo_page import PHOTO, enlarge_letters, text, wait

if TYPE_CHECKING:
    from playwright.sync_api import Page


AXE = Path(__file__).parents[2] / "mobile_demo" / "node_modules" / "axe-core" / "axe.min.js"


def test_it_can_be_used_without_a_pointer(page: Page) -> None:
    def tab_to(selector: str) -> None:
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate(f"document.activeElement === document.querySelector('{selector}')"):
                return
        raise AssertionError(f"{selector} can't be reached by keyboard")

    tab_to("#start")
    page.keyboard.press("Enter")
    wait(page, "seen.length > 3")
    wait(page, "document.querySelector('#announcement').textContent !== ''")
    tab_to("#pause")
    page.keyboard.press("Space")
    assert page.get_attribute("#pause", "aria-pressed") == "true"
    tab_to("#open-settings")
    page.keyboard.press("Enter")
    assert page.locator("#settings").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#settings").is_visible()


@pytest.mark.parametrize(
    ("language", "emotion", "button"),
    [
        ("de", "fröhlich", "Optionen"),
        pytest.param("zh", "高兴", "设置", marks=pytest.mark.slow),
        pytest.param("fr", "joie", "Réglages", marks=pytest.mark.slow),
        pytest.param("es", "alegría", "Ajustes", marks=pytest.mark.slow),
    ],
)
def test_it_speaks_other_languages(page: Page, language: str, emotion: str, button: str) -> None:
    page.set_input_files("#file", PHOTO)
    wait(page, "seen.length > 0")
    page.click("#open-settings")
    page.select_option("#language", language)
    page.click("#settings button.main")
    assert text(page, "#open-settings") == button
    assert emotion in text(page, "#bars")
    assert page.evaluate("document.documentElement.lang") == language
    page.reload()
    wait(page, "!document.querySelector('#start').disabled")
    assert text(page, "#open-settings") == button, "remembered"


def test_everything_can_be_used_on_a_small_phone_with_large_letters(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 568})
    enlarge_letters(page)
    wait(page, "getComputedStyle(document.body).fontSize === '32px'")
    page.set_input_files("#file", PHOTO)
    wait(page, "seen.length > 0")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    for selector in ("#decision-label", "#bars", "#details summary", ".notice"):
        page.locator(selector).scroll_into_view_if_needed()
        assert page.locator(selector).is_visible(), selector
    page.click("#open-settings")
    for selector in ("#model", "#upright", "#language", "#settings button.main"):
        page.locator(selector).scroll_into_view_if_needed()
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert box["x"] >= 0, selector
        assert box["x"] + box["width"] <= 320, selector
    page.click("#settings button.main")


@pytest.mark.parametrize(
    ("scheme", "shape"),
    [
        ("light", (390, 844)),
        *(
            pytest.param(scheme, shape, marks=pytest.mark.slow)
            for scheme, shape in (
                ("dark", (390, 844)),
                *((scheme, (844, 390)) for scheme in ("light", "dark")),
                *((scheme, (1280, 800)) for scheme in ("light", "dark")),
            )
        ),
    ],
)
def test_axe_finds_nothing(page: Page, scheme: Any, shape: tuple[int, int]) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci in mobile_demo/")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": shape[0], "height": shape[1]})
    page.evaluate(AXE.read_text())
    for opener, dialog in (
        (None, None),
        ("#open-settings", "#settings"),
        ("#open-about", "#about"),
    ):
        if opener:
            page.click(opener)
        else:
            page.set_input_files("#file", PHOTO)
            wait(page, "seen.length > 0")
        found = page.evaluate("axe.run().then(result => result.violations)")
        assert not [(one["id"], one["nodes"][0]["html"]) for one in found]
        if dialog:
            page.click(f"{dialog} button.main")
    overflow = "document.documentElement.scrollWidth > innerWidth"
    assert not page.evaluate(overflow), "nothing is cut off at the side"
    for selector in ("#pause", "#flip", "#photo", "#open-settings"):
        box = page.locator(selector).bounding_box()
        assert box is not None
        assert box["width"] >= 44, selector
        assert box["height"] >= 44, selector
        assert box["y"] + box["height"] <= shape[1], f"{selector} is on the screen"
