"""Numbers, texts and times of JSON that may be anything."""

from __future__ import annotations

import pytest

from liangxin.apis import json_values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *[(1, 1.0), (1.5, 1.5), ("7", 7.0), ("-7", -7.0), (0, 0.0)],
        *[(True, None), (None, None), ("", None), ("x", None), ("1.5", None), ("9" * 10, None)],
        *[([], None), ({}, None), (10**400, None), (float("nan"), None), (float("inf"), None)],
    ],
)
def test_numbers(value: object, expected: float | None) -> None:
    """A finite number, or a short whole one in a string, is a number; nothing else is."""
    assert json_values.number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *[("a", "a"), (" a ", " a "), (7, "7"), (1.5, "1.5")],
        *[("", None), (" ", None), (True, None), (None, None), ([], None)],
    ],
)
def test_texts(value: object, expected: str | None) -> None:
    """A string that is not blank, or a number, is text."""
    assert json_values.text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1_765_166_238_716, 1_765_166_238.716), ("", None), (1_765_166_238, None), (None, None)],
)
def test_times(value: object, expected: float | None) -> None:
    """Milliseconds since the epoch are a time; seconds are not taken for them."""
    assert json_values.unix_time(value) == expected
