"""The door for ASGI: under a server, mounted in an application, and straight from httpx."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn

import liangxin
from liangxin_mock.clock import RunningClock
from liangxin_mock.faults.kinds import drop, hang, html, slow, truncate
from liangxin_mock.jobs.timelines import immediate
from liangxin_mock.messages import LARGEST_BODY
from liangxin_mock.simulator import Simulator
from tests.support.samples import INPUT, KEY, MODEL

BODY = {"model": MODEL, "input": INPUT}
HEADERS = {"authorization": f"Bearer {KEY}"}
CREATE, RECORD = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo"
TIMEOUT = 100.0


@contextmanager
def uvicorn_with(app: Any, **options: Any) -> Iterator[str]:
    """Run uvicorn on a free port, and yield its URL."""
    config = uvicorn.Config(app, log_level="critical", lifespan="auto", **options)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
    assert server.started


@contextmanager
def client_of(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, headers=HEADERS, timeout=TIMEOUT, verify=False) as client:  # noqa: S501
        yield client


@pytest.mark.parametrize("http", ["h11", "httptools"])
def test_under_uvicorn(http: str) -> None:
    """The SDK works against the application on uvicorn, up to the file itself."""
    simulator = Simulator(clock=RunningClock(1000), timeline="after_seconds(5)")
    with uvicorn_with(simulator.app, http=http) as url:
        with liangxin.LiangXin(api_key=KEY, base_url=url) as sdk:
            task = sdk.run(model=MODEL, input=INPUT, poll_interval=0.01)
        (link,) = task.result_urls
        assert link.startswith(f"{url}/results/")
        with client_of(url) as client:
            whole = client.get(link)
            assert int(whole.headers["content-length"]) == len(whole.content)
            part = client.get(link, headers={"range": "bytes=0-9"})
            assert (part.status_code, part.content) == (206, whole.content[:10])
            etag = {"if-none-match": whole.headers["etag"]}
            assert client.get(link, headers=etag).status_code == 304
            assert client.head(link).headers["content-length"] == str(len(whole.content))
            assert client.get("/").headers["content-type"].startswith("text/html")
            assert client.get("/_mock/jobs").json()["jobs"][0]["state"] == "success"
            big = client.post(CREATE, content=b"x" * (LARGEST_BODY + 2))
            assert big.status_code == 413
            assert client.put(CREATE).status_code == 405


def test_faults_under_uvicorn() -> None:
    """A drop and a hang break off an answer; what is slow drips in; the server lives on."""
    simulator = Simulator(clock=RunningClock())
    with uvicorn_with(simulator.app) as url, client_of(url) as client:
        for fault in (drop(), hang(seconds=0.01)):
            simulator.inject(fault, on="recordInfo")
            with pytest.raises(httpx.RemoteProtocolError):
                client.get(RECORD, params={"taskId": "x"})
        simulator.inject(drop(accepted=True))
        with pytest.raises(httpx.RemoteProtocolError):
            client.post(CREATE, json=BODY)
        assert simulator.creates == 1
        simulator.inject(truncate(), on="recordInfo")
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(RECORD, params={"taskId": "x"})
        simulator.inject(slow(0.05), on="recordInfo")
        assert client.get(RECORD, params={"taskId": "x"}).json()["code"] == 422
        simulator.inject(html(204), on="recordInfo")
        assert client.get(RECORD, params={"taskId": "x"}).status_code == 204
        assert client.get("/nowhere").status_code == 404


@pytest.mark.parametrize("fault", ["drop()", "hang(seconds=5)", "truncate()"])
def test_what_breaks_off_is_no_answer(fault: str) -> None:
    """Even where there is no connection to close, an answer that breaks off can't pass for one."""
    simulator = Simulator()
    simulator.inject(fault, on="recordInfo")

    async def scenario() -> None:
        transport = httpx.ASGITransport(app=simulator.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            await client.get(RECORD, params={"taskId": "x"})

    with pytest.raises(AssertionError):
        asyncio.run(scenario())


def test_mounted_under_a_path() -> None:
    """Mounted in an application, it answers under that path, and its links lead there."""
    simulator = Simulator(timeline=immediate())

    async def mounting(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            assert scope["path"].startswith("/mock/")
            scope = {**scope, "root_path": "/mock"}
        await simulator.app(scope, receive, send)

    with uvicorn_with(mounting) as url, client_of(f"{url}/mock") as client:
        client.post(CREATE, json=BODY)
        (link,) = simulator.jobs[0].result_urls
        assert link.startswith(f"{url}/mock/results/")
        assert client.get(link).status_code == 200


def test_a_client_that_leaves_has_asked_nothing() -> None:
    """Half a request is none: nothing is answered, and nothing is noted."""
    simulator = Simulator()
    told: list[dict[str, Any]] = [
        {"type": "http.request", "body": b'{"model"', "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> MutableMapping[str, Any]:
        return told.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        raise AssertionError(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": CREATE,
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    asyncio.run(simulator.app(scope, receive, send))
    assert not simulator.requests
