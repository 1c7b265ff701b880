"""Rules: for which requests, how often, and which one where several match."""

from collections.abc import Mapping
from typing import Any

import pytest

import liangxin
from liangxin_mock import (
    RuleError,
    Simulator,
    after_polls,
    after_seconds,
    broken_result,
    early,
    immediate,
    lost,
    slow,
    stall,
    status,
    unknown_state,
    unknown_task,
)
from liangxin_mock.faults import Fault
from liangxin_mock.jobs.timelines import Timeline
from liangxin_mock.rules import Where

MODEL = "z-image"
CLIP = {"prompt": "A cup", "duration": 5, "aspect_ratio": "16:9"}
PROMPT = {"prompt": "A cup"}


def client(simulator: Simulator) -> liangxin.LiangXin:
    return liangxin.LiangXin(**simulator.client_options())


def create(
    simulator: Simulator, model: str = MODEL, input: Mapping[str, Any] = PROMPT, **options: Any
) -> str:
    """Create a task and return its id."""
    task_id: str = client(simulator).tasks.create(model=model, input=dict(input), **options).id
    return task_id


def timeline_of(simulator: Simulator, *arguments: Any) -> Timeline:
    return simulator.job(create(simulator, *arguments)).timeline


def states(simulator: Simulator, task_id: str, count: int) -> list[str]:
    """What `count` queries find; a refusal's status if they are refused."""
    found: list[str] = []
    tasks = client(simulator).tasks
    for _ in range(count):
        try:
            found.append(str(tasks.retrieve(task_id).state))
        except liangxin.APIStatusError as error:
            found.append(str(error.status_code))
    return found


# --- which requests ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "matched"),
    [
        (None, {"z-image", "kling-v3-pro", "kling-v3-std", "flux-2-pro"}),
        ("z-image", {"z-image"}),
        ("kling-*", {"kling-v3-pro", "kling-v3-std"}),
        ("*-pro", {"kling-v3-pro", "flux-2-pro"}),
        ("kling-v3-[ps]*", {"kling-v3-pro", "kling-v3-std"}),
        ("z-imag?", {"z-image"}),
    ],
)
def test_model_is_a_name_or_a_pattern(
    simulator: Simulator, model: str | None, matched: set[str]
) -> None:
    """A rule is for the models that its name or pattern fits, and no others."""
    simulator.play(stall(), model=model)
    models = ("z-image", "kling-v3-pro", "kling-v3-std", "flux-2-pro")
    assert {m for m in models if timeline_of(simulator, m) == stall()} == matched


def is_short(body: Mapping[str, Any]) -> bool:
    return len(body["input"]["prompt"]) < 10 and "callBackUrl" not in body


@pytest.mark.parametrize(
    ("where", "matches"),
    [
        ({}, True),
        ({"prompt": "A cup"}, True),
        ({"prompt": "a cup"}, False),
        ({"prompt": "A *"}, True),
        ({"prompt": "* cup"}, True),
        ({"prompt": "A ?up"}, True),
        ({"prompt": "B *"}, False),
        ({"duration": 5}, True),
        ({"duration": 10}, False),
        ({"duration": 5, "prompt": "A *"}, True),
        ({"duration": 10, "prompt": "A *"}, False),
        ({"negative_prompt": "*"}, False),
        (is_short, True),
        (lambda body: body["model"] == "kling-v3-std", False),
        (lambda body: body["input"].get("duration", 0) > 4, True),
    ],
)
def test_where_looks_at_the_input(simulator: Simulator, where: Where, matches: bool) -> None:
    """Fields of the input have to fit, all of them; or a function of the body says yes."""
    simulator.play(stall(), where=where)
    assert (timeline_of(simulator, "kling-v3-pro", CLIP) == stall()) == matches


def test_a_value_of_where_may_look_like_a_pattern(simulator: Simulator) -> None:
    """A text that has a pattern's characters matches itself, as what a test sends it expects."""
    simulator.play(stall(), where={"prompt": "A [red] cup?"})
    assert timeline_of(simulator, "z-image", {"prompt": "A [red] cup?"}) == stall()


def test_a_poll_is_matched_by_its_create(simulator: Simulator) -> None:
    """A fault on recordInfo is for the tasks whose create it fits."""
    simulator.inject(status(503), on="recordInfo", model="kling-*", times=9)
    assert states(simulator, create(simulator), 2) == ["success", "success"]
    assert states(simulator, create(simulator, "kling-v3-pro"), 2) == ["503", "503"]


