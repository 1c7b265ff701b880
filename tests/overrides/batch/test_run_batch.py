"""Running a batch: from orders to files, and on after whatever ended it."""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import liangxin
from liangxin import batch, drive
from liangxin.batch import Plan, Progress, Report, State, run_batch
from liangxin.batch.changes import Change
from liangxin.batch.commands import TOKEN, record
from liangxin.batch.databases import open_ledger
from liangxin.batch.ledger import Fleet, Ledger
from liangxin.batch.orders import Order
from liangxin.batch.sqlite import SqliteLedger
from liangxin.batch.states import Step
from liangxin.batch.writer import Writer
from liangxin.callbacks import Event, Receiver, verify_liangxin
from liangxin.errors import (
    AuthenticationError,
    BatchError,
    InsufficientQuotaError,
    InvalidOrdersError,
    RateLimitError,
    UsageError,
)
from liangxin.polling.worker_asyncio import AsyncFollower
from liangxin_mock import (
    Callback,
    Simulator,
    after_seconds,
    broken_result,
    drop,
    early,
    expired_links,
    fail,
    immediate,
    stall,
    status,
)
from tests.overrides.batch.conftest import KINDS
from tests.support.asgi import async_request
from tests.support.callback_bodies import SECRET, liangxin_body

KEYS = ("a", "b", "c")


def line(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "model": "z-image", "input": {"prompt": key}, **more}


LINES = [line(key, file=f"cup {key}") for key in KEYS]


class Batch:
    """A batch on a simulator, on a virtual clock."""

    def __init__(self, folder: Path, database: str | None = None) -> None:
        self.folder = folder / "results"
        self.database = database
        self.simulator = Simulator(timeline=after_seconds(10))

    def run(
        self, orders: Any = LINES, client: Any = liangxin.AsyncLiangXin, **options: Any
    ) -> Report:
        async def main() -> Report:
            made = self.simulator.client_options(asynchronous=True)
            async with client(**made) as connected:
                options.setdefault("database", self.database)
                return await batch.run_async(orders, self.folder, client=connected, **options)

        return asyncio.run(main())

    def ledger(self) -> Ledger:
        return open_ledger(self.folder, self.database)

    def orders(self) -> dict[str, Order]:
        ledger = self.ledger()
        found = {order.key: order for order in ledger.orders()}
        ledger.close()
        return found

    @property
    def states(self) -> dict[str, str]:
        return {key: order.state.value for key, order in self.orders().items()}

    def files(self) -> list[str]:
        return sorted(p.name for p in self.folder.iterdir() if not p.name.startswith("batch.db"))


@pytest.fixture(params=KINDS)
def cups(request: pytest.FixtureRequest, tmp_path: Path) -> Batch:
    """A batch, not run yet."""
    is_sqlite = request.param == "sqlite"
    return Batch(tmp_path, None if is_sqlite else request.getfixturevalue("postgres").address())


in_sqlite = pytest.mark.parametrize("cups", ["sqlite"], indirect=True)


def test_orders_become_files(cups: Batch) -> None:
    """Each order becomes a file of its name, whose digest is in the ledger."""
    report = cups.run()
    assert report.ok
    assert report.counts == {State.SAVED: 3}
    assert cups.files() == ["cup a.png", "cup b.png", "cup c.png"]
    for order in cups.orders().values():
        (file,) = order.files
        assert hashlib.sha256((cups.folder / file.path).read_bytes()).hexdigest() == file.sha256


def test_a_second_run_makes_no_request(cups: Batch) -> None:
    """When all is done, the same call sends nothing."""
    cups.run()
    before = len(cups.simulator.requests)
    assert cups.run().ok
    assert cups.run(None).ok
    assert len(cups.simulator.requests) == before


def test_magnific(cups: Batch) -> None:
    """It works with the other API, which needs the model for each query."""
    orders = [{"model": "kling-v3-pro", "input": {"prompt": key}} for key in KEYS]
    report = cups.run(orders, liangxin.AsyncMagnific)
    assert report.ok
    assert cups.simulator.creates == 3
    with pytest.raises(BatchError, match="is a batch of Magnific, and this client calls LiangXin"):
        cups.run(orders)


def test_typed_inputs(cups: Batch) -> None:
    """Typed inputs are orders, from any iterable."""
    report = cups.run(liangxin.models.ZImageInput(prompt=key) for key in KEYS)
    assert report.ok
    assert cups.simulator.creates == 3


