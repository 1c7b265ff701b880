"""Download a result into memory."""

import sys

from liangxin.errors import DownloadError, UsageError
from liangxin.http.key_masking import forget
from liangxin.polling.wait import DEFAULT_TIMEOUT
from liangxin.records import TaskData
from liangxin.results.fetch import Context, Fetch
from liangxin.results.format_check import HEAD_SIZE, Format
from liangxin.results.limits import MAX_CONTENT_SIZE, Limits
from liangxin.results.links import Links
from liangxin.results.resume_download import Version
from liangxin.results.urls import redacted


async def content(
    task: TaskData,
    context: Context,
    *,
    index: int = 0,
    timeout: float | None = DEFAULT_TIMEOUT,  # noqa: ASYNC109  of all attempts together
    max_bytes: int = MAX_CONTENT_SIZE,
    validate: bool = True,
) -> bytes:
    """Return the content of a result; see `Task.content`."""
    limits = Limits(timeout, max_bytes, validate, context.clock)
    links = Links(task, context.io, context.renew)
    is_number = isinstance(index, int) and not isinstance(index, bool)
    if not is_number or not 0 <= index < links.count:
        problem = f"must be from 0 to {links.count - 1}, not {index!r}: the task has {links.count}"
        raise UsageError(f"{problem} result(s)", argument="index").about(task)
    memory = _Memory()
    fetch = Fetch(index, memory, links, context, limits)
    outer, failure = sys.exception(), None
    try:
        await fetch.run()
    except DownloadError as error:
        forget(error, outer)  # its frames have the link as it is
        mask = context.file_hosts.mask
        link, reason = mask(fetch.link), mask(error.text)
        text = f"A result of task {task.id} was not downloaded: {reason} ({redacted(link)})"
        failure = DownloadError(text, url=link, failed={link: reason}).about(task)
        failure.__cause__ = context.file_hosts.cause_of(error)
    if failure is not None:  # not in the handler, or what shows the key would be its context
        raise failure
    return bytes(memory.data)


class _Memory:
    """A `Sink` in memory."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.version: Version | None = None

    @property
    def size(self) -> int:
        return len(self.data)

    def head(self) -> bytes:
        return bytes(self.data[:HEAD_SIZE])

    def begin(self, version: Version, found: Format, head: bytes) -> bool:
        _ = found, head
        self.data.clear()
        self.version = version
        return True

    def write(self, data: bytes) -> None:
        self.data += data
