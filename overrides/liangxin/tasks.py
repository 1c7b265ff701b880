"""Tasks: what is known of them, and how they are waited for.

The sync and the async classes differ in their I/O lines alone: what an answer means is decided in
`wire`, when to ask and when to stop in `polling`, and the rest in the base here.
"""

import contextlib
import copy
import inspect
import logging
import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Self, TypeVar

from liangxin import errors, tracing, wire
from liangxin.clock import Clock
from liangxin.poller import AsyncPoller, Poller, Watch
from liangxin.polling import DEFAULT_TIMEOUT, End, check_callbacks
from liangxin.response import Response
from liangxin.settings import NO_OPTIONS, Options

if TYPE_CHECKING:
    import io
    import os

    from liangxin.files import SavedFile
    from liangxin.saving import Progress

_logger = logging.getLogger("liangxin")

LARGEST_FILE = 5 * 2**30
LARGEST_CONTENT = 2**30
"""Bytes, unless a caller says otherwise: far more than a result has, and no more than a disk, or
memory, can stand."""

PollerT = TypeVar("PollerT", bound=Poller | AsyncPoller)


class Session(NamedTuple, Generic[PollerT]):
    """What a client lends to its tasks."""

    poller: PollerT
    clock: Clock
    rng: random.Random
    options: Options = NO_OPTIONS


