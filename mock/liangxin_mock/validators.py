"""Validators of attrs fields whose errors say which value is wrong, and what would be right."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Collection, Sequence
from typing import Any

from liangxin_mock.errors import RuleError

Validator = Callable[[Any, Any, Any], None]
"""Takes the instance, the attribute and the value, as attrs calls it."""

_LARGEST = sys.float_info.max
# Without a query: links append a path.
_URL = re.compile(r"https?://([\w.-]+|\[[\da-f:.]+\])(:\d+)?(/[^\s?#]*)?", re.IGNORECASE)


def is_number(value: object, *, whole: bool = False) -> bool:
    """Return whether `value` is a number, other than True and False."""
    return isinstance(value, int if whole else int | float) and not isinstance(value, bool)


def check_number(
    name: str,
    value: Any,
    *,
    least: float = 0.0,
    over: float | None = None,
    most: float = _LARGEST,
    whole: bool = False,
    prefix: str = "",
) -> None:
    """Raise RuleError unless `value` is a number from `least` (or over `over`) to `most`."""
    # Python's whole numbers can be larger than any float, and then break what calculates with them.
    if is_number(value, whole=whole) and (value == math.inf or value <= _LARGEST):
        is_large_enough = value >= least if over is None else value > over
        if is_large_enough and value <= most:
            return
    limits = f"of at least {least:g}" if over is None else f"over {over:g}"
    limits += f" and at most {most:g}" if most < _LARGEST else ""
    kind = "a whole number" if whole else "a number"
    raise RuleError.of(name, f"must be {kind} {limits}, not {value!r}", prefix=prefix)


def check_url(name: str, value: Any) -> str:
    """Return an http or https URL without a slash at its end, or raise RuleError."""
    if isinstance(value, str) and _URL.fullmatch(value):
        return value.rstrip("/")
    example = "https://mock.example.com/liangxin"
    raise RuleError.of(name, f"must be a URL such as {example}, without a query, not {value!r}")


def number(**limits: Any) -> Validator:
    """Require a number; takes the limits of `check_number`."""

    def check(instance: Any, attribute: Any, value: Any) -> None:
        check_number(attribute.name, value, **limits, prefix=_prefix(instance))

    return check


def numbers(instance: Any, attribute: Any, value: Any) -> None:
    """Require a sequence of numbers."""
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise _refused(instance, attribute, "a list of numbers", value)
    for item in value:
        check_number(attribute.name, item, prefix=_prefix(instance))


def instance_of(kind: type | tuple[type, ...], wanted: str) -> Validator:
    """Require an instance of `kind`, which `wanted` describes, such as "a string"."""

    def check(instance: Any, attribute: Any, value: Any) -> None:
        # To Python, True is a number; who passes it for one has mixed up arguments.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise _refused(instance, attribute, wanted, value)

    return check


def one_of(options: Collection[str]) -> Validator:
    """Require one of these strings."""

    def check(instance: Any, attribute: Any, value: Any) -> None:
        if not isinstance(value, str) or value not in options:
            raise _refused(instance, attribute, f"one of {', '.join(options)}", value)

    return check


def _refused(instance: Any, attribute: Any, wanted: str, value: object) -> RuleError:
    problem = f"must be {wanted}, not {value!r}"
    return RuleError.of(attribute.name, problem, prefix=_prefix(instance))


def _prefix(instance: Any) -> str:
    return str(getattr(instance, "_error_prefix", ""))


flag = instance_of(bool, "True or False")
string = instance_of(str, "a string")
