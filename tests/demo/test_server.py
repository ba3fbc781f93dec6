from __future__ import annotations

import asyncio
import contextlib
import random
import resource
import socket
import ssl
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from fer_keras.demo.app import make_app
from fer_keras.demo.server import open_server

SERVE = """
import resource, sys
from pathlib import Path
from fer_keras.demo.app import make_app
from fer_keras.demo.certificate import secure_context
from fer_keras.demo.server import Patience, open_server
from fer_keras.demo.site_files import read_site

folder, files, secure, request, reading = Path(sys.argv[1]), *map(float, sys.argv[2:])
if files:
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(files), int(files)))
context = secure_context(["127.0.0.1"], folder / "keys") if secure else None
app = make_app(read_site(folder / "site", [], folder))
server = open_server(app, "127.0.0.1", 0, context, Patience(request, reading))
server.serve_until_end(lambda: print(server.port, flush=True))
"""


@dataclass
class Running:
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    port: int
    errors: Path

    def open_files(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def peak_megabytes(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1000


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a server over a page, with a secret beside it."""
    (tmp_path / "secret.txt").write_text("secret")
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<p>page</p>")
    (site / "large.bin").write_bytes(bytes(20_000_000))
    running: list[Running] = []

    def run(
        *, files: int = 0, secure: bool = False, request: float = 2, reading: float = 2
    ) -> Running:
        options = [str(float(option)) for option in (files, secure, request, reading)]
        errors = tmp_path / f"errors-{len(running)}.txt"
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(tmp_path), *options],
            stdout=subprocess.PIPE,
            stderr=errors.open("w"),
            text=True,
        )
        assert process.stdout is not None
        running.append(Running(process, int(process.stdout.readline()), errors))
        return running[-1]

    yield run
    for server in running:
        ended = server.process.poll()
        server.process.kill()
        server.process.communicate()
        assert ended is None, "the server has ended"
        assert server.errors.read_text() == ""  # not a traceback, whatever came in


def ask(port: int, request: bytes, wait: float = 60) -> bytes:
    """Everything that the server says to these bytes until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as client:
        said = b""
        with contextlib.suppress(ConnectionError):
            client.sendall(request)
            while part := client.recv(65536):
                said += part
        return said


def page(port: int) -> bytes:
    return ask(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")


TARGETS = [
    b"/../secret.txt",
    b"/%2e%2e/secret.txt",
    b"/..%2fsecret.txt",
    b"/..\\secret.txt",
    b"/%2e%2e%5csecret.txt",
    b"/%c0%ae%c0%ae/secret.txt",
    b"/%252e%252e/secret.txt",
    b"//secret.txt",
    b"secret.txt",
    b"http://127.0.0.1/../secret.txt",
    b"/index.html/../../secret.txt",
    b"/index.html%00.txt",
]


def test_nothing_outside_the_folder(start: Start) -> None:
    port = start().port
    for target in TARGETS:
        said = ask(port, b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"secret" not in said, target
        assert said.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400")), target


def test_abuse_is_survived(start: Start) -> None:
    server = start()
    port = server.port
    for bad in (
        b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000,
        b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 9_000,
        b"GET /" + b"a" * 100_000,
        bytes(range(256)) * 50,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",  # no Host
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\xff\r\n\r\n",
    ):
        said = ask(port, bad)
        # Nothing, where the answer was taken back: more had come than was read.
        assert said.startswith(b"HTTP/1.1 4") or (said == b"" and len(bad) > 16_384), bad[:40]
    assert ask(port, b"") == b""  # says nothing: left after a time
    for length in (b"99999999", b"-1", b"1e9"):
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + b"\r\n\r\n"
        posted = ask(port, head + bytes(300_000))
        assert posted.startswith((b"HTTP/1.1 405", b"HTTP/1.1 400")) or posted == b""
    chaos = random.Random(0)
    for _ in range(100):
        garbage = chaos.randbytes(chaos.randrange(200))
        assert b"secret" not in ask(port, b"GET " + garbage + b"\r\n\r\n")
    assert b"<p>page</p>" in page(port)
    assert server.open_files() < 20


def test_requests_in_one_packet_are_answered_in_turn(start: Start) -> None:
    first = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    said = ask(start().port, first * 999 + last)
    assert said.count(b"<p>page</p>") == 999
    assert said.count(b"HTTP/1.1 200") == 1000


def test_slow_clients_are_left_and_hold_nobody_up(start: Start) -> None:
    server = start()
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    for client in slow:
        client.sendall(b"GET / HTTP/1.1\r\nHost:")
    assert b"<p>page</p>" in page(server.port)
    # A header every now and then is not enough.
    end = time.monotonic() + 60
    dripping = slow[0]
    with contextlib.suppress(ConnectionError):
        while time.monotonic() < end:
            dripping.sendall(b"\r\nX: y")
            time.sleep(0.1)
    assert time.monotonic() < end
    for client in slow[1:]:
        client.settimeout(60)
        with contextlib.suppress(ConnectionError):
            assert client.recv(100) == b""  # closed by the server
    for client in slow:
        client.close()
    assert server.open_files() < 20


def test_who_takes_nothing_is_left(start: Start) -> None:
    server = start(request=1, reading=1)
    before = server.peak_megabytes()
    deaf = [socket.socket() for _ in range(50)]
    for client in deaf:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        client.sendall(b"GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"<p>page</p>" in page(server.port)
    end = time.monotonic() + 60
    while server.open_files() > 20:
        assert time.monotonic() < end, "clients that take nothing are kept"
        time.sleep(0.1)  # the deadline ends them, not we
    assert server.peak_megabytes() - before < 25  # not a copy of the file for each
    for client in deaf:
        client.close()


def test_those_for_whom_there_is_no_room_wait(start: Start) -> None:
    server = start(request=1, files=150)
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    assert b"<p>page</p>" in page(server.port)  # in its turn, when the first have been left
    assert server.open_files() <= 150
    for client in idle:
        client.close()


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


def test_half_a_handshake_holds_nobody_up_for_long(start: Start, tmp_path: Path) -> None:
    server = start(secure=True, files=150)
    half = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    for client in half:
        client.sendall(b"\x16\x03\x01\x02\x00\x01")
    trusting = ssl.create_default_context(cafile=str(tmp_path / "keys" / "demo-certificate.pem"))
    with (
        socket.create_connection(("127.0.0.1", server.port), timeout=60) as plain,
        trusting.wrap_socket(plain, server_hostname="127.0.0.1") as client,
    ):
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"200" in client.recv(65536)
    for client in half:
        client.close()


def test_answers_on_a_kept_connection_do_not_wait_for_receipts() -> None:
    server = open_server(make_app({}), "127.0.0.1", 0)
    assert server._listening.proto == socket.IPPROTO_TCP  # asyncio goes by it
    serving = threading.Thread(target=server.serve_until_end, daemon=True)
    serving.start()
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 404")
        (connection,) = server.server_state.connections
        kept = connection.transport.get_extra_info("socket")
        assert kept.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    server.stop()
    serving.join(60)
    assert not serving.is_alive()


@pytest.mark.parametrize("many", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_thousands_of_connections(start: Start, many: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(many, hard - 500)  # both sides have such a limit
    if count < many:
        warnings.warn(f"{count} connections, not {many}: open files are limited", stacklevel=1)
    server = start(request=120)  # which raises its own limit
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        # In a thread of its own: Playwright's tests may have left a loop running in this one.
        with ThreadPoolExecutor(1) as own:
            good = own.submit(asyncio.run, _keep_alive(server.port, count)).result()
        assert good == 2 * count
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert b"<p>page</p>" in page(server.port)
    assert server.peak_megabytes() < 100 + 0.02 * count  # 130 MB was seen


def test_https_with_a_certificate_of_our_own(start: Start, tmp_path: Path) -> None:
    port = start(secure=True).port
    trusting = ssl.create_default_context(cafile=str(tmp_path / "keys" / "demo-certificate.pem"))
    with (
        socket.create_connection(("127.0.0.1", port), timeout=60) as plain,
        trusting.wrap_socket(plain, server_hostname="127.0.0.1") as client,
    ):
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"200" in client.recv(65536)
    assert (tmp_path / "keys" / "demo-key.pem").stat().st_mode & 0o777 == 0o600
    # Plain HTTP to the secure port ends that connection alone.
    assert b"page" not in page(port)
    assert (tmp_path / "keys" / "demo-certificate.pem").exists()
