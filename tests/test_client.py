"""Clients: settings, life cycle, single requests, and what a task carries with it."""

import asyncio
import json
import logging
import pickle
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import respx

import liangxin
from liangxin import transport
from liangxin.clock import SystemClock
from liangxin_mock.clock import VirtualClock
from tests.support.scripted_api import (
    BASE_URL,
    DONE,
    FAILED,
    KEY,
    MODEL,
    TASK_ID,
    WAITING,
    Fault,
    Kind,
    Reply,
    Server,
    both_kinds,
    create,
    created,
    play,
    record,
    settle,
)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "BASE_URL", "LOG"):
        monkeypatch.delenv(f"LIANGXIN_{name}", raising=False)


def make(kind: Kind, *arguments: Any, **options: Any) -> Any:
    client = liangxin.LiangXin if kind == "sync" else liangxin.AsyncLiangXin
    return client(*arguments, **options)


def test_import_is_light() -> None:
    """`import liangxin` loads neither the HTTP library nor the validators."""
    script = (
        "import sys, liangxin; "
        "assert not {'httpx', 'attr', 'attrs', 'jsonschema_rs', 'typing'} & set(sys.modules), "
        "sorted(sys.modules); liangxin.LiangXinError; assert 'httpx' not in sys.modules; "
        "liangxin.LiangXin; assert 'httpx' not in sys.modules"
    )
    subprocess.run([sys.executable, "-S", "-c", _path() + script], check=True)


def _path() -> str:
    return f"import sys; sys.path[:0] = {sys.path!r}; "


