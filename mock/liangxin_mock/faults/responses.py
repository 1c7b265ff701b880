"""Faults of any response: connections that break, proxies' pages, HTTP errors.

`accepted` lets the API process the request first, so that a create has made a job.
"""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import ClassVar

import attrs

from liangxin_mock import validators
from liangxin_mock.faults.fault import Answer, Fault, Formats, instead
from liangxin_mock.messages import Effect, Reply

_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>\n"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_any_status = validators.number(least=200, most=599, whole=True)
_error_status = validators.number(least=400, most=599, whole=True)


@attrs.frozen(repr=False)
class drop(Fault):
    """The connection closes without an answer; if `accepted`, after the API has done its part."""

    accepted: bool = attrs.field(default=False, validator=validators.flag)

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        return instead(answer, Reply(0, effect=Effect("drop")), accepted=self.accepted)


@attrs.frozen(repr=False)
class hang(Fault):
    """No answer until the client gives up, or for `seconds`; `accepted` as for drop.

    Without `seconds` no clock ends it, however fast it runs: the client has to leave.
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
    """The answer is right, but its body drips in over `seconds`."""

    seconds: float = attrs.field(default=5.0, validator=validators.number())

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        return attrs.evolve(answer(), effect=Effect("slow", self.seconds))


@attrs.frozen(repr=False)
class truncate(Fault):
    """The API has done its part, but the connection closes in the middle of its answer."""

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        return attrs.evolve(answer(), effect=Effect("truncate"))


@attrs.frozen(repr=False)
class html(Fault):
    """A proxy's HTML page with this `status` instead of the API's answer."""

    status: int = attrs.field(default=502, validator=_any_status)
    accepted: bool = attrs.field(default=False, validator=validators.flag)

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        page = Reply(
            self.status,
            _PAGE.format(f"{self.status} {_PHRASES.get(self.status, '')}".strip()).encode(),
            "text/html",
        )
        return instead(answer, page, accepted=self.accepted)


@attrs.frozen(repr=False)
class status(Fault):
    """An error of this HTTP status.

    `retry_after` adds that header, in seconds; `gateway` says whether the error is in the gateway's
    envelope, by default as a real one of this status would be; `accepted` lets the API do its part
    before, so that a create has made a job.
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
        headers = {} if self.retry_after is None else {"retry-after": f"{self.retry_after:g}"}
        # An empty text would hide which error it is.
        error = formats.error(self.code, self.msg or None, gateway=self.gateway, headers=headers)
        return instead(answer, error, accepted=self.accepted)


@attrs.frozen(repr=False)
class error_code(Fault):
    """HTTP 200 whose body has an error's `code` and `msg`."""

    code: int = attrs.field(default=500, validator=_error_status)
    msg: str = attrs.field(default="internal server error", validator=validators.string)
    accepted: bool = attrs.field(default=False, validator=validators.flag)
    on: ClassVar[frozenset[str]] = frozenset({"createTask", "recordInfo"})

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        error = formats.error_in_success(self.code, self.msg)
        return instead(answer, error, accepted=self.accepted)


FAULTS: tuple[type[Fault], ...] = (drop, hang, slow, truncate, html, status, error_code)
