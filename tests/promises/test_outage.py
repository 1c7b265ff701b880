"""The tables of docs/errors.md, walked with the SDK on the simulator.

Each row has one or more plays here, under its first cell. A row names between backticks the classes
that its plays raise, and expressions that are then true. Where it says how often a create is sent
and whether it is billed, the simulator's counts say the same.
"""

from __future__ import annotations

import asyncio
import pickle
import re
import ssl
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import attrs
import httpcore
import httpx
import pytest

import liangxin
from liangxin import batch
from liangxin.batch.lock import Lock
from liangxin.callbacks import tokenised, verify_liangxin
from liangxin_mock import (
    Simulator,
    VirtualClock,
    broken_result,
    drop,
    error_code,
    expired_links,
    fail,
    hang,
    html,
    immediate,
    slow,
    stall,
    status,
    truncate,
    unknown_state,
    unknown_task,
)
from liangxin_mock.messages import Reply, Request
from tests.support import doc_pages, media_files
from tests.support.samples import INPUT, MODEL
from tests.support.scripted_api import Kind, settle
from tests.support.waits import NoJitter

PAGE = "docs/errors.md"
TABLES = (
    "Before anything is sent",
    "While it creates",
    "While it waits",
    "Many at a time",
    "While it saves",
)
INTERRUPTS = (KeyboardInterrupt, asyncio.CancelledError)


class Row(NamedTuple):
    """What a table says of one situation."""

    table: str
    when: str
    get: str
    sent: str = ""
    billed: str = ""

    @property
    def classes(self) -> set[str]:
        """The classes of errors that are raised."""
        return {span for span in doc_pages.spans(self.get) if span.isidentifier()}

    @property
    def facts(self) -> list[str]:
        """The expressions that are true."""
        return [span for span in doc_pages.spans(self.get) if not span.isidentifier()]

    @property
    def may_succeed(self) -> bool:
        """Whether a play may end without an error."""
        return not self.classes or self.get.startswith("the task")

    def __str__(self) -> str:
        return self.when


def rows() -> list[Row]:
    found = []
    for name in TABLES:
        for cells in doc_pages.table(PAGE, name):
            if name == "While it creates":
                when, sent, get, billed, _ = cells
                found.append(Row(name, when, get, sent, billed))
            else:
                when, get, _ = cells
                found.append(Row(name, when, get))
    return found


ROWS = rows()


