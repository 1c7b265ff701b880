"""GET results from their hosts, and PUT files to theirs: without the API key or cookies.

These are other hosts than the API's. Each request has a connection of its own, so that nothing is
shared after a fork or with another event loop. Of the user's HTTP client only the connections are
used, with their proxies and certificates.
"""

import contextlib
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Generic, Self, TypeVar
from urllib.parse import quote

from liangxin.clock import monotonic
from liangxin.errors import APIConnectionError, DownloadError, UploadError
from liangxin.http import connection_errors, environment
from liangxin.http.deadline import AsyncDeadlineTransport, Deadline, DeadlineTransport
from liangxin.http.guard import USER_AGENT
from liangxin.http.hosts import is_loopback
from liangxin.http.lean_httpx import httpx

_ClientT = TypeVar("_ClientT", httpx.Client, httpx.AsyncClient)

_NextPart = Callable[[], Awaitable[bytes | None]]
"""Returns the next part of a body; None after the last."""

Mask = Callable[[str], str]
"""Masks the API key in a text."""

_Opened = tuple[httpx.Response, _NextPart, bool]
"""A response, its parts, and whether its connection has no proxy in between."""

_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "*/*",
    # So that lengths and ranges are those of the file.
    "Accept-Encoding": "identity",
}
# Of the connection, and not of the file.
_OUR_HEADERS = {"host", "content-length", "transfer-encoding", "connection", "te", "upgrade"}
_MIN_TIMEOUT = 0.01
_SLOWEST_UPLOAD = 50_000  # bytes per second
_MAX_ANSWER = 2**16  # bytes of the answer to an upload
_ASCII = "".join(map(chr, range(128)))
_INVALID_ADDRESS = (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError)


class Incoming:
    """A response, and an asynchronous iterator of the parts of its body.

    Attributes:
        status: The HTTP status.
        headers: The headers, names in lower case.
        is_loopback: Whether the server is known to be on this machine.

    """

    def __init__(
        self,
        response: httpx.Response,
        next_part: _NextPart,
        seconds: float,
        *,
        is_direct: bool,
        mask: Mask = str,
    ) -> None:
        self.status = response.status_code
        # Bytes that are not ASCII are percent-encoded once: a Location must not be encoded twice.
        self.headers = {
            name.decode("latin-1").lower(): quote(value, safe=_ASCII)
            for name, value in response.headers.raw
        }
        stream = response.extensions.get("network_stream")
        address = stream.get_extra_info("server_addr") if stream and is_direct else None
        self.is_loopback = bool(address and is_loopback(address[0]))
        self._end = monotonic() + seconds

        self._next_part = next_part
        self._mask = mask

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        """Return the next part of the body, decoded; raise APIConnectionError if it breaks off."""
        with _mapped_errors(self._mask), Deadline(self._end - monotonic()):
            part = await self._next_part()
        if part is None:
            raise StopAsyncIteration
        return part


