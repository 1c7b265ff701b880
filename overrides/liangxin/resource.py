"""`client.tasks`: create tasks and fetch them."""

import contextlib
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic

from liangxin import errors, validation, wire
from liangxin.poller import AsyncPoller, Poller
from liangxin.polling import Resend
from liangxin.tasks import AsyncTask, PollerT, Session, Task, noting

if TYPE_CHECKING:
    from liangxin_api.variants import Input

_logger = logging.getLogger("liangxin")


class _BaseTasks(Generic[PollerT]):
    """What `Tasks` and `AsyncTasks` share."""

    def __init__(self, session: Session[PollerT]) -> None:
        self._session = session

    def _resend(self) -> Resend:
        return Resend(now=self._session.clock.monotonic(), rng=self._session.rng)

    def _delay(self, error: errors.APIError, model: str, resend: Resend) -> float:
        """Return the seconds until the create is sent again, or raise what became of it."""
        delay = resend.delay(error, self._session.clock.monotonic())
        if delay is not None:
            _logger.info("Create of %s not accepted, again in %.1f s: %s", model, delay, error)
            return delay
        if isinstance(error, errors.APIConnectionError) and error.may_have_arrived:
            raise errors.SubmissionUnknownError(model=model, cause=error) from error
        raise error


class Tasks(_BaseTasks[Poller]):
    """`client.tasks`: create tasks and fetch them."""

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

        Raises:
            InvalidInputError: The input breaks the model's limits; nothing was sent.
            SubmissionUnknownError: It may or may not have been accepted; it was not sent again.
            APIStatusError: The server refused it.
            APIConnectionError: The server could not be reached; no task was created.
            UsageError: There is no input, or there are two.

        """
        model, body = _prepare(
            typed_input,
            model,
            input,
            callback_url=callback_url,
            validate=validate,
            extra=extra_input,
        )
        resend = self._resend()
        while True:
            try:
                with _noting_create(model):
                    answer = self._session.poller.transport.create(body)
                task_id, raw = wire.read_created(answer, model)
            except errors.APIError as error:
                delay = self._delay(error, model, resend)
            else:
                return self.handle(task_id)._accepted(model, raw)  # noqa: SLF001
            self._session.clock.sleep(delay)

    def retrieve(self, task_id: str) -> Task:
        """Return a task as it is now; one request, not repeated. Raises APIError."""
        return self.handle(task_id).refresh()

    def handle(self, task_id: str) -> Task:
        """Return a task by its id, to wait for or refresh; without any request."""
        return Task(task_id, session=self._session)


class AsyncTasks(_BaseTasks[AsyncPoller]):
    """`client.tasks` of `AsyncLiangXin`; see `Tasks`."""

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
    ) -> AsyncTask:
        """Create a task as `Tasks.create` does."""
        model, body = _prepare(
            typed_input,
            model,
            input,
            callback_url=callback_url,
            validate=validate,
            extra=extra_input,
        )
        resend = self._resend()
        while True:
            try:
                with _noting_create(model):
                    answer = await self._session.poller.transport.create(body)
                task_id, raw = wire.read_created(answer, model)
            except errors.APIError as error:
                delay = self._delay(error, model, resend)
            else:
                return self.handle(task_id)._accepted(model, raw)  # noqa: SLF001
            await self._session.clock.async_sleep(delay)

    async def retrieve(self, task_id: str) -> AsyncTask:
        """Return a task as it is now; one request, not repeated. Raises APIError."""
        return await self.handle(task_id).refresh()

    def handle(self, task_id: str) -> AsyncTask:
        """Return a task by its id, to wait for or refresh; without any request."""
        return AsyncTask(task_id, session=self._session)


def _prepare(
    typed_input: "Input | None",
    model: str | None,
    input: Mapping[str, Any] | None,
    *,
    callback_url: str | None,
    validate: validation.Mode,
    extra: Mapping[str, Any] | None,
) -> tuple[str, bytes]:
    """Return the model to create a task of and the body to send, validated."""
    given = typed_input if input is None else input
    if given is None or (typed_input is not None and input is not None):
        raise errors.UsageError("Pass either a typed input or input={...}, and not both")
    model, body = validation.prepare(
        model,
        given,
        mode=validate,
        extra_input=extra,
        callback_url=callback_url,
    )
    content = validation.encode(body)
    # Prompts are the user's own: they are logged at this level only.
    _logger.debug("Creating a task: %s", content)
    return model, content


def _noting_create(model: str) -> contextlib.AbstractContextManager[None]:
    return noting(
        f"The create of a {model} task was in flight: it may have been accepted and billed; "
        "check the LiangXin console before creating it again"
    )
