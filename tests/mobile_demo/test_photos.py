"""Photos and films on the page."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from demo_page import PHOTO, SIZE, many_faces, text, wait, webm
from made_video import frame
from PIL import Image

from fer_keras.detection import Detector
from fer_keras.faces.recognizer import Recognizer

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.parametrize(
    ("detector", "every_model"),
    [
        ("auto", False),
        pytest.param("auto", True, marks=pytest.mark.slow),
        pytest.param("short", False, marks=pytest.mark.slow),
        pytest.param("full", False, marks=pytest.mark.slow),
    ],
)
def test_a_photo_has_the_answers_that_python_gives(
    page: Page, detector: str, every_model: bool
) -> None:
    page.select_option("#detector", detector, force=True)
    models = page.locator("#model option").evaluate_all("all => all.map(o => o.value)")
    chosen = page.locator("#model").input_value()
    for model in models if every_model else [chosen]:
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


@pytest.mark.slow
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


@pytest.mark.parametrize("way", ["drop", pytest.param("paste", marks=pytest.mark.slow)])
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
