"""GET results from their hosts: without the API key, cookies or default headers.

Links of results lead to other hosts than the API's. Each request has a connection of its own: a
process that forks, or a client that is used in another event loop, has none to share. Of the user's
HTTP client only the connections are used, with their proxies and certificates.
"""

import contextlib
import math
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Generic, Self, TypeVar
from urllib.parse import quote, urlsplit

from liangxin import __version__
from liangxin.errors import APIConnectionError, DownloadError
from liangxin.http import environment, exceptions
from liangxin.http.deadline import AsyncDeadlineTransport, DeadlineTransport, deadline
from liangxin.http.library import httpx
from liangxin.http.settings import is_loopback

_ClientT = TypeVar("_ClientT", httpx.Client, httpx.AsyncClient)

_HEADERS = {
    "User-Agent": f"liangxin-python/{__version__}",
    "Accept": "*/*",
    # Lengths and ranges are then those of the file.
    "Accept-Encoding": "identity",
}
_MIN_TIMEOUT = 0.01
_ASCII = "".join(map(chr, range(128)))
_INVALID_ADDRESS = (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError)


class Incoming:
    """A response, and an asynchronous iterator of the parts of its body.

    Attributes:
        status: The HTTP status.
        headers: The headers, names in lower case.
        is_loopback: Whether the server is on this machine, as far as is known.

    """

    def __init__(self, response: httpx.Response, seconds: float, *, is_direct: bool) -> None:
        self.status = response.status_code
        # Bytes that are not ASCII are escaped as they are: a Location must not be encoded twice.
        self.headers = {
            name.decode("latin-1").lower(): quote(value, safe=_ASCII)
            for name, value in response.headers.raw
        }
        stream = response.extensions.get("network_stream")
        address = stream.get_extra_info("server_addr") if stream and is_direct else None
        self.is_loopback = bool(address and is_loopback(address[0]))
        self._end = time.monotonic() + seconds

    @contextlib.contextmanager
    def _receiving(self) -> Iterator[None]:
        with _mapped_errors(), deadline(self._end - time.monotonic()):
            yield

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        """Return the next part of the body, decoded; raise APIConnectionError if it breaks off."""
        raise NotImplementedError


class _SyncIncoming(Incoming):
    def __init__(self, response: httpx.Response, seconds: float, *, is_direct: bool) -> None:
        super().__init__(response, seconds, is_direct=is_direct)
        self._parts = response.iter_bytes()

    async def __anext__(self) -> bytes:
        with self._receiving():
            part = next(self._parts, None)
        if part is None:
            raise StopAsyncIteration
        return part


class _AsyncIncoming(Incoming):
    def __init__(self, response: httpx.Response, seconds: float, *, is_direct: bool) -> None:
        super().__init__(response, seconds, is_direct=is_direct)
        self._parts = response.aiter_bytes()

    async def __anext__(self) -> bytes:
        with self._receiving():
            part = await anext(self._parts, None)
        if part is None:
            raise StopAsyncIteration
        return part


class _Requests(Generic[_ClientT]):
    """What both variants share: everything but the I/O.

    Args:
        timeout: Seconds to connect, until the head of a response is complete, and between parts.
        http_client: The user's own client, if there is one.
        check_open: Raises UsageError if the SDK's client is closed.

    Raises:
        UsageError: A proxy of the environment cannot be used; better now than after a create.

    """

    def __init__(
        self, *, timeout: float, http_client: _ClientT | None, check_open: Callable[[], None]
    ) -> None:
        self._timeout = timeout
        self._given: _ClientT | None = http_client
        self._check_open = check_open
        if http_client is None:
            environment.proxy_for("https://results.invalid")

    def _request(self, url: str, headers: Mapping[str, str], seconds: float) -> httpx.Request:
        self._check_open()
        timeout = httpx.Timeout(max(min(seconds, self._timeout), _MIN_TIMEOUT))
        try:
            return httpx.Request(
                "GET",
                url,
                headers={**_HEADERS, **headers},
                extensions={"timeout": timeout.as_dict()},
            )
        except _INVALID_ADDRESS as exc:
            raise DownloadError(f"its address cannot be used ({exc})") from exc

    @contextlib.contextmanager
    def _sending(self, seconds: float) -> Iterator[None]:
        with _mapped_errors(), deadline(min(seconds, self._timeout)):
            yield


class Downloads(_Requests[httpx.Client]):
    """Sends GET requests for results. Safe to share between threads."""

    @contextlib.asynccontextmanager
    async def get(
        self, url: str, headers: Mapping[str, str], *, seconds: float = math.inf
    ) -> AsyncIterator[Incoming]:
        """Send a GET request; its response must be complete after `seconds`.

        Raises:
            APIConnectionError: There is no response.
            DownloadError: There can be none: the address or its certificate is wrong.
            UsageError: The client is closed.

        """
        request = self._request(url, headers, seconds)
        with contextlib.ExitStack() as stack:
            with self._sending(seconds):
                if self._given is not None:
                    response = self._given.send(
                        request, stream=True, auth=None, follow_redirects=False
                    )
                    is_direct = False
                else:
                    proxy = environment.proxy_for(url)
                    transport = DeadlineTransport(verify=_certificates(url), proxy=proxy)
                    stack.callback(transport.close)
                    response = transport.handle_request(request)
                    is_direct = proxy is None
            stack.callback(response.close)
            yield _SyncIncoming(response, seconds, is_direct=is_direct)


class AsyncDownloads(_Requests[httpx.AsyncClient]):
    """The same for asyncio."""

    @contextlib.asynccontextmanager
    async def get(
        self, url: str, headers: Mapping[str, str], *, seconds: float = math.inf
    ) -> AsyncIterator[Incoming]:
        """Send a GET request as `Downloads.get` does."""
        request = self._request(url, headers, seconds)
        async with contextlib.AsyncExitStack() as stack:
            with self._sending(seconds):
                if self._given is not None:
                    response = await self._given.send(
                        request, stream=True, auth=None, follow_redirects=False
                    )
                    is_direct = False
                else:
                    proxy = environment.proxy_for(url)
                    transport = AsyncDeadlineTransport(verify=_certificates(url), proxy=proxy)
                    stack.push_async_callback(transport.aclose)
                    response = await transport.handle_async_request(request)
                    is_direct = proxy is None
            stack.push_async_callback(response.aclose)
            yield _AsyncIncoming(response, seconds, is_direct=is_direct)


def _certificates(url: str) -> ssl.SSLContext:
    is_encrypted = urlsplit(url).scheme == "https"
    return environment.ssl_context() if is_encrypted else environment.no_certificates()


@contextlib.contextmanager
def _mapped_errors() -> Iterator[None]:
    """Raise the SDK's errors in place of those of the HTTP library."""
    try:
        yield
    except httpx.DecodingError as exc:
        raise DownloadError(f"its content encoding is broken ({exc})") from exc
    except Exception as exc:
        error = exceptions.as_error(exc)
        if error is None:
            raise
        # httpx reads the address of a redirect, followed or not.
        if isinstance(exc, _INVALID_ADDRESS) or "location header" in str(exc):
            text = f"its address, or that of a redirect, cannot be used ({exc})"
            raise DownloadError(text) from exc
        if exceptions.is_about_certificates(exc):
            raise DownloadError(f"its server cannot be trusted ({exc})") from exc
        if not isinstance(error, APIConnectionError) or error.is_permanent:
            raise DownloadError(error.text) from exc
        raise error from exc