# --- how often -----------------------------------------------------------------------------------


def test_the_last_rule_that_fits_is_used(simulator: Simulator) -> None:
    """Where several rules fit, the one declared last is used; when it is used up, the one before."""
    first = simulator.play(after_seconds(1))
    second = simulator.play(after_seconds(2), times=2)
    third = simulator.play(after_seconds(3), times=1)
    simulator.play(after_seconds(4), model="kling-*")
    seen = [timeline_of(simulator) for _ in range(5)]
    assert seen == [after_seconds(n) for n in (3, 2, 2, 1, 1)]
    assert [rule.used for rule in (first, second, third)] == [2, 2, 1]


def test_one_fault_is_used_on_one_request(simulator: Simulator) -> None:
    """A request that a fault strikes leaves the others for those that follow, first come first."""
    task_id = create(simulator)
    simulator.inject(status(503), on="recordInfo", times=2)
    simulator.inject(status(500), on="recordInfo")
    assert states(simulator, task_id, 4) == ["503", "503", "500", "success"]


def test_all_limits_hold_together(simulator: Simulator) -> None:
    """With all three, only strikes are counted, and what is left of them is over with the span."""
    task_id = create(simulator)
    rule = simulator.inject(status(503), on="recordInfo", times=30, probability=0.5, seconds=60)
    seen = states(simulator, task_id, 40)
    assert 10 < seen.count("503") == rule.used < 30
    simulator.clock.advance(60)
    assert states(simulator, task_id, 40) == ["success"] * 40
    again = simulator.inject(status(503), on="recordInfo", times=30, probability=0.5)
    assert states(simulator, task_id, 200).count("503") == again.used == 30


@pytest.mark.parametrize("probability", [0.1, 0.9])
def test_probability_is_kept(simulator: Simulator, probability: float) -> None:
    """A fault with a probability strikes that share of the requests, drawn anew for each."""
    task_id = create(simulator)
    rule = simulator.inject(status(503), on="recordInfo", probability=probability)
    seen = states(simulator, task_id, 300)
    assert seen.count("503") / 300 == pytest.approx(probability, abs=0.08)
    assert (rule.seen, rule.used) == (300, seen.count("503"))


@pytest.mark.parametrize(
    ("fault", "timeline", "seen", "used"),
    [
        (broken_result(), after_polls(1), ["waiting", "success", "success"], [0, 1, 1]),
        (broken_result(), stall(), ["generating"] * 3, [0, 0, 0]),
        (unknown_state(), after_polls(2), ["archiving", "queuing", "success"], [1, 1, 1]),
        (unknown_state(), immediate(), ["success"] * 3, [0, 0, 0]),
        (unknown_task(), immediate(), ["422", "success", "success"], [1, 1, 1]),
    ],
)
def test_a_fault_with_nothing_to_strike_waits(
    simulator: Simulator, fault: Fault, timeline: Timeline, seen: list[str], used: list[int]
) -> None:
    """A fault is not used up by a record that it cannot change."""
    simulator.play(timeline)
    task_id = create(simulator)
    rule = simulator.inject(fault)
    found = [(states(simulator, task_id, 1)[0], rule.used) for _ in seen]
    assert found == [*zip(seen, used, strict=True)]
    assert [request.fault for request in simulator.requests if request.fault] == [
        repr(fault)
    ] * rule.used


def test_an_early_callback_is_for_creates_only() -> None:
    """A job that ends later does not use up an early callback that was declared meanwhile."""
    simulator = Simulator(timeline=after_seconds(5), receiver=lambda _: None)
    create(simulator, callback_url="https://app.test/done")
    rule = simulator.inject(early())
    simulator.clock.advance(10)
    assert rule.used == 0
    create(simulator, callback_url="https://app.test/done")
    assert rule.used == 1
    assert [job.state for job in simulator.jobs] == ["success", "success"]


def test_callback_fault_of_a_span_goes_by_the_end() -> None:
    """A callback's fault for so many seconds is for jobs that end in them, whenever it is noticed."""
    simulator = Simulator(timeline=after_seconds(5), receiver=lambda _: None)
    create(simulator, callback_url="https://app.test/in")
    simulator.play(after_seconds(15))
    create(simulator, callback_url="https://app.test/after")
    simulator.inject(lost(), seconds=10)
    simulator.clock.advance(100)
    assert [delivery.outcome for delivery in simulator.deliveries] == ["lost", "delivered"]


