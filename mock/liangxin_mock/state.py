"""The state of a simulator: its settings, jobs, rules, and the requests it has seen."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import attrs

from liangxin_mock import validators
from liangxin_mock.chance import Chance
from liangxin_mock.clock import VirtualClock
from liangxin_mock.contract import DEPRECATED, Contract
from liangxin_mock.errors import RuleError
from liangxin_mock.faults.base import Fault
from liangxin_mock.faults.kinds import early
from liangxin_mock.faults.rate_limit import LIMITS
from liangxin_mock.faults.rate_limit import rate_limit as _rate_limit
from liangxin_mock.jobs.job import FIELDS, Job
from liangxin_mock.jobs.store import Jobs
from liangxin_mock.jobs.timelines import TIMELINES, Timeline, lognormal
from liangxin_mock.receivers import Receiver, check_receiver
from liangxin_mock.rules import Rule
from liangxin_mock.uploads import Uploads
from liangxin_mock.vocabulary import as_word

IN_PROCESS_URL = "https://liangxin.test"
"""The base URL at which the httpx transport answers; the name is reserved and never resolves."""

RETRY_DELAYS = (1.0, 5.0, 15.0)
"""Seconds between a callback that was not answered 2xx and its repeats. LiangXin repeats "for a
short while"; count and spacing are not documented."""

WEBHOOK_SECRET = "liangxin-mock-webhook-secret"  # noqa: S105  known to all, for tests
"""The secret that Magnific's webhooks are signed with; set MAGNIFIC_WEBHOOK_SECRET to it."""

LINK_LIFETIME = 86_400.0
"""Seconds for which links to results work. LiangXin names none; Kie.ai, whose API it copies, says
about 24 hours."""

MIXED = "mixed"
"""Of the fields of records: drawn for each task."""

SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key"})
"""Headers that carry keys, beside those of the APIs."""

_CLOCK_METHODS = ("time", "sleep", "async_sleep")
_KEY = re.compile(r"[!-~]+")
# A name, an address of IPv4 or IPv6, or * for any.
_CALLBACK_HOST = re.compile(r"[^\s/:]+|[\da-fA-F.]*:[\da-fA-F.]*:[\da-fA-F:.]*")

_KEPT_REQUESTS = 10_000
_KEPT_BYTES = 32 * 2**20
# A request that was forgotten would have its first draws again; no test sends as many.
_KEPT_OCCURRENCES = 200_000
_MOST_PROBLEMS = 1000
_BYTES_BESIDES = 1000
"""What a request takes in memory beside its texts, the names of headers included."""


class Seen(NamedTuple):
    """A request that the simulator saw, and what became of it."""

    at: float
    """Unix time in seconds, by the simulator's clock."""
    operation: str
    """createTask, recordInfo, listTasks, requestUploadUrls, upload (the file's own request), result
    (the download of any file), or empty for anything else."""
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """Names in lower case; the values of headers that carry keys are masked."""
    body: bytes
    """Its first 16 KiB."""
    status: int | None
    """The HTTP status of the answer; None if there was none."""
    fault: str | None
    """The fault or account limit that decided the answer, if one did."""
    task_id: str | None
    """The task that was created or queried."""
    problem: str | None
    """Why the request was refused, unless a fault did it."""

    @property
    def size(self) -> int:
        """About how many bytes it takes in memory."""
        headers = sum(map(len, self.headers.values()))
        return len(self.path) + len(self.query) + headers + len(self.body) + _BYTES_BESIDES


class Log(deque[Seen]):
    """The last requests: 10,000, or fewer of together 32 MiB."""

    def __init__(self) -> None:
        super().__init__()
        self._sizes: deque[int] = deque()
        self._size = 0

    def append(self, seen: Seen) -> None:
        """Add a request, and drop the oldest if there are too many."""
        super().append(seen)
        size = seen.size
        self._sizes.append(size)
        self._size += size
        while len(self) > _KEPT_REQUESTS or (self._size > _KEPT_BYTES and len(self) > 1):
            self.popleft()
            self._size -= self._sizes.popleft()


class ExpectedRefusals(NamedTuple):
    """How many requests are expected to be refused with a status."""

    status: int
    times: int


def _clock(clock: Any) -> Any:
    return VirtualClock() if clock is None else clock


def _as_timeline(timeline: object) -> Timeline:
    return as_word(lognormal() if timeline is None else timeline, TIMELINES, "timeline")


def _as_rate_limit(limit: object) -> _rate_limit | None:
    return None if limit is None else as_word(limit, LIMITS, "rate_limit")


def _check_seed(_state: object, _attribute: object, seed: object) -> None:
    if not validators.is_number(seed, whole=True):
        raise RuleError(f"a seed is a whole number, not {seed!r}", "seed")


def _check_clock(_state: object, _attribute: object, clock: Any) -> None:
    if isinstance(clock, type) or not all(
        callable(getattr(clock, n, None)) for n in _CLOCK_METHODS
    ):
        raise RuleError(
            "clock must be a VirtualClock, a RunningClock or another object with the methods "
            f"{', '.join(_CLOCK_METHODS)}, not {clock!r}",
            "clock",
        )


def _check_refuse_deprecated(_state: object, _attribute: object, when: Any) -> None:
    if when not in (None, *DEPRECATED) and not (isinstance(when, str) and _is_date(when)):
        raise RuleError.of(
            "refuse_deprecated",
            f"must be {', '.join(DEPRECATED)} or a date such as 2026-09-01, not {when!r}",
        )


def _is_date(text: str) -> bool:
    try:
        return len(text) == len("2026-09-01") and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _check_key(_state: object, _attribute: object, key: Any) -> None:
    if key is not None and not (isinstance(key, str) and _KEY.fullmatch(key)):
        raise RuleError(
            "api_key must be what an Authorization header can have, ASCII characters without "
            f"blanks, or None for any key, not {key!r}",
            "api_key",
        )


