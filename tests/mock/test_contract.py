"""The simulator keeps to the contract that it plays: Prism and a second validator look at it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, ClassVar, NamedTuple

import httpx
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from liangxin.callbacks import verify_magnific
from liangxin_mock import Callback, RuleError, Simulator, rate_limit
from liangxin_mock.apis import APIS
from liangxin_mock.faults import FAULTS
from liangxin_mock.jobs.timelines import ENDS, STATES, TIMELINES
from liangxin_mock.messages import LARGEST_BODY, Reply, Request
from tests.strategies import faulty_inputs, server_faults, timelines
from tests.support import api_requests, contract, spec
from tests.support.api_requests import CREATE, OPERATIONS, RECORD
from tests.support.checked_simulator import CheckedSimulator
from tests.support.contract import invalid, off_contract

Record = Callable[[str, object], None]
DONE = "https://example.com/done"
INPUT = {"prompt": "A ceramic cup"}
BODY = {"model": "z-image", "input": INPUT}
every_model = pytest.mark.parametrize("model", spec.MODELS)

# --- Prism in front of the simulator ---------------------------------------------------------------


@pytest.fixture
def http(checked: CheckedSimulator) -> Iterator[httpx.Client]:
    """A client of Prism in front of a simulator that has forgotten all before."""
    checked.simulator.reset()
    headers = {"Authorization": "Bearer some-key"}
    with httpx.Client(base_url=checked.url, headers=headers, timeout=100) as client:
        yield client


def violations(answer: httpx.Response) -> str:
    """Return what Prism objects to in an answer or its request; empty if nothing."""
    # Prism writes its own refusals as problem+json; the API has no such type.
    is_own = answer.headers["content-type"] == "application/problem+json"
    return str(answer.headers.get("sl-violations", answer.text if is_own else ""))


def seen(answer: httpx.Response, status: int = 200) -> Any:
    """Return the document of an answer that Prism let pass."""
    assert violations(answer) == ""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    return answer.json()


@pytest.mark.thorough
@every_model
@pytest.mark.parametrize("end", ["success", "fail"])
def test_every_variant_reaches_both_ends(
    model: str, end: str, checked: CheckedSimulator, http: httpx.Client, record_property: Record
) -> None:
    """Every state of every variant's job, up to success and to fail, passes Prism unobjected."""
    record_property("model", spec.label(model))
    record_property("check", end)
    simulator = checked.simulator
    body = {"model": model, "input": spec.example(model)}
    timeline = "after_seconds(100)" if end == "success" else "fail('422', 'no', after_seconds(100))"
    created = seen(http.post(CREATE, json=body, headers={"X-Mock-Timeline": timeline}))
    task_id = created["data"]["taskId"]
    states = []
    for seconds in (1, 6, 10, 100):
        simulator.clock.advance(seconds)
        record = seen(http.get(RECORD, params={"taskId": task_id}))["data"]
        states.append(record["state"])
    assert states == ["waiting", "queuing", "generating", end]
    assert (record["taskId"], record["model"]) == (task_id, model)
    assert json.loads(record["param"]) == body
    links = json.loads(record["resultJson"])["resultUrls"] if record["resultJson"] else []
    assert bool(links) == (end == "success")
    assert (record["failCode"], record["failMsg"]) == (("422", "no") if end == "fail" else ("", ""))
    assert (simulator.creates, simulator.polls, simulator.verify()) == (1, 4, [])
    record_property("ends", 1)


@pytest.fixture
def magnific(checked_for: Callable[[str], CheckedSimulator]) -> Iterator[MagnificsClient]:
    """A client of Prism in front of a simulator, for Magnific."""
    checked = checked_for("magnific")
    checked.simulator.reset()
    headers = {"x-magnific-api-key": "some-key"}
    with httpx.Client(base_url=checked.url, headers=headers, timeout=100) as client:
        yield MagnificsClient(checked.simulator, client)


