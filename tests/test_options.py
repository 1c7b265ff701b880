"""What goes with the requests of a client, or with one of them."""

import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import liangxin
from liangxin.settings import NO_OPTIONS
from tests.support.scripted_api import (
    BASE_URL,
    DONE,
    INPUT,
    KEY,
    KINDS,
    MODEL,
    TASK_ID,
    WAITING,
    Broken,
    Fault,
    Kind,
    Server,
    both_kinds,
    create,
    created,
    play,
    settle,
)

SECRET = "tenant-secret-4711"


def sent(server: Server, name: str) -> list[str | None]:
    """The values of a header in the order of the requests."""
    return [request.headers.get(name) for request in server.requests]


def time_limits(server: Server) -> list[float]:
    return [request.extensions["timeout"]["read"] for request in server.requests]


@both_kinds
def test_a_client_sends_its_extra_headers(kind: Kind) -> None:
    """Headers of the client go with creates, polls and queries, beside our own."""
    server = Server([created()], [WAITING, DONE])

    async def scenario(client: Any) -> None:
        await settle(client.run(model=MODEL, input=INPUT))
        await settle(client.tasks.retrieve(TASK_ID))

    assert play(kind, server, scenario, extra_headers={"X-Tenant": "a"}).error is None
    assert sent(server, "x-tenant") == ["a"] * 4
    assert set(sent(server, "authorization")) == {f"Bearer {KEY}"}


@both_kinds
def test_options_of_a_call_are_for_its_requests_alone(kind: Kind) -> None:
    """A create's header and time limit are not those of the polls after it."""
    server = Server([created()], [WAITING, DONE])
    options = {"extra_headers": {"X-Trace": "t"}, "request_timeout": 7}

    async def scenario(client: Any) -> None:
        task = await settle(client.tasks.create(model=MODEL, input=INPUT, **options))
        await settle(task.refresh())
        await settle(task.refresh(**options))
        await settle(client.tasks.retrieve(TASK_ID, **options))
        await settle(client.tasks.retrieve(TASK_ID))

    assert play(kind, server, scenario).error is None
    assert sent(server, "x-trace") == ["t", None, "t", "t", None]
    assert time_limits(server) == [7.0, 60.0, 7.0, 7.0, 60.0]


@both_kinds
def test_options_of_run_are_for_all_its_requests(kind: Kind) -> None:
    """The create and each poll of a run have its options; the next run has not."""
    server = Server([created()], [WAITING, DONE])

    async def scenario(client: Any) -> None:
        options = {"extra_headers": {"X-Trace": "t"}, "request_timeout": 7}
        await settle(client.run(model=MODEL, input=INPUT, **options))
        await settle(client.run(model=MODEL, input=INPUT))

    assert play(kind, server, scenario).error is None
    assert sent(server, "x-trace") == ["t"] * 3 + [None] * 2
    assert time_limits(server) == [7.0] * 3 + [60.0] * 2


@both_kinds
def test_a_time_limit_of_a_call_cuts_off_what_drips(kind: Kind) -> None:
    """An answer that drips in is given up after the call's own limit, not the client's."""
    server = Server(records=[Broken(None)])

    async def scenario(client: Any) -> None:
        await settle(client.tasks.retrieve(TASK_ID, request_timeout=300))

    error = play(kind, server, scenario).error
    assert isinstance(error, liangxin.APITimeoutError)
    assert 300 < server.clock.monotonic() < 400


@both_kinds
def test_a_resent_create_keeps_its_options(kind: Kind) -> None:
    """A create that did not arrive is sent again with the same header."""
    server = Server([Fault(httpx.ConnectError), created()])

    async def scenario(client: Any) -> None:
        await settle(client.tasks.create(model=MODEL, input=INPUT, extra_headers={"X-Trace": "t"}))

    assert play(kind, server, scenario).error is None
    assert sent(server, "x-trace") == ["t", "t"]


@both_kinds
def test_with_options_adds_to_what_is_there(kind: Kind) -> None:
    """Headers add up over clients and calls, the last of a name wins, and the parent's stay."""
    server = Server(records=[DONE])

    async def scenario(client: Any) -> None:
        child = client.with_options(extra_headers={"X-A": "2", "x-b": "2"}).with_options(timeout=9)
        await settle(child.tasks.retrieve(TASK_ID, extra_headers={"X-B": "3"}))
        await settle(client.tasks.retrieve(TASK_ID))
        await settle(child.with_options().tasks.retrieve(TASK_ID))

    assert play(kind, server, scenario, extra_headers={"X-A": "1"}).error is None
    assert sent(server, "x-a") == ["2", "1", "2"]
    assert sent(server, "x-b") == ["3", None, "2"]
    assert time_limits(server) == [9.0, 60.0, 9.0]


@both_kinds
def test_with_options_shares_the_rest(kind: Kind) -> None:
    """Both wait for one another's tasks, and the connections end with the first one alone."""
    server = Server([created()], [WAITING, DONE])

    async def scenario(client: Any) -> None:
        child = client.with_options(extra_headers={"X-A": "1"})
        assert type(child) is type(client)
        task = await create(child)
        await settle(child.close())
        await settle(client.tasks.wait_all([task]))
        await settle(child.tasks.retrieve(TASK_ID))
        await settle(client.close())
        with pytest.raises(liangxin.UsageError, match="closed"):
            await settle(child.tasks.retrieve(TASK_ID))

    assert play(kind, server, scenario).error is None
    # A task goes on as it began.
    assert sent(server, "x-a") == ["1"] * 4


