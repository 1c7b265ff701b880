"""replicate: `predictions.create` and `wait`, its way for tasks that take long.

`replicate.run` instead asks the server to hold the create's answer for up to a minute.
"""

from typing import Any

import replicate  # type: ignore[import-not-found]  # installed where this runs

MODEL = "owner/model"


def connect(url: str) -> Any:
    """Return a client with its default settings."""
    return replicate.Client(api_token="some-key", base_url=url)  # noqa: S106


def run(client: Any, prompt: str) -> None:
    """Create a task and wait for it."""
    prediction = client.models.predictions.create(MODEL, input={"prompt": prompt})
    prediction.wait()
    check(prediction)


def check(prediction: Any) -> None:
    """Its wait does not raise for a failed task."""
    if prediction.status != "succeeded":
        raise RuntimeError(prediction.status)


def status(client: Any, job: str) -> None:
    """Ask once."""
    client.predictions.get(job)


connect_async = connect


async def submit_async(client: Any, prompt: str) -> Any:
    """Create a task."""
    return await client.models.predictions.async_create(MODEL, input={"prompt": prompt})


async def wait_async(_client: Any, task: Any) -> None:
    """Wait for it."""
    await task.async_wait()
    check(task)
