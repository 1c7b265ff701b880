"""Fetch what one link leads to, whatever happens on the way.

`Fetch` decides: what to ask for, what an answer means, when to try again and when to give up. It
does no I/O. `stream` and `astream` do what it says, and differ in their I/O lines alone.
"""

import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, NamedTuple, Protocol

from liangxin import formats, wire
from liangxin.clock import Clock
from liangxin.errors import APIError, APIStatusError, DownloadError
from liangxin.polling import LONGEST_PAUSE
from liangxin.sources import Source, coding, is_address, redirected, source_of

if TYPE_CHECKING:
    from liangxin.downloads import AsyncDownloads, Downloads

FIRST_DELAY = 0.5
LONGEST_DELAY = 15.0
"""Seconds between tries, doubling, and from the start again whenever some of the file came."""

JITTER = 0.2
MOST_REDIRECTS = 5

_REDIRECTS = {301, 302, 303, 307, 308}
_AGAIN = {408, 425, 429}
_CODINGS = {"identity", "gzip", "deflate"}
"""Those that are undone, whatever else is installed."""


class Budget(NamedTuple):
    """The time that a whole save may take."""

    clock: Clock
    rng: random.Random
    timeout: float | None
    """Seconds; None for any time."""
    deadline: float
    cuts_off: bool = True
    """Whether a file that is coming in well is cut off at the deadline, too."""

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.clock.monotonic() > self.deadline


class Rules(NamedTuple):
    """What a file must be."""

    kind: str | None
    """`image` or `video`; None if either will do."""
    max_bytes: int
    validate: bool
    """Whether it must be an image or a video at all."""


class Sink(Protocol):
    """Where the bytes go."""

    size: int
    """Bytes that it has."""
    source: Source | None
    """What they belong to; None as long as there are none."""

    def head(self) -> bytes:
        """Return the first `formats.HEAD` of them."""
        ...

    def begin(self, source: Source, found: formats.Format, head: bytes) -> bool:
        """Forget all bytes, as others will come; return False if none need to."""
        ...

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        ...


