"""`client.tasks`: create tasks and fetch them."""

import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, Self

from liangxin import errors, many, overloads, tracing, validation, wire
from liangxin.exchange import Exchange
from liangxin.poller import AsyncPoller, Poller
from liangxin.polling import DEFAULT_TIMEOUT, End, Resend
from liangxin.settings import Options
from liangxin.tasks import AsyncTask, BaseTask, PollerT, Session, Task
from liangxin_api.variants import VARIANTS

if TYPE_CHECKING:
    from liangxin_api.variants import Input

_logger = logging.getLogger("liangxin")


class BaseTasks(Generic[PollerT]):
    """What `Tasks` and `AsyncTasks` share."""

    def __init__(self, session: Session[PollerT]) -> None:
        self._session = session

    def with_options(
        self, *, timeout: float | None = None, extra_headers: Mapping[str, str] | None = None
    ) -> Self:
        """Return the `tasks` of a `client.with_options`."""
        options = self._session.options.changed(timeout=timeout, extra_headers=extra_headers)
        return type(self)(self._session._replace(options=options))

    def _resend(self) -> Resend:
        return Resend(now=self._session.clock.monotonic(), rng=self._session.rng)

    def _delay(self, error: errors.APIError, model: str, resend: Resend) -> float:
        """Return the seconds until the create is sent again, or raise what became of it."""
        delay = resend.delay(error, self._session.clock.monotonic())
        if delay is not None:
            # 429 is everyday; that the server is out of reach is to be known before 30 s are over.
            warns = isinstance(error, errors.APIConnectionError) and not resend.has_told
            resend.has_told = resend.has_told or warns
            level = logging.WARNING if warns else logging.INFO
            line = "Create of %s not accepted, again in %.1f s: %s"
            _logger.log(level, line, model, delay, errors.gist(error))
            return delay
        raise error

    @contextlib.contextmanager
    def _doubting(self, model: str) -> Iterator[None]:
        """Turn what leaves it open whether a create was accepted into SubmissionUnknownError."""
        try:
            yield
        except errors.APIConnectionError as error:
            if not error.may_have_arrived:
                raise
            raise self._with_task(
                errors.SubmissionUnknownError(
                    model=model,
                    cause=error,
                    body=error.body,
                    task_id=wire.named_task(error.body),
                )
            ) from error

    def _read(self, answer: wire.Answer, model: str) -> wire.Created:
        """Read a create's answer; an error that knows of a task carries it."""
        try:
            return wire.read_created(answer, model)
        except errors.SubmissionUnknownError as error:
            self._with_task(error)
            raise

    def _with_task(self, error: errors.SubmissionUnknownError) -> errors.SubmissionUnknownError:
        if error.task_id is None:
            return error
        task = self.handle(error.task_id)
        task.model = error.model
        return error.about(task)

    def handle(self, task_id: str | BaseTask[Any]) -> Any:
        """Return a task by its id."""
        raise NotImplementedError


