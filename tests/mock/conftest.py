"""A simulator, and the door to it, for tests to which its timeline does not matter."""

from collections.abc import Iterator

import pytest

from liangxin_mock import Simulator, immediate
from tests.support.plain_client import PlainClient


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator whose jobs end at once."""
    with Simulator(timeline=immediate()) as simulator:
        yield simulator


@pytest.fixture
def door(simulator: Simulator) -> PlainClient:
    """A client of it that sends plain HTTP."""
    return PlainClient(simulator)
