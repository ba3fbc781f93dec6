"""The page of `fer-keras demo` in the browser tests: waiting, starting, and what it is shown."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

PHOTO = Path(__file__).parent / "pictures" / "astronaut.png"
SIZE = "{}x{}".format(*Image.open(PHOTO).size)


def wait(page: Page, condition: str, *, seconds: float = 300, every: int = 50) -> None:
    """Until a JavaScript expression is true. Playwright's own way is eval, which our CSP bans."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, condition
        page.wait_for_timeout(every)


def start_camera(page: Page) -> None:
    """Until faces are seen."""
    page.click("#start")
    wait(page, "seen.filter(faces => faces.length).length > 3")


def text(page: Page, selector: str) -> str:
    """What an element says."""
    return page.locator(selector).inner_text()


def enlarge_letters(page: Page) -> None:
    """Set the browser's own letters twice as large, as a person does in its settings."""
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})


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
