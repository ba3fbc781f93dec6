from __future__ import annotations

import asyncio
import contextlib
import resource
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

MANY = 10_000
"""Connections at once, where the system allows so many open files."""

SERVE = """
import asyncio, sys
from pathlib import Path
from fer_keras.demo.certificate import secure_context
from fer_keras.demo.server import open_server
from fer_keras.demo.site_files import read_site

async def main():
    secure = sys.argv[2] == "secure"
    context = secure_context(["127.0.0.1"], Path(sys.argv[1]) / "keys") if secure else None
    files = read_site(Path(sys.argv[1]) / "site")
    server = await open_server(files, "127.0.0.1", 0, context, patience=float(sys.argv[3]))
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""

Start = Callable[[str], int]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a server over a page, with a secret beside it; gives its port."""
    (tmp_path / "secret.txt").write_text("secret")
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<p>page</p>")
    (site / "large.bin").write_bytes(bytes(20_000_000))
    servers = []

    def run(kind: str) -> int:
        command = [
            sys.executable,
            "-c",
            SERVE,
            str(tmp_path),
            kind,
            "120" if kind == "patient" else "2",
        ]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        servers.append(server)
        assert server.stdout is not None
        return int(server.stdout.readline())

    yield run
    for server in servers:
        assert server.poll() is None, "the server has ended"
        server.kill()
        server.wait()
        assert server.stdout is not None
        server.stdout.close()


def ask(port: int, request: bytes, wait: float = 10) -> bytes:
    """Everything that the server says to these bytes until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as client:
        client.sendall(request)
        said = b""
        with contextlib.suppress(ConnectionError):
            while part := client.recv(65536):
                said += part
        return said


def page(port: int) -> bytes:
    return ask(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize(
    "target",
    [
        b"/../secret.txt",
        b"/%2e%2e/secret.txt",
        b"/..%2fsecret.txt",
        b"/..\\secret.txt",
        b"/%2e%2e%5csecret.txt",
        b"/%c0%ae%c0%ae/secret.txt",
        b"//secret.txt",
        b"http://127.0.0.1/../secret.txt",
        b"/index.html/../../secret.txt",
        b"/index.html%00.txt",
    ],
)
def test_nothing_outside_the_folder(start: Start, target: bytes) -> None:
    port = start("plain")
    said = ask(port, b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert b"secret" not in said
    assert said.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400"))


def test_abuse_is_survived(start: Start) -> None:
    port = start("plain")
    assert ask(port, b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000).startswith(b"HTTP/1.1 431")
    assert ask(port, bytes(range(256)) * 50).startswith(b"HTTP/1.1 4")
    assert ask(port, b"").startswith(b"")  # says nothing: left after a time
    posted = ask(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\nabc")
    assert posted.startswith(b"HTTP/1.1 405")
    two = ask(
        port,
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )
    assert two.count(b"<p>page</p>") == 2
    assert b"<p>page</p>" in page(port)


def test_slow_clients_are_left_and_hold_nobody_up(start: Start) -> None:
    port = start("plain")
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
    for client in slow:
        client.sendall(b"GET / HTTP/1.1\r\nHost:")
    # One asks for much and takes none of it.
    deaf = socket.create_connection(("127.0.0.1", port))
    deaf.sendall(b"GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n")
    began = time.monotonic()
    assert b"<p>page</p>" in page(port)
    assert time.monotonic() - began < 2
    for client in slow:
        client.settimeout(10)
        with contextlib.suppress(ConnectionError):
            assert client.recv(100) == b""  # closed by the server
        client.close()
    deaf.close()


Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _keep_alive(port: int, count: int) -> int:
    """Open connections, keep them all, ask on all of them at once; count the good answers."""
    opening = asyncio.Semaphore(200)

    async def connect() -> Client:
        async with opening:
            return await asyncio.open_connection("127.0.0.1", port)

    async def ask_again(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        return head.startswith(b"HTTP/1.1 200") and await reader.readexactly(11) == b"<p>page</p>"

    clients = await asyncio.gather(*(connect() for _ in range(count)))
    good = 0
    for _ in range(2):
        good += sum(await asyncio.gather(*(ask_again(*client) for client in clients)))
    for _, writer in clients:
        writer.close()
    return good


def test_ten_thousand_connections(start: Start) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        count = min(MANY, hard - 500)
        port = start("patient")
        assert asyncio.run(_keep_alive(port, count)) == 2 * count
        assert b"<p>page</p>" in page(port)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_https_with_a_certificate_of_our_own(start: Start, tmp_path: Path) -> None:
    port = start("secure")
    trusting = ssl.create_default_context(cafile=str(tmp_path / "keys" / "demo-certificate.pem"))
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        trusting.wrap_socket(plain, server_hostname="127.0.0.1") as client,
    ):
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"200" in client.recv(65536)
    assert (tmp_path / "keys" / "demo-key.pem").stat().st_mode & 0o777 == 0o600
    # Plain HTTP to the secure port ends that connection alone.
    assert b"page" not in page(port)
    assert (tmp_path / "keys" / "demo-certificate.pem").exists()
