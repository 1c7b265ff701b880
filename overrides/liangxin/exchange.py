"""One request to the API as seen from outside: what is logged of it, and what is forgotten."""

import logging
import sys
from types import TracebackType
from typing import Self
from urllib.parse import quote

from liangxin import redaction, tracing
from liangxin.clock import Clock
from liangxin.errors import gist, request_id
from liangxin.wire import Answer
from liangxin_api.variants import PATHS

_logger = logging.getLogger("liangxin")


class Exchange:
    """Surrounds a request and the reading of its answer; `task_id` is the one that is asked for."""

    __slots__ = ("_answer", "_clock", "_hidden", "_outer", "_started", "_task_id")

    def __init__(self, clock: Clock, task_id: str | None = None) -> None:
        self._clock = clock
        self._task_id = task_id
        self._answer: Answer | None = None

    def brought(self, answer: Answer) -> Answer:
        """Take note of the answer, and return it."""
        self._answer = answer
        return answer

    def __enter__(self) -> Self:
        self._outer = sys.exception()
        self._hidden = tracing.hidden()
        self._hidden.__enter__()
        self._started = self._clock.monotonic()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._hidden.__exit__(None, None, None)
        if error is not None:
            redaction.forget(error, self._outer)
        if not _logger.isEnabledFor(logging.DEBUG):
            return
        took = 1000 * (self._clock.monotonic() - self._started)
        if self._answer is None:
            what = "no answer" if error is None else gist(error)
            _logger.debug("%s: %s, after %.0f ms", self._request(), what, took)
        else:
            number = request_id(self._answer.headers)
            named = f", request id {number}" if number else ""
            line = "%s: HTTP %d in %.0f ms%s"
            _logger.debug(line, self._request(), self._answer.status, took, named)

    def _request(self) -> str:
        if self._task_id is None:
            return f"POST {PATHS['createTask']}"
        task_id = quote(self._task_id, safe="", errors="surrogatepass")
        return f"GET {PATHS['getRecordInfo']}?taskId={task_id}"
