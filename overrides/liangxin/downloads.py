"""HTTP for results: GET requests that carry nothing of the API's.

Result links lead to hosts that are not LiangXin's API. Requests are made by hand, so that neither
the key nor default headers, cookies or authentication of the user's HTTP client are in them, and
redirects are not followed here. Only what a connection is made of is shared: proxy, certificates,
transport.
"""

import contextlib
import ssl
import sys
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

import httpx

from liangxin import __version__, redaction
from liangxin.errors import APIConnectionError, APITimeoutError, DownloadError, UsageError

_ClientT = TypeVar("_ClientT", httpx.Client, httpx.AsyncClient)
_PartsT_co = TypeVar("_PartsT_co", Iterator[bytes], AsyncGenerator[bytes], covariant=True)

_HEADERS = {
    "User-Agent": f"liangxin-python/{__version__}",
    "Accept": "*/*",
    # So that lengths and ranges are those of the file.
    "Accept-Encoding": "identity",
}
# A proxy from the environment can't reach a mock on this machine.
_DIRECT = ("all://localhost", "all://*.localhost", "all://127.0.0.1", "all://[::1]")


class Incoming(NamedTuple, Generic[_PartsT_co]):
    """An answer whose body is still to be read."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    parts: _PartsT_co
    """The body; raises APIConnectionError if it breaks off."""


class _Requests(Generic[_ClientT]):
    """What both share: everything but the sending."""

    def __init__(
        self,
        *,
        timeout: float,
        certificates: Callable[[], ssl.SSLContext],
        client_type: type[_ClientT],
        http_client: _ClientT | None,
    ) -> None:
        self._client_type: type[_ClientT] = client_type
        self._given: _ClientT | None = http_client
        self._own: _ClientT | None = None
        self._is_closed = False
        self._lock = threading.Lock()
        self._certificates = certificates
        self._extensions = {"timeout": httpx.Timeout(timeout).as_dict()}

    def _http(self) -> _ClientT:
        """Return the user's client, or one of our own that is made when first needed."""
        with self._lock:
            if self._is_closed or (self._given is not None and self._given.is_closed):
                raise UsageError("The client is closed; make a new one to go on.")
            if self._given is not None:
                return self._given
            if self._own is None:
                certificates, mounts = self._certificates(), dict.fromkeys(_DIRECT)
                with usable_environment():
                    self._own = self._client_type(verify=certificates, mounts=mounts)
            return self._own

    def _request(self, url: str, headers: Mapping[str, str]) -> httpx.Request:
        try:
            return httpx.Request(
                "GET", url, headers={**_HEADERS, **headers}, extensions=dict(self._extensions)
            )
        except (httpx.InvalidURL, UnicodeError) as exc:
            raise DownloadError(f"the address cannot be used: {exc}") from exc

    def _take_own(self) -> _ClientT | None:
        """Close for new requests, and return what is to be closed."""
        with self._lock:
            self._is_closed = True
            return self._own


class Downloads(_Requests[httpx.Client]):
    """Sends GET requests for results. Safe to share between threads.

    Args:
        timeout: Seconds to connect, and to wait for each part of an answer.
        certificates: Makes the context of a client of our own.
        http_client: Whose connections to use instead of such a client.

    """

    def __init__(
        self,
        *,
        timeout: float,
        certificates: Callable[[], ssl.SSLContext],
        http_client: httpx.Client | None,
    ) -> None:
        super().__init__(
            timeout=timeout,
            certificates=certificates,
            client_type=httpx.Client,
            http_client=http_client,
        )

    @contextlib.contextmanager
    def get(self, url: str, headers: Mapping[str, str]) -> Iterator[Incoming[Iterator[bytes]]]:
        """Send a GET; the answer lives as long as the context.

        Raises:
            APIConnectionError: No answer came.
            DownloadError: None can come: the address or its certificate is wrong.
            UsageError: The client is closed.

        """
        request, http = self._request(url, headers), self._http()
        with _named_errors():
            response = http.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            yield Incoming(response.status_code, _lower(response), _parts(response))
        finally:
            response.close()

    def close(self) -> None:
        """Close our own connections."""
        own = self._take_own()
        if own is not None:
            own.close()


