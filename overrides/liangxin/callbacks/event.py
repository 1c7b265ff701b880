"""What a callback says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from liangxin.errors import CallbackVerificationError, UsageError
from liangxin.http_response import is_deep
from liangxin.task_states import TERMINAL_STATES

_LONGEST_ID = 1000


@dataclass(frozen=True, slots=True)
class Event:
    """The content of an authentic callback.

    It is only a hint: query the task before you rely on it.
    """

    api: str
    """`LiangXin` or `Magnific`."""
    task_id: str
    state: str
    """`waiting`, `queuing`, `generating`, `success`, `fail`, or one that the API added later."""
    received: float
    """When it was received, as Unix time in seconds."""
    query: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The query parameters of the URL that `tokenised` was given, such as an order's number."""
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """The body's JSON object."""

    @property
    def is_terminal(self) -> bool:
        """Whether the state is final."""
        return self.state in TERMINAL_STATES


def check_body(body: object, *kinds: type) -> None:
    """Raise UsageError unless a body is of one of these types: parsed JSON has no signature."""
    if not isinstance(body, kinds):
        problem = f"must be the request's body as it came, not {type(body).__name__}"
        raise UsageError(problem, argument="body")


def read_object(body: bytes | str) -> dict[str, Any]:
    """Return the JSON object in the body of an authentic callback.

    Raises:
        CallbackVerificationError: There is none.

    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise unreadable("the body is not JSON") from None
    # Deep JSON would break whoever copies, pickles or records the event.
    if not isinstance(value, dict) or is_deep(value):
        raise unreadable("the body is not a JSON object, or is nested too deeply")
    return value


def read_text(value: Any, name: str) -> str:
    """Return a task's id or state; raise CallbackVerificationError for anything else."""
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_ID:
        raise unreadable(f"the body has no {name}")
    # A line break in it would forge a line of the log.
    if not value.isprintable():
        raise unreadable(f"{name} has control characters")
    return value


def unreadable(reason: str) -> CallbackVerificationError:
    """Return the error for an authentic callback that cannot be read."""
    return CallbackVerificationError(reason, status_code=400)
