"""The page as a person uses it, in a real browser."""

from __future__ import annotations

import base64
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest
from made_video import frame
from PIL import Image

from fer_keras.detection import Detector
from fer_keras.faces.recognizer import Recognizer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

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
    # One number for one face is the tracker's test: a slow machine sees leaps here.
    assert min(page.evaluate("seen.flat().map(one => one.number)")) == 1
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


@pytest.mark.parametrize("detector", ["auto", "short", "full"])
def test_a_photo_has_the_answers_that_python_gives(
    page: Page, detector: str, tmp_path: Path
) -> None:
    page.select_option("#detector", detector, force=True)
    models = page.locator("#model option").evaluate_all("all => all.map(o => o.value)")
    for model in models if detector == "auto" else models[-1:]:
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


def test_a_large_photo_is_searched_as_python_does(page: Page, tmp_path: Path) -> None:
    """Near and far faces: the page's tiles, close-ups and merging with real networks."""
    picture = many_faces()
    Image.fromarray(picture).save(tmp_path / "group.png")
    page.set_input_files("#file", tmp_path / "group.png")
    wait(page, "seen.length > 0")
    expected = sorted(Detector("auto").detect(picture), key=lambda face: face.left)
    found = sorted((one["face"] for one in page.evaluate("seen.at(-1)")), key=lambda f: f["left"])
    assert len(expected) == len(found) == 6
    for ours, theirs in zip(found, expected, strict=True):
        for side in ("left", "top", "right", "bottom"):
            assert ours[side] == pytest.approx(getattr(theirs, side), abs=2)


def many_faces() -> np.ndarray:
    """Six faces from 90 to 500 pixels in a picture of 1920 x 1440."""
    picture = np.full((1440, 1920, 3), 128, np.uint8)
    head = Image.open(PHOTO).convert("RGB").crop((62, 6, 252, 196))
    for tall, x, y in (
        (140, 60, 60),
        (180, 500, 90),
        (240, 900, 60),
        (300, 1400, 80),
        (900, 100, 500),
        (420, 1300, 800),
    ):
        picture[y : y + tall, x : x + tall] = np.asarray(head.resize((tall, tall)))
    return picture


def test_a_face_is_chosen_by_a_tap_and_by_its_button(page: Page, tmp_path: Path) -> None:
    Image.fromarray(many_faces()).save(tmp_path / "group.png")
    page.set_input_files("#file", tmp_path / "group.png")
    wait(page, "seen.length > 0")
    pressed = "document.querySelector('#faces [aria-pressed=true]').value"
    largest = page.evaluate(
        "String(seen.at(-1).toSorted((a, b) => (a.face.left - a.face.right) -"
        "(b.face.left - b.face.right))[0].number)"
    )
    assert page.evaluate(pressed) == largest
    other = next(one for one in page.evaluate("seen.at(-1)") if str(one["number"]) != largest)
    box = page.locator("#overlay").bounding_box()
    assert box is not None
    scale = min(box["width"] / 1920, box["height"] / 1440)
    face = other["face"]
    x = box["x"] + (box["width"] - 1920 * scale) / 2 + (face["left"] + face["right"]) / 2 * scale
    y = box["y"] + (box["height"] - 1440 * scale) / 2 + (face["top"] + face["bottom"]) / 2 * scale
    page.mouse.click(x, y)
    assert page.evaluate(pressed) == str(other["number"])
    assert f"face {other['number']}, 6 in the picture" in text(page, "#decision-detail")
    bars = "[...document.querySelectorAll('[role=meter]')].map(m => +m.ariaValueNow)"
    assert page.evaluate(bars) == [
        int(100 * one + 0.5) for one in other["decision"]["probabilities"]
    ]
    page.click(f"#faces button[value='{largest}']")
    assert page.evaluate(pressed) == largest


