"""Carry out `client.map`: several creates in flight at a time, in threads or asyncio tasks.

What is created next, and when nothing more is, `map` decides. The tasks are polled like all
others.
"""

import contextlib
import contextvars
import logging
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from liangxin import drive, errors
from liangxin.tasks.create import send, upload_files
from liangxin.tasks.map import Outcome, Plan, Submission
from liangxin.tasks.operations import check_callbacks, check_receiver
from liangxin.tasks.session import Session

if TYPE_CHECKING:
    from asyncio import Task

    from liangxin.callbacks.receiver import Receiver

_logger = logging.getLogger("liangxin")


def begin(
    session: Session[Any],
    requests: Iterable[Any],
    *,
    on_create: Callable[[int, Any], object] | None,
    on_update: Callable[[Any], object] | None,
    callbacks: "Receiver | None",
    **limits: Any,
) -> AsyncIterator[Outcome[Any]]:
    """Check the arguments of `map`, and return its outcomes; nothing is sent before the first.

    For the limits see `Plan`.
    """
    check_callbacks(on_create=on_create, on_update=on_update)
    check_receiver(callbacks)
    plan = Plan(
        session,
        requests,
        is_watched=on_update is not None,
        callbacks=callbacks,
        **limits,
    )
    return run(plan, session, on_create, on_update)


class _Spawner(Protocol):
    """Runs creates concurrently with the caller."""

    async def spawn(self, create: Coroutine[Any, Any, None]) -> None: ...

    async def finish(self) -> None: ...


class _Inline:
    """Run each create before the caller goes on: on a virtual clock only one caller may sleep."""

    async def spawn(self, create: Coroutine[Any, Any, None]) -> None:
        await create

    async def finish(self) -> None:
        pass


class _Threads:
    """Run each create in a thread of its own."""

    def __init__(self) -> None:
        self._threads: set[threading.Thread] = set()

    async def spawn(self, create: Coroutine[Any, Any, None]) -> None:
        # Daemons: an iterator that is still open must not keep the process from exiting.
        context = contextvars.copy_context()  # the caller's: log filters and tracing read it
        thread = threading.Thread(
            target=context.run, args=(drive.run, create), name="liangxin-create", daemon=True
        )
        self._threads = {other for other in self._threads if other.is_alive()}
        self._threads.add(thread)  # before its start, which an interrupt may break off
        try:
            thread.start()
        except RuntimeError:  # the system has no more threads
            await create

    async def finish(self) -> None:
        """Wait for creates in flight: each may bring a paid task."""
        for thread in self._threads:
            with contextlib.suppress(RuntimeError):  # it was never started
                thread.join()


class _AsyncTasks:
    """Run each create in a task of asyncio."""

    def __init__(self) -> None:
        self._tasks: set[Task[None]] = set()

    async def spawn(self, create: Coroutine[Any, Any, None]) -> None:
        import asyncio  # noqa: PLC0415  a sync client never needs it

        task = asyncio.create_task(create, name="liangxin-create")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Wait for creates in flight: each may bring a paid task.

        A second cancellation stops waiting; the results are logged then.
        """
        import asyncio  # noqa: PLC0415  a sync client never needs it

        if self._tasks:
            await asyncio.wait(self._tasks)


async def run(
    plan: Plan,
    session: Session[Any],
    on_create: Callable[[int, Any], object] | None,
    on_update: Callable[[Any], object] | None,
) -> AsyncIterator[Outcome[Any]]:
    """Carry out a plan, and yield the outcomes as they become known."""
    io, clock = session.io, session.clock
    spawner: _Spawner = _Inline()
    if session.poller.is_real:
        spawner = _AsyncTasks() if io.is_async else _Threads()

    async def create(submission: Submission) -> None:
        try:
            request = await upload_files(session, submission.prepared, plan.check_left)
            plan.check_left()
            result: Any = await send(session, request)
        except BaseException as exc:  # noqa: BLE001  raised where the caller is
            result = exc
        plan.arrived.append((submission, result))
        if plan.is_abandoned:
            _report([(submission, result)])
        if on_create is not None and not isinstance(result, BaseException):
            try:
                await io.call(on_create, submission.index, result)
            except BaseException as exc:  # noqa: BLE001  raised where the caller is
                plan.break_off(exc)
        follower.wake()

    with _reporting(plan):
        async with session.poller.follow() as follower:
            try:
                while True:
                    for new, outcome in plan.take_arrived():
                        if outcome is not None:
                            yield outcome
                        if new is not None:
                            follower.add(new)
                            if on_update is not None:
                                await io.call(on_update, new.key.task)
                    step = plan.next(clock.monotonic())
                    if isinstance(step, Outcome):
                        yield step
                    elif isinstance(step, Submission):
                        await spawner.spawn(create(step))
                    elif plan.is_done:
                        break
                    else:
                        wait = await follower.news(step)
                        if wait is not None and on_update is not None and wait.take_update():
                            await io.call(on_update, wait.key.task)
                        if wait is not None and not wait.is_open:
                            yield plan.ended(wait)
            finally:
                plan.is_left = True
                await spawner.finish()
    if plan.broken_by is not None:
        raise plan.broken_by


@contextlib.contextmanager
def _reporting(plan: Plan) -> Iterator[None]:
    """Log and note the tasks that run on if the caller leaves before all have ended."""
    try:
        yield
    except BaseException as exc:
        plan.abandon(exc)
        running = [(submission, wait.key.task) for wait, submission in plan.running.items()]
        for note in _report([*running, *plan.arrived]):
            exc.add_note(note)
        raise


def _report(results: Iterable[tuple[Submission, Any]]) -> list[str]:
    """Log tasks that are, or may be, billed and that the caller does not know; return the lines."""
    notes, ids = [], dict[str, None]()
    for submission, result in results:
        if isinstance(result, errors.SubmissionUnknownError):
            notes.append(f"Request {submission.index} of map: {result}")
        elif isinstance(result, BaseException):
            notes += getattr(result, "__notes__", [])
        else:
            needed = f" ({result.needed_model})" if result.needed_model else ""
            ids[f"{result.id}{needed}"] = None
    if ids:
        notes.append(
            f"Tasks that map created run on; resume each with client.tasks.handle: {', '.join(ids)}"
        )
    for note in notes:
        _logger.warning("%s", note)
    return notes
