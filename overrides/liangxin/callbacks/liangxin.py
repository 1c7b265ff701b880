"""LiangXin's callbacks: it signs none, so their URLs carry a token of ours.

The token is the last query parameter, so it works whatever a proxy makes of the scheme, the host
and the path. Its signature covers an expiry and the parameters before it; parameters that somebody
appends are ignored. The task's id cannot be in it, as the URL is chosen before the task exists.
"""

import base64
import hashlib
import hmac
import json
import math
import re
import secrets
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from liangxin.apis.json_values import member
from liangxin.apis.liangxin import LIANGXIN
from liangxin.callbacks.event import Event, check_body, read_object, read_text
from liangxin.callbacks.keys import Keys, Secret, keys
from liangxin.clock import Clock, SystemClock
from liangxin.errors import CallbackVerificationError, UsageError

ENVIRONMENT_VARIABLE = "LIANGXIN_CALLBACK_SECRET"
EXPIRES_IN = 86_400.0
"""Seconds, a day; tasks take minutes, and callbacks are repeated for "a short while"."""

_SHORTEST_SECRET = 16
PARAMETER = "callback_token"
# The expiry, the nonce, and a SHA-256 in base64 without padding.
_TOKEN = re.compile(r"(\d{1,12})\.([\w-]{1,64})\.([\w-]{43})", re.ASCII)
_MOST_PARAMETERS = 100  # they are parsed before the sender has proven anything


class Token(NamedTuple):
    """A token that is genuine."""

    nonce: str
    """Different in each token."""
    query: dict[str, str]
    """The parameters that it covers."""


def tokenised(
    url: str,
    secret: Secret | Keys | None = None,
    *,
    expires_in: float = EXPIRES_IN,
    clock: Clock | None = None,
) -> str:
    """Return a URL with a token, to pass as `callback_url`. Make a new one for each task.

    Args:
        url: Your public URL. Its query parameters, such as `?order=17`, can't be changed by
            others, and are returned in `Event.query`.
        secret: At least 16 characters; by default LIANGXIN_CALLBACK_SECRET. If there are several,
            the first signs.
        expires_in: Seconds for which callbacks are accepted.
        clock: Replaces the system's time, for tests.

    Raises:
        UsageError: The URL or the secret is invalid.

    """
    found = token_keys(secret)
    del secret  # or a traceback's variables would show it
    if not (isinstance(expires_in, int | float) and 0 < expires_in < math.inf):
        raise UsageError(f"must be over 0 seconds, not {expires_in!r}", argument="expires_in")
    try:
        parts = urlsplit(url)
        parameters = _parameters(parts.query)
    except (ValueError, TypeError, AttributeError):
        raise UsageError("is not a URL", argument="url") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError("must be an absolute http:// or https:// address", argument="url")
    if any(name == PARAMETER for name, _ in parameters):
        raise UsageError("has a token already", argument="url")
    expiry = math.ceil((clock or SystemClock()).time() + expires_in)
    signed = f"{expiry}.{secrets.token_urlsafe(6)}"
    token = f"{signed}.{found.sign(lambda key: _signature(key, signed, parameters))}"
    query = f"{parts.query}&" if parts.query else ""
    return parts._replace(query=f"{query}{PARAMETER}={token}").geturl()


def verify_liangxin(
    url: str, body: bytes | str, secret: Secret | None = None, *, clock: Clock | None = None
) -> Event:
    """Return what a callback from LiangXin says, if its URL has a token of ours.

    Args:
        url: The URL that was called; its query string is enough, from the `?` on.
        body: The request's body.
        secret: By default LIANGXIN_CALLBACK_SECRET; several are tried in turn.
        clock: Replaces the system's time, for tests.

    Raises:
        CallbackVerificationError: The token is missing, forged or expired, or the body unreadable.
        UsageError: There is no secret, or an argument is invalid.

    """
    found = token_keys(secret)
    del secret  # or a traceback's variables would show it
    if not isinstance(url, str):  # Starlette's, Sanic's and yarl's URLs are objects
        problem = f"must be a string, not {type(url).__name__}; try str(request.url)"
        raise UsageError(problem, argument="url")
    check_body(body, str, bytes, bytearray)
    now = (clock or SystemClock()).time()
    token = verify_token(url.partition("?")[2].partition("#")[0], found, now)
    return read(body, token.query, now)


def token_keys(secret: Secret | Keys | None) -> Keys:
    """Return the keys of tokens."""
    if isinstance(secret, Keys):
        return secret
    return keys(secret, ENVIRONMENT_VARIABLE, shortest=_SHORTEST_SECRET)


def verify_token(query: str, keys: Keys, now: float) -> Token:
    """Return the token in a query string.

    Raises:
        CallbackVerificationError: The token is missing, forged or expired.

    """
    try:
        parameters = _parameters(query)
    except ValueError:
        raise CallbackVerificationError("the URL has too many parameters") from None
    names = [name for name, _ in parameters]
    if PARAMETER not in names:
        raise CallbackVerificationError("the URL has no token")
    at = names.index(PARAMETER)
    found = _TOKEN.fullmatch(parameters[at][1])
    if found is None:
        raise CallbackVerificationError("the token is malformed")
    expiry, nonce, signature = found.groups()
    covered = parameters[:at]
    if not keys.have_signed([signature], lambda key: _signature(key, f"{expiry}.{nonce}", covered)):
        raise CallbackVerificationError("the token is forged, or made with another secret")
    if now >= int(expiry):
        raise CallbackVerificationError("the token has expired")
    return Token(nonce, dict(covered))


def read(body: bytes | str, query: dict[str, str], now: float) -> Event:
    """Return what the body of an authentic callback says."""
    raw = read_object(body)
    return Event(
        api=LIANGXIN.name,
        task_id=read_text(member(raw, "data", "taskId"), "data.taskId"),
        state=read_text(member(raw, "data", "state"), "data.state"),
        received=now,
        query=query,
        raw=raw,
    )


def _parameters(query: str) -> list[tuple[str, str]]:
    return parse_qsl(
        query, keep_blank_values=True, errors="replace", max_num_fields=_MOST_PARAMETERS
    )


def _signature(key: bytes, signed: str, parameters: list[tuple[str, str]]) -> str:
    # As values, since a proxy may escape the same parameters in another way.
    message = json.dumps(["liangxin-callback", signed, parameters])
    digest = hmac.new(key, message.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
