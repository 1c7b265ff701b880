"""higgsfield-client: `subscribe`, which submits and polls."""

from typing import Any

import higgsfield_client  # type: ignore[import-not-found]  # installed where this runs
from higgsfield_client.http import client as module  # type: ignore[import-not-found]

MODEL = "/higgsfield/model"


def connect(url: str) -> Any:
    """Return a client with its default settings."""
    # `status` goes to this host, whatever the client's base_url says.
    module.BASE_URL = url
    return higgsfield_client.SyncClient(base_url=url, api_key="some-key")


def run(client: Any, prompt: str) -> None:
    """Create a task and wait for it."""
    client.subscribe(MODEL, {"prompt": prompt})


def status(client: Any, job: str) -> None:
    """Ask once."""
    client.status(job)


def connect_async(url: str) -> Any:
    """Return a client with its default settings."""
    return higgsfield_client.AsyncClient(base_url=url, api_key="some-key")


async def submit_async(client: Any, prompt: str) -> Any:
    """Create a task."""
    return await client.submit(MODEL, {"prompt": prompt})


async def wait_async(_client: Any, task: Any) -> None:
    """Wait for it."""
    await task.get()
