# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

"""The clients of LiangXin media generation API: settings, and the httpx clients made from them."""

# Not attrs, as for the models: its import would take a tenth of the time that a new process needs
# until its first answer.
import ssl
from dataclasses import dataclass, field, replace
from typing import Any, Self

import httpx


@dataclass(eq=False)
class Client:
    """Settings of an API client, without a key.

    Usable as a (sync or async) context manager, which closes the httpx client at its end.

    Args:
        base_url: Scheme and host of the API.
        cookies: Cookies of every request.
        headers: Headers of every request.
        timeout: Seconds for each phase of a request, or an httpx.Timeout; None for no limit.
        verify_ssl: Whether certificates are verified, or an SSL context.
        follow_redirects: Whether redirects are followed.
        httpx_args: Further arguments of httpx.Client and httpx.AsyncClient.
        raise_on_unexpected_status: Whether a status that is not documented raises UnexpectedStatus.
    """

    base_url: str = "https://base-url-not-set.invalid"
    # Not in the repr: any of these can hold the key.
    cookies: dict[str, str] = field(default_factory=dict, kw_only=True, repr=False)
    headers: dict[str, str] = field(default_factory=dict, kw_only=True, repr=False)
    timeout: httpx.Timeout | float | None = field(default=60.0, kw_only=True)
    verify_ssl: str | bool | ssl.SSLContext = field(default=True, kw_only=True)
    follow_redirects: bool = field(default=False, kw_only=True)
    httpx_args: dict[str, Any] = field(default_factory=dict, kw_only=True, repr=False)
    raise_on_unexpected_status: bool = field(default=False, kw_only=True)
    _client: httpx.Client | None = field(default=None, init=False, repr=False)
    _async_client: httpx.AsyncClient | None = field(default=None, init=False, repr=False)

    def with_headers(self, headers: dict[str, str]) -> Self:
        """Return a client with further headers and httpx clients of its own."""
        return replace(self, headers={**self.headers, **headers})

    def with_cookies(self, cookies: dict[str, str]) -> Self:
        """Return a client with further cookies and httpx clients of its own."""
        return replace(self, cookies={**self.cookies, **cookies})

    def with_timeout(self, timeout: httpx.Timeout | float | None) -> Self:
        """Return a client with another timeout and httpx clients of its own."""
        return replace(self, timeout=timeout)

    def set_httpx_client(self, client: httpx.Client) -> Self:
        """Use this httpx client, with its own headers, cookies and timeout, for sync calls."""
        self._client = client
        return self

    def get_httpx_client(self) -> httpx.Client:
        """Return the httpx client of sync calls, made on first use."""
        if self._client is None:
            self._client = httpx.Client(**self._settings())
        return self._client

    def set_async_httpx_client(self, async_client: httpx.AsyncClient) -> Self:
        """Use this httpx client, with its own headers, cookies and timeout, for async calls."""
        self._async_client = async_client
        return self

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """Return the httpx client of async calls, made on first use."""
        if self._async_client is None:
            self._async_client = httpx.AsyncClient(**self._settings())
        return self._async_client

    def __enter__(self) -> Self:
        self.get_httpx_client().__enter__()
        return self

    def __exit__(self, *args: Any) -> None:
        self.get_httpx_client().__exit__(*args)

    async def __aenter__(self) -> Self:
        await self.get_async_httpx_client().__aenter__()
        return self

    async def __aexit__(self, *args: Any) -> None:
        await self.get_async_httpx_client().__aexit__(*args)

    def _settings(self) -> dict[str, Any]:
        return {
            "base_url": self.base_url,
            "cookies": self.cookies,
            "headers": self._all_headers(),
            "timeout": self.timeout,
            "verify": self.verify_ssl,
            "follow_redirects": self.follow_redirects,
            **self.httpx_args,
        }

    def _all_headers(self) -> dict[str, str]:
        return self.headers


@dataclass(eq=False)
class AuthenticatedClient(Client):
    """Settings of an API client that sends a key.

    Args:
        token: The key.
        prefix: What stands before the key in its header; empty for nothing.
        auth_header_name: The header that carries the key.

    The other arguments are those of Client.
    """

    token: str = field(kw_only=True, repr=False)
    prefix: str = field(default="Bearer", kw_only=True)
    auth_header_name: str = field(default="Authorization", kw_only=True)

    def _all_headers(self) -> dict[str, str]:
        key = f"{self.prefix} {self.token}" if self.prefix else self.token
        return {**self.headers, self.auth_header_name: key}
