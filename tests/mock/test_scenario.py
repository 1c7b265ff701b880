"""Scenario files: the vocabulary of Python in YAML, and mistakes told by line and key."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangxin_mock.clock import RunningClock, VirtualClock
from liangxin_mock.errors import MockError, RuleError
from liangxin_mock.faults.rate_limit import rate_limit
from liangxin_mock.scenario import load_scenario
from liangxin_mock.simulator import Simulator
from tests.support.samples import KEY

Written = Callable[[str], Path]

FULL = """\
# What our shop's tests run against.
seed: 7
speed: 10
timeline: lognormal(sigma=0.5)
api_key: "12345"
strict: true
refuse_deprecated: 2026-09-01
balance: 100
rate_limit: rate_limit(20, per=10)
link_lifetime: 60
callback_hosts: [shop.test]
retry_delays: [1, 2.5]
rules:
  - play: fail("422", "not allowed")
    model: kling-*
    where: {prompt: "*cat*"}
  - inject: status(503, retry_after=2)
    on: recordInfo
    times: 3
  - inject: drop
    probability: 0.25
    seconds: 60
  - expect: 2
    model: z-image
"""


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes a text to a file, and returns its path."""

    def write(text: str) -> Path:
        path = tmp_path / "scenario.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_says_the_same_as_python(written: Written) -> None:
    """A file makes the simulator that the same calls make."""
    scenario = load_scenario(written(FULL))
    ours = Simulator(
        7,
        RunningClock(10),
        timeline="lognormal(sigma=0.5)",
        api_key="12345",
        strict=True,
        refuse_deprecated="2026-09-01",
        balance=100,
        rate_limit=rate_limit(20, per=10),
        link_lifetime=60,
        callback_hosts=["shop.test"],
        retry_delays=[1, 2.5],
    )
    ours.play("fail('422', 'not allowed')", model="kling-*", where={"prompt": "*cat*"})
    ours.inject("status(503, retry_after=2)", on="recordInfo", times=3)
    ours.inject("drop", probability=0.25, seconds=60)
    ours.expect(2, model="z-image")
    settings = ("seed", "api_key", "balance", "rate_limit", "link_lifetime", "timeline")
    for name in settings:
        assert getattr(scenario, name) == getattr(ours, name)
    assert repr(scenario.clock) == repr(ours.clock)
    assert [rule.text for rule in scenario.rules] == [rule.text for rule in ours.rules]
    assert [rule.text for rule in scenario.expected] == [rule.text for rule in ours.expected]
    assert scenario.verify() == ours.verify()


def test_its_rules_work(written: Written) -> None:
    """Jobs follow a file's timelines, and its faults strike."""
    text = """\
rules:
  - play: fail("422", "no")
    where: {prompt: "*cat*", aspect_ratio: 16:9}
  - inject: status(503)
    on: recordInfo
"""
    clock = VirtualClock()
    simulator = load_scenario(written(text), clock=clock)
    with httpx.Client(
        transport=simulator.transport(),
        base_url=simulator.base_url,
        headers={"authorization": f"Bearer {KEY}"},
    ) as client:
        for ratio in ("16:9", "9:16"):
            body = {"model": "z-image", "input": {"prompt": "a cat", "aspect_ratio": ratio}}
            assert client.post("/api/v1/jobs/createTask", json=body).status_code == 200
        clock.advance(600)
        ids = [job.id for job in simulator.jobs]
        url = f"/api/v1/jobs/recordInfo?taskId={ids[0]}"
        assert [client.get(url).status_code for _ in range(2)] == [503, 200]
    assert [job.state for job in simulator.jobs] == ["fail", "success"]
    assert simulator.verify() == []


@pytest.mark.parametrize("text", ["", "# nothing\n", "{}\n", "---\n", "rules:\n", "rules: []\n"])
def test_nothing_said(written: Written, text: str) -> None:
    """An empty file, or one without rules, is a simulator as it is by default."""
    simulator = load_scenario(written(text))
    assert (simulator.seed, simulator.rules, simulator.clock.speed) == (0, [], 1)
    assert simulator.timeline == Simulator().timeline


