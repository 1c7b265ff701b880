"""The operations of one task, each written once for both clients."""

import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from liangxin import errors, tracing
from liangxin.apis.deprecations import resolve_alias
from liangxin.lazy import uninterrupted
from liangxin.polling.wait import End, Wait, check_times
from liangxin.records import TaskData
from liangxin.tasks.base import BaseTask
from liangxin.tasks.create import Request, prepare, submit
from liangxin.tasks.session import Session, count_request, log_state

if TYPE_CHECKING:
    import os

    from liangxin.apis.base import ListingApi
    from liangxin.callbacks.receiver import Receiver
    from liangxin.results.files import SavedFile

TaskT = TypeVar("TaskT", bound=BaseTask)


def check_callbacks(**callbacks: object) -> None:
    """Raise UsageError for callbacks that are not callable, before anything is sent."""
    for name, callback in callbacks.items():
        if callback is not None and not callable(callback):
            raise errors.UsageError(f"must be a function, not {callback!r}", argument=name)


def check_receiver(callbacks: object) -> None:
    """Raise UsageError for what is no `Receiver`, before anything is sent."""
    if callbacks is None:
        return
    from liangxin.callbacks.receiver import Receiver  # noqa: PLC0415  not all have callbacks

    if not isinstance(callbacks, Receiver):
        raise errors.UsageError(
            f"must be a liangxin.callbacks.Receiver, not {callbacks!r}", argument="callbacks"
        )


@contextlib.contextmanager
def noting(note: str) -> Iterator[None]:
    """Add a note to foreign exceptions, such as an interrupt or a callback's error."""
    try:
        yield
    except BaseException as exc:
        add_note(exc, note)
        raise


def add_note(exc: BaseException, note: str) -> None:
    """Add a note to a foreign exception, once."""
    is_noted = note in getattr(exc, "__notes__", ())
    if not isinstance(exc, errors.LiangXinError) and not is_noted:
        exc.add_note(note)


@contextlib.contextmanager
def traced(waits: Sequence[Wait]) -> Iterator[None]:
    """Trace waits while the block runs: each as part of its task's span, if that is open."""
    for wait in waits:
        if wait.is_open:
            wait.key.trace = wait.key.task.begin_trace()
    error: BaseException | None = None
    try:
        yield
    except BaseException as exc:
        error = exc
        raise
    finally:
        for wait in waits:
            end_trace(wait, error)


def end_trace(wait: Wait, error: BaseException | None = None) -> None:
    """End the span of a wait, with the wait's own error or the given one."""
    trace = wait.key.trace
    if trace.is_open:
        trace.polled(wait.key.task, wait.polls)
        trace.end(error if wait.is_open else wait.key.task.problem(wait))


async def create(session: Session[TaskT], typed_input: Any, **fields: Any) -> TaskT:
    """Create a task, and return it as soon as it is accepted; for the fields see `prepare`."""
    request = prepare(session.api, typed_input, uploads=session.uploads, **fields)
    return await create_prepared(session, request)


async def create_and_wait(
    session: Session[TaskT],
    typed_input: Any,
    *,
    timeout: float | None,  # noqa: ASYNC109  of the task, not of the coroutine
    poll_interval: float | None,
    on_update: Callable[[TaskT], object] | None,
    raise_on_failure: bool,
    callbacks: "Receiver | None",
    **fields: Any,
) -> TaskT:
    """Create a task, wait for it, and return it, under one span; for the fields see `prepare`."""
    # All that can be wrong is found before anything is sent, and billed.
    check_times(timeout, poll_interval)
    check_callbacks(on_update=on_update)
    check_receiver(callbacks)
    request = prepare(
        session.api, typed_input, uploads=session.uploads, callbacks=callbacks, **fields
    )

    async def until_ended(task: TaskT) -> None:
        await wait(
            task,
            timeout,
            poll_interval,
            on_update,
            raise_on_failure=raise_on_failure,
            callbacks=callbacks,
        )

    return await create_prepared(session, request, then=until_ended)


async def create_prepared(
    session: Session[TaskT],
    request: Request,
    submit: Callable[[Session[TaskT], Request], Coroutine[Any, Any, TaskT]] = submit,
    then: Callable[[TaskT], Coroutine[Any, Any, None]] | None = None,
) -> TaskT:
    """Create a task of a validated request, and return it once `then` is done with it."""
    task: TaskT | None = None
    try:
        with tracing.creating(session.api.name.lower(), request.model) as trace:
            task = await submit(session, request)
            task.trace_creation(trace)
            if then is not None:
                await then(task)
    except BaseException as exc:
        # Not `noting`: an interrupt may come while that is entered, and leave a paid task unnamed.
        if task is not None:
            add_note(exc, task.runs_on())
        raise
    return task


