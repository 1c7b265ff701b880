"""Faults of any response: connections that break, proxies' pages, HTTP errors.

`accepted` lets the API process the request first, so that a create has made a job.
"""

from __future__ import annotations

import math
from http.client import responses
from typing import ClassVar

import attrs

from liangxin_mock import validators
from liangxin_mock.faults.base import Answer, Fault, Formats, instead
from liangxin_mock.messages import Effect, Reply

_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>\n"
# From 200 on: the login pages of captive portals have it.
_any_status = validators.number(least=200, most=599, whole=True)
_error_status = validators.number(least=400, most=599, whole=True)


@attrs.frozen(repr=False)
class drop(Fault):
    """The connection closes without a response; if `accepted`, after the request was processed."""

    accepted: bool = attrs.field(default=False, validator=validators.flag)

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        return instead(answer, Reply(0, effect=Effect("drop")), accepted=self.accepted)


@attrs.frozen(repr=False)
class hang(Fault):
    """No response until the client gives up, or for `seconds`; `accepted` as for `drop`.

    Without `seconds`, only the client ends it, however fast the clock runs.
    """

    accepted: bool = attrs.field(default=False, validator=validators.flag)
    seconds: float | None = attrs.field(
        default=None, validator=attrs.validators.optional(validators.number())
    )

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        seconds = math.inf if self.seconds is None else self.seconds
        return instead(answer, Reply(0, effect=Effect("hang", seconds)), accepted=self.accepted)


@attrs.frozen(repr=False)
class slow(Fault):
    """The response is right, but its body takes `seconds` to arrive."""

    seconds: float = attrs.field(default=5.0, validator=validators.number())

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        return attrs.evolve(answer(), effect=Effect("slow", self.seconds))


@attrs.frozen(repr=False)
class truncate(Fault):
    """The request was processed, but the response breaks off."""

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        return attrs.evolve(answer(), effect=Effect("truncate"))


@attrs.frozen(repr=False)
class html(Fault):
    """A proxy's HTML page with this `status` instead of the API's response."""

    status: int = attrs.field(default=502, validator=_any_status)
    accepted: bool = attrs.field(default=False, validator=validators.flag)

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        page = Reply(
            self.status,
            _PAGE.format(f"{self.status} {responses.get(self.status, '')}".strip()).encode(),
            "text/html",
        )
        return instead(answer, page, accepted=self.accepted)


@attrs.frozen(repr=False)
class status(Fault):
    """An error of this HTTP status.

    `retry_after` adds that header, in seconds; `gateway` chooses the gateway's envelope or the task
    handler's, by default that of a real error of this status; with `accepted`, the request is
    processed first, so that a create makes a job.
    """

    code: int = attrs.field(validator=_error_status)
    msg: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(validators.string)
    )
    accepted: bool = attrs.field(default=False, validator=validators.flag)
    retry_after: float | None = attrs.field(
        default=None, validator=attrs.validators.optional(validators.number())
    )
    gateway: bool | None = attrs.field(
        default=None, validator=attrs.validators.optional(validators.flag)
    )
    example: ClassVar[str] = "status(503)"

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        # In digits: `:g` alone would write a million as 1e+06.
        headers = {} if self.retry_after is None else {"retry-after": f"{self.retry_after:.15g}"}
        # An empty text counts as none: an error without words would hide which one it is.
        error = formats.error(self.code, self.msg or None, gateway=self.gateway, headers=headers)
        return instead(answer, error, accepted=self.accepted)


@attrs.frozen(repr=False)
class error_code(Fault):
    """HTTP 200 whose body reports an error with `code` and `msg`."""

    code: int = attrs.field(default=500, validator=_error_status)
    msg: str = attrs.field(default="internal server error", validator=validators.string)
    accepted: bool = attrs.field(default=False, validator=validators.flag)
    on: ClassVar[frozenset[str]] = frozenset({"createTask", "recordInfo"})

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        error = formats.error_in_success(self.code, self.msg)
        return instead(answer, error, accepted=self.accepted)


FAULTS: tuple[type[Fault], ...] = (drop, hang, slow, truncate, html, status, error_code)