class Tasks(BaseTasks[Poller]):
    """`client.tasks`: create tasks and fetch them."""

    @overloads.creating
    def create(
        self,
        typed_input: "Input | None" = None,
        /,
        *,
        model: str | None = None,
        input: Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        validate: validation.Mode = True,
        extra_input: Mapping[str, Any] | None = None,
        extra_headers: Mapping[str, str] | None = None,
        request_timeout: float | None = None,
    ) -> Task:
        """Create a task, and return it as soon as it is accepted.

        It is sent at most once: again only if it provably did not arrive or was refused with 429,
        for at most 30 s.

        Args:
            typed_input: One of `liangxin.models`, which knows its model; instead of `input`.
            model: The model's id, such as `kling-v3-pro`.
            input: The model's fields, by their names in the API.
            callback_url: A public https:// URL, called when the task is finished.
            validate: True refuses an input that breaks a known limit and warns of inferred ones,
                "strict" refuses both, False sends anything.
            extra_input: Further fields of the input, sent without being looked at.
            extra_headers: Further headers of this request, such as a trace id.
            request_timeout: Seconds that this request may take; by default the client's `timeout`.

        Raises:
            InvalidInputError: The input breaks the model's limits; nothing was sent.
            SubmissionUnknownError: It may or may not have been accepted; it was not sent again.
            APIStatusError: The server refused it.
            APIConnectionError: The server could not be reached; no task was created.
            UsageError: There is no input, or there are two, or an option cannot work.

        """
        model, body = prepare(
            typed_input,
            model=model,
            input=input,
            callback_url=callback_url,
            validate=validate,
            extra_input=extra_input,
        )
        options = self._session.options.changed(
            timeout=request_timeout, extra_headers=extra_headers
        )
        with tracing.creating(model) as trace:
            return self.submit(model, body, options, trace=trace)

    def submit(
        self,
        model: str,
        body: bytes,
        options: Options | None = None,
        *,
        trace: tracing.Trace = tracing.NOTHING,
    ) -> Task:
        """Send a create that `prepare` made; again if it provably was not accepted."""
        resend = self._resend()
        while True:
            try:
                task = self._send(model, body, options)
            except errors.APIError as error:
                delay = self._delay(error, model, resend)
            else:
                trace.accepted(task)
                return task
            self._session.clock.sleep(delay)

    def _send(self, model: str, body: bytes, options: Options | None = None) -> Task:
        """Send a create once."""
        session = self._session
        with _noting_create(model) as known:
            with self._doubting(model), Exchange(session.clock) as exchange:
                answer = session.poller.transport.create(body, options or session.options)
                task_id, _ = self._read(exchange.brought(answer), model)
                known.append(task_id)
            return self.handle(task_id)._accepted(model, answer)

    def retrieve(
        self,
        task_id: str,
        *,
        extra_headers: Mapping[str, str] | None = None,
        request_timeout: float | None = None,
    ) -> Task:
        """Return a task as it is now; one request, not repeated. Raises APIError."""
        return self.handle(task_id).refresh(
            extra_headers=extra_headers, request_timeout=request_timeout
        )

    def handle(self, task_id: str | BaseTask[Any]) -> Task:
        """Return a task by its id, to wait for or refresh; without any request.

        By a copy of it, from pickle or `from_dict`, what the copy knows is kept.
        """
        if not isinstance(task_id, BaseTask):
            return Task(task_id, session=self._session)
        task = Task.from_dict(task_id.to_dict())
        task._session = self._session
        return task

    def wait_all(
        self,
        tasks: Iterable[Task],
        timeout: float | None = DEFAULT_TIMEOUT,
        *,
        poll_interval: float | None = None,
        on_update: Callable[[Task], object] | None = None,
        raise_on_failure: bool = True,
    ) -> list[Task]:
        """Wait until all tasks are finished, and return them in the same order.

        What is wrong with one is raised when all have ended or the time is over, so that none is
        left behind; further errors are notes of the first. For the arguments, and for what is
        raised, see `Task.wait`.
        """
        watches = many.watch(
            self._session, tasks, timeout, poll_interval, is_watched=on_update is not None
        )
        for _ in many.ended(self._session.poller, watches, on_update):
            pass
        many.conclude(watches, raise_on_failure=raise_on_failure)
        return [watch.task for watch in watches]

    def as_completed(
        self,
        tasks: Iterable[Task],
        timeout: float | None = DEFAULT_TIMEOUT,
        *,
        poll_interval: float | None = None,
        on_update: Callable[[Task], object] | None = None,
    ) -> Iterator[Task]:
        """Yield tasks as they finish, be it in state `fail`.

        For those that did not, an error is raised after all others. For the arguments, and for
        what is raised, see `Task.wait`.
        """
        watches = many.watch(
            self._session, tasks, timeout, poll_interval, is_watched=on_update is not None
        )
        for watch in many.ended(self._session.poller, watches, on_update):
            if watch.end is End.FINISHED:
                yield watch.task
        many.conclude(watch for watch in watches if watch.end is not End.FINISHED)


