"""`client.map`: many requests, with a limit of tasks at a time and of creates per second.

`Plan` decides what is created next, and when; the drivers send the creates, several at a time, and
poll as all waits do.
"""

import asyncio
import concurrent.futures
import contextlib
import inspect
import logging
import math
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from liangxin import errors, tracing
from liangxin.poller import Watch
from liangxin.polling import Resend, check_times
from liangxin.resource import prepare

if TYPE_CHECKING:
    from liangxin.resource import AsyncTasks, BaseTasks, Tasks
    from liangxin.tasks import AsyncTask, Task

_logger = logging.getLogger("liangxin")

CONCURRENCY = 10
"""Tasks at a time; LiangXin names no limit."""

_MOST_CREATES = 8
"""Creates in flight at a time: what a wrong key can waste before it is known."""

_FIELDS = ("model", "input", "callback_url", "validate", "extra_input")

_NOT_ACCEPTED = (errors.APIConnectionError, errors.RateLimitError, errors.UsageError)
"""There is no way to the server, it has no room for a task, or the client is closed."""

TaskT = TypeVar("TaskT")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[TaskT]):
    """What became of one request of `map`.

    Attributes:
        index: The place of the request, from 0.
        request: The request as it was given.
        task: The task; None if none was created, or it is unknown whether one was.
        error: Why there is no result; None if the task is in state `success`.
        sent: False if nothing was sent for it, or the server refused that for the moment, so that
            nothing can have been billed.

    """

    index: int
    request: Any
    task: TaskT | None
    error: Exception | None
    sent: bool

    @property
    def ok(self) -> bool:
        """Whether the task is in state `success`, with its links."""
        return self.error is None


class Submission:
    """A request on its way."""

    def __init__(self, index: int, request: Any) -> None:
        self.index = index
        self.request = request
        self.model = ""
        self.body = b""
        self.resend: Resend | None = None
        self.due = -math.inf
        self.sent = False
        self.trace = tracing.NOTHING

    def outcome(self, task: Any = None, error: Exception | None = None) -> Outcome[Any]:
        """Return what became of it."""
        self.trace.end(error)
        return Outcome(self.index, self.request, task, error, self.sent)


