"""Faults: what can go wrong, in the API's own terms.

Each is injected where it can happen: at `createTask`, `recordInfo`, the download of a `result`, or
the `callback` of a job that has ended.

    drop(accepted)                    the connection closes without an answer
    hang(accepted, seconds)           no answer until the client gives up, or for `seconds`
    slow(seconds)                     the answer drips in
    truncate()                        the answer breaks off
    html(status, accepted)            a proxy's HTML page instead of the API's answer
    status(code, …)                   an error of this HTTP status
    error_code(code, msg, accepted)   HTTP 200 whose body says error
    broken_result(how)                a success without usable links
    expired_links()                   a success whose links no longer work
    unknown_state(state)              a state that the API added later
    unknown_task()                    the task is not known (yet)
    delay(seconds)                    the callback comes later
    shuffle(within)                   callbacks come out of order
    duplicate(copies, apart)          the callback comes more than once
    lost()                            the callback never comes
    early()                           the callback comes before the create's answer
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, ClassVar, Literal, get_args

from liangxin_mock.chance import Chance
from liangxin_mock.errors import RuleError
from liangxin_mock.exchange import Effect, Reply, gateway_error, reply, task_error
from liangxin_mock.timelines import ENDS, SUCCESS
from liangxin_mock.vocabulary import Word, check_number

Operation = Literal["createTask", "recordInfo", "result", "callback"]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)
_REQUESTS = frozenset({"createTask", "recordInfo", "result"})

_MESSAGES = {
    400: "bad request",
    401: "invalid token",
    403: "insufficient quota",
    404: "task not found",
    413: "request body too large",
    422: "upstream validation failed",
    429: "too many requests",
    500: "internal server error",
    502: "bad gateway",
    503: "service unavailable",
    504: "gateway timeout",
}
_OF_GATEWAY = (401, 405, 413, 421, 429)
"""Statuses that only the gateway answers with. Of 403 and 404, both do."""

_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>\n"


@dataclass(frozen=True, repr=False)
class Fault(Word):
    """Something that goes wrong."""

    on: ClassVar[frozenset[str]] = _REQUESTS
    """The operations at which it can happen."""
    example: ClassVar[str] = ""

    def strike(self, answer: Callable[[], Reply]) -> Reply:
        """Return what the client gets; `answer` lets the API do its part, and gives its reply.

        The API's own reply, unchanged, says that the fault had nothing to strike.
        """
        raise NotImplementedError

    def delays(self, delays: list[float], chance: Chance) -> list[float]:
        """Return when callbacks are sent, in seconds after the end, given when they would be."""
        raise NotImplementedError


@dataclass(frozen=True, repr=False)
class drop(Fault):
    """The connection closes without an answer; if `accepted`, after the API has done its part."""

    accepted: bool = False

    def __post_init__(self) -> None:
        _check_flags(self, "accepted")

    def strike(self, answer: Callable[[], Reply]) -> Reply:
        """Return what the client gets."""
        return _instead(self.accepted, answer, Reply(0, effect=Effect("drop")))


@dataclass(frozen=True, repr=False)
class hang(Fault):
    """No answer until the client gives up, or for `seconds`; `accepted` as for drop.

    Without `seconds` no clock ends it, however fast it runs: the client has to leave.
    """

    accepted: bool = False
    seconds: float | None = None

    def __post_init__(self) -> None:
        _check_flags(self, "accepted")
        if self.seconds is not None:
            check_number(self, "seconds")

    def strike(self, answer: Callable[[], Reply]) -> Reply:
        """Return what the client gets."""
        seconds = math.inf if self.seconds is None else self.seconds
        return _instead(self.accepted, answer, Reply(0, effect=Effect("hang", seconds)))


@dataclass(frozen=True, repr=False)
class slow(Fault):
    """The answer is right, but its body drips in over `seconds`."""

    seconds: float = 5.0

    def __post_init__(self) -> None:
        check_number(self, "seconds")

    def strike(self, answer: Callable[[], Reply]) -> Reply:
        """Return what the client gets."""
        return replace(answer(), effect=Effect("slow", self.seconds))


@dataclass(frozen=True, repr=False)
class truncate(Fault):
    """The API has done its part, but the connection closes in the middle of its answer."""

    def strike(self, answer: Callable[[], Reply]) -> Reply:
        """Return what the client gets."""
        return replace(answer(), effect=Effect("truncate"))


@dataclass(frozen=True, repr=False)
class html(Fault):
    """A proxy's HTML page with this `status` instead of the API's answer."""

    status: int = 502
    accepted: bool = False

    def __post_init__(self) -> None:
        _check_status(self, self.status)
        _check_flags(self, "accepted")

    def strike(self, answer: Callable[[], Reply]) -> Reply:
        """Return what the client gets."""
        page = Reply(self.status, _PAGE.format(_title(self.status)).encode(), "text/html")
        return _instead(self.accepted, answer, page)


@dataclass(frozen=True, repr=False)
class status(Fault):
    """An error of this HTTP status.

    `retry_after` adds that header, in seconds; `gateway` says whether the error is in the gateway's
    envelope, by default as a real one of this status would be; `accepted` lets the API do its part
    before, so that a create has made a job.
    """

    code: int
    msg: str | None = None
    accepted: bool = False
    retry_after: float | None = None
    gateway: bool | None = None
    example: ClassVar[str] = "status(503)"

    def __post_init__(self) -> None:
        _check_status(self, self.code, 400)
        _check_flags(self, "accepted", *(() if self.gateway is None else ("gateway",)))
        if self.msg is not None:
            _check_text(self, "msg")
        if self.retry_after is not None:
            check_number(self, "retry_after")

    def strike(self, answer: Callable[[], Reply]) -> Reply:
        """Return what the client gets."""
        by_gateway = self.code in _OF_GATEWAY if self.gateway is None else self.gateway
        envelope = gateway_error if by_gateway else task_error
        wait = {} if self.retry_after is None else {"retry_after": f"{self.retry_after:g}"}
        error = envelope(self.code, self.msg or _message(self.code), **wait)
        return _instead(self.accepted, answer, error)


@dataclass(frozen=True, repr=False)
class error_code(Fault):
    """HTTP 200 whose body has an error's `code` and `msg`."""

    code: int = 500
    msg: str = "internal server error"
    accepted: bool = False
    on: ClassVar[frozenset[str]] = frozenset({"createTask", "recordInfo"})

    def __post_init__(self) -> None:
        _check_status(self, self.code, 400)
        _check_flags(self, "accepted")
        _check_text(self, "msg")

    def strike(self, answer: Callable[[], Reply]) -> Reply:
        """Return what the client gets."""
        error = reply({"code": self.code, "msg": self.msg, "data": None})
        return _instead(self.accepted, answer, error)


