"""Retry-After: seconds or a date, by the server's own clock if it sends it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangxin.retry_after import http_date, retry_after
from tests.support.samples import START


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "Fri, 01 May 2026 01:46:50 GMT"}, 10.0),
        ({"retry-after": "Fri, 01 May 2026 01:46:50"}, 10.0),
        ({"retry-after": "Fri, 01 May 2020 01:46:50 GMT"}, 0.0),
        ({"retry-after": "Fri, 99 May 2026 01:46:50 GMT"}, None),
        (
            {
                "retry-after": "Fri, 01 May 2026 02:00:30 GMT",
                "date": "Fri, 01 May 2026 02:00:00 GMT",
            },
            30.0,
        ),
        ({"retry-after": "Fri, 01 May 2026 01:46:50 GMT", "date": "today"}, 10.0),
    ],
)
def test_seconds_and_dates(headers: dict[str, str], expected: float | None) -> None:
    """Seconds are taken as they are; a date counts from the server's Date, or from now."""
    assert retry_after(headers, START) == expected


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs a settable time zone")
def test_dates_are_gmt(monkeypatch: pytest.MonkeyPatch) -> None:
    """A date without a zone is GMT, in whatever zone this machine is."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        seconds = retry_after({"retry-after": "Fri, 01 May 2026 01:46:50"}, START)
    time.tzset()
    assert seconds == 10.0


@given(st.dictionaries(st.sampled_from(["retry-after", "date"]), st.text()))
def test_any_header_is_seconds_or_nothing(headers: dict[str, str]) -> None:
    """No header makes a wait negative, endless or an error."""
    seconds = retry_after(headers, START)
    assert seconds is None or 0 <= seconds < 1e13


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_date_is_a_time_or_nothing(text: str) -> None:
    """Whatever stands in place of a date is a number or None."""
    assert isinstance(http_date(text), float | None)
