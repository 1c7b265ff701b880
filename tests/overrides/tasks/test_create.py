"""A create is sent at most once, unless it provably was not accepted."""

import asyncio
import gzip
import json
import logging
import math
import socket
from collections.abc import Callable
from typing import Any

import h11
import httpcore
import httpx
import pytest

import liangxin
import liangxin.http.connection
from liangxin.http.body import Body
from liangxin_mock.clock import VirtualClock
from tests.support.raw_server import RawServer, read_request
from tests.support.samples import INPUT, KEY, MODEL, TASK_ID
from tests.support.scripted_api import (
    BASE_URL,
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
    settle,
    success,
)

UNKNOWN = liangxin.SubmissionUnknownError

# What the server does first (it accepts the second create), the error, and how often it was sent.
SENT_ONCE: dict[str, tuple[Step, type[BaseException]]] = {
    "dropped after the body": (Fault(httpx.RemoteProtocolError), UNKNOWN),
    "reset while reading": (Fault(httpx.ReadError), UNKNOWN),
    "reset while writing": (Fault(httpx.WriteError), UNKNOWN),
    "hang": (Fault(httpx.ReadTimeout, takes=60), UNKNOWN),
    "hang while writing": (Fault(httpx.WriteTimeout, takes=60), UNKNOWN),
    "operating system error": (Fault(OSError), UNKNOWN),
    "operating system timeout": (Fault(TimeoutError), UNKNOWN),
    "event loop of the connection gone": (Fault(RuntimeError), UNKNOWN),
    "429 that says success": (Reply({"code": 200, "msg": "success", "data": None}, 429), UNKNOWN),
    "429 that says 500": (Reply({"code": 500, "msg": "failed", "data": None}, 429), UNKNOWN),
    "answer dropped": (Broken(httpx.ReadError), UNKNOWN),
    "answer drips": (Broken(None), UNKNOWN),
    "408": (Reply(status=408), UNKNOWN),
    "500": (Reply({"code": 500, "msg": "internal", "data": None}, 500), UNKNOWN),
    "502 HTML": (Reply(b"<html><title>Bad gateway</title></html>", 502), UNKNOWN),
    "503": (Reply(status=503, headers={"Retry-After": "1"}), UNKNOWN),
    "599": (Reply(status=599), UNKNOWN),
    "200 HTML": (Reply(b"<!doctype html><html>Welcome</html>"), UNKNOWN),
    "200 empty": (Reply(), UNKNOWN),
    "204": (Reply(status=204), UNKNOWN),
    "200 truncated JSON": (Reply(b'{"code": 200, "msg": "succ'), UNKNOWN),
    "200 with code 500": (Reply({"code": 500, "msg": "internal", "data": None}), UNKNOWN),
    "200 with code 408": (Reply({"code": 408, "msg": "late", "data": None}), UNKNOWN),
    "200 with unknown code": (Reply({"code": 1001, "msg": "?", "data": None}), UNKNOWN),
    "200 without taskId": (Reply({"code": 200, "msg": "success", "data": {}}), UNKNOWN),
    "200 with blank taskId": (created(" "), UNKNOWN),
    "200 with list taskId": (created(["x"]), UNKNOWN),
    "200 without data": (Reply({"code": 200, "msg": "success", "data": None}), UNKNOWN),
    "200 list": (Reply([1, 2]), UNKNOWN),
    "200 with code 400": (Reply({"code": 400, "msg": "bad"}), liangxin.BadRequestError),
    "200 with code 401": (Reply({"code": "401", "msg": "key"}), liangxin.AuthenticationError),
    "200 with code 402": (Reply({"code": 402, "msg": "pay"}), liangxin.InsufficientQuotaError),
    "200 with code 403": (Reply({"code": 403, "msg": "no"}), liangxin.PermissionDeniedError),
    "302": (Reply(status=302, headers={"Location": "javascript:1"}), liangxin.APIStatusError),
    "no such host name": (Fault(UnicodeError), UNKNOWN),
    "405": (Reply(status=405), liangxin.APIStatusError),
    "404": (Reply(status=404), liangxin.NotFoundError),
    "403 quota": (Reply({"error": {"message": "额度不足"}}, 403), liangxin.InsufficientQuotaError),
    "400": (Reply({"code": 400, "msg": "no", "data": None}, 400), liangxin.BadRequestError),
    "401": (Reply({"error": {"message": "no", "code": ""}}, 401), liangxin.AuthenticationError),
    "413": (Reply(status=413), liangxin.RequestTooLargeError),
    "422": (Reply({"code": 422, "msg": "no"}, 422), liangxin.UnprocessableEntityError),
}

