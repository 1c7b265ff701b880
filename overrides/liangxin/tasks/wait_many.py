"""Wait for many tasks at a time."""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from liangxin import errors
from liangxin.polling.wait import End, Wait
from liangxin.tasks.base import BaseTask
from liangxin.tasks.operations import (
    check_callbacks,
    check_receiver,
    end_trace,
    noting,
    traced,
)
from liangxin.tasks.session import Session

if TYPE_CHECKING:
    from liangxin.callbacks.receiver import Receiver

_MAX_NAMED = 20
"""Upper bound on the tasks that a text names."""


def begin(
    session: Session[Any],
    tasks: Iterable[BaseTask],
    timeout: float | None,
    poll_interval: float | None,
    on_update: Callable[[Any], object] | None,
    *,
    callbacks: "Receiver | None" = None,
) -> list[Wait]:
    """Return a wait for each task, without duplicates.

    Raises:
        UsageError: These are not tasks of this client.

    """
    check_callbacks(on_update=on_update)
    check_receiver(callbacks)
    if isinstance(tasks, str) or not isinstance(tasks, Iterable):
        raise errors.UsageError(f"must be a list of tasks, not {tasks!r}", argument="tasks")
    waits: dict[BaseTask, Wait] = {}
    for task in tasks:
        if not isinstance(task, BaseTask):
            raise errors.UsageError(
                f"must be tasks, not {task!r}; client.tasks.handle(task_id) makes one of an id",
                argument="tasks",
            )
        if task.session.poller is not session.poller:
            text = f"Task {task.id} belongs to another client, whose key it needs"
            raise errors.UsageError(text).about(task)
        waits[task] = task.begin_wait(
            timeout, poll_interval, is_watched=on_update is not None, callbacks=callbacks
        )
    return list(waits.values())


async def as_ended(
    session: Session[Any], waits: Sequence[Wait], on_update: Callable[[Any], object] | None
) -> AsyncIterator[Wait]:
    """Yield waits as they end."""
    shown = ", ".join(wait.task_id for wait in waits[:_MAX_NAMED])
    more = f" and {len(waits) - _MAX_NAMED} more" if waits[_MAX_NAMED:] else ""
    needed = "task_id, model=…" if session.api.needs_model else "task_id"
    resume = f"resume each with client.tasks.handle({needed}).wait()"
    with noting(f"Tasks {shown}{more} run on; {resume}"), traced(waits):
        async with session.poller.follow(waits) as follower:
            while follower.waits:
                wait = await follower.news()
                if wait is None:
                    continue
                if on_update is not None and wait.take_update():
                    await session.io.call(on_update, wait.key.task)
                if not wait.is_open:
                    end_trace(wait)
                    yield wait


async def wait_all(
    session: Session[Any],
    waits: Sequence[Wait],
    on_update: Callable[[Any], object] | None,
    *,
    raise_on_failure: bool,
) -> list[Any]:
    """Wait until all have ended, and return their tasks; raise the first error."""
    async with contextlib.aclosing(as_ended(session, waits, on_update)) as ended:  # type: ignore[type-var]
        async for _ in ended:
            pass
    _conclude(waits, raise_on_failure=raise_on_failure)
    return [wait.key.task for wait in waits]


async def as_completed(
    session: Session[Any], waits: Sequence[Wait], on_update: Callable[[Any], object] | None
) -> AsyncIterator[Any]:
    """Yield tasks as they finish; then raise the first error of the others."""
    async with contextlib.aclosing(as_ended(session, waits, on_update)) as ended:  # type: ignore[type-var]
        async for wait in ended:
            if wait.end is End.FINISHED:
                yield wait.key.task
    _conclude(wait for wait in waits if wait.end is not End.FINISHED)


def _conclude(waits: Iterable[Wait], *, raise_on_failure: bool = True) -> None:
    """Raise the first error of the waits; further errors are its notes."""
    problems: list[Exception] = []
    for wait in waits:
        try:
            wait.key.task.conclude(wait, raise_on_failure=raise_on_failure)
        except Exception as exc:  # noqa: BLE001  all of them are reported
            problems.append(exc)
    if problems:
        first, *others = problems
        for other in others[:_MAX_NAMED]:
            first.add_note(f"And: {other}")
        if others[_MAX_NAMED:]:
            first.add_note(f"And {len(others) - _MAX_NAMED} more")
        raise first