class Play:
    """One play of a row; its attributes are what the row's expressions can name."""

    def __init__(self, kind: Kind, folder: Path, api: str = "LiangXin") -> None:
        self.kind = kind
        self.api = api
        self.folder = folder
        self.simulator = Simulator(clock=VirtualClock(), timeline=immediate())
        self.client: Any = self.new_client()
        self.lost_connections = 0
        self.tasks: list[Any] = []
        self.files: list[Any] = []
        self.outcomes: list[Any] = []
        self.finished: list[Any] = []
        self.error: Any = None

    def new_client(self, **options: Any) -> Any:
        """Make a client that reaches the simulator."""
        is_async = self.kind == "async"
        given = self.simulator.client_options(asynchronous=is_async) | {"rng": NoJitter()}
        make = getattr(liangxin, f"{'Async' if is_async else ''}{self.api}")
        return make(**given | options)

    @property
    def model(self) -> str:
        return MODEL if self.api == "LiangXin" else "kling-v3-std"

    @property
    def request(self) -> dict[str, Any]:
        return {"model": self.model, "input": INPUT}

    @property
    def ending(self) -> str:
        """Of the names of the files that are saved."""
        return ".png" if self.api == "LiangXin" else ".mp4"

    def handle(self, task_id: str, client: Any = None) -> Any:
        """Return the task of an id."""
        model = {} if self.api == "LiangXin" else {"model": self.model}
        return (client or self.client).tasks.handle(task_id, **model)

    def inject(self, fault: Any, **limits: Any) -> None:
        """Inject a fault; Magnific has no errors in answers of status 200."""
        if self.api == "Magnific" and isinstance(fault, error_code):
            fault = status(fault.code)
        self.simulator.inject(fault, **limits)

    @property
    def task(self) -> Any:
        return self.tasks[0]

    @property
    def sent(self) -> int:
        """The creates that were sent, or tried to."""
        seen = [request.operation for request in self.simulator.requests]
        return seen.count("createTask") + self.lost_connections

    @property
    def names(self) -> dict[str, Any]:
        """What the row's expressions can name."""
        return (
            {name: getattr(liangxin, name) for name in liangxin.__all__}
            | {
                name: getattr(self, name)
                for name in ("simulator", "tasks", "files", "outcomes", "finished", "error")
            }
            | ({"task": self.task} if self.tasks else {})
        )

    async def create(self, **options: Any) -> Any:
        self.tasks.append(await settle(self.client.tasks.create(**self.request | options)))
        return self.tasks[-1]

    async def wait(self, **options: Any) -> None:
        await settle(self.task.wait(**options))

    async def save(self) -> None:
        if not self.tasks:
            await self.create()
            await self.wait()
        self.files = await settle(self.task.save(self.folder))

    async def map(self, *requests: Any, **options: Any) -> None:
        outcomes = self.client.map(requests, concurrency=1, **options)
        if self.kind == "async":
            self.outcomes = [outcome async for outcome in outcomes]
        else:
            self.outcomes = [*outcomes]

    def alter(self, change: Callable[[Reply], Reply], operation: str = "createTask") -> None:
        """Change what the simulator answers."""
        answer = self.simulator.handle

        def altered(request: Request) -> Reply:
            reply = answer(request)
            return change(reply) if self._is_for(request, operation) else reply

        vars(self.simulator)["handle"] = altered

    def _is_for(self, request: Request, operation: str) -> bool:
        if self.api == "LiangXin" or operation == self.ending:
            return request.path.endswith(operation)
        is_create = request.method == "POST"
        return request.path.startswith("/v1/") and is_create == (operation == "createTask")

    def interrupt(self, operation: str) -> None:
        """Press Ctrl-C, or cancel, when the answer is on its way."""
        error = KeyboardInterrupt if self.kind == "sync" else asyncio.CancelledError

        def strike(_reply: Reply) -> Reply:
            raise error

        self.alter(strike, operation)


Scenario = Callable[[Play], Awaitable[None]]
PLAYS: dict[str, list[Scenario]] = defaultdict(list)


def plays(when: str) -> Callable[[Scenario], Scenario]:
    """Play a row by the function that follows."""

    def keep(scenario: Scenario) -> Scenario:
        PLAYS[when].append(scenario)
        return scenario

    return keep


def creating(when: str, *causes: Callable[[Play], object]) -> None:
    """Play a row of creates by causes after each of which a task is created."""
    for cause in causes:

        async def scenario(play: Play, cause: Callable[[Play], object] = cause) -> None:
            cause(play)
            await play.create()

        plays(when)(scenario)


def waiting(when: str, *causes: Callable[[Play], object]) -> None:
    """Play a row of waits by causes that strike the wait for a task."""
    for cause in causes:

        async def scenario(play: Play, cause: Callable[[Play], object] = cause) -> None:
            await play.create()
            cause(play)
            await play.wait()

        plays(when)(scenario)


def saving(when: str, *causes: Callable[[Play], object]) -> None:
    """Play a row of saves by causes that strike a task which has ended."""
    for cause in causes:

        async def scenario(play: Play, cause: Callable[[Play], object] = cause) -> None:
            await play.create()
            await play.wait()
            cause(play)
            await play.save()

        plays(when)(scenario)


# --- before anything is sent -----------------------------------------------------------------------


@plays("the key or the base URL is missing")
async def no_key(play: Play) -> None:
    play.new_client(api_key="")


@plays("the key or the base URL is missing")
async def no_base_url(play: Play) -> None:
    play.new_client(base_url="")


@plays("an input breaks a known limit, or the model is unknown")
async def a_wrong_field(play: Play) -> None:
    await play.create(model="kling-v3-pro", input={"prompt": "A cup", "duration": 50})


@plays("an input breaks a known limit, or the model is unknown")
async def a_wrong_model(play: Play) -> None:
    await play.create(model="kling-v3-por")


@plays("an argument is invalid: a negative timeout, no input or two")
async def a_wrong_timeout(play: Play) -> None:
    await settle(play.client.run(**play.request, timeout=-1))


@plays("an argument is invalid: a negative timeout, no input or two")
async def no_input(play: Play) -> None:
    await settle(play.client.tasks.create(model=play.model))


