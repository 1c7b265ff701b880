"""A wait outlives an outage, reports the right outcome, and ends at its deadline."""

import asyncio
import random
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import liangxin
from tests.support.samples import INPUT, MODEL, TASK_ID
from tests.support.scripted_api import (
    DONE,
    FAILED,
    WAITING,
    Broken,
    Fault,
    Kind,
    Outcome,
    Reply,
    Server,
    Step,
    both_kinds,
    collect,
    create,
    created,
    play,
    record,
    resuming,
    settle,
    waiting,
)
from tests.support.thoroughness import examples

TOLERATED: dict[str, Step] = {
    "no connection": Fault(httpx.ConnectError),
    "reset": Fault(httpx.ReadError),
    "hang": Fault(httpx.ReadTimeout, takes=60),
    "answer dropped": Broken(httpx.ReadError),
    "answer drips": Broken(None),
    "302": Reply(status=302, headers={"Location": "/maintenance"}),
    "408": Reply(status=408),
    "429": Reply({"error": {"message": "saturated", "code": ""}}, 429),
    "500": Reply({"code": 500, "msg": "internal", "data": None}, 500),
    "502 HTML": Reply(b"<html><title>Bad gateway</title></html>", 502),
    "200 HTML": Reply(b"<html>Welcome</html>"),
    "200 empty": Reply(),
    "200 truncated JSON": Reply(b'{"code": 200, "da'),
    "200 no record": Reply({"code": 200, "msg": "success", "data": None}),
    "200 wrong types": Reply({"code": [], "data": {"state": 7}}),
    "200 with code 500": Reply({"code": 500, "msg": "internal", "data": None}),
    "200 with code 429": Reply({"code": 429, "msg": "saturated", "data": None}),
    "404 just after the create": Reply(status=404),
    "422 just after the create": Reply({"code": 422, "msg": "recordInfo is null"}, 422),
    "unknown state": record("paused"),
    "success without result": record("success", resultJson=""),
    "success with null result": record("success", resultJson=None),
    "success with malformed result": record("success", resultJson='{"resultUrls": ['),
}
REFUSED: dict[str, tuple[Step, type[liangxin.APIError]]] = {
    "401": (Reply(status=401), liangxin.AuthenticationError),
    "402": (Reply(status=402), liangxin.InsufficientQuotaError),
    "403": (Reply(status=403), liangxin.PermissionDeniedError),
    "405": (Reply(status=405), liangxin.APIStatusError),
    "200 with code 401": (Reply({"code": 401, "msg": "key"}), liangxin.AuthenticationError),
}


@both_kinds
@pytest.mark.parametrize("fault", TOLERATED)
def test_one_bad_poll_is_tolerated(kind: Kind, fault: str) -> None:
    """A poll that brings nothing usable is repeated, and the task still succeeds."""
    server = Server([created()], [WAITING, TOLERATED[fault], DONE])
    task = play(kind, server, waiting()).value
    assert (task.state, task.is_terminal) == ("success", True)
    assert task.result_urls == ["https://files.test/cup.png"]
    assert len(server.polls) == 3


@both_kinds
@pytest.mark.parametrize("fault", REFUSED)
def test_hopeless_poll_ends_the_wait(kind: Kind, fault: str) -> None:
    """An error that asking again cannot mend is raised at once, with the task that runs on."""
    step, expected = REFUSED[fault]
    server = Server([created()], [WAITING, step, DONE])
    outcome = play(kind, server, waiting())
    task = outcome.error.task
    assert (task.id, outcome.error.task_id, task.state) == (TASK_ID, TASK_ID, "waiting")
    assert f"client.tasks.handle('{TASK_ID}').wait()" in str(outcome.error)
    assert type(outcome.error) is expected
    assert len(server.polls) == 2


@both_kinds
@pytest.mark.parametrize("last", [DONE, FAILED])
def test_final_state_at_the_deadline_counts(kind: Kind, last: Step) -> None:
    """Exactly one poll is made at the deadline, and a final state seen then beats it."""
    server = Server([created()], [WAITING, WAITING, WAITING, last])
    outcome = play(kind, server, waiting(10, raise_on_failure=False))
    assert outcome.value.is_terminal
    assert server.polls == [2.0, 5.0, 9.5, 10.0]


@both_kinds
def test_timeout_carries_the_task(kind: Kind) -> None:
    """A timeout carries the task, its state and the last error, and says how to resume."""
    server = Server([created()], [record("generating"), Reply(status=503), WAITING])
    error = play(kind, server, waiting(6)).error
    assert isinstance(error, liangxin.TaskTimeoutError)
    assert isinstance(error, TimeoutError)
    assert (error.task.state, error.task_id) == ("waiting", TASK_ID)
    assert isinstance(error.last_error, liangxin.InternalServerError)
    assert error.__cause__ is error.last_error
    for part in (TASK_ID, "waiting", "503", "runs on", f"handle('{TASK_ID}').wait()"):
        assert part in str(error)
    assert server.polls == [2.0, 5.0, 6.0]