class MagnificsClient(NamedTuple):
    """A client of Prism, and the simulator behind."""

    simulator: Simulator
    http: httpx.Client

    def ask(
        self, operation: str, model: str, task_id: str = "", fault: str = "", timeline: str = ""
    ) -> httpx.Response:
        """Send a request that is in order."""
        given = {"x_mock_fault": fault, "x_mock_timeline": timeline}
        headers = {name: value for name, value in given.items() if value}
        request = api_requests.request_of(operation, model, task_id, callback_url=DONE, **headers)
        return self.http.request(
            request.method, request.path, content=request.body, headers=request.headers
        )


@pytest.mark.thorough
@pytest.mark.parametrize("model", spec.OTHERS, ids=spec.label)
@pytest.mark.parametrize("end", ["success", "fail"])
def test_every_variant_of_magnific_reaches_both_ends(
    model: str, end: str, magnific: MagnificsClient, record_property: Record
) -> None:
    """Every state, list and webhook of every variant's task keeps to Magnific's contract."""
    record_property("model", spec.label(model))
    record_property("check", end)
    simulator, webhooks = magnific.simulator, list[Callback]()
    simulator.receiver = webhooks.append
    timeline = "after_seconds(100)" if end == "success" else "fail(after=after_seconds(100))"
    task_id = seen(magnific.ask("createTask", model, timeline=timeline))["data"]["task_id"]
    states, last = [], "COMPLETED" if end == "success" else "FAILED"
    for seconds in (1, 6, 10, 100):
        simulator.clock.advance(seconds)
        record = seen(magnific.ask("recordInfo", model, task_id))["data"]
        states.append(record["status"])
        summary = {"task_id": task_id, "status": record["status"]}
        assert seen(magnific.ask("listTasks", model)) == {"data": [summary]}
    assert states == ["CREATED", "CREATED", "IN_PROGRESS", last]
    assert bool(record["generated"]) == (end == "success")
    # The last webhook is the last record.
    assert webhooks[-1].body == record
    assert {invalid("Task", call.content, "magnific") for call in webhooks} == {None}
    assert (simulator.creates, simulator.polls, simulator.verify()) == (1, 4, [])
    record_property("ends", 1)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "operation", ["createTask", "recordInfo", "listTasks", "requestUploadUrls"]
)
def test_documented_errors_of_magnific_pass_prism(
    operation: str, magnific: MagnificsClient
) -> None:
    """Every documented error of the simulator passes Prism unobjected; others do not."""
    model = spec.OTHERS[0]
    task_id = seen(magnific.ask("createTask", model))["data"]["task_id"]
    errors = contract.documented_errors(operation, model)
    assert errors == [400, 401, 402, 403, 404, 429, 500, 503]
    for status in errors:
        answer = magnific.ask(operation, model, task_id, fault=f"status({status})")
        assert seen(answer, status)["message"]
    for fault in ("status(502)", "html(502)", "html(200)"):
        assert violations(magnific.ask(operation, model, task_id, fault=fault)), fault


@pytest.mark.thorough
def test_uploads_of_magnific_pass_prism(magnific: MagnificsClient) -> None:
    """Prism lets a request for an upload's URL and its answer pass, and the URL takes the file."""
    (file,) = seen(magnific.ask("requestUploadUrls", spec.OTHERS[0]))["files"]
    assert httpx.put(file["upload_url"], content=b"PNG", headers=file["headers"]).is_success
    assert httpx.get(file["asset_url"]).content == b"PNG"
    assert magnific.simulator.verify() == []


@pytest.mark.thorough
@pytest.mark.parametrize("gateway", [False, True])
@pytest.mark.parametrize(
    ("operation", "status"),
    [(o, status) for o in OPERATIONS for status in contract.documented_errors(o)],
)
def test_documented_errors_pass_prism(
    operation: str, status: int, gateway: bool, http: httpx.Client
) -> None:
    """Every documented error of the simulator, in either envelope, passes Prism unobjected."""
    error = seen(ask(http, operation, f"status({status}, gateway={gateway})"), status)
    assert ("error" in error) == gateway