class Fetch:
    """One link on its way into a sink.

    Until `done`: if `needs_link`, ask the task for its links and tell `relink`; send a GET of `url`
    with `headers()` and tell `answered`; while `reading`, tell `take` each part of the body and
    `ended` its end; tell `failed` of any APIError; then pause for `pause` seconds.

    Its methods raise DownloadError when there is no use in going on.
    """

    def __init__(self, link: str, sink: Sink, rules: Rules, budget: Budget) -> None:
        self.link = self.url = link
        self.done = False
        self.reading = False
        self.needs_link = False
        self.has_expired = False
        """Whether it was given up because the link works no longer."""
        self.pause = 0.0
        self.format: formats.Format | None = None
        """What the file is; None until its first bytes are there."""
        self._sink = sink
        self._rules = rules
        self._budget = budget
        self._delay = FIRST_DELAY
        self._size_at_failure = 0
        self._hops = 0
        self._use_ranges = True
        self._asked_range = False
        self._coming: Source | None = None
        """What a file that begins anew is, until its first bytes are judged: the pending ones."""
        self._pending = b""
        self._trouble = ""
        self._check_address()
        if sink.source is not None and self._has_start():
            # What an earlier process left, perhaps one that was less strict.
            found = self._judge(sink.head(), sink.source)
            self._use_ranges = isinstance(found, formats.Format)
            self.format = found if isinstance(found, formats.Format) else None
            self.done = self.format is not None and sink.size == sink.source.size

    @property
    def total(self) -> int | None:
        """Bytes of the whole file, as far as known."""
        return None if self._sink.source is None else self._sink.source.size

    def headers(self) -> dict[str, str]:
        """Return the headers of the next request that depend on what is there already."""
        self.pause = 0.0
        source = self._sink.source
        self._asked_range = self._has_start()
        if source is None or source.validator is None or not self._asked_range:
            return {}
        return {"Range": f"bytes={self._sink.size}-", "If-Range": source.validator}

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        """Take in an answer's head; names of headers are in lower case."""
        if status in _REDIRECTS and "location" in headers:
            self._redirect(headers["location"])
        elif status == 206 and self._goes_on(headers):  # noqa: PLR2004
            self._coming = None
            self.reading = True
        elif status in {206, 416} and self._asked_range:
            # Another part, or none where there is one: this server's ranges cannot be relied on.
            self._again(f"HTTP {status} to a request for the rest", whole=True)
        elif status == 200:  # noqa: PLR2004
            if (found := coding(headers)) not in _CODINGS:
                text = f"its server compresses it by {found!a}, which it was asked not to do"
                raise DownloadError(text, url=self.link)
            self._coming, self._pending = source_of(self.link, headers), b""
            self._check_size(self._coming.size or 0)
            self.reading = True
        elif status in _AGAIN or status >= 500:  # noqa: PLR2004
            wanted = wire.retry_after(headers, self._budget.clock.time())
            self._again(f"HTTP {status}", at_least=wanted or 0.0)
        elif 400 <= status < 500:  # noqa: PLR2004
            self._refuse(f"the link has expired or is refused (HTTP {status})")
        else:
            raise DownloadError(f"HTTP {status}, which brings no file", url=self.link)

    def take(self, data: bytes) -> bytes:
        """Take the next part of the body; return what went on to the sink."""
        if self._budget.cuts_off and self._budget.is_over:
            raise DownloadError(
                f"it was not there within {self._budget.timeout:g} s", url=self.link
            )
        if self._coming is None:
            return self._write(data)
        self._pending += data
        return b"" if len(self._pending) < formats.HEAD else self._begin(self._coming)

    def ended(self) -> bytes:
        """Take the end of the body, of which nothing was known to be wrong."""
        rest = b"" if self._coming is None else self._begin(self._coming)
        if not self.reading:
            return rest
        self.reading = False
        size, total = self._sink.size, self.total
        if total is not None and size != total:
            self._again(f"the connection ended after {size:,} of {total:,} bytes")
        else:
            self.done = True
        return rest

    def failed(self, error: APIError) -> None:
        """Take in that a request brought no answer, or that the answer broke off."""
        trouble, at_least = str(error.args[0]), 0.0
        if isinstance(error, APIStatusError):  # it was the task that was asked for
            if error.status_code not in _AGAIN and error.status_code < 500:  # noqa: PLR2004
                trouble = f"{self._trouble}, and so is the task ({trouble})"
                raise DownloadError(trouble, url=self.link) from error
            at_least = error.retry_after or 0.0
        if self.needs_link:
            trouble = f"{self._trouble}, and the task cannot be asked for another link: {trouble}"
        self._again(trouble, at_least=at_least, cause=error)

    def relink(self, link: str) -> None:
        """Take the link that the task, asked again, names now; empty if none."""
        self.needs_link = False
        if link in {"", self.link}:
            self.has_expired = True
            trouble = f"{self._trouble}; the task, asked again, names no other link"
            raise DownloadError(trouble, url=self.link)
        self.link = self.url = link
        self._check_address()

    def _has_start(self) -> bool:
        """Whether what the sink has is the beginning of what the link leads to."""
        source = self._sink.source
        return (
            self._use_ranges and source is not None and source.has_start(self.link, self._sink.size)
        )

    def _goes_on(self, headers: Mapping[str, str]) -> bool:
        source = self._sink.source
        return self._asked_range and bool(source and source.goes_on(headers, self._sink.size))

    def _begin(self, source: Source) -> bytes:
        """Judge the first bytes, and hand them on if they are of the right kind."""
        head, self._pending, self._coming = self._pending, b"", None
        found = self._judge(head, source)
        if isinstance(found, str):
            self._refuse(found)
            return b""
        self.format = found
        if not self._sink.begin(source, found, head):
            self.reading, self.done = False, True
            return b""
        return self._write(head)

    def _write(self, data: bytes) -> bytes:
        self._check_size(self._sink.size + len(data))
        total = self.total
        if total is not None and self._sink.size + len(data) > total:
            self._again(f"more came than the {total:,} bytes that were announced", whole=True)
            return b""
        self._sink.write(data)
        return data

    def _judge(self, head: bytes, source: Source) -> formats.Format | str:
        if not self._rules.validate:
            return formats.guess(head, content_type=source.content_type, url=self.link)
        return formats.judge(
            head, content_type=source.content_type, url=self.link, kind=self._rules.kind
        )

    def _check_size(self, size: int) -> None:
        if size > self._rules.max_bytes:
            raise DownloadError(
                f"it is larger than max_bytes ({self._rules.max_bytes:,})", url=self.link
            )

    def _check_address(self) -> None:
        if not is_address(self.link):
            raise DownloadError("it is no http or https address", url=self.link)

    def _redirect(self, location: str) -> None:
        self._hops += 1
        if self._hops > MOST_REDIRECTS:
            raise DownloadError(f"it redirects more than {MOST_REDIRECTS} times", url=self.link)
        self.url, problem = redirected(self.url, location)
        if problem is not None:
            raise DownloadError(problem, url=self.link)

    def _refuse(self, trouble: str) -> None:
        """Ask the task for its links; that it has done so before is the driver's to know."""
        self.reading, self.needs_link, self._trouble = False, True, trouble
        self.url, self._hops = self.link, 0

    def _again(
        self,
        trouble: str,
        *,
        at_least: float = 0.0,
        whole: bool = False,
        cause: Exception | None = None,
    ) -> None:
        """Try again after a pause, if there is time; `whole`: without what has come."""
        self.reading, self._pending = False, b""
        self.url, self._hops = self.link, 0
        self._use_ranges = self._use_ranges and not whole
        if self._sink.size > self._size_at_failure:
            self._delay = FIRST_DELAY
        self._size_at_failure = self._sink.size
        delay = self._delay * self._budget.rng.uniform(1 - JITTER, 1 + JITTER)
        self._delay = min(self._delay * 2, LONGEST_DELAY)
        self.pause = max(delay, min(at_least, LONGEST_PAUSE))
        if self._budget.clock.monotonic() + self.pause > self._budget.deadline:
            over = f"there is no time left of the {self._budget.timeout:g} s"
            raise DownloadError(f"{trouble}; {over}", url=self.link) from cause


