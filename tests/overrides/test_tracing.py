"""Traces: one span per task, of what happened to it and of nothing that is private."""

import json
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.trace import SpanKind, StatusCode

import liangxin
from liangxin import tracing
from liangxin_mock import Simulator
from tests.support.samples import INPUT, KEY, MODEL, TASK_ID
from tests.support.scripted_api import (
    BASE_URL,
    DONE,
    FAILED,
    WAITING,
    Broken,
    Fault,
    Kind,
    Reply,
    Server,
    Step,
    both_kinds,
    create,
    created,
    play,
    record,
    resuming,
    settle,
    waiting,
)

REQUESTS = [{"model": MODEL, "input": INPUT}] * 3
STATE = "liangxin.task.state"


class Recorder(SpanProcessor):
    """Keeps the spans that the SDK has begun, and those that have ended."""

    def __init__(self) -> None:
        self.open: set[int] = set()
        self.ended: list[ReadableSpan] = []

    def on_start(self, span: Any, parent_context: Any = None) -> None:  # noqa: ARG002
        self.open.add(span.get_span_context().span_id)

    def on_end(self, span: ReadableSpan) -> None:
        self.open.remove(span.get_span_context().span_id)  # type: ignore[union-attr]
        self.ended.append(span)

    @property
    def tasks(self) -> list[ReadableSpan]:
        """The spans of the SDK, in the order in which they began."""
        ours = [s for s in self.ended if s.instrumentation_scope.name == "liangxin"]  # type: ignore[union-attr]
        return sorted(ours, key=lambda span: span.start_time or 0)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> TracerProvider:
    """What an application sets up; global, but for one test."""
    provider = TracerProvider(shutdown_on_exit=False)
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    return provider


@pytest.fixture
def spans(provider: TracerProvider) -> Iterator[Recorder]:
    """What is traced; in the end no span is open."""
    recorder = Recorder()
    provider.add_span_processor(recorder)
    yield recorder
    assert recorder.open == set()


def states(span: ReadableSpan) -> list[Any]:
    """The states that a span's events tell."""
    return [(event.attributes or {})[STATE] for event in span.events if event.name == STATE]


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


async def _map(client: Any) -> None:
    outcomes = client.map(REQUESTS, timeout=60)
    if hasattr(outcomes, "__aiter__"):
        _ = [outcome async for outcome in outcomes]
    else:
        list(outcomes)


async def _create_and_wait(client: Any) -> None:
    task = await create(client)
    await settle(task.wait(60))


async def _wait_all(client: Any) -> None:
    tasks = [await create(client), await create(client)]
    await settle(client.tasks.wait_all(tasks, 60))


async def _as_completed(client: Any) -> None:
    done = client.tasks.as_completed([await create(client), await create(client)], 60)
    if hasattr(done, "__aiter__"):
        _ = [task async for task in done]
    else:
        list(done)


async def _events(client: Any) -> None:
    events = (await create(client)).events(60)
    if hasattr(events, "__aiter__"):
        _ = [task async for task in events]
    else:
        list(events)


@both_kinds
def test_a_run_is_one_span(kind: Kind, spans: Recorder) -> None:
    """From the create to the end, resends included, a run is one span with an event per state."""
    server = Server(
        [Reply(status=429), created()], [WAITING, record("queuing"), Reply(status=503), DONE]
    )
    play(kind, server, waiting())
    (span,) = spans.tasks
    assert (span.name, span.kind) == (f"generate_content {MODEL}", SpanKind.CLIENT)
    assert attributes(span) == {
        "gen_ai.operation.name": "generate_content",
        "gen_ai.provider.name": "liangxin",
        "gen_ai.request.model": MODEL,
        "gen_ai.response.id": TASK_ID,
        "liangxin.task.state": "success",
        "liangxin.task.polls": 4,
    }
    assert states(span) == ["waiting", "queuing", "success"]
    assert span.status.status_code is StatusCode.UNSET