class Plan:
    """What is to be created next, and when. It neither sleeps nor sends.

    Args:
        tasks: The `client.tasks` that shall create.
        requests: Typed inputs, or mappings of the arguments of `create`.
        concurrency: How many tasks are created and not finished at a time, at most.
        rate: How many creates are sent per second, at most; None for any number.
        timeout: Seconds to wait for each task from its creation; None for ever.
        poll_interval: Seconds between polls; None for the best.
        is_watched: Whether each poll shall be told of.

    """

    def __init__(
        self,
        tasks: "BaseTasks[Any]",
        requests: Iterable[Any],
        *,
        concurrency: int,
        rate: float | None,
        timeout: float | None,
        poll_interval: float | None,
        is_watched: bool,
    ) -> None:
        check_times(timeout, poll_interval)
        if isinstance(requests, Mapping | str) or not isinstance(requests, Iterable):
            raise errors.UsageError(
                "map takes several requests: typed inputs, or mappings such as "
                '{"model": …, "input": {…}}'
            )
        if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
            raise errors.UsageError(f"concurrency must be 1 or more, not {concurrency!r}")
        is_number = isinstance(rate, int | float) and not isinstance(rate, bool)
        if rate is not None and not (is_number and 0 < rate < math.inf):
            raise errors.UsageError(f"rate must be over 0 creates per second, not {rate!r}")
        self._tasks = tasks
        self._timeout = timeout
        self._poll_interval = poll_interval
        self._is_watched = is_watched
        self._requests = enumerate(requests)
        self._concurrency = concurrency
        self._gap = 1 / rate if rate else 0.0
        self._free_at = -math.inf
        self._again: deque[Submission] = deque()
        self._is_drawn = False
        self._stopped_by: Exception | None = None
        self.broken_by: BaseException | None = None
        """What the iterable of requests, or `on_create`, raised; raised on when all has ended."""
        self.is_left = False
        """Whether the caller has left before the end, so that nobody hears of what is created."""
        self.brought = deque[tuple[Submission, Any]]()
        """What the creates brought, each a task or an error, and has not been taken in yet."""
        self.creating: set[Submission] = set()
        self.running: dict[Watch, Submission] = {}

    @property
    def is_done(self) -> bool:
        """Whether nothing more will come."""
        return self._is_drawn and not (self._again or self.creating or self.running)

    def next(self, now: float) -> Submission | Outcome[Any] | float:
        """Return what is to be sent now, what is over already, or when to ask again."""
        if self._stopped_by is not None:
            submission = self._again.popleft() if self._again else self._draw()
            if submission is None:
                return math.inf
            submission.sent = False
            return submission.outcome(error=_stopped(self._stopped_by))
        busy = len(self.creating) + len(self.running)
        if busy >= self._concurrency or len(self.creating) >= _MOST_CREATES:
            return math.inf
        if self._again:
            # The account is saturated, or the server away: the others wait, too.
            due = max(self._again[0].due, self._free_at)
            return self._send(self._again.popleft(), now) if due <= now else due
        if now < self._free_at:
            return self._free_at
        submission = self._draw()
        if submission is None:
            return math.inf
        try:
            typed_input, fields = _arguments(submission.request)
            submission.model, submission.body = prepare(typed_input, **fields)
        except Exception as exc:  # noqa: BLE001  a warning may be an error, too
            return submission.outcome(error=exc)
        submission.resend = self._tasks._resend()
        return self._send(submission, now)

    def take_in(self) -> Iterator[Watch | Outcome[Any]]:
        """Yield what has come of the creates: the waits for tasks, and outcomes without any.

        What is to be sent again is kept. What is no error, but an interrupt, is raised.
        """
        while self.brought:
            submission, result = self.brought[0]  # an interrupt must not find it nowhere
            came = (
                self._refused(submission, result)
                if isinstance(result, BaseException)
                else self._created(submission, result)
            )
            self.brought.popleft()
            if came is not None:
                yield came

    def _created(self, submission: Submission, task: Any) -> Watch:
        watch: Watch = task._begin(self._timeout, self._poll_interval, is_watched=self._is_watched)
        self.creating.discard(submission)
        self.running[watch] = submission
        submission.body = b""
        submission.trace.accepted(task)
        watch.trace = tracing.waiting(task)
        return watch

    def _refused(self, submission: Submission, error: BaseException) -> Outcome[Any] | None:
        if not isinstance(error, Exception):
            raise error
        self.creating.discard(submission)
        if isinstance(error, errors.APIError) and submission.resend is not None:
            try:
                delay = self._tasks._delay(error, submission.model, submission.resend)
            except errors.LiangXinError as exc:
                error = exc
            else:
                submission.due = self._tasks._session.clock.monotonic() + delay
                self._again.append(submission)
                return None
        submission.sent = not isinstance(error, _NOT_ACCEPTED)
        self._stop_for(error)
        return submission.outcome(error=error)

    def break_off(self, error: BaseException) -> None:
        """Draw no more requests, and let `error` be raised when all that was created has ended."""
        self.broken_by = self.broken_by or error
        self._is_drawn = True

    def ended(self, watch: Watch) -> Outcome[Any]:
        """Take in that a task has ended, or that it is waited for no longer."""
        submission, problem = self.running[watch], None
        try:
            watch.task._conclude(watch, raise_on_failure=True)
        except Exception as exc:  # noqa: BLE001
            self._stop_for(exc)
            problem = exc
        del self.running[watch]
        return submission.outcome(watch.task, problem)

    def stop_tracing(self, error: BaseException) -> None:
        """Take in that the caller has left, so that nobody sees the tasks end."""
        for submission in (*self.running.values(), *self.creating, *self._again):
            submission.trace.end(error)

    def _send(self, submission: Submission, now: float) -> Submission:
        self._free_at = max(self._free_at, now) + self._gap
        self.creating.add(submission)
        submission.sent = True
        if not submission.trace.is_open:
            submission.trace = tracing.creating(submission.model)
        return submission

    def _draw(self) -> Submission | None:
        """Return the next request; None if there is none."""
        if self._is_drawn:
            return None
        try:
            return Submission(*next(self._requests))
        except StopIteration:
            pass
        except Exception as exc:  # noqa: BLE001
            self.break_off(exc)
        self._is_drawn = True
        return None

    def _stop_for(self, error: Exception) -> None:
        """Create nothing more if the error would meet all others, too."""
        hopeless = (errors.AuthenticationError, errors.InsufficientQuotaError)
        if self._stopped_by is None and isinstance(error, hopeless):
            self._stopped_by = error
            kind, text = type(error).__name__, errors.gist(error)
            _logger.warning("No more tasks are created: %s (%s)", text, kind)


def _stopped(cause: Exception) -> errors.NotSentError:
    error = errors.NotSentError(f"Not sent, as no task can be created: {cause.args[0]}")
    error.__cause__ = cause
    return error


def _arguments(request: Any) -> tuple[Any, dict[str, Any]]:
    """Return the typed input of a request, or None, and the other arguments of `create`."""
    if not isinstance(request, Mapping):
        return request, {}
    for name in request:
        if name not in _FIELDS:
            raise errors.UsageError(
                f"A request of map has no {name!r}; it has {', '.join(_FIELDS)}"
            )
    return None, dict(request)


