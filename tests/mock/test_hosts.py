"""Hosts that a request may name: those that no web page elsewhere can have."""

import re

import pytest

from liangxin_mock.hosts import served_hosts

HERE = ["localhost", "LOCALHOST:80", "app.localhost:3000", "127.0.0.1", "127.9.9.9:1", "[::1]:9"]
NEARBY = ["192.168.1.5:4010", "[fd00::1]:4010", "mock:4010", "my-box", "box.test", "mock.ns.svc"]
ELSEWHERE = [
    *("evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "evil.example:localhost"),
    *("[", "localhost.evil.example", "mock.evil.example:4010", "xlocalhost.example", " localhost"),
]


@pytest.mark.parametrize(
    ("address", "served"),
    [
        ("127.0.0.1", HERE),
        ("127.0.0.2", HERE),
        ("localhost", HERE),
        ("::1", HERE),
        ("0.0.0.0", HERE + NEARBY),  # noqa: S104
        ("::", HERE + NEARBY),
        ("192.168.1.5", HERE + NEARBY),
        ("box.lan.example", [*HERE, *NEARBY, "box.lan.example:4010"]),
    ],
)
def test_the_address_decides_which_hosts_are_served(address: str, served: list[str]) -> None:
    """On loopback only loopback hosts are, elsewhere also those of a network; public ones nowhere."""
    pattern = re.compile(served_hosts(address), re.IGNORECASE)
    own = ["box.lan.example:4010"]
    found = [host for host in HERE + NEARBY + own + ELSEWHERE if pattern.fullmatch(host)]
    assert found == served


def test_the_host_of_the_public_url_is_served() -> None:
    """A proxy that passes its own host on is answered."""
    pattern = re.compile(served_hosts("127.0.0.1", "https://mock.shop.example/liangxin"))
    assert pattern.fullmatch("mock.shop.example")
    assert pattern.fullmatch("mock.shop.example:443")
    assert not pattern.fullmatch("shop.example")