@both_kinds
def test_a_map_is_a_span_per_task(kind: Kind, spans: Recorder) -> None:
    """Each task of a map has one span, whatever becomes of it; a request not sent has none."""
    ids = [created("a"), Reply(status=429), created("b"), Reply(status=401), created("c")]
    play(kind, Server(ids, [WAITING, DONE]), _map)
    told = [(attributes(s).get("gen_ai.response.id"), states(s)[-1:]) for s in spans.tasks]
    assert sorted(told, key=str) == [("a", ["success"]), ("b", ["success"]), (None, [])]
    assert all(span.name == f"generate_content {MODEL}" for span in spans.tasks)


@both_kinds
@pytest.mark.parametrize(
    ("way", "tasks"), [(_create_and_wait, 1), (_wait_all, 2), (_as_completed, 2), (_events, 1)]
)
def test_a_wait_of_its_own_is_a_span_linked_to_the_create(
    kind: Kind, way: Callable[[Any], Awaitable[None]], tasks: int, spans: Recorder
) -> None:
    """A create ends with its answer; each wait is another span, from which a link leads back."""
    play(kind, Server([created("a"), created("b")], [WAITING, DONE]), way)
    creates, waits = spans.tasks[:tasks], spans.tasks[tasks:]
    for span, wait in zip(creates, waits, strict=True):
        assert span.name == f"generate_content {MODEL}"
        assert states(span) == ["waiting"]
        assert "liangxin.task.polls" not in attributes(span)
        assert wait.name == f"fetch_response {MODEL}"
        assert states(wait)[-1] == "success"
        assert attributes(wait)["gen_ai.response.id"] == attributes(span)["gen_ai.response.id"]
        assert [link.context.span_id for link in wait.links] == [span.get_span_context().span_id]  # type: ignore[union-attr]
        assert (span.end_time or 0) <= (wait.start_time or 0)


@both_kinds
def test_a_wait_for_an_id(kind: Kind, spans: Recorder) -> None:
    """Of a task from elsewhere the model gets into the span when it is known."""
    play(kind, Server(records=[WAITING, DONE]), resuming())
    (span,) = spans.tasks
    assert (span.name, span.links) == ("fetch_response", ())
    assert attributes(span) == {
        "gen_ai.operation.name": "fetch_response",
        "gen_ai.provider.name": "liangxin",
        "gen_ai.request.model": MODEL,
        "gen_ai.response.id": TASK_ID,
        "liangxin.task.state": "success",
        "liangxin.task.polls": 2,
    }


@both_kinds
def test_what_needs_no_wait_has_no_span(kind: Kind, spans: Recorder) -> None:
    """Single requests, and waits for a task that has ended already, are not traced."""

    async def scenario(client: Any) -> None:
        task = await settle(client.tasks.retrieve(TASK_ID))
        await settle(task.wait())
        await settle(client.tasks.wait_all([task]))

    assert play(kind, Server(records=[DONE]), scenario).error is None
    assert spans.ended == []


CREATED = [created()]
UNKNOWN = "unknown whether it was created"


@both_kinds
@pytest.mark.parametrize(
    ("creates", "records", "error", "told", "state"),
    [
        ([Reply(status=401)], [], "AuthenticationError", "HTTP 401", None),
        ([Reply(status=502)], [], "SubmissionUnknownError", f"{UNKNOWN}: HTTP 502", None),
        ([Fault(KeyboardInterrupt)], [], "KeyboardInterrupt", "KeyboardInterrupt", None),
        (CREATED, [FAILED], "TaskFailedError", "the task failed (code 500)", "fail"),
        (
            CREATED,
            [record("generating")],
            "TaskTimeoutError",
            "not finished in time; the last state is generating",
            "generating",
        ),
        (CREATED, [Reply(status=401)], "AuthenticationError", "HTTP 401", "waiting"),
        (CREATED, [Fault(KeyboardInterrupt)], "KeyboardInterrupt", "KeyboardInterrupt", "waiting"),
    ],
)
def test_errors(  # noqa: PLR0917  by name
    kind: Kind,
    creates: list[Step],
    records: list[Step],
    error: str,
    told: str,
    state: str | None,
    spans: Recorder,
) -> None:
    """What a run ends with is the span's status, by the error's class; the last state stays."""
    outcome = play(kind, Server(creates, records), waiting(60))
    assert type(outcome.error).__name__ == error
    (span,) = spans.tasks
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, told)
    assert attributes(span)["error.type"] == error
    assert attributes(span).get(STATE) == state


