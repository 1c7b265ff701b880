"""`batch.run`: read the orders, open the ledger, run, and report."""

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from liangxin.apis.base import Api
from liangxin.apis.validation import Mode
from liangxin.batch import commands
from liangxin.batch.amounts import amounts_of, with_defaults
from liangxin.batch.ceilings import NO_CEILINGS, NOTHING, Amounts, Ceilings, Spent, in_micros
from liangxin.batch.databases import open_ledger
from liangxin.batch.ledger import Ledger
from liangxin.batch.limits import (
    CONCURRENCY,
    CREATES_IN_FLIGHT,
    NO_LIMITS,
    TIMEOUT,
    BatchLimits,
    WorkerLimits,
)
from liangxin.batch.orders import NewOrder, Reader
from liangxin.batch.plan import Importer, Plan, check_ceilings, recover, survey
from liangxin.batch.prices import Prices
from liangxin.batch.progress import Progress
from liangxin.batch.runner import Runner
from liangxin.batch.sources import Source
from liangxin.batch.states import State
from liangxin.batch.writer import Writer
from liangxin.client import AsyncClient, AsyncLiangXin
from liangxin.errors import BatchError, UsageError
from liangxin.tasks import operations
from liangxin.tasks.session import Session
from liangxin.tasks.task import AsyncTask

if TYPE_CHECKING:
    from liangxin.callbacks.event import Event
    from liangxin.callbacks.receiver import Receiver


