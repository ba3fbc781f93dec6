"""Addresses of clusters, without one: what other programs on the machine run plays no part."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from fer_keras.errors import InputError
from fer_keras.ray_map import check_address, ray_map


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Taken by us, so that nobody else listens on it, and neither do we."""
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        yield ours.getsockname()[1]


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_a_cluster_that_is_not_there_is_one_line_at_once(silent_port: int, scheme: str) -> None:
    address = f"{scheme}127.0.0.1:{silent_port}"
    with pytest.raises(InputError, match=f"ray: {address}: no cluster there") as error:
        check_address(address)
    assert "\n" not in str(error.value)
    assert error.value.argument == "ray"


def test_it_is_told_before_ray_is_started(silent_port: int) -> None:
    pytest.importorskip("ray", reason="Ray is not installed")
    with pytest.raises(InputError, match="no cluster there"):
        list(ray_map(str, [1], f"127.0.0.1:{silent_port}"))


@pytest.mark.parametrize(
    "address", ["", "cluster", ":6379", "host:", "host:six", "host:99999", "ray://host", "host:²"]
)
def test_what_is_no_address_is_named(address: str) -> None:
    with pytest.raises(InputError, match="no address of a cluster; write auto, HOST:6379"):
        check_address(address)


@pytest.mark.parametrize("address", ["auto", "local", "anyscale://mine"])
def test_other_ways_are_rays_own(address: str) -> None:
    check_address(address)


def test_a_host_that_can_not_be_one_is_one_line() -> None:
    with pytest.raises(InputError, match="no cluster there"):
        check_address("a..b:6379")
    with pytest.raises(InputError, match="no cluster there"):
        check_address("x" * 300 + ":6379")


def test_a_port_on_which_somebody_listens_passes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        check_address(f"127.0.0.1:{listening.getsockname()[1]}")
