"""Many tasks at a time."""

import contextlib
import inspect
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from typing import Any

from liangxin import errors, tracing
from liangxin.poller import AsyncPoller, Poller, Watch
from liangxin.polling import check_callbacks
from liangxin.tasks import BaseTask, PollerT, Session, noting

_MOST_NAMED = 20
"""Tasks that one text names, at most."""


def watch(
    session: Session[PollerT],
    tasks: Iterable[BaseTask[PollerT]],
    timeout: float | None,
    poll_interval: float | None,
    *,
    is_watched: bool,
) -> list[Watch]:
    """Return a watch for each task, one for each. Raises UsageError."""
    if isinstance(tasks, str) or not isinstance(tasks, Iterable):
        raise errors.UsageError(f"Several tasks are waited for here, as a list, not {tasks!r}")
    watches = []
    for task in dict.fromkeys(tasks):
        if not isinstance(task, BaseTask):
            raise errors.UsageError(
                f"Only tasks can be waited for, not {task!r}; "
                "client.tasks.handle(task_id) makes one of an id"
            )
        if task._attached.poller is not session.poller:
            text = f"Task {task.id} belongs to another client, whose key it needs"
            raise errors.UsageError(text).about(task)
        watches.append(task._begin(timeout, poll_interval, is_watched=is_watched))
    return watches


def ended(
    poller: Poller, watches: list[Watch], on_update: Callable[[Any], object] | None
) -> Iterator[Watch]:
    """Yield watches as they end."""
    check_callbacks(on_update=on_update)
    with _noting(watches), tracing.following(watches), poller.group(watches) as group:
        while group.watches:
            watch = poller.news(group)
            if watch is not None and on_update is not None and watch.take_update():
                on_update(watch.task)
            if watch is not None and not watch.is_open:
                watch.trace.follow(watch)
                yield watch


async def async_ended(
    poller: AsyncPoller, watches: list[Watch], on_update: Callable[[Any], object] | None
) -> AsyncGenerator[Watch]:
    """Yield watches as they end."""
    check_callbacks(on_update=on_update)
    with _noting(watches), tracing.following(watches), poller.group(watches) as group:
        while group.watches:
            watch = await poller.news(group)
            if watch is not None and on_update is not None and watch.take_update():
                result = on_update(watch.task)
                if inspect.isawaitable(result):
                    await result
            if watch is not None and not watch.is_open:
                watch.trace.follow(watch)
                yield watch


def conclude(watches: Iterable[Watch], *, raise_on_failure: bool = True) -> None:
    """Raise what is wrong with the first task that something is wrong with."""
    problems: list[Exception] = []
    for watch in watches:
        try:
            watch.task._conclude(watch, raise_on_failure=raise_on_failure)
        except Exception as exc:  # noqa: BLE001  all of them are told
            problems.append(exc)
    if problems:
        first, *others = problems
        for other in others[:_MOST_NAMED]:
            first.add_note(f"And: {other}")
        if others[_MOST_NAMED:]:
            first.add_note(f"And {len(others) - _MOST_NAMED} more")
        raise first


def _noting(watches: list[Watch]) -> contextlib.AbstractContextManager[None]:
    shown = ", ".join(watch.task.id for watch in watches[:_MOST_NAMED])
    more = f" and {len(watches) - _MOST_NAMED} more" if watches[_MOST_NAMED:] else ""
    return noting(
        f"Tasks {shown}{more} run on; resume each with client.tasks.handle(task_id).wait()"
    )
