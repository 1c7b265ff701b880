"""Guard an API's requests: send each once, and read the whole response within limits.

httpx limits neither the time nor the size of a whole response, and drops what was received of one
that breaks off, which may name a paid task.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from liangxin import __version__
from liangxin.apis.base import Api
from liangxin.clock import Clock
from liangxin.drive import run
from liangxin.errors import APIConnectionError, LiangXinError, UsageError
from liangxin.http import exceptions
from liangxin.http.body import Body
from liangxin.http.deadline import deadline
from liangxin.http.library import httpx
from liangxin.http.pools import Pools
from liangxin.http.secrets import Secret

if TYPE_CHECKING:
    from liangxin.http.async_pools import AsyncPools

_HttpT = TypeVar("_HttpT", httpx.Client, httpx.AsyncClient)

USER_AGENT = f"liangxin-python/{__version__}"


class UnusableResponse(Exception):  # noqa: N818
    """A response whose body cannot be used; raised through the generated code."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes, problem: str) -> None:
        super().__init__(problem)
        self.status = status
        self.headers = headers
        self.body = body
        self.problem = problem


class _BaseGuard(Generic[_HttpT]):
    """Everything but the I/O, for both guards."""

    _kind: type[_HttpT]

    def __init__(
        self,
        *,
        api: Api,
        key: Secret,
        base_url: str,
        clock: Clock,
        http_client: _HttpT | None,
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

    def client_options(self, timeout: float, headers: Mapping[str, str]) -> dict[str, Any]:
        """Return the arguments of a guarded client, from which requests are built."""
        environment = self.api.environment
        merged = httpx.Headers(None if self.http_client is None else self.http_client.headers)
        merged["User-Agent"] = USER_AGENT
        merged["Accept-Encoding"] = "gzip"  # what `Body` decodes
        merged.update(headers)
        merged[environment.key_header] = environment.key_prefix + self.key.reveal()
        return {
            "base_url": self.base_url,
            "headers": merged,
            "timeout": timeout,
            "trust_env": False,
        }

    def check_open(self) -> None:
        """Raise UsageError if the client was closed, or the user's HTTP client."""
        if self.is_closed or (self.http_client is not None and self.http_client.is_closed):
            raise UsageError("The client is closed; make a new one to go on.")

    async def send(self, request: httpx.Request, seconds: float) -> httpx.Response:
        """Send a request, and read the whole response within `seconds`."""
        self.check_open()
        body = Body(self.clock, seconds)
        error = None
        try:
            with deadline(seconds):
                response = await self._open(request)
                try:
                    if body.start(response):
                        await self._read(response, body)
                finally:
                    await self._close(response)
        except Exception as exc:
            error = self._failed(exc, body)
            if error is None:
                raise
        if error is not None:
            raise error  # here, or an exception that shows the key would be its context
        content, problem = body.decode()
        headers = response.headers
        if problem is not None:
            raise UnusableResponse(response.status_code, headers, content, problem)
        if body.encoding:
            del headers["content-encoding"]  # or httpx would decode it once more
        return httpx.Response(response.status_code, headers=headers, content=content)

    async def _open(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the body of its response is still to be read."""
        raise NotImplementedError

    async def _read(self, response: httpx.Response, body: Body) -> None:
        """Read the body of a response until it ends or becomes too large."""
        raise NotImplementedError

    async def _close(self, response: httpx.Response) -> None:
        """Release the connection of a response."""
        raise NotImplementedError

    def _failed(self, exc: Exception, body: Body) -> LiangXinError | None:
        """Return the SDK's error for an exception of the HTTP library; None for any other."""
        error = exceptions.as_error(exc, is_ours=self.http_client is None)
        if isinstance(error, APIConnectionError):
            received, _ = body.decode()
            error.base_url = self.key.mask(self.base_url)
            error.body = self.key.mask(received.decode("utf-8", "replace"))
            error.message = self.key.mask(error.message)
            error.args = (error.message,)
        # HTTP libraries quote a response that is not HTTP, and some attach the request.
        shown = "".join(f"{part} {part.args} {vars(part)}" for part in exceptions.chain(exc))
        if error is not None and self.key.mask(shown) == shown:
            error.__cause__ = exc
        return error


class Guard(_BaseGuard[httpx.Client]):
    """Sends requests and blocks until their responses are read. Safe to share between threads."""

    _kind = httpx.Client

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._pools = None if self.http_client is not None else Pools(self.base_url)

    async def _open(self, request: httpx.Request) -> httpx.Response:
        if self._pools is not None:
            return self._pools.send(request)
        assert self.http_client is not None  # noqa: S101
        return self.http_client.send(request, stream=True, auth=None, follow_redirects=False)

    async def _read(self, response: httpx.Response, body: Body) -> None:
        for part in response.iter_raw():
            if not body.add(part):
                break

    async def _close(self, response: httpx.Response) -> None:
        response.close()

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
        self._pools = None if self.http_client is not None else _async_pools(self.base_url)

    async def send(self, request: httpx.Request, seconds: float) -> httpx.Response:
        """Send a request, as `Guard.send` does, when a slot is free."""
        if self._pools is None or self.is_closed:
            return await super().send(request, seconds)
        async with self._pools.slot(seconds):
            return await super().send(request, seconds)

    async def _open(self, request: httpx.Request) -> httpx.Response:
        if self._pools is not None:
            return await self._pools.send(request)
        assert self.http_client is not None  # noqa: S101
        return await self.http_client.send(request, stream=True, auth=None, follow_redirects=False)

    async def _read(self, response: httpx.Response, body: Body) -> None:
        async for part in response.aiter_raw():
            if not body.add(part):
                break

    async def _close(self, response: httpx.Response) -> None:
        await response.aclose()

    async def aclose(self) -> None:
        """Close the connections, as `Guard.aclose` does."""
        self.is_closed = True
        if self._pools is not None:
            await self._pools.aclose()


def _async_pools(url: str) -> "AsyncPools":
    from liangxin.http.async_pools import AsyncPools  # noqa: PLC0415  as slow as asyncio

    return AsyncPools(url)


class GuardedClient(httpx.Client):
    """The HTTP client of the generated client: builds requests, and leaves sending to the guard."""

    def __init__(self, guard: Guard, **options: Any) -> None:
        # A transport of its own would load certificates.
        super().__init__(transport=httpx.BaseTransport(), **options)
        self._guard = guard
        self._builder = _RequestBuilder(guard.base_url, self)

    def build_request(self, method: str, url: Any, **options: Any) -> httpx.Request:
        """Build a request from the arguments of a generated function."""
        return self._builder.build(method, url, **options)

    def send(self, request: httpx.Request, **_: Any) -> httpx.Response:
        """Send a request through the guard, ignoring httpx's own options."""
        return run(self._guard.send(request, self.timeout.read or 0.0))


class AsyncGuardedClient(httpx.AsyncClient):
    """The same for asyncio."""

    def __init__(self, guard: AsyncGuard, **options: Any) -> None:
        super().__init__(transport=httpx.AsyncBaseTransport(), **options)
        self._guard = guard
        self._builder = _RequestBuilder(guard.base_url, self)

    def build_request(self, method: str, url: Any, **options: Any) -> httpx.Request:
        """Build a request, as `GuardedClient.build_request` does."""
        return self._builder.build(method, url, **options)

    async def send(self, request: httpx.Request, **_: Any) -> httpx.Response:
        """Send a request, as `GuardedClient.send` does."""
        return await self._guard.send(request, self.timeout.read or 0.0)


class _RequestBuilder:
    """Builds the requests of generated functions.

    httpx merges URL, headers, cookies and timeouts for each request, which takes a third of the
    time of a call; here only path, query and body differ between requests.
    """

    def __init__(self, base_url: str, client: httpx.Client | httpx.AsyncClient) -> None:
        self._base_url = base_url
        self._headers = client.headers
        self._timeout = client.timeout.as_dict()
        self.build("GET", "/")  # raises httpx.InvalidURL for an invalid base URL

    def build(
        self,
        method: str,
        path: str,
        *,
        params: Any = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> httpx.Request:
        merged = self._headers
        if headers:
            merged = httpx.Headers(merged)
            merged.update(headers)
        return httpx.Request(
            method,
            self._base_url + path,
            params=params,
            headers=merged,
            json=json,
            extensions={"timeout": self._timeout},
        )
