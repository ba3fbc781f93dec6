from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from fer_keras.cli.main import app
from fer_keras.demo.site_files import SITE
from fer_keras.errors import InputError

needs_site = pytest.mark.skipif(not SITE.exists(), reason="the page is not built")


@needs_site
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_end(number: int) -> None:
    program = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "import atexit; atexit.register(lambda: print('tensorflow' in sys.modules, flush=True));"
        "from fer_keras.cli.main import main; main()"
    )
    command = [sys.executable, "-c", program, "demo", "--port", "0", "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(url) as answer:
            assert b"fer-keras" in answer.read()
        server.send_signal(number)
        rest, _ = server.communicate(timeout=20)
        assert server.returncode == 0
        assert rest.splitlines()[-1] == "False"  # no TensorFlow


@needs_site
def test_a_phone_gets_https_and_a_code_to_scan(tmp_path: Path) -> None:
    outer, inner = os.openpty()
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "COLUMNS": "100", "LINES": "80"}
    command = [sys.executable, "-c", "from fer_keras.cli.main import main; main()", "demo"]
    command += ["--host", "0.0.0.0", "--port", "0"]
    with subprocess.Popen(command, stdout=inner, stderr=inner, env=environment) as server:
        os.close(inner)
        shown = b""
        while b"Ctrl-C" not in shown:
            shown += os.read(outer, 65536)
        server.terminate()
        assert server.wait(timeout=20) == 0
    os.close(outer)
    lines = shown.decode().splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("https://"))
    code = [line for line in lines[first + 1 :] if set(line) <= set(" ▀▄█") and line]
    height = next(n for n in range(1, len(code)) if set(code[n]) == {"█"} and n > 5)
    assert read_code(code[: height + 2]) == lines[first]
    assert (tmp_path / "fer-keras" / "demo-key.pem").stat().st_mode & 0o777 == 0o600


def read_code(lines: list[str]) -> str:
    """What a phone's camera would read from the blocks of the terminal."""
    light = {" ": (0, 0), "▀": (255, 0), "▄": (0, 255), "█": (255, 255)}
    rows = [[light[block][half] for block in line] for line in lines for half in (0, 1)]
    picture = np.kron(np.array(rows, np.uint8), np.ones((8, 8), np.uint8))
    return str(cv2.QRCodeDetector().detectAndDecode(picture)[0])


@needs_site
def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(app, ["demo", "--no-open", "--port", port])
    assert isinstance(result.exception, InputError)
    assert port in str(result.exception)


@needs_site
def test_a_host_that_is_not_ours_is_named() -> None:
    result = CliRunner().invoke(app, ["demo", "--host", "203.0.113.5", "--port", "0", "--no-open"])
    assert isinstance(result.exception, InputError)
    assert "203.0.113.5" in str(result.exception)
