"""The API key: whoever looks, it is in no text, line, pickle, or variable of a traceback."""

import asyncio
import contextlib
import html
import json
import logging
import pickle
import re
import socket
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import liangxin
from liangxin.http.key_masking import Secret
from liangxin_mock import Simulator, drop, status, truncate
from liangxin_mock.server import Server as MockServer
from tests.support.http_clients import WAYS as HTTP_CLIENTS
from tests.support.http_clients import every_way
from tests.support.raw_server import RawServer, read_request
from tests.support.samples import INPUT, KEY, MODEL, TASK_ID
from tests.support.scripted_api import (
    BASE_URL,
    DONE,
    KINDS,
    Broken,
    Fault,
    Kind,
    Reply,
    Server,
    Step,
    both_kinds,
    create,
    created,
    play,
    record,
    settle,
    success,
    waiting,
)
from tests.support.thoroughness import every

TESTS = str(Path(__file__).parents[1])
_PRINTABLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
# Nothing that turns up by chance, such as a word of some error's text.
KEYS = st.text(_PRINTABLE, min_size=8, max_size=60).map("k~{}".format)


def spellings(key: str) -> list[str]:
    """The ways in which servers, URLs and log formats write a key."""
    escaped = json.dumps(key)[1:-1]
    quoted = [quote(key, safe=""), quote(key)]
    lower = [re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), form) for form in quoted]
    return [key, escaped, escaped.replace("/", "\\/"), *quoted, *lower]


# --- what failing leaves behind --------------------------------------------------------------------


def shown(error: BaseException | None, *, attributes: bool = True) -> Iterator[str]:
    """All that a tool that reports errors can see of one, but for what the tests' own frames hold.

    It is the text with its notes, the pickle, and the variables of every frame, also of the errors
    behind it; with `attributes`, of variables that are the SDK's own, these as well.
    """
    seen: list[BaseException] = []
    todo = [error]
    while todo:
        error = todo.pop()
        if error is None or error in seen:
            continue
        seen.append(error)
        todo += [error.__cause__, error.__context__]
        yield from (str(error), repr(error), *getattr(error, "__notes__", []))
        yield repr(vars(error))
        if isinstance(error, liangxin.LiangXinError):
            yield pickle.dumps(error, protocol=0).decode("latin-1")
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if not frame.f_code.co_filename.startswith(TESTS):
                for value in frame.f_locals.values():
                    yield from reprs(value) if attributes else [repr(value)]


def reprs(value: Any) -> Iterator[str]:
    """The repr of a value, and of its attributes if it is the SDK's own."""
    with contextlib.suppress(AttributeError):  # an object whose __init__ failed
        yield repr(value)
    kind = type(value)
    # The key itself is where it has to be.
    if kind.__module__.split(".")[0] != "liangxin" or kind is Secret:
        return
    names = [*getattr(value, "__dict__", ()), *getattr(kind, "__slots__", ())]
    yield from (repr(getattr(value, name, None)) for name in names)


@contextlib.contextmanager
def logged() -> Iterator[list[str]]:
    """All lines that are logged, by whatever logger, formatted."""
    found: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(self.format(record))

    keep, root, ours = Keep(), logging.getLogger(), logging.getLogger("liangxin")
    levels = root.level, ours.level
    root.addHandler(keep)
    root.setLevel("DEBUG")
    ours.setLevel("DEBUG")
    try:
        yield found
    finally:
        root.removeHandler(keep)
        root.setLevel(levels[0])
        ours.setLevel(levels[1])


def assert_secret(key: str, told: list[str]) -> None:
    text = "\n".join(told)
    for spelling in spellings(key):
        assert spelling not in text


