"""wavespeed: `run`, which submits and polls. It has no asynchronous client."""

from typing import Any

import wavespeed  # type: ignore[import-not-found]  # installed where this runs


def connect(url: str) -> Any:
    """Return a client with its default settings."""
    return wavespeed.Client(api_key="some-key", base_url=url)


def run(client: Any, prompt: str) -> None:
    """Create a task and wait for it."""
    client.run("provider/model", {"prompt": prompt})


def status(client: Any, job: str) -> None:
    """Ask once."""
    client.get_result(job)
