"""The HTTP clients that users give to the SDK, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import httpx
import pytest
from httpx_aiohttp import AiohttpTransport
from pyreqwest.client import ClientBuilder, SyncClientBuilder
from pyreqwest.compatibility.httpx import HttpxTransport, SyncHttpxTransport


def reqwest() -> httpx.Client:
    """A client on pyreqwest, as its users make one."""
    client = SyncClientBuilder().follow_redirects(False).build()
    return httpx.Client(transport=SyncHttpxTransport(client))


def async_reqwest() -> httpx.AsyncClient:
    """The same for asyncio."""
    client = ClientBuilder().follow_redirects(False).build()
    return httpx.AsyncClient(transport=HttpxTransport(client))


WAYS: dict[str, tuple[Literal["sync", "async"], Callable[[], Any]]] = {
    "own": ("sync", lambda: None),
    "async own": ("async", lambda: None),
    "httpx": ("sync", httpx.Client),
    "async httpx": ("async", httpx.AsyncClient),
    "pyreqwest": ("sync", reqwest),
    "async pyreqwest": ("async", async_reqwest),
    "async aiohttp": ("async", lambda: httpx.AsyncClient(transport=AiohttpTransport())),
}
every_way = pytest.mark.parametrize("way", WAYS)
"""Run a test with each transport that users have below the SDK."""
