"""The page in a headless Chromium, for the scripts beside this one."""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))
from demo_page import enlarge_letters  # noqa: E402, F401
from fake_camera import CHROMIUM, FLAGS, write_y4m  # noqa: E402
from made_film import write_film  # noqa: E402

START = "from fer_keras.cli.main import main; main()"
LIVE_FPS = 5
LIVE_SECONDS = 300
"""For pictures of every size."""
PHOTO = REPOSITORY / "tests" / "pictures" / "astronaut.png"


@contextmanager
def chromium() -> Iterator[tuple[Browser, str]]:
    """A browser whose camera shows a face, and the page's address."""
    command = [sys.executable, "-c", START, "demo", "--port", "0", "--no-open"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server,
        sync_playwright() as playwright,
    ):
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        camera = write_y4m(Path(folder) / "camera.y4m", _frames(), fps=30)
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*FLAGS, f"--use-file-for-fake-video-capture={camera}"],
        )
        yield browser, url
        browser.close()
        server.terminate()


@contextmanager
def live(folder: Path) -> Iterator[str]:
    """The address of the page on which `fer-keras live` shows what it sees in a film."""
    swaying = [np.ascontiguousarray(frame[..., ::-1]) for frame in _frames()]
    times = [number / LIVE_FPS for number in range(LIVE_SECONDS * LIVE_FPS)]
    pictures = itertools.islice(itertools.cycle(swaying), len(times))
    film = write_film(folder / "portrait.mp4", pictures, times)
    command = [sys.executable, "-c", START, "live", "--realtime", "--video", str(film)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[0]
        process.terminate()
        process.stdout.read()  # what it says last


def _frames() -> list[np.ndarray]:
    """The portrait, swaying a little, 640x480."""
    large = cv2.resize(cv2.imread(str(PHOTO)), (720, 576), interpolation=cv2.INTER_CUBIC)
    places = [round(40 + 30 * np.sin(2 * np.pi * step / 60)) for step in range(60)]
    return [np.ascontiguousarray(large[:480, left : left + 640]) for left in places]


def open_page(page: Page, url: str) -> None:
    """Until it can be used; `window.seen` counts what it looks at."""
    page.add_init_script(
        "window.seen = 0; document.addEventListener('fer-keras:seen', () => seen++)"
    )
    page.goto(url)
    ready = "!document.querySelector('#start').disabled"
    wait(page, f"{ready} || !document.querySelector('#stop').hidden")


def wait(page: Page, condition: str) -> None:
    """Until a JavaScript expression is true."""
    end = time.monotonic() + 300
    while not page.evaluate(condition):
        assert time.monotonic() < end, condition
        page.wait_for_timeout(50)
