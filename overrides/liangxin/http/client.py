"""Send an API's requests: the generated client on an httpx client of ours.

Each request is sent exactly once, and the key goes to the base URL and nowhere else: redirects are
not followed.
"""

from collections.abc import Callable, Mapping
from typing import Any, Generic, Self, TypeVar

from liangxin.apis.base import Api, Call
from liangxin.clock import Clock
from liangxin.errors import UsageError
from liangxin.http import settings
from liangxin.http.downloads import AsyncDownloads, Downloads
from liangxin.http.guard import (
    AsyncGuard,
    AsyncGuardedClient,
    Guard,
    GuardedClient,
    UnusableResponse,
)
from liangxin.http.library import httpx
from liangxin.http.request_log import LoggedRequest
from liangxin.http.secrets import Secret
from liangxin.responses import Response

HttpClient = httpx.Client
AsyncHttpClient = httpx.AsyncClient

_T = TypeVar("_T")
_GuardT = TypeVar("_GuardT", Guard, AsyncGuard)


class _BaseConnection(Generic[_GuardT]):
    """What both connections share: everything but the call of the generated function."""

    def __init__(self, guard: _GuardT, timeout: float, headers: Mapping[str, str]) -> None:
        self._guard: _GuardT = guard
        self._timeout = timeout
        self._headers = dict(headers)
        self._is_owner = True
        try:
            self._generated = self._connect(guard.client_options(timeout, headers))
        except (httpx.InvalidURL, UnicodeError) as exc:
            variable = guard.api.environment.base_url_variable
            raise UsageError(
                f"is not valid: {exc}", argument="base_url", variable=variable
            ) from exc

    def _connect(self, options: Mapping[str, Any]) -> Any:
        """Return a generated client whose HTTP client is guarded."""
        raise NotImplementedError

    async def _call(self, call: Call) -> Any:
        """Call the generated function."""
        raise NotImplementedError

    async def request(self, call: Call, read: Callable[[Response], _T]) -> _T:
        """Send a request once, and return what `read` makes of its response, whatever its status.

        It is read before anything else can fail, such as a log handler: it may hold the id of a
        paid task.

        Raises:
            APIConnectionError: There is no response.
            APITimeoutError: There is none in time.
            UsageError: The client is closed, or the request cannot be put into a URL.

        """
        with LoggedRequest(call.name, self._guard.clock) as logged:
            logged.response = await self._send(call)
            return read(logged.response)

    async def _send(self, call: Call) -> Response:
        """Send a request; in a frame of its own, as a body or headers may repeat the key."""
        problem = None
        try:
            answer = await self._call(call)
            status, headers, body = answer.status_code, answer.headers, answer.content
        except UnusableResponse as exc:
            status, headers, body, problem = exc.status, exc.headers, exc.body, exc.problem
        except (httpx.InvalidURL, UnicodeError) as exc:
            raise UsageError(f"The request cannot be put into a URL: {exc}") from None
        return Response(
            status=status,
            headers=headers,
            body=body,
            received_at=self._guard.clock.time(),
            problem=problem,
            mask=self._guard.key.mask,
        )

    def with_options(
        self, *, timeout: float | None = None, extra_headers: Mapping[str, str] | None = None
    ) -> Self:
        """Return a connection with other options that shares the sockets of this one.

        They end with the connection that opened them: closing the one returned here closes nothing.

        Args:
            timeout: Seconds that a request may take; by default as here.
            extra_headers: Headers to send beside those that this connection sends.

        Raises:
            UsageError: An option cannot work.

        """
        other = type(self).__new__(type(self))
        added = settings.extra_headers(extra_headers, self._guard.api.environment)
        seconds = self._timeout if timeout is None else settings.timeout(timeout)
        _BaseConnection.__init__(other, self._guard, seconds, {**self._headers, **added})
        other._is_owner = False  # noqa: SLF001
        return other

    async def aclose(self) -> None:
        """Close the connections, unless they are those of another."""
        if self._is_owner:
            await self._guard.aclose()


class Connection(_BaseConnection[Guard]):
    """Sends requests and blocks until they are answered. Safe to share between threads.

    Args:
        api: The API whose requests are sent.
        key: Its key.
        base_url: Where to send to, without a trailing slash.
        timeout: Seconds to connect, to wait for each part of a response, and for the whole of it.
        clock: The client's time.
        http_client: Sends in place of connections of our own, and is left open by `aclose`. Its
            transport alone limits the time of a response's head, chooses the connections of
            creates, and must not follow redirects by itself. With the extra `fast`:
            `httpx.Client(transport=SyncHttpxTransport(SyncClientBuilder().follow_redirects(False)
            .build()))`, from `pyreqwest.compatibility.httpx` and `pyreqwest.client`.
        headers: Sent beside our own.

    Raises:
        UsageError: The base URL, the HTTP client, or a proxy or certificates of the environment
            cannot work.

    """

    def __init__(
        self,
        *,
        api: Api,
        key: Secret,
        base_url: str,
        timeout: float,
        clock: Clock,
        http_client: httpx.Client | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        guard = Guard(api=api, key=key, base_url=base_url, clock=clock, http_client=http_client)
        super().__init__(guard, timeout, headers or {})

    def _connect(self, options: Mapping[str, Any]) -> Any:
        self.downloads = Downloads(
            timeout=self._timeout,
            http_client=self._guard.http_client,
            check_open=self._guard.check_open,
        )
        client = GuardedClient(self._guard, **options)
        return self._guard.api.connect(self._guard.base_url).set_httpx_client(client)

    async def _call(self, call: Call) -> Any:
        return call.endpoint.sync_detailed(client=self._generated, **call.arguments)


class AsyncConnection(_BaseConnection[AsyncGuard]):
    """The same for asyncio; `http_client` is an httpx.AsyncClient."""

    def __init__(
        self,
        *,
        api: Api,
        key: Secret,
        base_url: str,
        timeout: float,
        clock: Clock,
        http_client: httpx.AsyncClient | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        guard = AsyncGuard(
            api=api, key=key, base_url=base_url, clock=clock, http_client=http_client
        )
        super().__init__(guard, timeout, headers or {})

    def _connect(self, options: Mapping[str, Any]) -> Any:
        self.downloads = AsyncDownloads(
            timeout=self._timeout,
            http_client=self._guard.http_client,
            check_open=self._guard.check_open,
        )
        client = AsyncGuardedClient(self._guard, **options)
        return self._guard.api.connect(self._guard.base_url).set_async_httpx_client(client)

    async def _call(self, call: Call) -> Any:
        return await call.endpoint.asyncio_detailed(client=self._generated, **call.arguments)
