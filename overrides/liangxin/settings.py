"""Where a client's settings come from, and which ones cannot work.

An argument wins over its environment variable. There is no default host: LiangXin documents none.
"""

import ipaddress
import logging
import os
import re
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from liangxin import redaction
from liangxin.errors import UsageError

logger = logging.getLogger("liangxin")

_LOG_FORMAT = "%(asctime)s %(name)s %(levelname)s: %(message)s"
_LOG_LEVELS = {"info": logging.INFO, "debug": logging.DEBUG}

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2
_LABEL = 64  # a part of a host's name is shorter, RFC 1035, section 2.3.4
_FRAMING = "it says how the request is sent, which is not yours to say"
_OUR_HEADERS = {
    "authorization": "the key is set by api_key",
    "host": "the host is set by base_url",
    "content-type": "the body is JSON",
    "accept-encoding": "what can be decoded is for the client to know",
    "content-length": _FRAMING,
    "transfer-encoding": _FRAMING,
    "connection": _FRAMING,
}


_LONGEST_TIMEOUT = 1_000_000
"""Seconds, 11 days: sockets take no more than 2,147,483, their limit in milliseconds."""


class Options(NamedTuple):
    """How requests are sent, where that differs from what the client was made with."""

    timeout: float | None = None
    """Seconds; None for the client's."""
    headers: Mapping[str, str] = MappingProxyType({})
    """Sent beside our own."""

    def changed(
        self, *, timeout: float | None = None, extra_headers: Mapping[str, str] | None = None
    ) -> "Options":
        """Return these options with what is not None changed; headers are added. UsageError."""
        if timeout is None and extra_headers is None:
            return self
        return Options(
            self.timeout if timeout is None else request_timeout(timeout),
            {**self.headers, **_checked_headers(extra_headers or {})},
        )

    def __repr__(self) -> str:
        # A value may be a secret.
        return f"Options(timeout={self.timeout}, headers={sorted(self.headers)})"


NO_OPTIONS = Options()


class Secret:
    """An API key that shows itself only to the one who asks."""

    __slots__ = ("__weakref__", "_pattern", "_value")

    def __init__(self, value: str) -> None:
        self._value = value
        self._pattern: re.Pattern[str] | None = None

    def check(self) -> Self:
        """Return the key itself, or raise UsageError, without the value in text or traceback."""
        if not self._value:
            raise UsageError("No API key: pass api_key or set LIANGXIN_API_KEY")
        if not isinstance(self._value, str):
            raise UsageError(f"The API key must be a string, not {type(self._value).__name__}")
        if any(char.isspace() for char in self._value):
            raise UsageError(
                "The API key contains white space, perhaps a line break or the word Bearer from "
                "copying: set api_key or LIANGXIN_API_KEY to the bare key"
            )
        if not (self._value.isascii() and self._value.isprintable()):
            raise UsageError("The API key (api_key or LIANGXIN_API_KEY) has non-ASCII characters")
        redaction.watch(self, self._value)
        return self

    def reveal(self) -> str:
        """Return the key itself."""
        return self._value

    def masked_in(self, text: str) -> str:
        """Return `text` with the key in it, if any, struck out, in whatever spelling."""
        if self._pattern is None:
            self._pattern = redaction.pattern(self._value)
        return self._pattern.sub("***", text)

    def __repr__(self) -> str:
        return "Secret('***')"

    def __reduce__(self) -> str:
        raise TypeError("an API key is not to be pickled")


def api_key(value: str | None) -> Secret:
    """Return the API key, by default from LIANGXIN_API_KEY; it is yet to be checked."""
    # Nothing is raised while a variable holds the bare key.
    return Secret(os.environ.get("LIANGXIN_API_KEY", "") if value is None else value)


def base_url(value: str | None) -> str:
    """Return the base URL without a trailing slash, by default from LIANGXIN_BASE_URL."""
    value = os.environ.get("LIANGXIN_BASE_URL") if value is None else value
    shown = "base_url (or LIANGXIN_BASE_URL)"
    if not value:
        raise UsageError(
            "No base URL: pass base_url or set LIANGXIN_BASE_URL; there is no default, as "
            "LiangXin's documentation names no host"
        )
    if not isinstance(value, str):
        raise UsageError(f"{shown} must be a string, not {type(value).__name__}")
    # Not repeated here, nor what is wrong with it: it may be the key, in the wrong place.
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise UsageError(f"{shown} is no URL: look at its host and port") from None
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"{shown} must not contain a user name or password")
    if parts.scheme not in {"http", "https"} or not host:
        raise UsageError(f"{shown} must begin with https:// and a host")
    if not is_host(host):
        raise UsageError(f"{shown} has a host whose name no host can have")
    if "?" in value or "#" in value or any(char.isspace() for char in value):
        raise UsageError(f"{shown} must be an address without query, fragment or spaces")
    if parts.scheme == "http" and not is_loopback(host):
        logger.warning("The API key travels unencrypted, as the base URL is %s", value)
    return value.rstrip("/")


def request_timeout(value: float) -> float:
    """Check the time that one request may take, in seconds."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value <= _LONGEST_TIMEOUT:
        raise UsageError(
            "timeout (of one call: request_timeout) must be a number of seconds over 0 and up to "
            f"{_LONGEST_TIMEOUT}, not {value!r}"
        )
    return float(value)


def _checked_headers(value: Mapping[str, str]) -> dict[str, str]:
    """Check headers to be sent beside our own. The errors do not repeat their values."""
    if not isinstance(value, Mapping):
        raise UsageError(
            f"extra_headers must be a mapping of names to texts, not {type(value).__name__}"
        )
    for name, content in value.items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise UsageError(f"extra_headers: {name!r} is not the name of a header")
        if name.lower() in _OUR_HEADERS:
            raise UsageError(f"extra_headers must not set {name}: {_OUR_HEADERS[name.lower()]}")
        if not isinstance(content, str) or not (content.isascii() and content.isprintable()):
            raise UsageError(
                f"extra_headers: the value of {name} must be text in printable ASCII, in one line"
            )
    return {name.lower(): content for name, content in value.items()}


def configure_logging() -> None:
    """Write the SDK's log to standard error if LIANGXIN_LOG is `info` or `debug`."""
    wanted = os.environ.get("LIANGXIN_LOG", "").strip().lower()
    if not wanted:
        return
    level = _LOG_LEVELS.get(wanted)
    if level is None:
        logger.warning("LIANGXIN_LOG=%s is ignored: it can be info or debug", wanted)
        return
    logger.setLevel(level)
    if not any(handler.get_name() == "LIANGXIN_LOG" for handler in logger.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.set_name("LIANGXIN_LOG")
        handler.setFormatter(logging.Formatter(_LOG_FORMAT))
        logger.addHandler(handler)


def is_host(name: str) -> bool:
    """Whether it can be the name of a host: sockets raise UnicodeError for others."""
    return all(0 < len(label) < _LABEL for label in name.removesuffix(".").split("."))


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
