"""The clients."""

import copy
import os
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, Self, TypeVar, cast

from liangxin.apis import liangxin as liangxin_api
from liangxin.apis import magnific as magnific_api
from liangxin.apis import validation
from liangxin.apis.base import Api
from liangxin.clock import Clock, SystemClock
from liangxin.drive import AsyncIO, SyncIO, iterate, run
from liangxin.http import settings
from liangxin.lazy import uninterrupted
from liangxin.polling.poll_rate import POLLS_PER_SECOND
from liangxin.polling.schedule import DEFAULT_POLLS, Schedule
from liangxin.polling.wait import DEFAULT_TIMEOUT
from liangxin.polling.worker_thread import Poller
from liangxin.tasks import concurrent_creates, operations
from liangxin.tasks.local_files import LocalFile, Uploader, Uploads
from liangxin.tasks.map import CONCURRENCY, Outcome
from liangxin.tasks.resource import (
    AsyncListingTasks,
    AsyncTasks,
    BaseTasks,
    InputT,
    ListingTasks,
    Tasks,
)
from liangxin.tasks.session import Session, observe, poll
from liangxin.tasks.task import AsyncTask, Task
from liangxin.tasks.upload import upload

if TYPE_CHECKING:
    from liangxin.callbacks.receiver import Receiver
    from liangxin.http.connection import (
        AsyncConnection,
        AsyncHttpClient,  # noqa: F401  in the type arguments of a base class
        Connection,
        HttpClient,  # noqa: F401
    )
    from liangxin.polling.worker_asyncio import AsyncPoller
    from liangxin.recording.recorder import Recorder

MYPY = False
"""True for mypy alone, by this name: for its sake `create` and `run` keep the types that they have.
For other type checkers and editors, they have an overload for each model of the API."""

TasksT = TypeVar("TasksT", bound=BaseTasks[Any])
HttpT = TypeVar("HttpT")


def _import_http() -> Any:
    # httpx is slow to import, and `import liangxin` should not wait for it.
    import encodings.idna  # noqa: F401, PLC0415  as the first look-up of a host would

    from liangxin.http import connection  # noqa: PLC0415

    return connection


class _BaseClient(Generic[TasksT, HttpT]):
    """The base class of the sync and the async clients."""

    _api: Api
    _session: Session[Any]
    _is_owner = True
    # What makes a client a sync or an async one. Any, as the types are not imported at run time.
    _connect: Callable[..., Any]
    _poller_type: Callable[..., Any]
    _io_type: Callable[..., Any]
    _task_type: Any
    _tasks_type: Any

    tasks: TasksT

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout: float = 60.0,
        *,
        polls_per_task: float = DEFAULT_POLLS,
        polls_per_second: float | None = None,
        extra_headers: Mapping[str, str] | None = None,
        http_client: HttpT | None = None,
        uploader: Uploader | None = None,
        recorder: "Recorder | None" = None,
        clock: Clock | None = None,
        rng: random.Random | None = None,
    ) -> None:
        environment = self._api.environment
        key = settings.api_key(api_key, environment)
        del api_key  # or a traceback's variables would show it
        settings.configure_logging()
        clock = clock or SystemClock()
        has_way = uploader is not None or self._api.upload_types
        uploads = Uploads(uploader) if has_way else None
        connection = self._connect(
            api=self._api,
            key=key.check(),
            base_url=settings.base_url(base_url, environment),
            timeout=settings.timeout(timeout),
            clock=clock,
            http_client=http_client,
            headers=settings.extra_headers(extra_headers, environment),
            recorder=recorder,
        )
        limit = environment.requests_per_minute
        if polls_per_second is None:
            polls_per_second = POLLS_PER_SECOND if limit is None else limit / 60
        poller = self._poller_type(
            poll,
            observe,
            clock,
            polls_per_second=polls_per_second,
            counts_requests=limit is not None,
            schedule=Schedule(polls_per_task, kind_of=self._api.kind),
        )
        self._session = Session(
            api=self._api,
            connection=connection,
            poller=poller,
            io=self._io_type(clock),
            clock=clock,
            rng=rng or random.Random(),  # noqa: S311  jitter is no secret
            task_type=self._task_type,
            uploads=uploads,
        )
        self.tasks = self._tasks_type(self._session)

    def with_options(
        self, *, timeout: float | None = None, extra_headers: Mapping[str, str] | None = None
    ) -> Self:
        """Return a client with other options that shares everything else with this one.

        The key, the connections and the budget of polls are shared. Closing the returned client
        closes nothing; the connections are closed with the client that made them.

        Args:
            timeout: Seconds that a request may take; by default as here.
            extra_headers: Headers to send in addition to those of this client.

        Raises:
            UsageError: An option is invalid.

        """
        connection = self._session.connection.with_options(
            timeout=timeout, extra_headers=extra_headers
        )
        other = copy.copy(self)
        other._session = session = self._session._replace(connection=connection)  # noqa: SLF001
        other.tasks = type(self.tasks)(session)
        other._is_owner = False  # noqa: SLF001
        return other

    def usual_duration(self, model: str) -> float | None:
        """Return the seconds within which half of the model's tasks end, as seen by this client.

        Before any task of the model has been seen, this is an assumption: 12 s for an image, 120 s
        for a video, None for an unknown model.
        """
        return self._session.poller.schedule.usual(model)


