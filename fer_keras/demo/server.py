"""A small HTTP/1.1 server for a table of files, for one machine or one home network.

h11 reads and writes the protocol and bounds the headers; asyncio carries thousands of connections;
a client that is slow is left after a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Mapping

import h11

from fer_keras.demo.answers import Answer, answer, plain
from fer_keras.demo.site_files import SiteFile
from fer_keras.errors import InputError

LARGEST_HEAD = 16 * 1024
"""Bytes of a request's line and headers; more is refused with status 431."""
PATIENCE = 15.0
"""Seconds for a whole request to come, idle time before it among them."""
SENDING_PATIENCE = 120.0
"""Seconds for an answer to be taken."""
_CHUNK = 64 * 1024
_WAITING = 4096
"""Connections that the system keeps while we are busy."""


async def open_server(
    files: Mapping[str, SiteFile],
    host: str,
    port: int,
    context: ssl.SSLContext | None = None,
    patience: float = PATIENCE,
) -> asyncio.Server:
    """Listen, and serve from then on.

    Args:
        files: as `read_site` gives them.
        host: address to listen on.
        port: 0 for any that is free.
        context: for HTTPS; None for HTTP.
        patience: seconds for a request to come.

    Raises:
        InputError: if the address can't be had.
    """
    _allow_many_files()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Whatever a client does ends its own connection, and nothing else.
        with contextlib.suppress(OSError, TimeoutError, h11.ProtocolError, asyncio.CancelledError):
            await _converse(files, reader, writer, patience)
        writer.transport.abort() if writer.is_closing() else writer.close()

    secure = {"ssl_handshake_timeout": patience} if context else {}
    try:
        return await asyncio.start_server(
            connected, host, port, ssl=context, backlog=_WAITING, limit=_CHUNK, **secure
        )
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"--host {host} --port {port}: can't listen there ({reason}); take another"
        ) from error


async def _converse(
    files: Mapping[str, SiteFile],
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    patience: float,
) -> None:
    """Answer the requests of one connection, one after the other."""
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)
    while True:
        try:
            async with asyncio.timeout(patience):
                request = await _next_request(connection, reader)
        except h11.RemoteProtocolError as error:
            await _send(connection, writer, plain(error.error_status_hint, "bad request"))
            return
        if request is None:
            return
        names = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
        method, target = request.method.decode("latin-1"), request.target.decode("latin-1")
        async with asyncio.timeout(SENDING_PATIENCE):
            await _send(connection, writer, answer(files, method, target, names))
        if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
            return
        connection.start_next_cycle()


async def _next_request(
    connection: h11.Connection, reader: asyncio.StreamReader
) -> h11.Request | None:
    """The next request, its body read and dropped; None where the client has gone."""
    request = None
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_CHUNK))
        elif isinstance(event, h11.Request):
            request = event
            if request.method not in (b"GET", b"HEAD"):
                return request  # its body is not waited for; the connection ends after the answer
        elif isinstance(event, h11.EndOfMessage):
            return request
        elif isinstance(event, h11.ConnectionClosed) or event is h11.PAUSED:
            return None


async def _send(connection: h11.Connection, writer: asyncio.StreamWriter, given: Answer) -> None:
    if connection.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
        return
    head = h11.Response(status_code=given.status, headers=list(given.headers.items()))
    writer.write(connection.send(head) or b"")
    for start in range(0, len(given.body), _CHUNK):
        part = connection.send(h11.Data(data=given.body[start : start + _CHUNK]))
        writer.write(part or b"")
        await writer.drain()  # no more than a chunk waits for a slow client
    writer.write(connection.send(h11.EndOfMessage()) or b"")
    await writer.drain()


def _allow_many_files() -> None:
    """Every connection is an open file; systems allow 1,024 unless asked."""
    try:
        import resource
    except ImportError:  # Windows knows no such limit
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
