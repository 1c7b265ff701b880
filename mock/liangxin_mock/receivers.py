"""Receivers: functions in this process that take callbacks in place of their URLs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from liangxin_mock.errors import RuleError


class Callback(NamedTuple):
    """A call to a callback URL, for a receiver in this process."""

    url: str
    body: dict[str, Any]
    """For LiangXin the record, as recordInfo returns it; for Magnific the task in that record."""
    content: bytes
    """The body as bytes."""
    task_id: str
    attempt: int
    headers: Mapping[str, str]
    """Its headers, apart from those of HTTP itself, such as a signature."""


Receiver = Callable[[Callback], int | None]
"""Takes a callback and returns the HTTP status to answer with; None stands for 200."""


def check_receiver(receiver: object) -> None:
    """Raise RuleError unless a receiver can be called and answers when it returns."""
    if not callable(receiver):
        raise RuleError(f"receiver must be a function, not {receiver!r}", "receiver")
    if any(map(inspect.iscoroutinefunction, (receiver, type(receiver).__call__))):
        raise RuleError(
            "receiver must be a plain function that returns a status or None: the simulator calls "
            f"it wherever the clock is moved and can't await {receiver!r}; call an application of "
            "coroutines through its test client, or leave receiver None and create tasks with a "
            "callback URL on which the application listens",
            "receiver",
        )
