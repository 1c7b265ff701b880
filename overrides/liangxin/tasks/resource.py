"""`client.tasks`: create tasks, retrieve them, and wait for many."""

import builtins
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from liangxin import errors
from liangxin.apis import validation
from liangxin.apis.deprecations import resolve_alias
from liangxin.drive import iterate, run
from liangxin.polling.wait import DEFAULT_TIMEOUT
from liangxin.tasks import operations, wait_many
from liangxin.tasks.base import BaseTask
from liangxin.tasks.session import Session
from liangxin.tasks.task import AsyncTask, Task

if TYPE_CHECKING:
    from liangxin.callbacks.receiver import Receiver

TaskT = TypeVar("TaskT", bound=BaseTask)
InputT = TypeVar("InputT")
"""The typed inputs of an API."""


class BaseTasks(Generic[TaskT]):
    """The base class of `Tasks` and `AsyncTasks`."""

    def __init__(self, session: Session[TaskT]) -> None:
        self._session = session

    def handle(self, task_id: str | BaseTask, *, model: str | None = None) -> TaskT:
        """Return a task by its id, without a request.

        Args:
            task_id: The id, or a copy of a task from pickle or `from_dict`, whose data is kept.
            model: The task's model. Magnific's API needs it to query the task; it also improves
                the schedule of polls.

        Raises:
            UsageError: The API needs the model, and it is missing or unknown; or the task belongs
                to another API.

        """
        session = self._session
        if isinstance(task_id, BaseTask):
            if task_id.api not in (None, session.api.name):
                problem = f"It is a task of {task_id.api}, and this client calls {session.api.name}"
                raise errors.UsageError(problem).about(task_id)
            # A new object: the one that was given may still be in use with a client of its own.
            task: TaskT = session.task_type.from_dict(task_id.to_dict())
            task.attach(session)
        else:
            task = session.new_task(task_id)
        if model:
            task.model = resolve_alias(session.api, model)
        elif task.model is not None:
            task.model = session.api.current_model(task.model)
        if session.api.needs_model and task.model is None:
            problem = f"is needed to ask {session.api.name} for a task: the request depends on it"
            raise errors.UsageError(problem, argument="model").about(task)
        if session.api.needs_model and session.api.kind(str(task.model)) is None:
            session.api.query(task.id, task.model)  # raises the error for an unknown model
        return task


