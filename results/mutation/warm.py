"""Runs tests in copies of a process that has imported what takes long already.

python warm.py SOCKET           serve, in the folder whose tests are run
python warm.py SOCKET TEST ...  ask; the exit status is pytest's
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import sys
import time

LONG = ("pandas", "scipy.stats", "sklearn.metrics", "hypothesis", "tensorflow", "keras", "pytest")
"""Nothing of fer_keras, which is changed from one test to the next."""

LIMIT = 300.0
"""Seconds after which tests are taken for endless."""


def serve(path: str) -> None:
    """Answer one after the other, for ever."""
    for name in LONG:
        importlib.import_module(name)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        while True:
            client, _ = server.accept()
            with client, client.makefile("rw") as lines:
                lines.write(f"{in_a_copy(json.loads(lines.readline()))}\n")


def in_a_copy(tests: list[str]) -> int:
    """Run tests in a child process; its exit status, 1 if it did not end by itself."""
    import pytest

    child = os.fork()
    if child == 0:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (1, 2):
            os.dup2(nowhere, number)
        status = 1
        try:
            status = int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", *tests]))
        finally:
            os._exit(status)
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 1
        time.sleep(0.1)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 1


def ask(path: str, tests: list[str]) -> int:
    """Have tests run by the process that serves."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        with client.makefile("rw") as lines:
            lines.write(f"{json.dumps(tests)}\n")
            lines.flush()
            return int(lines.readline())


if __name__ == "__main__":
    if len(sys.argv) == 2:
        serve(sys.argv[1])
    else:
        sys.exit(ask(sys.argv[1], sys.argv[2:]))