def test_without_names_the_task_names_the_file(cups: Batch) -> None:
    """An order without a name of its own has files named after its task."""
    cups.run([line("a")])
    order = cups.orders()["a"]
    assert cups.files() == [f"{order.task_id}.png"]


def test_failures_stop_no_other(cups: Batch) -> None:
    """A failed task and a refused create are outcomes of their orders."""
    cups.simulator.play(fail(500, "too dark"), where={"prompt": "a"})
    cups.simulator.inject(status(422), on="createTask", where={"prompt": "b"})
    report = cups.run()
    assert not report.ok
    assert cups.states == {"a": "failed", "b": "refused", "c": "saved"}
    assert "too dark" in str(cups.orders()["a"].error)
    assert report.spent.creates == 2
    assert cups.run().counts == report.counts
    assert cups.simulator.creates == 2


def test_a_message_that_is_no_text(cups: Batch) -> None:
    """What no database can store, in the message of a server, stops no batch; in a line, it does."""
    cups.simulator.play(fail(500, "no \ud800\0!"), where={"prompt": "a"})
    assert cups.run().counts == {State.SAVED: 2, State.FAILED: 1}
    assert "no ??!" in str(cups.orders()["a"].error)
    with pytest.raises(
        InvalidOrdersError, match=r"order 1: input cannot be written as JSON: .*sur"
    ):
        cups.run([{"model": "z-image", "input": {"prompt": "\ud800"}}])


def test_nothing_is_sent_if_a_line_is_invalid(cups: Batch) -> None:
    """All lines are validated before anything is sent; invalid ones may be left out."""
    lines = [*LINES, {"model": "kling-v3-pro", "input": {"prompt": "x", "duration": 20}}]
    with pytest.raises(InvalidOrdersError, match=r"order 4: input\.duration must be at most 15"):
        cups.run(lines)
    assert len(cups.simulator.requests) == 0
    report = cups.run(lines, skip_invalid=True)
    assert report.counts == {State.SAVED: 3}
    assert not report.ok
    assert len(report.skipped) == 1


def test_unvalidated_orders_are_sent(cups: Batch) -> None:
    """With `validate=False` it is the API that refuses an order, or takes it."""
    lines = [{"key": "a", "model": "kling-v3-pro", "input": {"prompt": "x", "duration": 20}}]
    assert cups.run(lines, validate=False).counts == {State.REFUSED: 1}
    assert "HTTP 400: input.duration must be" in str(cups.orders()["a"].error)


@pytest.mark.parametrize(
    ("code", "error"), [(401, AuthenticationError), (402, InsufficientQuotaError)]
)
def test_a_wrong_key_or_a_used_up_quota_pauses(
    cups: Batch, code: int, error: type[Exception]
) -> None:
    """Nothing more is sent, what was is collected, and the same call goes on."""
    cups.simulator.inject(status(code), on="createTask", where={"prompt": "b"})
    report = cups.run(creates_in_flight=1)
    assert isinstance(report.stopped_by, error)
    assert cups.states == {"a": "saved", "b": "pending", "c": "pending"}
    assert cups.run().ok
    assert cups.simulator.creates == 3


def test_a_saturated_account_is_waited_for(cups: Batch) -> None:
    """Creates that are refused with 429 are sent again, one at a time, for long."""
    cups.simulator.inject(status(429), on="createTask", seconds=120)
    assert cups.run().ok
    assert cups.simulator.creates == 3
    assert len(cups.simulator.requests) < 60


def test_an_outage_that_does_not_end_pauses(cups: Batch) -> None:
    """After a quarter of an hour the batch pauses, with nothing unknown."""
    cups.simulator.inject(status(429), on="createTask", seconds=3600)
    report = cups.run()
    assert isinstance(report.stopped_by, RateLimitError)
    assert cups.states == dict.fromkeys(KEYS, "pending")


def test_a_wrong_address_pauses(cups: Batch) -> None:
    """If every create is refused from the first on, it is not the orders that are wrong."""
    cups.simulator.inject(status(404), on="createTask", times=100)
    report = cups.run([line(f"{number}") for number in range(100)])
    assert report.stopped_by is not None
    assert len(cups.simulator.requests) < 40


def test_a_lost_create_is_unknown(cups: Batch) -> None:
    """A create without a response is not sent again, by no run."""
    cups.simulator.inject(drop(accepted=True), on="createTask", where={"prompt": "b"})
    for _ in range(2):
        report = cups.run()
        assert report.counts == {State.UNKNOWN: 1, State.SAVED: 2}
    assert cups.simulator.creates == report.spent.creates == 3


