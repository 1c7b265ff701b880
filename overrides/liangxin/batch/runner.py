"""Run a batch: claim, create, wait, save, each step in the ledger before the next.

One coroutine decides and follows all tasks with the client's own poller, so that thousands of
waiting orders are as many small objects. Creates and saves are tasks of asyncio beside it.
"""

import asyncio
import contextlib
import logging
import math
import shlex
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from liangxin import errors, tracing
from liangxin.apis.validation import Mode
from liangxin.batch.changes import Change
from liangxin.batch.commands import TOKEN
from liangxin.batch.ledger import Claimed, Claims
from liangxin.batch.limits import WorkerLimits
from liangxin.batch.orders import File, Order, request, template
from liangxin.batch.pauses import Pauses
from liangxin.batch.progress import Progress
from liangxin.batch.states import MOVES, State, Step
from liangxin.batch.writer import Writer
from liangxin.polling.wait import DEFAULT_TIMEOUT, Wait
from liangxin.tasks import operations
from liangxin.tasks.create import send
from liangxin.tasks.session import Session
from liangxin.tasks.task import AsyncTask

if TYPE_CHECKING:
    from liangxin.callbacks.event import Event
    from liangxin.callbacks.receiver import Receiver
    from liangxin.polling.worker_asyncio import AsyncPoller

_logger = logging.getLogger("liangxin")

T = TypeVar("T")

LOOK = 2.0
"""Seconds between looks at what other workers of the batch do."""

_PROGRESS = 10.0
"""Seconds between counts of all orders, where others work on them as well."""

_SAVES = 8
"""Orders whose files are saved at a time."""