async def refresh(task: BaseTask) -> None:
    """Query a task once, and update it."""
    count_request(task.session)
    try:
        record = await task.session.query(task)
    except errors.LiangXinError as error:
        raise error.about(task)  # noqa: B904  it is the same error
    was_finished = task.is_finished
    task.update(record)
    log_state(task, is_end=task.is_finished and not was_finished)


async def wait(
    task: TaskT,
    timeout: float | None,  # noqa: ASYNC109  of the task, not of the coroutine
    poll_interval: float | None,
    on_update: Callable[[TaskT], object] | None,
    *,
    raise_on_failure: bool,
    callbacks: "Receiver | None",
) -> None:
    """Wait until a task is finished."""
    check_callbacks(on_update=on_update)
    check_receiver(callbacks)
    session = task.session
    with noting(task.runs_on()):
        wait = task.begin_wait(
            timeout, poll_interval, is_watched=on_update is not None, callbacks=callbacks
        )
        with traced([wait]):
            async with session.poller.follow([wait]) as follower:
                while wait.is_open:
                    await follower.news()
                    if on_update is not None and wait.take_update():
                        await session.io.call(on_update, task)
        task.conclude(wait, raise_on_failure=raise_on_failure)


async def events(
    task: TaskT,
    timeout: float | None,  # noqa: ASYNC109  of the task, not of the coroutine
    poll_interval: float | None,
    callbacks: "Receiver | None",
) -> AsyncIterator[TaskT]:
    """Yield a task at its first record and at each change."""
    check_receiver(callbacks)
    with noting(task.runs_on()):
        wait = task.begin_wait(timeout, poll_interval, is_watched=True, callbacks=callbacks)
    if not wait.is_open:  # it had finished before, and is not polled
        yield task
    seen = None
    with traced([wait]):
        while wait.is_open:
            # There are no polls while the consumer is busy.
            with noting(task.runs_on()):
                async with task.session.poller.follow([wait]) as follower:
                    await follower.news()
            # None while the links cannot be read yet.
            event = None if task.result_problem else (task.state, task.progress)
            if wait.take_update() and event not in (seen, None):
                seen = event
                yield task
    if wait.end is not End.FINISHED:
        task.conclude(wait)


async def save(
    task: BaseTask, directory: "str | os.PathLike[str]", **options: Any
) -> "list[SavedFile]":
    """Save a task's results into a directory."""
    handle = errors.handle(task.id, task.needed_model)
    again = f"client.tasks.retrieve({handle}).save(directory)"
    with noting(f"What was downloaded of task {task.id} is kept; go on with {again}"):
        saving = uninterrupted(_import_results).save
        files: list[SavedFile] = await saving.save(
            task, _context(task), directory=directory, **options
        )
        return files


async def content(task: BaseTask, index: int, **options: Any) -> bytes:
    """Return the content of one of a task's results."""
    reading = uninterrupted(_import_results).content
    read: bytes = await reading.content(task, _context(task), index=index, **options)
    return read


def _import_results() -> Any:
    # Not all who wait save.
    from liangxin import results  # noqa: PLC0415
    from liangxin.results import content, fetch, save  # noqa: F401, PLC0415

    return results


def _context(task: BaseTask) -> Any:
    """Return the context for downloading a task's results."""
    session = task.session

    async def renew() -> TaskData:
        """Query the task for fresh links; the task itself is not changed."""
        copy: BaseTask = session.new_task(task.id)
        copy.model = task.model
        await refresh(copy)
        return copy

    return uninterrupted(_import_results).fetch.Context(
        io=session.io,
        file_hosts=session.connection.file_hosts,
        clock=session.clock,
        rng=session.rng,
        renew=renew,
        kind=None if task.model is None else session.api.kind(task.model),
    )


async def list_tasks(session: Session[TaskT], model: str, **paging: int | None) -> list[TaskT]:
    """Return the tasks of a model's family, as the API lists them."""
    given = {name: value for name, value in paging.items() if value is not None}
    for name, value in given.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise errors.UsageError(f"must be an integer from 1, not {value!r}", argument=name)
    model = resolve_alias(session.api, model)
    api = cast("ListingApi", session.api)
    count_request(session)
    records = await session.connection.request(api.list_tasks(model, given), api.read_tasks)
    tasks = []
    for record in records:
        task = session.new_task(str(record.task_id))
        task.model = model
        task.update(record)
        tasks.append(task)
    return tasks
