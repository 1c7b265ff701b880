"""Scenarios that both clients play against a simulator on a virtual clock."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import liangxin
from liangxin_mock import Simulator
from tests.support.scripted_api import Kind, settle

IMAGE: dict[str, Any] = {"model": "z-image", "input": {"prompt": "Tea"}}
VIDEO: dict[str, Any] = {"model": "kling-v3-pro", "input": {"prompt": "A lighthouse"}}
BAD: dict[str, Any] = {"model": "z-image", "input": {"prompt": "bad"}}
"""Fails, where the fixture `simulator` of the tests of tasks is used."""


def play(
    kind: Kind, simulator: Simulator, scenario: Callable[[Any], Awaitable[Any]], **options: Any
) -> Any:
    """Play a scenario on a client of a kind."""

    async def on_client() -> Any:
        made = simulator.client_options(asynchronous=kind == "async") | options
        if kind == "async":
            async with liangxin.AsyncLiangXin(**made) as async_client:
                return await scenario(async_client)
        with liangxin.LiangXin(**made) as client:
            return await scenario(client)

    return asyncio.run(on_client())


async def drain(items: Any, seen: list[Any] | None = None) -> list[Any]:
    """Return the items of either client's iterator; `seen` has them even if it raises."""
    seen = [] if seen is None else seen
    if hasattr(items, "__aiter__"):
        async for item in items:
            seen.append(item)
    else:
        for item in items:
            seen.append(item)
    return seen


async def create(client: Any, *requests: dict[str, Any]) -> list[Any]:
    """Create tasks."""
    return [await settle(client.tasks.create(**request)) for request in requests]
