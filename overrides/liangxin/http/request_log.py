"""Log and record each request, and hide it from tracebacks and from OpenTelemetry."""

import contextlib
import logging
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Self

from liangxin.clock import Clock
from liangxin.errors import summary
from liangxin.http.key_masking import forget
from liangxin.http_response import Response

_logger = logging.getLogger("liangxin")


Record = Callable[..., object]
"""Records a request by name: its `response` or `error`, when it was sent (`at`), and its `seconds`.
"""


class LoggedRequest:
    """The context of one request: its log line at DEBUG, and what must not leave it.

    `response` is to be set when there is one.
    """

    __slots__ = ("_clock", "_name", "_outer", "_record", "_started", "_suppressed", "response")

    def __init__(self, name: str, clock: Clock, record: Record | None = None) -> None:
        self._name = name
        self._clock = clock
        self._record = record
        self.response: Response | None = None

    def __enter__(self) -> Self:
        self._outer = sys.exception()
        self._suppressed = _without_instrumentation()
        self._suppressed.__enter__()
        self._started = self._clock.monotonic()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._suppressed.__exit__(None, None, None)
        if error is not None:
            forget(error, self._outer)
        if self._record is not None:
            seconds = self._clock.monotonic() - self._started
            at = self._clock.time() - seconds
            self._record(response=self.response, error=error, at=at, seconds=seconds)
        if not _logger.isEnabledFor(logging.DEBUG):
            return
        took = 1000 * (self._clock.monotonic() - self._started)
        if self.response is None:
            what = "no response" if error is None else summary(error)
            _logger.debug("%s: %s, after %.0f ms", self._name, what, took)
        else:
            number = self.response.request_id
            suffix = f", request id {number}" if number else ""
            line = "%s: HTTP %d in %.0f ms%s"
            _logger.debug(line, self._name, self.response.status, took, suffix)


def _without_instrumentation() -> contextlib.AbstractContextManager[None]:
    # Tasks have spans of their own. Only what the application has imported can be active.
    utils = sys.modules.get("opentelemetry.instrumentation.utils")
    return contextlib.nullcontext() if utils is None else utils.suppress_http_instrumentation()
