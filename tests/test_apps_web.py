"""A page made by nothing but docs/apps/web.md names the golden face, in a real browser."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from fake_camera import CHROMIUM

from fer_keras.models.model_file import DEFAULT_MODEL

REPOSITORY = Path(__file__).parents[1]
APPS = REPOSITORY / "docs" / "apps"
INSTALLED = REPOSITORY / "mobile_demo" / "node_modules"
PACKAGES = ("@litertjs/core", "onnxruntime-web", "typescript", "vite")
FILE = r"^`([\w./]+)`(?:(?!\n\n```).)*\n\n```(?:html|typescript)\n(.*?)```"
"""A paragraph that begins with a file's name, and the code below it."""

PAGE = (APPS / "web.md").read_text(encoding="utf-8")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None or not all((INSTALLED / name).exists() for name in PACKAGES),
        reason="needs Chromium and Node.js packages: npm ci in mobile_demo/",
    ),
]


def test_a_stranger_builds_a_page_that_names_the_golden_face(tmp_path: Path) -> None:
    pytest.importorskip("tf2onnx")
    pytest.importorskip("onnxruntime")
    follow(tmp_path)
    run(
        "npx tsc --noEmit --strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes "
        "--target es2022 --module esnext --moduleResolution bundler --skipLibCheck src/main.ts",
        tmp_path,
    )
    golden = json.loads((APPS / "golden.json").read_text(encoding="utf-8"))
    with served(tmp_path / "dist") as url:
        shown = look(url)
    for part, form in (("litert", "int8"), ("onnx", "float16")):
        wanted = golden["probabilities"][f"{DEFAULT_MODEL}-{form}.tflite"]
        assert shown[part] == pytest.approx(wanted, abs=golden["tolerance"]), part


def follow(folder: Path) -> None:
    """Do what the page says, but for installing anew what is installed."""
    (folder / "node_modules").symlink_to(INSTALLED)
    shutil.copy(APPS / "golden.png", folder)
    written = PAGE.partition("<!--")[0]
    for name, code in re.findall(FILE, written, re.DOTALL | re.MULTILINE):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(code, encoding="utf-8")
    for commands in re.findall(r"```sh\n(.*?)```", written, re.DOTALL):
        lines = [
            re.sub(r"--data \S+", "--data synthetic", line)  # nothing here learns from it
            for line in commands.splitlines()
            if not line.startswith(("npm install", "npx vite preview"))
        ]
        run("\n".join(lines), folder)


def run(commands: str, folder: Path) -> None:
    """In a shell that stops at the first error, with this Python's programs."""
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-ec", commands],
        cwd=folder,
        env={**os.environ, "PATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The built page under an address."""
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def look(url: str) -> dict[str, dict[str, float]]:
    """What each part of the page shows."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page()
        failures: list[str] = []
        page.on("pageerror", lambda error: failures.append(error.message))
        page.goto(url)
        shown = {}
        for part in ("litert", "onnx"):
            page.wait_for_function(
                f"document.getElementById('{part}').textContent !== ''", timeout=300_000
            )
            shown[part] = json.loads(page.inner_text(f"#{part}"))
        assert not failures
        browser.close()
    return shown
