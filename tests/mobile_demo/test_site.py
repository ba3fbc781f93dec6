"""The page in the package is what mobile_demo/ gives today."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from fer_keras.demo.site_files import SITE

DEMO = Path(__file__).parents[2] / "mobile_demo"
SOURCES = ("index.html", "package-lock.json", "vite.config.ts", "packing", "public", "src")


def source_hash() -> str:
    """As mobile_demo/packing/package_files.ts computes it."""
    paths = [
        path
        for name in SOURCES
        for path in ([DEMO / name] if (DEMO / name).is_file() else (DEMO / name).rglob("*"))
        if path.is_file()
    ]
    named = sorted((str(path), path.relative_to(DEMO).as_posix()) for path in paths)
    total = hashlib.sha256()
    for path, name in named:
        digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        total.update(f"{name} {digest}\n".encode())
    return total.hexdigest()


def test_the_page_was_built_from_these_sources_and_models() -> None:
    built = json.loads((SITE / "build.json").read_text())
    assert built["sources"] == source_hash(), "run `npm run build` in mobile_demo/ and commit it"


@pytest.mark.skipif(
    not (DEMO / "node_modules").exists() or shutil.which("npm") is None,
    reason="Node.js packages are not installed: npm ci in mobile_demo/",
)
def test_typescript_agrees_with_python_on_the_vectors() -> None:
    done = subprocess.run(["npm", "test"], cwd=DEMO, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