class SyncClient(_BaseClient[Tasks[InputT], "HttpClient"], Generic[InputT]):
    """A client of one API. Safe to share between threads.

    Args:
        api_key: The API key; by default from the environment.
        base_url: The base URL of the API, which may have a path; by default from the environment.
        timeout: Seconds for one request, from connecting to the end of its response; by default 60.
        polls_per_task: How often a task is polled, on average, by default 20; see docs/polling.md.
        polls_per_second: The maximum number of polls per second of all waits of this client; by
            default 10, or what the API allows. With more tasks, all intervals stretch alike. If
            the API limits the requests of a key, this limits all requests: creates and uploads
            wait for their turn, and polls make room for them.
        extra_headers: Headers to send with every request, in addition to the client's own.
        http_client: An httpx.Client to send requests with, for a proxy, certificates or a faster
            transport; see docs/typing-and-options.md. You close it yourself. Its redirects and
            authentication are not used.
        uploader: A function that uploads a file from an input and returns its link, used instead
            of the API's uploads; see docs/uploads.md.
        recorder: A `liangxin.Recorder`, which writes all exchanges with the API to a file; see
            docs/drift.md.
        clock: A clock to use instead of the system's, for tests.
        rng: The random source of the jitter in polls and resends.

    Raises:
        UsageError: The key or the base URL is missing, or a setting is invalid.

    """

    _session: Session[Task]
    _poller_type = Poller
    _io_type = SyncIO
    _task_type = Task
    _tasks_type: Any = Tasks
    # Each client has its own; `create_autospec` looks at the class only.
    tasks = cast("Tasks[InputT]", Tasks)

    @staticmethod
    def _connect(**settings: Any) -> "Connection":
        connection: Connection = uninterrupted(_import_http).Connection(**settings)
        return connection

    def run(
        self,
        typed_input: InputT | None = None,
        /,
        *,
        model: str | None = None,
        input: Mapping[str, Any] | None = None,
        timeout: float | None = DEFAULT_TIMEOUT,
        callback_url: str | None = None,
        validate: validation.Mode = True,
        extra_input: Mapping[str, Any] | None = None,
        extra_body: Mapping[str, Any] | None = None,
        poll_interval: float | None = None,
        on_update: Callable[[Task], object] | None = None,
        raise_on_failure: bool = True,
        callbacks: "Receiver | None" = None,
    ) -> Task:
        """Create a task, wait for it, and return it.

        `timeout` is in seconds from the moment the task exists. With `callbacks`, the task gets the
        receiver's `callback_url` unless you pass one. For the other arguments and for the errors
        see `Tasks.create` and `Task.wait`.
        """
        return run(
            operations.create_and_wait(
                self._session,
                typed_input,
                model=model,
                input=input,
                timeout=timeout,
                callback_url=callback_url,
                validate=validate,
                extra_input=extra_input,
                extra_body=extra_body,
                poll_interval=poll_interval,
                on_update=on_update,
                raise_on_failure=raise_on_failure,
                callbacks=callbacks,
            )
        )

    def map(
        self,
        requests: Iterable[InputT | Mapping[str, Any]],
        *,
        concurrency: int = CONCURRENCY,
        rate: float | None = None,
        timeout: float | None = DEFAULT_TIMEOUT,
        poll_interval: float | None = None,
        on_create: Callable[[int, Task], object] | None = None,
        on_update: Callable[[Task], object] | None = None,
        callbacks: "Receiver | None" = None,
    ) -> Iterator[Outcome[Task]]:
        """Create a task for each request, and yield the outcomes as they become known.

        At most `concurrency` tasks are created and unfinished at a time. An error of one request
        is its outcome and stops no other. After a wrong key or a used-up quota nothing more is
        sent, and the outcomes of the remaining requests have a `NotSentError`.

        Args:
            requests: Typed inputs, or mappings of the arguments of `tasks.create`, such as
                `{"model": "z-image", "input": {"prompt": "Tea"}}`. They are consumed as needed.
            concurrency: The maximum number of unfinished tasks; by default 10.
            rate: The maximum number of creates per second; None for no limit.
            timeout: Seconds to wait for each task from its creation, by default 900.
            poll_interval: See `Task.wait`.
            on_create: Called with the index of a request, from 0, and its task as soon as that
                exists, in the thread that created it: several at a time, and also while the body
                of your loop is busy. Store `task.id` there, and a crash loses no task. If it
                raises, no more tasks are created, and the error is raised when all have ended.
            on_update: Called with each task when it is created and after each poll that returned
                its record, in the thread that iterates.
            callbacks: A receiver, whose `callback_url` is used for each task without one; see
                `Task.wait`.

        Raises:
            UsageError: An argument is invalid.

        """
        return iterate(
            concurrent_creates.begin(
                self._session,
                requests,
                concurrency=concurrency,
                rate=rate,
                timeout=timeout,
                poll_interval=poll_interval,
                on_create=on_create,
                on_update=on_update,
                callbacks=callbacks,
            )
        )

    def close(self) -> None:
        """Close the connections."""
        if self._is_owner:
            run(self._session.connection.aclose())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncClient(_BaseClient[AsyncTasks[InputT], "AsyncHttpClient"], Generic[InputT]):
    """An async client of one API: the methods of `SyncClient`, as coroutines.

    The arguments are the same; `http_client` is an httpx.AsyncClient.
    """

    _session: Session[AsyncTask]
    _io_type = AsyncIO
    _task_type = AsyncTask
    _tasks_type: Any = AsyncTasks
    # Each client has its own; `create_autospec` looks at the class only.
    tasks = cast("AsyncTasks[InputT]", AsyncTasks)

    @staticmethod
    def _poller_type(*arguments: Any, **settings: Any) -> "AsyncPoller":
        # asyncio is slow to import, and a sync client needs none of it.
        from liangxin.polling.worker_asyncio import AsyncPoller  # noqa: PLC0415

        return AsyncPoller(*arguments, **settings)

    @staticmethod
    def _connect(**settings: Any) -> "AsyncConnection":
        connection: AsyncConnection = uninterrupted(_import_http).AsyncConnection(**settings)
        return connection

    async def run(
        self,
        typed_input: InputT | None = None,
        /,
        *,
        model: str | None = None,
        input: Mapping[str, Any] | None = None,
        timeout: float | None = DEFAULT_TIMEOUT,  # noqa: ASYNC109  the twin of SyncClient.run
        callback_url: str | None = None,
        validate: validation.Mode = True,
        extra_input: Mapping[str, Any] | None = None,
        extra_body: Mapping[str, Any] | None = None,
        poll_interval: float | None = None,
        on_update: Callable[[AsyncTask], object] | None = None,
        raise_on_failure: bool = True,
        callbacks: "Receiver | None" = None,
    ) -> AsyncTask:
        """Create a task, wait for it, and return it, as `LiangXin.run` does."""
        return await operations.create_and_wait(
            self._session,
            typed_input,
            model=model,
            input=input,
            timeout=timeout,
            callback_url=callback_url,
            validate=validate,
            extra_input=extra_input,
            extra_body=extra_body,
            poll_interval=poll_interval,
            on_update=on_update,
            raise_on_failure=raise_on_failure,
            callbacks=callbacks,
        )

    def map(
        self,
        requests: Iterable[InputT | Mapping[str, Any]],
        *,
        concurrency: int = CONCURRENCY,
        rate: float | None = None,
        timeout: float | None = DEFAULT_TIMEOUT,
        poll_interval: float | None = None,
        on_create: Callable[[int, AsyncTask], object] | None = None,
        on_update: Callable[[AsyncTask], object] | None = None,
        callbacks: "Receiver | None" = None,
    ) -> AsyncIterator[Outcome[AsyncTask]]:
        """Create a task for each request and yield the outcomes, as `LiangXin.map` does."""
        return concurrent_creates.begin(
            self._session,
            requests,
            concurrency=concurrency,
            rate=rate,
            timeout=timeout,
            poll_interval=poll_interval,
            on_create=on_create,
            on_update=on_update,
            callbacks=callbacks,
        )

    async def close(self) -> None:
        """Close the connections."""
        if self._is_owner:
            await self._session.connection.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


