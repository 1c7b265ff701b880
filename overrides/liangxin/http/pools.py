"""The client's own connections to the API, of which each process has its own."""

import os
from typing import Any, TypeVar

from liangxin.http import environment
from liangxin.http.deadline import AsyncDeadlineTransport, DeadlineTransport
from liangxin.http.lean_httpx import httpx

_TransportT = TypeVar("_TransportT", DeadlineTransport, AsyncDeadlineTransport)

MOST_CONNECTIONS = 100
"""Connections of one client to the server."""
# httpcore compares all connections with each other at each request while any are idle.
_MOST_IDLE = 20


def pair(
    kind: type[_TransportT], options: dict[str, Any], most_connections: int | None
) -> tuple[_TransportT, _TransportT]:
    """Return the transport of queries and that of creates."""

    def transport(kept: int) -> _TransportT:
        limits = httpx.Limits(max_connections=most_connections, max_keepalive_connections=kept)
        return kind(limits=limits, **options)

    # A server that sends one response too many leaves it in a connection that is kept. It would be
    # taken for the response to the next create, whose id would be lost: each create gets a
    # connection of its own.
    return transport(_MOST_IDLE), transport(0)


class Pools:
    """Connections to one server. Safe to share between threads.

    Raises:
        UsageError: A proxy or the certificates of the environment cannot be used.

    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._process: int | None = os.getpid()
        self._pair = self._connect()

    def _connect(self) -> tuple[DeadlineTransport, DeadlineTransport]:
        options = environment.connection_options(self._url)
        self.is_proxied = options["proxy"] is not None
        return pair(DeadlineTransport, options, MOST_CONNECTIONS)

    def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the body of its response is still to be read."""
        if self._process != os.getpid():
            # After a fork, both processes would read from the same connections.
            self._pair, self._process = self._connect(), os.getpid()
        return self._pair[request.method == "POST"].handle_request(request)

    def abandon(self) -> None:
        """Use other connections from now on.

        An interrupt amid httpcore's bookkeeping may leave a connection's lock held.
        """
        self._process = None

    def close(self) -> None:
        """Close the connections."""
        for transport in self._pair:
            transport.close()