@both_kinds
def test_hang_across_the_deadline_is_the_last_poll(kind: Kind) -> None:
    """A request that hangs across the deadline ends the wait: one request timeout late at most."""
    server = Server([created()], [WAITING, Fault(httpx.ReadTimeout, takes=60)])
    error = play(kind, server, waiting(10)).error
    assert isinstance(error, liangxin.TaskTimeoutError)
    assert server.polls == [2.0, 5.0]
    assert server.clock.monotonic() == 65.0


@both_kinds
@pytest.mark.parametrize("step", [WAITING, Reply(status=503)])
def test_no_timeout_asks_once(kind: Kind, step: Step) -> None:
    """A timeout of 0 means exactly one poll, at once."""
    server = Server([created()], [step])
    assert isinstance(play(kind, server, waiting(0)).error, liangxin.TaskTimeoutError)
    assert server.polls == [0.0]


@both_kinds
def test_none_waits_without_deadline(kind: Kind) -> None:
    """Without a timeout the wait goes on."""
    server = Server([created()], [*[WAITING] * 500, DONE])
    assert play(kind, server, waiting(None)).value.state == "success"
    assert server.clock.monotonic() > 7000


@both_kinds
def test_an_absurd_retry_after_stops_no_wait(kind: Kind) -> None:
    """What a Retry-After asks for is honoured up to 15 minutes, even without a deadline."""
    absurd = Reply(status=503, headers={"Retry-After": "99999999999"})
    server = Server([created()], [absurd, DONE])
    assert play(kind, server, waiting(None)).error is None
    assert server.polls == [2.0, 902.0]


@both_kinds
def test_result_that_stays_unreadable(kind: Kind) -> None:
    """A success without readable result is polled for 15 s more, then raised with what came."""
    server = Server([created()], [*[WAITING] * 6, record("success", resultJson="[")])
    error = play(kind, server, waiting()).error
    assert error.task.state == "success"
    assert error.raw["data"]["resultJson"] == "["
    assert "resultJson" in str(error)
    assert isinstance(error, liangxin.APIResponseError)
    assert server.polls[6:] == [56.375, 57.375, 58.875, 61.125, 64.5, 69.5, 71.375]


@both_kinds
def test_unreadable_result_can_be_returned(kind: Kind) -> None:
    """Without raise_on_failure the task is returned, and says why it has no links."""
    server = Server([created()], [record("success", resultJson=None)])
    task = play(kind, server, waiting(5, raise_on_failure=False)).value
    assert (task.result_urls, task.result_problem) == ([], "resultJson is empty")


@both_kinds
def test_failed_task_is_raised(kind: Kind) -> None:
    """A failed task raises with its code and text; nothing is left to resume."""
    server = Server([created()], [FAILED])
    error = play(kind, server, waiting()).error
    assert isinstance(error, liangxin.TaskFailedError)
    assert (error.task.fail_code, error.task.fail_msg) == ("500", "upstream error")
    assert "upstream error" in str(error)
    assert "resume" not in str(error)


@both_kinds
def test_finished_task_is_not_asked_for_again(kind: Kind) -> None:
    """Waiting for a task that is finished needs no request."""
    server = Server([created()], [DONE])

    async def scenario(client: Any) -> Any:
        task = await settle((await create(client)).wait())
        assert await settle(task.wait(0)) is task
        return await collect(task.events())

    assert play(kind, server, scenario).value == [("success", None)]
    assert len(server.polls) == 1


@both_kinds
def test_older_task_is_asked_for_at_once(kind: Kind) -> None:
    """A second wait for the same task does not pause first."""
    server = Server([created()], [WAITING, WAITING, DONE])

    async def scenario(client: Any) -> Any:
        task = await create(client)
        with pytest.raises(liangxin.TaskTimeoutError):
            await settle(task.wait(3))
        return await settle(task.wait())

    play(kind, server, scenario)
    assert server.polls == [2.0, 3.0, pytest.approx(3.1)]  # ten polls a second


@both_kinds
@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, asyncio.CancelledError])
def test_interrupted_wait_says_how_to_resume(kind: Kind, interrupt: type[BaseException]) -> None:
    """An interrupt or a cancellation passes, with a note of the task that runs on."""

    async def by_events(client: Any) -> None:
        await collect(client.tasks.handle(TASK_ID).events())

    for scenario in (waiting(), by_events):
        server = Server([created()], [WAITING, Fault(interrupt)])
        error = play(kind, server, scenario).error
        assert isinstance(error, interrupt)
        assert f"client.tasks.handle('{TASK_ID}').wait()" in error.__notes__[0]


