"""`Task.save` and `Task.content` through the client, against the simulator."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest

import liangxin
from liangxin_mock import Simulator, drop, status, truncate
from tests.support.file_host import Kind, both_kinds, names
from tests.support.samples import INPUT, KEY, MODEL
from tests.support.scripted_api import settle


@both_kinds
def test_a_result_of_the_simulator(kind: Kind, tmp_path: Path) -> None:
    """A result is saved through an outage, with its size and digest, and never with the key."""
    simulator = Simulator()
    simulator.inject(status(503), on="result", times=2)
    simulator.inject(truncate(), on="result")
    simulator.inject(drop(), on="result")

    async def run() -> Any:
        options = simulator.client_options(asynchronous=kind == "async")
        client: Any = {"sync": liangxin.LiangXin, "async": liangxin.AsyncLiangXin}[kind](**options)
        task = await settle(client.run(model=MODEL, input=INPUT))
        files = await settle(task.save(tmp_path / "new" / "folder"))
        content = await settle(task.content())
        await settle(client.close())
        return task, files, content

    task, (file,), content = asyncio.run(run())
    assert file == tmp_path / "new" / "folder" / f"{task.id}.png"
    assert names(file.parent) == [file.name]
    assert file.read_bytes() == content
    assert file.size == len(content) > 1000
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert (file.url, file.media_type) == (task.result_urls[0], "image/png")
    results = [seen for seen in simulator.requests if seen.operation == "result"]
    assert [seen.status for seen in results] == [503, 503, 200, None, 206, 200]
    assert all("authorization" not in seen.headers for seen in results)
    assert KEY not in repr([seen.headers for seen in results])
    assert simulator.creates == 1


@both_kinds
def test_a_task_without_a_client(kind: Kind, tmp_path: Path) -> None:
    """A copy of a task has no client to save with."""
    copy: Any = {"sync": liangxin.Task, "async": liangxin.AsyncTask}[kind]("task_1")

    async def run() -> None:
        await settle(copy.save(tmp_path))

    with pytest.raises(liangxin.UsageError) as caught:
        asyncio.run(run())
    assert caught.value.task_id == "task_1"
