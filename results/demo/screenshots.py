"""Screenshots of the page on a phone's screen, and its speed in Chromium.

    python results/demo/screenshots.py

Starts `fer-keras demo` and a headless Chromium whose camera shows tests/pictures/astronaut.png
(NASA's portrait of Eileen Collins, in the public domain); writes the PNGs beside this script and
browser.json into results/live/.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))
from fake_camera import CHROMIUM, FLAGS, write_y4m  # noqa: E402

START = "from fer_keras.cli.main import main; main()"
PHOTO = REPOSITORY / "tests" / "pictures" / "astronaut.png"
SHOTS = (
    ("portrait-light", (390, 844), "light"),
    ("portrait-dark", (390, 844), "dark"),
    ("landscape-dark", (844, 390), "dark"),
    ("settings", (390, 844), "light"),
    ("welcome", (390, 844), "light"),
)
FRAMES = 300
"""Frames whose times count."""


def main() -> None:
    """Serve, look, and write."""
    command = [sys.executable, "-c", START, "demo", "--port", "0"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server,
        sync_playwright() as playwright,
    ):
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        camera = write_y4m(Path(folder) / "camera.y4m", frames(), fps=30)
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*FLAGS, f"--use-file-for-fake-video-capture={camera}"],
        )
        for name, size, scheme in SHOTS:
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                device_scale_factor=2,
                color_scheme=scheme,
                permissions=["camera"],
            )
            page = context.new_page()
            page.add_init_script(
                "window.seen = 0; document.addEventListener('fer-keras:seen', () => seen++)"
            )
            page.goto(url)
            page.get_by_text("ready").wait_for()
            if name != "welcome":
                page.click("#start")
                wait_for_frames(page, 40)
            if name == "settings":
                page.click("#open-settings")
            page.wait_for_timeout(300)
            page.screenshot(path=HERE / f"{name}.png")
            if name == SHOTS[0][0]:
                write_speed(page, browser.version)
            context.close()
        browser.close()
        server.terminate()


def frames() -> list[np.ndarray]:
    """The portrait, swaying a little, 640x480."""
    picture = cv2.imread(str(PHOTO))
    large = cv2.resize(picture, (720, 576), interpolation=cv2.INTER_CUBIC)
    places = [round(40 + 30 * np.sin(2 * np.pi * step / 60)) for step in range(60)]
    return [np.ascontiguousarray(large[:480, left : left + 640]) for left in places]


def wait_for_frames(page: Page, count: int) -> None:
    """Until so many were looked at."""
    end = time.monotonic() + 120
    while page.evaluate("seen") < count:
        assert time.monotonic() < end, "the page has stopped"
        page.wait_for_timeout(50)


def write_speed(page: Page, version: str) -> None:
    """What the page itself shows of its speed, after some hundred frames."""
    wait_for_frames(page, FRAMES)
    rows = [row.inner_text().split() for row in page.locator("#speed div").all()]
    figures = {
        "browser": f"Chromium {version}, headless, no GPU",
        "camera": "640x480, 30 frames a second, one face",
        "frames": FRAMES,
        "figures": {name: float(value) for name, value, *_ in rows},
        "unit": "ms a frame, running means; frames/s",
    }
    (HERE.parent / "live" / "browser.json").write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