@both_kinds
def test_a_client_that_is_closed_amid_a_wait(kind: Kind) -> None:
    """The error says how to resume, as the task is paid for and runs on."""

    async def scenario(client: Any) -> None:
        close = client.close
        await settle(client.run(model=MODEL, input=INPUT, on_update=lambda _: close()))

    error = play(kind, Server([created()], [WAITING]), scenario).error
    assert isinstance(error, liangxin.UsageError)
    assert error.task_id == TASK_ID
    resume = f"resume with client.tasks.handle('{TASK_ID}').wait()"
    assert error.__notes__ == [f"Task {TASK_ID} runs on; {resume}"]


def test_cancelled_wait_stops_at_once() -> None:
    """Cancelling the coroutine ends the wait, and the task can be waited for again."""
    server = Server([created()], [*[WAITING] * 5, DONE])

    async def scenario(client: Any) -> Any:
        task = await create(client)
        wait: asyncio.Task[Any] = asyncio.create_task(task.wait(on_update=lambda _: wait.cancel()))
        with pytest.raises(asyncio.CancelledError):
            await wait
        assert len(server.polls) == 1
        return await task.wait()

    assert play("async", server, scenario).value.state == "success"


@both_kinds
def test_on_update_sees_each_record(kind: Kind) -> None:
    """on_update is called after each poll that brought a record, not after a failed one."""
    server = Server([created()], [WAITING, Reply(status=503), WAITING, DONE])
    seen: list[str] = []
    play(kind, server, waiting(on_update=lambda task: seen.append(task.state)))
    assert seen == ["waiting", "waiting", "success"]


@both_kinds
def test_errors_of_on_update_pass(kind: Kind) -> None:
    """What the user's own function raises ends the wait, with a note of the task that runs on."""
    mine = RuntimeError("mine")

    def stop(_: object) -> None:
        raise mine

    error = play(kind, Server([created()], [WAITING]), waiting(on_update=stop)).error
    assert error is mine
    assert mine.__notes__ == [
        f"Task {TASK_ID} runs on; resume with client.tasks.handle('{TASK_ID}').wait()"
    ]


def test_on_update_may_be_a_coroutine() -> None:
    """The async client awaits what on_update returns."""
    server = Server([created()], [WAITING, DONE])
    seen: list[str] = []

    async def note(task: liangxin.AsyncTask) -> None:
        await asyncio.sleep(0)
        seen.append(str(task.state))

    play("async", server, waiting(on_update=note))
    assert seen == ["waiting", "success"]


@both_kinds
@pytest.mark.parametrize("last", ["success", "fail"])
def test_events_are_changes(kind: Kind, last: str) -> None:
    """Events are the first record and each change of state or progress, up to the final one."""
    final = DONE if last == "success" else FAILED
    server = Server(
        [created()],
        [
            WAITING,
            WAITING,
            Reply(status=503),
            record("generating", progress=10),
            record("generating", progress=10),
            record("generating", progress="60"),
            *([record("success")] if last == "success" else []),
            final,
        ],
    )

    async def scenario(client: Any) -> Any:
        return await collect((await create(client)).events())

    events = [("waiting", None), ("generating", 10), ("generating", 60), (last, None)]
    assert play(kind, server, scenario).value == events


@both_kinds
def test_events_show_the_time_left(kind: Kind) -> None:
    """Each event says how long the task is likely to take still, until it has ended."""
    server = Server([created()], [WAITING, record("generating"), DONE])

    async def scenario(client: Any) -> Any:
        client.tasks._session.poller.schedule._kind_of = lambda _: "image"
        return await collect((await create(client)).events(), "time_left")

    first, second, last = play(kind, server, scenario).value
    assert 0 < second < first
    assert last is None


@both_kinds
def test_a_copy_keeps_the_work(kind: Kind) -> None:
    """What a task asked for goes with its copies, so that polls go on as they were."""

    async def scenario(client: Any) -> Any:
        asked = {"prompt": "x", "duration": 15}
        task = await settle(client.tasks.create(model="kling-v3-pro", input=asked))
        copy = client.tasks.handle(type(task).from_dict(task.to_dict()))
        return task.work, copy.work, client.tasks.handle("task_1").time_left

    assert play(kind, Server([created()], []), scenario).value == (3.0, 3.0, None)


@both_kinds
def test_success_is_an_event_once_it_has_links(kind: Kind) -> None:
    """An event of state success comes with its links, also if the server shows them late."""
    server = Server([created()], [record("success"), DONE])
    links: list[list[str]] = []

    async def scenario(client: Any) -> None:
        events = (await create(client)).events()
        if kind == "async":
            links.extend([task.result_urls async for task in events])
        else:
            links.extend(task.result_urls for task in events)

    assert play(kind, server, scenario).error is None
    assert links == [["https://files.test/cup.png"]]


