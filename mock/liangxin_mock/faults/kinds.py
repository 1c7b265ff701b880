"""Every kind of fault: of a response, of what the API says of a task, of a callback.

With `accepted`, the API processes the request first, so that a create has made a job.
"""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any, ClassVar, Literal, get_args

import attrs

from liangxin_mock import validators
from liangxin_mock.chance import Chance
from liangxin_mock.errors import RuleError
from liangxin_mock.faults.base import Answer, Fault, Formats, instead
from liangxin_mock.jobs.timelines import ENDS
from liangxin_mock.messages import Effect, Reply

# --- of any response: broken connections, proxies' pages, HTTP errors ----------------------------

_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>\n"
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
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
            _PAGE.format(f"{self.status} {_PHRASES.get(self.status, '')}".strip()).encode(),
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


# --- of what the API says of a task: its record, its state, its links ----------------------------

_How = Literal["empty", "no links", "malformed"]


@attrs.frozen(repr=False)
class broken_result(Fault):
    """The record of a success whose links are "empty", "malformed" or missing ("no links").

    They are in `resultJson` for LiangXin, and in `generated` for Magnific.
    """

    how: _How = attrs.field(default="empty", validator=validators.one_of(get_args(_How)))
    on: ClassVar[frozenset[str]] = frozenset({"recordInfo"})

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        # The very reply if the job has no result yet: the rule is kept for a later query.
        return formats.with_broken_result(answer(), self.how) or answer()


@attrs.frozen(repr=False)
class expired_links(Fault):
    """403 for the download of a result, although the record has its link."""

    on: ClassVar[frozenset[str]] = frozenset({"result"})

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        return formats.link_expired()


@attrs.frozen(repr=False)
class unknown_state(Fault):
    """An unfinished job is in a `state` that the API added later."""

    state: str = attrs.field(default="archiving", validator=validators.string)
    on: ClassVar[frozenset[str]] = frozenset({"recordInfo"})

    @state.validator
    def _check_state(self, _attribute: Any, state: str) -> None:
        if state in ENDS:
            raise RuleError(f"unknown_state: state must be the name of a new state, not {state!r}")

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        return formats.with_state(answer(), self.state) or answer()


@attrs.frozen(repr=False)
class unknown_task(Fault):
    """The task is unknown, as may happen just after its creation."""

    on: ClassVar[frozenset[str]] = frozenset({"recordInfo"})

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        return formats.unknown_task()


# --- of callbacks: late, out of order, more than once, never, too early --------------------------


@attrs.frozen(repr=False)
class CallbackFault(Fault):
    """What happens to a callback."""

    on: ClassVar[frozenset[str]] = frozenset({"callback"})


@attrs.frozen(repr=False)
class delay(CallbackFault):
    """The callback comes `seconds` later."""

    seconds: float = attrs.field(default=10.0, validator=validators.number())

    def delays(self, delays: list[float], chance: Chance) -> list[float]:
        return [at + self.seconds for at in delays]


@attrs.frozen(repr=False)
class shuffle(CallbackFault):
    """Each callback comes at a random time within that many seconds of the end: out of order."""

    within: float = attrs.field(default=10.0, validator=validators.number())

    def delays(self, delays: list[float], chance: Chance) -> list[float]:
        draws = (chance.draw(b"shuffle%d" % n) for n in range(len(delays)))
        return [at + self.within * draw for at, draw in zip(delays, draws, strict=True)]


@attrs.frozen(repr=False)
class duplicate(CallbackFault):
    """The callback comes `copies` more times, `apart` seconds from each other."""

    # Bounded, as all copies are planned at once.
    copies: int = attrs.field(
        default=1, validator=validators.number(least=1, most=1000, whole=True)
    )
    apart: float = attrs.field(default=1.0, validator=validators.number())

    def delays(self, delays: list[float], chance: Chance) -> list[float]:
        return [at + n * self.apart for at in delays for n in range(self.copies + 1)]


@attrs.frozen(repr=False)
class lost(CallbackFault):
    """The callback never comes."""

    def delays(self, delays: list[float], chance: Chance) -> list[float]:
        return []


@attrs.frozen(repr=False)
class early(CallbackFault):
    """The job ends at once, and its callback comes before the response to its create."""

    # It has no `delays`: the create itself ends the job, as `State.is_early` tells it.


KINDS: tuple[type[Fault], ...] = (
    *(drop, hang, slow, truncate, html, status, error_code),
    *(broken_result, expired_links, unknown_state, unknown_task),
    *(delay, shuffle, duplicate, lost, early),
)
