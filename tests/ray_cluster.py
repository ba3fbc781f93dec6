"""A local Ray cluster of two workers; on a machine too busy for Ray to start, none."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

STARTS = 4
PATIENT = {"health_check_timeout_ms": 120_000, "health_check_initial_delay_ms": 120_000}
"""A worker that is slow is not dead; one that is dead refuses connections at once."""


class TwoWorkers:
    """What a test needs of a cluster.

    Attributes:
        address: of it.
    """

    def __init__(self, cluster: Any, nodes: list[Any]) -> None:
        self.address: str = cluster.address
        self._nodes = nodes

    def kill_one(self) -> None:
        """One machine dies with all that it has in hand."""
        raylet = self._nodes[1].all_processes["raylet"][0].process
        os.kill(raylet.pid, signal.SIGKILL)


@contextmanager
def two_workers() -> Iterator[TwoWorkers]:
    """Start a cluster, and end it.

    Ray gives each of its processes 30 seconds, whatever else the machine does: where they are not
    enough some times over, the test is skipped, for it would say nothing of us.
    """
    ray = pytest.importorskip("ray", reason="Ray is not installed")
    from ray.cluster_utils import Cluster

    cluster = Cluster(shutdown_at_exit=True)
    try:
        _start(cluster, num_cpus=0, _system_config=PATIENT)
        nodes = [_start(cluster, num_cpus=1) for _ in range(2)]
        cluster.wait_for_nodes(timeout=300)
        yield TwoWorkers(cluster, nodes)
    finally:
        ray.shutdown()
        cluster.shutdown()


def _start(cluster: Any, **options: Any) -> Any:
    for _ in range(STARTS):
        try:
            return cluster.add_node(**options)
        except Exception as error:  # Ray raises no other kind here
            if "timed out during startup" not in str(error):
                raise
    return pytest.skip(f"Ray's processes did not start within 30 s, {STARTS} times")