def test_arguments_win(written: Written) -> None:
    """What is asked for on the call wins over the file."""
    path = written(FULL)
    simulator = load_scenario(path, seed=8, speed=2.5, strict=False, refuse_deprecated="now")
    assert simulator.refuse_deprecated == "now"
    assert (simulator.seed, simulator.clock.speed) == (8, 2.5)
    assert not simulator.strict
    clock = VirtualClock()
    assert load_scenario(str(path), clock=clock).clock is clock
    assert load_scenario(path, seed=0).seed == 0
    assert load_scenario(written("seed: -5\n")).seed == -5


def test_a_wrong_argument_is_not_the_files_fault(written: Written) -> None:
    """An argument that can't work is told without a line of the file."""
    with pytest.raises(RuleError, match=r"^speed must be over 0"):
        load_scenario(written(FULL), speed=0)
    with pytest.raises(RuleError, match=r"^a seed is a whole number, not 'x'"):
        load_scenario(written(FULL), seed="x")  # type: ignore[arg-type]
    with pytest.raises(RuleError, match=r"^clock must be a VirtualClock"):
        load_scenario(written(FULL), clock=5)


def test_yaml_1_2(written: Written) -> None:
    """Words that old YAML took for booleans and times are texts."""
    text = """\
rules:
  - inject: drop
    on: createTask
    where:
      prompt: no
      aspect_ratio: 16:9
"""
    (rule,) = load_scenario(written(text)).rules
    shown = "inject(drop(), on='createTask', where={'prompt': 'no', 'aspect_ratio': '16:9'}"
    assert rule.text.startswith(shown)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        # Unknown keys.
        ("sed: 7\n", 1, "sed: there is no such key; did you mean seed?"),
        ("seed: 7\n\nrulez: []\n", 3, "rulez: there is no such key; did you mean rules?"),
        ("? [a, b]\n: 1\n", 1, "('a', 'b'): there is no such key"),
        (
            "rules:\n- play: immediate\n  modl: x\n",
            3,
            "rules[0].modl: there is no such key; did you mean model?",
        ),
        (
            "rules:\n- play: immediate\n- play: immediate\n  on: recordInfo\n",
            4,
            "rules[1].on: there is no such key; there are model, play, times, where",
        ),
        (
            "rules:\n- pley: immediate\n",
            2,
            "rules[0].pley: there is no such key; did you mean play?",
        ),
        # Values of the wrong type.
        ("seed: x\n", 1, "seed: a seed is a whole number, not 'x'"),
        ("\nspeed: fast\n", 2, "speed must be over 0"),
        ("callback_hosts: shop.test\n", 1, "callback_hosts must be a list"),
        ("retry_delays: 5\n", 1, "retry_delays must be a list"),
        ("timeline: 5\n", 1, "timeline: a timeline is one of"),
        ("rules: {play: immediate}\n", 1, "rules must be a list"),
        ("rules:\n- immediate\n", 2, "rules[0] must have one of play, inject, expect"),
        ("rules:\n- model: z-image\n", 2, "rules[0] must have one of play, inject, expect"),
        ("rules:\n- {play: immediate, expect: 1}\n", 2, "rules[0] must have one of"),
        ("rules:\n- play: immediate\n  times: 1.5\n", 3, ":3: rules[0].times must be"),
        ("rules:\n- play: immediate\n  where: 5\n", 3, ":3: rules[0].where must be"),
        ("seed: 2026-01-01\n", 1, "seed: a seed is a whole number, not '2026-01-01'"),
        ("rules:\n- play: immediate\n  where:\n    prompt: !x y\n", 4, "the tag '!x'"),
        # Words that aren't there, or can't be.
        ("timeline: imediate\n", 1, "there is no timeline 'imediate'; did you mean immediate?"),
        ("rules:\n- inject: staus(5)\n", 2, "rules[0].inject: there is no fault 'staus'; did you"),
        ("rules:\n- inject: drop\n  on: callback\n", 3, "rules[0].on: drop() cannot happen on"),
        (
            "rules:\n- play: immediate\n  where: {duration: 99}\n  model: kling-v3-pro\n",
            3,
            "rules[0].where: duration can never be 99",
        ),
        # No YAML.
        ("seed: [\n", 2, "expected the node content"),
        ("seed: 1\nseed: 2\n", 2, 'found duplicate key "seed"'),
        ("seed: \x01\n", 1, "this is not valid YAML"),
        ("[" * 3000, 1, "maximum depth of data structure exceeded"),
        ("- play: immediate\n", 1, "a scenario is a mapping of settings"),
    ],
)
def test_mistakes(written: Written, text: str, line: int, reason: str) -> None:
    """A mistake names file, line and key, and the nearest name that there is."""
    path = written(text)
    with pytest.raises(RuleError) as caught:
        load_scenario(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_first_mistake_is_reported(written: Written) -> None:
    """Of several mistakes the first is reported, the settings before the rules."""
    path = written("rules:\n- inject: staus(503)\nseed: 7\nsed: 8\nspeed: fast\n")
    with pytest.raises(RuleError) as caught:
        load_scenario(path)
    assert str(caught.value).startswith(f"{path}:4: sed: there is no such key")
    assert caught.value.key == "sed"


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A file that isn't there, isn't one or isn't text is named."""
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "nowhere.yaml", tmp_path, binary):
        with pytest.raises(MockError, match=f"the scenario {path} cannot be read"):
            load_scenario(path)