class BaseTask(Generic[PollerT]):
    """What `Task` and `AsyncTask` share.

    Attributes:
        id: The task's id, opaque.
        model: The model it was created with; None if not known yet.
        state: `waiting`, `queuing`, `generating`, `success`, `fail`, or one that the API added
            later; None if not known yet.
        progress: Percent done, where the API tells it; it promises none.
        result_urls: The links of a task in state `success`. Their lifetime is not documented, so
            download at once.
        result_problem: Why a task in state `success` has no readable links; None if it has.
        fail_code: The API's code for the failure of a task in state `fail`.
        fail_msg: Its text for that failure.
        created_at: When it was created, in Unix seconds: by this machine's clock if it was created
            here, else by the API's, where that tells it; None if not known.
        raw: The JSON of the last answer about the task, as it came.
        response: The HTTP answer that it is from: status, headers, body, `request_id`.

    """

    _FIELDS = (
        "id",
        "model",
        "state",
        "progress",
        "result_urls",
        "result_problem",
        "fail_code",
        "fail_msg",
        "created_at",
        "raw",
    )

    _has_told_end = False
    _trace = tracing.NOTHING

    def __init__(self, id: str, *, session: Session[PollerT] | None = None) -> None:
        if not isinstance(id, str) or not id.strip():
            raise errors.UsageError(f"A task id must be a string that is not empty, not {id!r}")
        self.id = id
        self.model: str | None = None
        self.state: str | None = None
        self.progress: int | None = None
        self.result_urls: list[str] = []
        self.result_problem: str | None = None
        self.fail_code: str | None = None
        self.fail_msg: str | None = None
        self.created_at: float | None = None
        self._session = session
        self._answer: wire.Answer | None = None
        self._parsed: tuple[wire.Answer | None, dict[str, Any]] = (None, {})
        self._accepted_at: float | None = None

    @property
    def raw(self) -> dict[str, Any]:
        """The JSON of the last answer about the task, as it came; {} before there is one."""
        # Parsed when it is asked for: bytes are much smaller, and most polls are just polls.
        answer, (parsed, raw) = self._answer, self._parsed
        if answer is not None and answer is not parsed:
            raw = wire.read_raw(answer)
            self._parsed = answer, raw
        return raw

    @property
    def response(self) -> Response | None:
        """The HTTP answer that `raw` is from; None before there is one, and in a copy."""
        return None if self._answer is None else Response(self._answer)

    @property
    def is_terminal(self) -> bool:
        """Whether the state, as last seen, is final."""
        return self.state in wire.TERMINAL_STATES

    def to_dict(self) -> dict[str, Any]:
        """Return the task as a dict of JSON values, for `from_dict`."""
        return {name: copy.deepcopy(getattr(self, name)) for name in self._FIELDS}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the task that `to_dict` made `data` from. It has no client."""
        if not isinstance(data, Mapping):
            raise errors.UsageError(f"A task is made of a mapping, as of to_dict, not {data!r}")
        task = cls(data.get("id", ""))
        task._restore(copy.deepcopy({n: data[n] for n in cls._FIELDS if n in data}))
        return task

    def __getstate__(self) -> dict[str, Any]:
        # The connections and the key stay behind.
        return self.to_dict()

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(_session=None, _answer=None, _accepted_at=None)
        self._restore(state)

    def _restore(self, fields: dict[str, Any]) -> None:
        self._parsed = None, fields.pop("raw", {})
        vars(self).update(fields)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(id={self.id!r}, model={self.model!r}, state={self.state!r})"

    @property
    def _attached(self) -> Session[PollerT]:
        if self._session is None:
            raise errors.UsageError(
                "The task has no client, as it was restored from a copy; "
                f"go on with client.tasks.handle({self.id!r})"
            ).about(self)
        return self._session

    def _take(self, outcome: wire.Record | errors.LiangXinError) -> None:
        """Make a record the task's own, or raise the error."""
        if isinstance(outcome, errors.LiangXinError):
            raise outcome.about(self)
        self.model = self.model or outcome.model
        self.state = outcome.state
        self.progress = outcome.progress
        self.result_urls = list(outcome.result_urls)
        self.result_problem = outcome.result_problem
        self.fail_code = outcome.fail_code
        self.fail_msg = outcome.fail_msg
        if self.created_at is None:
            self.created_at = outcome.created_at
        self._answer = outcome.answer

    def _log(self, watch: Watch | None = None) -> None:
        """Tell in the log what the task is, and once that it has ended; `watch` saw it."""
        _logger.debug("Task %s is %s", self.id, self.state)
        if not self._is_finished or self._has_told_end:
            return
        self._has_told_end = True
        told = f"Task {self.id} ({self.model or 'unknown model'}) ended in state {self.state}"
        if self.state == "fail":
            told += f" (code {self.fail_code})"
        if watch is not None:
            age = watch.age(self._attached.clock.monotonic())
            told += "" if age is None else f", {age:.1f} s after its creation"
            told += f", {watch.polls} poll" + ("" if watch.polls == 1 else "s")
        _logger.info("%s", told)

    def _see(self, record: wire.Record) -> None:
        """Take in what a poll brought, unless another that was quicker brought the end."""
        if record.is_terminal or not self._is_finished:
            self._take(record)

    @property
    def _is_finished(self) -> bool:
        return self.is_terminal and self.result_problem is None

    def _accepted(self, model: str, answer: wire.Answer) -> Self:
        """Fill in what is known of a task that was created this moment."""
        clock = self._attached.clock
        self.model = model
        self.state = "waiting"  # documented as: submitted, upstream has not begun
        self.created_at = clock.time()
        self._accepted_at = clock.monotonic()
        self._answer = answer
        _logger.info("Task %s (%s) created", self.id, model)
        return self

    def _age(self) -> float | None:
        """Return the seconds since the task was created, as far as that is known."""
        clock = self._attached.clock
        if self._accepted_at is not None:
            return clock.monotonic() - self._accepted_at
        if self.created_at is None:
            return None
        # The clock it was created by may be ahead of this one.
        return max(clock.time() - self.created_at, 0.0)

    def _begin(
        self, timeout: float | None, poll_interval: float | None, *, is_watched: bool = False
    ) -> Watch:
        session = self._attached
        now = session.clock.monotonic()
        watch = Watch(
            self,
            now=now,
            timeout=timeout,
            poll_interval=poll_interval,
            age=self._age(),
            model=self.model,
            is_watched=is_watched,
            schedule=session.poller.schedule,
            rng=session.rng,
            options=session.options,
        )
        if self._is_finished:
            watch.end = End.FINISHED
        return watch

    def _event(self) -> tuple[object, ...] | None:
        """Return what `events` tells apart; None while the result is not there to be used."""
        return None if self.result_problem else (self.state, self.progress)

    def _conclude(self, watch: Watch, *, raise_on_failure: bool) -> None:
        """Raise what the end of the wait calls for."""
        if watch.failure is not None:
            watch.failure.add_note(self._runs_on())
        problem = self._problem(watch, raise_on_failure=raise_on_failure)
        if problem is not None:
            raise problem

    def _problem(self, watch: Watch, *, raise_on_failure: bool = True) -> Exception | None:
        """Return what the end of a wait calls for to be raised, if anything."""
        if watch.failure is not None:
            return watch.failure
        name = f"Task {self.id} ({self.model or 'unknown model'})"
        error = watch.last_error and watch.last_error.about(self)
        if watch.end is End.REFUSED and error is not None:
            return error
        if watch.end is End.TIMED_OUT and not self._is_finished:
            met = "" if error is None else f"; the last error was: {error.args[0]}"
            if not watch.polls:
                met = "; it was not asked for: polls take too long, or polls_per_second is low"
            text = f"{name} was not finished in time; its last state is {self.state}{met}"
            problem = errors.TaskTimeoutError(text, last_error=error).about(self)
            problem.__cause__ = error
            return problem
        if not raise_on_failure:
            return None
        if watch.end is End.NO_RESULT:
            text = f"{name} succeeded, but {self.result_problem}"
            return errors.APIResponseError(text, raw=self.raw).about(self)
        if self.state == "fail":
            text = f"{name} failed: {self.fail_msg or 'no reason given'} (code {self.fail_code})"
            return errors.TaskFailedError(text).about(self)
        return None

    def _noting_save(self) -> contextlib.AbstractContextManager[None]:
        again = f"client.tasks.retrieve({self.id!r}).save(directory)"
        return noting(f"What has come of task {self.id} is kept; go on with {again}")

    def _noting_task(self) -> contextlib.AbstractContextManager[None]:
        return noting(self._runs_on())

    def _runs_on(self) -> str:
        return f"Task {self.id} runs on; resume with {errors.resume(self.id)}"