class LiangXinTasks(Tasks["liangxin_api.Input"]):
    """`client.tasks` of `LiangXin`; see `Tasks`."""

    if not MYPY:
        create: "liangxin_api.Create[Task]"


class AsyncLiangXinTasks(AsyncTasks["liangxin_api.Input"]):
    """`client.tasks` of `AsyncLiangXin`; see `Tasks`."""

    if not MYPY:
        create: "liangxin_api.Create[Coroutine[Any, Any, AsyncTask]]"


class LiangXin(SyncClient["liangxin_api.Input"]):
    """A client of the LiangXin API. Safe to share between threads.

    The key and the base URL come from LIANGXIN_API_KEY and LIANGXIN_BASE_URL by default. There is
    no default host, as LiangXin documents none. For the arguments see `SyncClient`.
    """

    _api = liangxin_api.LIANGXIN
    _tasks_type = LiangXinTasks
    tasks: LiangXinTasks = cast("LiangXinTasks", LiangXinTasks)
    if not MYPY:
        run: "liangxin_api.Run[Task, Task]"


class AsyncLiangXin(AsyncClient["liangxin_api.Input"]):
    """An async client of the LiangXin API: the methods of `LiangXin`, as coroutines."""

    _api = liangxin_api.LIANGXIN
    _tasks_type = AsyncLiangXinTasks
    tasks: AsyncLiangXinTasks = cast("AsyncLiangXinTasks", AsyncLiangXinTasks)
    if not MYPY:
        run: "liangxin_api.Run[AsyncTask, Coroutine[Any, Any, AsyncTask]]"