def test_public_names() -> None:
    """Every public name can be imported, and no other."""
    for name in liangxin.__all__:
        assert getattr(liangxin, name).__name__.rpartition(".")[2] == name
    assert set(liangxin.__all__) <= set(dir(liangxin))
    assert list(liangxin.__all__) == sorted(liangxin.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = liangxin.Nonsense


@both_kinds
def test_settings_come_from_the_environment(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """Key and base URL default to the environment; a path in the base URL is kept."""
    monkeypatch.setenv("LIANGXIN_API_KEY", KEY)
    monkeypatch.setenv("LIANGXIN_BASE_URL", "https://proxy.test/liangxin/")
    server = Server(records=[DONE])

    async def scenario(client: Any) -> Any:
        return await settle(client.tasks.retrieve(TASK_ID))

    settings = {"api_key": None, "base_url": None}
    with respx.mock as router:
        route = router.get("https://proxy.test/liangxin/api/v1/jobs/recordInfo")
        route.mock(side_effect=server.answer)
        client = make(kind, **settings, clock=server.clock)
        task = asyncio.run(scenario(client))
        asyncio.run(_close(client))
    assert task.state == "success"
    [request] = server.requests
    assert request.url.params["taskId"] == TASK_ID
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["user-agent"] == f"liangxin-python/{liangxin.__version__}"


async def _close(client: Any) -> None:
    await settle(client.close())


@both_kinds
@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ({"api_key": None}, "LIANGXIN_API_KEY"),
        ({"api_key": ""}, "LIANGXIN_API_KEY"),
        ({"api_key": 7}, "must be a string"),
        ({"api_key": "sk-secret\n"}, "white space"),
        ({"api_key": "Bearer sk-secret"}, "white space"),
        ({"api_key": "sk-secret-ü"}, "non-ASCII"),
        ({"base_url": None}, "LIANGXIN_BASE_URL"),
        ({"base_url": ""}, "LIANGXIN_BASE_URL"),
        ({"base_url": "api.test"}, "LIANGXIN_BASE_URL"),
        ({"base_url": "ftp://api.test"}, "https://"),
        ({"base_url": "https://"}, "https://"),
        ({"base_url": "https://api.test:port"}, "LIANGXIN_BASE_URL"),
        ({"base_url": "https://[::1"}, "LIANGXIN_BASE_URL"),
        ({"base_url": "https://api.test:secret"}, "LIANGXIN_BASE_URL"),
        ({"base_url": "https://a..b"}, "no host can have"),
        ({"base_url": f"https://{'x' * 64}.test"}, "no host can have"),
        ({"base_url": 5}, "must be a string"),
        ({"base_url": b"https://api.test"}, "must be a string"),
        ({"base_url": "https://sk:secret@api.test"}, "user name"),
        ({"base_url": "https://api.test?key=1"}, "query"),
        ({"base_url": "https://api.test?"}, "query"),
        ({"base_url": "https://api.test/#"}, "query"),
        ({"base_url": "https://api.test/a b"}, "spaces"),
        ({"base_url": "https://api\x7f.test"}, "base URL"),
        ({"base_url": "https://xn--a.test"}, "base URL"),
        ({"base_url": "https://api..test"}, "no host can have"),
        ({"base_url": f"https://{'a' * 64}.test"}, "no host can have"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": -1}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"timeout": "60"}, "timeout"),
        ({"timeout": 1e10}, "up to 1000000"),
        ({"http_client": object()}, "http_client"),
    ],
)
def test_settings_that_cannot_work(kind: Kind, settings: dict[str, Any], part: str) -> None:
    """A setting that cannot work is refused at once, by name, without printing a key."""
    with pytest.raises(liangxin.UsageError, match=part) as info:
        make(kind, **({"api_key": KEY, "base_url": BASE_URL} | settings))
    assert "secret" not in str(info.value)


@pytest.mark.parametrize("way", ["sync", "httpx", "aiohttp"])
@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("https_proxy", "ftp://user:secret@proxy.test", "proxy"),
        ("https_proxy", "socks5://user:secret@proxy.test", "proxy"),
        ("https_proxy", "http://[::1", "proxy"),
        ("https_proxy", "http://user:sec/secret@proxy.test:x", "proxy"),
        ("SSL_CERT_FILE", "/nowhere", "SSL_CERT_FILE"),
        ("SSL_CERT_FILE", __file__, "SSL_CERT_FILE"),
    ],
)
def test_an_environment_that_cannot_work(
    way: str, name: str, value: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy, or certificates, that cannot be used are told, and no password of a proxy."""
    if way == "aiohttp":
        pytest.importorskip("aiohttp")
    monkeypatch.setitem(sys.modules, "socksio", None)
    for other in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "SSL_CERT_DIR"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, value)
    transport.ssl_context.cache_clear()

    async def request(url: str, **options: Any) -> None:
        async with liangxin.AsyncLiangXin(KEY, url, **options) as client:
            await client.tasks.retrieve(TASK_ID)

    def act() -> None:
        if way == "sync":
            liangxin.LiangXin(KEY, BASE_URL)
        else:
            asyncio.run(request(BASE_URL, transport=way))

    def download() -> None:
        done = {"id": TASK_ID, "state": "success", "result_urls": ["https://files.test/a.png"]}
        with liangxin.LiangXin(KEY, "http://127.0.0.1:9") as client:
            client.tasks.handle(liangxin.Task.from_dict(done)).content(timeout=1)

    try:
        for trouble in (act, download):
            with pytest.raises(liangxin.UsageError, match=part) as info:
                trouble()
            assert "secret" not in str(info.value)
    finally:
        transport.ssl_context.cache_clear()


@pytest.mark.parametrize(
    ("base_url", "is_warned"),
    [
        ("http://api.test", True),
        ("http://192.168.0.7:80", True),
        ("https://api.test", False),
        ("http://localhost:4010", False),
        ("http://mock.localhost", False),
        ("http://127.0.0.1:1", False),
        ("http://[::1]:1", False),
    ],
)
def test_unencrypted_key_is_warned_of(
    base_url: str, is_warned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """A plain http:// address beyond this machine works, with a warning."""
    liangxin.LiangXin(KEY, base_url).close()
    assert ("unencrypted" in caplog.text) is is_warned


@both_kinds
def test_certificates_are_loaded_once(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """All clients of a process share their certificates; http:// needs none."""
    make(kind, KEY, "https://api.test")
    monkeypatch.setattr(httpx, "create_ssl_context", None)
    make(kind, KEY, "https://api.test")
    transport.ssl_context.cache_clear()
    make(kind, KEY, "http://localhost")


@both_kinds
def test_given_http_client_is_used_and_left_open(kind: Kind) -> None:
    """A given HTTP client is used with its own headers, and outlives a client that is closed."""
    server = Server(records=[DONE])
    http_type: Any = httpx.Client if kind == "sync" else httpx.AsyncClient
    http = http_type(
        transport=httpx.MockTransport(server.answer),
        headers={"X-Team": "video", "Authorization": "Basic eA=="},
        auth=("user", "password"),
        follow_redirects=True,
    )

    async def scenario(client: Any) -> None:
        await settle(client.tasks.retrieve(TASK_ID))
        await settle(client.close())
        with pytest.raises(liangxin.UsageError, match="closed"):
            await settle(client.tasks.create(model=MODEL, input={"prompt": "Tea"}))

    assert play(kind, server, scenario, http_client=http).error is None
    assert len(server.requests) == 1
    assert server.requests[0].headers["x-team"] == "video"
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert not http.is_closed


@both_kinds
def test_key_is_not_carried_elsewhere(kind: Kind) -> None:
    """A redirect is never followed, even by a given HTTP client that would."""
    server = Server(records=[Reply(status=302, headers={"Location": "https://evil.test/"})])
    http_type: Any = httpx.Client if kind == "sync" else httpx.AsyncClient
    http = http_type(transport=httpx.MockTransport(server.answer), follow_redirects=True)

    async def scenario(client: Any) -> None:
        await settle(client.tasks.retrieve(TASK_ID))

    error = play(kind, server, scenario, http_client=http).error
    assert error.status_code == 302
    assert [request.url.host for request in server.requests] == ["api.test"]


@both_kinds
def test_broken_encoding_is_an_unreadable_answer(kind: Kind) -> None:
    """A body that cannot be decompressed is no answer: unknown for a create, unreadable else."""
    headers = {"Content-Encoding": "gzip"}

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"no gzip"))

    async def retrieve(client: Any) -> None:
        await settle(client.tasks.retrieve(TASK_ID))

    http_type: Any = httpx.Client if kind == "sync" else httpx.AsyncClient
    for scenario, expected in (
        (create, liangxin.SubmissionUnknownError),
        (retrieve, liangxin.APIResponseError),
    ):
        http = http_type(transport=httpx.MockTransport(answer))
        error = play(kind, Server(), scenario, http_client=http).error
        assert "content encoding" in str(error)
        assert type(error) is expected


