"""Guard an API's requests: send each once, and read the whole response within limits.

httpx limits neither the time nor the size of a whole response, and drops what was received of one
that breaks off, which may name a paid task.
"""

import functools
from collections.abc import Mapping
from json import JSONEncoder
from typing import Any, Generic, TypeVar

from liangxin import __version__
from liangxin.apis.base import Api
from liangxin.clock import Clock
from liangxin.drive import run
from liangxin.errors import APIConnectionError, Hint, LiangXinError, UsageError
from liangxin.http import connection_errors
from liangxin.http.body import Body
from liangxin.http.key_masking import Secret
from liangxin.http.lean_httpx import httpx
from liangxin.http.pools import Pools

_HttpT = TypeVar("_HttpT", httpx.Client, httpx.AsyncClient)

USER_AGENT = f"liangxin-python/{__version__}"
_HEADERS = {"Accept": "*/*", "Connection": "keep-alive"}


class UnusableResponse(Exception):  # noqa: N818
    """A response whose body cannot be used; raised through the generated code."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes, problem: str) -> None:
        super().__init__(problem)
        self.status = status
        self.headers = headers
        self.body = body
        self.problem = problem


# As they are on import: tools for tests replace them later.
_SENDS: dict[type, object] = {
    httpx.Client: httpx.Client.send,
    httpx.AsyncClient: httpx.AsyncClient.send,
}


class _BaseGuard(Generic[_HttpT]):
    """The base class of both guards, with everything but the I/O."""

    _kind: type[_HttpT]

    def __init__(
        self, *, api: Api, key: Secret, base_url: str, clock: Clock, http_client: _HttpT | None
    ) -> None:
        if http_client is not None and not isinstance(http_client, self._kind):
            raise UsageError(
                f"must be an httpx.{self._kind.__name__}, not {type(http_client).__name__}",
                argument="http_client",
            )
        self.api = api
        self.key = key
        self.base_url = base_url
        self.clock = clock
        self.http_client: _HttpT | None = http_client
        self.is_closed = False

    def headers(self, added: Mapping[str, str]) -> httpx.Headers:
        """Return the headers of all requests."""
        environment = self.api.environment
        merged = httpx.Headers(_HEADERS if self.http_client is None else self.http_client.headers)
        merged["User-Agent"] = USER_AGENT
        merged["Accept-Encoding"] = "gzip"  # what `Body` decodes
        merged.update(added)
        merged[environment.key_header] = environment.key_prefix + self.key.reveal()
        return merged

    def check_open(self) -> None:
        """Raise UsageError if the client was closed, or the user's HTTP client."""
        if self.is_closed or (self.http_client is not None and self.http_client.is_closed):
            raise UsageError("The client is closed; make a new one to go on.")

    def _has_own_send(self, client: _HttpT) -> bool:
        """Whether sending has hooks, or was overridden by a subclass or a tool."""
        function = getattr(client.send, "__func__", None)
        return function is not _SENDS[self._kind] or any(client.event_hooks.values())

    async def send(self, request: httpx.Request, seconds: float) -> httpx.Response:
        """Send a request, and read the whole response within `seconds`."""
        self.check_open()
        body = Body(self.clock, seconds)
        error = None
        try:
            response = await self._open(request)
            try:
                if body.start(response):
                    await self._read(response, body)
            finally:
                await self._close(response)
        except Exception as exc:
            error = self._failed(exc, body)
            if error is None:
                self._interrupted()
                raise
        except BaseException:
            self._interrupted()
            raise
        if error is not None:
            raise error  # here, or an exception that shows the key would be its context
        content, problem = body.decode()
        if problem is not None:
            raise UnusableResponse(response.status_code, response.headers, content, problem)
        if body.encoding:
            del response.headers["content-encoding"]  # or a caller would decode it once more
        # A second response with this content would be the public way, and a tenth of a call.
        response._content = content  # noqa: SLF001
        return response

    async def _open(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the body of its response is still to be read."""
        raise NotImplementedError

    async def _read(self, response: httpx.Response, body: Body) -> None:
        """Read the body of a response until it ends or becomes too large."""
        raise NotImplementedError

    async def _close(self, response: httpx.Response) -> None:
        """Release the connection of a response."""
        raise NotImplementedError

    def _interrupted(self) -> None:
        """Handle Ctrl-C, a cancellation or the exception of a signal handler amid a request."""

    def _failed(self, exc: Exception, body: Body) -> LiangXinError | None:
        """Return the SDK's error for an exception of the HTTP library; None for any other."""
        is_unconnected = isinstance(exc, httpx.ConnectError | httpx.ConnectTimeout)
        hint = Hint.CHECK_PROXY if is_unconnected and self._is_proxied else None
        error = connection_errors.as_error(exc, is_ours=self.http_client is None, hint=hint)
        if isinstance(error, APIConnectionError):
            received, _ = body.decode()
            error.base_url = self.key.mask(self.base_url)
            error.body = self.key.mask(received.decode("utf-8", "replace"))
            error.message = self.key.mask(error.message)
            error.args = (error.message,)
        if error is not None and connection_errors.is_masked(exc, self.key.mask):
            error.__cause__ = exc
        return error

    @property
    def _is_proxied(self) -> bool:
        """Whether the client's own connections go by a proxy of the environment."""
        raise NotImplementedError


class Guard(_BaseGuard[httpx.Client]):
    """Sends requests and blocks until their responses are read. Safe to share between threads."""

    _kind = httpx.Client

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._pools = None if self.http_client is not None else Pools(self.base_url)

    async def _open(self, request: httpx.Request) -> httpx.Response:
        if self._pools is not None:
            return self._pools.send(request)
        client = self.http_client
        assert client is not None  # noqa: S101
        if self._has_own_send(client):
            return client.send(request, stream=True, auth=None, follow_redirects=False)
        # httpx's `send` would only keep cookies, which are never sent, and look for redirects,
        # which are not followed: a fourth of the time of a call.
        return client._transport_for_url(request.url).handle_request(request)  # noqa: SLF001

    async def _read(self, response: httpx.Response, body: Body) -> None:
        assert isinstance(response.stream, httpx.SyncByteStream)  # noqa: S101
        for part in response.stream:
            if not body.add(part):
                break

    async def _close(self, response: httpx.Response) -> None:
        response.close()

    @property
    def _is_proxied(self) -> bool:
        return self._pools is not None and self._pools.is_proxied

    def _interrupted(self) -> None:
        if self._pools is not None:
            self._pools.abandon()

    async def aclose(self) -> None:
        """Close the connections, unless the HTTP client was given by the user."""
        self.is_closed = True
        if self._pools is not None:
            self._pools.close()


class AsyncGuard(_BaseGuard[httpx.AsyncClient]):
    """The same for asyncio."""

    _kind = httpx.AsyncClient

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # As slow to import as asyncio, which a sync client never needs.
        from liangxin.http.async_pools import AsyncPools  # noqa: PLC0415
        from liangxin.polling.worker_asyncio import running_loop  # noqa: PLC0415

        self._pools = None if self.http_client is not None else AsyncPools(self.base_url)
        self._check_loop = running_loop

    async def send(self, request: httpx.Request, seconds: float) -> httpx.Response:
        """Send a request, as `Guard.send` does, when a slot is free."""
        self._check_loop(self.clock)  # before a create, which is paid for
        if self._pools is None or self.is_closed:
            return await super().send(request, seconds)
        async with self._pools.slot(seconds):
            return await super().send(request, seconds)

    async def _open(self, request: httpx.Request) -> httpx.Response:
        if self._pools is not None:
            return await self._pools.send(request)
        client = self.http_client
        assert client is not None  # noqa: S101
        if self._has_own_send(client):
            return await client.send(request, stream=True, auth=None, follow_redirects=False)
        transport = client._transport_for_url(request.url)  # noqa: SLF001  as in `Guard`
        return await transport.handle_async_request(request)

    async def _read(self, response: httpx.Response, body: Body) -> None:
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101
        async for part in response.stream:
            if not body.add(part):
                break

    async def _close(self, response: httpx.Response) -> None:
        await response.aclose()

    @property
    def _is_proxied(self) -> bool:
        return self._pools is not None and self._pools.is_proxied

    async def aclose(self) -> None:
        """Close the connections, as `Guard.aclose` does."""
        self.is_closed = True
        if self._pools is not None:
            await self._pools.aclose()


# As httpx encodes `json=`.
_encoded = JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


@functools.lru_cache(1024)
def _parsed(url: str) -> httpx.URL:
    # Half of the time of building a request, and a wait polls the same URL again and again.
    return httpx.URL(url)


class _BaseSender:
    """Builds the requests of generated functions, which call it as if it were an httpx client.

    httpx would merge URL, headers, cookies and timeouts anew for each request, which takes a third
    of the time of a call; nothing but path, query and body differs between these.

    Raises:
        httpx.InvalidURL: The base URL is one that no request can have.

    """

    def __init__(self, guard: Any, timeout: float, headers: Mapping[str, str]) -> None:
        self._guard = guard
        self._seconds = timeout
        url = httpx.URL(guard.base_url + "/")
        self._headers = httpx.Request("GET", url, headers=guard.headers(headers)).headers
        self._extensions = {"timeout": httpx.Timeout(timeout).as_dict()}

    def _build(
        self,
        method: str,
        url: str,
        *,
        params: Any = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Request:
        address = self._guard.base_url + url
        if params:
            address += f"?{httpx.QueryParams(params)}"
        merged = self._headers.copy()
        for name, value in (headers or {}).items():
            merged[name] = value
        content = b""
        if json is not None:
            content = _encoded(json).encode()
            merged["Content-Length"] = str(len(content))
        request = httpx.Request(
            method,
            _parsed(address),
            # With `json=` and `headers=`, httpx would complete, copy and decode the headers again.
            stream=httpx.ByteStream(content),
            extensions=self._extensions,
        )
        request.headers = merged
        request.read()  # or transports would take the body for one of unknown length
        return request


class Sender(_BaseSender):
    """Sends by a `Guard`."""

    def request(self, **arguments: Any) -> httpx.Response:
        """Send a request once, and read its response."""
        response: httpx.Response = run(self._guard.send(self._build(**arguments), self._seconds))
        return response


class AsyncSender(_BaseSender):
    """Sends by an `AsyncGuard`."""

    async def request(self, **arguments: Any) -> httpx.Response:
        """Send a request once, and read its response."""
        response: httpx.Response = await self._guard.send(self._build(**arguments), self._seconds)
        return response
