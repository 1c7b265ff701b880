"""Map the exceptions of httpx, and of transports below it, to the SDK's errors.

They are about requests without a response; what a response means is in `apis/status_codes.py`.
"""

import re
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import httpcore

from liangxin.errors import APIConnectionError, APITimeoutError, Hint, LiangXinError, UsageError
from liangxin.http.lean_httpx import httpx

# RuntimeError: the connection belongs to an event loop that has ended. UnicodeError: the name of a
# proxy is not a valid host name.
_FAILURES = (
    httpx.HTTPError,
    httpx.StreamError,
    httpx.InvalidURL,
    OSError,
    RuntimeError,
    UnicodeError,
)
# Transports for httpx that let some exceptions of their own through.
_TRANSPORTS = {"aiohttp", "pyreqwest", "anyio", "httpcore", "h11"}

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_NOT_SENT_BELOW = (
    httpcore.ConnectError,
    httpcore.ConnectTimeout,
    httpcore.PoolTimeout,
    httpcore.ProxyError,
)
# By name, as neither library is imported unless the user does.
_NOT_SENT_BY_AIOHTTP = {
    "ClientConnectorError",
    "ClientProxyConnectionError",
    "ConnectionTimeoutError",
    "ClientHttpProxyError",
}
_NOT_SENT_BY_REQWEST = "client error (Connect)"

_PROXY_REFUSAL = re.compile(r"4(?!08|29)\d\d\b")


def as_error(
    exc: Exception, *, is_ours: bool = False, hint: Hint | None = None
) -> LiangXinError | None:
    """Return the SDK's error for an exception of the HTTP library; None for any other.

    `is_ours` says that httpx's own transport raised it, whose connect errors can be trusted. Those
    of tools that stand in for it in tests, such as respx, lack the cause that would show it.
    `hint` is for an error that has none of its own.
    """
    if isinstance(exc, httpx.UnsupportedProtocol):
        return UsageError(f"has a scheme that cannot be used: {exc}", argument="base_url")
    # Not by isinstance, which would need those libraries.
    is_transports = any(c.__module__.partition(".")[0] in _TRANSPORTS for c in type(exc).__mro__)
    if not isinstance(exc, _FAILURES) and not is_transports:
        return None
    text = ": ".join(_texts(exc)) or "no details"
    permanent = _permanent(exc)
    details: dict[str, Any] = {
        "may_have_arrived": not (is_not_sent(exc) or (is_ours and isinstance(exc, _NOT_SENT))),
        "is_permanent": permanent is not None,
        "hint": permanent or hint,
    }
    name = type(exc).__name__
    if isinstance(exc, httpx.TimeoutException | TimeoutError):
        return APITimeoutError(f"No response in time ({name}: {text})", **details)
    return APIConnectionError(f"No response ({name}: {text})", **details)


def is_not_sent(exc: Exception) -> bool:
    """Whether the request provably never reached the server.

    A connection that was never made, or never taken from the pool, cannot have carried it. The
    class of the exception is not enough: some transports report a connection that dropped after
    the request as a connect error, so the cause decides.
    """
    if not isinstance(exc, _NOT_SENT):
        return False
    below = exc.__cause__ or exc.__context__
    if below is None or isinstance(below, _NOT_SENT_BELOW):
        return True
    if _is_from(below, "aiohttp"):
        return any(c.__name__ in _NOT_SENT_BY_AIOHTTP for c in type(below).__mro__)
    return _NOT_SENT_BY_REQWEST in _reqwest_causes(below)


def is_about_certificates(exc: BaseException) -> bool:
    """Whether an untrusted certificate caused an exception."""
    return any(
        isinstance(part, ssl.SSLCertVerificationError)
        or any("invalid peer certificate" in cause for cause in _reqwest_causes(part))
        for part in chain(exc)
    )


def _permanent(exc: Exception) -> Hint | None:
    """Return the hint for an exception that waiting cannot fix; None for any other."""
    if is_about_certificates(exc):
        return Hint.CHECK_CERTIFICATES
    if any(getattr(part, "reason", None) == "WRONG_VERSION_NUMBER" for part in chain(exc)):
        return Hint.CHECK_BASE_URL  # the server does not speak TLS
    if isinstance(exc, httpx.ProxyError) and _PROXY_REFUSAL.match(str(exc)):
        return Hint.CHECK_PROXY
    return None


def chain(exc: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and its causes."""
    seen = set[int]()  # an exception that is raised again may be in its own context
    while exc is not None and id(exc) not in seen:
        seen.add(id(exc))
        yield exc
        exc = exc.__cause__ or exc.__context__


def is_masked(exc: BaseException | None, mask: Callable[[str], str]) -> bool:
    """Whether an exception and its causes show nothing that `mask` would mask."""
    # HTTP libraries quote a response that is not HTTP, and some attach the request.
    shown = "".join(f"{part} {part.args} {vars(part)}" for part in chain(exc))
    return mask(shown) == shown


def _texts(exc: Exception) -> Iterator[str]:
    if str(exc):
        yield str(exc)
    if causes := _reqwest_causes(exc.__cause__):
        yield causes[-1]


def _is_from(exc: BaseException, library: str) -> bool:
    return type(exc).__module__.partition(".")[0] == library


def _reqwest_causes(exc: BaseException | None) -> list[str]:
    """Return the messages that pyreqwest has for an error, the outermost first."""
    if exc is None or not _is_from(exc, "pyreqwest"):
        return []
    details = getattr(exc, "details", None) or {}
    return [str(cause.get("message")) for cause in details.get("causes") or ()]