def test_a_callback_that_comes_when_nobody_runs_the_batch(cups: Batch) -> None:
    """A callback in another process names the task of a lost create, and the next run collects it."""
    made: list[str] = []
    cups.simulator.receiver = lambda callback: made.append(callback.url)
    secret = "sixteen characters"
    receiver = Receiver("https://shop.test/", secret=secret, clock=cups.simulator.clock)
    cups.simulator.inject(drop(accepted=True), on="createTask", where={"prompt": "b"})
    cups.run(callbacks=receiver, timeout=100)
    assert cups.states["b"] == "unknown"
    (url,) = {url for url in made if cups.orders()["b"].token in url}  # type: ignore[operator]
    task_id = next(j.id for j in cups.simulator.jobs if j.body["input"]["prompt"] == "b")
    body = liangxin_body(task_id)
    event = verify_liangxin(url, body, secret, clock=cups.simulator.clock)
    assert batch.record(event, cups.folder, database=cups.database)
    assert not batch.record(event, cups.folder, database=cups.database)
    assert cups.run().ok
    assert cups.simulator.creates == 3


class Liar:
    """Forges a callback with the URL of each true one for b, just before that comes."""

    def __init__(self, cups: Batch, named: str | None, state: str = "success") -> None:
        self.simulator = cups.simulator
        self.named = named
        self.state = state
        self.lies = 0
        self.receiver = Receiver("https://shop.test/", secret=SECRET, clock=cups.simulator.clock)
        self.simulator.receiver = self.deliver

    def task_of(self, key: str) -> str:
        return next(j.id for j in self.simulator.jobs if j.body["input"]["prompt"] == key)

    def deliver(self, callback: Callback) -> int:
        bodies = [callback.content]
        if callback.task_id == self.task_of("b"):
            lie = self.task_of("a") if self.named is None else self.named
            bodies.insert(0, liangxin_body(lie, self.state))
            self.lies += 1
        query = urlsplit(callback.url).query
        answers = [drive.run(async_request(self.receiver, query=query, body=b)) for b in bodies]
        assert [answer and answer.status for answer in answers] == [204] * len(bodies)
        return 204


@pytest.mark.parametrize("state", ["success", "generating"])
@pytest.mark.parametrize("named", [None, "task_of_nobody"], ids=["another's task", "no task"])
def test_a_forged_callback_names_no_task_of_a_lost_create(
    cups: Batch, named: str | None, state: str
) -> None:
    """Who has the URL of an order can give it neither another's task nor one that there is not."""
    cups.simulator.inject(drop(accepted=True), on="createTask", where={"prompt": "b"})
    liar = Liar(cups, named, state)
    assert cups.run(callbacks=liar.receiver).ok
    assert cups.orders()["b"].task_id == liar.task_of("b")
    assert (liar.lies, cups.simulator.creates) == (1, 3)


def test_the_response_to_a_create_beats_an_early_callback(cups: Batch) -> None:
    """Where both come, the response says which task it is, though the callback comes first."""
    cups.simulator.inject(early(), where={"prompt": "b"})
    liar = Liar(cups, "task_of_nobody")
    assert cups.run(callbacks=liar.receiver).ok
    assert cups.orders()["b"].task_id == liar.task_of("b")
    assert (liar.lies, cups.simulator.creates) == (1, 3)


def test_an_early_callback_counts_if_there_is_no_response(cups: Batch) -> None:
    """A callback that comes before the response names the task, where that is lost then."""
    cups.simulator.inject(early(), where={"prompt": "b"})
    cups.simulator.inject(drop(accepted=True), on="createTask", where={"prompt": "b"})
    liar = Liar(cups, "task_of_nobody")
    assert cups.run(callbacks=liar.receiver).ok
    assert (liar.lies, cups.simulator.creates) == (1, 3)


def meddling(cups: Batch, meddle: Callable[[Ledger, Callback], None]) -> Receiver:
    """Play another process that does something while the create of b is in flight."""

    def deliver(callback: Callback) -> int:
        if next(j for j in cups.simulator.jobs if j.id == callback.task_id).body["input"] == {
            "prompt": "b"
        }:
            ledger = cups.ledger()
            meddle(ledger, callback)
            ledger.close()
        return 204

    cups.simulator.receiver = deliver
    cups.simulator.inject(early(), where={"prompt": "b"})
    return Receiver("https://shop.test/", secret=SECRET, clock=cups.simulator.clock)