# --- rules that cannot work ----------------------------------------------------------------------

IMPOSSIBLE: list[tuple[str, object, dict[str, object], str]] = [
    ("play", stall(), {"model": "z-imag"}, "there is no model 'z-imag'; did you mean z-image?"),
    ("inject", status(503), {"model": "klang-*"}, "there is no model 'klang-*'; did you mean"),
    ("expect", 1, {"model": 3}, "model must be the name of a model, not 3"),
    ("play", stall(), {"model": "x"}, "there is no model 'x'; there are flux-2-pro, "),
    ("play", stall(), {"where": {"promt": "x"}}, "'promt' is no field of these models; did you"),
    ("play", stall(), {"model": "z-image", "where": {"duration": 5}}, "no field of z-image"),
    # A model of both APIs is one model, and named once.
    ("play", stall(), {"model": "kling-v3-pro", "where": {"promt": "x"}}, "field of kling-v3-pro;"),
    ("play", stall(), {"model": "x"}, ", kling-v3-omni-pro, kling-v3-omni-pro-video-"),
    ("expect", 1, {"where": {"duration": 99}}, "where: duration can never be 99 in a valid create"),
    ("play", stall(), {"where": ["prompt"]}, "where must be a mapping of input fields or a func"),
    ("inject", status(503), {"on": "recordinfo"}, "did you mean recordInfo?"),
    ("inject", broken_result(), {"on": "createTask"}, "on createTask; it can on recordInfo"),
    (
        "inject",
        slow(),
        {"on": "callback"},
        "on callback; it can on createTask, listTasks, recordInfo, requestUploadUrls, result, upload",
    ),
    ("inject", immediate(), {}, "a fault is one of drop, hang,"),
    ("play", status(503), {}, "a timeline is one of immediate, after_polls,"),
    ("inject", "statsu(503)", {}, "did you mean status?"),
    ("inject", status(503), {"times": 0}, "times must be a whole number of at least 1, not 0"),
    ("play", stall(), {"times": 1.5}, "not 1.5"),
    ("play", stall(), {"times": True}, "not True"),
    ("inject", status(503), {"probability": 0}, "a number over 0 and at most 1, not 0"),
    ("inject", status(503), {"probability": float("nan")}, "not nan"),
    ("inject", status(503), {"probability": "half"}, "not 'half'"),
    ("inject", status(503), {"seconds": 0}, "seconds must be a number over 0, not 0"),
    ("expect", -1, {}, "creates must be a whole number of at least 0, not -1"),
    ("expect_refusals", 200, {}, "status must be a whole number of at least 400"),
    ("expect_refusals", 400, {"times": 0}, "times must be a whole number of at least 1, not 0"),
]


@pytest.mark.parametrize(("verb", "action", "options", "problem"), IMPOSSIBLE)
def test_impossible_rules_are_refused(
    simulator: Simulator, verb: str, action: object, options: dict[str, object], problem: str
) -> None:
    """A rule that can match nothing is refused when it is declared, with the nearest valid name."""
    with pytest.raises(RuleError) as caught:
        getattr(simulator, verb)(action, **options)
    assert problem in str(caught.value)
    assert (simulator.rules, simulator.expected, simulator.refusals) == ([], [], [])


# --- functions that raise ------------------------------------------------------------------------


def test_a_function_that_raises_is_told(
    simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """A rule's function that raises is answered with 500, told by verify, and disturbs no job."""
    task_id = create(simulator)
    simulator.play(stall(), where=lambda body: body["nope"])
    with pytest.raises(liangxin.SubmissionUnknownError):
        create(simulator)
    assert states(simulator, task_id, 1) == ["success"]
    assert any("KeyError('nope')" in problem for problem in simulator.verify())
    assert "KeyError: 'nope'" in caplog.text


def test_a_callback_function_that_raises_is_told() -> None:
    """A function that raises when a job ends is told by verify; the callback comes all the same."""
    simulator = Simulator(timeline=after_seconds(5), receiver=lambda _: None)
    simulator.inject(lost(), where=lambda body: body["nope"])
    create(simulator, callback_url="https://app.test/done")
    simulator.clock.advance(10)
    assert [delivery.outcome for delivery in simulator.deliveries] == ["delivered"]
    told = "inject(lost(), on='callback', where='<lambda>', times=1) raised KeyError('nope')"
    assert told in simulator.verify()