def replies(key: str) -> list[Step]:
    """Answers that repeat the key, and requests that fail, in every way there is."""
    return [
        *(Reply({"error": {"message": f"bad token {s}"}}, 401) for s in spellings(key)),
        *(
            Reply({"msg": s, "code": n}, n)
            for n, s in zip([400, 402, 403], spellings(key)[:3], strict=True)
        ),
        Reply({"code": 500, "msg": key}),
        Reply(f"<title>{html.escape(key)}</title>".encode(), 502),
        Reply(f'{{"msg": "{spellings(key)[3]}"'.encode()),
        Reply({"data": {"state": None, "token": key}}),
        Reply({"msg": "no"}, 403, headers={"X-Debug": f"Bearer {key}", "X-Request-Id": key}),
        Reply(status=302, headers={"Location": f"https://other.test/?key={quote(key)}"}),
        Reply(key.encode(), headers={"Content-Encoding": "gzip"}),
        record("fail", failCode=key, failMsg=f"bad token {key}", extra=[{"key": key}]),
        record("fail", failMsg=spellings(key)[4]),
        record(key),
        record("success", resultJson=key),
        *(Broken(error) for error in (httpx.ReadError, httpx.ReadTimeout, None)),
        *map(
            Fault,
            [
                *(httpx.ConnectError, httpx.ReadTimeout, httpx.WriteError, httpx.PoolTimeout),
                *(httpx.RemoteProtocolError, httpx.UnsupportedProtocol, OSError, RuntimeError),
                *(ZeroDivisionError, KeyboardInterrupt, asyncio.CancelledError),
            ],
        ),
    ]


SCENARIOS = range(len(replies(KEY)))


async def _refresh(client: Any) -> None:
    await settle(client.tasks.retrieve(TASK_ID))


async def _map(client: Any) -> None:
    outcomes = client.map([{"model": MODEL, "input": INPUT}], timeout=30)
    if hasattr(outcomes, "__aiter__"):
        found = [outcome async for outcome in outcomes]
    else:
        found = list(outcomes)
    assert KEY not in repr(found)
    if found[0].error is not None:
        raise found[0].error


WAYS: list[tuple[Callable[[Any], Awaitable[object]], bool]] = [
    (create, True),
    (_map, True),
    (waiting(30), False),
    (_map, False),
    (_refresh, False),
]


@both_kinds
@pytest.mark.parametrize("number", every(3, SCENARIOS))
def test_failures_do_not_show_the_key(kind: Kind, number: int) -> None:
    """However a create, a wait or a refresh goes wrong, the key is in nothing that is left."""
    failures = 0
    for way, on_create in WAYS:
        step = replies(KEY)[number]
        server = Server([step] if on_create else [created()], [step])
        with logged() as lines:
            error = play(kind, server, way).error
        failures += error is not None
        assert_secret(KEY, [*lines, *shown(error)])
    assert failures >= 3


VIDEO_MODEL = "kling-v3-std"
MAGNIFICS = (liangxin.Magnific, liangxin.AsyncMagnific)


def task_of_magnific(status: str, **data: object) -> Reply:
    """Make Magnific's answer to a create or a query."""
    return Reply({"data": {"task_id": TASK_ID, "status": status, "generated": [], **data}})


def replies_of_magnific(key: str) -> list[Step]:
    """The same, and what only Magnific answers."""
    return [
        *replies(key),
        *(Reply({"message": f"bad token {s}"}, 401) for s in spellings(key)),
        Reply({"message": key, "invalid_params": [{"field": key, "reason": key}]}, 400),
        task_of_magnific("FAILED", error=f"bad token {key}"),
        task_of_magnific(key),
        task_of_magnific("COMPLETED", generated=key),
    ]


async def _run_of_magnific(client: Any) -> None:
    await settle(client.run(model=VIDEO_MODEL, input=INPUT, timeout=30))


async def _refresh_of_magnific(client: Any) -> None:
    await settle(client.tasks.retrieve(TASK_ID, model=VIDEO_MODEL))


@both_kinds
@pytest.mark.parametrize("number", every(3, range(len(replies_of_magnific(KEY)))))
def test_failures_of_magnifics_client_do_not_show_the_key(kind: Kind, number: int) -> None:
    """However a create, a wait or a refresh of the other API goes wrong, the same holds."""
    step = replies_of_magnific(KEY)[number]
    failures = 0
    for way, creates in (
        (_run_of_magnific, step),
        (_run_of_magnific, task_of_magnific("CREATED")),
        (_refresh_of_magnific, step),
    ):
        with logged() as lines:
            error = play(kind, Server([creates], [step]), way, clients=MAGNIFICS).error
        failures += error is not None
        assert_secret(KEY, [*lines, *shown(error)])
    assert failures >= 2