@pytest.mark.parametrize("step", [Step.RESEND, Step.ABANDON])
def test_a_create_that_succeeds_after_its_order_was_settled(cups: Batch, step: Step) -> None:
    """A worker that was taken for dead writes the id of its create, whatever a person has wished."""

    def meddle(ledger: Ledger, _: Callback) -> None:
        if next(ledger.orders(keys=["b"])).state is State.SENDING:
            ledger.apply([Change(2, Step.LOSE, 1.0), Change(2, step, 2.0)])

    assert cups.run(callbacks=meddling(cups, meddle), creates_in_flight=1).ok
    assert cups.simulator.creates == 3


def test_a_lost_create_whose_callback_came_elsewhere(cups: Batch) -> None:
    """A run does not wait for the callback of an order that another process has recorded."""

    def meddle(ledger: Ledger, callback: Callback) -> None:
        token = parse_qs(urlsplit(callback.url).query)[TOKEN][0]
        event = Event("LiangXin", callback.task_id, "success", 1.0, {TOKEN: token})
        record(ledger, event, 1.0)

    receiver = meddling(cups, meddle)
    cups.simulator.inject(drop(accepted=True), on="createTask", where={"prompt": "b"})
    begun = cups.simulator.clock.monotonic()
    assert cups.run(callbacks=receiver).ok
    assert cups.simulator.clock.monotonic() - begun < 100


@in_sqlite
def test_a_lost_create_that_another_worker_has_found(
    cups: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is notified of a found task waits for its callback no longer."""
    found = []

    def attend(ledger: Ledger, at: float) -> Fleet:
        if State.UNKNOWN in ledger.counts():
            job = next(j for j in cups.simulator.jobs if j.body["input"]["prompt"] == "b")
            assert ledger.apply([Change(2, Step.FIND, at, task_id=job.id)]) == [True]
            found.append((2, job.id))
        return Fleet(2, False, None, found[-1:], [])

    monkeypatch.setattr(SqliteLedger, "is_shared", True)
    monkeypatch.setattr(SqliteLedger, "attend", attend)
    cups.simulator.inject(drop(accepted=True), on="createTask", where={"prompt": "b"})
    cups.simulator.receiver = lambda _: 204
    receiver = Receiver("https://shop.test/", secret=SECRET, clock=cups.simulator.clock)
    begun = cups.simulator.clock.monotonic()
    assert cups.run(callbacks=receiver).ok
    assert len(found) == 1
    assert cups.simulator.clock.monotonic() - begun < 100


def test_a_callback_that_comes_while_a_run_ends(
    cups: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A callback of a lost create is heard as long as the run waits for anything."""
    cups.simulator.receiver = lambda _: 204
    cups.simulator.inject(drop(accepted=True), on="createTask", where={"prompt": "b"})
    receiver = Receiver("https://shop.test/", secret=SECRET, clock=cups.simulator.clock)
    cups.run(LINES[:2], callbacks=receiver)
    lost, job = (
        cups.orders()["b"],
        next(j for j in cups.simulator.jobs if j.body["input"]["prompt"] == "b"),
    )
    assert lost.token is not None
    callback = Event("LiangXin", job.id, "success", 1.0, {TOKEN: lost.token})
    call = Writer.call
    running: asyncio.Task[Any]

    async def slow(writer: Writer, function: Any, *arguments: Any) -> Any:
        result = await call(writer, function, *arguments)
        if function.__name__ == "claim":
            running.cancel()
        elif function.__name__ == "apply" and receiver._listeners:  # the claim is given back
            receiver.notify(callback)
        for _ in range(10):
            await asyncio.sleep(0)
        return result

    async def main() -> None:
        nonlocal running
        made = cups.simulator.client_options(asynchronous=True)
        async with liangxin.AsyncLiangXin(**made) as client:
            work = batch.run_async(
                LINES, cups.folder, client=client, database=cups.database, callbacks=receiver
            )
            running = asyncio.ensure_future(work)
            with pytest.raises(asyncio.CancelledError):
                await running

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "call", slow)
        asyncio.run(main())
    assert cups.states == {"a": "saved", "b": "running", "c": "pending"}
    assert cups.run().ok
    assert cups.simulator.creates == 3


