"""Download one result: retry, resume, follow redirects, and check the file."""

import random
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol

from liangxin.backoff import Backoff
from liangxin.clock import Clock
from liangxin.drive import IO
from liangxin.errors import (
    APIError,
    APIStatusError,
    DownloadError,
    may_pass,
    status_may_pass,
)
from liangxin.http.file_hosts import AsyncFileHosts, FileHosts, Incoming
from liangxin.polling.wait import LONGEST_PAUSE
from liangxin.results import format_check
from liangxin.results.format_check import Format
from liangxin.results.limits import Limits
from liangxin.results.links import Links, Renew
from liangxin.results.resume_download import Version, codings
from liangxin.results.urls import REDIRECTS_HERE, is_address, redirected
from liangxin.retry_after import retry_after

BACKOFF = Backoff(0.5, 2.0, 15.0, jitter=0.2)
"""Pauses between attempts; they start again whenever an attempt made progress."""

MAX_REDIRECTS = 5

OnData = Callable[[], Awaitable[None]]
"""Called after each part of a download."""

_REDIRECTS = {301, 302, 303, 307, 308}
# Not asked for, but sent by some servers all the same; httpx decodes them without an extra.
_DECODED = {"gzip", "deflate"}


class Context(NamedTuple):
    """The state of a client that downloads need."""

    io: IO
    file_hosts: FileHosts | AsyncFileHosts
    clock: Clock
    rng: random.Random
    renew: Renew
    kind: str | None = None
    """What the task's model generates, `image` or `video`; None if unknown."""


class Sink(Protocol):
    """Where the bytes of a result go."""

    version: Version | None
    """The version of its bytes; None while there are none."""

    @property
    def size(self) -> int:
        """The number of its bytes."""
        ...

    def head(self) -> bytes:
        """Return the first `format_check.HEAD_SIZE` of them."""
        ...

    def begin(self, version: Version, found: Format, head: bytes) -> bool:
        """Start over with a version; return False if its bytes are not needed."""
        ...

    def write(self, data: bytes) -> None:
        """Append bytes."""
        ...


class ExpiredLinkError(DownloadError):
    """A link is refused, and the task has no other."""


class _LinkRefused(Exception):  # noqa: N818
    """The link is refused, or leads to something else than a result: another may do."""


