"""A small web server for a table of files, for one machine or one home network.

Connections are counted before they are accepted: those for which there is no room wait in the
system's queue, where they cost us nothing, until another has ended.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Coroutine, Mapping
from typing import Any

import h11

from fer_keras.demo.connection import READ_SIZE, Patience, converse
from fer_keras.demo.open_files import allow_open_files
from fer_keras.demo.site_files import SiteFile
from fer_keras.errors import InputError

CONNECTIONS = 12_000
"""At once; about 20 KB each."""
SECURE_CONNECTIONS = 1_000
"""At once; asyncio takes more than 256 KB for each that is encrypted."""
_SPARE_FILES = 100
"""Open files that are not connections."""
_WAITING = 4096
"""Connections that the system keeps while we are busy."""
_TLS_BEGIN = 5.0
"""Seconds for a client to agree on encryption; a browser that asks its user does so later."""
_TLS_END = 3.0
"""Seconds for a client to confirm the end of an encrypted connection."""


class Server:
    """Serves files over a listening socket; `async with` begins and ends it.

    Attributes:
        port: that it listens on.
    """

    def __init__(
        self,
        files: Mapping[str, SiteFile],
        listening: socket.socket,
        context: ssl.SSLContext | None,
        patience: Patience,
        connections: int,
    ) -> None:
        self.port: int = listening.getsockname()[1]
        self._files = files
        self._listening = listening
        self._context = context
        self._patience = patience
        self._room = asyncio.Semaphore(connections)
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Server:
        self._begin(self._accept())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._listening.close()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._room.acquire()
            try:
                client, _ = await loop.sock_accept(self._listening)
            except OSError:  # gone again, or no more open files: others will end
                self._room.release()
                await asyncio.sleep(0.1)
                continue
            client.setblocking(False)
            self._begin(self._serve(client)).add_done_callback(lambda _: self._room.release())

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # asyncio itself holds tasks weakly
        task.add_done_callback(self._tasks.discard)
        return task

    async def _serve(self, client: socket.socket) -> None:
        """Serve a client to its end. Whatever it does ends its own connection, and nothing else."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=READ_SIZE)
        protocol = asyncio.StreamReaderProtocol(reader)
        secure = self._context is not None
        try:
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol,
                client,
                ssl=self._context,
                ssl_handshake_timeout=_TLS_BEGIN if secure else None,
                ssl_shutdown_timeout=_TLS_END if secure else None,
            )
        except OSError:  # no handshake, or not in time; asyncio has closed it
            return
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        try:
            await converse(self._files, reader, writer, self._patience)
            writer.close()
            await writer.wait_closed()
        except (OSError, h11.ProtocolError):  # TimeoutError is an OSError
            pass
        finally:
            transport.abort()  # after a close nothing is left to abort


def open_server(
    files: Mapping[str, SiteFile],
    host: str,
    port: int,
    context: ssl.SSLContext | None = None,
    patience: Patience | None = None,
) -> Server:
    """Take the address; serving begins with `async with`.

    Args:
        files: as `read_site` gives them.
        host: address to listen on.
        port: 0 for any that is free.
        context: for HTTPS; None for HTTP.
        patience: with slow clients.

    Raises:
        InputError: if the address can't be had.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.create_server(
            address[:2],
            family=family,
            backlog=_WAITING,
            dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
        )
    except (OSError, UnicodeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(
            f"host {host}, `port` {port}: can't listen there ({reason}); take another",
            argument="host",
        ) from error
    listening.setblocking(False)
    most = SECURE_CONNECTIONS if context else CONNECTIONS
    room = max(1, allow_open_files(most + _SPARE_FILES) - _SPARE_FILES)
    return Server(files, listening, context, patience or Patience(), room)
