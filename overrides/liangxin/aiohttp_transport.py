"""HTTP by aiohttp: several times faster than httpx where many requests are in flight.

It keeps the promises of `transport`: each request is sent exactly once, the key goes to the base
URL alone, and an error says whether the request may have arrived.
"""

import asyncio
import contextlib
import io
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import yarl
from multidict import CIMultiDict, CIMultiDictProxy

from liangxin.clock import Clock
from liangxin.downloads import AsyncDownloads, usable_environment
from liangxin.endpoint import OTHER_LOOP, Endpoint
from liangxin.errors import APIConnectionError, APITimeoutError, UsageError
from liangxin.settings import NO_OPTIONS, Options, Secret, is_loopback
from liangxin.transport import ssl_context
from liangxin.wire import Answer

# A connection that was never made, or never handed out, cannot have carried the request. Errors of
# names, certificates and proxies are among them.
_NOT_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
)
# As httpx has them. A connection that is kept for long may be closed by the server just when a
# create is sent on it, and nobody knows whether that has arrived.
_CONNECTIONS = 100
_KEEP_ALIVE = 5.0
_LARGEST_HEADER = 64 * 2**10


class AiohttpTransport(Endpoint):
    """Sends requests and waits for their answers, in one event loop at a time.

    Args:
        key: Sent as bearer token.
        base_url: Where to send to, without a trailing slash.
        timeout: Seconds to connect, to wait for each part of an answer, and for the whole body.
        clock: What the whole answer is timed by.

    Raises:
        UsageError: The base URL or a proxy of the environment cannot work, or the transport is
            closed or used in two event loops.
        APIConnectionError: From `create` and `record`: no answer came.
        APITimeoutError: The same: no answer came in time.

    """

    def __init__(self, *, key: Secret, base_url: str, timeout: float, clock: Clock) -> None:
        try:
            # In ASCII, as it goes on the wire.
            base_url = str(yarl.URL(base_url)).rstrip("/")
        except ValueError as exc:
            raise UsageError(f"The base URL {base_url!r} is not valid: {exc}") from exc
        super().__init__(key=key, base_url=base_url, timeout=timeout, clock=clock)
        self._proxy = _proxy(base_url)
        self._post_url = yarl.URL(self._create_url, encoded=True)
        self._is_encrypted = base_url.startswith("https://")
        self._is_closed = False
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.downloads = AsyncDownloads(timeout=timeout, certificates=ssl_context, http_client=None)

    async def create(self, content: bytes, options: Options = NO_OPTIONS) -> Answer:
        """Send a create body, JSON as bytes."""
        return await self._send("POST", self._post_url, options, content)

    async def record(self, task_id: str, options: Options = NO_OPTIONS) -> Answer:
        """Ask for the record of a task."""
        return await self._send("GET", yarl.URL(self._record_url(task_id), encoded=True), options)

    async def close(self) -> None:
        """Close the connections."""
        self._is_closed = True
        await self.downloads.close()
        if self._session is not None:
            await self._session.close()

    async def _send(
        self, method: str, url: yarl.URL, options: Options, content: bytes | None = None
    ) -> Answer:
        session = await self._in_this_loop()
        started, late = self._clock.monotonic(), False
        body, problem = list[bytes](), None
        # aiohttp warns of more than 1 MB as bytes, which a file is as well.
        data = None if content is None else io.BytesIO(content)
        with self._keeping(body), _named_errors():
            async with session.request(
                method,
                url,
                data=data,
                headers=self._all_headers(options, has_body=content is not None),
                timeout=session.timeout if options.timeout is None else _limits(options.timeout),
                proxy=self._proxy,
                allow_redirects=False,
            ) as response:
                async for part in response.content.iter_any():
                    # What is late but complete counts: it may hold the id of a paid task.
                    if late:
                        raise TimeoutError("the answer did not end in time")
                    body.append(part)
                    late = self._is_late(started, options)
        answered = b"".join(body)
        if response.headers.get("Content-Encoding", "").strip().lower() == "gzip":
            answered, problem = _unzipped(answered)
        return self._answer(response.status, response.raw_headers, answered, problem)

    def _all_headers(self, options: Options, *, has_body: bool) -> CIMultiDict[str]:
        # For each request: a session tells its own to proxies as well, and with them the key. And
        # unlike those of httpx they would show it in their repr.
        headers = CIMultiDict({**self._headers(), "Accept-Encoding": "gzip"})
        if has_body:
            headers["Content-Type"] = "application/json"
        headers.update(options.headers)
        return headers

    async def _in_this_loop(self) -> aiohttp.ClientSession:
        """Return the session of the running event loop."""
        if self._is_closed:
            raise UsageError("The client is closed; make a new one to go on.")
        loop = asyncio.get_running_loop()
        if self._session is not None and self._loop is loop:
            return self._session
        if self._loop is not None and self._loop.is_running():
            raise UsageError(OTHER_LOOP)
        before, self._session, self._loop = self._session, self._new_session(), loop
        session = self._session
        if before is not None:
            await before.close()
        return session

    def _new_session(self) -> aiohttp.ClientSession:
        certificates: Any = True
        if self._is_encrypted:
            # The very certificates that httpx trusts; it is slow to import.
            certificates = ssl_context()
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=_CONNECTIONS, keepalive_timeout=_KEEP_ALIVE, ssl=certificates
            ),
            timeout=_limits(self._timeout),
            middlewares=(_once,),
            cookie_jar=aiohttp.DummyCookieJar(),
            # Its errors about a body that can't be decompressed come without the status.
            auto_decompress=False,
            max_line_size=_LARGEST_HEADER,
            max_field_size=_LARGEST_HEADER,
            # Or ~/.netrc would be asked for a password.
            trust_env=False,
        )