@both_kinds
def test_a_failure_that_is_not_raised_is_one(kind: Kind, spans: Recorder) -> None:
    """The span is about the task: it failed, raised or not."""
    play(kind, Server([created()], [FAILED]), waiting(raise_on_failure=False))
    assert attributes(spans.tasks[0])["error.type"] == "TaskFailedError"


@both_kinds
@pytest.mark.parametrize("way", ["as_completed", "events", "map"])
def test_who_leaves_early(kind: Kind, way: str, spans: Recorder) -> None:
    """An iterator that is left ends its spans, with no error: the tasks run on."""
    script = Server([created("a"), created("b"), created("c")], [record("queuing"), DONE, WAITING])

    async def scenario(client: Any) -> None:
        if way == "map":
            steps = client.map(REQUESTS)
        elif way == "events":
            steps = (await create(client)).events()
        else:
            steps = client.tasks.as_completed([await create(client), await create(client)])
        if kind == "sync":
            next(steps)
            steps.close()
        else:
            await anext(steps)
            await steps.aclose()

    assert play(kind, script, scenario).error is None
    waits = [span for span in spans.tasks if way == "map" or span.name.startswith("fetch")]
    assert len(waits) == {"map": 3, "events": 1, "as_completed": 2}[way]
    assert [span for span in waits if attributes(span).get(STATE) != "success"]
    assert all(span.status.status_code is StatusCode.UNSET for span in spans.tasks)


@both_kinds
@pytest.mark.parametrize(
    "way", [waiting(), _map, _create_and_wait, _wait_all, _as_completed, _events]
)
def test_spans_are_children_of_the_callers(
    kind: Kind, way: Callable[[Any], Awaitable[object]], provider: TracerProvider, spans: Recorder
) -> None:
    """The parent of each span is the one that is current where the call is made."""
    with provider.get_tracer("app").start_as_current_span("order") as parent:
        play(kind, Server([created()], [WAITING, DONE]), way)
    assert spans.tasks
    for span in spans.tasks:
        assert span.parent is not None
        assert span.parent.span_id == parent.get_span_context().span_id