def stream(
    fetch: Fetch, downloads: "Downloads", clock: Clock, renew: Callable[[str], str]
) -> Generator[bytes]:
    """Fetch, and yield each part when it is in the sink.

    `renew` asks for the task again and returns the link that has taken the place of another; empty
    if none has.
    """
    while not fetch.done:
        try:
            if fetch.needs_link:
                fetch.relink(renew(fetch.link))
            with downloads.get(fetch.url, fetch.headers()) as answer:
                fetch.answered(answer.status, answer.headers)
                while fetch.reading:
                    data = next(answer.parts, None)
                    came = fetch.ended() if data is None else fetch.take(data)
                    if came:
                        yield came
        except APIError as error:
            fetch.failed(error)
        if fetch.pause:
            clock.sleep(fetch.pause)


async def astream(
    fetch: Fetch,
    downloads: "AsyncDownloads",
    clock: Clock,
    renew: Callable[[str], Awaitable[str]],
) -> AsyncGenerator[bytes]:
    """Fetch, and yield each part, as `stream` does."""
    while not fetch.done:
        try:
            if fetch.needs_link:
                fetch.relink(await renew(fetch.link))
            async with downloads.get(fetch.url, fetch.headers()) as answer:
                fetch.answered(answer.status, answer.headers)
                async with aclosing(answer.parts) as parts:
                    while fetch.reading:
                        data = await anext(parts, None)
                        came = fetch.ended() if data is None else fetch.take(data)
                        if came:
                            yield came
        except APIError as error:
            fetch.failed(error)
        if fetch.pause:
            await clock.async_sleep(fetch.pause)
