"""What the server answers: an ASGI application over a table of files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from email.utils import format_datetime

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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

_PART = 64 * 1024
"""Bytes given to a client at once; no more are copied for a slow one."""


def make_app(files: Mapping[str, SiteFile], routes: Sequence[BaseRoute] = ()) -> Starlette:
    """The application.

    Args:
        files: as `read_site` gives them.
        routes: that come before the files.
    """

    async def serve(request: Request) -> Response:
        file = files.get(request.scope["path"])
        if file is None:
            raise HTTPException(404)
        return _answer(file, request)

    app = Starlette(routes=[*routes, Route("/{path:path}", serve, methods=["GET"])])
    app.add_middleware(_WithHeaders)
    return app


def _answer(file: SiteFile, request: Request) -> Response:
    packed = file.packs and "gzip" in request.headers.get("accept-encoding", "")
    headers = {
        "ETag": f'"{file.digest[:32]}{"-gzip" if packed else ""}"',
        "Last-Modified": format_datetime(file.modified, usegmt=True),
        "Cache-Control": "public, max-age=31536000, immutable" if file.immutable else "no-cache",
        "Vary": "Accept-Encoding",
    }
    about = Response(headers=headers)
    if StaticFiles().is_not_modified(about.headers, request.headers):
        return NotModifiedResponse(about.headers)
    body = file.packed if packed else file.content
    if packed:
        headers["Content-Encoding"] = "gzip"
    return _InParts(body, headers=headers, media_type=file.kind)


class _InParts(Response):
    """Gives a client the next part when it has taken the last."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        for at in range(0, len(self.body), _PART):
            part = bytes(self.body[at : at + _PART])
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


class _WithHeaders:
    """Adds `HEADERS` to every answer, errors among them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        given: Callable[[Message], Awaitable[None]] = with_headers
        await self._app(scope, receive, given)
