"""Certificates and proxies from the environment."""

import contextlib
import functools
import ipaddress
import ssl
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from liangxin.errors import UsageError
from liangxin.http.hosts import is_loopback
from liangxin.http.key_masking import forget
from liangxin.http.lean_httpx import httpx


@contextlib.contextmanager
def _usable() -> Iterator[None]:
    """Raise UsageError for an invalid proxy, or invalid certificates, in the environment.

    The proxy is neither repeated nor left in frames: it may have a password.
    """
    outer = sys.exception()
    try:
        yield
    except OSError as exc:
        forget(exc, outer)
        text = f"The certificates of SSL_CERT_FILE or SSL_CERT_DIR cannot be used: {exc}"
        raise UsageError(text) from None
    except (ImportError, ValueError, httpx.InvalidURL) as exc:
        forget(exc, outer)
        reason = f" ({exc})" if isinstance(exc, ImportError) else ""
        raise UsageError(
            "A proxy of the environment cannot be used: check HTTPS_PROXY, HTTP_PROXY and "
            f"ALL_PROXY{reason}"
        ) from None


@functools.cache
def ssl_context() -> ssl.SSLContext:
    """Load the trusted certificates once per process: each load takes 19 ms."""
    with _usable():
        return httpx.create_ssl_context()


@functools.cache
def _no_certificates() -> ssl.SSLContext:
    # For http:// addresses, which never use it: httpx would load those of the system.
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def connection_options(url: str) -> dict[str, Any]:
    """Return the options of an httpx transport for a URL: its certificates and its proxy."""
    is_encrypted = urlsplit(url).scheme == "https"
    verify = ssl_context() if is_encrypted else _no_certificates()
    return {"verify": verify, "proxy": proxy_for(url)}


def proxy_for(url: str) -> httpx.Proxy | None:
    """Return the proxy for a URL, from the environment or the system.

    Raises:
        UsageError: It cannot be used.

    """
    with _usable():
        # In its own function, whose frame is cleared after an error.
        return _proxy_for(url)


def _proxy_for(url: str) -> httpx.Proxy | None:
    parts = urlsplit(url)
    host = parts.hostname or ""
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    # A proxy cannot reach a mock on this machine.
    if not proxy or is_loopback(host) or _is_excluded(host, proxies.get("no", "")):
        return None
    usable = httpx.Proxy(proxy if "://" in proxy else f"http://{proxy}")
    # Raises ImportError where SOCKS is not installed: better now than at a download.
    httpx.HTTPTransport(verify=_no_certificates(), proxy=usable)
    return usable


def _is_excluded(host: str, no_proxy: str) -> bool:
    """Whether NO_PROXY, or the system, excludes a host; invalid entries are skipped."""
    if proxy_bypass(host):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    for entry in no_proxy.split(","):
        with contextlib.suppress(ValueError):
            if address in ipaddress.ip_network(entry.strip().strip("[]"), strict=False):
                return True
    return False
