"""docs/callbacks.md: its application receives what LiangXin sends."""

from __future__ import annotations

import asyncio
import importlib
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import liangxin
from liangxin_mock import RunningClock, Server, Simulator, after_seconds, immediate
from tests.support.doc_pages import free_port, write_files

pytestmark = pytest.mark.usefixtures("own_modules")


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret that the page asks for."""
    monkeypatch.setenv("LIANGXIN_CALLBACK_SECRET", "a-secret-for-this-test-alone")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The API on a port."""
    simulator = Simulator(timeline=after_seconds(0.2), clock=RunningClock())
    with Server(simulator) as server:
        monkeypatch.setenv("LIANGXIN_BASE_URL", server.url)
        monkeypatch.setenv("LIANGXIN_API_KEY", "any-key-works")
        yield server


def test_the_application_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first example creates tasks, receives their callbacks, and refuses those of strangers."""
    write_files("docs/callbacks.md", tmp_path)
    simulator = Simulator(timeline=immediate())
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


def test_waits_end_with_callbacks(tmp_path: Path, server: Server) -> None:
    """The example with a thread draws its pictures, and its receiver takes a callback for each."""
    write_files("docs/callbacks.md", tmp_path)
    file, port = tmp_path / "pictures.py", free_port()
    text = file.read_text(encoding="utf-8")
    text = text.replace("https://shop.example/", f"http://127.0.0.1:{port}/")
    file.write_text(text.replace("8000", f"{port}, log_level='error'"), encoding="utf-8")
    pictures = importlib.import_module("pictures")
    while not pictures.server.started:
        time.sleep(0.01)

    tasks = pictures.draw(["A cup", "A tram"])

    assert [task.state for task in tasks] == ["success"] * 2
    statuses = {delivery.status for delivery in server.simulator.deliveries}
    assert statuses <= {204}
    pictures.server.should_exit = True


@pytest.mark.usefixtures("server")
def test_another_process_is_told(tmp_path: Path) -> None:
    """The example with two processes ends a wait here by what is published elsewhere."""
    write_files("docs/callbacks.md", tmp_path)
    elsewhere = importlib.import_module("elsewhere")
    with liangxin.LiangXin() as client:
        task = client.tasks.create(model="z-image", input={"prompt": "A cup"})
        elsewhere.published("LiangXin", task.id, "success")
        task.wait(callbacks=elsewhere.receiver)
    assert task.state == "success"
