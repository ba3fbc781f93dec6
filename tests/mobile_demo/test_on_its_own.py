"""The page without a network, and without any other host."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from demo_page import PHOTO, SIZE, start_camera, wait

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


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