def test_a_task_that_follows_a_failed_one(cups: Batch) -> None:
    """A second task of an order, which others have created and lost, is waited for in the same run."""
    cups.simulator.play(fail(500, "too dark"), where={"prompt": "a"})
    with liangxin.LiangXin(**cups.simulator.client_options()) as client:
        task = client.tasks.create(model="z-image", input={"prompt": "again"})
    steps = [(Step.RETRY, None), (Step.CLAIM, None), (Step.CREATE, task.id)]

    def on_progress(progress: Progress) -> None:
        if progress.counts.get(State.FAILED) and steps:
            ledger = cups.ledger()
            changes = [Change(1, step, 1.0, task_id=task_id) for step, task_id in steps]
            steps.clear()
            ledger.apply(changes)
            ledger.close()

    assert cups.run(on_progress=on_progress).ok
    assert cups.orders()["a"].task_id == task.id


def test_no_two_claims_have_one_time(cups: Batch) -> None:
    """A claim whose answer was lost is known by its time, so another has another, on any clock."""
    cups.run(creates_in_flight=1)
    ledger = cups.ledger()
    claims = [past.at for past in ledger.history() if past.step is Step.CLAIM]
    ledger.close()
    assert len({*claims}) == 3


def test_ceilings_hold_for_all_runs(cups: Batch) -> None:
    """A ceiling is one of the whole batch; a higher one goes on."""
    for _ in range(2):
        report = cups.run(max_creates=2)
        assert report.ceiling == "creates"
        assert report.counts == {State.PENDING: 1, State.SAVED: 2}
    assert cups.run(max_creates=3).ok


def test_a_ceiling_on_the_cost(cups: Batch, tmp_path: Path) -> None:
    """A cost is that of the price table; without one, a ceiling on it is refused."""
    with pytest.raises(UsageError, match="max_cost cannot be kept"):
        cups.run(max_cost=1)
    prices = tmp_path / "prices.toml"
    prices.write_text('[[price]]\nmodel = "z-image"\nper_image = 0.1\n')
    report = cups.run(max_cost=0.25, prices=prices)
    assert (report.ceiling, report.spent.cost) == ("cost", 200_000)


@in_sqlite
def test_a_ceiling_on_an_unknown_cost_names_what_the_prices_lack(cups: Batch) -> None:
    """Models without a price that fits are told from those whose price has another unit."""
    video = {"model": "kling-v3-pro", "input": {"prompt": "tea", "duration": 5}}
    prices = {"price": [{"model": "kling-*", "per_image": 0.5}]}
    lacking = r"is unknown: z-image \(no price fits\), kling-v3-pro \(its price has no per_second\)"
    with pytest.raises(UsageError, match=lacking):
        cups.run([*LINES, video], max_cost=0.1, prices=batch.Prices(prices))
    assert cups.simulator.creates == 0


@in_sqlite
def test_a_price_that_no_order_can_have(cups: Batch) -> None:
    """A misspelt price is refused before anything is added, unless orders are not validated."""
    prices = batch.Prices(
        {"price": [{"model": "z-image", "where": {"promt": "a"}, "per_image": 1}]}
    )
    with pytest.raises(UsageError, match=r"promt is no field of z-image; did you mean prompt\?"):
        cups.run(prices=prices)
    assert cups.orders() == {}
    assert cups.run(prices=prices, validate=False).spent.unknown_cost == 3


def test_a_refused_run_changes_nothing(cups: Batch) -> None:
    """Other workers act on orders and limits at once, so a run commits both, or neither."""
    with pytest.raises(UsageError, match="max_cost cannot be kept"):
        cups.run(max_cost=1)
    assert cups.states == {}
    with pytest.raises(UsageError, match="There are no orders"):
        cups.run(None)
    assert cups.run(max_creates=1).ceiling == "creates"
    ledger = cups.ledger()
    before = ledger.setting("limits")
    added = [*LINES, {"key": "d", "model": "z-image", "input": {"prompt": "d"}}]
    for orders, options in (
        (added, {"max_cost": 5}),
        (None, {"max_cost": 5}),
        ([*added, {}], {}),
    ):
        with pytest.raises((UsageError, InvalidOrdersError)):
            cups.run(orders, max_creates=math.inf, **options)
        assert ledger.setting("limits") == before
        assert "d" not in cups.states
    ledger.close()
    assert cups.run(None).ceiling == "creates"
    assert cups.simulator.creates == 1
    assert cups.run(added, max_creates=4).ok


