"""Check a client's settings; an argument wins over its environment variable."""

import logging
import os
import re
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from liangxin.apis.base import Environment
from liangxin.errors import UsageError
from liangxin.http.hosts import is_host, is_loopback
from liangxin.http.key_masking import Secret

logger = logging.getLogger("liangxin")

_LOG_VARIABLE = "LIANGXIN_LOG"
_LOG_FORMAT = "%(asctime)s %(name)s %(levelname)s: %(message)s"
_LOG_LEVELS = {"info": logging.INFO, "debug": logging.DEBUG}

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2
_FRAMING = "the HTTP library sets it"
_OUR_HEADERS = {
    "host": "base_url sets the host",
    "content-type": "the body is JSON",
    "accept-encoding": "the client knows what it can decode",
    "content-length": _FRAMING,
    "transfer-encoding": _FRAMING,
    "connection": _FRAMING,
}

_LONGEST_TIMEOUT = 1_000_000
"""Seconds, 11 days: sockets take at most 2,147,483, a limit in milliseconds."""


def api_key(value: str | None, environment: Environment) -> Secret:
    """Return the API key, unchecked: the caller drops its own reference before `check` raises."""
    if value is None:
        value = os.environ.get(environment.key_variable, "")
    return Secret(value, environment.key_variable)


def base_url(value: str | None, environment: Environment) -> str:
    """Return the base URL without a trailing slash."""
    if value is None:
        value = os.environ.get(environment.base_url_variable) or environment.default_base_url

    def error(problem: str) -> UsageError:
        # The value is never repeated: it may be the key, in the wrong place.
        return UsageError(problem, argument="base_url", variable=environment.base_url_variable)

    if not value:
        raise error("must be set: there is no default host")
    if not isinstance(value, str):
        raise error(f"must be a string, not {type(value).__name__}")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise error("is not a URL: check its host and port") from None
    if parts.username is not None or parts.password is not None:
        raise error("must not contain a user name or password")
    if parts.scheme not in {"http", "https"} or not host:
        raise error("must begin with https:// and a host")
    if not is_host(host):
        raise error("has a host name that no host can have")
    if "?" in value or "#" in value or any(char.isspace() for char in value):
        raise error("must be an address without query, fragment or spaces")
    url = parts.scheme + value[len(parts.scheme) :].rstrip("/")
    if environment.path_prefix and url.endswith(environment.path_prefix):
        raise error(f"must end before {environment.path_prefix}, which the client adds")
    if parts.scheme == "http" and not is_loopback(host):
        logger.warning("The API key is sent unencrypted, as the base URL is %s", url)
    return url


def timeout(value: float) -> float:
    """Return the seconds that one request may take."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value <= _LONGEST_TIMEOUT:
        raise UsageError(
            f"must be a number of seconds over 0 and up to {_LONGEST_TIMEOUT}, not {value!r}",
            argument="timeout",
        )
    return float(value)


def extra_headers(value: Mapping[str, str] | None, environment: Environment) -> dict[str, str]:
    """Return the extra headers. Errors do not repeat their values."""
    if value is None:
        return {}

    def error(problem: str) -> UsageError:
        return UsageError(problem, argument="extra_headers")

    if not isinstance(value, Mapping):
        raise error(f"must be a mapping of names to strings, not {type(value).__name__}")
    ours = {**_OUR_HEADERS, environment.key_header.lower(): "api_key sets the key"}
    for name, content in value.items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise error(f"has a name that no header can have: {name!r}")
        if name.lower() in ours:
            raise error(f"must not set {name}: {ours[name.lower()]}")
        if not isinstance(content, str) or not (content.isascii() and content.isprintable()):
            raise error(f"must have a string of printable ASCII, in one line, for {name}")
    return {name.lower(): content for name, content in value.items()}


def log_level() -> int | None:
    """Return the level that LIANGXIN_LOG names; None if it is unset, or names none."""
    return _LOG_LEVELS.get(os.environ.get(_LOG_VARIABLE, "").strip().lower())


def configure_logging() -> None:
    """Write the SDK's log to standard error if LIANGXIN_LOG is `info` or `debug`.

    Any other value is logged as a warning, which Python prints unless the application handles it.
    """
    level = log_level()
    if level is None:
        if value := os.environ.get(_LOG_VARIABLE, "").strip():
            logger.warning("%s=%s is ignored: it must be info or debug", _LOG_VARIABLE, value)
        return
    logger.setLevel(level)
    if not any(handler.get_name() == _LOG_VARIABLE for handler in logger.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.set_name(_LOG_VARIABLE)
        handler.setFormatter(logging.Formatter(_LOG_FORMAT))
        logger.addHandler(handler)
