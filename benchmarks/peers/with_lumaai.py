"""lumaai: it has no wait; this is the loop of its published samples, which asks every 3 s."""

import asyncio
import time
from typing import Any

import lumaai  # type: ignore[import-not-found]  # installed where this runs

INTERVAL = 3


def connect(url: str) -> Any:
    """Return a client with its default settings."""
    return lumaai.LumaAI(auth_token="some-key", base_url=f"{url}/dream-machine/v1")  # noqa: S106


def run(client: Any, prompt: str) -> None:
    """Create a task and wait for it."""
    generation = client.generations.create(model="ray-2", prompt=prompt)
    while not is_done(generation := client.generations.get(id=generation.id)):
        time.sleep(INTERVAL)


def is_done(generation: Any) -> bool:
    """Whether it has succeeded."""
    if generation.state == "failed":
        raise RuntimeError(generation.failure_reason)
    return bool(generation.state == "completed")


def status(client: Any, job: str) -> None:
    """Ask once."""
    client.generations.get(id=job)


def connect_async(url: str) -> Any:
    """Return a client with its default settings."""
    base_url = f"{url}/dream-machine/v1"
    return lumaai.AsyncLumaAI(auth_token="some-key", base_url=base_url)  # noqa: S106


async def submit_async(client: Any, prompt: str) -> Any:
    """Create a task."""
    return await client.generations.create(model="ray-2", prompt=prompt)


async def wait_async(client: Any, task: Any) -> None:
    """Wait for it."""
    while True:
        if is_done(await client.generations.get(id=task.id)):
            return
        await asyncio.sleep(INTERVAL)
