"""HTTP by httpx.

It sends the API's two requests, each exactly once, and returns the answer or says why there is
none. The key goes to the base URL and nowhere else: redirects are not followed.
"""

import asyncio
import contextlib
import functools
import os
import ssl
from collections.abc import Callable, Iterator
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlsplit

import httpcore
import httpx

from liangxin.clock import Clock
from liangxin.downloads import AsyncDownloads, Downloads, usable_environment
from liangxin.endpoint import OTHER_LOOP, Endpoint
from liangxin.errors import APIConnectionError, APITimeoutError, UsageError
from liangxin.settings import NO_OPTIONS, Options, Secret, is_loopback
from liangxin.wire import Answer

# A connection that was never made, or never handed out, cannot have carried the request.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_NOT_SENT_BELOW = (
    httpcore.ConnectError,
    httpcore.ConnectTimeout,
    httpcore.PoolTimeout,
    httpcore.ProxyError,
)

# httpcore 1.0 compares all connections of a pool with each other at each request, and closes any
# that falls idle while there are more than 20. Small pools stay quick, and keep their connections.
_POOL = httpx.Limits(max_connections=8)
_POOLS = 12

HttpClient = httpx.Client
AsyncHttpClient = httpx.AsyncClient
_ClientT = TypeVar("_ClientT", httpx.Client, httpx.AsyncClient)