@pytest.mark.thorough
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    ("fault", "objection"),
    [
        ("status(503)", "Unable to match the returned status code"),
        ("html(502)", "Unable to match the returned status code"),
        ("html(200)", "does not match the one specified"),
        ("error_code(500)", "must be object"),
    ],
)
def test_prism_sees_what_is_off_contract(
    operation: str, fault: str, objection: str, http: httpx.Client
) -> None:
    """An answer that the contract doesn't have is a violation, so that no violation means much."""
    assert objection in violations(ask(http, operation, fault))


def ask(http: httpx.Client, operation: str, fault: str) -> httpx.Response:
    """Send a request that is in order, with a fault."""
    headers = {"X-Mock-Fault": fault} if fault else {}
    if operation == "createTask":
        return http.post(CREATE, json=BODY, headers=headers)
    task_id = seen(http.post(CREATE, json=BODY))["data"]["taskId"]
    return http.get(RECORD, params={"taskId": task_id}, headers=headers)


# --- a second validator ----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Played:
    """An API, as the machine below plays it."""

    name: str
    models: Sequence[str]
    callback_schema: str
    id_field: str
    state_field: str
    """The members of a record that have the task's id and its state."""
    states: frozenset[str]
    """All states of a record."""
    wrong_keys: Sequence[dict[str, str]]
    badly_asked: Sequence[tuple[str, Request]]
    """Requests that are refused, with their operations."""

    @property
    def operations(self) -> Sequence[str]:
        """All operations of the API."""
        return api_requests.operations_of(self.models[0])

    def errors(self) -> set[tuple[str, int]]:
        """The errors that the contract has, by operation."""
        return {
            (operation, status)
            for operation in self.operations
            for status in contract.documented_errors(operation, self.models[0])
        }

    @cached_property
    def faults(self) -> dict[str, st.SearchStrategy[Any]]:
        """Faults that leave all answers in the contract, by operation."""
        found = server_faults.faults_in_contract(self.models[0])
        return {on: st.one_of(list(faults.values())) for on, faults in found.items()}

    @cached_property
    def injections(self) -> st.SearchStrategy[Any]:
        """Such a fault, and where it happens."""
        return st.one_of([st.tuples(st.just(on), faults) for on, faults in self.faults.items()])

    @cached_property
    def bodies(self) -> st.SearchStrategy[Any]:
        """A model, and a body that creates a task of it."""
        # Whole inputs are drawn in conformance/test_variants; here they would leave few choices
        # for the rest.
        prompts = st.text(min_size=1, max_size=9)
        return st.builds(prompted, st.sampled_from(self.models), prompts)

    @cached_property
    def junk(self) -> st.SearchStrategy[Any]:
        """A model, and the bytes of a body that is refused."""
        any_model = st.sampled_from(self.models)
        torn = [b"", b"{", b"[]", b"null", b'{"model":NaN}', b"[" * 100_000]
        junk = st.sampled_from(torn) | st.binary(max_size=20)
        return st.one_of(any_model.flatmap(refused_bodies_of), st.tuples(any_model, junk))


def prompted(model: str, prompt: str) -> tuple[str, dict[str, Any]]:
    value = spec.example(model)
    return model, spec.body(model, value | {"prompt": prompt} if "prompt" in value else value)


@cache
def refused_bodies_of(model: str) -> st.SearchStrategy[tuple[str, bytes]]:
    faulty = [fault for fault in faulty_inputs.faults(model) if not fault.inferred]
    bodies = [json.dumps(spec.body(model, fault.input)).encode() for fault in faulty]
    return st.tuples(st.just(model), st.sampled_from(bodies))