def test_a_file_that_is_gone_is_saved_again(cups: Batch) -> None:
    """A saved file that is missing is saved again, without a create."""
    cups.run()
    (cups.folder / "cup b.png").unlink()
    assert cups.run().ok
    assert cups.files() == ["cup a.png", "cup b.png", "cup c.png"]
    assert cups.simulator.creates == 3


def test_a_file_that_is_there_is_not_asked_for(cups: Batch) -> None:
    """A file that was saved just before the process died is not downloaded again."""
    cups.run()
    ledger = cups.ledger()
    ledger._execute("UPDATE orders SET state = 'succeeded', files = NULL WHERE key = 'b'")
    ledger.close()
    before = len(cups.simulator.requests)
    assert cups.run().ok
    assert [seen.operation for seen in cups.simulator.requests][before:] == ["recordInfo"]
    assert cups.orders()["b"].files[0].path == "cup b.png"


def test_a_file_of_somebody_else_is_no_result(cups: Batch) -> None:
    """A file that came under an order's name is kept; the order is saved when it is away."""
    cups.run(max_creates=1)
    foreign = cups.folder / "cup b.png"
    foreign.write_bytes(b"a letter")
    for _ in range(2):
        assert cups.run(max_creates=math.inf).counts == {State.SUCCEEDED: 1, State.SAVED: 2}
        assert "cup b.png exists already and is another file" in str(cups.orders()["b"].error)
        assert foreign.read_bytes() == b"a letter"
    foreign.unlink()
    assert cups.run().ok
    assert foreign.stat().st_size == cups.orders()["b"].files[0].size
    assert cups.simulator.creates == 3


def test_a_file_that_was_cut_off_is_no_result(cups: Batch) -> None:
    """A saved file that has lost its end is not taken for the whole one."""
    cups.run()
    path = cups.folder / "cup b.png"
    path.write_bytes(path.read_bytes()[:-1])
    for _ in range(2):
        assert cups.run().counts == {State.SUCCEEDED: 1, State.SAVED: 2}
    rule = cups.simulator.inject(expired_links(), times=100)
    assert cups.run().counts == {State.SUCCEEDED: 1, State.SAVED: 2}
    cups.simulator.faults.remove(rule)
    path.unlink()
    assert cups.run().ok


def test_a_result_that_cannot_be_read(cups: Batch) -> None:
    """A success without links is not saved, and the next run tries again."""
    rule = cups.simulator.inject(
        broken_result("empty"), on="recordInfo", where={"prompt": "a"}, times=1000
    )
    assert cups.run().counts == {State.SUCCEEDED: 1, State.SAVED: 2}
    assert "resultJson is empty" in str(cups.orders()["a"].error)
    cups.simulator.faults.remove(rule)
    assert cups.run().ok


def test_a_task_that_does_not_end(cups: Batch) -> None:
    """A task that is not finished in time is waited for by the next run."""
    cups.simulator.play(stall("generating"), where={"prompt": "a"})
    assert cups.run(timeout=100).counts == {State.RUNNING: 1, State.SAVED: 2}
    cups.simulator.finish(str(cups.orders()["a"].task_id))
    assert cups.run().ok
    assert cups.simulator.creates == 3


@in_sqlite  # a server's clock is no virtual one
def test_limits(cups: Batch) -> None:
    """No more tasks than `concurrency` at a time, and no more creates per second than `rate`."""
    cups.run([line(f"{number}") for number in range(12)], concurrency=4, rate=0.5)
    events = sorted(
        event
        for job in cups.simulator.jobs
        for event in ((job.created_at, 1), (job.transitions[-1].at, -1))
    )
    running = most = 0
    for _, change in events:
        running += change
        most = max(most, running)
    assert most <= 4
    times = sorted(job.created_at for job in cups.simulator.jobs)
    assert times[-1] - times[0] >= 11 * 2


def test_what_is_shown(cups: Batch) -> None:
    """The plan comes before anything is sent, the progress after each change."""
    plans: list[Plan] = []
    seen: list[int] = []

    def on_plan(plan: Plan) -> None:
        assert not cups.simulator.requests
        plans.append(plan)

    def on_progress(progress: Progress) -> None:
        seen.append(progress.counts[State.SAVED])
        assert progress.total == 3

    cups.run(on_plan=on_plan, on_progress=on_progress)
    assert plans[0].to_send["z-image"].images == 3
    assert seen[-1] == 3