LIMITED = Reply({"code": 429, "msg": "saturated", "data": None}, 429)
# What the server does first, before it accepts, and when the accepted create came.
SENT_AGAIN: dict[str, tuple[Step, float]] = {
    "no connection": (Fault(httpx.ConnectError), 0.5),
    "connect timeout": (Fault(httpx.ConnectTimeout, takes=10), 10.5),
    "no free connection": (Fault(httpx.PoolTimeout, takes=10), 10.5),
    "proxy refuses": (Fault(httpx.ProxyError), 0.5),
    "429": (LIMITED, 0.5),
    "429 of the gateway": (Reply({"error": {"message": "saturated", "code": ""}}, 429), 0.5),
    "429 HTML": (Reply(b"<html>", 429), 0.5),
    "200 with code 429": (Reply({"code": 429, "msg": "saturated", "data": None}), 0.5),
    "429, Retry-After in seconds": (Reply(status=429, headers={"Retry-After": "7"}), 7.0),
    "429, nonsense Retry-After": (Reply(status=429, headers={"Retry-After": "soon"}), 0.5),
}


@both_kinds
@pytest.mark.parametrize("fault", SENT_ONCE)
def test_create_is_not_repeated(kind: Kind, fault: str) -> None:
    """A create that may have been accepted, or was refused, is sent once and raises."""
    step, expected = SENT_ONCE[fault]
    server = Server(creates=[step, created()])
    outcome = play(kind, server, create)
    assert type(outcome.error) is expected
    assert len(server.creates) == 1


@both_kinds
@pytest.mark.parametrize("fault", SENT_AGAIN)
def test_create_that_was_not_accepted_is_repeated(kind: Kind, fault: str) -> None:
    """A create that never arrived, or met a 429, is sent again after backoff or Retry-After."""
    step, accepted_at = SENT_AGAIN[fault]
    server = Server(creates=[step, created()])
    task = play(kind, server, create).value
    assert (task.id, task.model, task.state) == (TASK_ID, MODEL, "waiting")
    assert server.creates == pytest.approx([0.0, accepted_at])


@both_kinds
@pytest.mark.parametrize(
    ("step", "expected"),
    [(LIMITED, liangxin.RateLimitError), (Fault(httpx.ConnectError), liangxin.APIConnectionError)],
)
def test_create_gives_up_within_its_budget(
    kind: Kind, step: Step, expected: type[BaseException]
) -> None:
    """A create refused for ever is sent with doubling delays for 30 s, then its error is raised."""
    server = Server(creates=[step])
    outcome = play(kind, server, create)
    assert type(outcome.error) is expected
    assert server.creates == [0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 23.5]


@both_kinds
def test_create_does_not_wait_longer_than_its_budget(kind: Kind) -> None:
    """A Retry-After beyond the budget raises at once."""
    server = Server(creates=[Reply(status=429, headers={"Retry-After": "31"})])
    error = play(kind, server, create).error
    assert isinstance(error, liangxin.RateLimitError)
    assert error.retry_after == 31.0
    assert server.clock.monotonic() == 0.0


@both_kinds
@pytest.mark.parametrize(
    "answer",
    [
        Broken(httpx.ReadError, part=created().content[:-2]),
        Broken(None, part=created().content[:-2]),
        Reply(created().content[:-2]),
        Reply(created().content[:-2], 502),
    ],
    ids=["broken off", "dripping", "cut short", "cut short, 502"],
)
def test_the_id_in_an_answer_that_breaks_off_is_told(kind: Kind, answer: Step) -> None:
    """Where what came of the answer names the task, the error does, too."""
    error = play(kind, Server(creates=[answer]), create).error
    assert isinstance(error, liangxin.SubmissionUnknownError)
    assert error.task_id == TASK_ID
    assert TASK_ID in str(error)
    assert error.body.strip() == created().content[:-2].decode()


