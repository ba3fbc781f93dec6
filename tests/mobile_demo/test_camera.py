"""The page before a camera."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from demo_page import start_camera, text, wait

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


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


@pytest.mark.slow
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
    count = page.evaluate("seen.length")
    page.wait_for_timeout(500)
    # What was being looked at when the button was pressed may still come, however slow the machine.
    assert page.evaluate("seen.length") <= count + 1
    page.click("#pause")
    wait(page, f"seen.length > {count + 2}")


def test_the_other_camera(page: Page) -> None:
    start_camera(page)
    assert "mirrored" in (page.get_attribute("#video", "class") or "")
    page.click("#flip")
    wait(page, "!document.querySelector('#video').classList.contains('mirrored')")


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


def test_the_last_half_minute_is_drawn(page: Page) -> None:
    start_camera(page)
    drawn = (
        "(c => c.width > 0 && c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
        ".some(value => value > 0))(document.querySelector('#timeline-canvas'))"
    )
    wait(page, drawn)
    assert "30 seconds" in (page.get_attribute("#timeline-canvas", "aria-label") or "")


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
