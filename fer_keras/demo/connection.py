"""One client's connection: requests in, answers out, nothing without a bound.

h11 reads and writes HTTP/1.1 and bounds a request's head. (aiohttp and uvicorn were looked at, too:
aiohttp 3.14 bounds each header, not their sum; uvicorn 0.54 waits for a first request for ever.)
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate

import h11

from fer_keras.demo.answers import Answer, answer, plain
from fer_keras.demo.site_files import SiteFile

LARGEST_HEAD = 16 * 1024
"""Bytes of a request's line and headers; more is refused with status 431."""
READ_SIZE = 8 * 1024
"""Bytes taken from a client at once; twice as many may wait."""
_WRITE_SIZE = 16 * 1024
"""Bytes given to a client at once; no more wait for a slow one."""
_FAREWELL = 1.0
"""Seconds in which a refused client may finish what it is saying."""


@dataclass(frozen=True)
class Patience:
    """What clients are given time for.

    Attributes:
        request: seconds for a whole request to come, idle time before it among them.
        slowest: bytes a second that an answer must be taken at.
    """

    request: float = 15.0
    slowest: float = 50_000.0


async def converse(
    files: Mapping[str, SiteFile],
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    patience: Patience,
) -> None:
    """Answer the requests of one connection, one after the other, until either side ends it.

    Raises:
        TimeoutError: if the client is too slow.
        OSError: if it has gone.
        h11.ProtocolError: if it has gone in the middle of something.
    """
    writer.transport.set_write_buffer_limits(high=0)
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)
    while True:
        try:
            async with asyncio.timeout(patience.request):
                request = await _next_request(connection, reader)
            if request is None:
                return
            given = _answer(files, request)
        except h11.RemoteProtocolError as error:
            if connection.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
                return
            given = plain(error.error_status_hint, "bad request")
        async with asyncio.timeout(patience.request + len(given.body) / patience.slowest):
            await _send(connection, writer, given)
        if connection.their_state in (h11.SEND_BODY, h11.ERROR):
            await _hear_out(reader, writer)
            return
        if connection.our_state is not h11.DONE:
            return
        connection.start_next_cycle()
        await asyncio.sleep(0)  # many requests in one packet must not hold up the others


def _answer(files: Mapping[str, SiteFile], request: h11.Request) -> Answer:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
    return answer(
        files, request.method.decode("latin-1"), request.target.decode("latin-1"), headers
    )


async def _next_request(
    connection: h11.Connection, reader: asyncio.StreamReader
) -> h11.Request | None:
    """The next request; None where the client has gone. A body is left unread."""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(READ_SIZE))
        elif isinstance(event, h11.Request):
            connection.next_event()  # the end of a request without a body is here already
            return event
        elif isinstance(event, h11.ConnectionClosed):
            return None


async def _send(connection: h11.Connection, writer: asyncio.StreamWriter, given: Answer) -> None:
    headers = [*given.headers.items(), ("Date", formatdate(usegmt=True))]
    if connection.their_state is not h11.DONE:
        headers.append(("Connection", "close"))
    head = h11.Response(status_code=given.status, headers=headers)
    writer.write(connection.send(head) or b"")
    body = memoryview(given.body)
    for start in range(0, len(body), _WRITE_SIZE):
        part = connection.send(h11.Data(data=bytes(body[start : start + _WRITE_SIZE])))
        writer.write(part or b"")
        await writer.drain()
    writer.write(connection.send(h11.EndOfMessage()) or b"")
    await writer.drain()


async def _hear_out(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read on for a moment: closing on unread bytes would take our answer back."""
    if writer.can_write_eof():
        writer.write_eof()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_FAREWELL):
            while await reader.read(READ_SIZE):
                pass
