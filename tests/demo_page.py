"""The page of `fer-keras demo` in the browser tests: waiting, starting, and what it is shown."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from fer_keras.demo.site_files import SITE

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

START = "from fer_keras.cli.main import main; main()"

PHOTO = Path(__file__).parent / "pictures" / "astronaut.png"
SIZE = "{}x{}".format(*Image.open(PHOTO).size)


@contextmanager
def served_page(weights: Path | None = None) -> Iterator[str]:
    """The address of the page, served by the command itself, perhaps with own weights."""
    if not (SITE / "index.html").exists():
        pytest.skip("the page is not built: npm run build in mobile_demo/")
    command = [sys.executable, "-c", START, "demo", "--port", "0", "--no-open"]
    own = {} if weights is None else {"FER_KERAS_WEIGHTS": str(weights)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, **own}
    ) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def open_page(context: BrowserContext, url: str) -> Page:
    """The page, ready to start; what it sees is kept in `window.seen`."""
    opened = context.new_page()
    opened.add_init_script(
        "window.seen = []; document.addEventListener('fer-keras:seen', e => seen.push(e.detail));"
        "document.addEventListener('securitypolicyviolation', e => console.error(e.blockedURI));"
    )
    opened.goto(url)
    opened.get_by_text("ready").wait_for()
    return opened


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
