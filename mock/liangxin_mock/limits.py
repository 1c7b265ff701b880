"""Limits of the account: how many requests it may send."""

from collections import deque
from dataclasses import dataclass

from liangxin_mock.errors import RuleError
from liangxin_mock.vocabulary import Word, check_number


@dataclass(frozen=True, repr=False)
class rate_limit(Word):  # noqa: N801 - a word of the vocabulary
    """At most so many API requests in any `per` seconds; more are refused with 429.

    `retry_after` says whether a refusal names the seconds until the next request is let through.
    LiangXin documents neither; Kie's limit is 20 creates in 10 s.
    """

    requests: int
    per: float = 10.0
    retry_after: bool = True

    def __post_init__(self) -> None:
        check_number(self, "requests", least=1, whole=True)
        check_number(self, "per")
        if not self.per:
            raise RuleError(f"rate_limit: per must be over 0, not {self.per!r}")

    def wait(self, window: deque[float], now: float) -> float | None:
        """Count a request at `now`; return None to let it through, or the seconds to wait."""
        while window and window[0] <= now - self.per:
            window.popleft()
        if len(window) >= self.requests:
            return window[0] + self.per - now
        window.append(now)
        return None


LIMITS = {"rate_limit": rate_limit}
