"""Decide what `client.map` creates next, when, and when it stops; `concurrent_creates` does it."""

import logging
import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from liangxin import errors, tracing
from liangxin.polling.wait import Wait, check_times
from liangxin.tasks.base import BaseTask
from liangxin.tasks.create import Request, prepare
from liangxin.tasks.operations import end_trace
from liangxin.tasks.resend_create import Resend
from liangxin.tasks.session import Session

if TYPE_CHECKING:
    from liangxin.callbacks.receiver import Receiver

_logger = logging.getLogger("liangxin")

CONCURRENCY = 10
"""Tasks at a time; LiangXin names no limit."""

_MAX_CREATES = 8
"""Creates in flight at a time, which a wrong key can waste before it is known."""

_FIELDS = ("model", "input", "callback_url", "validate", "extra_input", "extra_body")

_NOT_ACCEPTED = (
    errors.APIConnectionError,
    errors.RateLimitError,
    errors.UsageError,
    errors.UploadError,
    errors.InvalidInputError,
    errors.NotSentError,
)
"""The server cannot be reached, it has no room for a task, or the client is closed; a file was not
uploaded, or its link does not fit; the caller of `map` left during an upload."""

_HOPELESS = (errors.AuthenticationError, errors.InsufficientQuotaError)
"""Errors that all other creates would have, too."""

TaskT = TypeVar("TaskT")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[TaskT]):
    """The outcome of one request of `map`.

    Attributes:
        index: The index of the request, from 0.
        request: The request as it was given.
        task: The task; None if none was created, or if that is unknown.
        error: Why there is no result; None if the task is in state `success`.
        sent: False if nothing was sent, or the server refused it for the moment, so that nothing
            can have been billed.

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


_UNPREPARED = Request("", {})


class Submission:
    """A request whose task is being created."""

    __slots__ = ("due", "index", "prepared", "request", "resend", "sent", "trace", "turn")

    def __init__(self, index: int, request: Any) -> None:
        self.index = index
        self.request = request
        self.prepared = _UNPREPARED
        self.resend: Resend | None = None
        self.due = -math.inf
        self.turn: float | None = None
        """When the API's limit of requests lets it be sent; None if there is none, or not yet."""
        self.sent = False
        self.trace = tracing.Trace()

    def outcome(self, task: Any = None, error: Exception | None = None) -> Outcome[Any]:
        """Return its outcome."""
        self.trace.end(error)
        return Outcome(self.index, self.request, task, error, self.sent)


