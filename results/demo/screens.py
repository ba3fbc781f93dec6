"""Every screen of the page, at the sizes that people have, to be looked at.

    python results/demo/screens.py [SCREEN...]

Writes the single pictures of the README, and for each screen a sheet of all sizes in light and in
dark (`screen-NAME.png`). Faces: tests/pictures/astronaut.png (NASA's portrait of Eileen Collins, in
the public domain), before the camera or several times in a picture.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import numpy as np
from page import HERE, PHOTO, chromium, enlarge_letters, live, open_page, wait
from PIL import Image
from playwright.sync_api import Browser, Page

Size = tuple[int, int]
SIZES: tuple[Size, ...] = ((320, 568), (390, 844), (768, 1024), (568, 320), (844, 390), (1024, 768))
SCREENS = (
    "welcome",
    "one",
    "six",
    "none",
    "denied",
    "broken",
    "settings",
    "about",
    "large-letters",
    "german",
    "chinese",
    "live",
)
LOCALES = {"german": "de-DE", "chinese": "zh-CN"}
README = (
    ("portrait-light", (390, 844), "light", "one"),
    ("portrait-dark", (390, 844), "dark", "one"),
    ("landscape-dark", (844, 390), "dark", "one"),
    ("settings", (390, 844), "light", "settings"),
    ("welcome", (390, 844), "light", "welcome"),
)
DENY = (
    "navigator.mediaDevices.getUserMedia = async () => "
    "{ throw new DOMException('no', 'NotAllowedError'); }"
)


def main() -> None:
    """Take all pictures, or those of the screens that are named."""
    wanted = sys.argv[1:]
    with chromium() as (browser, url), tempfile.TemporaryDirectory() as folder:
        files = _write_files(Path(folder))
        for screen in wanted or SCREENS:
            with live(Path(folder)) if screen == "live" else nullcontext(url) as address:
                shots = {
                    (size, scheme): shot
                    for scheme in ("light", "dark")
                    for size, shot in _shoot(
                        browser, address, screen, SIZES, scheme, files, 1
                    ).items()
                }
            _sheet(shots).save(HERE / f"screen-{screen}.png", optimize=True)
        for name, size, scheme, screen in () if wanted else README:
            large = _shoot(browser, url, screen, (size,), scheme, files, 2)
            large[size].save(HERE / f"{name}.png", optimize=True)


def _shoot(
    browser: Browser,
    url: str,
    screen: str,
    sizes: Sequence[Size],
    scheme: str,
    files: dict[str, Path],
    scale: int,
) -> dict[Size, Image.Image]:
    context = browser.new_context(
        viewport={"width": sizes[0][0], "height": sizes[0][1]},
        device_scale_factor=scale,
        color_scheme=scheme,  # type: ignore[arg-type]
        permissions=["camera"],
        locale=LOCALES.get(screen, "en-GB"),
    )
    page = context.new_page()
    if screen == "large-letters":
        enlarge_letters(page)
    if screen == "denied":
        page.add_init_script(DENY)
    open_page(page, url)
    _go_to(page, screen, files)
    shots = {}
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(300)
        shots[width, height] = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    return shots


def _go_to(page: Page, screen: str, files: dict[str, Path]) -> None:
    if screen in ("six", "none", "broken", "large-letters"):
        page.set_input_files("#file", files.get(screen, PHOTO))
        wait(page, "seen > 0 || !document.querySelector('#problem').hidden")
    elif screen == "live":
        wait(page, "seen > 40")
    elif screen in ("one", *LOCALES):
        page.click("#start")
        wait(page, "seen > 40")
    elif screen == "denied":
        page.click("#start")
        wait(page, "!document.querySelector('#problem').hidden")
    elif screen in ("settings", "about"):
        page.click(f"#open-{screen}")


def _write_files(folder: Path) -> dict[str, Path]:
    head = Image.open(PHOTO).convert("RGB").crop((62, 6, 252, 196))
    table = Image.new("RGB", (1280, 720), (122, 130, 140))
    for index in range(6):
        tall = 190 + 30 * (index % 3)
        face = head.resize((tall, tall))
        table.paste(face, (20 + 210 * index, 200 + 60 * (index % 2)))
    noise = np.random.default_rng(0).normal(128, 12, (480, 640, 3)).clip(0, 255)
    files = {name: folder / f"{name}.png" for name in ("six", "none", "broken")}
    table.save(files["six"])
    Image.fromarray(noise.astype(np.uint8)).save(files["none"])
    files["broken"].write_text("no picture")
    return files


def _sheet(shots: dict[tuple[Size, str], Image.Image]) -> Image.Image:
    """All sizes beside each other, light above dark, at half their size."""
    gap = 12
    small = {key: shot.resize((shot.width // 2, shot.height // 2)) for key, shot in shots.items()}
    width = sum(size[0] // 2 + gap for size in SIZES) + gap
    height = max(size[1] // 2 for size in SIZES) + gap
    sheet = Image.new("RGB", (width, 2 * height + gap), (128, 128, 128))
    for row, scheme in enumerate(("light", "dark")):
        x = gap
        for size in SIZES:
            sheet.paste(small[size, scheme], (x, gap + row * height))
            x += size[0] // 2 + gap
    return sheet


if __name__ == "__main__":
    main()
