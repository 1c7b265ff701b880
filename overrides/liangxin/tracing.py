"""OpenTelemetry: a span for each task, where the application has set up tracing.

`run` and `map` have one span per task, from the create to the task's end. A `create` of its own has
one that ends with the response, as the task may not be waited for here; each wait for an existing
task has another one, linked to it. So no span outlives the call that started it.

Nothing is imported: an application that has set up tracing has imported OpenTelemetry already. No
text of users or servers gets into a span, and no failure of tracing stops a call.
"""

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from liangxin import __version__
from liangxin.errors import summary
from liangxin.records import TaskData

_logger = logging.getLogger("liangxin")

# Names of the semantic conventions for generative AI where they exist, our own otherwise:
# https://github.com/open-telemetry/semantic-conventions-genai
_OPERATION = "gen_ai.operation.name"
_PROVIDER = "gen_ai.provider.name"
_MODEL = "gen_ai.request.model"
_TASK_ID = "gen_ai.response.id"
_ERROR = "error.type"
_STATE = "liangxin.task.state"
_POLLS = "liangxin.task.polls"


class Trace:
    """The span of one call, written to from any thread; without a span nothing is written."""

    __slots__ = ("_api", "_is_taken", "_lock", "_span", "_state", "context")

    def __init__(self, api: Any = None, span: Any = None) -> None:
        self._api = api
        self._span = span
        self._state: str | None = None
        self._is_taken = False
        # Reentrant: garbage collection in the middle of a call may end a span, even this one.
        self._lock = threading.RLock()
        self.context = None if span is None else span.get_span_context()

    @property
    def is_open(self) -> bool:
        """Whether more can be written."""
        return self._span is not None

    def take(self) -> bool:
        """Claim the trace for a wait; True for the first one, before the span has ended."""
        # Of several waits for a task that was just created, one alone can end its span.
        with self._lock:
            was, self._is_taken = self._is_taken, True
            return not was and self._span is not None

    def created(self, task: TaskData) -> None:
        """Record that the task was created."""
        self._record(task.state, {_TASK_ID: task.id})

    def polled(self, task: TaskData, polls: int) -> None:
        """Record the task's state after a poll."""
        self._record(task.state, {_MODEL: task.model, _POLLS: polls})

    def end(self, error: BaseException | None = None) -> None:
        """End the span, recording the error. Idempotent."""

        def write(span: Any) -> None:
            # Leaving an iterator early is no error.
            if error is not None and not isinstance(error, GeneratorExit):
                span.set_attribute(_ERROR, type(error).__qualname__)
                if self._api is not None:
                    status = self._api.Status(self._api.StatusCode.ERROR, summary(error))
                    span.set_status(status)
            self._span = None
            span.end()

        self._write(write)

    def _record(self, state: str | None, attributes: dict[str, Any]) -> None:
        def write(span: Any) -> None:
            for name, value in attributes.items():
                if value is not None:
                    span.set_attribute(name, value)
            if state is not None and state != self._state:
                self._state = state
                span.set_attribute(_STATE, state)
                span.add_event(_STATE, {_STATE: state})

        self._write(write)

    def _write(self, write: Callable[[Any], None]) -> None:
        """Write to the span while it is open; a failing exporter must not lose a paid task."""
        if self._span is None:
            return
        with self._lock:
            if self._span is None:  # another thread has ended it since
                return
            try:
                write(self._span)
            except Exception as exc:  # noqa: BLE001  whatever an exporter raises
                self._span = None
                _logger.warning("Tracing failed: %s", type(exc).__name__)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end(error)


def creating(provider: str, model: str) -> Trace:
    """Start the span of a task that is about to be created."""
    return _begin("generate_content", provider, model=model)


def waiting(provider: str, task: TaskData, creation: Trace | None) -> Trace:
    """Return the span of the call that created the task, if it waits as well, or start one."""
    if creation is not None and creation.take():
        return creation
    origin = None if creation is None else creation.context
    return _begin("fetch_response", provider, model=task.model, task_id=task.id, origin=origin)


def _begin(
    operation: str,
    provider: str,
    *,
    model: str | None,
    task_id: str | None = None,
    origin: Any = None,
) -> Trace:
    api: Any = sys.modules.get("opentelemetry.trace")
    if api is None:
        return Trace()
    known = {_OPERATION: operation, _PROVIDER: provider, _MODEL: model, _TASK_ID: task_id}
    try:
        span = api.get_tracer("liangxin", __version__).start_span(
            f"{operation} {model}" if model else operation,
            kind=api.SpanKind.CLIENT,
            attributes={name: value for name, value in known.items() if value is not None},
            links=[api.Link(origin)] if origin is not None and origin.is_valid else [],
        )
    except Exception as exc:  # noqa: BLE001  as in Trace._writing
        _logger.warning("Tracing failed: %s", type(exc).__name__)
        return Trace(api, api.INVALID_SPAN)
    # Without a provider, the no-op tracer makes invalid spans.
    return Trace(api, span) if span.get_span_context().is_valid else Trace()
