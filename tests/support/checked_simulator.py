"""A simulator whose every request and answer Prism checks against the contract."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from liangxin_mock import Prism, Server, Simulator
from liangxin_mock.prism.document import prism_document


class CheckedSimulator(NamedTuple):
    """A simulator with Prism in front of it."""

    url: str
    """Prism's."""
    simulator: Simulator


@contextmanager
def checked_simulator(api: str) -> Iterator[CheckedSimulator]:
    """Serve a simulator, and a Prism that forwards valid requests for an API to it."""
    simulator = Simulator()
    with (
        Server(simulator) as server,
        prism_document(api) as document,
        Prism(document, upstream=server.url, start_timeout=100) as proxy,
    ):
        yield CheckedSimulator(proxy.url, simulator)
