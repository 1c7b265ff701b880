"""comfy-sdk: `models.subscribe`, its queue for models of other providers."""

import os
from typing import Any

import comfy_sdk  # type: ignore[import-not-found]  # installed where this runs

MODEL = "provider/model"


def connect(url: str) -> Any:
    """Return a client with its default settings."""
    os.environ["COMFY_ROUTER_BASE_URL"] = url
    return comfy_sdk.Comfy(api_key="some-key")


def run(client: Any, prompt: str) -> None:
    """Create a task and wait for it."""
    client.models.subscribe(MODEL, {"prompt": prompt})


def status(client: Any, job: str) -> None:
    """Ask once."""
    client.models.handle(MODEL, job).status()


def connect_async(url: str) -> Any:
    """Return a client with its default settings."""
    os.environ["COMFY_ROUTER_BASE_URL"] = url
    return comfy_sdk.AsyncComfy(api_key="some-key")


async def submit_async(client: Any, prompt: str) -> Any:
    """Create a task."""
    return await client.models.submit(MODEL, {"prompt": prompt})


async def wait_async(_client: Any, task: Any) -> None:
    """Wait for it."""
    await task.get()