@both_kinds
def test_unknown_submission_says_what_to_do(kind: Kind) -> None:
    """The error names the model, keeps body and cause, and sends the user to the console."""
    server = Server(creates=[Reply(b'{"code": 500, "msg": "oops"}', 500)])
    error = play(kind, server, create).error
    assert error.model == MODEL
    assert error.task_id is None
    assert error.body == '{"code": 500, "msg": "oops"}'
    assert isinstance(error.cause, liangxin.InternalServerError)
    assert error.__cause__ is error.cause
    for part in ("oops", "may have been accepted and billed", "not sent again", "console"):
        assert part in str(error)
    assert not isinstance(error, liangxin.APIError)


@both_kinds
@pytest.mark.parametrize("status", [200, 400, 429, 500])
def test_error_that_names_a_task_is_no_clean_refusal(kind: Kind, status: int) -> None:
    """A task id in an error answer is handed over, and nothing is sent again."""
    body = {"code": 429, "msg": "saturated", "data": {"taskId": TASK_ID}}
    server = Server(creates=[Reply(body, status)])
    error = play(kind, server, create).error
    assert isinstance(error, UNKNOWN)
    assert error.task_id == TASK_ID
    assert TASK_ID in str(error)
    assert len(server.creates) == 1


@both_kinds
def test_create_sends_what_was_given(kind: Kind) -> None:
    """Model, input, extra input and callback URL go on the wire; the raw answer is kept."""
    server = Server(creates=[created()])

    async def scenario(client: Any) -> Any:
        return await settle(
            client.tasks.create(
                model=MODEL,
                input=INPUT,
                extra_input={"new_field": 1},
                extra_body={"priority": {"level": 2}},
                callback_url="https://app.test/done",
            )
        )

    task = play(kind, server, scenario).value
    request = server.requests[0]
    assert json.loads(request.content) == {
        "model": MODEL,
        "input": {**INPUT, "new_field": 1},
        "callBackUrl": "https://app.test/done",
        "priority": {"level": 2},
    }
    assert str(request.url) == f"{BASE_URL}/api/v1/jobs/createTask"
    assert request.headers["content-type"] == "application/json"
    assert task.raw["data"] == {"taskId": TASK_ID}


@both_kinds
@pytest.mark.parametrize(
    ("positional", "named", "expected"),
    [
        ((), {"model": MODEL}, "No input"),
        ((INPUT,), {"model": MODEL, "input": INPUT}, "not both"),
        ((MODEL,), {"input": INPUT}, f"not str; did you mean model='{MODEL}'?"),
        (("A ceramic cup",), {}, "not str"),
        (({"model": MODEL, "input": INPUT},), {}, "not dict"),
        ((liangxin.models.KlingV3ProInput,), {}, "not the class KlingV3ProInput"),
        ((5,), {"model": MODEL}, "not int"),
        ((), {"model": MODEL, "input": {}}, "input.prompt is required"),
        ((), {"model": MODEL, "input": {"prompt": math.nan}}, "input.prompt is nan"),
    ],
)
def test_invalid_input_is_not_sent(
    kind: Kind, positional: tuple[Any, ...], named: dict[str, Any], expected: str
) -> None:
    """What is wrong with the input is said before anything is sent."""
    server = Server(creates=[created()])

    async def scenario(client: Any) -> Any:
        return await settle(client.tasks.create(*positional, **named))

    error = play(kind, server, scenario).error
    assert isinstance(error, liangxin.UsageError | liangxin.InvalidInputError)
    assert expected in str(error)
    assert server.creates == []


@both_kinds
@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, asyncio.CancelledError, LookupError])
def test_interrupted_create_is_noted(kind: Kind, interrupt: type[BaseException]) -> None:
    """An interrupt, or an error of the user's HTTP client, passes with a note of what may run."""
    server = Server(creates=[Fault(interrupt)])
    error = play(kind, server, create).error
    assert isinstance(error, interrupt)
    [note] = error.__notes__
    assert MODEL in note
    assert "may have been accepted" in note


