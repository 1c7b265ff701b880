"""fal-client: `subscribe`, which submits to the queue and polls it."""

from typing import Any

import fal_client  # type: ignore[import-not-found]  # installed where this runs
from fal_client import client as module

MODEL = "fal/model"


def point(url: str) -> None:
    """Point it at the server: FAL_QUEUE_RUN_HOST sets the host only, always with https."""
    module.QUEUE_URL_FORMAT = f"{url}/"


def connect(url: str) -> Any:
    """Return a client with its default settings."""
    point(url)
    return fal_client.SyncClient(key="some-key")


def run(client: Any, prompt: str) -> None:
    """Create a task and wait for it."""
    client.subscribe(MODEL, {"prompt": prompt})


def status(client: Any, job: str) -> None:
    """Ask once."""
    client.status(MODEL, job)


def connect_async(url: str) -> Any:
    """Return a client with its default settings."""
    point(url)
    return fal_client.AsyncClient(key="some-key")


async def submit_async(client: Any, prompt: str) -> Any:
    """Create a task."""
    return await client.submit(MODEL, {"prompt": prompt})


async def wait_async(_client: Any, task: Any) -> None:
    """Wait for it."""
    await task.get()
