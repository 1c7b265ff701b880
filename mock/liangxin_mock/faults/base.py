"""What a fault is, and what it needs of the API whose answers it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal, Protocol, get_args

import attrs

from liangxin_mock.chance import Chance
from liangxin_mock.messages import Reply
from liangxin_mock.vocabulary import Word

Operation = Literal[
    "createTask", "recordInfo", "listTasks", "requestUploadUrls", "upload", "result", "callback"
]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)
REQUESTS = frozenset(OPERATIONS) - {"callback"}

Answer = Callable[[], Reply]
"""Lets the API process the request, at the first call, and returns its reply."""


class Formats(Protocol):
    """How an API writes errors and records; implemented in `apis/`, a layer above."""

    def error(
        self,
        status: int,
        message: str | None = None,
        *,
        gateway: bool | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Make an error of this HTTP status; `gateway` overrides which part of the API sends it."""
        ...

    def error_in_success(self, code: int, message: str) -> Reply:
        """Make a response with HTTP 200 whose body reports an error."""
        ...

    def unknown_task(self) -> Reply:
        """Make the response about a task that does not exist."""
        ...

    def link_expired(self) -> Reply:
        """Make the response to a link that has expired."""
        ...

    def with_broken_result(self, record: Reply, how: str) -> Reply | None:
        """Change a record of a success so that it has no usable links; None for other records."""
        ...

    def with_state(self, record: Reply, state: str) -> Reply | None:
        """Change the state in a record of an unfinished job; None for other records."""
        ...


@attrs.frozen(repr=False)
class Fault(Word):
    """Something that goes wrong."""

    on: ClassVar[frozenset[str]] = REQUESTS
    """The operations at which it can happen."""
    example: ClassVar[str] = ""

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        """Return what the client gets.

        The API's own reply, unchanged, means that the fault did not apply.
        """
        raise NotImplementedError

    def delays(self, delays: list[float], chance: Chance) -> list[float]:
        """Return how many seconds after the job's new state its callbacks are sent.

        `delays` are what they would be without this fault, one for each callback.
        """
        raise NotImplementedError


def instead(answer: Answer, reply: Reply, *, accepted: bool) -> Reply:
    """Return `reply`, after the API has processed the request if it was `accepted`."""
    # An early callback is sent all the same.
    return attrs.evolve(reply, before=answer().before) if accepted else reply