class AsyncDownloads(_Requests[httpx.AsyncClient]):
    """The same for asyncio."""

    def __init__(
        self,
        *,
        timeout: float,
        certificates: Callable[[], ssl.SSLContext],
        http_client: httpx.AsyncClient | None,
    ) -> None:
        super().__init__(
            timeout=timeout,
            certificates=certificates,
            client_type=httpx.AsyncClient,
            http_client=http_client,
        )

    @contextlib.asynccontextmanager
    async def get(
        self, url: str, headers: Mapping[str, str]
    ) -> AsyncIterator[Incoming[AsyncGenerator[bytes]]]:
        """Send a GET as `Downloads.get` does."""
        request, http = self._request(url, headers), self._http()
        with _named_errors():
            response = await http.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            yield Incoming(response.status_code, _lower(response), _aparts(response))
        finally:
            await response.aclose()

    async def close(self) -> None:
        """Close our own connections."""
        own = self._take_own()
        if own is not None:
            await own.aclose()


def _parts(response: httpx.Response) -> Iterator[bytes]:
    with _named_errors():
        yield from response.iter_bytes()


async def _aparts(response: httpx.Response) -> AsyncGenerator[bytes]:
    with _named_errors():
        async for part in response.aiter_bytes():
            yield part


def _lower(response: httpx.Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in response.headers.raw
    }


@contextlib.contextmanager
def usable_environment() -> Iterator[None]:
    """Turn what cannot work of a proxy or certificates that the environment names into UsageError.

    A proxy is not repeated, nor left in frames: it may have a password.
    """
    outer = sys.exception()
    try:
        yield
    except (ImportError, OSError, ValueError, httpx.InvalidURL) as exc:
        redaction.forget(exc, outer)
        if isinstance(exc, OSError):
            text = f"The certificates of SSL_CERT_FILE or SSL_CERT_DIR cannot be used: {exc}"
        else:
            text = (
                "A proxy of the environment cannot be used: look at HTTPS_PROXY, HTTP_PROXY, "
                "ALL_PROXY and NO_PROXY"
            )
            text += f" ({exc})" if isinstance(exc, ImportError) else ""
        raise UsageError(text) from None


@contextlib.contextmanager
def _named_errors() -> Iterator[None]:
    """Turn the HTTP library's errors into ours."""
    try:
        yield
    # Of the address, or of that in a redirect, which httpx reads, followed or not. UnicodeError: a
    # name that no host can have.
    except (httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeError) as exc:
        raise DownloadError(f"the address cannot be used: {exc}") from exc
    # RuntimeError: the connection belongs to an event loop that has ended.
    except (httpx.HTTPError, httpx.StreamError, OSError, RuntimeError) as exc:
        text = f"{type(exc).__name__}: {exc or 'no details'}"
        if "Invalid URL in location header" in text:  # httpx reads it, followed or not
            raise DownloadError("it redirects to no http or https address") from exc
        if _is_about_certificates(exc):
            raise DownloadError(f"its server cannot be trusted ({text})") from exc
        if isinstance(exc, httpx.TimeoutException | TimeoutError):
            raise APITimeoutError(f"no answer in time ({text})", may_have_arrived=True) from exc
        raise APIConnectionError(f"no answer ({text})", may_have_arrived=True) from exc


def _is_about_certificates(exc: BaseException | None) -> bool:
    """Whether a wrong certificate is behind an error: no later try will find a better one."""
    while exc is not None:
        if isinstance(exc, ssl.SSLCertVerificationError):
            return True
        exc = exc.__cause__ or exc.__context__
    return False
