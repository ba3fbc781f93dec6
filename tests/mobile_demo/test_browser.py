"""The page as a person uses it, in a real browser."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image

from fer_keras.faces.recognizer import Recognizer

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PHOTO = Path(__file__).parents[1] / "pictures" / "astronaut.png"
SIZE = "{}x{}".format(*Image.open(PHOTO).size)
AXE = Path(__file__).parents[2] / "mobile_demo" / "node_modules" / "axe-core" / "axe.min.js"


def wait(page: Page, condition: str, *, seconds: float = 60, every: int = 50) -> None:
    """Until a JavaScript expression is true. Playwright's own way is eval, which our CSP bans."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, condition
        page.wait_for_timeout(every)


def start_camera(page: Page) -> None:
    page.click("#start")
    wait(page, "seen.filter(faces => faces.length).length > 3")


def text(page: Page, selector: str) -> str:
    return page.locator(selector).inner_text()


def test_a_face_before_the_camera_is_found_and_named(page: Page) -> None:
    start_camera(page)
    assert text(page, "#decision-label") != "No face"
    page.click("#details summary")
    wait(page, "document.querySelector('#speed').textContent.includes('frames/s')")
    for stage in ("capture", "detection", "crop", "classification", "drawing"):
        assert stage in text(page, "#speed")
    bars = "[...document.querySelectorAll('[role=meter]')].map(m => +m.ariaValueNow)"
    assert 95 <= sum(page.evaluate(bars)) <= 105
    # The face moves, and so does what is drawn.
    lefts = "seen.flat().map(one => one.face.left)"
    wait(page, f"Math.max(...{lefts}) - Math.min(...{lefts}) > 30")
    numbers = set(page.evaluate("seen.flat().map(one => one.number)"))
    assert numbers == {1}, "one face, one number"
    drawn = "overlay.getContext('2d').getImageData(0, 0, overlay.width, overlay.height).data"
    wait(page, f"{drawn}.some(value => value > 0)")


def test_bars_move_with_the_probabilities(page: Page) -> None:
    page.evaluate(
        "localStorage.setItem('fer-keras', JSON.stringify({model: 'mobile-s-int8', detector:"
        "'short', rule: {name: 'mean', window: 1, abstainBelow: 0}}))"
    )
    page.reload()
    wait(page, "document.querySelector('#status').textContent.endsWith('ready')")
    page.click("#start")
    wait(page, "new Set(seen.flat().map(one => one.decision.probabilities.join())).size > 5")
    widths = "[...document.querySelectorAll('.bar-fill')].map(bar => bar.style.transform).join()"
    first = page.evaluate(widths)
    wait(page, f"{widths} !== {first!r}")


def test_pause_and_go_on(page: Page) -> None:
    start_camera(page)
    page.click("#pause")
    assert page.get_attribute("#pause", "aria-pressed") == "true"
    assert page.evaluate("video.paused")
    # What was being looked at when the button was pressed may still come, however slow the machine:
    # then the worker has nothing to do any more.
    page.evaluate("window.last = -1")
    wait(page, "last === (last = seen.length)", every=1_000)
    count = page.evaluate("seen.length")
    page.wait_for_timeout(500)
    assert page.evaluate("seen.length") == count
    page.click("#pause")
    wait(page, f"seen.length > {count + 2}")


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


def test_the_other_camera(page: Page) -> None:
    start_camera(page)
    assert "mirrored" in (page.get_attribute("#video", "class") or "")
    page.click("#flip")
    wait(page, "!document.querySelector('#video').classList.contains('mirrored')")


@pytest.mark.parametrize("detector", ["short", "full"])
def test_a_photo_has_the_answers_that_python_gives(
    page: Page, detector: str, tmp_path: Path
) -> None:
    page.select_option("#detector", detector, force=True)
    for model in page.locator("#model option").evaluate_all("all => all.map(o => o.value)"):
        page.click("#open-settings")
        page.select_option("#model", model)
        page.select_option("#detector", detector)
        page.click("#settings button.main")
        wait(page, f"document.querySelector('#status').textContent === '{model}, ready'")
        page.evaluate("seen.length = 0")
        page.set_input_files("#file", PHOTO)
        wait(page, "seen.length > 0")
        (found,) = page.evaluate("seen.at(-1)")
        (expected,) = Recognizer(model, detector).recognise(np.asarray(Image.open(PHOTO)))
        for side in ("left", "top", "right", "bottom"):
            assert found["face"][side] == pytest.approx(getattr(expected.face, side), abs=1)
        tolerance = 1 / 256 + 1e-6 if "int8" in model else 1e-3
        np.testing.assert_allclose(found["probabilities"], expected.probabilities, atol=tolerance)


def test_a_photo_is_turned_as_it_says(page: Page, tmp_path: Path) -> None:
    turned = Image.open(PHOTO).convert("RGB").rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn a quarter clockwise to see it"
    turned.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    page.set_input_files("#file", tmp_path / "turned.jpg")
    wait(page, "seen.length > 0 && seen.at(-1).length === 1")
    assert page.get_attribute("#screen", "data-size") == SIZE


def test_from_a_photo_back_to_the_camera(page: Page) -> None:
    page.set_input_files("#file", PHOTO)
    wait(page, "seen.length > 0")
    assert text(page, "#flip") == "Camera"
    page.evaluate("seen.length = 0")
    page.click("#flip")
    wait(page, "seen.filter(faces => faces.length).length > 3")
    assert page.get_attribute("#screen", "data-size") != SIZE
    assert "mirrored" in (page.get_attribute("#video", "class") or ""), "the front camera still"
    assert text(page, "#flip") == "Flip"


def test_what_is_no_picture_is_said(page: Page, tmp_path: Path) -> None:
    (tmp_path / "note.png").write_text("no picture")
    page.set_input_files("#file", tmp_path / "note.png")
    page.wait_for_selector("#problem:not([hidden])")
    assert "not a picture or a film" in text(page, "#problem")
    page.set_input_files("#file", PHOTO)
    wait(page, "seen.length > 0")
    assert page.is_hidden("#problem")


def test_it_works_in_flight_mode_after_the_first_load(page: Page, context: BrowserContext) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    wait(page, "navigator.serviceWorker.controller !== null")
    context.set_offline(True)
    page.reload()
    wait(page, "document.querySelector('#status').textContent.endsWith('ready')")
    start_camera(page)


def test_nothing_is_asked_of_any_other_host(context: BrowserContext, url: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(error.message))
    page.add_init_script(
        "window.seen = []; document.addEventListener('fer-keras:seen', e => seen.push(e.detail))"
    )
    page.goto(url)
    wait(page, "document.querySelector('#status').textContent.endsWith('ready')")
    start_camera(page)
    # Choosing a photo stops the camera, however few frames have been seen.
    page.set_input_files("#file", PHOTO)
    wait(page, f"document.querySelector('#screen').dataset.size === '{SIZE}'")
    hosts = {urlsplit(one).netloc for one in asked if not one.startswith(("blob:", "data:"))}
    assert hosts == {urlsplit(url).netloc}
    # LiteRT tells its news on the error stream.
    assert not [said for said in complaints if not said.startswith(("INFO:", "WARNING:"))]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("shape", [(390, 844), (844, 390), (1280, 800)])
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