class MagnificTasks(ListingTasks["magnific_api.Input"]):
    """`client.tasks` of `Magnific`; see `Tasks`."""

    if not MYPY:
        create: "magnific_api.Create[Task]"


class AsyncMagnificTasks(AsyncListingTasks["magnific_api.Input"]):
    """`client.tasks` of `AsyncMagnific`; see `Tasks`."""

    if not MYPY:
        create: "magnific_api.Create[Coroutine[Any, Any, AsyncTask]]"


class Magnific(SyncClient["magnific_api.Input"]):
    """A client of Magnific's API, for its Kling 3 family. Safe to share between threads.

    By default, the key comes from MAGNIFIC_API_KEY, and the base URL from MAGNIFIC_BASE_URL;
    without it, the base URL is https://api.magnific.com. For the arguments see `SyncClient`.
    """

    _api = magnific_api.MAGNIFIC
    _tasks_type = MagnificTasks
    tasks: MagnificTasks = cast("MagnificTasks", MagnificTasks)
    if not MYPY:
        run: "magnific_api.Run[Task, Task]"

    def upload(self, file: "str | os.PathLike[str] | BinaryIO") -> str:
        """Upload an image, and return a link to it, for use in an input.

        A file that was uploaded within the last 23 hours is not uploaded again. A `Path` or an open
        binary file in an input is uploaded automatically. See docs/uploads.md.

        Args:
            file: A path, or an open binary file: JPEG, PNG or WebP.

        Raises:
            UploadError: The file cannot be read or is of another format, or its host refuses it.
            APIError: Magnific refused the request.

        """
        return run(upload(self._session, LocalFile(file)))


class AsyncMagnific(AsyncClient["magnific_api.Input"]):
    """An async client of Magnific's API: the methods of `Magnific`, as coroutines."""

    _api = magnific_api.MAGNIFIC
    _tasks_type = AsyncMagnificTasks
    tasks: AsyncMagnificTasks = cast("AsyncMagnificTasks", AsyncMagnificTasks)
    if not MYPY:
        run: "magnific_api.Run[AsyncTask, Coroutine[Any, Any, AsyncTask]]"

    async def upload(self, file: "str | os.PathLike[str] | BinaryIO") -> str:
        """Upload an image, and return a link to it, as `Magnific.upload` does."""
        return await upload(self._session, LocalFile(file))
