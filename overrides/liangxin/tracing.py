"""OpenTelemetry: a span for each task, where the application has set tracing up.

`run` and `map` have one span per task, from the create to the task's end. A `create` of its own has
one that ends with the answer, as nobody knows whether the task will be waited for here; each wait
for a task that exists has another one, linked to it. So no span outlives the call that began it.

Nothing is imported: an application that has set tracing up has imported it already. No text of the
user's or of the server's gets into a span, and no trouble with one stops a call.
"""

import contextlib
import logging
import sys
import threading
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from liangxin import __version__
from liangxin.errors import gist

if TYPE_CHECKING:
    from liangxin.poller import Watch
    from liangxin.tasks import BaseTask

_logger = logging.getLogger("liangxin")

# The names that the conventions for generative AI have, and of our own what they lack:
# https://github.com/open-telemetry/semantic-conventions-genai
_OPERATION = "gen_ai.operation.name"
_PROVIDER = "gen_ai.provider.name"
_MODEL = "gen_ai.request.model"
_TASK_ID = "gen_ai.response.id"
_ERROR = "error.type"
_STATE = "liangxin.task.state"
_POLLS = "liangxin.task.polls"


class Trace:
    """Of a task that is not traced: there is nothing to write to."""

    __slots__ = ()

    context: Any = None
    """What other spans are linked to this one by."""

    @property
    def is_open(self) -> bool:
        """Whether more can be written."""
        return False

    def accepted(self, task: "BaseTask[Any]") -> None:
        """Write that the task was created."""

    def taken(self) -> bool:
        """Whether a wait may go on with this trace: only the first one, before the end."""
        return False

    def follow(self, watch: "Watch") -> None:
        """Write what a wait has seen of the task, and end with the wait."""

    def end(self, error: BaseException | None = None) -> None:
        """End, with what the call ended with; without effect at the second time."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end(error)


NOTHING = Trace()


class _Span(Trace):
    """Writes to a span, from any thread."""

    __slots__ = ("_api", "_is_taken", "_lock", "_span", "_state", "context")

    def __init__(self, api: Any, span: Any) -> None:
        self._api = api
        self._span: Any = span
        self._state: str | None = None
        self._is_taken = False
        # Reentrant: garbage that is collected amid a call may end a span, even this one.
        self._lock = threading.RLock()
        self.context = span.get_span_context()

    @property
    def is_open(self) -> bool:
        """Whether more can be written."""
        return self._span is not None

    def accepted(self, task: "BaseTask[Any]") -> None:
        """Write that the task was created."""
        task._trace = self
        with self._writing() as span:
            span.set_attribute(_TASK_ID, task.id)
            self._saw(span, task.state)

    def taken(self) -> bool:
        """Whether a wait may go on with this trace: only the first one, before the end."""
        with self._lock:
            was, self._is_taken = self._is_taken, True
            return not was and self._span is not None

    def follow(self, watch: "Watch") -> None:
        """Write what a wait has seen of the task, and end with the wait."""
        task = watch.task
        with self._writing() as span:
            if task.model is not None:
                span.set_attribute(_MODEL, task.model)
            span.set_attribute(_POLLS, watch.polls)
            self._saw(span, task.state)
            if not watch.is_open:
                self.end(task._problem(watch))

    def end(self, error: BaseException | None = None) -> None:
        """End, with what the call ended with; without effect at the second time."""
        with self._writing() as span:
            # Who leaves an iterator early has met no error.
            if error is not None and not isinstance(error, GeneratorExit):
                span.set_attribute(_ERROR, type(error).__qualname__)
                code = self._api.StatusCode.ERROR
                span.set_status(self._api.Status(code, gist(error)))
            self._span = None
            span.end()

    def _saw(self, span: Any, state: str | None) -> None:
        if state is not None and state != self._state:
            self._state = state
            span.set_attribute(_STATE, state)
            span.add_event(_STATE, {_STATE: state})

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Any]:
        """Lend the span, to be left alone if that fails or if it has ended."""
        with self._lock:
            try:
                yield self._span or self._api.INVALID_SPAN
            except Exception as exc:  # noqa: BLE001  a paid task must not be lost for it
                self._span = None
                _logger.warning("Tracing failed: %s", type(exc).__name__)


def creating(model: str) -> Trace:
    """Begin the span of a task that is about to be created."""
    return _begin("generate_content", model=model)


def waiting(task: "BaseTask[Any]") -> Trace:
    """Return the span of the call that created the task and waits for it, or begin one."""
    trace: Trace = task._trace
    if trace.taken():
        return trace
    return _begin("fetch_response", model=task.model, task_id=task.id, origin=trace.context)


@contextlib.contextmanager
def following(watches: Iterable["Watch"]) -> Iterator[None]:
    """Have waits traced while the block runs: each as part of its task's span, if that is open."""
    for watch in watches:
        if watch.is_open:
            watch.trace = waiting(watch.task)
    error: BaseException | None = None
    try:
        yield
    except BaseException as exc:
        error = exc
        raise
    finally:
        for watch in watches:
            watch.trace.follow(watch)
            watch.trace.end(error)


def hidden() -> contextlib.AbstractContextManager[None]:
    """Keep what traces HTTP libraries from seeing requests, and from adding its headers to them."""
    utils = sys.modules.get("opentelemetry.instrumentation.utils")
    return contextlib.nullcontext() if utils is None else utils.suppress_http_instrumentation()


def _begin(
    operation: str, *, model: str | None, task_id: str | None = None, origin: Any = None
) -> Trace:
    api: Any = sys.modules.get("opentelemetry.trace")
    if api is None:
        return NOTHING
    try:
        provider = api.get_tracer_provider()
        if isinstance(provider, api.ProxyTracerProvider):
            return NOTHING
        known = {_OPERATION: operation, _PROVIDER: "liangxin", _MODEL: model, _TASK_ID: task_id}
        span = provider.get_tracer("liangxin", __version__).start_span(
            f"{operation} {model}" if model else operation,
            kind=api.SpanKind.CLIENT,
            attributes={name: value for name, value in known.items() if value is not None},
            links=[api.Link(origin)] if origin is not None and origin.is_valid else [],
        )
    except Exception as exc:  # noqa: BLE001  as in _writing
        _logger.warning("Tracing failed: %s", type(exc).__name__)
        span = api.INVALID_SPAN
    return _Span(api, span)
