"""The state that a client shares with its tasks."""

import logging
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from liangxin import errors, tracing
from liangxin.apis.base import Api
from liangxin.clock import Clock
from liangxin.drive import IO
from liangxin.polling.wait import Wait
from liangxin.polling.worker_thread import Poller
from liangxin.records import TaskData, TaskRecord, named, with_code
from liangxin.tasks.local_files import Uploads

if TYPE_CHECKING:
    from liangxin.http.connection import AsyncConnection, Connection
    from liangxin.polling.worker_asyncio import AsyncPoller

_logger = logging.getLogger("liangxin")

TaskT = TypeVar("TaskT", bound=TaskData)

_SLICE = 1.0  # seconds between looks whether a request is still wanted


class Session(NamedTuple, Generic[TaskT]):
    """The state that a client shares with its tasks, and that operations need.

    A derived client (`with_options`) shares all of it but the connection.
    """

    api: Api
    connection: "Connection | AsyncConnection"
    poller: "Poller | AsyncPoller"
    io: IO
    clock: Clock
    rng: random.Random
    task_type: Any
    """`Task` or `AsyncTask`, made with an id and a session."""
    uploads: Uploads | None = None
    """None if there is no way to upload files."""

    def new_task(self, task_id: str) -> TaskT:
        """Return a task of this session."""
        task: TaskT = self.task_type(task_id, session=self)
        return task

    async def query(self, task: TaskData) -> TaskRecord:
        """Query a task once; raise APIError if there is no record of it in the response."""
        return await self.connection.request(
            self.api.query(task.id, task.model),
            lambda response: self.api.read_record(response, task.id),
        )


async def take_turn(session: Session[Any], check: Callable[[], None] | None = None) -> None:
    """Wait until the API's limit of requests has room for one more, and count that.

    `check` is called while it waits, and raises if the request is not wanted any more.
    """
    turns, clock = session.poller.turns, session.clock
    if turns is None:
        return
    turn = turns.take(clock.monotonic())
    # Nothing was sent until `use`: an interrupt gives the turn to others.
    try:
        while (left := turn - clock.monotonic()) > 0:
            # The turn is reserved: no other request gets it, however late this one wakes up.
            await session.io.sleep(left if check is None else min(left, _SLICE))
            if check is not None:
                check()
    except BaseException:
        turns.give_back(turn)
        raise
    turns.use(turn)


def count_request(session: Session[Any]) -> None:
    """Count a request that does not wait for its turn."""
    # Before it is sent: one that fails counts, too.
    if session.poller.turns is not None:
        session.poller.turns.spend(session.clock.monotonic())


class Followed:
    """The task and the span of a wait."""

    __slots__ = ("session", "task", "trace")

    def __init__(self, task: TaskData, session: Session[Any]) -> None:
        self.task = task
        self.session = session
        self.trace = tracing.Trace()


async def poll(wait: Wait) -> TaskRecord:
    """Make one poll of a wait."""
    followed: Followed = wait.key
    return await followed.session.query(followed.task)


def observe(wait: Wait, outcome: TaskRecord | errors.LiangXinError) -> None:
    """Update the task, the log and the trace from the outcome of a poll."""
    followed: Followed = wait.key
    task = followed.task
    if isinstance(outcome, TaskRecord):
        was_finished = task.is_finished
        task.update(outcome)
        log_state(
            task,
            is_end=task.is_finished and not was_finished,
            wait=wait,
            clock=followed.session.clock,
        )
    followed.trace.polled(task, wait.polls)


def log_state(
    task: TaskData, *, is_end: bool, wait: Wait | None = None, clock: Clock | None = None
) -> None:
    """Log a task's state, and its end once."""
    _logger.debug("Task %s is %s", task.id, task.state)
    if not is_end or not _logger.isEnabledFor(logging.INFO):
        return
    line = f"{named(task)} ended in state {task.state}"
    if task.state == "fail":
        line = with_code(line, task.fail_code)
    if wait is not None and clock is not None:
        age = wait.age(clock.monotonic())
        line += "" if age is None else f", {age:.1f} s after its creation"
        line += f", {wait.polls} poll" + ("" if wait.polls == 1 else "s")
    _logger.info("%s", line)
