"""Speed of the page in Chromium with one face before the camera, with and without relaxed SIMD.

    python results/demo/speed.py

Writes `results/live/browser.json`. Milliseconds are this machine's; the ratios travel.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from page import HERE, chromium, open_page, wait
from playwright.sync_api import Browser, Route

FRAMES = 150
"""Whose times count."""


def main() -> None:
    """Look for some seconds, twice."""
    with chromium() as (browser, url):
        relaxed = _measure(browser, url, compatible=False)
        compatible = _measure(browser, url, compatible=True)
        version = browser.version
    figures = {
        "browser": f"Chromium {version}, headless, no GPU",
        "camera": "640x480, 30 frames a second, one face, detector auto",
        "frames": FRAMES,
        "unit": "ms a frame, running means; frames/s",
        "figures": relaxed,
        "without relaxed SIMD": compatible,
        "ratio to without": {
            name: round(relaxed[name] / compatible[name], 3)
            for name in ("detection", "classification")
        },
    }
    path = HERE.parent / "live" / "browser.json"
    path.write_text(json.dumps(figures, indent=2) + "\n")
    print(path.read_text())


def _giving(body: bytes, content_type: str) -> Callable[[Route], None]:
    """The other build under this one's name."""
    return lambda route: route.fulfill(body=body, content_type=content_type)


def _measure(browser: Browser, url: str, *, compatible: bool) -> dict[str, float]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, permissions=["camera"], service_workers="block"
    )
    if compatible:
        for kind, content_type in (("js", "text/javascript"), ("wasm", "application/wasm")):
            other = context.request.get(f"{url}wasm/litert_wasm_compat_internal.{kind}").body()
            context.route(f"**/wasm/litert_wasm_internal.{kind}", _giving(other, content_type))
    page = context.new_page()
    open_page(page, url)
    page.evaluate("document.querySelector('#details').open = true")
    page.click("#start")
    wait(page, "seen > 30")  # warmed up
    start = page.evaluate("[performance.now(), seen]")
    wait(page, f"seen > {start[1] + FRAMES}")
    end = page.evaluate("[performance.now(), seen]")
    rows = [row.inner_text().split() for row in page.locator("#speed div").all()]
    figures = {name: float(value) for name, value, *_ in rows}
    figures["frames/s"] = round(1000 * (end[1] - start[1]) / (end[0] - start[0]), 1)
    context.close()
    return figures


if __name__ == "__main__":
    main()
