"""The page's files, read once: what is not in this table is not served, whatever a client asks."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from fer_keras.errors import InputError

SITE = Path(__file__).with_name("site")
INDEX = "index.html"

# Not left to the machine's own table, which differs; a wrong type stops WebAssembly and modules.
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".tflite": "application/octet-stream",
}
_PACKED = {".html", ".js", ".mjs", ".css", ".json", ".wasm", ".svg"}
"""Kinds that gzip makes smaller."""


@dataclass(frozen=True)
class SiteFile:
    """One file of the page.

    Attributes:
        content: its bytes.
        kind: its media type.
        etag: changes with the content, quoted; weak, as it names the packed form, too.
        modified: when the file was written, to the second.
        immutable: whether its name changes with its content.
        packs: whether `packed` is worth sending.
    """

    content: bytes = field(repr=False)
    kind: str
    etag: str
    modified: datetime
    immutable: bool
    packs: bool

    @cached_property
    def packed(self) -> bytes:
        """The content, gzipped; made when it is first asked for."""
        return gzip.compress(self.content, 6, mtime=0)


def read_site(folder: Path = SITE) -> dict[str, SiteFile]:
    """The files below a folder by their URL path, `/assets/index.js` for instance; `/` is the page.

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
        if path.is_symlink() or not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        content = path.read_bytes()
        kind = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0]
        files[f"/{name}"] = SiteFile(
            content=content,
            kind=kind or "application/octet-stream",
            etag=f'W/"{hashlib.sha256(content).hexdigest()[:32]}"',
            modified=datetime.fromtimestamp(int(path.stat().st_mtime), UTC),
            immutable=name.startswith("assets/"),
            packs=path.suffix in _PACKED,
        )
    files["/"] = files[f"/{INDEX}"]
    return files