def _limits(timeout: float) -> aiohttp.ClientTimeout:
    # For writing alone aiohttp has no limit: connect, write, wait, read.
    return aiohttp.ClientTimeout(total=4 * timeout, connect=timeout, sock_read=timeout)


async def _once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Name errors where they happen: aiohttp would send a GET again after some of its own."""
    with _named_errors():
        return await handler(request)


@contextlib.contextmanager
def _named_errors() -> Iterator[None]:
    """Turn aiohttp's errors into ours."""
    try:
        yield
    # RuntimeError: the session was closed meanwhile. UnicodeError: no host can have the name.
    except (aiohttp.ClientError, OSError, RuntimeError, UnicodeError) as exc:
        if isinstance(exc, aiohttp.ClientResponseError):
            _forget_headers(exc)
        text = str(exc) or "no details"
        may_have_arrived = not isinstance(exc, _NOT_SENT)
        if isinstance(exc, TimeoutError):
            message = f"No answer in time ({type(exc).__name__}: {text})"
            raise APITimeoutError(message, may_have_arrived=may_have_arrived) from exc
        message = f"No answer ({type(exc).__name__}: {text})"
        raise APIConnectionError(message, may_have_arrived=may_have_arrived) from exc


def _forget_headers(error: aiohttp.ClientResponseError) -> None:
    """Strike the request's headers out of an error: its repr would show the key."""
    asked = error.request_info
    headers = CIMultiDictProxy(CIMultiDict[str]())
    error.request_info = aiohttp.RequestInfo(asked.url, asked.method, headers, asked.real_url)
    error.args = (error.request_info, error.history)


def _unzipped(body: bytes) -> tuple[bytes, str | None]:
    """Return a body without its compression, or why that fails."""
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        return decoder.decompress(body) + decoder.flush(), None
    except zlib.error as exc:
        return b"", f"its content encoding is broken ({exc})"


def _proxy(base_url: str) -> yarl.URL | None:
    """Return the proxy that the environment, or the system, has for the base URL."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    # A proxy from the environment can't reach a mock on this machine.
    if is_loopback(host) or proxy_bypass(host):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy:
        return None
    with usable_environment():
        url = yarl.URL(proxy if "://" in proxy else f"http://{proxy}")
    if url.scheme not in {"http", "https"}:
        raise UsageError(
            f"aiohttp can't use the {url.scheme}:// proxy of the environment; use httpx instead"
        )
    return url
