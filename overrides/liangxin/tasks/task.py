"""The tasks of both clients."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Self

from liangxin.drive import iterate, run
from liangxin.polling.wait import DEFAULT_TIMEOUT
from liangxin.results.limits import MAX_CONTENT_SIZE, MAX_FILE_SIZE
from liangxin.tasks import operations
from liangxin.tasks.base import BaseTask

if TYPE_CHECKING:
    import os

    from liangxin.callbacks.receiver import Receiver
    from liangxin.results.files import SavedFile
    from liangxin.results.save import Progress


class Task(BaseTask):
    """A task of a sync client; for its attributes see `TaskData`."""

    def refresh(self) -> Self:
        """Query the task once, update it, and return it.

        Raises:
            APIError: The request failed, or the response is not the task's record.
            UsageError: The task has no client.

        """
        run(operations.refresh(self))
        return self

    def wait(
        self,
        timeout: float | None = DEFAULT_TIMEOUT,
        *,
        poll_interval: float | None = None,
        on_update: "Callable[[Task], object] | None" = None,
        raise_on_failure: bool = True,
        callbacks: "Receiver | None" = None,
    ) -> Self:
        """Wait until the task is finished, and return it.

        Polls cost nothing, so failed polls are retried until the deadline.

        Args:
            timeout: Seconds to wait, by default 900; 0 polls once, None waits forever. A request
                in flight at the deadline is not cut off.
            poll_interval: Seconds between polls; by default most polls come when tasks of the model
                usually end.
            on_update: Called with the task after each poll that returned its record; with it, polls
                are 10 s apart at most.
            raise_on_failure: Whether to raise if the task failed or its result is unreadable,
                instead of returning the task.
            callbacks: The receiver of the task's callback, which ends the wait sooner, with fewer
                polls; see docs/callbacks.md.

        Raises:
            TaskFailedError: The task ended in state `fail`.
            TaskTimeoutError: It was not finished in time; it runs on and can be waited for again.
            APIResponseError: It succeeded, but its result stays unreadable.
            APIStatusError: Polling again is useless, such as with a wrong key or an unknown id.
            APIConnectionError: The same, such as with a certificate that is not trusted.
            UsageError: An argument is invalid, or the task has no client.

        """
        run(
            operations.wait(
                self,
                timeout,
                poll_interval,
                on_update,
                raise_on_failure=raise_on_failure,
                callbacks=callbacks,
            )
        )
        return self

    def events(
        self,
        timeout: float | None = DEFAULT_TIMEOUT,
        *,
        poll_interval: float | None = None,
        callbacks: "Receiver | None" = None,
    ) -> Iterator[Self]:
        """Wait as `wait` does, and yield the task at its first record and at each change.

        A change is a change of state or progress. The last event is the final state, even `fail`.
        For the arguments and errors see `wait`; a failed task raises no error.
        """
        return iterate(operations.events(self, timeout, poll_interval, callbacks))

    def save(
        self,
        directory: "str | os.PathLike[str]",
        *,
        template: str | None = None,
        overwrite: bool = False,
        concurrency: int = 4,
        timeout: float | None = DEFAULT_TIMEOUT,
        max_bytes: int = MAX_FILE_SIZE,
        validate: bool = True,
        on_progress: "Callable[[Progress], object] | None" = None,
    ) -> "list[SavedFile]":
        """Save the results into a directory, and return their paths.

        Each file is downloaded under a name that ends in `.part`, and renamed when it is complete,
        checked and on disk. After a failure or a kill, the same call resumes; files that exist
        already are not downloaded again.

        Args:
            directory: The directory, which is created if it does not exist.
            template: The filenames, with the fields `{task_id}`, `{index}`, `{model}`, `{date}`
                and `{ext}`; by default `{task_id}.{ext}`, or `{task_id}-{index}.{ext}` if there
                are several.
            overwrite: Whether to replace another file of that name instead of raising.
            concurrency: How many files to download at a time.
            timeout: Seconds for the whole call, including retries, by default 900; None for no
                limit.
            max_bytes: The maximum size of a file, by default 5 GiB.
            validate: Whether to check that a file is an image or a video, whichever the model
                makes, and not an error page, for example.
            on_progress: Called in this thread, for each file at most ten times a second and at its
                end.

        Raises:
            DownloadError: Some results could not be saved; it says which could.
            TaskFailedError: The task failed.
            APIResponseError: It succeeded, but has no results.
            UsageError: It has not ended, an argument is invalid, or the task has no client.

        """
        return run(
            operations.save(
                self,
                directory,
                template=template,
                overwrite=overwrite,
                concurrency=concurrency,
                timeout=timeout,
                max_bytes=max_bytes,
                validate=validate,
                on_progress=on_progress,
            )
        )

    def content(
        self,
        index: int = 0,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        max_bytes: int = MAX_CONTENT_SIZE,
        validate: bool = True,
    ) -> bytes:
        """Return the content of a result; for arguments and errors see `save`."""
        return run(
            operations.content(self, index, timeout=timeout, max_bytes=max_bytes, validate=validate)
        )


class AsyncTask(BaseTask):
    """A task of an async client; for its attributes see `TaskData`, for its methods `Task`."""

    async def refresh(self) -> Self:
        """Query the task once, update it, and return it. Raises APIError."""
        await operations.refresh(self)
        return self

    async def wait(
        self,
        timeout: float | None = DEFAULT_TIMEOUT,  # noqa: ASYNC109  the twin of Task.wait
        *,
        poll_interval: float | None = None,
        on_update: "Callable[[AsyncTask], object] | None" = None,
        raise_on_failure: bool = True,
        callbacks: "Receiver | None" = None,
    ) -> Self:
        """Wait as `Task.wait` does; `on_update` may return an awaitable."""
        await operations.wait(
            self,
            timeout,
            poll_interval,
            on_update,
            raise_on_failure=raise_on_failure,
            callbacks=callbacks,
        )
        return self

    def events(
        self,
        timeout: float | None = DEFAULT_TIMEOUT,
        *,
        poll_interval: float | None = None,
        callbacks: "Receiver | None" = None,
    ) -> AsyncIterator[Self]:
        """Wait, and yield the task at each change, as `Task.events` does."""
        return operations.events(self, timeout, poll_interval, callbacks)

    async def save(
        self,
        directory: "str | os.PathLike[str]",
        *,
        template: str | None = None,
        overwrite: bool = False,
        concurrency: int = 4,
        timeout: float | None = DEFAULT_TIMEOUT,  # noqa: ASYNC109  the twin of Task.save
        max_bytes: int = MAX_FILE_SIZE,
        validate: bool = True,
        on_progress: "Callable[[Progress], object] | None" = None,
    ) -> "list[SavedFile]":
        """Save as `Task.save` does; `on_progress` may return an awaitable."""
        return await operations.save(
            self,
            directory,
            template=template,
            overwrite=overwrite,
            concurrency=concurrency,
            timeout=timeout,
            max_bytes=max_bytes,
            validate=validate,
            on_progress=on_progress,
        )

    async def content(
        self,
        index: int = 0,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,  # noqa: ASYNC109  the twin of Task.content
        max_bytes: int = MAX_CONTENT_SIZE,
        validate: bool = True,
    ) -> bytes:
        """Return the content of a result as `Task.content` does."""
        return await operations.content(
            self, index, timeout=timeout, max_bytes=max_bytes, validate=validate
        )