@in_sqlite
def test_it_is_run_once_at_a_time(cups: Batch) -> None:
    """A second process on the same batch is refused, and the first goes on."""
    cups.run()
    running = open_ledger(cups.folder, is_worker=True)
    with pytest.raises(BatchError, match="Another process is running this batch"):
        cups.run()
    running.close()
    assert cups.run().ok


def test_another_server_is_no_ledger(cups: Batch) -> None:
    """The address of another database is refused, and not taken for the name of a file."""
    with pytest.raises(UsageError, match="database must be a file, for SQLite, or an address such"):
        cups.run(database="mysql://db.test/orders")
    assert cups.simulator.creates == 0


@in_sqlite
def test_a_database_elsewhere(cups: Batch, tmp_path: Path) -> None:
    """The ledger may be in another folder than the files."""
    assert cups.run(database=tmp_path / "elsewhere.db").ok
    assert (tmp_path / "elsewhere.db").exists()
    assert not (cups.folder / "batch.db").exists()


@pytest.mark.thorough
@pytest.mark.parametrize("cups", ["postgres"], indirect=True)
def test_a_worker_of_a_cancelled_batch(cups: Batch) -> None:
    """A worker that joins sends nothing of a batch that is cancelled; a run begins anew."""
    cups.run(max_creates=0)
    ledger = cups.ledger()
    ledger.set("cancelled", "5")
    assert cups.run(None, join=True).counts == {State.PENDING: 3}
    assert ledger.setting("cancelled") == "5"
    ledger.close()
    assert cups.run().counts == {State.CANCELLED: 3}
    with pytest.raises(UsageError, match="orders cannot be added by a worker that joins"):
        cups.run(join=True)


