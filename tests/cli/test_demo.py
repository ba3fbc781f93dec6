from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request

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
    command = [sys.executable, "-c", program, "demo", "--port", "0"]
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
def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(app, ["demo", "--port", port])
    assert isinstance(result.exception, InputError)
    assert port in str(result.exception)


@needs_site
def test_a_host_that_is_not_ours_is_named() -> None:
    result = CliRunner().invoke(app, ["demo", "--host", "203.0.113.5", "--port", "0"])
    assert isinstance(result.exception, InputError)
    assert "203.0.113.5" in str(result.exception)