class AsyncTasks(BaseTasks[AsyncPoller]):
    """`client.tasks` of `AsyncLiangXin`; see `Tasks`."""

    @overloads.creating
    async def create(
        self,
        typed_input: "Input | None" = None,
        /,
        *,
        model: str | None = None,
        input: Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        validate: validation.Mode = True,
        extra_input: Mapping[str, Any] | None = None,
        extra_headers: Mapping[str, str] | None = None,
        request_timeout: float | None = None,
    ) -> AsyncTask:
        """Create a task as `Tasks.create` does."""
        model, body = prepare(
            typed_input,
            model=model,
            input=input,
            callback_url=callback_url,
            validate=validate,
            extra_input=extra_input,
        )
        options = self._session.options.changed(
            timeout=request_timeout, extra_headers=extra_headers
        )
        with tracing.creating(model) as trace:
            return await self.submit(model, body, options, trace=trace)

    async def submit(
        self,
        model: str,
        body: bytes,
        options: Options | None = None,
        *,
        trace: tracing.Trace = tracing.NOTHING,
    ) -> AsyncTask:
        """Send a create that `prepare` made; again if it provably was not accepted."""
        resend = self._resend()
        while True:
            try:
                task = await self._send(model, body, options)
            except errors.APIError as error:
                delay = self._delay(error, model, resend)
            else:
                trace.accepted(task)
                return task
            await self._session.clock.async_sleep(delay)

    async def _send(self, model: str, body: bytes, options: Options | None = None) -> AsyncTask:
        """Send a create once."""
        session = self._session
        with _noting_create(model) as known:
            with self._doubting(model), Exchange(session.clock) as exchange:
                answer = await session.poller.transport.create(body, options or session.options)
                task_id, _ = self._read(exchange.brought(answer), model)
                known.append(task_id)
            return self.handle(task_id)._accepted(model, answer)

    async def retrieve(
        self,
        task_id: str,
        *,
        extra_headers: Mapping[str, str] | None = None,
        request_timeout: float | None = None,
    ) -> AsyncTask:
        """Return a task as it is now; one request, not repeated. Raises APIError."""
        return await self.handle(task_id).refresh(
            extra_headers=extra_headers, request_timeout=request_timeout
        )

    def handle(self, task_id: str | BaseTask[Any]) -> AsyncTask:
        """Return a task by its id, to wait for or refresh; without any request.

        By a copy of it, from pickle or `from_dict`, what the copy knows is kept.
        """
        if not isinstance(task_id, BaseTask):
            return AsyncTask(task_id, session=self._session)
        task = AsyncTask.from_dict(task_id.to_dict())
        task._session = self._session
        return task

    async def wait_all(
        self,
        tasks: Iterable[AsyncTask],
        timeout: float | None = DEFAULT_TIMEOUT,  # noqa: ASYNC109  the twin of Tasks.wait_all
        *,
        poll_interval: float | None = None,
        on_update: Callable[[AsyncTask], object] | None = None,
        raise_on_failure: bool = True,
    ) -> list[AsyncTask]:
        """Wait for all tasks as `Tasks.wait_all` does."""
        watches = many.watch(
            self._session, tasks, timeout, poll_interval, is_watched=on_update is not None
        )
        async for _ in many.async_ended(self._session.poller, watches, on_update):
            pass
        many.conclude(watches, raise_on_failure=raise_on_failure)
        return [watch.task for watch in watches]

    async def as_completed(
        self,
        tasks: Iterable[AsyncTask],
        timeout: float | None = DEFAULT_TIMEOUT,  # noqa: ASYNC109  the twin of Tasks.as_completed
        *,
        poll_interval: float | None = None,
        on_update: Callable[[AsyncTask], object] | None = None,
    ) -> AsyncIterator[AsyncTask]:
        """Yield tasks as they finish, as `Tasks.as_completed` does."""
        watches = many.watch(
            self._session, tasks, timeout, poll_interval, is_watched=on_update is not None
        )
        ended = many.async_ended(self._session.poller, watches, on_update)
        async with contextlib.aclosing(ended) as steps:
            async for watch in steps:
                if watch.end is End.FINISHED:
                    yield watch.task
        many.conclude(watch for watch in watches if watch.end is not End.FINISHED)


def prepare(
    typed_input: "Input | None" = None,
    *,
    model: str | None = None,
    input: Mapping[str, Any] | None = None,
    callback_url: str | None = None,
    validate: validation.Mode = True,
    extra_input: Mapping[str, Any] | None = None,
) -> tuple[str, bytes]:
    """Return the model to create a task of and the body to send, validated."""
    _check_typed(typed_input, model)
    given = typed_input if input is None else input
    if given is None:
        raise errors.UsageError("No input: pass an object of liangxin.models, or input={...}")
    if typed_input is not None and input is not None:
        raise errors.UsageError("Pass either a typed input or input={...}, and not both")
    model, body = validation.prepare(
        model,
        given,
        mode=validate,
        extra_input=extra_input,
        callback_url=callback_url,
    )
    content = validation.encode(body)
    # Prompts are the user's own: they are logged at this level only.
    _logger.debug("Creating a task: %s", content)
    return model, content


def _check_typed(value: object, model: str | None) -> None:
    """Raise UsageError for what is passed where a typed input belongs."""
    if isinstance(value, type):
        shown = f"the class {value.__name__}"
    elif value is None or hasattr(value, "to_dict") or (model and isinstance(value, Mapping)):
        return
    else:
        shown = type(value).__name__
    if isinstance(value, str) and value in VARIANTS:
        shown += f"; did you mean model={value!r}?"
    raise errors.UsageError(
        f'A request is an object of liangxin.models, or model="…" with input={{…}}, not {shown}'
    )


@contextlib.contextmanager
def _noting_create(model: str) -> Iterator[list[str]]:
    """Say what may be running in what is no error of ours: an interrupt, or what a hook raises.

    The id belongs into the list as soon as it is known.
    """
    known = list[str]()
    try:
        yield known
    except errors.LiangXinError:
        raise
    except BaseException as exc:
        if known:
            exc.add_note(f"Task {known[0]} runs on; resume with {errors.resume(known[0])}")
        else:
            exc.add_note(
                f"The create of a {model} task was in flight: it may have been accepted and "
                "billed; check the LiangXin console before creating it again"
            )
        raise
