"""liangxin: `run`, which creates and waits."""

from typing import Any

from liangxin import AsyncLiangXin, AsyncTask, LiangXin

MODEL, VIDEO = "z-image", "kling-v3-pro"


def connect(url: str, **options: Any) -> LiangXin:
    """Return a client with its default settings; only `--quick` sets some."""
    return LiangXin("some-key", url, **options)


def run(client: LiangXin, prompt: str, **options: Any) -> None:
    """Create a task and wait for it."""
    model = VIDEO if "video" in prompt else MODEL
    client.run(model=model, input={"prompt": prompt}, **options)


def status(client: LiangXin, job: str) -> None:
    """Ask once."""
    client.tasks.retrieve(job)


def connect_async(url: str) -> AsyncLiangXin:
    """Return a client with its default settings."""
    return AsyncLiangXin("some-key", url)


async def submit_async(client: AsyncLiangXin, prompt: str) -> AsyncTask:
    """Create a task."""
    return await client.tasks.create(model=MODEL, input={"prompt": prompt})


async def wait_async(_client: AsyncLiangXin, task: AsyncTask) -> None:
    """Wait for it."""
    await task.wait()
