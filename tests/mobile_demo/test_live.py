"""The same page, fed by `fer-keras live`."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from demo_page import START, text, wait
from made_film import write_film
from made_video import frame

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

LIVE = (sys.executable, "-c", START, "live", "--realtime", "--window", "2")
SECONDS = 1200
"""Longer than any machine takes to look at the page; the test ends it."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    both = [frame([(x, 120, 130)], (320, 240))[:, :, ::-1].copy() for x in (150, 170)]
    path = tmp_path_factory.mktemp("film") / "face.mp4"
    pictures = itertools.islice(itertools.cycle(both), SECONDS)
    return write_film(path, pictures, [float(number) for number in range(SECONDS)])


def test_the_page_shows_what_the_command_sees(context: BrowserContext, film: Path) -> None:
    quiet = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY")
    }
    command = [*LIVE, "--video", str(film), "--abstain-below", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=quiet) as live:
        assert live.stdout is not None
        try:
            address = live.stdout.readline().split()[0]
            page = context.new_page()
            page.add_init_script(
                "window.seen = []; window.wrong = [];"
                "document.addEventListener('fer-keras:seen', e => seen.push(e.detail));"
                "document.addEventListener('securitypolicyviolation',"
                " e => wrong.push(e.blockedURI));"
            )
            page.goto(address)
            wait(page, "seen.some(faces => faces.length && faces[0].decision.label !== null)")
            assert "face.mp4" in text(page, "#status")
            assert page.locator("#welcome").is_hidden()
            assert page.locator("#picture").evaluate("it => [it.width, it.height]") == [320, 240]
            assert text(page, "#decision-label") != "No face"
            (face, *others) = page.evaluate("seen.findLast(faces => faces.length)")
            assert not others
            assert 40 < face["face"]["left"] < face["face"]["right"] < 280

            page.click("#open-settings")
            assert page.locator("#model").is_hidden()
            page.select_option("#language", "de")
            page.keyboard.press("Escape")
            assert "Pause" in text(page, "#pause")
            page.click("#pause")
            assert "Weiter" in text(page, "#pause")
            count = page.evaluate("seen.length")
            page.click("#pause")
            wait(page, f"seen.length > {count}")

            page.click("#stop")
            wait(page, "document.querySelector('#status').textContent.startsWith('Beendet')")
            assert live.wait(60) == 0
            assert "1 faces" in live.stdout.read()
            assert page.evaluate("wrong") == []
            assert page.evaluate("navigator.serviceWorker.getRegistrations()") == []
        finally:
            if live.poll() is None:
                live.send_signal(signal.SIGINT)
