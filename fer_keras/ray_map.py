"""One function over many things on the machines of a Ray cluster.

On one machine no Ray is needed. A worker that dies costs the work that it had in hand, which
another takes up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from fer_keras.errors import InputError

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 4
"""Calls in hand for each CPU of the cluster: none waits for work, and results don't pile up."""

TRIES = 5
"""How often a call is taken up again whose worker died."""


def ray_map(function: Callable[[T], R], items: Sequence[T], address: str) -> Iterator[R]:
    """The results of `function` in the order of `items`, as the built-in `map` gives them.

    Args:
        function: of a module that the cluster's machines have installed, too. Paths in its
            arguments have to be the same on every machine.
        items: what it is called with, one by one.
        address: of the cluster: `auto`, `host:6379` or `ray://host:10001`.

    Raises:
        InputError: if Ray is missing, there is no cluster at the address, or its workers die again
            and again; what `function` raises, too.
    """
    try:
        import ray
    except ImportError as error:
        raise InputError(
            "ray: not installed: pip install 'fer-keras[ray]'", argument="ray"
        ) from error

    started = not ray.is_initialized()
    if started:
        try:
            ray.init(address=address, log_to_driver=False, logging_level="error")
        except (ConnectionError, ValueError, RuntimeError, AssertionError) as error:
            reason = " ".join(str(error).split())[:200]
            raise InputError(f"ray: {address}: no cluster there ({reason})", "ray") from error
    try:
        call = ray.remote(max_retries=TRIES)(function)
        cpus = int(ray.cluster_resources().get("CPU", 1))
        waiting = iter(items)
        in_hand = deque(call.remote(item) for item in islice(waiting, AHEAD * cpus))
        while in_hand:
            yield _result(in_hand.popleft())
            in_hand.extend(call.remote(item) for item in islice(waiting, 1))
    finally:
        if started:
            ray.shutdown()


def _result(reference: object) -> R:  # type: ignore[type-var]
    import ray
    from ray.exceptions import RayError, RayTaskError

    try:
        return ray.get(reference)
    except RayTaskError as error:
        if isinstance(error.cause, InputError):
            raise InputError(str(error.cause), error.cause.argument) from error
        raise
    except RayError as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"ray: the workers died {TRIES + 1} times ({reason})", "ray") from error