class _AttemptFailed(Exception):  # noqa: N818
    """The same link is worth another attempt."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Fetch:
    """The download of one result into a sink.

    Attributes:
        link: The link that it is downloaded from.

    """

    def __init__(
        self, index: int, sink: Sink, links: Links, context: Context, limits: Limits
    ) -> None:
        self.link = links[index]
        self._index = index
        self._sink = sink
        self._links = links
        self._context = context
        self._limits = limits
        self._format: Format | None = None
        self._use_ranges = True
        self._failures = 0
        self._size_at_failure = 0

    @property
    def total(self) -> int | None:
        """Bytes of the whole file; None if not known."""
        return None if self._sink.version is None else self._sink.version.size

    async def run(self, on_data: OnData | None = None) -> Format:
        """Download the whole file, calling `on_data` after each part, and return its format.

        Raises:
            DownloadError: It cannot be downloaded, or not in time.

        """
        self._check_link()
        if (version := self._resumable()) is not None and self._check_partial(version):
            return self._found()
        while True:
            try:
                await self._attempt(on_data)
            except _LinkRefused as refusal:
                await self._replace_link(str(refusal))
            except _AttemptFailed as failure:
                await self._pause(str(failure), failure.retry_after)
            except APIError as error:
                await self._pause(error.text, cause=error)
            else:
                return self._found()

    def _found(self) -> Format:
        assert self._format is not None  # noqa: S101  detected before the first byte is written
        return self._format

    async def _attempt(self, on_data: OnData | None) -> None:
        # A link that the API itself gave may lead to this machine, as those of a mock do.
        url, is_local = self.link, True
        range_headers = self._range_headers()
        for _ in range(MAX_REDIRECTS + 1):
            get = self._context.file_hosts.get(url, range_headers, seconds=self._seconds_left())
            async with get as incoming:
                # A link from outside must not reach services of this machine.
                if incoming.is_loopback and not is_local:
                    raise DownloadError(REDIRECTS_HERE)
                is_local = incoming.is_loopback
                # By hand, as each step is to be judged; httpx would follow them all.
                location = incoming.headers.get("location")
                if incoming.status not in _REDIRECTS or location is None:
                    version = self._accept(incoming, is_range=bool(range_headers))
                    await self._receive(incoming, version, on_data)
                    return
            url = redirected(url, location)
        raise DownloadError(f"it redirects more than {MAX_REDIRECTS} times")

    def _accept(self, incoming: Incoming, *, is_range: bool) -> Version | None:
        """Return the version of a complete response; None if the response is the rest."""
        status, headers = incoming.status, incoming.headers
        if status == 200:  # noqa: PLR2004
            version = Version.of_response(self.link, headers)
            self._check_size(version.size or 0)  # before the first byte, if the server tells
            return version
        if is_range and status in {206, 416}:
            current = self._sink.version
            if status == 206 and current and current.is_rest(headers, self._sink.size):  # noqa: PLR2004
                return None
            # It is the rest of something else, so the next attempt asks for all of it.
            self._use_ranges = False
            raise _AttemptFailed(f"HTTP {status} to a request for the rest")
        if status_may_pass(status):
            seconds = retry_after(headers, self._context.clock.time())
            raise _AttemptFailed(f"HTTP {status}", seconds)
        if 400 <= status < 500:  # noqa: PLR2004
            raise _LinkRefused(f"the link has expired or is refused (HTTP {status})")
        raise DownloadError(f"HTTP {status}, which has no file")

    async def _receive(
        self, incoming: Incoming, version: Version | None, on_data: OnData | None
    ) -> None:
        """Read a body: of the whole `version`, or the rest if that is None."""
        if version is not None:
            # Old bytes are kept until the new ones are known to be good.
            head = b""
            async for part in incoming:
                self._check_time()
                head += part
                if len(head) >= format_check.HEAD_SIZE:
                    break
            self._format = self._check_head(head, version, codings(incoming.headers))
            if not self._sink.begin(version, self._format, head):
                return
            await self._write(head, on_data)
        async for part in incoming:
            self._check_time()
            await self._write(part, on_data)
        if self.total not in {None, self._sink.size}:
            size = f"{self._sink.size:,} of {self.total:,} bytes"
            raise _AttemptFailed(f"the connection ended after {size}")

    async def _write(self, data: bytes, on_data: OnData | None) -> None:
        size = self._sink.size + len(data)
        self._check_size(size)
        if self.total is not None and size > self.total:
            self._use_ranges = False
            raise _AttemptFailed(f"it has more than the {self.total:,} bytes of its Content-Length")
        self._sink.write(data)
        if on_data is not None:
            await on_data()

    def _check_head(self, head: bytes, version: Version, encoded: set[str]) -> Format:
        unknown = encoded - _DECODED
        # Some stores send a plain file with a content encoding such as aws-chunked.
        if unknown and format_check.detect(head) is None:
            names = ", ".join(sorted(unknown))
            raise DownloadError(f"its server encodes it as {names!a}, which was not accepted")
        found = self._detect(head, version)
        if isinstance(found, str):
            raise _LinkRefused(found)
        return found

    def _check_partial(self, version: Version) -> bool:
        """Return whether an earlier call has downloaded everything."""
        # The earlier call may have been without validation.
        found = self._detect(self._sink.head(), version)
        if isinstance(found, str):
            self._use_ranges = False
            return False
        self._format = found
        return self._sink.size == version.size

    def _detect(self, head: bytes, version: Version) -> Format | str:
        if not self._limits.validate:
            return format_check.guess(head, content_type=version.content_type, url=self.link)
        return format_check.check(
            head,
            content_type=version.content_type,
            url=self.link,
            kind=self._context.kind,
            mask=self._context.file_hosts.mask,
        )

    def _resumable(self) -> Version | None:
        """Return the version whose rest can be requested; None if everything is."""
        version = self._sink.version
        if version is None or not self._use_ranges:
            return None
        return version if version.can_resume(self.link, self._sink.size) else None

    def _range_headers(self) -> dict[str, str]:
        version = self._resumable()
        if version is None:
            return {}
        return {"Range": f"bytes={self._sink.size}-", "If-Range": version.validator or ""}

    async def _replace_link(self, problem: str) -> None:
        """Query the task for a new link, until it answers."""
        while True:
            try:
                link = await self._links.replace(self._index, self.link)
                break
            except APIError as error:
                if not may_pass(error):
                    text = f"{problem}, and its task cannot be queried ({error.text})"
                    raise DownloadError(text) from error
                text = f"{problem}, and its task cannot be queried for another: {error.text}"
                wanted = error.retry_after if isinstance(error, APIStatusError) else None
                await self._pause(text, wanted, cause=error)
        if link == self.link:
            raise ExpiredLinkError(f"{problem}, and its task has no other link")
        self.link = link
        self._check_link()

    async def _pause(
        self, reason: str, wanted: float | None = None, *, cause: Exception | None = None
    ) -> None:
        """Sleep until the next attempt; raise DownloadError if that would be too late."""
        # A slow link that drops now and then gets on; only one that brings nothing waits longer.
        if self._sink.size > self._size_at_failure:
            self._failures = 0
        self._size_at_failure = self._sink.size
        self._failures += 1
        delay = BACKOFF.delay(self._failures, self._context.rng)
        seconds = max(delay, min(wanted or 0.0, LONGEST_PAUSE))
        if seconds > self._seconds_left():
            text = f"{reason}; there is no time left of the {self._limits.timeout:g} s"
            raise DownloadError(text) from cause
        await self._context.io.sleep(seconds)

    def _seconds_left(self) -> float:
        return self._limits.deadline - self._context.clock.monotonic()

    def _check_time(self) -> None:
        if self._seconds_left() < 0:
            raise DownloadError(f"it was not complete after {self._limits.timeout:g} s")

    def _check_size(self, size: int) -> None:
        if size > self._limits.max_bytes:
            raise DownloadError(f"it is larger than max_bytes ({self._limits.max_bytes:,})")

    def _check_link(self) -> None:
        if not is_address(self.link):
            raise DownloadError("its link is not an http or https address")