@both_kinds
def test_a_derived_client_in_a_with_block(kind: Kind) -> None:
    """Leaving the block of a derived client does not close its parent."""

    async def scenario(client: Any) -> None:
        child = client.with_options(timeout=5)
        if kind == "async":
            async with child as entered:
                assert entered is child
        else:
            with child as entered:
                assert entered is child
        await settle(client.tasks.retrieve(TASK_ID))

    assert play(kind, Server(records=[DONE]), scenario).error is None


OURS = (
    "Accept-Encoding",
    *("Authorization", "content-type", "HOST", "Content-Length", "Transfer-Encoding"),
    "Connection",
)
BAD: list[tuple[Any, str]] = [
    *(({name: SECRET}, f"must not set {name}") for name in OURS),
    ({"X-A": f"{SECRET}\r\nX-B: 1"}, "X-A must be text"),
    ({"X-A": f"{SECRET}\n"}, "X-A must be text"),
    ({"X-A": f"{SECRET}雨"}, "X-A must be text"),
    ({"X-A": f"{SECRET}\x00"}, "X-A must be text"),
    ({"X-A": 5}, "X-A must be text"),
    ({"X-A": SECRET.encode()}, "X-A must be text"),
    ({"X A": SECRET}, "'X A' is not the name"),
    ({"": SECRET}, "'' is not the name"),
    ({"X-A:": SECRET}, "'X-A:' is not the name"),
    ({"Ünï": SECRET}, "is not the name"),
    ({5: SECRET}, "5 is not the name"),
    ([("X-A", SECRET)], "must be a mapping"),
    (SECRET, "must be a mapping"),
]


@pytest.mark.parametrize(("headers", "reason"), BAD)
@both_kinds
def test_headers_that_cannot_be_are_refused(kind: Kind, headers: Any, reason: str) -> None:
    """A header that is ours, or none at all, is refused unsent, and its value is not repeated."""
    server = Server([created()], [DONE])

    async def scenario(client: Any) -> None:
        task = client.tasks.handle(TASK_ID)
        calls: list[Callable[[], Any]] = [
            lambda: client.with_options(extra_headers=headers),
            lambda: client.tasks.create(model=MODEL, input=INPUT, extra_headers=headers),
            lambda: client.run(model=MODEL, input=INPUT, extra_headers=headers),
            lambda: client.tasks.retrieve(TASK_ID, extra_headers=headers),
            lambda: task.refresh(extra_headers=headers),
        ]
        for call in calls:
            with pytest.raises(liangxin.UsageError) as info:
                await settle(call())
            assert reason in str(info.value)
            assert SECRET not in str(info.value)

    assert play(kind, server, scenario).error is None
    refused = play(kind, server, scenario, extra_headers=headers).error
    assert isinstance(refused, liangxin.UsageError)
    assert server.requests == []


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), "5", True, 1e10])
@both_kinds
def test_time_limits_that_cannot_be_are_refused(kind: Kind, timeout: Any) -> None:
    """A time limit of a call or a derived client is checked like the client's."""
    server = Server([created()], [DONE])

    async def scenario(client: Any) -> None:
        calls: list[Callable[[], Any]] = [
            lambda: client.with_options(timeout=timeout),
            lambda: client.tasks.create(model=MODEL, input=INPUT, request_timeout=timeout),
            lambda: client.run(model=MODEL, input=INPUT, request_timeout=timeout),
            lambda: client.tasks.retrieve(TASK_ID, request_timeout=timeout),
        ]
        for call in calls:
            with pytest.raises(liangxin.UsageError, match="request_timeout"):
                await settle(call())

    assert play(kind, server, scenario).error is None
    assert server.requests == []


@both_kinds
def test_values_of_headers_are_shown_nowhere(
    kind: Kind, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the log at its lowest level nor a repr holds the value of an extra header."""
    caplog.set_level(logging.DEBUG)
    server = Server([created()], [WAITING, DONE])
    shown: list[str] = []

    async def scenario(client: Any) -> None:
        child = client.with_options(extra_headers={"X-A": SECRET})
        task = await settle(child.run(model=MODEL, input=INPUT))
        shown.extend(repr(x) for x in (child, child.tasks, task, task.response))
        shown.extend(repr(x) for x in (child.tasks._session, task._session))

    assert play(kind, server, scenario).error is None
    assert sent(server, "x-a") == [SECRET] * 3
    assert "X-A" not in "".join(shown)
    assert SECRET not in "".join([*shown, caplog.text, *capsys.readouterr()])


@pytest.mark.parametrize("kind", KINDS)
def test_without_options_nothing_is_copied(kind: Kind) -> None:
    """A client without options adds nothing to its requests."""
    assert NO_OPTIONS.changed() is NO_OPTIONS
    server = Server(records=[DONE])

    async def scenario(client: Any) -> None:
        assert client.tasks._session.options == NO_OPTIONS
        await settle(client.tasks.retrieve(TASK_ID))

    assert play(kind, server, scenario).error is None
    assert set(server.requests[0].headers) == {
        *("accept", "accept-encoding", "authorization", "connection", "host", "user-agent"),
    }
    assert str(server.requests[0].url).startswith(BASE_URL)
