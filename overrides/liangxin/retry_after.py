"""Read the Retry-After header of a response."""

import re
from collections.abc import Mapping
from datetime import UTC

_SECONDS = re.compile(r"[-+]?\d{1,12}(?:\.\d{1,12})?", re.ASCII)


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds of a Retry-After header; None without a valid one.

    A date is compared with the server's own Date header, or without one with `now` (Unix time in
    seconds), so that a wrong clock of this machine does not matter. Names of headers are in lower
    case.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if _SECONDS.fullmatch(value):
        return max(float(value), 0.0)
    until = http_date(value)
    if until is None:
        return None
    start = http_date(headers.get("date", ""))
    return max(until - (now if start is None else start), 0.0)


def http_date(value: str) -> float | None:
    """Return the Unix time of an HTTP date; None if it is not one."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  slow to import, rarely needed

    try:
        date = parsedate_to_datetime(value)
        # HTTP dates are GMT; one without a zone must not be read as local time.
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
