"""What a transport needs of the simulator that it delivers requests to."""

from __future__ import annotations

from typing import Any, Protocol

from liangxin_mock.messages import Reply, Request


class Backend(Protocol):
    """A simulator, as transports see it."""

    clock: Any
    base_url: str

    def handle(self, request: Request) -> Reply:
        """Answer a request."""
        ...

    def misdirected(self, request: Request, host: str) -> Reply:
        """Refuse a request for another host."""
        ...