class _BaseFileHosts(Generic[_ClientT]):
    """The base class of both, with everything but the I/O.

    Args:
        timeout: Seconds to connect, until the headers are complete, and between parts of the body.
        http_client: The user's own client, if there is one.
        check_open: Raises UsageError if the SDK's client is closed.
        mask: Masks the API key, which a link, or an answer about it, may repeat.

    Raises:
        UsageError: A proxy in the environment is invalid: reported here, before any create.

    """

    def __init__(
        self,
        *,
        timeout: float,
        http_client: _ClientT | None,
        check_open: Callable[[], None],
        mask: Mask = str,
    ) -> None:
        self._timeout = timeout
        self._given: _ClientT | None = http_client
        self._check_open = check_open
        self.mask = mask
        if http_client is None:
            environment.proxy_for("https://results.invalid")

    def cause_of(self, error: Exception) -> BaseException | None:
        """Return the cause of an error; None if it, or what is behind it, shows the key."""
        cause = error.__cause__
        return cause if connection_errors.is_masked(cause, self.mask) else None

    def _request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        seconds: float,
        content: bytes = b"",
    ) -> httpx.Request:
        self._check_open()
        timeout = httpx.Timeout(max(seconds, _MIN_TIMEOUT))
        return httpx.Request(
            method,
            url,
            headers={**_HEADERS, **headers},
            content=content or None,
            extensions={"timeout": timeout.as_dict()},
        )

    @contextlib.asynccontextmanager
    async def get(
        self, url: str, headers: Mapping[str, str], *, seconds: float = math.inf
    ) -> AsyncIterator[Incoming]:
        """Send a GET request; its response must be complete after `seconds`.

        Raises:
            APIConnectionError: There is no response.
            DownloadError: The address, or the certificate of the host, is invalid.
            UsageError: The client is closed.

        """
        within = min(seconds, self._timeout)
        async with contextlib.AsyncExitStack() as stack:
            with _mapped_errors(self.mask), Deadline(within):
                request = self._request("GET", url, headers, within)
                response, next_part, is_direct = await self._open(request, stack)
            yield Incoming(response, next_part, seconds, is_direct=is_direct, mask=self.mask)

    async def put(self, url: str, headers: Mapping[str, str], content: bytes) -> tuple[int, bytes]:
        """Send a PUT request with a file; return the status and the beginning of the answer.

        Raises:
            APIConnectionError: There is no response.
            UploadError: The address, a header, or the certificate of the host, is invalid.
            UsageError: The client is closed.

        """
        own = {n: v for n, v in headers.items() if n.lower() not in _OUR_HEADERS}
        # A large file over a slow line takes its time.
        within = self._timeout + len(content) / _SLOWEST_UPLOAD
        answer = b""
        async with contextlib.AsyncExitStack() as stack:
            with _mapped_errors(self.mask, UploadError), Deadline(within):
                request = self._request("PUT", url, own, within, content)
                response, next_part, _ = await self._open(request, stack)
                while len(answer) < _MAX_ANSWER and (part := await next_part()) is not None:
                    answer += part
        return response.status_code, answer

    async def _open(self, request: httpx.Request, stack: contextlib.AsyncExitStack) -> _Opened:
        """Send a request; `stack` closes what was opened for it."""
        raise NotImplementedError


class FileHosts(_BaseFileHosts[httpx.Client]):
    """Sends GET requests for results, and files by PUT. Safe to share between threads."""

    async def _open(self, request: httpx.Request, stack: contextlib.AsyncExitStack) -> _Opened:
        if self._given is not None:
            response = self._given.send(request, stream=True, auth=None, follow_redirects=False)
            is_direct = False
        else:
            options = environment.connection_options(str(request.url))
            is_direct = options["proxy"] is None
            transport = DeadlineTransport(**options)
            stack.callback(transport.close)
            response = transport.handle_request(request)
        stack.callback(response.close)
        parts = response.iter_bytes()

        async def next_part() -> bytes | None:
            return next(parts, None)

        return response, next_part, is_direct


class AsyncFileHosts(_BaseFileHosts[httpx.AsyncClient]):
    """The same for asyncio."""

    async def _open(self, request: httpx.Request, stack: contextlib.AsyncExitStack) -> _Opened:
        if self._given is not None:
            response = await self._given.send(
                request, stream=True, auth=None, follow_redirects=False
            )
            is_direct = False
        else:
            options = environment.connection_options(str(request.url))
            is_direct = options["proxy"] is None
            transport = AsyncDeadlineTransport(**options)
            stack.push_async_callback(transport.aclose)
            response = await transport.handle_async_request(request)
        stack.push_async_callback(response.aclose)
        parts = response.aiter_bytes()

        async def next_part() -> bytes | None:
            return await anext(parts, None)

        return response, next_part, is_direct


@contextlib.contextmanager
def _mapped_errors(
    mask: Mask, kind: type[DownloadError | UploadError] = DownloadError
) -> Iterator[None]:
    """Raise the SDK's errors in place of those of the HTTP library."""
    try:
        yield
    except httpx.DecodingError as exc:
        raise kind(f"its content encoding is broken ({mask(str(exc))})") from exc
    except Exception as exc:
        error = connection_errors.as_error(exc)
        if error is None:
            raise
        text = mask(str(exc))
        # httpx parses the target of a redirect, even if it is not followed.
        if isinstance(exc, _INVALID_ADDRESS) or "location header" in text:
            text = f"its address, or that of a redirect, cannot be used ({text})"
            raise kind(text) from exc
        if connection_errors.is_about_certificates(exc):
            raise kind(f"its server cannot be trusted ({text})") from exc
        error.message = mask(error.message)
        error.args = (error.message,)
        if not isinstance(error, APIConnectionError) or error.is_permanent:
            raise kind(error.text) from exc
        raise error from exc
