from __future__ import annotations

import ipaddress

import pytest

from fer_keras.demo.certificate import is_loopback, reachable_addresses


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)
    assert reachable_addresses(host) == [host]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "localhost.example"])
def test_others(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_all_addresses_become_ones_that_can_be_dialled(host: str) -> None:
    for address in reachable_addresses(host):
        assert not ipaddress.ip_address(address).is_unspecified