def test_whoever_polls_the_parent_is_the_callers(provider: TracerProvider, spans: Recorder) -> None:
    """Threads poll for each other: each task's span stays under the span of its own caller."""
    simulator = Simulator(timeline="after_polls(3)")
    options = {**simulator.client_options(), "clock": None}
    parents: dict[str, int] = {}
    with liangxin.LiangXin(**options, polls_per_second=1000) as client:

        def run(number: int) -> None:
            with provider.get_tracer("app").start_as_current_span(f"order {number}") as span:
                task = client.run(model=MODEL, input=INPUT, poll_interval=0.005)
                parents[task.id] = span.get_span_context().span_id

        threads = [threading.Thread(target=run, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(100)
    assert len(parents) == len(spans.tasks) == 4
    for span in spans.tasks:
        assert span.parent is not None
        assert span.parent.span_id == parents[attributes(span)["gen_ai.response.id"]]


PROMPT = INPUT["prompt"]


@both_kinds
@pytest.mark.parametrize(
    ("creates", "records"),
    [
        ([Reply({"msg": f"{PROMPT} {KEY}"}, 400)], []),
        ([Reply({"msg": f"{PROMPT} {KEY}"}, 500)], []),
        (CREATED, [record("fail", failCode="1", failMsg=f"{PROMPT} {KEY}")]),
        (CREATED, [Reply(f"<title>{PROMPT} {KEY}".encode(), 403)]),
        (CREATED, [Reply(f"{PROMPT} {KEY}".encode())]),
        (CREATED, [record("success", resultJson=f"{PROMPT} {KEY}")]),
        (CREATED, [record("generating", param=f"{PROMPT} {KEY}"), DONE]),
        (CREATED, [Broken(httpx.ReadError)]),
    ],
)
def test_spans_are_private(
    kind: Kind, creates: list[Step], records: list[Step], spans: Recorder
) -> None:
    """Neither the prompt nor the key is in a span, whatever the server repeats of them."""
    play(kind, Server(creates, records), waiting(60))
    (span,) = spans.tasks
    assert PROMPT not in span.to_json()
    assert KEY not in span.to_json()
    assert "files.test" not in span.to_json()
    assert json.loads(span.to_json())["name"] == f"generate_content {MODEL}"


class Troublesome(SpanProcessor):
    """Fails where the application's own processors might."""

    def __init__(self, moment: str) -> None:
        self.moment = moment

    def on_start(self, span: Any, parent_context: Any = None) -> None:  # noqa: ARG002
        if self.moment == "start":
            raise ZeroDivisionError

    def on_end(self, span: ReadableSpan) -> None:  # noqa: ARG002
        if self.moment == "end":
            raise ZeroDivisionError


@both_kinds
@pytest.mark.parametrize("moment", ["start", "end"])
@pytest.mark.parametrize("way", [waiting(), _create_and_wait])
def test_trouble_with_tracing_costs_no_task(
    kind: Kind,
    moment: str,
    way: Callable[[Any], Awaitable[object]],
    provider: TracerProvider,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An exporter that raises does not lose a paid task: it is told in the log, once per span."""
    provider.add_span_processor(Troublesome(moment))
    outcome = play(kind, Server([created()], [WAITING, DONE]), way)
    assert outcome.error is None
    told = [r.message for r in caplog.records if r.levelname == "WARNING"]
    assert told == ["Tracing failed: ZeroDivisionError"] * (2 if way is _create_and_wait else 1)


@both_kinds
def test_without_a_provider_nothing_is_traced(kind: Kind) -> None:
    """OpenTelemetry that is imported but not set up costs no span."""
    seen: list[bool] = []

    async def scenario(client: Any) -> None:
        task = await create(client)
        seen.append(task._creation.is_open)
        await settle(task.wait())

    play(kind, Server([created()], [DONE]), scenario)
    assert seen == [False]
    assert not tracing.creating("liangxin", MODEL).is_open


def test_without_opentelemetry_nothing_is_imported() -> None:
    """An application that does not import OpenTelemetry does not get it imported."""
    script = (
        "from liangxin_mock import Simulator; import liangxin, sys\n"
        "with liangxin.LiangXin(**Simulator().client_options()) as client:\n"
        f"    client.run(model={MODEL!r}, input={{'prompt': 'Tea'}})\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]\n"
    )
    path = f"import sys; sys.path[:0] = {sys.path!r}\n"
    subprocess.run([sys.executable, "-S", "-c", path + script], check=True)


# --- what traces HTTP libraries -------------------------------------------------------------------


@both_kinds
def test_requests_are_not_traced_one_by_one(
    kind: Kind, provider: TracerProvider, spans: Recorder
) -> None:
    """Where httpx is instrumented, polls are no spans, and the API gets no trace headers."""
    server = Server([created()], [WAITING, DONE])
    http_type: Any = httpx.Client if kind == "sync" else httpx.AsyncClient
    http = http_type(transport=httpx.MockTransport(server.answer))
    HTTPXClientInstrumentor.instrument_client(http, tracer_provider=provider)
    with provider.get_tracer("app").start_as_current_span("order"):
        play(kind, server, waiting(), http_client=http)
        assert [span.name for span in spans.ended] == [f"generate_content {MODEL}"]
        assert all("traceparent" not in request.headers for request in server.requests)
        if kind == "sync":  # it does trace what else the application does with it
            http.get(f"{BASE_URL}/api/v1/jobs/recordInfo")
            assert "traceparent" in server.requests[-1].headers
    assert len(spans.ended) == (3 if kind == "sync" else 2)