@given(KEYS, st.sampled_from(SCENARIOS), st.sampled_from(WAYS), st.sampled_from(KINDS))
def test_no_key_is_special(
    key: str, number: int, way: tuple[Callable[[Any], Awaitable[object]], bool], kind: Kind
) -> None:
    """The same holds for keys of any characters that a key may have."""
    scenario, on_create = way
    step = replies(key)[number]
    server = Server([step] if on_create else [created()], [step])
    with logged() as lines:
        error = play(kind, server, scenario, api_key=key).error
    assert_secret(key, [*lines, *shown(error)])


@pytest.mark.parametrize("fault", [status(401), status(503), drop(), truncate()])
@pytest.mark.parametrize("on", ["createTask", "recordInfo"])
@pytest.mark.parametrize("make", [liangxin.LiangXin, liangxin.Magnific])
def test_failures_on_the_simulator_do_not_show_the_key(make: Any, fault: Any, on: Any) -> None:
    """The simulator, too, gets the key and gives it to nobody: not even in its own frames."""
    simulator = Simulator(timeline="stall()", api_key=KEY)
    simulator.inject(fault, on=on, times=1000)
    options = {**simulator.client_options(), "api_key": KEY}
    with (
        logged() as lines,
        make(**options) as client,
        pytest.raises(liangxin.LiangXinError) as info,
    ):
        client.run(model="kling-v3-std", input=INPUT, timeout=60)
    assert_secret(KEY, [*lines, *shown(info.value)])


@pytest.mark.parametrize(
    "arguments",
    [
        (f"Bearer {KEY}", BASE_URL),
        (f"{KEY}\n", BASE_URL),
        (f"{KEY}ü", BASE_URL),
        (KEY.encode(), BASE_URL),
        (KEY, "ftp://api.test"),
        (KEY, "https://ab\x7f"),
        (KEY, BASE_URL, 0),
        (BASE_URL, KEY),
        (BASE_URL, f"https://host:{KEY}"),
        (BASE_URL, f"https://[{KEY}"),
        (KEY, f"https://api.test?key={KEY}"),
    ],
)
@pytest.mark.parametrize(
    "make",
    [liangxin.LiangXin, liangxin.AsyncLiangXin, liangxin.Magnific, liangxin.AsyncMagnific],
)
def test_a_client_that_cannot_be_made(make: Any, arguments: tuple[Any, ...]) -> None:
    """What is wrong with a setting is told without the key, even if that is the setting."""
    with pytest.raises(liangxin.UsageError) as info:
        make(*arguments)
    assert KEY not in "".join(traceback.format_exception(info.value))
    if KEY not in str(arguments[1]):
        assert_secret(KEY, list(shown(info.value)))


@both_kinds
def test_nothing_in_a_client_shows_the_key(kind: Kind) -> None:
    """The repr of a client, and of all of ours that is in reach of it, has no key."""

    async def scenario(client: Any) -> None:
        task = await create(client)
        wait = task.begin_wait(30, None)
        told: list[str] = []
        todo: list[tuple[int, Any]] = [(0, client), (0, task), (0, wait), (0, task.session)]
        while todo:
            depth, value = todo.pop()
            told.append(repr(value))
            if type(value).__module__.split(".")[0] == "liangxin" and type(value) is not Secret:
                kind = type(value)
                names = [*getattr(value, "__dict__", ()), *getattr(kind, "__slots__", ())]
                names += getattr(kind, "_fields", ())
                if depth < 4:
                    todo += [(depth + 1, getattr(value, name, None)) for name in names]
        assert any(isinstance(line, str) and "Secret('***')" in line for line in told)
        assert_secret(KEY, told)
        assert KEY.encode() not in pickle.dumps(task)

    assert play(kind, Server([created()]), scenario).error is None