def _check_receiver(_state: object, _attribute: object, receiver: Any) -> None:
    if receiver is not None:
        check_receiver(receiver)


def _check_hosts(_state: object, _attribute: object, hosts: Any) -> None:
    if isinstance(hosts, str) or not isinstance(hosts, Collection):
        raise RuleError(f"callback_hosts must be a list, not {hosts!r}", "callback_hosts")
    for host in hosts:
        if not isinstance(host, str) or not _CALLBACK_HOST.fullmatch(host):
            raise RuleError(
                f"callback_hosts lists hosts, without scheme and port, not {host!r}",
                "callback_hosts",
            )


@attrs.define(eq=False, repr=False, slots=False)
class State:
    """The settings of a simulator, and all that it knows; `Simulator` documents them."""

    seed: int = attrs.field(default=0, validator=_check_seed)
    clock: Any = attrs.field(default=None, converter=_clock, validator=_check_clock)
    timeline: Timeline = attrs.field(default=None, converter=_as_timeline, kw_only=True)
    api_key: str | None = attrs.field(default=None, validator=_check_key, kw_only=True)
    strict: bool = attrs.field(default=False, validator=validators.flag, kw_only=True)
    refuse_deprecated: str | None = attrs.field(
        default=None, validator=_check_refuse_deprecated, kw_only=True
    )
    balance: int | None = attrs.field(
        default=None,
        validator=attrs.validators.optional(validators.number(whole=True)),
        kw_only=True,
    )
    rate_limit: _rate_limit | None = attrs.field(
        default=None, converter=_as_rate_limit, kw_only=True
    )
    receiver: Receiver | None = attrs.field(default=None, validator=_check_receiver, kw_only=True)
    callback_hosts: Collection[str] = attrs.field(default=(), validator=_check_hosts, kw_only=True)
    record_fields: str = attrs.field(
        default="documented", validator=validators.one_of((*FIELDS, MIXED)), kw_only=True
    )
    retry_delays: Sequence[float] = attrs.field(
        default=RETRY_DELAYS, validator=validators.numbers, kw_only=True
    )
    webhook_secret: str = attrs.field(
        default=WEBHOOK_SECRET, validator=validators.string, kw_only=True
    )
    link_lifetime: float = attrs.field(
        default=LINK_LIFETIME, validator=validators.number(), kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        self.base_url = IN_PROCESS_URL
        self.lock = threading.RLock()
        # The next three are the simulator's to fill in: they need layers above this one.
        self.contracts: dict[str, Contract] = {}
        self.secret_headers = SECRET_HEADERS
        self.on_callback: Callable[[], object] = lambda: None
        self._initial_balance = self.balance  # `reset` begins with it again
        self._draw_from(self.seed)
        self._forget()

    def _draw_from(self, seed: int) -> None:
        self.seed = seed
        self.chance = Chance.seeded(seed)
        # How often each request came: equal ones get other draws.
        self._occurrences: OrderedDict[bytes, int] = OrderedDict()

    def _forget(self) -> None:
        self.store = Jobs(
            callback_delays=self._callback_delays,
            retry_delays=self.retry_delays,
            on_callback=self._callback_planned,
        )
        self.uploads = Uploads()
        self.plays: list[Rule[Timeline]] = []
        self.faults: list[Rule[Fault]] = []
        self.expected: list[Rule[None]] = []
        self.refusals: list[ExpectedRefusals] = []
        self.requests = Log()
        self.refused = Log()
        self.window: deque[float] = deque()
        self.balance = self._initial_balance
        self.problems: list[str] = []

    # Not kept here: `reset` replaces the store, and the counts begin anew with it.
    @property
    def creates(self) -> int:
        """How many creates it accepted: what would have been billed."""
        return self.store.creates

    @property
    def polls(self) -> int:
        """How many queries it answered."""
        return self.store.polls

    def add_problem(self, problem: str) -> None:
        """Note what `verify` is to report: the first thousand, as it may come at each request."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(problem)

    def next_occurrence(self, key: bytes) -> int:
        """Count a request, and return its number among equal ones."""
        number = self._occurrences.get(key, 0) + 1
        self._occurrences[key] = number
        self._occurrences.move_to_end(key)
        if len(self._occurrences) > _KEPT_OCCURRENCES:
            self._occurrences.popitem(last=False)
        return number

    def _callback_planned(self) -> None:
        self.on_callback()

    def is_early(self, job: Job) -> bool:
        """Return whether the callback of a new job is sent before the create is answered."""
        return any(
            isinstance(rule.action, early) and self._is_used(rule, job) for rule in self.faults
        )

    def _callback_delays(self, job: Job) -> list[float]:
        """Return the delays, in seconds, of the callbacks that report the job's present state."""
        delays, chance = [0.0], self._chance(job)
        for rule in self.faults:
            # The create decides about early callbacks; a lost one has no more to suffer.
            if delays and not isinstance(rule.action, early) and self._is_used(rule, job):
                delays = rule.action.delays(delays, chance)
        return delays

    def _is_used(self, rule: Rule[Fault], job: Job) -> bool:
        """Return whether a rule is used on the callback of a job, as of its last transition."""
        try:
            matches = rule.matches("callback", job.body, job.transitions[-1].at)
        except Exception as error:  # noqa: BLE001 - `where` is the user's code
            # There is no request whose answer could show it: the clock was moved.
            self.add_problem(f"{rule.text} raised {error!r}")
            return False
        if not matches or not rule.takes(self._chance(job)):
            return False
        rule.used += 1
        return True

    def _chance(self, job: Job) -> Chance:
        return self.chance.of(b"callback", job.id.encode())
