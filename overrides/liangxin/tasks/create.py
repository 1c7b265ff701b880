"""Create a task: send the create once, and again only if it provably was not accepted."""

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from liangxin import errors
from liangxin.apis import validation
from liangxin.apis.base import Api
from liangxin.http_response import Received, Response
from liangxin.records import Created
from liangxin.tasks.base import BaseTask, runs_on
from liangxin.tasks.local_files import Files, Uploads
from liangxin.tasks.resend_create import Resend
from liangxin.tasks.session import Session, take_turn
from liangxin.tasks.upload import upload_all

if TYPE_CHECKING:
    from liangxin.callbacks.receiver import Receiver

_logger = logging.getLogger("liangxin")

TaskT = TypeVar("TaskT", bound=BaseTask)


class Request(NamedTuple):
    """A validated create, ready to send."""

    model: str
    body: Mapping[str, Any]
    work: float = 1.0
    """How much is asked for; see `Task.work`."""
    files: Files | None = None
    """Those to upload first."""


def prepare(
    api: Api,
    typed_input: Any = None,
    *,
    model: str | None = None,
    input: Mapping[str, Any] | None = None,
    callback_url: str | None = None,
    validate: validation.Mode = True,
    extra_input: Mapping[str, Any] | None = None,
    extra_body: Mapping[str, Any] | None = None,
    uploads: Uploads | None = None,
    callbacks: "Receiver | None" = None,
) -> Request:
    """Return the request of a create, validated; `uploads` if its files can be uploaded.

    With `callbacks`, a task without a `callback_url` gets the receiver's.

    Raises:
        InvalidInputError: The input breaks the model's limits.
        UsageError: There is no input, or more than one.

    """
    validation.check_typed_input(api, typed_input, model)
    given = typed_input if input is None else input
    if given is None:
        raise errors.UsageError(f"No input: pass an object of {api.inputs}, or input={{...}}")
    if typed_input is not None and input is not None:
        raise errors.UsageError("Pass either a typed input or input={...}, and not both")
    if callbacks is not None and callback_url is None:
        callback_url = callbacks.callback_url(api.name)
    files = None if uploads is None else Files()
    model, body = validation.prepare(
        api,
        model,
        given,
        mode=validate,
        extra_input=extra_input,
        extra_body=extra_body,
        callback_url=callback_url,
        files=files,
    )
    # Prompts are private: they are logged at this level only.
    _logger.debug("Creating a task: %s", body)
    return Request(model, body, api.contract.work(model, body), files or None)


async def upload_files(
    session: Session[Any], request: Request, check: Callable[[], None] | None = None
) -> Request:
    """Upload the files of a request, and return the request with their links.

    `check` raises if the request is not wanted any more.
    """
    if request.files is None:
        return request
    body = await upload_all(session, request.files, request.body, check)
    return request._replace(body=body, files=None)


async def wait_for_turn(session: Session[Any], model: str) -> None:
    """Wait until the API's limit of requests has room for a create."""
    clock, turns = session.clock, session.poller.turns
    if turns is None:
        return
    seconds = turns.next(clock.monotonic()) - clock.monotonic()
    if seconds > 0:
        text = "Create of %s waits %.1f s for its turn: %s allows %d requests a minute"
        _logger.info(text, model, seconds, session.api.name, turns.per_minute)
    try:
        await take_turn(session)
    except BaseException as exc:
        exc.add_note(
            f"No task was created: the create of a {model} task was waiting for its turn, as "
            f"{session.api.name} limits the requests per minute"
        )
        raise


async def submit(session: Session[TaskT], request: Request) -> TaskT:
    """Upload the files of a create, wait for its turn, and send it; see `send_with_resends`."""
    request = await upload_files(session, request)
    await wait_for_turn(session, request.model)
    return await send_with_resends(session, request)


async def send_with_resends(session: Session[TaskT], request: Request) -> TaskT:
    """Send a create whose turn it is, again while it provably was not accepted."""
    resend = Resend(now=session.clock.monotonic(), rng=session.rng)
    while True:
        try:
            return await send(session, request)
        except errors.APIError as error:
            delay = resend.delay(error, request.model, session.clock.monotonic())
        await session.io.sleep(delay)
        await wait_for_turn(session, request.model)


async def send(session: Session[TaskT], request: Request) -> TaskT:
    """Send a create once.

    Raises:
        APIError: It was not accepted.
        SubmissionUnknownError: It may have been accepted; it must not be sent again.

    """
    created: list[Created] = []  # filled as soon as the id is known, whatever happens then
    received = Received()  # of the response, before that
    try:
        return await _send(session, request, created, received)
    except errors.LiangXinError:
        # It may repeat the key, and reports of errors show variables. Not in a `finally`, where an
        # interrupt could lose a task that was just created.
        received.clear()
        raise
    except BaseException as exc:
        # An interrupt, or an error of a user's own hook: the task may be running, and billed.
        if created:
            task_id: str | None = created[0].task_id
        else:
            found = map(session.api.find_task_id, received.texts())
            task_id = next(filter(None, found), None)
        if task_id is None:
            exc.add_note(
                f"The create of a {request.model} task was in flight: it may have been accepted "
                f"and billed; check the {session.api.name} console before creating it again"
            )
        else:
            exc.add_note(runs_on(task_id, request.model if session.api.needs_model else None))
        raise


async def _send(
    session: Session[TaskT], request: Request, created: list[Created], received: Received
) -> TaskT:
    """Send a create once; put what the response says in `created` before anything can fail."""
    api, model = session.api, request.model

    def read(response: Response) -> None:
        created.append(api.read_created(response, model))

    try:
        await session.connection.request(api.create(model, request.body), read, received)
        task = session.new_task(created[0].task_id)
        task.accept(created[0], model=model, work=request.work, now=session.clock.time())
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


def _with_task(
    error: errors.SubmissionUnknownError, session: Session[Any]
) -> errors.SubmissionUnknownError:
    """Attach the task, if the response named one."""
    if error.task_id is None:
        return error
    task = session.new_task(error.task_id)
    task.model = error.model
    return error.about(task)
