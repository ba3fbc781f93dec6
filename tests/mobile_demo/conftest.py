"""A real Chromium that looks at the page that `fer-keras demo` serves, with a made camera."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from demo_page import open_page, served_page
from fake_camera import CHROMIUM, FLAGS, write_y4m
from made_video import frame

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """Of the page, served by the command itself."""
    with served_page() as address:
        yield address


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium; its camera shows a face that moves from side to side."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt install chromium)")
    from playwright.sync_api import sync_playwright

    places = [(160 + 60 * math.sin(2 * math.pi * step / 40), 120, 130) for step in range(40)]
    frames = [frame([place], (320, 240)) for place in places]
    camera = write_y4m(tmp_path_factory.mktemp("camera") / "face.y4m", frames)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*FLAGS, f"--use-file-for-fake-video-capture={camera}"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has never been here, on a phone's screen."""
    fresh = browser.new_context(viewport=PHONE, permissions=["camera"])
    fresh.set_default_timeout(300_000)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext, url: str) -> Page:
    """The page, ready to start; what it sees is kept in `window.seen`."""
    return open_page(context, url)
