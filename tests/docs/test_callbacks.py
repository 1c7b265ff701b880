"""docs/callbacks.md: its application receives what LiangXin sends."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path

import httpx
import pytest

import liangxin
from liangxin_mock import Simulator, immediate
from tests.support.doc_pages import write_files


@pytest.mark.usefixtures("own_modules")
def test_the_application_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first example creates tasks, receives their callbacks, and refuses those of strangers."""
    write_files("docs/callbacks.md", tmp_path)
    simulator = Simulator(timeline=immediate())
    monkeypatch.setenv("LIANGXIN_CALLBACK_SECRET", "a-secret-for-this-test-alone")
    monkeypatch.setattr(
        liangxin,
        "AsyncLiangXin",
        lambda: liangxin.client.AsyncLiangXin(**simulator.client_options(asynchronous=True)),
    )

    async def visit() -> None:
        shop = importlib.import_module("shop")
        sent = list[str]()
        simulator.receiver = lambda callback: sent.append(callback.url)
        transport = httpx.ASGITransport(app=shop.app)
        async with httpx.AsyncClient(transport=transport, base_url="https://shop.example") as web:
            task_id = (await web.post("/pictures", params={"prompt": "A cup"})).json()
            simulator.deliver()
            record = {"data": {"taskId": task_id, "state": "success"}}
            statuses = [
                (await web.post(url, json=record)).status_code
                for url in (sent[0], sent[0], "/callbacks")
            ]
        assert statuses == [204, 204, 401]
        assert capsys.readouterr().out.count(f"{task_id} success ['https://") == 1

    asyncio.run(visit())