@both_kinds
@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (WAITING, liangxin.TaskTimeoutError),
        (Reply(status=401), liangxin.AuthenticationError),
        (record("success"), liangxin.APIResponseError),
    ],
)
def test_events_raise_like_wait(kind: Kind, step: Step, expected: type[BaseException]) -> None:
    """Events end in the same errors as a wait, a failed task excepted."""

    async def scenario(client: Any) -> Any:
        return await collect((await create(client)).events(10))

    assert type(play(kind, Server([created()], [step]), scenario).error) is expected


@both_kinds
@pytest.mark.parametrize(
    "options",
    [
        {"timeout": -1},
        {"timeout": float("nan")},
        {"poll_interval": 0},
        {"poll_interval": float("inf")},
        {"timeout": "60"},
        {"timeout": True},
        {"timeout": 10**400},
        {"poll_interval": "5"},
        {"on_update": "print"},
    ],
    ids=lambda options: ", ".join(f"{name}={value!r:.9}" for name, value in options.items()),
)
def test_impossible_arguments_are_refused(kind: Kind, options: dict[str, Any]) -> None:
    """What cannot work is refused before a poll, and by run before a create is paid."""
    for scenario in (resuming(**options), waiting(**options)):
        server = Server([created()], [DONE])
        error = play(kind, server, scenario).error
        assert isinstance(error, liangxin.UsageError)
        assert isinstance(error, ValueError)
        assert server.requests == []


# --- both clients are one ----------------------------------------------------------------------

durations = st.floats(0, 60, allow_nan=False)
poll_faults = st.one_of(
    st.sampled_from(list(TOLERATED.values())),
    st.builds(
        Reply,
        body=st.sampled_from([WAITING.body, record("generating", progress=5).body, b"<html>"]),
        status=st.sampled_from([200, 200, 200, 404, 429, 500, 503]),
        headers=st.sampled_from([{}, {"Retry-After": "9"}, {"Retry-After": "nonsense"}]),
        takes=durations,
    ),
    st.builds(Fault, st.sampled_from([httpx.ConnectError, httpx.ReadTimeout]), durations),
)
finals = st.sampled_from([DONE, FAILED, record("success"), Reply(status=401), WAITING])
create_steps = st.one_of(
    st.just(created()),
    st.builds(Fault, st.sampled_from([httpx.ConnectError, httpx.ReadError]), durations),
    st.sampled_from([Reply(status=429), Reply(status=500), Reply(status=401), Reply()]),
)


def _tell(outcome: Outcome) -> tuple[object, ...]:
    """Return what can be compared between the clients."""
    if outcome.error is not None:
        return type(outcome.error), str(outcome.error)
    return outcome.value.state, outcome.value.to_dict()


@settings(max_examples=examples(60))
@given(
    creates=st.lists(create_steps, max_size=3),
    polls=st.lists(poll_faults, max_size=8),
    final=finals,
    timeout=st.one_of(st.just(900.0), st.floats(0, 120)),
    seed=st.integers(0, 1000),
)
def test_both_clients_behave_alike(
    creates: list[Step], polls: list[Step], final: Step, timeout: float, seed: int
) -> None:
    """For any timeline both clients tell the same, after the same requests at the same times.

    And no run creates twice, tells a wrong outcome, or outlasts its deadline by more than one
    request timeout.
    """
    servers = [Server([*creates, created()], [*polls, final]) for _ in range(2)]
    sync = play("sync", servers[0], waiting(timeout), rng=random.Random(seed))
    twin = play("async", servers[1], waiting(timeout), rng=random.Random(seed))
    assert _tell(sync) == _tell(twin)
    assert servers[0].creates == servers[1].creates
    assert servers[0].polls == servers[1].polls
    assert servers[0].clock.monotonic() == servers[1].clock.monotonic()

    server = servers[0]
    not_accepted = (Fault(httpx.ConnectError), Reply(status=429))
    for step in creates[: len(server.creates) - 1]:
        assert isinstance(step, Fault | Reply)
        repeatable = getattr(step, "error", None) is httpx.ConnectError
        assert repeatable or step in not_accepted
    if sync.error is None:
        assert final is DONE
    if isinstance(sync.error, liangxin.TaskFailedError):
        assert final is FAILED
    if server.polls:
        # A drip is told at the second part past the timeout, here after 100 s.
        slowest = 100.0 if TOLERATED["answer drips"] in polls else 60.0
        latest = server.creates[-1] + timeout + slowest
        assert server.clock.monotonic() <= latest + 1e-6
