"""liangxin's client of Magnific's API: `run`, which creates and waits."""

from typing import Any

from liangxin import AsyncMagnific, AsyncTask, Magnific

MODEL = "kling-v3-pro"


def connect(url: str, **options: Any) -> Magnific:
    """Return a client with its default settings; only `--quick` sets some."""
    return Magnific("some-key", url, **options)


def run(client: Magnific, prompt: str, **options: Any) -> None:
    """Create a task and wait for it."""
    client.run(model=MODEL, input={"prompt": prompt}, **options)


def status(client: Magnific, job: str) -> None:
    """Ask once."""
    client.tasks.retrieve(job, model=MODEL)


def connect_async(url: str) -> AsyncMagnific:
    """Return a client with its default settings."""
    return AsyncMagnific("some-key", url)


async def submit_async(client: AsyncMagnific, prompt: str) -> AsyncTask:
    """Create a task."""
    return await client.tasks.create(model=MODEL, input={"prompt": prompt})


async def wait_async(_client: AsyncMagnific, task: AsyncTask) -> None:
    """Wait for it."""
    await task.wait()