# The only family whose list has pages.
LIST = api_requests.request_of(
    "listTasks", spec.Model.of("magnific", "kling-v3-omni-std-video-reference")
)
UPLOAD = api_requests.request_of("requestUploadUrls", spec.OTHERS[0])
NO_IDS = ("1", "%00%ff", "a%2Fb", "..", "\u00e9")
NO_PAGES = ("page=0", "page=x", "page_size=101", "page=1&page_size=")
NO_UPLOADS = (b"{", b"{}", b'{"files":[]}', b'{"files":[{"content_type":"text/html"}]}')

PLAYED = [
    Played(
        name=spec.LIANGXIN,
        models=spec.MODELS,
        callback_schema="CallbackPayload",
        id_field="taskId",
        state_field="state",
        states=frozenset({*STATES, *ENDS}),
        wrong_keys=[
            {"authorization": key} for key in ("", "Bearer", "Bearer wrong", "Basic some-key")
        ],
        badly_asked=[
            ("recordInfo", api_requests.query("")._replace(query=text))
            for text in ("", "taskId=", "taskId=a&taskId=b", "id=1", "taskId=%00%ff", "&")
        ],
    ),
    Played(
        name="magnific",
        models=spec.OTHERS,
        callback_schema="Task",
        id_field="task_id",
        state_field="status",
        states=frozenset({"CREATED", "IN_PROGRESS", "COMPLETED", "FAILED"}),
        wrong_keys=[{"x_magnific_api_key": key} for key in ("", "wrong")],
        badly_asked=[
            *(("recordInfo", api_requests.query_of(spec.OTHERS[0], text)) for text in NO_IDS),
            *(("listTasks", LIST._replace(query=text)) for text in NO_PAGES),
            *(("requestUploadUrls", UPLOAD._replace(body=body)) for body in NO_UPLOADS),
        ],
    ),
]

OFTEN: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(dict, times=st.integers(1, 3)),
    st.builds(dict, probability=st.floats(0.1, 0.9)),
    st.builds(dict, seconds=st.floats(1, 100)),
)