class Tasks(BaseTasks[Task], Generic[InputT]):
    """`client.tasks`: create tasks, retrieve them, and wait for many."""

    def create(
        self,
        typed_input: InputT | None = None,
        /,
        *,
        model: str | None = None,
        input: Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        validate: validation.Mode = True,
        extra_input: Mapping[str, Any] | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> Task:
        """Create a task, and return it as soon as it is accepted.

        The create is never sent twice, except if it provably did not arrive or was refused with
        429; then it is resent for up to 30 s.

        Args:
            typed_input: An input of `liangxin.models` (of `liangxin.magnific_models` for Magnific),
                instead of `input`; `model` is then needed only to send another id.
            model: The model's id, such as `kling-v3-pro`.
            input: The model's fields, with their names in the API.
            callback_url: A public https:// URL that the API calls when the task has ended.
            validate: True refuses input that breaks a known limit and warns of inferred ones,
                "strict" refuses both, False sends anything.
            extra_input: Further fields of the input, sent without any check.
            extra_body: Further fields of the request, besides the model and its input. Fields that
                the spec does not know are sent without any check.

        Raises:
            InvalidInputError: The input breaks the model's limits; nothing was sent.
            SubmissionUnknownError: The create may or may not have been accepted; it was not resent.
            APIStatusError: The server refused the create.
            APIConnectionError: The server could not be reached; no task was created.
            UsageError: There is no input, or more than one, or an argument is invalid.

        """
        return run(
            operations.create(
                self._session,
                typed_input,
                model=model,
                input=input,
                callback_url=callback_url,
                validate=validate,
                extra_input=extra_input,
                extra_body=extra_body,
            )
        )

    def retrieve(self, task_id: str, *, model: str | None = None) -> Task:
        """Query a task by its id, with one request, and return it. Raises APIError."""
        return self.handle(task_id, model=model).refresh()

    def wait_all(
        self,
        tasks: Iterable[Task],
        timeout: float | None = DEFAULT_TIMEOUT,
        *,
        poll_interval: float | None = None,
        on_update: Callable[[Task], object] | None = None,
        raise_on_failure: bool = True,
        callbacks: "Receiver | None" = None,
    ) -> list[Task]:
        """Wait until all tasks are finished, and return them in the same order.

        An error of one task is raised when all have ended or the timeout expires; further errors
        are notes of the first. For arguments and errors see `Task.wait`.
        """
        waits = wait_many.begin(
            self._session, tasks, timeout, poll_interval, on_update, callbacks=callbacks
        )
        return run(
            wait_many.wait_all(self._session, waits, on_update, raise_on_failure=raise_on_failure)
        )

    def as_completed(
        self,
        tasks: Iterable[Task],
        timeout: float | None = DEFAULT_TIMEOUT,
        *,
        poll_interval: float | None = None,
        on_update: Callable[[Task], object] | None = None,
        callbacks: "Receiver | None" = None,
    ) -> Iterator[Task]:
        """Yield tasks as they finish, including those in state `fail`.

        If some do not finish, an error is raised after all others have been yielded. For
        arguments and errors see `Task.wait`.
        """
        waits = wait_many.begin(
            self._session, tasks, timeout, poll_interval, on_update, callbacks=callbacks
        )
        return iterate(wait_many.as_completed(self._session, waits, on_update))


class AsyncTasks(BaseTasks[AsyncTask], Generic[InputT]):
    """`client.tasks` of an async client; see `Tasks`."""

    async def create(
        self,
        typed_input: InputT | None = None,
        /,
        *,
        model: str | None = None,
        input: Mapping[str, Any] | None = None,
        callback_url: str | None = None,
        validate: validation.Mode = True,
        extra_input: Mapping[str, Any] | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> AsyncTask:
        """Create a task as `Tasks.create` does."""
        return await operations.create(
            self._session,
            typed_input,
            model=model,
            input=input,
            callback_url=callback_url,
            validate=validate,
            extra_input=extra_input,
            extra_body=extra_body,
        )

    async def retrieve(self, task_id: str, *, model: str | None = None) -> AsyncTask:
        """Query a task by its id, with one request, and return it. Raises APIError."""
        return await self.handle(task_id, model=model).refresh()

    async def wait_all(
        self,
        tasks: Iterable[AsyncTask],
        timeout: float | None = DEFAULT_TIMEOUT,  # noqa: ASYNC109  the twin of Tasks.wait_all
        *,
        poll_interval: float | None = None,
        on_update: Callable[[AsyncTask], object] | None = None,
        raise_on_failure: bool = True,
        callbacks: "Receiver | None" = None,
    ) -> list[AsyncTask]:
        """Wait for all tasks as `Tasks.wait_all` does."""
        waits = wait_many.begin(
            self._session, tasks, timeout, poll_interval, on_update, callbacks=callbacks
        )
        return await wait_many.wait_all(
            self._session, waits, on_update, raise_on_failure=raise_on_failure
        )

    def as_completed(
        self,
        tasks: Iterable[AsyncTask],
        timeout: float | None = DEFAULT_TIMEOUT,
        *,
        poll_interval: float | None = None,
        on_update: Callable[[AsyncTask], object] | None = None,
        callbacks: "Receiver | None" = None,
    ) -> AsyncIterator[AsyncTask]:
        """Yield tasks as they finish, as `Tasks.as_completed` does."""
        waits = wait_many.begin(
            self._session, tasks, timeout, poll_interval, on_update, callbacks=callbacks
        )
        return wait_many.as_completed(self._session, waits, on_update)


class ListingTasks(Tasks[InputT]):
    """`client.tasks` where the API lists tasks."""

    def list(
        self, model: str, *, page: int | None = None, page_size: int | None = None
    ) -> "builtins.list[Task]":
        """Return the tasks of a model's family, with their states and without their links.

        Their `model` is the one given, as the API does not tell models of a family apart. Useful
        after a `SubmissionUnknownError`, to see whether a task was created.

        Args:
            model: A model of the family, such as `kling-v3-pro`.
            page: The number of the page, from 1, if the list has pages.
            page_size: The number of tasks per page, if the list has pages.

        Raises:
            APIStatusError: The server refused the request.
            APIConnectionError: The server could not be reached.
            UsageError: The model is unknown, or its list has no pages.

        """
        return run(operations.list_tasks(self._session, model, page=page, page_size=page_size))


class AsyncListingTasks(AsyncTasks[InputT]):
    """`client.tasks` of an async client where the API lists tasks; see `ListingTasks`."""

    async def list(
        self, model: str, *, page: int | None = None, page_size: int | None = None
    ) -> "builtins.list[AsyncTask]":
        """Return the tasks of a model's family as `ListingTasks.list` does."""
        return await operations.list_tasks(self._session, model, page=page, page_size=page_size)
