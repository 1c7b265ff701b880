"""Magnific's callbacks, which it signs as Standard Webhooks describes."""

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from liangxin.apis.magnific import MAGNIFIC, STATES
from liangxin.callbacks.event import Event, check_body, read_object, read_text
from liangxin.callbacks.keys import Keys, Secret, keys
from liangxin.clock import Clock, SystemClock
from liangxin.errors import CallbackVerificationError, UsageError

ENVIRONMENT_VARIABLE = "MAGNIFIC_WEBHOOK_SECRET"
SIGNATURE_HEADER = "webhook-signature"

_WINDOW = 300.0
"""Seconds that a callback's time may differ from ours, as in Standard Webhooks."""

_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)


def verify_magnific(
    body: bytes,
    headers: Mapping[str, str],
    secret: Secret | None = None,
    *,
    base64_secret: bool = False,
    clock: Clock | None = None,
) -> Event:
    """Return what a callback from Magnific says, if its signature is right.

    Args:
        body: The request's body, byte for byte as it came.
        headers: The request's headers.
        secret: From Magnific's dashboard; by default MAGNIFIC_WEBHOOK_SECRET. Several are tried.
        base64_secret: Whether the secret is the base64 form of the key, and not the key itself;
            Magnific's own samples differ.
        clock: Replaces the system's time, for tests.

    Raises:
        CallbackVerificationError: The signature is missing, forged or older than 5 minutes, or the
            body unreadable.
        UsageError: There is no secret, an argument is invalid, or the extra `callbacks` is not
            installed.

    """
    found = webhook_keys(secret, base64_secret=base64_secret)
    del secret  # or a traceback's variables would show it
    check_body(body, bytes, bytearray)
    now = (clock or SystemClock()).time()
    verify_signature(body, headers, found, now)
    return read(body, now)


def webhook_keys(secret: Secret | None, *, base64_secret: bool = False) -> Keys:
    """Return the keys of signatures; raise UsageError without the extra `callbacks`."""
    try:
        import standardwebhooks  # noqa: F401, PLC0415  an extra
    except ImportError:
        raise UsageError(
            "standardwebhooks, which Magnific's callbacks need, is not installed; run "
            "pip install standardwebhooks"
        ) from None
    return keys(secret, ENVIRONMENT_VARIABLE, decode=_decoded if base64_secret else bytes)


def verify_signature(body: bytes, headers: Mapping[str, str], keys: Keys, now: float) -> None:
    """Check the signature of a callback. Raises CallbackVerificationError."""
    # Not `Webhook.verify`: it has no clock of ours, and a malformed signature before the right one
    # makes it fail.
    from standardwebhooks import Webhook  # noqa: PLC0415  an extra

    lowered = {name.lower(): value for name, value in headers.items()}
    message, sent_at, given = (
        lowered.get(name) for name in ("webhook-id", "webhook-timestamp", SIGNATURE_HEADER)
    )
    # compare_digest takes ASCII alone.
    if not (message and sent_at and given and f"{message}{given}".isascii()):
        raise CallbackVerificationError("a header of the signature is missing or malformed")
    if not _TIMESTAMP.fullmatch(sent_at):
        raise CallbackVerificationError("webhook-timestamp is not a Unix time")
    if abs(now - int(sent_at)) > _WINDOW:
        raise CallbackVerificationError("webhook-timestamp is not within 5 minutes of our clock")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise CallbackVerificationError("the body is not UTF-8") from None
    time = datetime.fromtimestamp(int(sent_at), UTC)
    if not keys.have_signed(given.split(" "), lambda key: Webhook(key).sign(message, time, text)):
        raise CallbackVerificationError("no signature is right: it is forged, or by another secret")


def read(body: bytes | str, now: float) -> Event:
    """Return what the body of an authentic callback says."""
    raw = read_object(body)
    status = read_text(raw.get("status"), "status")
    return Event(
        api=MAGNIFIC.name,
        task_id=read_text(raw.get("task_id"), "task_id"),
        state=STATES.get(status, status),
        received=now,
        raw=raw,
    )


def _decoded(secret: bytes) -> bytes:
    """Decode base64, with its prefix and padding or without; raise ValueError if it is none."""
    text = secret.removeprefix(b"whsec_").rstrip(b"=")
    key = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    if not key:
        raise ValueError("no key")
    return key
