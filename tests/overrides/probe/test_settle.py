"""Probes: inferred facts are settled without paying, and the first accepted request ends them."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from ruamel.yaml import YAML

import liangxin
from generation.spec.bundle import make_bundle
from liangxin.apis.liangxin import LIANGXIN
from liangxin.apis.magnific import MAGNIFIC
from liangxin.errors import (
    APIConnectionError,
    AuthenticationError,
    RateLimitError,
    SubmissionUnknownError,
)
from liangxin.probe.patch import evidence_patch
from liangxin.probe.plan import NO_MODEL, Plan, make_plan
from liangxin.probe.settle import Outcome, settle
from liangxin_mock import Simulator, VirtualClock, drop, html, rate_limit, status
from tests.support import spec

PROJECT = Path(__file__).parents[3]
PLAN = make_plan(LIANGXIN)
IDS = {probe.model for probe in PLAN.ids}


def sender(client: Any) -> Callable[[str, Mapping[str, Any]], str]:
    """Return what sends a probe by a client."""

    def send(model: str, fields: Mapping[str, Any]) -> str:
        return str(client.tasks.create(model=model, input=fields, validate=False).id)

    return send


def probed(simulator: Simulator, plan: Plan = PLAN, may_accept: int = 0) -> Outcome:
    """Probe a simulator."""
    with liangxin.LiangXin(**simulator.client_options()) as client:
        outcome = Outcome(plan.not_probed)
        settle(plan, LIANGXIN, sender(client), outcome, may_accept=may_accept)
        return outcome


def answering(answer: Callable[[Any], httpx.Response], may_accept: int = 0) -> Outcome:
    """Probe a server that answers creates by a function of their body."""
    transport = httpx.MockTransport(lambda request: answer(json.loads(request.content)))
    with (
        httpx.Client(transport=transport) as http,
        liangxin.LiangXin(
            "key", "https://api.test", http_client=http, clock=VirtualClock()
        ) as client,
    ):
        outcome = Outcome(PLAN.not_probed)
        settle(PLAN, LIANGXIN, sender(client), outcome, may_accept=may_accept)
        return outcome


def refused(text: str, code: int = 400) -> httpx.Response:
    """Refuse a create."""
    return httpx.Response(code, json={"code": code, "msg": text, "data": None})


def test_every_probe_must_be_refused() -> None:
    """A probe of an id breaks limits with evidence, one of a limit breaks that limit alone."""
    contract = LIANGXIN.contract
    assert len(IDS) == 23
    for probe in PLAN.ids:
        body = LIANGXIN.body(probe.model, probe.fields, None)
        levels = {one.evidence for one in contract.violations(probe.model, body, "enforced")}
        assert levels & {"documented", "upstream"}
    assert len(PLAN.limits) >= 8
    for probe in PLAN.limits:
        body = LIANGXIN.body(probe.model, probe.fields, None)
        assert contract.violations(probe.model, body, "enforced") == ()
        [violation] = contract.violations(probe.model, body, "inferred")
        assert (violation.field, violation.limit) == (f"input.{probe.field}", probe.limit)


def test_every_inferred_fact_is_probed_or_listed() -> None:
    """What no request settles is named with the reason."""
    facts = 0
    for model in spec.MODELS:
        inferred = spec.input_schema(model).get("x-inferred", {})
        facts += sum(len(field) for field in inferred.get("properties", {}).values())
        facts += len(inferred.get("required", ())) + len(inferred.get("allOf", ()))
    assert len(PLAN.limits) + len(PLAN.not_probed) == facts
    assert make_plan(MAGNIFIC).ids == []


def test_the_surest_come_first() -> None:
    """Controls are sent before ids, likely ids before doubtful ones, and limits last."""
    assert PLAN.controls[0].sent_model == NO_MODEL
    confidences = [spec.input_schema(probe.model)["x-id"]["confidence"] for probe in PLAN.ids]
    assert confidences == sorted(confidences, key=["high", "medium", "low"].index)


def test_an_honest_server_settles_everything() -> None:
    """A server that enforces every limit settles all ids and limits, and nothing is billed."""
    simulator = Simulator(strict=True)
    outcome = probed(simulator)
    assert simulator.creates == 0
    assert {one.probe.model for one in outcome.settled if one.probe.kind == "id"} == IDS
    limits = [one.probe for one in outcome.settled if one.probe.kind == "limit"]
    assert limits == PLAN.limits
    assert [*outcome.refuted, *outcome.unclear, *outcome.accepted, *outcome.left] == []
    assert outcome.error is None
    # The other spellings were not needed.
    assert outcome.sent == 2 + len(IDS) + len(limits) == len(simulator.requests)


def test_a_limit_that_does_not_exist_ends_it() -> None:
    """The first accepted create ends the probes; its task is named, and its limit refuted."""
    simulator = Simulator()  # it enforces no inferred limit
    outcome = probed(simulator)
    assert simulator.creates == 1
    [accepted] = outcome.accepted
    assert accepted.task_id == simulator.jobs[0].id
    assert accepted.probe == PLAN.limits[0]
    assert [one.probe for one in outcome.refuted] == [PLAN.limits[0]]
    assert outcome.left == PLAN.limits[1:]
    assert outcome.error is None


def test_the_ceiling_is_how_many_may_be_accepted() -> None:
    """With a ceiling of two, the third accepted create ends it."""
    simulator = Simulator()
    outcome = probed(simulator, may_accept=2)
    assert simulator.creates == len(outcome.accepted) == len(outcome.refuted) == 3


def test_a_server_that_accepts_everything_is_left_at_once() -> None:
    """The first request, of an id that does not exist, shows it, and nothing else is sent."""
    created = iter(range(99))

    def accept(_: Any) -> httpx.Response:
        data = {"taskId": f"task_{next(created)}"}
        return httpx.Response(200, json={"code": 200, "msg": "success", "data": data})

    outcome = answering(accept)
    assert next(created) == 1
    assert [one.task_id for one in outcome.accepted] == ["task_0"]
    assert outcome.settled == outcome.refuted == []
    assert len(outcome.left) == len(PLAN.ids) + len(PLAN.limits)


def test_a_rate_limit_is_waited_for() -> None:
    """A server that limits requests is asked again later, as by any create."""
    simulator = Simulator(strict=True, rate_limit=rate_limit(5, per=10))
    outcome = probed(simulator)
    assert outcome.error is None
    assert outcome.unclear == []
    assert len(outcome.settled) == len(IDS) + len(PLAN.limits)


def test_a_rate_limit_without_end_ends_it() -> None:
    """A server that answers 429 only is left, with what was settled until then."""
    simulator = Simulator(strict=True)
    after = 6

    def later(body: Any) -> bool:
        del body
        return len(simulator.requests) >= after

    simulator.inject(status(429), on="createTask", where=later, times=1000)
    outcome = probed(simulator)
    assert isinstance(outcome.error, RateLimitError)
    assert simulator.creates == 0
    settled = {one.probe.model for one in outcome.settled}
    assert len(settled) == 4
    assert not settled & {probe.model for probe in outcome.left if probe.kind == "id"}
    assert settled | {probe.model for probe in outcome.left if probe.kind == "id"} == IDS


@pytest.mark.parametrize(
    ("fault", "error", "accepted"),
    [
        (status(503), SubmissionUnknownError, 1),
        (html(502), SubmissionUnknownError, 1),
        (drop(), SubmissionUnknownError, 1),
        (status(401), AuthenticationError, 0),
    ],
)
def test_a_server_that_is_down_ends_it(fault: Any, error: type[Exception], accepted: int) -> None:
    """Where a create may have been accepted, or all others will fail alike, no more are sent."""
    simulator = Simulator()
    simulator.inject(fault, on="createTask", times=1000)
    outcome = probed(simulator)
    assert isinstance(outcome.error, error)
    assert len(outcome.accepted) == accepted
    assert len(simulator.requests) == outcome.sent == 1
    assert len(outcome.left) == len(PLAN.ids) + len(PLAN.limits)
    assert outcome.settled == []


def test_a_server_that_cannot_be_reached_ends_it() -> None:
    """Without a connection nothing is sent, and nothing can be billed."""

    def unreachable(_: Any) -> httpx.Response:
        raise httpx.ConnectError("refused")

    outcome = answering(unreachable)
    assert isinstance(outcome.error, APIConnectionError)
    assert [*outcome.accepted, *outcome.settled] == []


def test_a_server_that_checks_inputs_first_settles_no_id() -> None:
    """Where unknown ids and impossible inputs are refused alike, ids stay unclear."""
    outcome = answering(lambda _: refused("upstream validation failed", 422))
    assert outcome.settled == outcome.refuted == []
    assert {one.probe.model for one in outcome.unclear} >= IDS


def test_another_spelling_is_found() -> None:
    """Where an alternative is the id, it is settled, and the inferred one refuted."""

    def answer(body: Any) -> httpx.Response:
        known = body["model"] in ("flux-2-pro", "kling-v3-standard")
        return refused("input is invalid" if known else f"model {body['model']} not supported")

    outcome = answering(answer)
    [settled] = outcome.settled
    assert (settled.probe.model, settled.probe.sent_model) == ("kling-v3-std", "kling-v3-standard")
    assert "kling-v3-std" in {one.probe.sent_model for one in outcome.refuted}


def test_a_refusal_that_names_another_field_settles_nothing() -> None:
    """A limit is settled only by an error that names its field."""

    def answer(body: Any) -> httpx.Response:
        if body["model"] == NO_MODEL:
            return refused("model not supported")
        return refused("prompt_strength is odd, in kling-v3-image-to-video")

    outcome = answering(answer)
    # The same words as for an id that is known: the ids are; the limits are not.
    assert {one.probe.kind for one in outcome.settled} == {"id"}
    assert {one.probe.kind for one in outcome.unclear} == {"limit"}


def applied(patch: str, folder: Path) -> None:
    """Apply a patch to the files that it names, as its docstring says."""
    yaml = YAML()
    yaml.preserve_quotes = True
    for document in patch.split("---\n")[1:]:
        file = folder / document.partition("\n")[0].removeprefix("# ")
        content = yaml.load(file)
        for key, value in yaml.load(document).items():
            if key == "x-source":
                content[key].update(value)
            elif key == "properties":
                for name, field in value.items():
                    content.setdefault(key, {}).setdefault(name, {}).update(field)
            else:
                content[key] = value
        yaml.dump(content, file)


@pytest.mark.thorough
def test_the_patch_raises_the_evidence(tmp_path: Path) -> None:
    """Applied to the spec, the patch makes settled limits enforced ones, and ids observed."""
    outcome = probed(Simulator(strict=True))
    shutil.copytree(PROJECT / "openapi" / "liangxin", tmp_path / "liangxin")
    files = {path.stem: path for path in tmp_path.glob("liangxin/models/*/*.yaml")}
    before = make_bundle(tmp_path / "liangxin")["components"]["schemas"]
    patch = evidence_patch(LIANGXIN, outcome.settled, "2026-11-30", lambda model: str(files[model]))
    applied(patch, tmp_path)
    after = make_bundle(tmp_path / "liangxin")["components"]["schemas"]
    names = {s["x-model"]: s["x-input"] for s in after.values() if "x-input" in s}
    assert {after[names[model]]["x-id"]["evidence"] for model in IDS} == {"observed"}
    for probe in PLAN.limits:
        old, new = before[names[probe.model]], after[names[probe.model]]
        assert new["properties"][probe.field]["x-evidence"][probe.limit] == "observed"
        if probe.limit == "required":
            assert probe.field not in old["required"]
            assert probe.field in new["required"]
        else:
            assert probe.limit not in old["properties"][probe.field]
            assert new["properties"][probe.field][probe.limit] == probe.value
        assert "2026-11-30" in new["x-source"]["observed"][0]


def test_one_model_can_be_probed_alone() -> None:
    """With a model, only its facts are probed, and the controls with them."""
    plan = make_plan(LIANGXIN, "kling-v3-std")
    assert {probe.model for probe in plan.ids} == {"kling-v3-std"}
    assert len(plan.controls) == 2
    assert make_plan(LIANGXIN, "z-image") == Plan([], [], [], [])


@contextlib.contextmanager
def interrupting() -> Iterator[None]:
    """A shield that was hit: the interrupt comes when the request is over."""
    yield
    raise KeyboardInterrupt


def test_an_interrupt_loses_nothing() -> None:
    """A task that is accepted while Ctrl-C comes is known, and so is what was not sent."""
    outcome = Outcome(PLAN.not_probed)
    with pytest.raises(KeyboardInterrupt):
        settle(PLAN, LIANGXIN, lambda *_: "task_1", outcome, shield=interrupting)
    assert [one.task_id for one in outcome.accepted] == ["task_1"]
    assert outcome.sent == 1
    assert outcome.left == [*PLAN.ids, *PLAN.limits]


def test_a_create_that_is_given_up_may_be_billed() -> None:
    """A second Ctrl-C does not wait for the response: the task may exist."""

    def given_up(*_: object) -> str:
        raise KeyboardInterrupt

    outcome = Outcome(PLAN.not_probed)
    with pytest.raises(KeyboardInterrupt):
        settle(PLAN, LIANGXIN, given_up, outcome)
    [accepted] = outcome.accepted
    assert (accepted.task_id, accepted.answer) == (None, "perhaps accepted: interrupted")
