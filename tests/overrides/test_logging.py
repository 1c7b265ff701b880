"""The log: what a person who turns it on reads, and what is never in it."""

import logging
from typing import Any

import httpx
import pytest

from liangxin.callbacks import tokenised
from tests.support.samples import INPUT, MODEL, TASK_ID
from tests.support.scripted_api import (
    DONE,
    FAILED,
    WAITING,
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
    resuming,
    settle,
    waiting,
)

PROMPT = INPUT["prompt"]
CREATE_LINE = "POST /api/v1/jobs/createTask"
RECORD_LINE = f"GET /api/v1/jobs/recordInfo?taskId={TASK_ID}"


def lines(caplog: pytest.LogCaptureFixture, level: int) -> list[str]:
    """What was logged at a level."""
    return [record.getMessage() for record in caplog.records if record.levelno == level]


@both_kinds
def test_a_task_is_two_lines(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    """At info a task is logged at its creation and at its end, with seconds and polls."""
    caplog.set_level("INFO", "liangxin")
    play(kind, Server([created()], [WAITING, DONE]), waiting())
    assert lines(caplog, logging.INFO) == [
        f"Task {TASK_ID} ({MODEL}) created",
        f"Task {TASK_ID} ({MODEL}) ended in state success, 5.0 s after its creation, 2 polls",
    ]
    assert len(caplog.records) == 2


@both_kinds
def test_a_failure_is_logged_by_its_code(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    """The end of a failed task has its code, and not its text, which may repeat the prompt."""
    caplog.set_level("INFO", "liangxin")
    play(kind, Server([created()], [FAILED]), waiting())
    end = lines(caplog, logging.INFO)[-1]
    assert (
        end
        == f"Task {TASK_ID} ({MODEL}) ended in state fail (code 500), 2.0 s after its creation, 1 poll"
    )


@both_kinds
def test_an_end_is_logged_once(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    """However often an ended task is asked for, its end is one line; unknown figures are left out."""
    caplog.set_level("INFO", "liangxin")

    async def scenario(client: Any) -> None:
        task = client.tasks.handle(TASK_ID)
        for _ in range(2):
            await settle(task.refresh())
        await settle(task.wait())

    play(kind, Server(records=[DONE]), scenario)
    assert lines(caplog, logging.INFO) == [f"Task {TASK_ID} ({MODEL}) ended in state success"]
    caplog.clear()
    play(kind, Server(records=[DONE]), resuming())
    assert lines(caplog, logging.INFO) == [
        f"Task {TASK_ID} ({MODEL}) ended in state success, 1 poll"
    ]


@both_kinds
def test_links_that_are_late_are_no_end_yet(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    """A success whose links are not there yet is logged as ended when they are."""
    caplog.set_level("INFO", "liangxin")
    play(kind, Server([created()], [record("success"), DONE]), waiting())
    ends = [line for line in lines(caplog, logging.INFO) if "ended" in line]
    assert len(ends) == 1
    assert ends[0].endswith(", 2 polls")


@both_kinds
def test_creates_that_are_sent_again(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    """A create that is sent again is logged, with the reason; the first failed connection as warning."""
    caplog.set_level("INFO", "liangxin")
    lost = Fault(httpx.ConnectError)
    server = Server([Reply({"msg": PROMPT}, 429), lost, lost, created()])
    play(kind, server, create)
    assert lines(caplog, logging.INFO)[:-1] == [
        f"Create of {MODEL} not accepted, again in 0.5 s: HTTP 429",
        f"Create of {MODEL} not accepted, again in 2.0 s: No response (ConnectError: scripted)",
    ]
    assert lines(caplog, logging.WARNING) == [
        f"Create of {MODEL} not accepted, again in 1.0 s: No response (ConnectError: scripted)"
    ]


@both_kinds
def test_requests_at_debug(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    """At debug each request has method, path, status, milliseconds and the server's id of it."""
    caplog.set_level("DEBUG", "liangxin")
    replies: list[Step] = [
        Reply(status=503, takes=0.25, headers={"X-Request-Id": "r-2"}),
        Fault(httpx.ReadTimeout, takes=60),
        Broken(httpx.ReadError),
        Reply(DONE.body, takes=1.5),
    ]
    create_reply = Reply(created().body, takes=0.1, headers={"X-Oneapi-Request-Id": "r-1"})
    play(kind, Server([create_reply], replies), waiting())
    debug = lines(caplog, logging.DEBUG)
    assert [line for line in debug if line.startswith(("GET", "POST"))] == [
        f"{CREATE_LINE}: HTTP 200 in 100 ms, request id r-1",
        f"{RECORD_LINE}: HTTP 503 in 250 ms, request id r-2",
        f"{RECORD_LINE}: No response in time (ReadTimeout: scripted), after 60000 ms",
        f"{RECORD_LINE}: No response (ReadError: scripted), after 0 ms",
        f"{RECORD_LINE}: HTTP 200 in 1500 ms",
    ]
    assert debug[-1] == f"Task {TASK_ID} is success"


@both_kinds
def test_a_request_that_is_broken_off(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    """Ctrl-C and a cancellation in the middle of a request are logged as well."""
    caplog.set_level("DEBUG", "liangxin")
    play(kind, Server([created()], [Fault(KeyboardInterrupt, takes=3)]), waiting())
    assert f"{RECORD_LINE}: KeyboardInterrupt, after 3000 ms" in lines(caplog, logging.DEBUG)


@both_kinds
def test_the_token_of_a_callback_is_not_logged(
    kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    """At debug a create's body is logged, but for what lets others call the application."""
    caplog.set_level("DEBUG", "liangxin")
    url = tokenised("https://shop.example/callbacks?order=17", "a secret of the tests")

    async def scenario(client: Any) -> None:
        await settle(client.tasks.create(model=MODEL, input=INPUT, callback_url=url))

    assert play(kind, Server([created()]), scenario).error is None
    assert "https://shop.example/callbacks?order=17&callback_token=***'" in caplog.text
    assert url.rpartition("=")[2] not in caplog.text


SPEAKING = record("generating", param=f'{{"input": {{"prompt": "{PROMPT}"}}}}')


@both_kinds
@pytest.mark.parametrize(
    ("creates", "records"),
    [
        ([created()], [SPEAKING, DONE]),
        ([created()], [Reply(SPEAKING.content[:-30]), DONE]),
        ([created()], [Reply({"data": {"prompt": PROMPT}}), DONE]),
        ([created()], [Reply({"data": {"prompt": PROMPT}}, 500), DONE]),
        ([created()], [Reply({"msg": PROMPT}, 400)]),
        ([created()], [Reply(f"<title>{PROMPT}".encode(), 503)]),
        ([created()], [record("fail", failCode="1", failMsg=PROMPT)]),
        ([Reply({"msg": PROMPT}, 429), created()], [DONE]),
        ([Reply({"msg": PROMPT}, 400)], []),
        ([Reply({"msg": PROMPT}, 500)], []),
        ([Reply({"msg": PROMPT}, 401)], []),
    ],
)
def test_prompts_are_at_debug_only(
    kind: Kind, creates: list[Step], records: list[Step], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the server repeats of it, a prompt is in no line above debug."""
    caplog.set_level("DEBUG", "liangxin")

    async def scenario(client: Any) -> None:
        outcomes = client.map([{"model": MODEL, "input": INPUT}], timeout=60)
        if kind == "sync":
            list(outcomes)
        else:
            [outcome async for outcome in outcomes]

    for way in (waiting(60), scenario):
        play(kind, Server(creates, records), way)
    assert PROMPT in caplog.text
    assert [
        r for r in caplog.records if r.levelno > logging.DEBUG and PROMPT in r.getMessage()
    ] == []
