"""The account's rate limit: how many requests it may send."""

from __future__ import annotations

from collections import deque

import attrs

from liangxin_mock import validators
from liangxin_mock.vocabulary import Word


@attrs.frozen(repr=False)
class rate_limit(Word):
    """At most `requests` API requests in any `per` seconds; more are refused with 429.

    With `retry_after`, refusals have a Retry-After header: the seconds until the next free slot.
    LiangXin documents neither; Kie.ai, whose API it copies, allows 20 creates in 10 s.
    """

    requests: int = attrs.field(validator=validators.number(least=1, whole=True))
    per: float = attrs.field(default=10.0, validator=validators.number(over=0))
    retry_after: bool = attrs.field(default=True, validator=validators.flag)

    def wait(self, window: deque[float], now: float) -> float | None:
        """Count a request at `now`; return None to let it through, or the seconds to wait."""
        while window and window[0] <= now - self.per:
            window.popleft()
        if len(window) >= self.requests:
            # Refusals don't count, or a client that keeps trying would never be let in.
            return window[0] + self.per - now
        window.append(now)
        return None


LIMITS = {"rate_limit": rate_limit}