class Task(BaseTask[Poller]):
    """A task of `LiangXin`; for its attributes see `BaseTask`."""

    def refresh(
        self,
        *,
        extra_headers: Mapping[str, str] | None = None,
        request_timeout: float | None = None,
    ) -> Self:
        """Ask for the task once, and return it updated; raise APIError if no record came."""
        session = self._attached
        options = session.options.changed(timeout=request_timeout, extra_headers=extra_headers)
        self._take(session.poller.ask(self.id, options))
        self._log()
        return self

    def wait(
        self,
        timeout: float | None = DEFAULT_TIMEOUT,
        *,
        poll_interval: float | None = None,
        on_update: "Callable[[Task], object] | None" = None,
        raise_on_failure: bool = True,
    ) -> Self:
        """Wait until the task is finished, and return it.

        Polls cost nothing, so failed ones are repeated until the deadline.

        Args:
            timeout: Seconds to wait; 0 asks once, None waits for ever. A request under way at the
                deadline is not cut off.
            poll_interval: Seconds between polls; by default most polls come when tasks of the model
                usually end.
            on_update: Called with the task after each poll that brought its record; with it, polls
                are 10 s apart at most.
            raise_on_failure: Whether to raise if the task failed or its result is unreadable,
                rather than to return it.

        Raises:
            TaskFailedError: The task ended in state `fail`.
            TaskTimeoutError: It was not finished in time; it runs on and can be waited for again.
            APIResponseError: It succeeded, but its result stays unreadable.
            APIStatusError: Asking again is of no use, such as with a wrong key or an unknown id.
            UsageError: An argument cannot work, or the task has no client.

        """
        check_callbacks(on_update=on_update)
        watch = self._begin(timeout, poll_interval, is_watched=on_update is not None)
        poller = self._attached.poller
        with tracing.following([watch]), self._noting_task(), poller.group([watch]) as g:
            while watch.is_open:
                poller.news(g)
                if on_update is not None and watch.take_update():
                    on_update(self)
        self._conclude(watch, raise_on_failure=raise_on_failure)
        return self

    def events(
        self, timeout: float | None = DEFAULT_TIMEOUT, *, poll_interval: float | None = None
    ) -> Iterator[Self]:
        """Wait like `wait`, yielding the task at its first record and at each change.

        A change is one of state or progress. The last event is the final state, be it `fail`.
        """
        watch = self._begin(timeout, poll_interval, is_watched=True)
        poller = self._attached.poller
        if not watch.is_open:
            yield self
        seen = None
        with tracing.following([watch]):
            while watch.is_open:
                # Nobody asks for the task while its consumer is busy.
                with self._noting_task(), poller.group([watch]) as group:
                    poller.news(group)
                if watch.take_update() and self._event() not in (seen, None):
                    seen = self._event()
                    yield self
        if watch.end is not End.FINISHED:
            self._conclude(watch, raise_on_failure=True)

    def save(
        self,
        directory: "str | os.PathLike[str]",
        *,
        template: str | None = None,
        overwrite: bool = False,
        concurrency: int = 4,
        timeout: float | None = DEFAULT_TIMEOUT,
        max_bytes: int = LARGEST_FILE,
        validate: bool = True,
        on_progress: "Callable[[Progress], object] | None" = None,
    ) -> "list[SavedFile]":
        """Save the results into a directory, and return their paths.

        Each file grows under a name in `.part` and gets its own when it is whole, checked and on
        disk. After a failure, or a kill, the same call goes on where it stopped; what is there
        already is not downloaded again.

        Args:
            directory: Made if it is not there.
            template: The files' names, with the fields `{task_id}`, `{index}`, `{model}`, `{date}`
                and `{ext}`; by default `{task_id}.{ext}`, or `{task_id}-{index}.{ext}` if there
                are several.
            overwrite: Whether to replace another file of that name, rather than to raise.
            concurrency: How many files to download at a time.
            timeout: Seconds for all of it, with pauses and repeats; None for any time.
            max_bytes: How large a file may be.
            validate: Whether a file must be an image or a video, as the model promises, rather
                than, say, an error page.
            on_progress: Called in this thread, per file at its end and at most ten times a second.

        Raises:
            DownloadError: Some results could not be saved; it says which could.
            TaskFailedError: The task failed.
            APIResponseError: It succeeded, but names no results.
            UsageError: It has not ended, an argument cannot work, or the task has no client.

        """
        from liangxin import reading, saving  # noqa: PLC0415  not all who wait save

        with self._noting_save():
            return saving.save(
                self,
                self._attached,
                reading.Limits(timeout, max_bytes, validate),
                directory=directory,
                template=template,
                overwrite=overwrite,
                concurrency=concurrency,
                on_progress=on_progress,
            )

    def content(
        self,
        index: int = 0,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        max_bytes: int = LARGEST_CONTENT,
        validate: bool = True,
    ) -> bytes:
        """Return the content of a result; for arguments and errors see `save`."""
        from liangxin import reading  # noqa: PLC0415  not all who wait save

        limits = reading.Limits(timeout, max_bytes, validate)
        return reading.content(self, self._attached, limits, index)

    def open(
        self,
        index: int = 0,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        max_bytes: int = LARGEST_FILE,
        validate: bool = True,
    ) -> "io.BufferedReader":
        """Return a stream of a result, to be read in a `with` block as it comes in.

        A connection that breaks is made again where it broke, until `timeout` seconds after the
        start. For the other arguments and for errors, which reading may raise as well, see `save`.
        """
        from liangxin import reading  # noqa: PLC0415  not all who wait save

        limits = reading.Limits(timeout, max_bytes, validate)
        return reading.open_result(self, self._attached, limits, index)