@in_sqlite
def test_an_idle_worker_goes_on_with_what_it_adopts(
    cups: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that only waits for the others ends the orders of one that dies meanwhile."""
    assert cups.run(timeout=5).counts == {State.RUNNING: 3}
    looks = [Fleet(2, True, None, [], [])] * 2 + [
        Fleet(1, False, None, [], [*cups.orders().values()])
    ]
    monkeypatch.setattr(SqliteLedger, "is_shared", True)
    monkeypatch.setattr(SqliteLedger, "unfinished", lambda _: [])
    monkeypatch.setattr(
        SqliteLedger, "attend", lambda *_: looks.pop(0) if len(looks) > 1 else looks[0]
    )
    assert cups.run(None).ok


@pytest.mark.thorough
@pytest.mark.parametrize("cups", ["postgres"], indirect=True)
def test_a_worker_before_the_limits(cups: Batch) -> None:
    """A worker that starts before the first run has set its limits sends nothing without them."""

    def on_plan(_: Plan) -> None:
        ledger = cups.ledger()
        ledger.set("limits", None)
        ledger.close()
        raise KeyError

    with pytest.raises(KeyError):
        cups.run(on_plan=on_plan)
    with pytest.raises(BatchError, match="has not been started yet: run it first"):
        cups.run(None, join=True)
    assert cups.simulator.creates == 0


@pytest.mark.thorough
@pytest.mark.parametrize("cups", ["postgres"], indirect=True)
def test_limits_hold_before_the_run_is_prepared(
    cups: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits of a run hold for other workers as soon as its orders are added."""
    found = []

    def look(ledger: Ledger, *_: Any) -> None:
        found.append((len([*ledger.orders()]), ledger.setting("limits")))

    monkeypatch.setattr(run_batch, "recover", look)
    cups.run(max_creates=0)
    assert found[0][0] == 3
    assert found[0][1] is not None
    assert "[0, null, null, null]" in found[0][1]


@pytest.mark.thorough
@pytest.mark.parametrize("cups", ["postgres"], indirect=True)
def test_the_polls_of_a_fleet(cups: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each worker has its share of the polls while others live; afterwards the client has all."""
    rates: list[float] = []
    monkeypatch.setattr(AsyncFollower, "set_rate", lambda _, rate: rates.append(rate))
    cups.run(max_creates=0)
    other = open_ledger(cups.folder / "other", cups.database, is_worker=True)
    assert cups.run(max_creates=math.inf).ok
    other.close()
    assert rates == [5.0, 10.0]


def test_without_orders(cups: Batch) -> None:
    """A batch that has no orders yet needs some."""
    with pytest.raises(UsageError, match=r"There are no orders in .* yet"):
        cups.run(None)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"concurrency": 0}, "concurrency must be 1 or more"),
        ({"creates_in_flight": True}, "creates_in_flight must be 1 or more"),
        ({"rate": 0}, "rate must be over 0"),
        ({"timeout": -1}, "timeout must be 0 or more"),
        ({"max_images": -1}, "max_images must be a number from 0 to"),
        ({"on_plan": 5}, "on_plan must be a function"),
        ({"callbacks": 5}, "callbacks must be a liangxin.callbacks.Receiver"),
        ({"prices": "none.toml"}, "cannot read none.toml"),
    ],
)
def test_bad_options(cups: Batch, options: dict[str, Any], problem: str) -> None:
    """An option that is invalid is refused by its name, before anything is made."""
    with pytest.raises(UsageError, match=problem):
        cups.run(**options)
    assert not cups.folder.exists()


def test_an_output_that_is_a_file(cups: Batch) -> None:
    """An output folder that cannot be made is refused."""
    cups.folder.touch()
    with pytest.raises(BatchError, match="results cannot be made: File exists"):
        cups.run()


def test_the_sync_function(cups: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    """`run` does the same, with a client of the environment; in an event loop it is refused."""
    options = cups.simulator.client_options(asynchronous=True)
    monkeypatch.setattr(
        "liangxin.batch.run_batch.AsyncLiangXin", lambda: liangxin.AsyncLiangXin(**options)
    )
    assert batch.run(LINES, cups.folder).ok

    async def main() -> None:
        with pytest.raises(UsageError, match=r"await batch.run_async"):
            batch.run(LINES, cups.folder)

    asyncio.run(main())


def test_a_sync_client_is_refused(cups: Batch) -> None:
    """A client of the wrong kind is refused by its argument."""
    with liangxin.LiangXin(**cups.simulator.client_options()) as client:
        wrong: Any = client
        with pytest.raises(UsageError, match="client must be an AsyncLiangXin or an AsyncMagnific"):
            batch.run(LINES, cups.folder, client=wrong)


@in_sqlite
@pytest.mark.parametrize("during", ["claim", "apply"])
def test_a_ledger_that_fails(cups: Batch, monkeypatch: pytest.MonkeyPatch, during: str) -> None:
    """If the ledger cannot be written, the run ends with that, and the next goes on."""
    method: Callable[..., Any] = getattr(SqliteLedger, during)
    calls = 0

    def failing(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise BatchError("the disk is full")
        return method(*arguments)

    cups.simulator.timeline = immediate()
    with monkeypatch.context() as patched:
        patched.setattr(SqliteLedger, during, failing)
        with pytest.raises(BatchError, match="the disk is full"):
            cups.run(creates_in_flight=1)
    report = cups.run()
    assert set(report.counts) <= {State.SAVED, State.UNKNOWN}
    assert cups.simulator.creates == 3


def test_cancelled_during_a_claim(cups: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders that were claimed, and whose creates were not sent, are pending and not unknown."""

    async def main() -> None:
        running = asyncio.current_task()

        async def call(_: Writer, function: Any, *arguments: Any) -> Any:
            result = function(*arguments)
            if function.__name__ == "claim":
                assert running is not None
                running.cancel()
                await asyncio.sleep(0)
            return result

        monkeypatch.setattr(Writer, "call", call)
        made = cups.simulator.client_options(asynchronous=True)
        async with liangxin.AsyncLiangXin(**made) as client:
            await batch.run_async(LINES, cups.folder, client=client, database=cups.database)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())
    assert set(cups.states.values()) == {"pending"}
    assert cups.simulator.creates == 0


def test_cancelled_by_its_caller(cups: Batch) -> None:
    """A run that is cancelled waits for creates in flight; the same call goes on."""

    async def main() -> None:
        made = cups.simulator.client_options(asynchronous=True)
        async with liangxin.AsyncLiangXin(**made) as client:
            started = asyncio.Event()

            def on_progress(progress: Progress) -> None:
                if progress.counts[State.RUNNING]:
                    started.set()

            running = asyncio.create_task(
                batch.run_async(
                    LINES,
                    cups.folder,
                    client=client,
                    database=cups.database,
                    on_progress=on_progress,
                )
            )
            await started.wait()
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running

    asyncio.run(main())
    assert set(cups.states.values()) <= {"running", "saved", "pending", "succeeded"}
    assert cups.run().ok
    assert cups.simulator.creates == 3