def test_what_a_task_is_made_of_is_not_touched() -> None:
    """Only what tells of a failure is struck out: a link that holds the key still leads there."""
    link = f"https://files.test/cup.png?signature={KEY}"
    outcome = play("sync", Server([created()], [success(link)]), waiting())
    assert outcome.value.result_urls == [link]


def broken_files(key: str) -> list[Callable[[httpx.Request], httpx.Response]]:
    """Hosts of a file that fail, and repeat the key, in every way there is."""

    def answers(status: int, **headers: str) -> Callable[[httpx.Request], httpx.Response]:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return lambda _: httpx.Response(status, headers=names, content=key.encode())

    def fails(kind: type[Exception]) -> Callable[[httpx.Request], httpx.Response]:
        def fail(request: httpx.Request) -> httpx.Response:
            raise kind(f"{request.url} and {key}")

        return fail

    return [
        answers(403),
        answers(200),
        answers(200, content_encoding=key),
        answers(200, content_type=key),
        answers(302, location=f"ftp://files.test/{key}"),
        answers(302, location=f"http://files.test/{key}"),
        answers(302, location=f"https://files.test:{key}/"),
        answers(503),
        *map(fails, [httpx.ConnectError, httpx.ReadError, httpx.InvalidURL, OSError]),
    ]


@both_kinds
@pytest.mark.parametrize("into", ["save", "content"])
@pytest.mark.parametrize("number", range(len(broken_files(KEY))))
def test_a_link_that_holds_the_key(kind: Kind, into: str, number: int, tmp_path: Path) -> None:
    """The error of a download does not show the key, even if the link has it in path and query."""
    link = f"https://files.test/{KEY}/cup.png?signature={KEY}"
    server = Server([created()], [success(link)])

    def answer(request: httpx.Request) -> httpx.Response:
        is_file = request.url.host == "files.test"
        return broken_files(KEY)[number](request) if is_file else server.answer(request)

    async def scenario(client: Any) -> None:
        task = await settle(client.run(model=MODEL, input=INPUT))
        where = (tmp_path,) if into == "save" else ()
        await settle(getattr(task, into)(*where, timeout=10))

    http_type: Any = httpx.Client if kind == "sync" else httpx.AsyncClient
    http = http_type(transport=httpx.MockTransport(answer))
    with logged() as lines:
        error = play(kind, server, scenario, http_client=http).error
    assert type(error) is liangxin.DownloadError
    assert [error.url, *error.failed] == [link.replace(KEY, "***")] * 2
    assert_secret(KEY, [line for line in lines if "HTTP Request" not in line])
    assert error.task is not None
    assert error.task.result_urls == [link]
    error.task = None  # a task's links are kept as they came
    assert_secret(KEY, list(shown(error, attributes=False)))


@both_kinds
def test_a_success_without_links_that_repeats_the_key(kind: Kind) -> None:
    """There is no link to keep in it, so the record in the error has no key."""

    async def scenario(client: Any) -> None:
        task = await settle(client.run(model=MODEL, input=INPUT))
        await settle(task.content())

    server = Server([created()], [success(param=KEY)])
    with logged() as lines:
        error = play(kind, server, scenario).error
    assert type(error) is liangxin.APIResponseError
    assert error.raw is not None
    assert error.raw["data"]["param"] == "***"
    assert_secret(KEY, [*lines, *shown(error, attributes=False)])


# --- frames --------------------------------------------------------------------------------------


def parrot(answer: bytes, seen: list[bytes]) -> Callable[[socket.socket], None]:
    """Return a play that answers each request alike, and keeps it."""

    def play(sock: socket.socket) -> None:
        seen.append(read_request(sock))
        sock.sendall(answer)

    return play


async def with_client(way: str, url: str, act: Callable[[Any], Awaitable[object]]) -> None:
    """Do something with a client that sends in one of the ways."""
    kind, make = HTTP_CLIENTS[way]
    http = make()
    if kind == "sync":
        with http or contextlib.nullcontext(), liangxin.LiangXin(KEY, url, http_client=http) as c:
            await act(c)
        return
    async with (
        http or contextlib.nullcontext(),
        liangxin.AsyncLiangXin(KEY, url, http_client=http) as client,
    ):
        await act(client)