ACCEPTED = {"code": 200, "msg": "success", "data": {"taskId": "t"}}


class _Endless(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that takes 20 s for each space, and knows whether it was closed."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.clock.advance(20.0)
            yield b" "

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part

    def close(self) -> None:
        self.is_closed = True

    async def aclose(self) -> None:
        self.is_closed = True


@both_kinds
def test_a_late_answer_that_is_complete_counts(kind: Kind) -> None:
    """An answer that took longer than the timeout in sum is read: it may hold a paid task's id."""
    server = Server()

    def late(_: httpx.Request) -> httpx.Response:
        server.clock.advance(200.0)
        return httpx.Response(200, stream=httpx.ByteStream(json.dumps(ACCEPTED).encode()))

    async def scenario(client: Any) -> Any:
        return await settle(client.tasks.create(model="z-image", input={"prompt": "x"}))

    http_type: Any = httpx.Client if kind == "sync" else httpx.AsyncClient
    http = http_type(transport=httpx.MockTransport(late))
    assert play(kind, server, scenario, http_client=http).value.id == "t"


@both_kinds
def test_dripping_answer_is_cut_off(kind: Kind) -> None:
    """An answer of which each part is in time, but not the whole, is given up and closed."""
    server = Server()
    body = _Endless(server.clock)

    async def scenario(client: Any) -> None:
        await settle(client.tasks.retrieve(TASK_ID))

    http_type: Any = httpx.Client if kind == "sync" else httpx.AsyncClient
    http = http_type(transport=httpx.MockTransport(lambda _: httpx.Response(200, stream=body)))
    error = play(kind, server, scenario, http_client=http).error
    assert isinstance(error, liangxin.APITimeoutError)
    # Late after 80 s, which is told at the part that comes after.
    assert server.clock.monotonic() == 100.0
    assert body.is_closed


@both_kinds
def test_closed_client_says_so(kind: Kind) -> None:
    """A closed client refuses to send, and a wait does not go on without it."""

    async def scenario(client: Any) -> None:
        task = client.tasks.handle(TASK_ID)
        await settle(client.close())
        await settle(task.wait())

    error = play(kind, Server(), scenario).error
    assert isinstance(error, liangxin.UsageError)
    assert "closed" in str(error)
    assert error.task_id == TASK_ID


@both_kinds
def test_unsupported_protocol_is_a_setting(kind: Kind) -> None:
    """A protocol that the HTTP client cannot speak is a wrong setting, not an outage."""
    error = play(kind, Server([Fault(httpx.UnsupportedProtocol)]), create).error
    assert isinstance(error, liangxin.UsageError)


@both_kinds
@pytest.mark.parametrize("step", [Reply(status=503), Fault(httpx.ReadTimeout), Reply(b"<html>")])
def test_retrieve_is_one_request(kind: Kind, step: Any) -> None:
    """Retrieve asks once and raises what came, with the task's id."""
    server = Server(records=[step, DONE])

    async def scenario(client: Any) -> None:
        await settle(client.tasks.retrieve(TASK_ID))

    error = play(kind, server, scenario).error
    assert isinstance(error, liangxin.APIError)
    assert error.task_id == TASK_ID
    assert len(server.polls) == 1


@both_kinds
def test_refresh_updates_the_task(kind: Kind) -> None:
    """Refresh asks once, updates the task and returns it; its id and model stay."""
    other = record("generating", taskId="another", model="another", progress=7)
    server = Server([created()], [other, FAILED])

    async def scenario(client: Any) -> Any:
        task = await create(client)
        assert await settle(task.refresh()) is task
        assert (task.id, task.model, task.state, task.progress) == (TASK_ID, MODEL, "generating", 7)
        assert task.raw == other.body
        return await settle(task.refresh())

    task = play(kind, server, scenario).value
    assert (task.state, task.fail_code, task.fail_msg) == ("fail", "500", "upstream error")


@both_kinds
@pytest.mark.parametrize("task_id", ["", "  ", None, 7, b"x"])
def test_task_ids_are_checked(kind: Kind, task_id: Any) -> None:
    """An id that is empty or no string is refused before any request."""

    async def scenario(client: Any) -> None:
        await settle(client.tasks.retrieve(task_id))

    server = Server(records=[DONE])
    error = play(kind, server, scenario).error
    assert isinstance(error, liangxin.UsageError)
    assert server.polls == []


@both_kinds
def test_endless_task_id(kind: Kind) -> None:
    """An id too long for a URL is refused as such."""

    async def scenario(client: Any) -> None:
        await settle(client.tasks.retrieve("x" * 100_000))

    assert isinstance(play(kind, Server(), scenario).error, liangxin.UsageError)


@both_kinds
def test_tasks_travel_without_their_client(kind: Kind) -> None:
    """A task goes through pickle and JSON; without a client it says how to get one."""
    server = Server(records=[record("generating", progress=5), DONE])

    async def scenario(client: Any) -> None:
        task = await settle(client.tasks.retrieve(TASK_ID))
        for copy in (
            pickle.loads(pickle.dumps(task)),  # noqa: S301  its own pickle
            type(task).from_dict(json.loads(json.dumps(task.to_dict()))),
        ):
            assert copy.to_dict() == task.to_dict()
            assert repr(copy) == repr(task)
            for call in (copy.wait, copy.refresh):
                with pytest.raises(liangxin.UsageError, match="handle") as info:
                    await settle(call())
                assert info.value.task_id == TASK_ID
            assert (await settle(client.tasks.handle(copy.id).wait())).state == "success"
        task.to_dict()["raw"]["data"].clear()
        assert task.raw["data"]

    assert play(kind, server, scenario).error is None


def test_task_from_an_incomplete_dict() -> None:
    """Unknown keys are left out, missing ones have their defaults, the id is needed."""
    task = liangxin.Task.from_dict({"id": "t", "color": "red"})
    assert (task.model, task.state, task.result_urls, task.is_terminal) == (None, None, [], False)
    assert not hasattr(task, "color")
    assert repr(task) == "Task(id='t', model=None, state=None)"
    with pytest.raises(liangxin.UsageError):
        liangxin.Task.from_dict({"model": MODEL})
    wrong: Any
    for wrong in (None, [], "{}"):
        with pytest.raises(liangxin.UsageError, match="mapping"):
            liangxin.Task.from_dict(wrong)


def test_threads_share_a_client() -> None:
    """Threads that create and wait through one client do not disturb each other."""
    server = Server([created()], [WAITING, WAITING, DONE])
    states: list[str | None] = []
    with respx.mock(base_url=BASE_URL) as router:
        router.route().mock(side_effect=server.answer)
        with liangxin.LiangXin(KEY, BASE_URL, clock=server.clock) as client:

            def run() -> None:
                states.append(client.run(model=MODEL, input={"prompt": "x"}).state)

            threads = [threading.Thread(target=run) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert states == ["success"] * 8


@pytest.fixture
def sdk_logger() -> Any:
    logger = logging.getLogger("liangxin")
    before = (logger.level, list(logger.handlers))
    yield logger
    logger.setLevel(before[0])
    logger.handlers[:] = before[1]


@pytest.mark.parametrize(("value", "level"), [("info", logging.INFO), (" DEBUG ", logging.DEBUG)])
def test_log_to_standard_error(
    value: str, level: int, monkeypatch: pytest.MonkeyPatch, sdk_logger: logging.Logger
) -> None:
    """LIANGXIN_LOG attaches one handler, however many clients are made."""
    monkeypatch.setenv("LIANGXIN_LOG", value)
    before = len(sdk_logger.handlers)
    for _ in range(2):
        liangxin.LiangXin(KEY, BASE_URL).close()
    assert sdk_logger.level == level
    assert len(sdk_logger.handlers) == before + 1


def test_unknown_log_level_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, sdk_logger: logging.Logger
) -> None:
    """A wrong LIANGXIN_LOG is told, and stops nothing."""
    monkeypatch.setenv("LIANGXIN_LOG", "verbose")
    level = sdk_logger.level
    liangxin.LiangXin(KEY, BASE_URL).close()
    assert "LIANGXIN_LOG=verbose" in caplog.text
    assert sdk_logger.level == level


def test_prompts_are_logged_at_debug_only(caplog: pytest.LogCaptureFixture) -> None:
    """A prompt is the user's own: it is in the log at DEBUG and not at INFO."""
    for level, is_logged in (("INFO", False), ("DEBUG", True)):
        caplog.clear()
        caplog.set_level(level, "liangxin")
        play("sync", Server([created()]), create)
        assert ("A ceramic cup" in caplog.text) is is_logged


def test_system_clock() -> None:
    """The default clock is the system's."""
    clock = SystemClock()
    before, started = clock.time(), clock.monotonic()
    clock.sleep(0.001)
    asyncio.run(clock.async_sleep(0.001))
    assert clock.monotonic() - started >= 0.001
    assert clock.time() >= before


def test_virtual_clock() -> None:
    """The virtual clock moves by sleeping, overlaps concurrent sleeps, and never goes back."""
    clock = VirtualClock(start=100.0)
    clock.sleep(5)
    clock.sleep(-1)
    clock.advance(1.5)
    assert (clock.monotonic(), clock.time()) == (6.5, 106.5)

    async def sleep_together() -> None:
        await asyncio.gather(clock.async_sleep(10), clock.async_sleep(3), clock.async_sleep(-1))

    asyncio.run(sleep_together())
    assert clock.monotonic() == 16.5
    with pytest.raises(ValueError, match="goes forward"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="goes forward"):
        clock.advance(float("nan"))
    assert repr(clock) == "VirtualClock(elapsed=16.5)"


@pytest.mark.parametrize("data", [None, [], "task_1", {}, {"id": 5}, {"id": " "}])
def test_what_is_no_task_is_refused(data: Any) -> None:
    """What cannot have come from `to_dict` is a usage error."""
    with pytest.raises(liangxin.UsageError):
        liangxin.Task.from_dict(data)
