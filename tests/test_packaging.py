"""The wheel holds every module, and export/ is in it as fer_keras.export."""

import csv
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # From a copy: a build leaves folders beside the sources.
    source = tmp_path_factory.mktemp("source")
    for name in ("fer_keras", "export"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, source],
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


def test_every_module_travels(wheel: Path) -> None:
    ours = {
        f"fer_keras/{p.relative_to(ROOT / 'fer_keras')}" for p in (ROOT / "fer_keras").rglob("*.py")
    }
    # What is no module but read by one: page, weights, detectors, templates.
    ours |= {
        f"fer_keras/{path.relative_to(ROOT / 'fer_keras')}"
        for folder in (
            *("demo/site", "weights", "detection/models", "shipping", "report", "LICENSES"),
        )
        for path in (ROOT / "fer_keras" / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    ours |= {
        f"fer_keras/export/{p.relative_to(ROOT / 'export')}"
        for p in (ROOT / "export").rglob("*.py")
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    assert ours <= packed, sorted(ours - packed)
    assert "fer_keras/py.typed" in packed


def test_the_install_does_not_grow(wheel: Path) -> None:
    """Against the commit that results/wheel begins with, packed and unpacked.

    Ours alone is held here; results/wheel weighs the dependencies, which are fewer than they were.
    """
    with (ROOT / "results" / "wheel" / "wheel.csv").open(newline="", encoding="utf-8") as file:
        first, *_, last = csv.DictReader(file)
    with (ROOT / "results" / "wheel" / "distributions.csv").open(newline="") as file:
        before = {row["distribution"]: int(row["907b721_bytes"]) for row in csv.DictReader(file)}
    assert first["commit"] == "907b721"
    assert int(last["installed_bytes"]) < int(first["installed_bytes"])
    assert wheel.stat().st_size < int(first["wheel_bytes"])
    with zipfile.ZipFile(wheel) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    assert unpacked < before["fer-keras"]


def test_the_licences_of_what_is_bundled_travel(wheel: Path) -> None:
    licences = ROOT / "fer_keras" / "LICENSES"
    listing = (licences / "README.md").read_text(encoding="utf-8")
    texts = {path.name for path in licences.iterdir()} - {"README.md"}
    assert set(re.findall(r"`([\w.-]+\.txt)`", listing)) == texts
    with zipfile.ZipFile(wheel) as archive:
        packed = archive.namelist()
    for name in (*texts, "README.md"):
        assert f"fer_keras/LICENSES/{name}" in packed
        assert [path for path in packed if ".dist-info/licenses/" in path and path.endswith(name)]
    # Every file of others that is bundled is in the listing, with what it came from.
    package = json.loads((ROOT / "mobile_demo" / "package.json").read_text(encoding="utf-8"))
    for name, version in package["dependencies"].items():
        assert f"`{name}` {version}" in listing
    for folder in ("wasm/*.wasm", "wasm/*.js", "detection/models/*.tflite"):
        assert folder in listing
    fonts = (".woff", ".woff2", ".ttf", ".otf")
    assert not [path for path in packed if path.endswith(fonts)], "fonts have licences, too"


def test_the_installed_wheel_imports_in_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "clean"
    # Dependencies come from this environment's site-packages; fer_keras itself must not.
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    python = environment / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel], check=True
    )
    packages = next(Path(p) for p in sys.path if p.endswith("site-packages"))
    site = next((environment / "lib").glob("python*/site-packages"))
    (site / "dependencies.pth").write_text(f"{packages}\n")
    code = (
        "import fer_keras.export.graph, fer_keras.models.classifier, sys;"
        "print(fer_keras.export.graph.__file__);"
        "assert 'tensorflow' not in sys.modules"
    )
    done = subprocess.run(
        [python, "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout.startswith(str(site))
    help_text = subprocess.run(
        [environment / "bin" / "fer-keras", "--help"], check=True, capture_output=True, text=True
    )
    assert "train" in help_text.stdout