@every_way
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + KEY.encode(),
        b"HTTP/1.1 401 " + KEY.encode() + b"\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_frames_of_http_libraries_are_empty(way: str, answer: bytes) -> None:
    """Their frames, where the request's headers were, keep file and line, and no variables."""
    seen: list[bytes] = []
    with RawServer(parrot(answer, seen)) as server, logged():
        for act in (create, _refresh):
            with pytest.raises(liangxin.LiangXinError) as info:
                asyncio.run(with_client(way, server.url, act))
            assert_secret(KEY, list(shown(info.value)))
            lines = "".join(traceback.format_exception(info.value))
            assert f"{__file__}" in lines
            # aiohttp attaches the request to its error, which is left out for that.
            is_left_out = "aiohttp" in way or answer.startswith(b"HTTP/1.1 401")
            assert "site-packages" in lines or is_left_out
    assert all(KEY.encode() in request for request in seen)


@every_way
@pytest.mark.parametrize(
    "answer",
    [
        f"Authorization: Bearer {KEY}\r\n\r\n".encode(),
        b"HTTP/1.1 200 OK\r\nX: " + KEY.encode() * 9000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + KEY.encode() + b"\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: javascript:" + KEY.encode() + b"\r\n\r\n",
    ],
)
def test_what_http_libraries_quote_has_no_key(way: str, answer: bytes) -> None:
    """An answer that is no HTTP and repeats the key is quoted, but for the key."""
    with RawServer(parrot(answer, [])) as server:
        for act in (create, _refresh):
            with pytest.raises(liangxin.LiangXinError) as info:
                asyncio.run(with_client(way, server.url, act))
            assert_secret(KEY, list(shown(info.value)))


@every_way
def test_log_of_http_libraries(way: str) -> None:
    """At debug the HTTP libraries write what they do, and no header of ours."""
    simulator = Simulator(timeline="immediate()")
    with MockServer(simulator) as server, logged() as lines:

        async def act(client: Any) -> None:
            task = await create(client)
            await settle(task.refresh())

        asyncio.run(with_client(way, server.url, act))
    assert simulator.creates == 1
    assert "own" not in way or any("send_request_headers" in line for line in lines)
    assert_secret(KEY, lines)


def test_frames_that_run_are_not_emptied() -> None:
    """The caller of a request that fails goes on with its variables."""
    local = "still there"
    error = play("sync", Server(records=[Fault(httpx.ReadError)]), _refresh).error
    assert sys._getframe().f_locals["local"] == local
    functions = [frame.f_code.co_name for frame, _ in traceback.walk_tb(error.__traceback__)]
    assert "refresh" in functions


@both_kinds
@pytest.mark.parametrize("key", ["data", "state", "fail", "s", "***"])
def test_a_key_that_is_a_word_of_the_api(kind: Kind, key: str) -> None:
    """A key such as somebody may give a mock does not break the reading of answers."""
    server = Server([created()], [record("archiving"), record("fail", failMsg="no", failCode="1")])
    error = play(kind, server, waiting(), api_key=key).error
    assert isinstance(error, liangxin.TaskFailedError)
    assert error.task.state == "fail"


@both_kinds
@pytest.mark.parametrize("key", ["data", "status", "error", "task_id", "***"])
def test_a_key_that_is_a_word_of_magnific(kind: Kind, key: str) -> None:
    """The same holds for Magnific's answers."""
    states = [task_of_magnific("ARCHIVING"), task_of_magnific("FAILED", error="no")]
    server = Server([task_of_magnific("CREATED")], states)
    error = play(kind, server, _run_of_magnific, api_key=key, clients=MAGNIFICS).error
    assert isinstance(error, liangxin.TaskFailedError)
    assert error.task.state == "fail"


@both_kinds
def test_a_given_http_client_gets_no_key(kind: Kind) -> None:
    """What a request is made of does not stay in an HTTP client of the user's own."""
    server = Server(records=[DONE])
    http_type: Any = httpx.Client if kind == "sync" else httpx.AsyncClient
    http = http_type(transport=httpx.MockTransport(server.answer))
    play(kind, server, _refresh, http_client=http)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in http.headers
