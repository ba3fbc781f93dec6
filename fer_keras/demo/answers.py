"""What the server answers, from the request alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import unquote, urlsplit

from fer_keras.demo.site_files import SiteFile

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",  # LiteRT.js compiles WebAssembly
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""The page can load nothing from, and send nothing to, any other host."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""With every answer."""


@dataclass(frozen=True)
class Answer:
    """Status, headers and body; the length is part of the headers, also where there is no body."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


def answer(
    files: Mapping[str, SiteFile], method: str, target: str, headers: Mapping[str, str]
) -> Answer:
    """Answer a request.

    Args:
        files: as `read_site` gives them.
        method: GET, HEAD, ….
        target: of the request line, still encoded.
        headers: of the request; names in lower case.
    """
    if method not in ("GET", "HEAD"):
        return plain(405, "only GET and HEAD", Allow="GET, HEAD")
    file = files.get(_path(target))
    if file is None:
        return plain(404, "not found", method)
    kept = "public, max-age=31536000, immutable" if file.immutable else "no-cache"
    about = {
        **HEADERS,
        "ETag": file.etag,
        "Last-Modified": format_datetime(file.modified, usegmt=True),
        "Cache-Control": kept,
        "Vary": "Accept-Encoding",
    }
    if _is_kept(file, headers):
        return Answer(304, about)
    body = file.content
    about["Content-Type"] = file.kind
    if file.packs and "gzip" in headers.get("accept-encoding", ""):
        body = file.packed
        about["Content-Encoding"] = "gzip"
    about["Content-Length"] = str(len(body))
    return Answer(200, about, body if method == "GET" else b"")


def _is_kept(file: SiteFile, headers: Mapping[str, str]) -> bool:
    """Whether the client has this version; its tag counts more than its date (RFC 9110, 13.1)."""
    tags = headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or file.etag.removeprefix("W/") in tags
    try:
        return file.modified <= parsedate_to_datetime(headers["if-modified-since"])
    except (KeyError, TypeError, ValueError):  # none, or none that can be compared
        return False


def plain(status: int, text: str, method: str = "GET", **headers: str) -> Answer:
    """An answer of one line."""
    body = f"{text}\n".encode()
    about = {
        **HEADERS,
        **headers,
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
    }
    return Answer(status, about, body if method != "HEAD" else b"")


def _path(target: str) -> str:
    try:
        return unquote(urlsplit(target).path, errors="strict")
    except ValueError:  # no UTF-8, or brackets that are no address
        return ""