_BROKEN = {"empty": "", "no links": '{"resultUrls":[]}', "malformed": '{"resultUrls":["https:'}


@dataclass(frozen=True, repr=False)
class broken_result(Fault):
    """The record of a success whose resultJson is "empty", "malformed" or has "no links"."""

    how: Literal["empty", "no links", "malformed"] = "empty"
    on: ClassVar[frozenset[str]] = frozenset({"recordInfo"})

    def __post_init__(self) -> None:
        if self.how not in _BROKEN:
            raise RuleError(f"broken_result: how is one of {', '.join(_BROKEN)}, not {self.how!r}")

    def strike(self, answer: Callable[[], Reply]) -> Reply:
        """Return what the client gets."""

        def change(data: dict[str, Any]) -> bool:
            data["resultJson"] = _BROKEN[self.how]
            return bool(data["state"] == SUCCESS)

        return _changed(answer(), change)


@dataclass(frozen=True, repr=False)
class expired_links(Fault):
    """The file is gone, though the record of the success names its link."""

    on: ClassVar[frozenset[str]] = frozenset({"result"})

    def strike(self, answer: Callable[[], Reply]) -> Reply:  # noqa: ARG002
        """Return what the client gets."""
        return link_expired()


@dataclass(frozen=True, repr=False)
class unknown_state(Fault):
    """A job that has not ended is in a `state` that the API added later."""

    state: str = "archiving"
    on: ClassVar[frozenset[str]] = frozenset({"recordInfo"})

    def __post_init__(self) -> None:
        if not isinstance(self.state, str) or self.state in ENDS:
            raise RuleError(f"unknown_state: state is the name of a new state, not {self.state!r}")

    def strike(self, answer: Callable[[], Reply]) -> Reply:
        """Return what the client gets."""

        def change(data: dict[str, Any]) -> bool:
            is_open = data["state"] not in ENDS
            data["state"] = self.state
            return is_open

        return _changed(answer(), change)


@dataclass(frozen=True, repr=False)
class unknown_task(Fault):
    """The task is not known, as happens just after its creation."""

    on: ClassVar[frozenset[str]] = frozenset({"recordInfo"})

    def strike(self, answer: Callable[[], Reply]) -> Reply:  # noqa: ARG002
        """Return what the client gets."""
        return no_such_task()


