"""One function over many things on the machines of a Ray cluster.

On one machine no Ray is needed. A worker that dies costs the work that it had in hand, which
another takes up.
"""

from __future__ import annotations

import contextlib
import socket
from collections import deque
from collections.abc import Callable, Generator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from fer_keras.errors import InputError
from fer_keras.files import reason

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 4
"""Calls in hand for each CPU of the cluster: none waits for work."""

ANSWER = 20.0
"""Seconds for a cluster to take a connection."""

TRIES = 5
"""How often a call is taken up again whose worker died."""


def ray_map(
    function: Callable[[T], R], items: Sequence[T], address: str
) -> Generator[R, None, None]:
    """The results of `function` in the order of `items`, as the built-in `map` gives them.

    One call that takes long does not keep the others waiting: results that are due later are held.

    Args:
        function: of a module that the cluster's machines have installed, too. Paths in its
            arguments have to be the same on every machine; relative ones count from this
            process's working folder.
        items: what it is called with, one by one.
        address: of the cluster: `auto`, `host:6379` or `ray://host:10001`.

    Raises:
        InputError: if Ray is missing, there is no cluster at the address, or its workers die again
            and again; what `function` raises, too.
    """
    try:
        import ray
    except ImportError as error:
        raise InputError("ray: not installed: pip install 'fer-keras[ray]'", "ray") from error

    started = not ray.is_initialized()
    if started:
        check_address(address)
        try:
            ray.init(address=address, log_to_driver=False, logging_level="error")
        except (ConnectionError, ValueError, RuntimeError, AssertionError) as error:
            raise InputError(
                f"ray: {address}: no cluster there ({reason(error)})", "ray"
            ) from error
    try:
        call = ray.remote(max_retries=TRIES)(_call_in)
        folder = str(Path.cwd())
        most = AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
        calls = (call.remote(folder, function, item) for item in items)
        due = deque(islice(calls, most))
        working = list(due)
        while due:
            _, working = ray.wait(working, num_returns=1)
            new = list(islice(calls, most - len(working)))
            working += new
            due += new
            unfinished = set(working)
            while due and due[0] not in unfinished:
                yield _result(due.popleft())
    finally:
        if started:
            ray.shutdown()


def check_address(address: str) -> None:
    """Refuse an address where nobody listens, which Ray itself would try for many minutes.

    Args:
        address: as for `ray_map`; of `auto`, `local` and other schemes Ray itself knows more.

    Raises:
        InputError: if it is none, or no connection is taken there within `ANSWER` seconds.
    """
    place = address.removeprefix("ray://")
    if place in ("auto", "local") or "://" in place:
        return
    host, _, port = place.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise InputError(
            f"ray: {address}: no address of a cluster; write auto, HOST:6379 or ray://HOST:10001",
            "ray",
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), ANSWER).close()
    except (OSError, UnicodeError) as error:
        raise InputError(f"ray: {address}: no cluster there ({error})", "ray") from error


def _call_in(folder: str, function: Callable[[T], R], item: T) -> R:
    with contextlib.ExitStack() as there:
        try:
            there.enter_context(contextlib.chdir(folder))
        except OSError as error:
            raise InputError(
                f"ray: {folder}: no such folder on one of its machines", "ray"
            ) from error
        return function(item)


def _result(reference: Any) -> Any:
    import ray
    from ray.exceptions import RayError, RayTaskError

    try:
        return ray.get(reference)
    except RayTaskError as error:
        if isinstance(error.cause, InputError):
            raise InputError(str(error.cause), error.cause.argument) from error
        raise
    except RayError as error:
        raise InputError(
            f"ray: the workers died {TRIES + 1} times ({reason(error)})", "ray"
        ) from error
