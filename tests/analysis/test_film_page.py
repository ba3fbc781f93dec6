"""The page that `analyze` makes, in a real Chromium: film, boxes and timeline move together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from fake_camera import CHROMIUM, FLAGS
from made_film import write_film
from made_scenes import crossing

from fer_keras.analysis import Settings, analyze_films

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATIENCE = 120_000
"""Milliseconds: decoding waits on whatever else the machine does."""


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the analysis of a film that browsers play as it is, and of one they don't."""
    folder = tmp_path_factory.mktemp("analysis")
    scene = crossing()
    films = [
        write_film(folder / "two & two.mp4", scene.pictures(), scene.times, sound=4.0),
        write_film(folder / "old.avi", scene.pictures(), scene.times, codec="mjpeg"),
    ]
    results = list(analyze_films([str(film) for film in films], folder / "out", Settings()))
    assert all(one.problem is None for one in results)
    return folder / "out"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
        yield chromium
        chromium.close()


def opened(browser: Browser, file: Path, **screen: Any) -> Page:
    page = browser.new_context(offline=True, **screen).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(file.as_uri())
    page.wait_for_function("document.querySelector('#film').readyState >= 2")
    return page


def shown(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.evaluate("document.body.dataset.shown"))
    return found


def seek(page: Page, seconds: float) -> dict[str, Any]:
    page.evaluate("time => { document.querySelector('#film').currentTime = time }", seconds)
    page.wait_for_function(
        "time => Math.abs(JSON.parse(document.body.dataset.shown).time - time) < 0.05", arg=seconds
    )
    return shown(page)


def coloured(page: Page, row: Any) -> bool:
    """Whether the left edge of a face's box is drawn, and nothing in its middle."""
    script = """([x, y]) => {
      const canvas = document.querySelector("#boxes");
      const scale = Math.min(canvas.width / facts.width, canvas.height / facts.height);
      const left = (canvas.width - facts.width * scale) / 2 + x * scale;
      const top = (canvas.height - facts.height * scale) / 2 + y * scale;
      return canvas.getContext("2d").getImageData(left - 2, top, 4, 1).data.some((one) => one);
    }"""
    edge = page.evaluate(script, [row.x, row.y + row.height * 0.7])
    middle = page.evaluate(script, [row.x + row.width / 2, row.y + row.height * 0.7])
    return bool(edge and not middle)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["two & two", "old"])
def test_boxes_and_timeline_follow_the_film(name: str, analysis: Path, browser: Browser) -> None:
    table = pd.read_csv(analysis / f"{name}.csv")
    page = opened(browser, analysis / f"{name}.html")
    assert page.locator("h1").inner_text().startswith(name)
    for moment in (0.42, 1.22, 2.02, 3.22):  # half-way between two frames
        rows = table[(table["time_s"] - (moment - 0.02)).abs() < 0.001]
        assert seek(page, moment)["faces"] == sorted(rows["face_id"])
        for row in rows.itertuples():
            assert coloured(page, row), "its box is drawn where it is"
        assert f"at {moment:.1f} s" in page.locator("#who").inner_text()
        hands = page.locator(".strip canvas").evaluate_all(
            "all => all.map(one => Number(one.getAttribute('aria-valuenow')))"
        )
        assert hands == [pytest.approx(moment, abs=0.051)] * 2


@pytest.mark.slow
def test_it_plays_to_its_end_without_a_network(analysis: Path, browser: Browser) -> None:
    page = opened(browser, analysis / "two & two.html")
    page.evaluate("document.querySelector('#film').play()")
    page.wait_for_function("document.querySelector('#film').ended")
    page.wait_for_function("JSON.parse(document.body.dataset.shown).time > 3.8")
    assert page.locator("#more").inner_text() == ""


@pytest.mark.slow
def test_a_strip_is_a_way_to_go_there_and_a_name_to_choose(
    analysis: Path, browser: Browser
) -> None:
    page = opened(browser, analysis / "two & two.html")
    for number in (1, 2):
        page.get_by_role("button", name=f"Face {number}").click()
        assert page.locator("#who").inner_text().startswith(f"Face {number} ")
    strip = page.locator(".strip canvas").first
    box = strip.bounding_box()
    assert box is not None
    strip.click(position={"x": box["width"] * 0.75, "y": 10})
    page.wait_for_function("Math.abs(JSON.parse(document.body.dataset.shown).time - 3) < 0.1")
    strip.press("ArrowLeft")
    page.wait_for_function("Math.abs(JSON.parse(document.body.dataset.shown).time - 2) < 0.1")


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_lies_beside_the_screen(
    width: int, scheme: Any, analysis: Path, browser: Browser
) -> None:
    page = opened(
        browser,
        analysis / "two & two.html",
        viewport={"width": width, "height": 844},
        color_scheme=scheme,
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 23, 28)")