class Plan:
    """Decide what to create next, and when. It neither sleeps nor sends.

    Args:
        session: The client's session.
        requests: Typed inputs, or mappings of the arguments of `create`.
        concurrency: How many tasks are created and not finished at a time, at most.
        rate: How many creates are sent per second, at most; None for any number.
        timeout: Seconds to wait for each task from its creation; None for ever.
        poll_interval: Seconds between polls; None for the best.
        is_watched: Whether the caller is notified of each poll.
        callbacks: The receiver of the tasks' callbacks, if there is one.

    """

    def __init__(
        self,
        session: Session[Any],
        requests: Iterable[Any],
        *,
        concurrency: int,
        rate: float | None,
        timeout: float | None,
        poll_interval: float | None,
        is_watched: bool,
        callbacks: "Receiver | None",
    ) -> None:
        check_times(timeout, poll_interval)
        if isinstance(requests, Mapping | str) or not isinstance(requests, Iterable):
            raise errors.UsageError(
                'must be several: typed inputs, or mappings such as {"model": …, "input": {…}}',
                argument="requests",
            )
        if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
            raise errors.UsageError(
                f"must be 1 or more, not {concurrency!r}", argument="concurrency"
            )
        is_number = isinstance(rate, int | float) and not isinstance(rate, bool)
        if rate is not None and not (is_number and 0 < rate < math.inf):
            raise errors.UsageError(
                f"must be over 0 creates per second, not {rate!r}", argument="rate"
            )
        self._session = session
        self._turns = session.poller.turns
        self._timeout = timeout
        self._poll_interval = poll_interval
        self._is_watched = is_watched
        self._callbacks = callbacks
        self._requests = enumerate(requests)
        self._concurrency = concurrency
        self._gap = 1 / rate if rate else 0.0
        self._free_at = -math.inf
        self._again: deque[Submission] = deque()
        self._is_drawn = False
        self._stopped_by: Exception | None = None
        self.broken_by: BaseException | None = None
        """The exception of the iterable of requests, or of `on_create`; raised at the end."""
        self.is_abandoned = False
        """Whether the caller has left before the end, and does not see what is created."""
        self.is_left = False
        """Whether the caller has left: no create may be sent any more."""
        self.arrived = deque[tuple[Submission, Any]]()
        """Results of creates that `take_arrived` has still to take, each a task or an error."""
        self.creating: set[Submission] = set()
        self.running: dict[Wait, Submission] = {}

    @property
    def is_done(self) -> bool:
        """Whether nothing more will come."""
        return self._is_drawn and not (self._again or self.creating or self.running)

    def next(self, now: float) -> Submission | Outcome[Any] | float:
        """Return the next submission, an outcome that is known already, or when to call again."""
        if self._stopped_by is not None:
            submission = self._again.popleft() if self._again else self._draw()
            if submission is None:
                return math.inf
            self._give_back(submission)
            submission.sent = False
            return submission.outcome(error=_not_sent(self._stopped_by))
        busy = len(self.creating) + len(self.running)
        if busy >= self._concurrency or len(self.creating) >= _MAX_CREATES:
            return math.inf
        if self._again:
            # The account is saturated, or the server unreachable: new requests wait as well.
            due = max(self._again[0].due, self._free_at)
            if due <= now:
                due = self._turn(self._again[0], now)
            return self._begin(self._again.popleft(), now) if due <= now else due
        if now < self._free_at:
            return self._free_at
        # Drawn only when it can be sent: the iterable may be endless, or wait for something.
        submission = self._draw()
        if submission is None:
            return math.inf
        try:
            typed_input, fields = _arguments(submission.request)
            submission.prepared = prepare(
                self._session.api,
                typed_input,
                uploads=self._session.uploads,
                callbacks=self._callbacks,
                **fields,
            )
        except Exception as exc:  # noqa: BLE001  a warning may be an error, too
            return submission.outcome(error=exc)
        turn = self._turn(submission, now)
        if turn > now:
            self._again.append(submission)
            return turn
        return self._begin(submission, now)

    def _turn(self, submission: Submission, now: float) -> float:
        """Return when the API's limit of requests lets a submission be sent."""
        if self._turns is None:
            return now
        if submission.turn is None:
            submission.turn = self._turns.take(now)
        return submission.turn

    def check_left(self) -> None:
        """Raise NotSentError if the caller has left meanwhile, and would not see the task."""
        if self.is_left:
            raise errors.NotSentError("Not sent, as the caller of map has left")

    def take_arrived(self) -> Iterator[tuple[Wait | None, Outcome[Any] | None]]:
        """Yield the wait for each task that was created, or the outcome of a create that failed.

        Requests to send again are kept. Raises an interrupt that a create met.
        """
        while self.arrived:
            submission, result = self.arrived[0]  # still listed if an interrupt comes here
            wait = outcome = None
            if isinstance(result, BaseException):
                outcome = self._refused(submission, result)
            else:
                wait = self._created(submission, result)
            # Interrupts come after calls. From here until the caller has it there is none, or an
            # interrupt would lose an outcome that says that a task may be billed.
            del self.arrived[0]
            if wait is not None or outcome is not None:
                yield wait, outcome

    def ended(self, wait: Wait) -> Outcome[Any]:
        """Return the outcome of a task whose wait has ended."""
        submission, problem = self.running[wait], None
        end_trace(wait)
        try:
            wait.key.task.conclude(wait)
        except Exception as exc:  # noqa: BLE001  errors are outcomes here
            self._stop_for(exc)
            problem = exc
        outcome = submission.outcome(wait.key.task, problem)
        del self.running[wait]  # last, as an interrupt names what is running
        return outcome

    def break_off(self, error: BaseException) -> None:
        """Draw no more requests, and raise `error` when all tasks have ended."""
        self.broken_by = self.broken_by or error
        self._is_drawn = True

    def abandon(self, error: BaseException) -> None:
        """Record that the caller has left, and does not see the tasks end."""
        self.is_abandoned = True
        for submission in (*self.running.values(), *self.creating, *self._again):
            submission.trace.end(error)
            self._give_back(submission)

    def _give_back(self, submission: Submission) -> None:
        if self._turns is not None and submission.turn is not None:
            self._turns.give_back(submission.turn)
            submission.turn = None

    def _created(self, submission: Submission, task: BaseTask) -> Wait:
        wait = task.begin_wait(
            self._timeout,
            self._poll_interval,
            is_watched=self._is_watched,
            callbacks=self._callbacks,
        )
        self.creating.discard(submission)
        self.running[wait] = submission
        submission.prepared = _UNPREPARED  # the body may be large
        task.trace_creation(submission.trace)
        wait.key.trace = task.begin_trace()
        return wait

    def _refused(self, submission: Submission, error: BaseException) -> Outcome[Any] | None:
        if not isinstance(error, Exception):
            raise error
        self.creating.discard(submission)
        now = self._session.clock.monotonic()
        if isinstance(error, errors.APIError) and submission.resend is not None:
            try:
                delay = submission.resend.delay(error, submission.prepared.model, now)
            except errors.APIError:
                pass  # its time is over, or it may have been accepted
            else:
                submission.due = now + delay
                self._again.append(submission)
                return None
        submission.sent = not isinstance(error, _NOT_ACCEPTED)
        self._stop_for(error)
        return submission.outcome(error=error)

    def _begin(self, submission: Submission, now: float) -> Submission:
        # From when it was allowed to, or else from now: time that nobody used is not made up for.
        self._free_at = max(self._free_at, now) + self._gap
        self.creating.add(submission)
        submission.sent = True
        if submission.resend is None:
            began = self._session.clock.monotonic()
            submission.resend = Resend(now=began, rng=self._session.rng)
        if self._turns is not None and submission.turn is not None:
            self._turns.use(submission.turn)
            submission.turn = None
        if not submission.trace.is_open:
            submission.trace = tracing.creating(
                self._session.api.name.lower(), submission.prepared.model
            )
        return submission

    def _draw(self) -> Submission | None:
        """Return the next request; None if there is none."""
        if self._is_drawn:
            return None
        try:
            return Submission(*next(self._requests))
        except StopIteration:
            pass
        except Exception as exc:  # noqa: BLE001  raised when all that was created has ended
            self.break_off(exc)
        self._is_drawn = True
        return None

    def _stop_for(self, error: Exception) -> None:
        """Create nothing more if all others would have the same error."""
        if self._stopped_by is None and isinstance(error, _HOPELESS):
            self._stopped_by = error
            name = type(error).__name__
            _logger.warning("No more tasks are created: %s (%s)", error.summary, name)


def _not_sent(cause: Exception) -> errors.NotSentError:
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