def run(
    tasks: "Tasks",
    plan: Plan,
    on_create: "Callable[[int, Task], object] | None",
    on_update: "Callable[[Task], object] | None",
) -> "Iterator[Outcome[Task]]":
    """Carry out a plan, and yield the outcomes as they come."""
    poller, clock = tasks._session.poller, tasks._session.clock

    def send(submission: Submission) -> None:
        try:
            result: Any = tasks._send(submission.model, submission.body)
        except BaseException as exc:  # noqa: BLE001  raised where the caller is
            result = exc
        _bring(plan, submission, result)
        if on_create is not None and not isinstance(result, BaseException):
            try:
                on_create(submission.index, result)
            except BaseException as exc:  # noqa: BLE001  raised where the caller is
                plan.break_off(exc)
        poller.call(group)

    with (
        _telling(plan),
        poller.group() as group,
        concurrent.futures.ThreadPoolExecutor(_MOST_CREATES, "liangxin-creates") as pool,
    ):
        while True:
            for came in plan.take_in():
                if isinstance(came, Outcome):
                    yield came
                    continue
                poller.add(group, [came])
                if on_update is not None:
                    on_update(came.task)
            step = plan.next(clock.monotonic())
            if isinstance(step, Outcome):
                yield step
            elif isinstance(step, Submission):
                if poller.is_real:
                    pool.submit(send, step)
                else:
                    send(step)
            elif plan.is_done:
                break
            else:
                told = poller.news(group, step)
                if told is not None and on_update is not None and told.take_update():
                    on_update(told.task)
                if told is not None and not told.is_open:
                    yield plan.ended(told)
    if plan.broken_by is not None:
        raise plan.broken_by


async def async_run(
    tasks: "AsyncTasks",
    plan: Plan,
    on_create: "Callable[[int, AsyncTask], object] | None",
    on_update: "Callable[[AsyncTask], object] | None",
) -> "AsyncIterator[Outcome[AsyncTask]]":
    """Carry out a plan, and yield the outcomes as they come."""
    poller, clock = tasks._session.poller, tasks._session.clock

    async def send(submission: Submission) -> None:
        try:
            result: Any = await tasks._send(submission.model, submission.body)
        except BaseException as exc:  # noqa: BLE001  raised where the caller is
            result = exc
        _bring(plan, submission, result)
        if on_create is not None and not isinstance(result, BaseException):
            try:
                await _settled(on_create(submission.index, result))
            except BaseException as exc:  # noqa: BLE001  raised where the caller is
                plan.break_off(exc)
        poller.call(group)

    with _telling(plan), poller.group() as group:
        async with _finishing() as sending:
            while True:
                for came in plan.take_in():
                    if isinstance(came, Outcome):
                        yield came
                        continue
                    poller.add(group, [came])
                    if on_update is not None:
                        await _settled(on_update(came.task))
                step = plan.next(clock.monotonic())
                if isinstance(step, Outcome):
                    yield step
                elif isinstance(step, Submission):
                    if poller.is_real:
                        task = asyncio.create_task(send(step), name="liangxin-creates")
                        sending.add(task)
                        task.add_done_callback(sending.discard)
                    else:
                        await send(step)
                elif plan.is_done:
                    break
                else:
                    told = await poller.news(group, step)
                    if told is not None and on_update is not None and told.take_update():
                        await _settled(on_update(told.task))
                    if told is not None and not told.is_open:
                        yield plan.ended(told)
    if plan.broken_by is not None:
        raise plan.broken_by


async def _settled(result: object) -> None:
    if inspect.isawaitable(result):
        await result


@contextlib.asynccontextmanager
async def _finishing() -> AsyncIterator[set["asyncio.Task[None]"]]:
    """Let creates that are under way come to their end: what they bring may be a paid task.

    Who cancels a second time does not wait for them: they tell of themselves in the log.
    """
    sending: set[asyncio.Task[None]] = set()
    try:
        yield sending
    finally:
        if sending:
            await asyncio.wait(sending)


@contextlib.contextmanager
def _telling(plan: Plan) -> Iterator[None]:
    """Name the tasks that run on if the caller leaves before all have ended."""
    try:
        yield
    except BaseException as exc:
        plan.is_left = True
        plan.stop_tracing(exc)
        running = [(submission, watch.task) for watch, submission in plan.running.items()]
        for note in _notes([*running, *plan.brought]):
            exc.add_note(note)
        raise


def _bring(plan: Plan, submission: Submission, result: Any) -> None:
    """Hand over what a create brought, or tell of it if the caller has left."""
    plan.brought.append((submission, result))
    if plan.is_left:
        _notes([(submission, result)])


def _notes(results: Iterable[tuple[Submission, Any]]) -> list[str]:
    """Tell in the log what is, or may be, paid for and not known to the caller; return the same."""
    notes, ids = [], dict[str, None]()
    for submission, result in results:
        if isinstance(result, errors.SubmissionUnknownError):
            notes.append(f"Request {submission.index} of map: {result}")
        elif isinstance(result, BaseException):
            notes += getattr(result, "__notes__", [])
        else:
            ids[result.id] = None
    if ids:
        notes.append(
            f"Tasks that map created run on; resume each with client.tasks.handle: {', '.join(ids)}"
        )
    for note in notes:
        _logger.warning("%s", note)
    return notes