@dataclass(frozen=True)
class Report:
    """The outcome of a run.

    Attributes:
        counts: The number of orders in each state.
        spent: What the creates that count as paid have spent.
        stopped_by: The error after which no more creates were sent, such as a wrong key.
        ceiling: The ceiling that was reached: `creates`, `seconds`, `images` or `cost`.
        skipped: Invalid lines that were skipped.

    """

    counts: dict[State, int]
    spent: Spent
    stopped_by: Exception | None = None
    ceiling: str | None = None
    skipped: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every order has succeeded, and its files are saved."""
        return not self.skipped and all(state is State.SAVED for state in self.counts)


class Options(TypedDict, total=False):
    """The options of a run."""

    client: "AsyncClient[Any] | None"
    """An `AsyncLiangXin` or `AsyncMagnific`; by default an `AsyncLiangXin()`."""
    database: str | os.PathLike[str] | None
    """The ledger's file, or the URL of a batch in Postgres; by default `batch.db` in the output
    folder."""
    join: bool
    """Whether to join a batch in Postgres as one more worker, within the limits of its last run,
    instead of setting its limits."""
    concurrency: int
    """The maximum number of unfinished tasks; 50 by default."""
    creates_in_flight: int
    """The maximum number of creates in flight, and so of unknown orders after a crash; 8 by
    default."""
    rate: float | None
    """The maximum number of creates per second; by default no limit."""
    timeout: float | None
    """Seconds to wait for each task, by default a day; a later run waits again."""
    max_creates: float | None
    """The maximum number of creates of the batch, in all its runs. None keeps the ceiling of
    the previous run, and `math.inf` removes it; likewise the others."""
    max_seconds: float | None
    """The maximum seconds of video."""
    max_images: float | None
    """The maximum number of images."""
    max_cost: float | None
    """The maximum cost, by `prices`."""
    prices: "Prices | str | os.PathLike[str] | None"
    """A price table, or its file; see `Prices`."""
    validate: Mode
    """As in `tasks.create`; the same for all runs and workers of the batch."""
    skip_invalid: bool
    """Whether to skip invalid lines instead of sending nothing."""
    callbacks: "Receiver | None"
    """The receiver of callbacks, which also finds tasks whose create response was lost."""
    on_plan: Callable[[Plan], object] | None
    """Called with the `Plan` before anything is sent."""
    on_progress: Callable[[Progress], object] | None
    """Called with the `Progress` after each change."""


def run(
    orders: Source | None, output: str | os.PathLike[str], **options: Unpack[Options]
) -> Report:
    """Run a batch to its end, and return a report.

    After a kill at any point, the same call resumes: nothing is created twice, and finished orders
    are not requested again. Errors of single orders are in the ledger, and stop no other order.

    Args:
        orders: A file (JSON lines, CSV or YAML), or an iterable of mappings such as
            `{"key": "a", "model": "z-image", "input": {…}, "file": "cup"}` or typed inputs; None
            for the orders that are in the ledger.
        output: The folder for the files, and for the ledger.
        **options: See `Options`.

    Raises:
        InvalidOrdersError: Lines are invalid, or differ from what the ledger has; nothing was sent.
        BatchError: The ledger cannot be used, or another process runs the batch.
        UsageError: An argument is invalid, or an event loop is running: use `run_async`.

    """
    with contextlib.suppress(RuntimeError):
        asyncio.get_running_loop()
        raise UsageError("An event loop is running here: await batch.run_async(…) instead")
    return asyncio.run(run_async(orders, output, **options))


async def run_async(
    orders: Source | None, output: str | os.PathLike[str], **options: Unpack[Options]
) -> Report:
    """Run a batch as `run` does; the functions in `options` may return awaitables."""
    max_cost, prices = options.get("max_cost"), options.get("prices")
    limits = WorkerLimits(
        concurrency=options.get("concurrency", CONCURRENCY),
        creates_in_flight=options.get("creates_in_flight", CREATES_IN_FLIGHT),
        timeout=options.get("timeout", TIMEOUT),
    ).check()
    shared = BatchLimits(
        rate=options.get("rate"),
        ceilings=Ceilings(
            options.get("max_creates"),
            options.get("max_seconds"),
            options.get("max_images"),
            None if max_cost is None else in_micros(max_cost),
        ),
    ).check()
    validate = options.get("validate", True)
    callbacks, on_plan = options.get("callbacks"), options.get("on_plan")
    operations.check_receiver(callbacks)
    operations.check_callbacks(on_plan=on_plan, on_progress=options.get("on_progress"))
    if prices is not None and not isinstance(prices, Prices):
        prices = Prices.read(prices)
    folder, database, joins = Path(output), options.get("database"), options.get("join", False)
    if joins and orders is not None:
        raise UsageError("cannot be added by a worker that joins a batch", argument="orders")
    _make(folder)
    async with contextlib.AsyncExitStack() as stack:
        given = options.get("client")
        client: AsyncClient[Any] = (
            await stack.enter_async_context(AsyncLiangXin()) if given is None else given
        )
        session = session_of(client)
        ledger = open_ledger(folder, database, create=not joins, is_worker=True)
        stack.callback(ledger.close)
        if joins and not ledger.is_shared:
            raise UsageError(
                "must be a batch in Postgres to be joined: one process runs a batch in SQLite",
                argument="database",
            )
        plan = prepare(
            ledger,
            session.api,
            orders,
            folder,
            prices=prices,
            validate=validate,
            skip_invalid=options.get("skip_invalid", False),
            at=session.clock.time(),
            limits=None if joins else shared._replace(polls_per_second=session.poller.rate),
        )
        if on_plan is not None:
            await session.io.call(on_plan, plan)
        progress = Progress(session.clock.monotonic, client.usual_duration)
        progress.begin(plan.counts, plan.left, limits.concurrency)
        writer = Writer(ledger, is_inline=not session.poller.is_real)
        runner = Runner(
            session,
            writer,
            folder,
            limits,
            validate=validate,
            callbacks=callbacks,
            progress=progress,
            on_progress=options.get("on_progress"),
        )
        try:
            await runner.run()
            counts, spent = await writer.call(ledger.counts), await writer.call(ledger.spent)
        finally:
            await writer.close()
        return Report(
            counts=counts,
            spent=spent,
            stopped_by=runner.pauses.stopped_by,
            ceiling=runner.ceiling,
            skipped=plan.skipped,
        )


def record(
    event: "Event",
    output: str | os.PathLike[str],
    *,
    database: str | os.PathLike[str] | None = None,
) -> bool:
    """Record the task of an order whose create response was lost, from its callback.

    For callbacks that another process receives, or that come while nobody runs the batch: call it
    from `on_event` of a `Receiver`.

    Args:
        event: The callback, verified.
        output: The folder of the batch.
        database: The ledger's file, or the URL of a batch in Postgres; by default `batch.db`
            in that folder.

    Returns:
        Whether the callback names a task that the ledger did not know.

    Raises:
        BatchError: There is no batch, or its ledger cannot be used.

    """
    ledger = open_ledger(output, database)
    try:
        return commands.record(ledger, event, event.received)
    finally:
        ledger.close()


def session_of(client: "AsyncClient[Any]") -> Session[AsyncTask]:
    """Return the session of an async client; raise UsageError for anything else."""
    if not isinstance(client, AsyncClient):
        raise UsageError(
            f"must be an AsyncLiangXin or an AsyncMagnific, not of type {type(client).__name__}",
            argument="client",
        )
    return client.tasks._session  # noqa: SLF001  as the command does


def prepare(
    ledger: Ledger,
    api: Api,
    orders: Source | None,
    output: Path,
    *,
    prices: Prices | None,
    validate: Mode,
    skip_invalid: bool,
    at: float,
    limits: BatchLimits | None,
) -> Plan:
    """Bring a ledger up to date with the orders, and return what will be sent.

    A worker that joins sets no `limits`.
    """
    if prices is not None and validate:  # unvalidated orders may have models and fields of any name
        prices.check(api)
    before = ledger.limits()
    if limits is None and before is None:
        # Without them, it would exceed those that the first run is about to set.
        raise BatchError(f"{ledger.name} has not been started yet: run it first, then add workers")
    if orders is None and not ledger.counts():
        raise UsageError(f"There are no orders in {ledger.name} yet: give a file of them")
    known = ledger.setting("api")
    if known is None:
        ledger.set("api", api.name)
    elif known != api.name:
        raise BatchError(f"{ledger.name} is a batch of {known}, and this client calls {api.name}")
    if ledger.setting("cancelled") is not None and limits is not None:
        commands.cancel(ledger, at)
        ledger.set("cancelled", None)
    plan = Plan()
    old = NO_CEILINGS if before is None else before.ceilings
    ceilings = NO_CEILINGS if limits is None else limits.ceilings.following(old)
    check = _ceiling_check(ledger, api, prices, ceilings)
    if orders is not None:
        reader = Reader(api, prices, validate)
        importer = Importer(ledger, reader, output, skips_invalid=skip_invalid, at=at)
        plan.skipped = importer.add(orders, limits, check)
        plan.repeats = importer.repeats
    elif limits is not None:
        check([])
        ledger.set_limits(limits)
    plan.ceilings = (ledger.limits() or NO_LIMITS).ceilings
    if prices is not None:
        ledger.reprice([*_costs(ledger, api, prices)])  # read before all workers wait for it
    recover(ledger, output, at)
    return survey(ledger, plan)


def _ceiling_check(
    ledger: Ledger, api: Api, prices: Prices | None, ceilings: Ceilings
) -> Callable[[Sequence[NewOrder]], None]:
    """Return what refuses ceilings on what nobody knows, given the orders that are to be added.

    It is called before anything is committed: other workers act on that at once.
    """
    if ceilings._replace(creates=None) == NO_CEILINGS:
        return lambda _: None
    pending = list[tuple[str, str, Amounts]]()
    spent = NOTHING
    for order, (_, given) in zip([*ledger.orders()], ledger.inputs(), strict=False):
        amounts = order.amounts
        if prices is not None:
            cost = amounts_of(api, order.model, json.loads(given), prices).cost
            amounts = amounts._replace(cost=cost)
        spent = spent.plus(amounts, order.paid)
        if order.state is State.PENDING:
            pending.append((order.model, given, amounts))

    def check(added: Sequence[NewOrder]) -> None:
        to_send, reasons = dict[str, Spent](), dict[str, str]()
        for model, given, amounts in (
            *pending,
            *((new.model, new.input, new.amounts) for new in added),
        ):
            to_send[model] = to_send.get(model, NOTHING).plus(amounts)
            if prices is not None and amounts.cost is None:
                full = with_defaults(api, model, json.loads(given))
                if reason := prices.gap(model, full, amounts):
                    reasons.setdefault(model, reason)
        check_ceilings(ceilings, to_send, spent, reasons)

    return check


def _costs(ledger: Ledger, api: Api, prices: Prices) -> Iterator[tuple[int, int | None]]:
    """Yield the cost of each order by a price table."""
    for order, (_, given) in zip([*ledger.orders()], ledger.inputs(), strict=False):
        yield order.number, amounts_of(api, order.model, json.loads(given), prices).cost


def _make(folder: Path) -> None:
    """Make the output folder; raise BatchError if files cannot be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BatchError(f"The folder {folder} cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BatchError(f"Files cannot be written in {folder}: check its permissions")