def test_merged_keys(written: Written) -> None:
    """A rule may take over another's keys."""
    text = """\
rules:
  - &often
    inject: drop
    times: 3
  - <<: *often
    model: z-image
"""
    texts = [rule.text for rule in load_scenario(written(text)).rules]
    assert texts[1] == "inject(drop(), on='createTask', model='z-image', times=3)"


# --- whatever comes ------------------------------------------------------------------------------

_KEYS = st.sampled_from(
    """seed; speed; timeline; rate_limit; rules; balance; strict; retry_delays; play; inject;
    expect; on; model; where; times; probability; seconds; prompt; duration; x; 5; ~; [a]; <<;
    !!int z; &a b; *a""".replace("\n    ", " ").split("; ")
)
_SCALARS = st.sampled_from(
    """; 1; -1; 0.5; true; ~; immediate; drop; status(503); recordInfo; z-image; kling-*; .inf;
    .nan; 1e999; 2026-01-01; !x y; &a z; *a; '; 0o7; !!binary x; !!set {a}; !!omap [a: 1];
    !!timestamp x; !!float x; |; 1_0; 0x7; &b true""".replace("\n    ", " ").split("; ")
)
_FLOW = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.lists(st.tuples(_KEYS, inner), max_size=3).map(
            lambda pairs: f"{{{', '.join(f'{key}: {value}' for key, value in pairs)}}}"
        )
    ),
    max_leaves=8,
)
_RULES = st.lists(st.lists(st.tuples(_KEYS, _FLOW), min_size=1, max_size=4), max_size=3).map(
    lambda rules: (
        "rules:\n"
        + "".join(
            "".join(f"{'  ' if n else '- '}{key}: {value}\n" for n, (key, value) in enumerate(rule))
            for rule in rules
        )
    )
)
_DOCUMENTS = st.one_of(
    st.lists(st.tuples(_KEYS, _FLOW), max_size=4).map(
        lambda pairs: "".join(f"{key}: {value}\n" for key, value in pairs)
    ),
    _RULES,
    st.text(max_size=40),
)


@given(text=_DOCUMENTS)
def test_whatever_comes(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever a file holds, it is a simulator or a MockError, never another error."""
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    with contextlib.suppress(MockError):
        simulator: Any = load_scenario(path)
        assert isinstance(simulator, Simulator)
        simulator.verify()
