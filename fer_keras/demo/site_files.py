"""The page's files, read once: what is not in this table is not served, whatever a client asks.

The built page (`site/`) holds no models: they are the package's own, and so is what the page is
told of them. A model that is put into `weights/` is on the page without building it again.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
import mimetypes
import tarfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from fer_keras.errors import InputError
from fer_keras.models.model_file import DEFAULT_MODEL, read_labels, weights_folders

_FORMAT = "int8"
"""Of the default model: the smaller and quicker one."""


def list_models(files: Sequence[Path]) -> dict[str, Any]:
    """What the page shows of each model, as plain JSON values.

    Args:
        files: `.tflite` files that fer-keras made.

    Returns:
        `default`: the name that is chosen at first; `models`: for each file its name, its size in
        bytes, its labels, and for other languages ("de") what they are called there.

    Raises:
        InputError: if a file holds no labels.

    Example:
        >>> from pathlib import Path
        >>> list_models([])
        {'default': None, 'models': []}
    """
    names = [path.stem for path in files]
    wanted = (DEFAULT_MODEL, f"{DEFAULT_MODEL}-{_FORMAT}", *names)
    return {
        "default": next((name for name in wanted if name in names), None),
        "models": [
            {
                "name": path.stem,
                "file": path.name,
                "bytes": path.stat().st_size,
                "labels": list(read_labels(path)),
                "translations": _translations(path),
            }
            for path in files
        ],
    }


def _translations(path: Path) -> dict[str, list[str]]:
    """The members `labels-de.txt`, ... of a file, by language."""
    with zipfile.ZipFile(path) as archive:
        return {
            name.removeprefix("labels-").removesuffix(".txt"): archive.read(name)
            .decode("utf-8")
            .splitlines()
            for name in archive.namelist()
            if name.startswith("labels-") and name.endswith(".txt")
        }


SITE = Path(__file__).with_name("site")
INDEX = "index.html"
RUNTIME = "wasm.tar.xz"
"""LiteRT for browsers: two builds that are nearly the same file, so that they pack well as one."""
WORKER = "service_worker.js"
DETECTORS = Path(__file__).parents[1] / "detection" / "models"
LICENCES = Path(__file__).parents[1] / "LICENSES"
"""Of what is bundled; they travel with it, to phones too."""

# Not left to the machine's own table, which differs; a wrong type stops WebAssembly and modules.
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".tflite": "application/octet-stream",
}
_PACKED = {".html", ".js", ".mjs", ".css", ".json", ".txt", ".md", ".wasm", ".svg"}
"""Kinds that gzip makes smaller."""


@dataclass(frozen=True)
class SiteFile:
    """One file of the page.

    Attributes:
        content: its bytes.
        kind: its media type.
        digest: SHA-256 of the content, as hexadecimal digits.
        modified: when the file was written, to the second.
        immutable: whether its name changes with its content.
        packs: whether `packed` is worth sending.
    """

    content: bytes = field(repr=False)
    kind: str
    digest: str
    modified: datetime
    immutable: bool
    packs: bool

    @cached_property
    def packed(self) -> bytes:
        """The content, gzipped; made when it is first asked for."""
        return gzip.compress(self.content, 6, mtime=0)


def read_site(
    folder: Path = SITE, weights: Sequence[Path] | None = None, detectors: Path = DETECTORS
) -> dict[str, SiteFile]:
    """The files of the page by their URL path, `/assets/index.js` for instance; `/` is the page.

    Args:
        folder: the built page.
        weights: folders with the models that the page offers; None: the package's and the user's.
        detectors: where the models lie that find faces.

    Raises:
        InputError: if there is no page.
    """
    if not (folder / INDEX).is_file():
        raise InputError(
            f"{folder}: the page is not there; build it with `npm ci && npm run build` in "
            "mobile_demo/"
        )
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.name == RUNTIME:
            continue
        files[f"/{path.relative_to(folder).as_posix()}"] = _read(path)
    if (folder / RUNTIME).is_file():
        files |= _unpacked(folder / RUNTIME)
    models = find_models(weights_folders() if weights is None else weights)
    for path in [*models, *sorted(detectors.glob("*.tflite"))]:
        files[f"/models/{path.name}"] = _read(path)
    for path in sorted(LICENCES.iterdir()):
        files[f"/LICENSES/{path.name}"] = _read(path)
    files["/models.json"] = _made("models.json", json.dumps(list_models(models)))
    if f"/{WORKER}" in files:
        files[f"/{WORKER}"] = _worker(files)
    files["/"] = files[f"/{INDEX}"]
    return files


def find_models(folders: Sequence[Path]) -> list[Path]:
    """The `.tflite` files for the page: each name once, the first folder's, sorted by name."""
    found: dict[str, Path] = {}
    for path in (path for folder in folders for path in folder.glob("*.tflite")):
        # `rgb` files are for apps that know colour pictures only.
        if not path.stem.endswith("-rgb"):
            found.setdefault(path.name, path)
    return [found[name] for name in sorted(found)]


def _worker(files: dict[str, SiteFile]) -> SiteFile:
    """The service worker, told which files to keep, and by a version when they are others."""
    kept = sorted(name for name in files if name not in (f"/{WORKER}", f"/{INDEX}", "/build.json"))
    version = hashlib.sha256("".join(name + files[name].digest for name in files).encode())
    text = files[f"/{WORKER}"].content.decode()
    text = text.replace("__VERSION__", version.hexdigest()[:16])
    text = text.replace("__FILES__", json.dumps(["./", *(f".{name}" for name in kept)], indent=2))
    return _made(WORKER, text)


def _read(path: Path) -> SiteFile:
    modified = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    return _file(path.name, path.read_bytes(), modified, immutable=path.parent.name == "assets")


@cache  # half a second
def _unpacked(archive: Path) -> dict[str, SiteFile]:
    """The files of an archive by their URL path."""
    modified = datetime.fromtimestamp(int(archive.stat().st_mtime), UTC)
    try:
        with tarfile.open(archive, "r:xz") as packed:
            contents = {one.name: packed.extractfile(one) for one in packed if one.isfile()}
            return {
                f"/{name}": _file(name, content.read(), modified, immutable=False)
                for name, content in contents.items()
                if content is not None
            }
    except (tarfile.TarError, EOFError, OSError, lzma.LZMAError) as error:
        raise InputError(f"{archive}: damaged ({error}); install fer-keras again") from error


def _made(name: str, text: str) -> SiteFile:
    now = datetime.now(UTC).replace(microsecond=0)
    return _file(name, text.encode(), now, immutable=False)


def _file(name: str, content: bytes, modified: datetime, *, immutable: bool) -> SiteFile:
    suffix = Path(name).suffix
    return SiteFile(
        content=content,
        kind=_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
        digest=hashlib.sha256(content).hexdigest(),
        modified=modified,
        immutable=immutable,
        packs=suffix in _PACKED,
    )