class AsyncTask(BaseTask[AsyncPoller]):
    """A task of `AsyncLiangXin`; for its attributes see `BaseTask`."""

    async def refresh(
        self,
        *,
        extra_headers: Mapping[str, str] | None = None,
        request_timeout: float | None = None,
    ) -> Self:
        """Ask for the task once, and return it updated; raise APIError if no record came."""
        session = self._attached
        options = session.options.changed(timeout=request_timeout, extra_headers=extra_headers)
        self._take(await session.poller.ask(self.id, options))
        self._log()
        return self

    async def wait(
        self,
        timeout: float | None = DEFAULT_TIMEOUT,  # noqa: ASYNC109  the twin of Task.wait
        *,
        poll_interval: float | None = None,
        on_update: "Callable[[AsyncTask], object] | None" = None,
        raise_on_failure: bool = True,
    ) -> Self:
        """Wait as `Task.wait` does; what `on_update` returns is awaited if it can be."""
        check_callbacks(on_update=on_update)
        watch = self._begin(timeout, poll_interval, is_watched=on_update is not None)
        poller = self._attached.poller
        with tracing.following([watch]), self._noting_task(), poller.group([watch]) as g:
            while watch.is_open:
                await poller.news(g)
                if on_update is not None and watch.take_update():
                    result = on_update(self)
                    if inspect.isawaitable(result):
                        await result
        self._conclude(watch, raise_on_failure=raise_on_failure)
        return self

    async def events(
        self,
        timeout: float | None = DEFAULT_TIMEOUT,  # noqa: ASYNC109  the twin of Task.events
        *,
        poll_interval: float | None = None,
    ) -> AsyncIterator[Self]:
        """Wait and yield the task as `Task.events` does."""
        watch = self._begin(timeout, poll_interval, is_watched=True)
        poller = self._attached.poller
        if not watch.is_open:
            yield self
        seen = None
        with tracing.following([watch]):
            while watch.is_open:
                # Nobody asks for the task while its consumer is busy.
                with self._noting_task(), poller.group([watch]) as group:
                    await poller.news(group)
                if watch.take_update() and self._event() not in (seen, None):
                    seen = self._event()
                    yield self
        if watch.end is not End.FINISHED:
            self._conclude(watch, raise_on_failure=True)

    async def save(
        self,
        directory: "str | os.PathLike[str]",
        *,
        template: str | None = None,
        overwrite: bool = False,
        concurrency: int = 4,
        timeout: float | None = DEFAULT_TIMEOUT,  # noqa: ASYNC109  the twin of Task.save
        max_bytes: int = LARGEST_FILE,
        validate: bool = True,
        on_progress: "Callable[[Progress], object] | None" = None,
    ) -> "list[SavedFile]":
        """Save as `Task.save` does; what `on_progress` returns is awaited if it can be."""
        from liangxin import reading, saving  # noqa: PLC0415  not all who wait save

        with self._noting_save():
            return await saving.asave(
                self,
                self._attached,
                reading.Limits(timeout, max_bytes, validate),
                directory=directory,
                template=template,
                overwrite=overwrite,
                concurrency=concurrency,
                on_progress=on_progress,
            )

    async def content(
        self,
        index: int = 0,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,  # noqa: ASYNC109  the twin of Task.content
        max_bytes: int = LARGEST_CONTENT,
        validate: bool = True,
    ) -> bytes:
        """Return the content of a result as `Task.content` does."""
        from liangxin import reading  # noqa: PLC0415  not all who wait save

        limits = reading.Limits(timeout, max_bytes, validate)
        return await reading.acontent(self, self._attached, limits, index)

    def open(
        self,
        index: int = 0,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        max_bytes: int = LARGEST_FILE,
        validate: bool = True,
    ) -> "contextlib.AbstractAsyncContextManager[AsyncIterator[bytes]]":
        """Return what gives the pieces of a result as they come in.

        To be used as `async with task.open() as pieces: async for data in pieces`. For the
        arguments and for errors see `Task.open`.
        """
        from liangxin import reading  # noqa: PLC0415  not all who wait save

        limits = reading.Limits(timeout, max_bytes, validate)
        return reading.aopen_result(self, self._attached, limits, index)


@contextlib.contextmanager
def noting(note: str) -> Iterator[None]:
    """Add a note to what passes through and is not ours, as an interrupt or a callback's error."""
    try:
        yield
    except BaseException as exc:
        if not isinstance(exc, errors.LiangXinError):
            exc.add_note(note)
        raise
