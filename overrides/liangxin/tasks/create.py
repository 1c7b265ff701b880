"""Create a task: sent at most once, again only if it provably was not accepted."""

import logging
import random
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from liangxin import errors
from liangxin.apis import validation
from liangxin.apis.base import Api
from liangxin.backoff import Backoff
from liangxin.records import Created
from liangxin.responses import Response
from liangxin.tasks.base import BaseTask
from liangxin.tasks.session import Session

_logger = logging.getLogger("liangxin")

TaskT = TypeVar("TaskT", bound=BaseTask)

RESEND_BUDGET = 30.0
"""Seconds during which a create that provably was not accepted is sent again: enough for a burst
of 429 or a restart, and short enough that a person waits for the error."""

_BACKOFF = Backoff(first=0.5, growth=2.0, longest=8.0, jitter=0.2)


class Request(NamedTuple):
    """A create that is ready to be sent."""

    model: str
    body: Mapping[str, Any]


def prepare(
    api: Api,
    typed_input: Any = None,
    *,
    model: str | None = None,
    input: Mapping[str, Any] | None = None,
    callback_url: str | None = None,
    validate: validation.Mode = True,
    extra_input: Mapping[str, Any] | None = None,
) -> Request:
    """Return the request of a create, validated.

    Raises:
        InvalidInputError: The input breaks the model's limits.
        UsageError: There is no input, or there are two.

    """
    validation.check_typed_input(api, typed_input, model)
    given = typed_input if input is None else input
    if given is None:
        raise errors.UsageError("No input: pass an object of liangxin.models, or input={...}")
    if typed_input is not None and input is not None:
        raise errors.UsageError("Pass either a typed input or input={...}, and not both")
    model, body = validation.prepare(
        api, model, given, mode=validate, extra_input=extra_input, callback_url=callback_url
    )
    # Prompts are the user's own: they are logged at this level only.
    _logger.debug("Creating a task: %s", body)
    return Request(model, body)


class Resend:
    """Decide when a create that provably was not accepted is sent again.

    Args:
        now: The time of the first try, in monotonic seconds.
        rng: The source of the jitter.

    """

    def __init__(self, *, now: float, rng: random.Random) -> None:
        self._until = now + RESEND_BUDGET
        self._rng = rng
        self._failures = 0
        self._has_warned = False

    def delay(self, error: errors.APIError, model: str, now: float) -> float:
        """Return the seconds until the next try, or raise the error if there is none."""
        if isinstance(error, errors.RateLimitError):
            floor = error.retry_after or 0.0
        elif (
            isinstance(error, errors.APIConnectionError)
            and not error.may_have_arrived
            and not error.is_permanent
        ):
            floor = 0.0
        else:
            raise error
        self._failures += 1
        delay = max(_BACKOFF.delay(self._failures, self._rng), floor)
        if now + delay > self._until:
            raise error
        # 429 is everyday; an unreachable server should be known before 30 s are over.
        warns = isinstance(error, errors.APIConnectionError) and not self._has_warned
        self._has_warned = self._has_warned or warns
        level = logging.WARNING if warns else logging.INFO
        text = "Create of %s not accepted, again in %.1f s: %s"
        _logger.log(level, text, model, delay, error.summary)
        return delay


async def submit(session: Session[TaskT], request: Request) -> TaskT:
    """Create a task, sending the request again while it provably was not accepted."""
    resend = Resend(now=session.clock.monotonic(), rng=session.rng)
    while True:
        try:
            return await send(session, request)
        except errors.APIError as error:
            delay = resend.delay(error, request.model, session.clock.monotonic())
        await session.io.sleep(delay)


async def send(session: Session[TaskT], request: Request) -> TaskT:
    """Send a create once.

    Raises:
        APIError: It was not accepted.
        SubmissionUnknownError: It may have been accepted; it must not be sent again.

    """
    api, model = session.api, request.model
    created: list[Created] = []  # filled as soon as the id is known, whatever happens then

    def read(response: Response) -> None:
        created.append(api.read_created(response, model))

    try:
        await session.connection.request(api.create(model, request.body), read)
        task = session.new_task(created[0].task_id)
        task.accept(created[0], model=model, now=session.clock.time())
        _logger.info("Task %s (%s) created", task.id, model)
        return task  # noqa: TRY300  an error of the log handler must name the task, too
    except errors.APIConnectionError as error:
        if not error.may_have_arrived:
            raise
        unknown = errors.SubmissionUnknownError(
            model=model,
            cause=error,
            body=error.body,
            task_id=api.find_task_id(error.body),
            service=api.name,
        )
        raise _with_task(unknown, session) from error
    except errors.SubmissionUnknownError as error:
        raise _with_task(error, session)  # noqa: B904  it is the same error
    except errors.LiangXinError:
        raise
    except BaseException as exc:
        # An interrupt, or an error of a user's own hook: the task may be running, and is paid for.
        if not created:
            exc.add_note(
                f"The create of a {model} task was in flight: it may have been accepted and "
                f"billed; check the {api.name} console before creating it again"
            )
        else:
            task_id = created[0].task_id
            exc.add_note(f"Task {task_id} runs on; resume with {errors.resume(task_id)}")
        raise


def _with_task(
    error: errors.SubmissionUnknownError, session: Session[Any]
) -> errors.SubmissionUnknownError:
    """Attach the task that the response named after all."""
    if error.task_id is None:
        return error
    task = session.new_task(error.task_id)
    task.model = error.model
    return error.about(task)
