"""Upload the files of an input before its create, each content once a day."""

import hashlib
import inspect
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from liangxin import errors
from liangxin.apis.base import UploadingApi
from liangxin.results.format_check import FORMATS, HEAD_SIZE, detect
from liangxin.tasks import file_inspection
from liangxin.tasks.local_files import Files, LocalFile, Uploader
from liangxin.tasks.resend_create import BACKOFF, RESEND_BUDGET
from liangxin.tasks.session import Session, take_turn

_DAY = 24 * 3600.0
_TURN = 0.05  # seconds between looks at an upload of the same content
# Of a proxy or a login portal. By its text: some hosts declare an empty answer to be text/html.
_PAGE = re.compile(rb"\s*<(?:!doctype\s+)?html\b", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s/?#:@\\.]\S*", re.IGNORECASE)
_EXCERPT_LENGTH = 200


async def upload_all(
    session: Session[Any],
    files: Files,
    body: Mapping[str, Any],
    check: Callable[[], None] | None = None,
) -> Mapping[str, Any]:
    """Upload the files of a body, and return the body with their links.

    `check` raises if the body is not wanted any more.

    Raises:
        UploadError: A file could not be uploaded.
        InvalidInputError: A file or a link does not fit its field.
        APIError: The API refused the upload.

    """
    await _check(session, files)
    placed = files.by_placeholder
    links = {
        placeholder: await upload(session, file, check) for placeholder, file in placed.items()
    }
    with_links = partial(_replaced, links=links)
    if files.check is not None:
        files.check(with_links)
    full: Mapping[str, Any] = with_links(body)
    return full


async def _check(session: Session[Any], files: Files) -> None:
    """Refuse files that can't be read or don't fit their fields, before any is uploaded."""
    placed, in_thread = files.by_placeholder, session.io.in_thread
    if files.check_media is not None:
        facts = {
            key: await in_thread(file_inspection.inspect, file) for key, file in placed.items()
        }
        files.check_media(facts)
    for file in placed.values():
        head = await in_thread(file.head, HEAD_SIZE)
        if session.uploads is not None and session.uploads.uploader is None:
            _media_type(cast("UploadingApi", session.api), file, head)


async def upload(
    session: Session[Any], file: LocalFile, check: Callable[[], None] | None = None
) -> str:
    """Upload a file, unless that has been done lately, and return its link."""
    uploads, clock = session.uploads, session.clock
    assert uploads is not None  # noqa: S101  for the type checker
    content = b""
    if uploads.uploader is None:
        content = await session.io.in_thread(file.content)
        digest = hashlib.sha256(content).hexdigest()
    else:  # it may be a large video, which only the uploader has to read
        digest = await session.io.in_thread(file.digest)
    turn = object()
    try:
        while not uploads.begin(digest, turn):
            await session.io.sleep(_TURN)
        link = uploads.find(digest, clock.time())
        if link is None:
            began = clock.time()  # before the upload: the link's lifetime may begin with it
            if uploads.uploader is None:
                link, seconds = await _by_api(session, file, content, check)
            else:
                link, seconds = await _by_uploader(session, file, uploads.uploader), _DAY
            uploads.keep(digest, link, seconds, began)
        return link
    finally:
        uploads.end(digest, turn)


async def _by_uploader(session: Session[Any], file: LocalFile, uploader: Uploader) -> str:
    try:
        link = await session.io.in_thread(uploader, file.for_uploader())
        if session.io.is_async and inspect.isawaitable(link):
            link = await link
    except Exception as exc:
        raise file.error(f"uploader= raised {type(exc).__name__}: {exc}") from exc
    if inspect.iscoroutine(link):
        link.close()
    # The link itself may hold a secret.
    if not isinstance(link, str):
        raise file.error(f"uploader= returned a {type(link).__name__}, and not a link")
    return _checked(link, file, "uploader= returned")


async def _by_api(
    session: Session[Any], file: LocalFile, content: bytes, check: Callable[[], None] | None
) -> tuple[str, float]:
    """Upload a file by the API's own uploads; return its link, and how long that lives.

    Nothing here is billed, so whatever may pass is tried again.
    """
    api = cast("UploadingApi", session.api)
    media_type = _media_type(api, file, content)
    until = session.clock.monotonic() + RESEND_BUDGET
    failures = 0
    while True:
        await take_turn(session, check)
        cause: errors.APIError | None = None
        try:
            target = await session.connection.request(
                api.request_upload(media_type), api.read_upload
            )
            for url in (target.url, target.link):
                _checked(url, file, f"{api.name} answered with")
            status, answer = await session.connection.file_hosts.put(
                target.url, target.headers, content
            )
        except errors.UploadError as error:
            raise error if error.file else file.error(error.problem) from error
        except errors.APIError as error:
            if not errors.may_pass(error):
                raise
            cause, problem = error, error.text
        else:
            is_success = 200 <= status < 300  # noqa: PLR2004
            if is_success and not _PAGE.match(answer):
                return target.link, target.seconds
            said = session.connection.file_hosts.mask(_excerpt(answer))
            problem = f"its host answered with HTTP {status}: {said}"
            if not (is_success or errors.status_may_pass(status)):
                raise file.error(problem)
        failures += 1
        delay = max(
            BACKOFF.delay(failures, session.rng), getattr(cause, "retry_after", None) or 0.0
        )
        if session.clock.monotonic() + delay > until:
            raise file.error(problem) from cause
        await session.io.sleep(delay)


def _media_type(api: UploadingApi, file: LocalFile, content: bytes) -> str:
    """Return the media type of a file; raise UploadError if the API does not take it."""
    found = detect(content[:HEAD_SIZE])
    if found is not None and found.media_type in api.upload_types:
        return found.media_type
    names = [one.ext.upper() for one in FORMATS if one.media_type in api.upload_types]
    is_what = "of an unknown format" if found is None else found.ext.upper()
    raise file.error(
        f"it is {is_what}, and {api.name} takes uploads of {', '.join(names)} only; "
        "pass a link, or give the client an uploader="
    )


def _checked(link: str, file: LocalFile, source: str) -> str:
    if not _LINK.fullmatch(link):
        raise file.error(f"{source} a text that is not an http:// or https:// link")
    return link


def _excerpt(answer: bytes) -> str:
    words = " ".join(answer.decode("utf-8", "replace").split())
    return words[:_EXCERPT_LENGTH] or "no text"


def _replaced(value: Any, links: Mapping[str, str]) -> Any:
    match value:
        case str():
            return links.get(value, value)
        case list():
            return [_replaced(inner, links) for inner in value]
        case dict():
            return {key: _replaced(inner, links) for key, inner in value.items()}
    return value
