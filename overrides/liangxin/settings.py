"""Where a client's settings come from, and which ones cannot work.

An argument wins over its environment variable. There is no default host: LiangXin documents none.
"""

import ipaddress
import logging
import math
import os
import sys
from urllib.parse import urlsplit

from liangxin.errors import UsageError

logger = logging.getLogger("liangxin")

_LOG_FORMAT = "%(asctime)s %(name)s %(levelname)s: %(message)s"
_LOG_LEVELS = {"info": logging.INFO, "debug": logging.DEBUG}


class Secret:
    """An API key that shows itself only to the one who asks.

    Raises:
        UsageError: The value cannot be a key; the text does not repeat it.

    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not isinstance(value, str):
            raise UsageError(f"The API key must be a string, not {type(value).__name__}")
        if any(char.isspace() for char in value):
            raise UsageError(
                "The API key contains white space, perhaps a line break or the word Bearer from "
                "copying: set api_key or LIANGXIN_API_KEY to the bare key"
            )
        if not (value.isascii() and value.isprintable()):
            raise UsageError("The API key (api_key or LIANGXIN_API_KEY) has non-ASCII characters")
        self._value = value

    def reveal(self) -> str:
        """Return the key itself."""
        return self._value

    def masked_in(self, text: str) -> str:
        """Return `text` with the key in it, if any, struck out."""
        return text.replace(self._value, "***")

    def __repr__(self) -> str:
        return "Secret('***')"

    def __reduce__(self) -> str:
        raise TypeError("an API key is not to be pickled")


def api_key(value: str | None) -> Secret:
    """Return the API key, by default from LIANGXIN_API_KEY."""
    value = os.environ.get("LIANGXIN_API_KEY") if value is None else value
    if not value:
        raise UsageError("No API key: pass api_key or set LIANGXIN_API_KEY")
    return Secret(value)


def base_url(value: str | None) -> str:
    """Return the base URL without a trailing slash, by default from LIANGXIN_BASE_URL."""
    value = os.environ.get("LIANGXIN_BASE_URL") if value is None else value
    shown = "base_url (or LIANGXIN_BASE_URL)"
    if not value:
        raise UsageError(
            "No base URL: pass base_url or set LIANGXIN_BASE_URL; there is no default, as "
            "LiangXin's documentation names no host"
        )
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError as exc:
        raise UsageError(f"{shown} is no URL: {exc}") from exc
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"{shown} must not contain a user name or password")
    if parts.scheme not in {"http", "https"} or not host:
        raise UsageError(f"{shown} must begin with https:// and a host, not {value!r}")
    if "?" in value or "#" in value or any(char.isspace() for char in value):
        raise UsageError(f"{shown} must be an address without query or spaces, not {value!r}")
    if parts.scheme == "http" and not is_loopback(host):
        logger.warning("The API key travels unencrypted, as the base URL is %s", value)
    return value.rstrip("/")


def request_timeout(value: float) -> float:
    """Check the time that one request may take, in seconds."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value < math.inf:
        raise UsageError(f"timeout must be a number of seconds greater than 0, not {value!r}")
    return float(value)


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


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