class AsyncTransport(Protocol):
    """What sends the requests of an AsyncLiangXin."""

    downloads: AsyncDownloads

    async def create(self, content: bytes, options: Options = NO_OPTIONS) -> Answer:
        """Send a create body, JSON as bytes."""
        ...

    async def record(self, task_id: str, options: Options = NO_OPTIONS) -> Answer:
        """Ask for the record of a task."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class _Requests(Endpoint, Generic[_ClientT]):
    """What both transports share: everything but the sending."""

    def __init__(
        self,
        *,
        key: Secret,
        base_url: str,
        timeout: float,
        clock: Clock,
        http_client: _ClientT | None,
        client_type: type[_ClientT],
        limits: httpx.Limits,
    ) -> None:
        if http_client is not None and not isinstance(http_client, client_type):
            wanted = f"{client_type.__module__}.{client_type.__qualname__}"
            raise UsageError(f"http_client must be an {wanted}, not {type(http_client).__name__}")
        super().__init__(key=key, base_url=base_url, timeout=timeout, clock=clock)
        self._owns_http: bool = http_client is None
        self._is_closed: bool = False
        new_http = functools.partial(
            client_type,
            verify=ssl_context() if base_url.startswith("https://") else _no_certificates(),
            # A proxy from the environment can't reach a mock on this machine.
            trust_env=not is_loopback(urlsplit(base_url).hostname or ""),
            limits=limits,
        )
        self._new_http: Callable[[], _ClientT] = usable_environment()(new_http)
        self._http: _ClientT = http_client or self._new_http()
        try:
            # Merged once with what the HTTP client sends by default, instead of at every request.
            self._get_headers = self._http.build_request("GET", base_url).headers
        except (httpx.InvalidURL, UnicodeError) as exc:
            raise UsageError(f"The base URL {base_url!r} is not valid: {exc}") from exc
        self._get_headers.update(self._headers())
        self._post_headers = httpx.Headers(self._get_headers)
        self._post_headers["Content-Type"] = "application/json"
        self._extensions = {"timeout": httpx.Timeout(timeout).as_dict()}
        self._post_url = httpx.URL(self._create_url)

    def _with(self, headers: httpx.Headers, options: Options) -> dict[str, Any]:
        """Return how a request is sent: its headers and its time limits."""
        if options.headers:
            headers = httpx.Headers(headers)
            headers.update(options.headers)
        extensions = dict(self._extensions)
        if options.timeout is not None:
            extensions["timeout"] = httpx.Timeout(options.timeout).as_dict()
        return {"headers": headers, "extensions": extensions}

    def _create_request(self, content: bytes, options: Options) -> httpx.Request:
        return httpx.Request(
            "POST",
            self._post_url,
            content=content,
            **self._with(self._post_headers, options),
        )

    def _record_request(self, task_id: str, options: Options) -> httpx.Request:
        return httpx.Request(
            "GET", self._record_url(task_id), **self._with(self._get_headers, options)
        )

    def _check_open(self) -> None:
        if self._is_closed or self._http.is_closed:
            raise UsageError("The client is closed; make a new one to go on.")


class Transport(_Requests[httpx.Client]):
    """Sends requests and blocks until they are answered. Safe to share between threads.

    Args:
        key: Sent as bearer token.
        base_url: Where to send to, without a trailing slash.
        timeout: Seconds to connect, to wait for each part of an answer, and for the whole body.
        clock: What the whole answer is timed by.
        http_client: Used instead of one of our own, and left open by `close`.

    Raises:
        UsageError: The base URL or the HTTP client cannot work, or the transport is closed.
        APIConnectionError: From `create` and `record`: no answer came.
        APITimeoutError: The same: no answer came in time.

    """

    def __init__(
        self,
        *,
        key: Secret,
        base_url: str,
        timeout: float,
        clock: Clock,
        http_client: httpx.Client | None = None,
    ) -> None:
        super().__init__(
            key=key,
            base_url=base_url,
            timeout=timeout,
            clock=clock,
            http_client=http_client,
            client_type=httpx.Client,
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=20),
        )
        self._process = os.getpid()
        self.downloads = Downloads(
            timeout=timeout, certificates=ssl_context, http_client=http_client
        )

    def create(self, content: bytes, options: Options = NO_OPTIONS) -> Answer:
        """Send a create body, JSON as bytes."""
        return self._send(self._create_request(content, options), options)

    def record(self, task_id: str, options: Options = NO_OPTIONS) -> Answer:
        """Ask for the record of a task."""
        return self._send(self._record_request(task_id, options), options)

    def close(self) -> None:
        """Close the connections, unless the HTTP client was given by the user."""
        self._is_closed = True
        self.downloads.close()
        if self._owns_http:
            self._http.close()

    def _send(self, request: httpx.Request, options: Options) -> Answer:
        self._check_open()
        if self._process != os.getpid() and self._owns_http:
            # A fork must not share connections: each would read answers that are for the other.
            self._http, self._process = self._new_http(), os.getpid()
        started, late = self._clock.monotonic(), False
        body, problem = list[bytes](), None
        with self._keeping(body), _named_errors(is_ours=self._owns_http):
            response = self._http.send(request, stream=True, auth=None, follow_redirects=False)
            try:
                for part in response.iter_bytes():
                    # What is late but complete counts: it may hold the id of a paid task.
                    if late:
                        raise httpx.ReadTimeout("the answer did not end in time")
                    body.append(part)
                    late = self._is_late(started, options)
            except httpx.DecodingError as exc:
                problem = f"its content encoding is broken ({exc})"
            finally:
                response.close()
        return self._answer(response.status_code, response.headers.raw, b"".join(body), problem)


class AsyncHttpxTransport(_Requests[httpx.AsyncClient]):
    """The same for asyncio."""

    def __init__(
        self,
        *,
        key: Secret,
        base_url: str,
        timeout: float,
        clock: Clock,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        super().__init__(
            key=key,
            base_url=base_url,
            timeout=timeout,
            clock=clock,
            http_client=http_client,
            client_type=httpx.AsyncClient,
            limits=_POOL,
        )
        self._pools = [self._http]
        self._in_flight = [0]
        self._loop: asyncio.AbstractEventLoop | None = None
        self.downloads = AsyncDownloads(
            timeout=timeout, certificates=ssl_context, http_client=http_client
        )

    async def create(self, content: bytes, options: Options = NO_OPTIONS) -> Answer:
        """Send a create body, JSON as bytes."""
        return await self._send(self._create_request(content, options), options)

    async def record(self, task_id: str, options: Options = NO_OPTIONS) -> Answer:
        """Ask for the record of a task."""
        return await self._send(self._record_request(task_id, options), options)

    async def close(self) -> None:
        """Close the connections, unless the HTTP client was given by the user."""
        self._is_closed = True
        await self.downloads.close()
        if self._owns_http:
            for http in self._pools:
                await http.aclose()

    async def _in_this_loop(self) -> None:
        """Make new connections if this is another event loop: they end with theirs."""
        loop = asyncio.get_running_loop()
        if self._loop is loop or not self._owns_http:
            return
        before = list[httpx.AsyncClient]()
        if self._loop is not None:
            if self._loop.is_running():
                raise UsageError(OTHER_LOOP)
            before, self._http = self._pools, self._new_http()
            self._pools, self._in_flight = [self._http], [0]
        self._loop = loop
        for http in before:
            with contextlib.suppress(RuntimeError):  # it can't say good-bye any more
                await http.aclose()

    @contextlib.contextmanager
    def _least_busy(self) -> Iterator[httpx.AsyncClient]:
        """Lend the HTTP client that has the least to do, perhaps a new one."""
        in_flight = self._in_flight
        count = min(in_flight)
        chosen = in_flight.index(count)
        if count == _POOL.max_connections and len(in_flight) < _POOLS and self._owns_http:
            chosen = len(in_flight)
            self._pools.append(self._new_http())
            in_flight.append(0)
        in_flight[chosen] += 1
        try:
            yield self._pools[chosen]
        finally:
            in_flight[chosen] -= 1

    async def _send(self, request: httpx.Request, options: Options) -> Answer:
        self._check_open()
        await self._in_this_loop()
        started, late = self._clock.monotonic(), False
        body, problem = list[bytes](), None
        with (
            self._keeping(body),
            _named_errors(is_ours=self._owns_http),
            self._least_busy() as http,
        ):
            response = await http.send(request, stream=True, auth=None, follow_redirects=False)
            try:
                async for part in response.aiter_bytes():
                    # What is late but complete counts: it may hold the id of a paid task.
                    if late:
                        raise httpx.ReadTimeout("the answer did not end in time")
                    body.append(part)
                    late = self._is_late(started, options)
            except httpx.DecodingError as exc:
                problem = f"its content encoding is broken ({exc})"
            finally:
                await response.aclose()
        return self._answer(response.status_code, response.headers.raw, b"".join(body), problem)


@contextlib.contextmanager
def _named_errors(*, is_ours: bool) -> Iterator[None]:
    """Turn the HTTP library's errors into ours; `is_ours` if the HTTP client is."""
    try:
        yield
    except httpx.UnsupportedProtocol as exc:
        raise UsageError(f"The base URL cannot be used: {exc}") from exc
    # RuntimeError: the connection belongs to an event loop that has ended. InvalidURL: a redirect
    # leads nowhere. UnicodeError: so does a proxy, or the base URL.
    except (
        httpx.HTTPError,
        httpx.StreamError,
        httpx.InvalidURL,
        OSError,
        RuntimeError,
        UnicodeError,
    ) as exc:
        text = str(exc) or "no details"
        may_have_arrived = not (isinstance(exc, _NOT_SENT) and (is_ours or _is_from_httpx(exc)))
        if isinstance(exc, httpx.TimeoutException | TimeoutError):
            message = f"No answer in time ({type(exc).__name__}: {text})"
            raise APITimeoutError(message, may_have_arrived=may_have_arrived) from exc
        message = f"No answer ({type(exc).__name__}: {text})"
        raise APIConnectionError(message, may_have_arrived=may_have_arrived) from exc


def _is_from_httpx(exc: Exception) -> bool:
    """Whether httpx itself says so, and no transport that another maker put below it.

    httpx-aiohttp 0.2 raises ConnectTimeout when the server hangs up after the body.
    """
    below = exc.__cause__ or exc.__context__
    return below is None or isinstance(below, _NOT_SENT_BELOW)


@functools.cache
@usable_environment()
def ssl_context() -> ssl.SSLContext:
    """Load the certificates once per process: a client of its own would take 19 ms for them."""
    return httpx.create_ssl_context()


@functools.cache
def _no_certificates() -> ssl.SSLContext:
    """Return a context that trusts nobody, for http:// base URLs, which never use it."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