@dataclass(frozen=True, repr=False)
class CallbackFault(Fault):
    """What happens to a callback."""

    on: ClassVar[frozenset[str]] = frozenset({"callback"})


@dataclass(frozen=True, repr=False)
class delay(CallbackFault):
    """The callback comes `seconds` after the end."""

    seconds: float = 10.0

    def __post_init__(self) -> None:
        check_number(self, "seconds")

    def delays(self, delays: list[float], chance: Chance) -> list[float]:  # noqa: ARG002
        """Return when callbacks are sent."""
        return [at + self.seconds for at in delays]


@dataclass(frozen=True, repr=False)
class shuffle(CallbackFault):
    """Each callback comes at any time within so many seconds of the end: out of order."""

    within: float = 10.0

    def __post_init__(self) -> None:
        check_number(self, "within")

    def delays(self, delays: list[float], chance: Chance) -> list[float]:
        """Return when callbacks are sent."""
        draws = (chance.draw(b"shuffle%d" % n) for n in range(len(delays)))
        return [at + self.within * draw for at, draw in zip(delays, draws, strict=True)]


@dataclass(frozen=True, repr=False)
class duplicate(CallbackFault):
    """The callback comes `copies` times more, `apart` seconds from each other."""

    copies: int = 1
    apart: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "copies", least=1, whole=True)
        check_number(self, "apart")

    def delays(self, delays: list[float], chance: Chance) -> list[float]:  # noqa: ARG002
        """Return when callbacks are sent."""
        return [at + n * self.apart for at in delays for n in range(self.copies + 1)]


@dataclass(frozen=True, repr=False)
class lost(CallbackFault):
    """The callback never comes."""

    def delays(self, delays: list[float], chance: Chance) -> list[float]:  # noqa: ARG002
        """Return when callbacks are sent."""
        return []


@dataclass(frozen=True, repr=False)
class early(CallbackFault):
    """The job ends at once, and the callback comes before the create is answered."""

    def delays(self, delays: list[float], chance: Chance) -> list[float]:  # noqa: ARG002
        """Return when callbacks are sent."""
        return delays


FAULTS: dict[str, type[Fault]] = {
    word.__name__: word
    for word in (
        drop,
        hang,
        slow,
        truncate,
        html,
        status,
        error_code,
        broken_result,
        expired_links,
        unknown_state,
        unknown_task,
        delay,
        shuffle,
        duplicate,
        lost,
        early,
    )
}


def no_such_task() -> Reply:
    """Return the answer about a task that does not exist.

    LiangXin's own is unknown. The contract has 422 for queries; Kie's clients report it, with this
    text, for tasks that are unknown or have just been created.
    """
    return task_error(422, "recordInfo is null")


def link_expired() -> Reply:
    """Return the answer to a link that works no longer."""
    return gateway_error(403, "the link has expired")


def _instead(accepted: bool, answer: Callable[[], Reply], of_it: Reply) -> Reply:
    if not accepted:
        return of_it
    done = answer()
    # An early callback comes all the same.
    return of_it if done.work is None else replace(of_it, work=lambda: done.finished() and of_it)


def _changed(original: Reply, change: Callable[[dict[str, Any]], bool]) -> Reply:
    """Return the reply with its record changed, or as it is if `change` says that it can't be."""
    document = json.loads(original.body) if original.status == 200 else {}  # noqa: PLR2004
    data = document.get("data")
    if not isinstance(data, dict) or not change(data):
        return original
    return reply(document)


def _message(code: int) -> str:
    return _MESSAGES.get(code, f"error {code}")


def _title(status: int) -> str:
    """Return what a proxy titles its page of a status."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _check_status(word: Word, code: object, least: int = 200) -> None:
    if isinstance(code, bool) or not isinstance(code, int) or not least <= code < 600:  # noqa: PLR2004
        name = type(word).__name__
        raise RuleError(f"{name}: a status from {least} to 599 is needed, not {code!r}")


def _check_flags(word: Word, *names: str) -> None:
    for name in names:
        value = getattr(word, name)
        if not isinstance(value, bool):
            raise RuleError(f"{type(word).__name__}: {name} is True or False, not {value!r}")


def _check_text(word: Word, name: str) -> None:
    value = getattr(word, name)
    if not isinstance(value, str):
        raise RuleError(f"{type(word).__name__}: {name} is a text, not {value!r}")