@plays("an argument is invalid: a negative timeout, no input or two")
async def two_inputs(play: Play) -> None:
    await settle(play.client.tasks.create(liangxin.models.ZImageInput(prompt="A cup"), input=INPUT))


@plays("a task is used without its client: a copy, or a task of another client")
async def a_copy(play: Play) -> None:
    task = play.handle("task_1", play.new_client())
    play.tasks = [pickle.loads(pickle.dumps(task))]  # noqa: S301
    await play.wait()


@plays("a task is used without its client: a copy, or a task of another client")
async def another_client(play: Play) -> None:
    play.tasks = [play.handle("task_1", play.new_client())]
    await settle(play.client.tasks.wait_all(play.tasks))


async def create_with_file(play: Play, content: bytes) -> None:
    """Create a task with a picture, whose uploader returns no link."""
    file = play.folder / "cup.png"
    file.write_bytes(content)
    play.client = play.new_client(uploader=lambda _: "no link")
    await play.create(model="kling-v3-pro", input={"prompt": "Tea", "start_image_url": file})


@plays("a file in the input breaks a limit of its field, or can't be read")
async def a_small_picture(play: Play) -> None:
    await create_with_file(play, media_files.picture(200, 400))


@plays("a file in the input breaks a limit of its field, or can't be read")
async def no_picture(play: Play) -> None:
    await create_with_file(play, b"some bytes")


@plays("a file in the input can't be [uploaded](uploads.md)")
async def upload_fails(play: Play) -> None:
    await create_with_file(play, media_files.picture())


async def run_batch(play: Play, *orders: dict[str, Any]) -> None:
    """Run a batch, whose client is always async."""
    make = getattr(liangxin, f"Async{play.api}")
    client = make(**play.simulator.client_options(asynchronous=True))
    if play.kind == "async":
        await batch.run_async(orders, play.folder, client=client)
    else:
        await asyncio.to_thread(batch.run, orders, play.folder, client=client)


@plays("orders of a [batch](batches.md) are invalid")
async def invalid_orders(play: Play) -> None:
    await run_batch(play, play.request, play.request | {"input": {}})


@plays("a batch's folder or ledger can't be used, or another process runs it")
async def no_folder_for_a_batch(play: Play) -> None:
    play.folder = play.folder / "file"
    play.folder.touch()
    await run_batch(play, play.request)


@plays("a batch's folder or ledger can't be used, or another process runs it")
async def no_ledger(play: Play) -> None:
    (play.folder / "batch.db").write_text("no database", encoding="utf-8")
    await run_batch(play, play.request)


@plays("a batch's folder or ledger can't be used, or another process runs it")
async def another_process_runs_it(play: Play) -> None:
    lock = Lock(play.folder / "batch.db")
    try:
        await run_batch(play, play.request)
    finally:
        lock.release()


@plays("files are saved before the task has ended")
async def too_early(play: Play) -> None:
    play.tasks = [play.handle("task_1")]
    await settle(play.task.save(play.folder))


# --- while it creates --------------------------------------------------------------------------------


