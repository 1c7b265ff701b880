"""Connections of both kinds to whatever server a test has."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import httpx
import pytest

from liangxin.apis.liangxin import LIANGXIN
from liangxin.clock import SystemClock
from liangxin.http.connection import AsyncConnection, Connection
from liangxin.http.key_masking import Secret
from liangxin.http_response import Response
from tests.support.samples import KEY

TASK_ID = "task_z_image_1"
BODY = {"model": "z-image", "input": {"prompt": "A ceramic cup"}}
CREATED = {"code": 200, "msg": "success", "data": {"taskId": TASK_ID}}

CREATE = LIANGXIN.create("z-image", BODY)
QUERY = LIANGXIN.query(TASK_ID, None)

Kind = Literal["sync", "async"]
both_kinds = pytest.mark.parametrize("kind", ["sync", "async"])
"""Run a test with a Connection and with an AsyncConnection."""

Handler = Callable[[httpx.Request], httpx.Response]


def as_it_is(response: Response) -> Response:
    """Read a response by returning it."""
    return response


def connect(kind: Kind, url: str = "https://api.test", **options: Any) -> Any:
    """Return a connection; `handler` answers in place of a server."""
    if handler := options.pop("handler", None):
        http = httpx.Client if kind == "sync" else httpx.AsyncClient
        options["http_client"] = http(transport=httpx.MockTransport(handler))
    make = Connection if kind == "sync" else AsyncConnection
    settings: dict[str, Any] = {
        "api": LIANGXIN,
        "key": Secret(KEY, "LIANGXIN_API_KEY").check(),
        "timeout": 60.0,
        "clock": SystemClock(),
    }
    return make(base_url=url, **{**settings, **options})


def play(kind: Kind, url: str, scenario: Callable[[Any], Awaitable[Any]], **options: Any) -> Any:
    """Play a scenario on a connection, and close that."""

    async def run() -> Any:
        connection = connect(kind, url, **options)
        try:
            return await scenario(connection)
        finally:
            await connection.aclose()

    return asyncio.run(run())


def send(kind: Kind, call: Any, url: str = "https://api.test", **options: Any) -> Response:
    """Send one request on a connection of its own."""

    async def scenario(connection: Any) -> Any:
        return await connection.request(call, as_it_is)

    response: Response = play(kind, url, scenario, **options)
    return response
