"""The page's web server, for one machine or one home network: uvicorn with deadlines.

uvicorn waits for a client's first request for ever, and for a slow reader too; here both have a
deadline. It gives a client a minute to agree on encryption; here it is seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from fer_keras.errors import InputError


def allow_open_files(wanted: int) -> int:
    """Raise the limit to what is wanted, as far as the system lets us; 1,024 is usual.

    Returns:
        how many may be open, at most what was wanted.
    """
    try:
        import resource
    except ImportError:  # Windows: asyncio's loop carries more than the C library's 512 there
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    possible = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS refuses what its kernel can't
        resource.setrlimit(resource.RLIMIT_NOFILE, (possible, hard))
        soft = possible
    return soft


CONNECTIONS = 12_000
"""At once; about 20 KB each."""
SECURE_CONNECTIONS = 1_000
"""At once; asyncio takes more than 256 KB for each that is encrypted."""
LARGEST_HEAD = 16 * 1024
"""Bytes of a request's line and headers; more is refused."""
_SPARE_FILES = 100
"""Open files that are not connections."""
_WAITING = 4096
"""Connections that the system keeps while we are busy."""
_TLS_BEGIN = 5.0
"""Seconds for a client to agree on encryption; a browser that asks its user does so later."""
_TLS_END = 3.0
"""Seconds for a client to confirm the end of an encrypted connection."""


@dataclass(frozen=True)
class Patience:
    """What clients are given time for.

    Attributes:
        request: seconds for a whole request to come, idle time before it among them.
        reading: seconds for taking some tens of kilobytes of an answer.
    """

    request: float = 15.0
    reading: float = 10.0


class Server(uvicorn.Server):
    """Serves an application over a listening socket until SIGINT, SIGTERM or `stop`.

    Attributes:
        port: that it listens on.
    """

    def __init__(
        self,
        app: ASGIApp,
        listening: socket.socket,
        context: ssl.SSLContext | None,
        patience: Patience,
    ) -> None:
        self.port: int = listening.getsockname()[1]
        self._listening = listening
        self._context = context
        self._tell: Callable[[], None] = lambda: None
        config = uvicorn.Config(
            app,
            http=_protocol(patience),
            ws="none",
            lifespan="off",
            interface="asgi3",
            loop="asyncio",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=_WAITING,
            limit_concurrency=SECURE_CONNECTIONS if context else CONNECTIONS,
            timeout_keep_alive=max(1, round(patience.request)),
            timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=LARGEST_HEAD,
        )
        super().__init__(config)

    def serve_until_end(self, tell: Callable[[], None] = lambda: None) -> None:
        """Serve until the end.

        Args:
            tell: is called when clients are served, and signals end it.
        """
        # What clients do wrong is no news for who runs the page.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        self._tell = tell
        self.run([self._listening])

    def stop(self) -> None:
        """End soon; from any thread."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept; uvicorn's own has no limits for encryption."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_pass_over_clients)
        await self.lifespan.startup()
        secure = self._context is not None
        self.servers = [
            await loop.create_server(
                lambda: self.config.http_protocol_class(  # type: ignore[call-arg]
                    config=self.config, server_state=self.server_state, app_state={}
                ),
                sock=listening,
                ssl=self._context,
                backlog=_WAITING,
                ssl_handshake_timeout=_TLS_BEGIN if secure else None,
                ssl_shutdown_timeout=_TLS_END if secure else None,
            )
            for listening in sockets or []
        ]
        self.started = True
        self._tell()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End by SIGINT and SIGTERM; uvicorn's own raises them once more at the end."""
        try:
            kept = {
                number: signal.signal(number, self.handle_exit)
                for number in (signal.SIGINT, signal.SIGTERM)
            }
        except ValueError:  # not in the main thread
            kept = {}
        yield
        for number, handler in kept.items():
            signal.signal(number, handler)


def open_server(
    app: ASGIApp,
    host: str,
    port: int,
    context: ssl.SSLContext | None = None,
    patience: Patience | None = None,
) -> Server:
    """Take the address; `serve_until_end` serves.

    Args:
        app: as `make_app` gives it.
        host: address to listen on.
        port: 0 for any that is free.
        context: for HTTPS; None for HTTP.
        patience: with slow clients.

    Raises:
        InputError: if the address can't be had.
    """
    try:
        listening = _listen(host, port)
    except (OSError, UnicodeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(
            f"host {host}, `port` {port}: can't listen there ({reason}); take another",
            "host",
        ) from error
    allow_open_files((SECURE_CONNECTIONS if context else CONNECTIONS) + _SPARE_FILES)
    return Server(app, listening, context, patience or Patience())


def _listen(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    # The protocol must be named: asyncio sets TCP_NODELAY on sockets alone that say they are TCP,
    # and without it every second answer on a kept connection waits 40 ms for the client's receipt.
    listening = socket.socket(family, kind, protocol or socket.IPPROTO_TCP)
    try:
        if hasattr(signal, "SIGHUP"):  # elsewhere the option lets two programs share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if host == "::" and socket.has_dualstack_ipv6():
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listening.bind(address)
        listening.listen(_WAITING)
    except OSError:
        listening.close()
        raise
    listening.setblocking(False)
    return listening


def _protocol(patience: Patience) -> type[H11Protocol]:
    class WithDeadlines(H11Protocol):
        """HTTP/1.1 that leaves clients which are too slow in asking, or in taking an answer."""

        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._allow(patience.request)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.cycle is not None and not self.cycle.response_complete:
                self._allow(None if not self.flow.write_paused else patience.reading)

        def on_response_complete(self) -> None:
            self._allow(patience.request)
            super().on_response_complete()

        def pause_writing(self) -> None:
            self._allow(patience.reading)
            super().pause_writing()

        def resume_writing(self) -> None:
            answering = self.cycle is not None and not self.cycle.response_complete
            self._allow(None if answering else patience.request)
            super().resume_writing()

        def connection_lost(self, exc: Exception | None) -> None:
            self._allow(None)
            super().connection_lost(exc)

        def _allow(self, seconds: float | None) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
            self._deadline = (
                None if seconds is None else self.loop.call_later(seconds, self.transport.abort)
            )

    return WithDeadlines


def _pass_over_clients(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Keep quiet of handshakes that fail and of more clients than files may be open."""
    if not isinstance(context.get("exception"), OSError):
        loop.default_exception_handler(context)
