"""Models of other emotions on the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from demo_page import PHOTO, open_page, served_page, text, wait
from eight_emotions import export_eight, with_contempt

from fer_keras.data.face_data import FaceData
from fer_keras.data.labels import EMOTIONS

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


@pytest.mark.slow
def test_a_model_of_eight_emotions_shows_eight(
    context: BrowserContext, drawn_faces: FaceData, tmp_path: Path
) -> None:
    export_eight(with_contempt(drawn_faces), tmp_path)
    with served_page(tmp_path) as url:
        page = open_page(context, url)
        page.set_viewport_size({"width": 320, "height": 568})
        page.click("#open-settings")
        page.select_option("#model", "eight-int8")
        page.select_option("#language", "de")
        page.click("#settings button.main")
        wait(page, "document.querySelector('#status').textContent.startsWith('eight-int8, ')")
        page.set_input_files("#file", PHOTO)
        wait(page, "seen.length > 0")
        meters = page.locator("#bars [role=meter]")
        assert meters.count() == len(EMOTIONS)
        assert "verächtlich" in text(page, "#bars")
        (seen,) = page.evaluate("seen.at(-1)")
        assert len(seen["probabilities"]) == len(EMOTIONS)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
