"""The clients."""

import copy
import random
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeVar

from liangxin import mapping, overloads, settings, tracing, validation
from liangxin.clock import Clock, SystemClock
from liangxin.errors import UsageError
from liangxin.mapping import CONCURRENCY, Outcome
from liangxin.poller import AsyncPoller, Poller
from liangxin.polling import DEFAULT_TIMEOUT, check_callbacks, check_times
from liangxin.resource import AsyncTasks, Tasks, prepare
from liangxin.schedule import DEFAULT_POLLS, Schedule
from liangxin.scheduler import POLLS_PER_SECOND
from liangxin.settings import Options
from liangxin.tasks import AsyncTask, Session, Task

if TYPE_CHECKING:
    from liangxin.transport import AsyncHttpClient, AsyncTransport, HttpClient
    from liangxin_api.variants import Input


TasksT = TypeVar("TasksT", Tasks, AsyncTasks)


class _BaseClient(Generic[TasksT]):
    """What `LiangXin` and `AsyncLiangXin` share."""

    tasks: TasksT
    _is_owner = True

    def with_options(
        self, *, timeout: float | None = None, extra_headers: Mapping[str, str] | None = None
    ) -> Self:
        """Return a client with other options, which shares all else with this one.

        The key, the connections and the budget of polls are shared. They end with the client that
        made them: closing the one returned here closes nothing.

        Args:
            timeout: Seconds that a request may take; by default as here.
            extra_headers: Headers to send beside those that this client sends.

        Raises:
            UsageError: An option cannot work.

        """
        other = copy.copy(self)
        other.tasks = self.tasks.with_options(timeout=timeout, extra_headers=extra_headers)
        other._is_owner = False  # noqa: SLF001
        return other

    def usual_duration(self, model: str) -> float | None:
        """Return the seconds that half of the model's tasks take, as far as this client has seen.

        Until it has seen some, that is a guess by the model's kind; None for an unknown model.
        """
        return self.tasks._session.poller.schedule.usual(model)  # noqa: SLF001