def test_what_was_seen_is_saved_as_a_table(page: Page, tmp_path: Path) -> None:
    start_camera(page)
    page.click("#pause")
    page.click("#details summary")
    with page.expect_download() as saved:
        page.click("#save")
    saved.value.save_as(tmp_path / "seen.csv")
    table = pd.read_csv(tmp_path / "seen.csv")
    assert list(table.columns[:9]) == (
        ["time_s", "frame", "face_id", "x", "y", "width", "height", "label", "probability"]
    )
    assert len(table) >= 4
    assert (table["face_id"] >= 1).all()  # a slow machine sees leaps: others, to the tracker
    assert table["time_s"].is_monotonic_increasing
    np.testing.assert_allclose(table.iloc[:, 9:].sum(axis=1), 1, atol=0.02)
    assert "happy" in table.columns


def test_the_last_half_minute_is_drawn(page: Page) -> None:
    start_camera(page)
    drawn = (
        "(c => c.width > 0 && c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
        ".some(value => value > 0))(document.querySelector('#timeline-canvas'))"
    )
    wait(page, drawn)
    assert "30 seconds" in (page.get_attribute("#timeline-canvas", "aria-label") or "")


def test_a_film_is_analysed_on_the_device(page: Page, tmp_path: Path) -> None:
    """Three seconds, of which a face is there for the last two."""
    places = [[], *([[(160.0, 120.0, 130)]] * 2)]
    film = webm([frame(place, (320, 240)) for place in places], tmp_path / "film.webm")
    page.set_input_files("#file", film)
    wait(page, "document.querySelector('#film-text').textContent === 'Film: done'")
    assert page.evaluate("document.querySelector('#film-progress').value") == 1
    counts = page.evaluate("seen.map(faces => faces.length)")
    assert counts[0] == 0
    assert counts[-1] == 1
    assert set(page.evaluate("seen.flat().map(one => one.number)")) == {1}
    assert text(page, "#pause") == "Play"
    assert page.is_visible("#seek")
    with page.expect_download() as saved:
        page.evaluate("document.querySelector('#details').open = true")
        page.click("#save")
    saved.value.save_as(tmp_path / "film.csv")
    table = pd.read_csv(tmp_path / "film.csv")
    assert len(table) == sum(counts)
    assert table["time_s"].iloc[0] == pytest.approx(1, abs=0.4)
    page.evaluate("seek.value = 0; seek.dispatchEvent(new Event('input'))")
    wait(
        page,
        "document.querySelector('#faces').hidden && document.querySelector('#film-video')"
        ".currentTime < 0.2",
    )


def webm(pictures: list[np.ndarray], path: Path) -> Path:
    """A film of a second for each picture, as a phone's browser can play it."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=10)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for picture in pictures:
            for _ in range(10):
                shown = av.VideoFrame.from_ndarray(picture, format="bgr24")
                container.mux(stream.encode(shown))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_pictures_can_be_dropped_and_pasted(page: Page, way: str) -> None:
    content = base64.b64encode(PHOTO.read_bytes()).decode()
    page.evaluate(
        """([way, content]) => {
          const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
          const files = new DataTransfer();
          files.items.add(new File([bytes], "photo.png", { type: "image/png" }));
          const event = way === "drop"
            ? new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true })
            : new ClipboardEvent("paste", { clipboardData: files, bubbles: true });
          document.body.dispatchEvent(event);
        }""",
        [way, content],
    )
    wait(page, "seen.length > 0 && seen.at(-1).length === 1")
    assert page.get_attribute("#screen", "data-size") == SIZE


@pytest.mark.parametrize(
    ("language", "emotion", "button"),
    [("de", "fröhlich", "Optionen"), ("zh", "高兴", "设置"), ("fr", "joie", "Réglages")],
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


def test_a_camera_that_is_denied_is_said(browser: Browser, url: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 568})
    page = context.new_page()
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => "
        "{ throw new DOMException('no', 'NotAllowedError'); }"
    )
    page.goto(url)
    wait(page, "!document.querySelector('#start').disabled")
    page.click("#start")
    page.wait_for_selector("#problem:not([hidden])")
    assert "not allowed" in text(page, "#problem")
    assert page.is_visible("#start")
    context.close()


def test_everything_can_be_used_on_a_small_phone_with_large_letters(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 568})
    # Twice the letters a person has set, as the browser's own setting does it.
    page.evaluate("document.documentElement.style.fontSize = '200%'")
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