class Runner:
    """One run of a batch.

    Args:
        session: The session of an async client.
        writer: Writes to the ledger.
        output: The folder for the files.
        limits: The limits of this worker.
        validate: As in `tasks.create`.
        callbacks: The receiver of callbacks, if there is one.
        progress: What is shown.
        on_progress: Called after each change.

    Attributes:
        pauses: Whether creates are sent, and what has stopped them.
        ceiling: The name of the ceiling that is reached; None if there is none.

    """

    def __init__(
        self,
        session: Session[AsyncTask],
        writer: Writer,
        output: Path,
        limits: WorkerLimits,
        *,
        validate: Mode,
        callbacks: "Receiver | None",
        progress: Progress,
        on_progress: Callable[[Progress], object] | None,
    ) -> None:
        self._session = session
        self._writer = writer
        self._ledger = writer.ledger
        self._output = output
        self._limits = limits
        self._validate = validate
        self._callbacks = callbacks
        self._progress = progress
        self._on_progress = on_progress
        self.pauses = Pauses(session.clock.monotonic, session.rng)
        self.ceiling: str | None = None
        self._failure: Exception | None = None
        self._work: set[asyncio.Task[Any]] = set()
        self._saves: set[asyncio.Task[Any]] = set()
        self._creating: dict[int, asyncio.Task[Any]] = {}
        self._saving: set[int] = set()
        self._running: dict[Wait, Order] = {}
        self._task_ids: set[str | None] = set()
        """Ids of the tasks that this run has taken up."""
        self._arrived: list[tuple[Order, AsyncTask]] = []
        self._is_drained = False
        self._claimed_at = -math.inf
        self._free_at = -math.inf
        self._lost: dict[int, float] = {}
        self._save_slots = asyncio.Semaphore(_SAVES)
        # Where other workers share the batch:
        self._is_shared = self._ledger.is_shared
        self._look_at = math.inf
        self._count_at = -math.inf
        self._others_are_busy = False
        self._polls_per_second = session.poller.rate

    async def run(self) -> None:
        """Work until nothing can be done any more. Raises BatchError if the ledger fails."""
        with self._listening():
            poller = cast("AsyncPoller", self._session.poller)
            async with poller.follow() as self._follower:
                try:
                    await self._resume()
                    await self._look()
                    while not await self._is_done():
                        if self._session.clock.monotonic() >= self._look_at:
                            await self._look()
                        await self._follow(min(await self._create_more(), self._look_at))
                finally:
                    await self._finish()
                    self._set_rate(self._session.poller.rate)
        if self._failure is not None:
            raise self._failure

    async def _resume(self) -> bool:
        """Take up tasks of the ledger that nobody follows yet; return whether there were any."""
        orders = await self._writer.call(self._ledger.unfinished)
        found = [order for order in orders if order.task_id not in self._task_ids]
        for order in found:
            self._adopt(order)
        return bool(found)

    async def _is_done(self) -> bool:
        if self._failure is not None:
            return True
        if self._arrived or self._work or self._running:
            return False
        if not (self._is_drained or self.ceiling or self.pauses.stopped_by):
            return False
        if self._lost_until() is not None:
            return False
        await asyncio.sleep(0)  # a callback that has just come is heard first
        if self._arrived or self._work:
            return False
        # A person may have settled or retried orders meanwhile.
        if await self._resume():
            return False
        # One that was stopped leaves the rest to the others.
        if self._is_shared and self.pauses.stopped_by is None:
            await self._look()
            # It may have taken up orders of a worker that has died.
            if self._others_are_busy or self._running:
                return False
        counts = await self._writer.call(self._ledger.counts)
        can_create = counts.get(State.PENDING) and not (self.ceiling or self.pauses.stopped_by)
        if can_create and await self._writer.call(self._ledger.setting, "cancelled") is None:
            self._is_drained = False
            return False
        return True

    async def _look(self) -> None:
        """Look at what other workers do, and take up the orders of those that have died."""
        now = self._session.clock.monotonic()
        fleet = await self._writer.call(self._ledger.attend, self._session.clock.time())
        if fleet is None:
            return
        self._look_at = now + LOOK
        self._others_are_busy = fleet.is_busy
        if fleet.is_busy:  # what they give back is to be claimed
            self._is_drained = False
            self.ceiling = None
        if fleet.polls_per_second is not None:
            self._set_rate(fleet.polls_per_second / fleet.workers)
        for number, task_id in fleet.ended:
            self._lost.pop(number, None)
            if self._callbacks is not None:
                self._callbacks.hints(self._session.api.name).give(task_id)
        for order in fleet.adopted:
            self._adopt(order)
        if any(task_id not in self._task_ids for _, task_id in fleet.ended):
            await self._resume()
        if now >= self._count_at:
            self._count_at = now + _PROGRESS
            self._progress.update(await self._writer.call(self._ledger.counts))

    def _set_rate(self, polls_per_second: float) -> None:
        if polls_per_second != self._polls_per_second:
            self._polls_per_second = polls_per_second
            self._follower.set_rate(polls_per_second)

    async def _create_more(self) -> float:
        """Claim and send as much as the limits admit; return when to look again."""
        if self._is_drained or self.ceiling or self.pauses.stopped_by:
            return math.inf
        now = self._session.clock.monotonic()
        due = max(self.pauses.until, self._free_at)
        if now < due:
            return due
        limits = self._limits
        busy = len(self._creating) + len(self._running) + len(self._saving) + len(self._arrived)
        room = min(
            limits.concurrency - busy,
            (1 if self.pauses.is_probing else limits.creates_in_flight) - len(self._creating),
        )
        if room <= 0:
            return math.inf
        claims = await self._claim(room)
        for claimed in claims.claimed:
            self._moved(claimed.order, State.PENDING)
            self._creating[claimed.order.number] = self._spawn(self._create(claimed))
        self.ceiling = claims.ceiling
        # The ledger keeps the rate of a fleet; that of one process is kept here, by a clock that
        # never jumps.
        self._free_at = now + claims.wait
        has_to_wait = claims.wait > 0 or claims.ceiling is not None
        self._is_drained = len(claims.claimed) < room and not has_to_wait
        return self._free_at if claims.wait > 0 else math.inf

    async def _claim(self, most: int) -> Claims:
        """Claim orders; those that a cancellation keeps from being sent are given back."""
        # No two claims have one time: by it the ledger knows a claim whose answer was lost.
        now = max(self._session.clock.time(), math.nextafter(self._claimed_at, math.inf))
        self._claimed_at = now
        # Shielded: the thread goes on to commit it, whoever has stopped waiting.
        claiming = asyncio.ensure_future(self._writer.call(self._ledger.claim, most, now))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            self._spawn(self._give_back(claiming))
            raise

    async def _give_back(self, claiming: "asyncio.Future[Claims]") -> None:
        for claimed in (await claiming).claimed:
            order = claimed.order
            self._moved(order, State.PENDING)
            await self._write(order, State.SENDING, self._change(order, Step.RELEASE))

    async def _follow(self, until: float) -> None:
        """Wait for news of tasks and creates, and act on them."""
        while self._arrived:
            self._begin_wait(*self._arrived.pop())
        lost_until = self._lost_until()
        is_idle = not (self._work or self._running) and lost_until is None
        if self._failure is not None or (until == math.inf and is_idle):
            return
        wait = await self._follower.news(until if lost_until is None else min(until, lost_until))
        if wait is not None and not wait.is_open:
            await self._ended(wait)

    def _lost_until(self) -> float | None:
        """Return until when a callback may name the task of an unknown order; None if none may."""
        now = self._session.clock.monotonic()
        self._lost = {number: until for number, until in self._lost.items() if until > now}
        return max(self._lost.values(), default=None)

    # --- creating ------------------------------------------------------------------------------

    async def _create(self, claimed: Claimed) -> None:
        """Send the create of an order once, and record what came of it."""
        order = claimed.order
        task, change = await self._send(claimed)
        try:
            is_written = await self._record(order, task, change)
        finally:
            self._creating.pop(order.number, None)
        if task is not None:
            self.pauses.created()
            if is_written:
                self._arrived.append((order, task))
            else:
                # Most likely this one: its callback was faster.
                _logger.info("Order %r has a task already; %s was created", order.key, task.id)
        elif change.step is Step.LOSE and is_written and self._callbacks is not None:
            # Unless its callback was faster.
            self._lost[order.number] = self._session.clock.monotonic() + DEFAULT_TIMEOUT
        elif MOVES[change.step].paid < 0:  # what it had reserved is free again
            self._is_drained = False
            self.ceiling = None

    async def _send(self, claimed: Claimed) -> tuple[AsyncTask | None, Change]:
        """Send the create of an order; return the task, if one is known, and what to record."""
        order, session = claimed.order, self._session
        try:
            with tracing.creating(session.api.name.lower(), order.model) as trace:
                prepared = request(
                    session.api,
                    order.model,
                    claimed.input,
                    callback_url=self._callback_url(order),
                    validate=self._validate,
                )
                task = await send(session, prepared)
                task.trace_creation(trace)
                return task, self._change(order, Step.CREATE, task_id=task.id)
        except errors.SubmissionUnknownError as error:
            if isinstance(error.task, AsyncTask):  # the response names it after all
                return error.task, self._change(order, Step.CREATE, task_id=error.task.id)
            return None, self._change(order, Step.LOSE, detail=error.text)
        except errors.LiangXinError as error:
            return None, self._change(order, self.pauses.refused(error), detail=error.text)
        except Exception as error:
            # An error of a user's own hook, say: nobody knows how far it came.
            _logger.exception("The create of order %r broke off", order.key)
            self.pauses.stop(error)
            detail = f"{type(error).__name__}: {error}"
            return None, self._change(order, Step.LOSE, detail=detail)

    async def _record(self, order: Order, task: AsyncTask | None, change: Change) -> bool:
        """Write what came of a create; return whether the order's state allowed it."""
        try:
            is_written = await self._write(order, State.SENDING, change)
            if task is not None and not is_written:
                # A person, who took this worker for dead, may have settled it.
                found = self._change(order, Step.FIND, task_id=task.id)
                is_written = await self._write(order, State.SENDING, found)
        except BaseException:
            if task is not None:
                _logger.error(  # noqa: TRY400  the run reports why
                    "The task of order %r could not be recorded; when the ledger can be written "
                    "again: liangxin batch settle %s --database %s --task-id %s",
                    order.key,
                    *map(shlex.quote, (order.key, self._ledger.name, task.id)),
                )
            raise
        return is_written

    def _callback_url(self, order: Order) -> str | None:
        if self._callbacks is None or order.token is None:
            return None
        return self._callbacks.callback_url(self._session.api.name, query={TOKEN: order.token})

    # --- waiting -------------------------------------------------------------------------------

    def _adopt(self, order: Order) -> None:
        """Take up a task that the ledger names."""
        task = self._session.new_task(str(order.task_id))
        task.model = order.model
        if order.state is State.RUNNING:
            task.created_at = order.created_at
        self._begin_wait(order, task)

    def _begin_wait(self, order: Order, task: AsyncTask) -> None:
        if task.id in self._task_ids:
            return  # as when a look at the ledger was faster than its create
        self._task_ids.add(task.id)
        wait = task.begin_wait(self._limits.timeout, None, callbacks=self._callbacks)
        wait.key.trace = task.begin_trace()
        self._running[wait] = order
        self._follower.add(wait)

    async def _ended(self, wait: Wait) -> None:
        """Record the end of a task, and begin to save its files."""
        order, task = self._running.pop(wait), wait.key.task
        operations.end_trace(wait)
        before = order.state if order.state is State.SUCCEEDED else State.RUNNING
        try:
            task.conclude(wait)
        except errors.TaskFailedError as error:
            await self._write(order, before, self._change(order, Step.FAIL, detail=error.text))
        except Exception as error:  # noqa: BLE001  the task goes on, or its result is unreadable
            self.pauses.judge(error)
            if task.state == "success" and before is State.RUNNING:
                await self._write(order, before, self._change(order, Step.SUCCEED))
            text = error.text if isinstance(error, errors.LiangXinError) else repr(error)
            await self._write(order, before, self._change(order, Step.NOTE, detail=text))
        else:
            succeeding = None
            if before is State.RUNNING:
                succeeding = self._spawn(
                    self._write(order, before, self._change(order, Step.SUCCEED))
                )
            self._saving.add(order.number)
            saving = self._spawn(self._save(order, task, succeeding))
            self._saves.add(saving)
            saving.add_done_callback(self._saves.discard)
            if not self._session.poller.is_real:
                # On a virtual clock time would fly while a thread writes the file.
                await asyncio.wait([saving])

    async def _save(
        self, order: Order, task: AsyncTask, succeeding: "asyncio.Task[bool] | None"
    ) -> None:
        """Save the files of a task, and record them."""
        try:
            if succeeding is not None:
                # A file that is there before this is on disk cannot be that of the order.
                await asyncio.wait([succeeding])
                if succeeding.exception() is None and not succeeding.result():
                    # Another worker does, and this one if it is left to it.
                    self._task_ids.discard(task.id)
                    return
            async with self._save_slots:
                saved = await operations.save(
                    task,
                    self._output,
                    template=template(order.file, count=len(task.result_urls)),
                    own_names=True,
                    # The process ended while it saved. After an error, such as a file of somebody
                    # else's, or in another worker's folder, nobody knows whose it is.
                    trust_existing=succeeding is None
                    and order.error is None
                    and order.place == self._ledger.place,
                )
        except errors.LiangXinError as error:
            self.pauses.judge(error)
            change = self._change(order, Step.NOTE, detail=error.text)
        else:
            files = [File(one.name, one.size, one.sha256, one.media_type) for one in saved]
            change = self._change(order, Step.SAVE, files=files)
        finally:
            self._saving.discard(order.number)
        await self._write(order, State.SUCCEEDED, change)

    # --- callbacks -----------------------------------------------------------------------------

    @contextlib.contextmanager
    def _listening(self) -> Any:
        """Hear of callbacks, from any thread, while the block runs."""
        if self._callbacks is None:
            yield
            return
        loop = asyncio.get_running_loop()

        def listener(event: "Event") -> None:
            token = event.query.get(TOKEN)
            if token is not None and event.api == self._session.api.name:
                with contextlib.suppress(RuntimeError):  # the loop is closed
                    loop.call_soon_threadsafe(self._heard, token, event)

        end = self._callbacks.subscribe(listener)
        try:
            yield
        finally:
            end()

    def _heard(self, token: str, event: "Event") -> None:
        # Of a task that is waited for here, the poller hears by itself.
        if event.task_id not in self._task_ids:
            self._spawn(self._find(token, event))

    async def _find(self, token: str, event: "Event") -> None:
        """Give an order the task that its callback names, or wake the worker that waits for it."""
        order = await self._writer.call(self._ledger.find_token, token)
        if order is not None and (creating := self._creating.get(order.number)) is not None:
            # The response is proof of the task, and a callback is not: it may be forged.
            await asyncio.wait([creating])
            order = await self._writer.call(self._ledger.find_token, token)
        if order is None:
            return
        change = self._change(order, Step.FIND, task_id=event.task_id)
        is_free = order.task_id is None and await self._exists(order, event.task_id)
        if is_free and await self._write(order, order.state, change):
            _logger.info("Order %r has task %s, says its callback", order.key, event.task_id)
            self._lost.pop(order.number, None)
            task = self._session.new_task(event.task_id)
            task.model = order.model
            self._arrived.append((order, task))
        elif not event.is_terminal:
            return
        # It may be one that another worker waits for, or has lost.
        await self._writer.call(self._ledger.tell, order.number, event.task_id)

    async def _exists(self, order: Order, task_id: str) -> bool:
        """Return whether there is a task that no other order has."""
        if await self._writer.call(self._ledger.find_task, task_id) is not None:
            return False
        task = self._session.new_task(task_id)
        task.model = order.model
        try:
            await task.refresh()
        except (errors.NotFoundError, errors.UnprocessableEntityError) as error:
            _logger.warning("Order %r: its callback names no task: %s", order.key, error.summary)
            return False
        except errors.LiangXinError:
            pass  # an outage, which its wait outlives
        return True

    # --- the ledger ----------------------------------------------------------------------------

    def _change(self, order: Order, step: Step, **what: Any) -> Change:
        # The token keeps what is late from a later claim of the order.
        return Change(order.number, step, self._session.clock.time(), token=order.token, **what)

    def _write(self, order: Order, before: State, change: Change) -> Coroutine[Any, Any, bool]:
        """Write a change, and return, to be awaited, whether the order's state allowed it."""
        # Handed over at once: changes are written in the order of the calls.
        return self._written(order, before, change, self._writer.write(change))

    async def _written(
        self, order: Order, before: State, change: Change, written: "asyncio.Future[bool]"
    ) -> bool:
        is_written = await written
        target = MOVES[change.step].target
        if is_written and target is not None:
            self._progress.moved(order.model, before, target)
        self._progress.held_by = self.pauses.held_by
        if self._on_progress is not None:
            await self._session.io.call(self._on_progress, self._progress)
        return is_written

    def _moved(self, order: Order, before: State) -> None:
        self._progress.moved(order.model, before, order.state)

    def _spawn(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Run work beside the main coroutine; its error ends the run."""
        task = asyncio.create_task(work, name="liangxin-batch")
        self._work.add(task)
        task.add_done_callback(self._worked)
        return task

    def _worked(self, task: "asyncio.Task[Any]") -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failure = self._failure or error  # type: ignore[assignment]
        self._follower.wake()

    async def _finish(self) -> None:
        """Wait for creates in flight: each may bring a paid task, whose id must be written.

        Saves that are left are resumed by the next run. A second cancellation stops waiting.
        """
        for saving in self._saves:
            saving.cancel()
        # A callback that comes meanwhile adds to it, and its sender does not repeat it.
        while self._work:
            await asyncio.wait(self._work)
