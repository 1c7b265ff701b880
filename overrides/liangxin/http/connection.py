"""Send an API's requests: the generated client over a guarded httpx client.

Each request is sent exactly once, and the key goes to the base URL only: redirects are not
followed.
"""

import copy
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from liangxin.apis.base import Api, Call
from liangxin.clock import Clock
from liangxin.errors import UsageError
from liangxin.http import settings
from liangxin.http.deadline import Deadline
from liangxin.http.file_hosts import AsyncFileHosts, FileHosts
from liangxin.http.guard import AsyncGuard, AsyncSender, Guard, Sender, UnusableResponse
from liangxin.http.key_masking import Secret, forget
from liangxin.http.lean_httpx import httpx
from liangxin.http.request_log import LoggedRequest, Record
from liangxin.http_response import Received, Response

if TYPE_CHECKING:
    from liangxin.recording.recorder import Recorder

HttpClient = httpx.Client
AsyncHttpClient = httpx.AsyncClient

_T = TypeVar("_T")
_HttpT = TypeVar("_HttpT", httpx.Client, httpx.AsyncClient)


class _BaseConnection(Generic[_HttpT]):
    """The base class of both connections, with everything but the call of the generated function.

    Args:
        api: The API whose requests are sent.
        key: Its key.
        base_url: Where to send to, without a trailing slash.
        timeout: Seconds to connect, to wait for each part of a response, and for the whole of it.
        clock: The client's time.
        http_client: Used instead of the client's own sockets, and left open by `aclose`. The time
            for a response's headers, and whether a create gets a socket of its own, are then up to
            its transport, which must not follow redirects. With the extra `fast`:
            `httpx.Client(transport=SyncHttpxTransport(SyncClientBuilder().follow_redirects(False)
            .build()))`, from `pyreqwest.compatibility.httpx` and `pyreqwest.client`.
        headers: Sent in addition to the client's own.
        recorder: Records every request and response.

    Raises:
        UsageError: The base URL, the HTTP client, the recorder, or a proxy or certificates in the
            environment are invalid.

    """

    _guard_type: type[Guard | AsyncGuard]
    _sender_type: type[Sender | AsyncSender]
    _file_hosts_type: type[FileHosts | AsyncFileHosts]

    def __init__(
        self,
        *,
        api: Api,
        key: Secret,
        base_url: str,
        timeout: float,
        clock: Clock,
        http_client: _HttpT | None = None,
        headers: Mapping[str, str] | None = None,
        recorder: "Recorder | None" = None,
    ) -> None:
        if recorder is not None and not hasattr(recorder, "record_call"):
            problem = f"must be a Recorder, not {type(recorder).__name__}"
            raise UsageError(problem, argument="recorder")
        self._recorder = recorder
        self._guard: Any = self._guard_type(
            api=api, key=key, base_url=base_url, clock=clock, http_client=http_client
        )
        self._is_owner = True
        self._set_options(timeout, dict(headers or {}))

    def _set_options(self, timeout: float, headers: Mapping[str, str]) -> None:
        guard = self._guard
        self._timeout = timeout
        self._headers = headers
        self.file_hosts = self._file_hosts_type(
            timeout=timeout,
            http_client=guard.http_client,
            check_open=guard.check_open,
            mask=guard.key.mask,
        )
        outer = sys.exception()
        try:
            sender = self._sender_type(guard, timeout, headers)
        except (httpx.InvalidURL, UnicodeError) as exc:
            variable = guard.api.environment.base_url_variable
            forget(exc, outer)  # its frames have the headers, and so the key
            raise UsageError(
                f"is not valid: {exc}", argument="base_url", variable=variable
            ) from exc
        generated = guard.api.connect(guard.base_url)
        # Each kind of connection calls one kind of generated function.
        self._generated = generated.set_httpx_client(sender).set_async_httpx_client(sender)

    async def _call(self, call: Call) -> Any:
        raise NotImplementedError

    async def request(
        self, call: Call, read: Callable[[Response], _T], received: Received | None = None
    ) -> _T:
        """Send a request once, and return `read(response)`, whatever the response's status.

        `received` is filled as the response arrives, for the case of an interrupt.

        Raises:
            APIConnectionError: There is no response.
            APITimeoutError: There is no response in time.
            UsageError: The client is closed, or the request cannot be put into a URL.

        """
        with (
            LoggedRequest(call.name, self._guard.clock, self._record(call)) as logged,
            Deadline(self._timeout, received),
        ):
            # Not a variable of this frame, which an error keeps: the body may repeat the key.
            logged.response = await self._send(call)
            # Before anything else can fail, such as a log handler: it may hold a paid task's id.
            return read(logged.response)

    def _record(self, call: Call) -> Record | None:
        if self._recorder is None:
            return None
        return partial(self._recorder.record_call, self._guard.api, call, mask=self._guard.key.mask)

    async def _send(self, call: Call) -> Response:
        # In a frame of its own, cleared after an error: headers or body may repeat the key.
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

        Closing the returned connection closes nothing; the sockets are closed with the connection
        that opened them.

        Args:
            timeout: Seconds that a request may take; by default as here.
            extra_headers: Headers to send in addition to those of this connection.

        Raises:
            UsageError: An option is invalid.

        """
        added = settings.extra_headers(extra_headers, self._guard.api.environment)
        seconds = self._timeout if timeout is None else settings.timeout(timeout)
        other = copy.copy(self)
        other._is_owner = False  # noqa: SLF001
        other._set_options(seconds, {**self._headers, **added})  # noqa: SLF001
        return other

    async def aclose(self) -> None:
        """Close the sockets, unless another connection owns them."""
        if self._is_owner:
            await self._guard.aclose()


class Connection(_BaseConnection[httpx.Client]):
    """Sends requests and blocks until they are answered. Safe to share between threads."""

    _guard_type = Guard
    _sender_type = Sender
    _file_hosts_type = FileHosts

    async def _call(self, call: Call) -> Any:
        return call.operation.sync_detailed(client=self._generated, **call.arguments)


class AsyncConnection(_BaseConnection[httpx.AsyncClient]):
    """The same for asyncio; `http_client` is an httpx.AsyncClient."""

    _guard_type = AsyncGuard
    _sender_type = AsyncSender
    _file_hosts_type = AsyncFileHosts

    async def _call(self, call: Call) -> Any:
        return await call.operation.asyncio_detailed(client=self._generated, **call.arguments)