@both_kinds
@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, asyncio.CancelledError, LookupError])
@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_an_interrupt_names_the_task_whose_id_has_arrived(
    kind: Kind, interrupt: type[BaseException], compress: Callable[[bytes], bytes]
) -> None:
    """An interrupt before the end of a response names the task if its id has arrived."""
    headers = {"Content-Encoding": "gzip"} if compress is gzip.compress else {}
    part = compress(created().content)
    server = Server(creates=[Broken(interrupt, part=part, headers=headers)])
    error = play(kind, server, create).error
    assert isinstance(error, interrupt)
    assert error.__notes__ == [
        f"Task {TASK_ID} runs on; resume with client.tasks.handle({TASK_ID!r}).wait()"
    ]


@both_kinds
@pytest.mark.parametrize(
    ("owner", "name"),
    [(h11.Connection, "receive_data"), (Body, "start"), (liangxin.http.connection, "Response")],
    ids=["headers", "body", "generated code"],
)
@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_an_interrupt_names_the_task_of_a_response_that_is_not_parsed_yet(
    kind: Kind,
    owner: Any,
    name: str,
    compress: Callable[[bytes], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An interrupt anywhere between the arrival of a response and its parsing names the task."""
    monkeypatch.setattr(owner, name, interrupt)
    assert TASK_ID in note_of_interrupted_create(kind, compress)


@both_kinds
@pytest.mark.parametrize("size", [1, 7, 30, 50])
@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_an_interrupt_names_the_task_of_a_response_that_came_in_parts(
    kind: Kind, size: int, compress: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The id is right, wherever the parts of the response begin and end."""
    for connection in (httpcore.HTTP11Connection, httpcore.AsyncHTTP11Connection):
        monkeypatch.setattr(connection, "READ_NUM_BYTES", size)
    monkeypatch.setattr(liangxin.http.connection, "Response", interrupt)
    assert note_of_interrupted_create(kind, compress) == (
        f"Task {TASK_ID} runs on; resume with client.tasks.handle({TASK_ID!r}).wait()"
    )


def interrupt(*_: object, **__: object) -> None:
    """What is called instead of something else."""
    raise KeyboardInterrupt


def note_of_interrupted_create(kind: Kind, compress: Callable[[bytes], bytes]) -> str:
    """Create a task on a real connection, and return the note of the KeyboardInterrupt."""

    async def create_on(url: str) -> None:
        if kind == "sync":
            with liangxin.LiangXin(KEY, url) as client:
                await create(client)
        else:
            async with liangxin.AsyncLiangXin(KEY, url) as async_client:
                await create(async_client)

    def answer(sock: socket.socket) -> None:
        read_request(sock)
        body = compress(created().content)
        encoding = "gzip" if compress is gzip.compress else "identity"
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\n"
        sock.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    with RawServer(answer) as server, pytest.raises(KeyboardInterrupt) as caught:
        asyncio.run(create_on(server.url))
    return caught.value.__notes__[0]


@both_kinds
@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
@pytest.mark.parametrize("trouble", [KeyboardInterrupt, ZeroDivisionError])
def test_an_id_that_is_known_is_not_lost(
    kind: Kind, level: int, trouble: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a log handler raises when the create has been answered, the error names the task."""

    class Broken(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "created" in record.getMessage() or ": HTTP 200" in record.getMessage():
                raise trouble

    logger = logging.getLogger("liangxin")
    monkeypatch.setattr(logger, "handlers", [Broken()])
    monkeypatch.setattr(logger, "level", level)
    logger.manager._clear_cache()  # type: ignore[attr-defined]
    error = play(kind, Server(creates=[created()]), create).error
    logger.manager._clear_cache()  # type: ignore[attr-defined]
    assert isinstance(error, trouble)
    assert error.__notes__ == [
        f"Task {TASK_ID} runs on; resume with client.tasks.handle({TASK_ID!r}).wait()"
    ]


@both_kinds
@pytest.mark.parametrize(
    ("below", "times_sent"), [(OSError, 1), (httpcore.ReadError, 1), (httpcore.ConnectError, 2)]
)
def test_foreign_transports_are_not_believed(
    kind: Kind, below: type[Exception], times_sent: int
) -> None:
    """With a given client, "could not connect" sends a create again only if httpx itself says so.

    Transports of other makers use that error for connections that drop after the request.
    """
    server = Server(creates=[created()])

    def answer(request: httpx.Request) -> httpx.Response:
        if not server.requests:
            server.answer(request)
            raise httpx.ConnectTimeout("scripted") from below("server disconnected")
        return server.answer(request)

    http_type: Any = httpx.Client if kind == "sync" else httpx.AsyncClient
    http = http_type(transport=httpx.MockTransport(answer))
    outcome = play(kind, server, create, http_client=http)
    assert len(server.creates) == times_sent
    assert isinstance(outcome.error, UNKNOWN) is (times_sent == 1)


# --- turns under a limit of requests -------------------------------------------------------------


class Interrupting(VirtualClock):
    """A clock on which every sleep is interrupted."""

    def sleep(self, seconds: float) -> None:
        raise KeyboardInterrupt(seconds)

    async def async_sleep(self, seconds: float) -> None:
        raise asyncio.CancelledError(seconds)


def on_magnific(kind: Kind, clock: VirtualClock, scenario: Any, times: list[float]) -> Any:
    """Play a scenario on a client of Magnific's, which allows 50 requests a minute."""

    def answer(_: httpx.Request) -> httpx.Response:
        times.append(clock.monotonic())
        return httpx.Response(200, json={"data": {"task_id": "t", "status": "CREATED"}})

    made: Any = liangxin.Magnific if kind == "sync" else liangxin.AsyncMagnific
    http: Any = httpx.Client if kind == "sync" else httpx.AsyncClient
    client = made(KEY, http_client=http(transport=httpx.MockTransport(answer)), clock=clock)

    async def run() -> Any:
        try:
            return await scenario(client)
        finally:
            await settle(client.close())

    return asyncio.run(run())


async def create_there(client: Any) -> Any:
    return await settle(client.tasks.create(model="kling-v3-pro", input={"prompt": "Tea"}))


@both_kinds
def test_a_create_waits_for_its_turn(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    """Fifty creates go at once, the next when the first is a minute old; that is logged."""
    caplog.set_level(logging.INFO, "liangxin")
    times: list[float] = []

    async def scenario(client: Any) -> None:
        for _ in range(51):
            await create_there(client.with_options(timeout=5))

    on_magnific(kind, VirtualClock(), scenario, times)
    assert times[49] == times[0]
    assert times[50] == pytest.approx(times[0] + 61)
    [line] = [r.getMessage() for r in caplog.records if "turn" in r.getMessage()]
    assert line == (
        "Create of kling-v3-pro waits 61.0 s for its turn: Magnific allows 50 requests a minute"
    )


@both_kinds
def test_an_interrupt_while_waiting_for_a_turn_says_that_nothing_was_sent(kind: Kind) -> None:
    """Ctrl-C or a cancellation then leaves no doubt, and gives the turn to the next."""
    times: list[float] = []

    async def scenario(client: Any) -> None:
        for _ in range(50):
            await create_there(client)
        for _ in range(2):
            with pytest.raises((KeyboardInterrupt, asyncio.CancelledError)) as caught:
                await create_there(client)
            [note] = caught.value.__notes__
            assert note == (
                "No task was created: the create of a kling-v3-pro task was waiting for its turn, "
                "as Magnific limits the requests per minute"
            )
        turns = client.tasks._session.poller.turns
        assert max(turns._times) == times[0]

    on_magnific(kind, Interrupting(), scenario, times)
    assert len(times) == 50


def test_where_no_limit_is_documented_creates_do_not_wait() -> None:
    """LiangXin names no limit of requests, so 429 alone slows creates."""
    server = Server([created()])

    async def scenario(client: Any) -> None:
        for _ in range(200):
            await create(client)

    play("sync", server, scenario)
    assert server.creates == [server.creates[0]] * 200


@both_kinds
def test_run_and_map_send_extra_fields_of_the_request(kind: Kind) -> None:
    """extra_body reaches the request from `run` and from the requests of `map`, too."""
    server = Server(creates=[created()], records=[success("https://example.com/a.png")])

    async def scenario(client: Any) -> None:
        extra = {"model": MODEL, "input": INPUT, "extra_body": {"priority": 1}}
        await settle(client.run(**extra))
        outcomes = client.map([extra])
        ended = [o async for o in outcomes] if kind == "async" else [*outcomes]
        assert [outcome.ok for outcome in ended] == [True]

    assert play(kind, server, scenario).error is None
    bodies = [json.loads(request.content) for request in server.requests if request.content]
    assert bodies == [{"model": MODEL, "input": INPUT, "priority": 1}] * 2