def of_api(draw: Callable[[Played], st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Draw what fits the API that the machine plays."""
    return st.runner().flatmap(lambda life: draw(life.played))


# Not explained if it fails, which takes minutes.
LIVES = settings(max_examples=80, stateful_step_count=30, phases=[Phase.generate, Phase.shrink])


class Life(RuleBasedStateMachine):
    """Whatever users, time and faults do to a simulator; each answer and callback is looked at."""

    played: ClassVar[Played]
    # Over all runs.
    statuses: ClassVar[set[tuple[str, int]]]
    states: ClassVar[set[str]]
    callbacks: ClassVar[int]

    # Jobs to begin with, because Hypothesis likes to leave out a rule for a whole run.
    @initialize(
        seed=st.integers(0, 9),
        strict=st.booleans(),
        refused=st.integers(0, 2),
        jobs=st.lists(
            st.tuples(of_api(lambda api: api.bodies), timelines.ANY_TIMELINE),
            min_size=3,
            max_size=5,
        ),
    )
    def begin(self, seed: int, strict: bool, refused: int, jobs: list[Any]) -> None:
        self.tasks = [(self.played.models[0], "task_of_nobody")]
        self.refused = refused
        self.simulator = Simulator(
            seed, strict=strict, api_key="some-key", receiver=self.called, link_lifetime=60
        )
        for body, timeline in jobs:
            self.create(body, timeline, DONE, None)
        # Each once, as few of the many faults are drawn in a run.
        model, task_id = self.tasks[-1]
        for operation, status in sorted(self.played.errors()):
            headers = {"x_mock_fault": f"status({status})"}
            self.answer(
                operation, model, api_requests.request_of(operation, model, task_id, **headers)
            )

    def called(self, callback: Callback) -> int:
        """Take in a callback, and refuse the first ones."""
        api = self.played
        assert invalid(api.callback_schema, callback.content, api.name) is None
        job = self.simulator.job(callback.task_id)
        data = callback.body.get("data", callback.body)
        if job.has_ended and data[api.state_field] != "IN_PROGRESS":
            assert data == json.loads(APIS[api.name].record(job).body)["data"]
        else:
            assert data == {"task_id": job.id, "status": "IN_PROGRESS", "generated": []}
        if callback.headers:
            secret, clock = self.simulator.webhook_secret, self.simulator.clock
            verify_magnific(callback.content, callback.headers, secret, clock=clock)
        type(self).callbacks += 1
        self.refused -= 1
        return 500 if self.refused >= 0 else 204

    def answer(self, operation: str, model: str, request: Request) -> Reply:
        """Send a request, and look at its answer."""
        reply = self.simulator.handle(request).finished()
        assert off_contract(operation, reply, model) is None, reply
        assert self.simulator.problems == []
        self.statuses.add((operation, reply.status))
        return reply

    @rule(
        body=of_api(lambda api: api.bodies),
        timeline=timelines.ANY_TIMELINE,
        callback_url=st.sampled_from(["", DONE]),
        fault=st.none() | of_api(lambda api: api.faults["createTask"]),
    )
    def create_one(self, body: Any, timeline: object, callback_url: str, fault: object) -> None:
        self.create(body, timeline, callback_url, fault)

    def create(self, body: Any, timeline: object, callback_url: str, fault: object) -> None:
        model, document = body
        headers = {"x_mock_timeline": repr(timeline)}
        if fault is not None:
            headers["x_mock_fault"] = repr(fault)
        document |= api_requests.called_back(model, callback_url)
        request = api_requests.create_of(model, document, **headers)
        reply = self.answer("createTask", model, request)
        if reply.status == 200:
            self.tasks.append((model, json.loads(reply.body)["data"][self.played.id_field]))

    @rule(
        junk=of_api(lambda api: api.junk),
        media_type=st.sampled_from(["application/json"] * 3 + ["text/plain", ""]),
    )
    def create_badly(self, junk: tuple[str, bytes], media_type: str) -> None:
        model, body = junk
        request = api_requests.create_of(model, body, content_type=media_type)
        assert self.answer("createTask", model, request).status != 200

    @rule(
        nth=st.integers(0, 9),
        how_many=st.integers(1, 5),
        fault=st.none() | of_api(lambda api: api.faults["recordInfo"]),
    )
    def query(self, nth: int, how_many: int, fault: object) -> None:
        model, task_id = self.tasks[-1 - nth % len(self.tasks)]
        for number in range(1, how_many + 1):
            strikes = fault is not None and number == how_many
            headers = {"x_mock_fault": repr(fault)} if strikes else {}
            request = api_requests.query_of(model, task_id, **headers)
            record = json.loads(self.answer("recordInfo", model, request).body).get("data")
            if record:
                assert record[self.played.id_field] == task_id
                assert isinstance(json.loads(record.get("param", "{}")), dict)
                self.states.add(record[self.played.state_field])

    @precondition(lambda self: "listTasks" in self.played.operations)
    @rule(nth=st.integers(0, 9))
    def list_or_upload(self, nth: int) -> None:
        model, _ = self.tasks[-1 - nth % len(self.tasks)]
        for operation in ("listTasks", "requestUploadUrls"):
            self.answer(operation, model, api_requests.request_of(operation, model))

    @rule(asked=of_api(lambda api: st.sampled_from(api.badly_asked)))
    def ask_badly(self, asked: tuple[str, Request]) -> None:
        operation, request = asked
        assert self.answer(operation, self.played.models[0], request).status != 200

    @rule(key=of_api(lambda api: st.sampled_from(api.wrong_keys)))
    def without_key(self, key: dict[str, str]) -> None:
        model, task_id = self.tasks[-1]
        for operation in self.played.operations:
            request = api_requests.request_of(operation, model, task_id, **key)
            assert self.answer(operation, model, request).status != 200

    @rule(injection=of_api(lambda api: api.injections), often=OFTEN)
    def inject(self, injection: Any, often: dict[str, Any]) -> None:
        on, fault = injection
        self.simulator.inject(fault, on=on, **often)

    @rule(
        balance=st.none() | st.integers(0, 2),
        limit=st.none() | st.builds(rate_limit, st.integers(1, 5), retry_after=st.booleans()),
    )
    def limit(self, balance: int | None, limit: rate_limit | None) -> None:
        self.simulator.balance, self.simulator.rate_limit = balance, limit

    @rule(seconds=st.floats(0, 1000))
    def advance(self, seconds: float) -> None:
        self.simulator.clock.advance(seconds)

    @precondition(lambda self: len(self.tasks) > 1)
    @rule(nth=st.integers(0, 9), move=st.sampled_from(["step", "finish", "fail"]))
    def move(self, nth: int, move: str) -> None:
        _, task_id = self.tasks[1:][-1 - nth % (len(self.tasks) - 1)]
        had_ended = self.simulator.job(task_id).has_ended
        try:
            getattr(self.simulator, move)(task_id)
        except RuleError:
            assert had_ended

    def teardown(self) -> None:
        """Follow all jobs to their ends."""
        self.simulator.faults.clear()
        self.simulator.rate_limit = None
        for seconds in (0, 3, 10, 100, 1000, 10_000):
            self.simulator.clock.advance(seconds)
            for model, task_id in self.tasks[1:]:
                reply = self.answer("recordInfo", model, api_requests.query_of(model, task_id))
                self.states.add(json.loads(reply.body)["data"][self.played.state_field])
        assert self.simulator.problems == []


@pytest.mark.thorough
@pytest.mark.parametrize("api", PLAYED, ids=lambda api: api.name)
def test_every_answer_and_callback_is_valid(api: Played) -> None:
    """Whatever happens, in any order, every answer and callback is what the bundle documents."""

    class LifeOfApi(Life):
        played: ClassVar = api
        statuses: ClassVar = set()
        states: ClassVar = set()
        callbacks: ClassVar = 0

    run_state_machine_as_test(LifeOfApi, settings=LIVES)
    # It did see what there is to see.
    successes = {(operation, 200) for operation in api.operations}
    assert api.errors() | successes <= LifeOfApi.statuses
    assert api.states <= LifeOfApi.states
    assert LifeOfApi.callbacks > 50


@pytest.mark.parametrize("api", PLAYED, ids=lambda api: api.name)
def test_no_fault_or_timeline_is_forgotten(api: Played) -> None:
    """Every word of the vocabulary is drawn above, or is left out by name."""
    in_contract = server_faults.faults_in_contract(api.models[0])
    kept = {word for words in in_contract.values() for word in words}
    left_out = {text.partition("(")[0] for text in server_faults.FAULTS_OFF_CONTRACT}
    assert kept | left_out == set(FAULTS)
    # Its documented statuses are kept, others left out.
    assert kept & left_out == {"status"}
    for on, words in in_contract.items():
        possible = {word for word, fault in FAULTS.items() if on in fault.on}
        # The slow or broken download of a result is no answer of the API.
        assert possible - left_out - {"slow"} <= set(words), on
    drawn = {"immediate", "after_seconds", "lognormal", "after_polls", "fail", "stall"}
    assert set(TIMELINES) == drawn


ERRORS: dict[str, tuple[Request, int, str]] = {
    "no key": (api_requests.create(BODY, authorization=""), 401, "GatewayError"),
    "no bearer": (api_requests.create(BODY, authorization="Basic some-key"), 401, "GatewayError"),
    "wrong key": (api_requests.query("x", authorization="Bearer wrong"), 401, "GatewayError"),
    "no JSON": (api_requests.create(b"{"), 400, "TaskError"),
    "not UTF-8": (api_requests.create(b'{"model":"\xff"}'), 400, "TaskError"),
    "too deep": (api_requests.create(b"[" * 100_000), 400, "TaskError"),
    "NaN": (api_requests.create(b'{"model":NaN}'), 400, "TaskError"),
    "huge number": (api_requests.create(b'{"model":' + b"9" * 5_000 + b"}"), 400, "TaskError"),
    "no object": (api_requests.create([BODY]), 400, "TaskError"),
    "no body": (api_requests.create(b""), 400, "TaskError"),
    "text": (api_requests.create(BODY, content_type="text/plain"), 400, "TaskError"),
    "no type": (api_requests.create(BODY, content_type=""), 400, "TaskError"),
    "no model": (api_requests.create({"input": INPUT}), 400, "TaskError"),
    "unknown model": (api_requests.create({"model": "kling", "input": INPUT}), 400, "TaskError"),
    "model of a type": (api_requests.create({"model": {}, "input": INPUT}), 400, "TaskError"),
    "no input": (api_requests.create({"model": "z-image"}), 400, "TaskError"),
    "bad callback": (api_requests.create({**BODY, "callBackUrl": "no"}), 400, "TaskError"),
    "bad timeline": (api_requests.create(BODY, x_mock_timeline="after_pols(3)"), 400, "TaskError"),
    "bad fault": (api_requests.create(BODY, x_mock_fault="status(3)"), 400, "TaskError"),
    "too large": (api_requests.create(b" " * (LARGEST_BODY + 1)), 413, "GatewayError"),
    "no task id": (api_requests.query(""), 400, "TaskError"),
    "two task ids": (api_requests.query("a&taskId=b"), 400, "TaskError"),
    "unknown task": (api_requests.query("task_1"), 422, "TaskError"),
    "wrong method": (api_requests.create(BODY)._replace(method="PUT"), 405, "GatewayError"),
    "odd method": (api_requests.query("x")._replace(method="BREW"), 405, "GatewayError"),
    "wrong route": (api_requests.create(BODY)._replace(path="/api/v1/jobs"), 404, "GatewayError"),
    "no file": (api_requests.query("")._replace(path="/results/a/0.png"), 404, "GatewayError"),
}
"""Requests that are refused: with which status, and in which envelope."""


@pytest.mark.parametrize("name", ERRORS)
def test_every_refusal_has_the_apis_shape(name: str) -> None:
    """What is wrong with a request is said in one of the API's envelopes, and changes no job."""
    simulator = Simulator(api_key="some-key")
    request, status, envelope = ERRORS[name]
    reply = simulator.handle(request).finished()
    assert (reply.status, reply.media_type) == (status, "application/json")
    assert invalid(envelope, reply.body) is None
    document = json.loads(reply.body)
    assert document.get("code", status) == status
    message = document["msg"] if envelope == "TaskError" else document["error"]["message"]
    assert message
    assert "Traceback" not in message
    operation = next(
        (o for o, at in OPERATIONS.items() if at == (request.method, request.path)), ""
    )
    if operation:
        assert off_contract(operation, reply) is None
    assert (simulator.jobs, simulator.creates, simulator.problems) == ([], 0, [])
    assert len(simulator.verify()) == 1


def test_limits_of_the_account_have_the_apis_shape() -> None:
    """A used-up balance is a documented 403, too many requests a 429 with Retry-After."""
    simulator = Simulator(balance=1, rate_limit=rate_limit(3, per=10))
    replies = [simulator.handle(api_requests.create(BODY)) for _ in range(4)]
    assert [reply.status for reply in replies] == [200, 403, 403, 429]
    assert [off_contract("createTask", reply) for reply in replies] == [None] * 4
    assert replies[3].headers == {"retry-after": "10"}
    assert simulator.creates == 1