def by_cause(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


UNTRUSTED = by_cause(
    httpx.ConnectError("certificate verify failed"),
    by_cause(httpcore.ConnectError(), ssl.SSLCertVerificationError("certificate verify failed")),
)
REFUSED_BY_PROXY = by_cause(
    httpx.ProxyError("407 Proxy Authentication Required"), httpcore.ProxyError()
)


class Unreachable(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A way to the simulator on which the first connections can't be made."""

    def __init__(self, play: Play, times: float, error: Exception) -> None:
        self._play, self._times, self._way = play, times, play.simulator.transport()
        self._error = error

    def _fail(self) -> None:
        if self._play.lost_connections < self._times:
            self._play.lost_connections += 1
            raise self._error

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._fail()
        return self._way.handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._fail()
        return await self._way.handle_async_request(request)


def unreachable(times: float, error: Exception | None = None) -> Callable[[Play], None]:
    def cause(play: Play) -> None:
        client = httpx.AsyncClient if play.kind == "async" else httpx.Client
        way: Any = Unreachable(play, times, error or httpx.ConnectError("connection refused"))
        play.client = play.new_client(http_client=client(transport=way))

    return cause


creating(
    "the API can't be reached: no route, no such host, refused",
    unreachable(times=3),
    unreachable(times=float("inf")),
)
creating(
    "the server's certificate is not trusted, or a proxy refuses the connection",
    unreachable(times=float("inf"), error=UNTRUSTED),
    unreachable(times=float("inf"), error=REFUSED_BY_PROXY),
)
creating(
    "the account is saturated (429)",
    lambda play: play.inject(status(429, retry_after=4)),
    lambda play: play.inject(error_code(429)),
    lambda play: play.inject(status(429), seconds=60),
)
creating(
    "the connection drops, no response comes in time, or it is 5xx, 408 or unreadable",
    *(
        lambda play, fault=fault: play.inject(fault, on="createTask")
        for fault in (
            *(drop(), drop(accepted=True), hang(), hang(accepted=True), slow(1200), truncate()),
            *(status(500), status(500, accepted=True), status(503, retry_after=1), status(408)),
            *(html(502), html(504, accepted=True), html(200), error_code(500)),
        )
    ),
)
creating(
    "such a response contains a task id after all",
    lambda play: play.alter(lambda reply: attrs.evolve(reply, status=500)),
    lambda play: play.alter(lambda reply: attrs.evolve(reply, status=400)),
)
creating("the key is wrong", lambda play: setattr(play.simulator, "api_key", "another"))
creating(
    "the quota is used up (402, or 403 that says so)",
    lambda play: setattr(play.simulator, "balance", 0),
    lambda play: play.inject(status(402, "pay first")),
)
creating("access is refused (403)", lambda play: play.inject(status(403, "access refused")))
creating(
    "the API refuses the input (400, 422)",
    lambda play: play.inject(status(400, "price not configured")),
    lambda play: play.inject(status(422, "not allowed")),
)
creating("the body is too large (413)", lambda play: play.inject(status(413)))


@plays("the base URL redirects")
async def a_redirect(play: Play) -> None:
    play.inject(status(400))
    play.alter(lambda _: Reply(301, headers={"location": "https://elsewhere.test/"}))
    await play.create()


@plays("Ctrl-C, or the coroutine is cancelled, before the response")
async def interrupted_create(play: Play) -> None:
    play.interrupt("createTask")
    await play.create()


@plays("Ctrl-C, or the coroutine is cancelled, before the response")
async def interrupted_before_it_arrived(play: Play) -> None:
    play.inject(status(500))
    play.interrupt("createTask")
    await play.create()


# --- while it waits ----------------------------------------------------------------------------------

waiting(
    "polls fail: dropped, timed out, 429, 408, 5xx, a proxy's page",
    *(
        lambda play, fault=fault: play.inject(fault, on="recordInfo", seconds=120)
        for fault in (
            *(drop(), hang(), truncate(), status(429), status(408), status(500), status(503)),
            *(html(502), html(200), error_code(500)),
        )
    ),
)


def _untrusted(play: Play, error: Exception) -> None:
    unreachable(times=float("inf"), error=error)(play)
    play.tasks = [play.client.tasks.handle(play.task)]


waiting(
    "the server's certificate is no longer trusted, or a proxy refuses the connection",
    lambda play: _untrusted(play, UNTRUSTED),
    lambda play: _untrusted(play, REFUSED_BY_PROXY),
)


@plays("the timeout expires, with or without an outage")
async def too_slow(play: Play) -> None:
    play.simulator.play(stall())
    await play.create()
    play.inject(status(503), on="recordInfo")
    await play.wait(timeout=60)


@plays("the timeout expires, with or without an outage")
async def a_long_outage(play: Play) -> None:
    await play.create()
    play.inject(drop(), on="recordInfo", seconds=3600)
    await play.wait()


@plays("the task failed")
async def a_failure(play: Play) -> None:
    play.simulator.play(fail("422", "not allowed"))
    await play.create()
    await play.wait()


waiting(
    "it succeeded, but its links are missing or unreadable, for 15 s",
    *(
        lambda play, how=how: play.inject(broken_result(how), seconds=3600)
        for how in ("empty", "malformed")
    ),
)
waiting(
    "the key is refused, or the account is",
    lambda play: setattr(play.simulator, "api_key", "another"),
)
waiting(
    "the task is not known, for 15 s",
    lambda play: play.inject(unknown_task(), seconds=60),
    lambda play: play.inject(status(404), on="recordInfo", seconds=60),
)


@plays("the state is one that the API added later")
async def a_new_state(play: Play) -> None:
    play.simulator.play(stall())
    await play.create()
    play.inject(unknown_state("archiving"), times=2)
    seen = []

    def end(task: Any) -> None:
        seen.append(task.state)
        if len(seen) == 2:
            play.simulator.finish(task.id)

    await play.wait(on_update=end)
    assert seen == ["archiving", "archiving", "success"]


waiting("Ctrl-C, or the coroutine is cancelled", lambda play: play.interrupt("recordInfo"))


class OwnError(Exception):
    """Raised by the user's code."""


def own_error(*_args: object) -> None:
    raise OwnError


@plays("a callback is forged, or its token has expired")
async def a_forged_callback(play: Play) -> None:
    del play
    address = tokenised("https://shop.test/callbacks", "sixteen characters or more")
    verify_liangxin(address, b"{}", "another sixteen characters or more")


@plays("your `on_update` raises")
async def on_update_raises(play: Play) -> None:
    await play.create()
    with pytest.raises(OwnError) as raised:
        await play.wait(on_update=own_error)
    assert play.task.id in raised.value.__notes__[0]
    await play.wait()


@plays("the process is killed")
async def the_process_is_killed(play: Play) -> None:
    task_id = (await play.create()).id
    play.client = play.new_client()
    play.tasks = [play.handle(task_id)]
    await play.wait()


# --- many at a time ----------------------------------------------------------------------------------


@plays("one of `wait_all` fails")
async def two_of_three_fail(play: Play) -> None:
    play.simulator.play(fail("422", "not allowed"), times=2)
    for _ in range(3):
        await play.create()
    try:
        await settle(play.client.tasks.wait_all(play.tasks))
    finally:
        assert [task.state for task in play.tasks] == ["fail", "fail", "success"]


@plays("one of `as_completed` is not finished in time")
async def one_of_three_is_late(play: Play) -> None:
    play.simulator.play(stall(), times=1)
    for _ in range(3):
        await play.create()
    tasks = play.client.tasks.as_completed(play.tasks, timeout=60)
    if play.kind == "async":
        async for task in tasks:
            play.finished.append(task)
    else:
        for task in tasks:
            play.finished.append(task)


@plays("a request of `map` is refused, or its task fails")
async def a_refused_request(play: Play) -> None:
    await play.map(play.request, {"model": "kling-v3-pro", "input": {}}, play.request)
    assert play.outcomes[2].ok


@plays("a request of `map` is refused, or its task fails")
async def a_failed_request(play: Play) -> None:
    play.simulator.play(fail("422", "not allowed"), where={"prompt": "Bad"})
    await play.map(play.request, play.request | {"input": {"prompt": "Bad"}}, play.request)
    assert play.outcomes[2].ok


@plays("the key is wrong or the quota used up in the middle of a `map`")
async def the_quota_is_used_up(play: Play) -> None:
    play.simulator.balance = 1
    await play.map(play.request, play.request, play.request)
    assert [outcome.ok for outcome in play.outcomes] == [True, False, False]
    assert play.sent == 2


@plays("the key is wrong or the quota used up in the middle of a `map`")
async def the_key_is_wrong(play: Play) -> None:
    play.simulator.api_key = "another"
    await play.map(play.request, play.request)
    assert play.sent == 1


@plays("the response to a create of `map` is lost")
async def a_lost_answer(play: Play) -> None:
    play.inject(drop(accepted=True))
    await play.map(play.request, play.request)
    assert play.simulator.creates == play.sent == 2


@plays("your loop over `map` ends early")
async def the_loop_ends_early(play: Play) -> None:
    play.simulator.play(stall())
    with pytest.raises(OwnError):
        await play.map(play.request, play.request, on_update=own_error)
    (job,) = play.simulator.jobs
    play.simulator.finish(job.id)
    play.tasks = [play.handle(job.id)]
    await play.wait()


# --- while it saves ----------------------------------------------------------------------------------

saving(
    "the network drops, or the host answers 429, 408 or 5xx",
    *(
        lambda play, fault=fault: play.inject(fault, on="result", times=2)
        for fault in (drop(), truncate(), status(429), status(408), status(503))
    ),
)


@plays("a link has expired, and the task, asked again, names another")
async def a_new_link(play: Play) -> None:
    await play.create()
    await play.wait()
    play.inject(expired_links())
    play.alter(
        lambda reply: attrs.evolve(
            reply, body=reply.body.replace(play.ending.encode(), play.ending.encode() + b"?new")
        ),
        "recordInfo",
    )
    await play.save()


saving(
    "none of the task's links leads to a file",
    lambda play: play.simulator.expire(play.task.id),
    lambda play: play.inject(html(200), on="result", seconds=3600),
)


@plays("the disk is full, or the directory can't be written")
async def no_directory(play: Play) -> None:
    play.folder = play.folder / "file"
    play.folder.touch()
    await play.save()


@plays("another file of that name is there")
async def another_file(play: Play) -> None:
    await play.create()
    await play.wait()
    other = play.folder / f"{play.task.id}{play.ending}"
    other.write_bytes(b"other")
    try:
        await play.save()
    finally:
        assert other.read_bytes() == b"other"


@plays("Ctrl-C, a cancelled coroutine, kill -9")
async def interrupted_save(play: Play) -> None:
    await play.create()
    await play.wait()
    play.inject(slow(60), on="result")
    play.interrupt(play.ending)
    with pytest.raises(INTERRUPTS):
        await play.save()
    assert not [*play.folder.glob(f"*{play.ending}")]


# --- the walk ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", ["LiangXin", "Magnific"])
@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_happens_is_what_the_table_says(
    row: Row, kind: Kind, api: str, tmp_path: Path
) -> None:
    """Each row's plays raise what it names, and its expressions, sent and billed creates are so."""
    raised, billed = set(), set()
    for number, scenario in enumerate(PLAYS[row.when]):
        folder = tmp_path / str(number)
        folder.mkdir()
        play = Play(kind, folder, api)
        play.error = _run(scenario, play)
        name = type(play.error).__name__
        raised.add(name)

        assert name in row.classes or (play.error is None and row.may_succeed), repr(play.error)
        for fact in row.facts:
            if api == "Magnific" and "error.task.fail_" in fact:
                continue  # it names no reason
            if play.error is not None or not re.search(r"\berror\b", fact.replace(".error", "")):
                assert eval(fact, play.names), fact  # noqa: S307
        if row.table == "Before anything is sent":
            assert play.sent == 0
        if row.sent:
            assert play.sent == 1 if row.sent.startswith("once") else play.sent > 1
        if play.error is not None:
            billed.add(play.simulator.creates)

    expected = row.classes - {"CancelledError" if kind == "sync" else "KeyboardInterrupt"}
    if api == "Magnific" and "NotFoundError" in expected:
        expected -= {"UnprocessableEntityError"}  # which LiangXin answers for an unknown task
    assert raised - {"NoneType"} == expected
    if row.billed:
        assert billed == {"no": {0}, "yes": {1}, "perhaps": {0, 1}}[row.billed]


def _run(scenario: Scenario, play: Play) -> BaseException | None:
    error = None

    async def run() -> None:
        nonlocal error
        try:
            await scenario(play)
        except (liangxin.LiangXinError, *INTERRUPTS) as exc:
            error = exc

    asyncio.run(run())
    return error


def test_every_row_is_played() -> None:
    """Each row has a play, and each play a row."""
    assert sorted(row.when for row in ROWS) == sorted(PLAYS)


def test_every_class_is_named() -> None:
    """Each class of errors is named in a row, or is a parent or a child of one that is."""
    texts = " ".join(row.get for row in ROWS)
    classes = {name: getattr(liangxin, name) for name in liangxin.__all__ if name.endswith("Error")}
    told = [kind for name, kind in classes.items() if re.search(rf"\b{name}\b", texts)]
    for kind in classes.values():
        assert any(issubclass(other, kind) or issubclass(kind, other) for other in told), kind


def test_the_tree_is_the_codes() -> None:
    """The page shows the tree of errors that the code's docstring does."""
    (tree,) = [block.text for block in doc_pages.blocks(PAGE) if block.language == "text"]
    code = str(liangxin.errors.__doc__)
    assert "".join(f"    {line}\n" for line in tree.splitlines()) in code


def test_the_short_table_agrees() -> None:
    """The README's rows are rows of the long tables, with the same classes of errors."""
    told = {row.when: row.classes for row in ROWS}
    short = doc_pages.table("README.md", "What happens when …")
    assert short
    for when, get in short:
        assert {span for span in doc_pages.spans(get) if span.isidentifier()} == told[when], when