class LiangXin(_BaseClient[Tasks]):
    """A client of the LiangXin API. Safe to share between threads.

    Args:
        api_key: The API key; by default LIANGXIN_API_KEY.
        base_url: The address of the API, perhaps with a path; by default LIANGXIN_BASE_URL. There
            is no default host, as LiangXin documents none.
        timeout: Seconds to connect, to wait for each part of an answer, and for the whole body.
        polls_per_task: How often a task is asked for, on average; see docs/polling.md.
        polls_per_second: How many polls all waits of this client make together at most; with more
            tasks than that has room for, their intervals stretch alike.
        extra_headers: Headers to send beside our own with every request.
        http_client: An httpx.Client to send with, for a proxy or certificates of your own. Closing
            it stays your task; its redirects and authentication are not used.
        clock: Replaces the system's time, for tests.
        rng: The source of the jitter in polls and resends.

    Raises:
        UsageError: The key or the base URL is missing, or a setting cannot work.

    """

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout: float = 60.0,
        *,
        polls_per_task: float = DEFAULT_POLLS,
        polls_per_second: float = POLLS_PER_SECOND,
        extra_headers: Mapping[str, str] | None = None,
        http_client: "HttpClient | None" = None,
        clock: Clock | None = None,
        rng: random.Random | None = None,
    ) -> None:
        # The HTTP library is slow to import, and `import liangxin` should not wait for it.
        from liangxin.transport import Transport  # noqa: PLC0415

        key = settings.api_key(api_key)
        del api_key  # or a traceback's variables would show it
        settings.configure_logging()
        clock = clock or SystemClock()
        self._transport = Transport(
            key=key.check(),
            base_url=settings.base_url(base_url),
            timeout=settings.request_timeout(timeout),
            clock=clock,
            http_client=http_client,
        )
        self._poller = Poller(
            self._transport,
            clock,
            polls_per_second=polls_per_second,
            schedule=Schedule(polls_per_task),
        )
        options = Options().changed(extra_headers=extra_headers)
        session = Session(self._poller, clock, rng or random.Random(), options)  # noqa: S311
        self.tasks = Tasks(session)

    @overloads.running
    def run(
        self,
        typed_input: "Input | None" = None,
        /,
        *,
        model: str | None = None,
        input: Mapping[str, Any] | None = None,
        timeout: float | None = DEFAULT_TIMEOUT,
        callback_url: str | None = None,
        validate: validation.Mode = True,
        extra_input: Mapping[str, Any] | None = None,
        extra_headers: Mapping[str, str] | None = None,
        request_timeout: float | None = None,
        poll_interval: float | None = None,
        on_update: Callable[[Task], object] | None = None,
        raise_on_failure: bool = True,
    ) -> Task:
        """Create a task, wait for it, and return it.

        `timeout` counts the seconds from the moment the task exists, `request_timeout` those of
        each request. For the other arguments, and for what is raised, see `Tasks.create` and
        `Task.wait`.
        """
        check_times(timeout, poll_interval)
        check_callbacks(on_update=on_update)
        model, body = prepare(
            typed_input,
            model=model,
            input=input,
            callback_url=callback_url,
            validate=validate,
            extra_input=extra_input,
        )
        tasks = self.tasks.with_options(timeout=request_timeout, extra_headers=extra_headers)
        with tracing.creating(model) as trace:
            task = tasks.submit(model, body, trace=trace)
            return task.wait(
                timeout,
                poll_interval=poll_interval,
                on_update=on_update,
                raise_on_failure=raise_on_failure,
            )

    def map(
        self,
        requests: "Iterable[Input | Mapping[str, Any]]",
        *,
        concurrency: int = CONCURRENCY,
        rate: float | None = None,
        timeout: float | None = DEFAULT_TIMEOUT,
        poll_interval: float | None = None,
        on_create: Callable[[int, Task], object] | None = None,
        on_update: Callable[[Task], object] | None = None,
    ) -> Iterator[Outcome[Task]]:
        """Create a task for each request, and yield what becomes of it as that is known.

        At most `concurrency` tasks are created and unfinished at a time. An error of one request
        is its outcome and stops no other; after a wrong key or a used-up quota nothing more is
        sent, and what was not is an outcome with `NotSentError`.

        Args:
            requests: Typed inputs, or mappings of the arguments of `tasks.create`, such as
                `{"model": "z-image", "input": {"prompt": "Tea"}}`. They are drawn as needed.
            concurrency: How many tasks at a time, at most.
            rate: How many creates per second, at most; None for no limit.
            timeout: Seconds to wait for each task from its creation.
            poll_interval: See `Task.wait`.
            on_create: Called with the index of a request, from 0, and its task as soon as that
                exists, in the thread that created it: several at a time, and also while your loop
                is busy. Keep `task.id` there, and no crash of this process loses it. If it raises,
                no more is created, and the error is raised when all tasks have ended.
            on_update: Called with each task when it is created and after each poll that brought
                its record, in the thread that iterates.

        Raises:
            UsageError: An argument cannot work.

        """
        check_callbacks(on_create=on_create, on_update=on_update)
        plan = mapping.Plan(
            self.tasks,
            requests,
            concurrency=concurrency,
            rate=rate,
            timeout=timeout,
            poll_interval=poll_interval,
            is_watched=on_update is not None,
        )
        return mapping.run(self.tasks, plan, on_create, on_update)

    def close(self) -> None:
        """Close the connections."""
        if self._is_owner:
            self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncLiangXin(_BaseClient[AsyncTasks]):
    """The same for asyncio: the methods of `LiangXin`, to be awaited.

    The arguments are those of `LiangXin`; `http_client` is an httpx.AsyncClient.

    Args:
        transport: "aiohttp" sends with aiohttp, which is faster where many requests are in flight;
            it comes with `pip install "liangxin[fast]"`. What a client promises is the same.

    """

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout: float = 60.0,
        *,
        polls_per_task: float = DEFAULT_POLLS,
        polls_per_second: float = POLLS_PER_SECOND,
        extra_headers: Mapping[str, str] | None = None,
        http_client: "AsyncHttpClient | None" = None,
        transport: Literal["httpx", "aiohttp"] = "httpx",
        clock: Clock | None = None,
        rng: random.Random | None = None,
    ) -> None:
        key = settings.api_key(api_key)
        del api_key  # or a traceback's variables would show it
        settings.configure_logging()
        clock = clock or SystemClock()
        self._transport = _async_transport(
            transport,
            key=key.check(),
            base_url=settings.base_url(base_url),
            timeout=settings.request_timeout(timeout),
            clock=clock,
            http_client=http_client,
        )
        self._poller = AsyncPoller(
            self._transport,
            clock,
            polls_per_second=polls_per_second,
            schedule=Schedule(polls_per_task),
        )
        options = Options().changed(extra_headers=extra_headers)
        session = Session(self._poller, clock, rng or random.Random(), options)  # noqa: S311
        self.tasks = AsyncTasks(session)

    @overloads.async_running
    async def run(
        self,
        typed_input: "Input | None" = None,
        /,
        *,
        model: str | None = None,
        input: Mapping[str, Any] | None = None,
        timeout: float | None = DEFAULT_TIMEOUT,  # noqa: ASYNC109  the twin of LiangXin.run
        callback_url: str | None = None,
        validate: validation.Mode = True,
        extra_input: Mapping[str, Any] | None = None,
        extra_headers: Mapping[str, str] | None = None,
        request_timeout: float | None = None,
        poll_interval: float | None = None,
        on_update: Callable[[AsyncTask], object] | None = None,
        raise_on_failure: bool = True,
    ) -> AsyncTask:
        """Create a task, wait for it, and return it, as `LiangXin.run` does."""
        check_times(timeout, poll_interval)
        check_callbacks(on_update=on_update)
        model, body = prepare(
            typed_input,
            model=model,
            input=input,
            callback_url=callback_url,
            validate=validate,
            extra_input=extra_input,
        )
        tasks = self.tasks.with_options(timeout=request_timeout, extra_headers=extra_headers)
        with tracing.creating(model) as trace:
            task = await tasks.submit(model, body, trace=trace)
            return await task.wait(
                timeout,
                poll_interval=poll_interval,
                on_update=on_update,
                raise_on_failure=raise_on_failure,
            )

    def map(
        self,
        requests: "Iterable[Input | Mapping[str, Any]]",
        *,
        concurrency: int = CONCURRENCY,
        rate: float | None = None,
        timeout: float | None = DEFAULT_TIMEOUT,
        poll_interval: float | None = None,
        on_create: Callable[[int, AsyncTask], object] | None = None,
        on_update: Callable[[AsyncTask], object] | None = None,
    ) -> AsyncIterator[Outcome[AsyncTask]]:
        """Create a task for each request and yield the outcomes, as `LiangXin.map` does."""
        check_callbacks(on_create=on_create, on_update=on_update)
        plan = mapping.Plan(
            self.tasks,
            requests,
            concurrency=concurrency,
            rate=rate,
            timeout=timeout,
            poll_interval=poll_interval,
            is_watched=on_update is not None,
        )
        return mapping.async_run(self.tasks, plan, on_create, on_update)

    async def close(self) -> None:
        """Close the connections."""
        if self._is_owner:
            await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


def _async_transport(
    name: str,
    *,
    key: settings.Secret,
    base_url: str,
    timeout: float,
    clock: Clock,
    http_client: "AsyncHttpClient | None",
) -> "AsyncTransport":
    """Return the transport of this name. The HTTP libraries are slow to import, as in LiangXin."""
    if name == "httpx":
        from liangxin.transport import AsyncHttpxTransport  # noqa: PLC0415

        return AsyncHttpxTransport(
            key=key, base_url=base_url, timeout=timeout, clock=clock, http_client=http_client
        )
    if name != "aiohttp":
        raise UsageError(f'transport is "httpx" or "aiohttp", not {name!r}')
    if http_client is not None:
        raise UsageError('http_client is an httpx client: it can\'t go with transport="aiohttp"')
    try:
        from liangxin.aiohttp_transport import AiohttpTransport  # noqa: PLC0415
    except ModuleNotFoundError as exc:
        raise UsageError(
            f'transport="aiohttp" needs {exc.name}: pip install "liangxin[fast]"'
        ) from exc
    return AiohttpTransport(key=key, base_url=base_url, timeout=timeout, clock=clock)
