"""runwayml: a create and its `wait_for_task_output`."""

from typing import Any

import runwayml  # type: ignore[import-not-found]  # installed where this runs

REQUEST = {"model": "gen4_image", "ratio": "1920:1080"}


def connect(url: str) -> Any:
    """Return a client with its default settings."""
    return runwayml.RunwayML(api_key="some-key", base_url=url)


def run(client: Any, prompt: str) -> None:
    """Create a task and wait for it."""
    client.text_to_image.create(prompt_text=prompt, **REQUEST).wait_for_task_output()


def status(client: Any, job: str) -> None:
    """Ask once."""
    client.tasks.retrieve(job)


def connect_async(url: str) -> Any:
    """Return a client with its default settings."""
    return runwayml.AsyncRunwayML(api_key="some-key", base_url=url)


async def submit_async(client: Any, prompt: str) -> Any:
    """Create a task."""
    return await client.text_to_image.create(prompt_text=prompt, **REQUEST)


async def wait_async(_client: Any, task: Any) -> None:
    """Wait for it."""
    await task.wait_for_task_output()
