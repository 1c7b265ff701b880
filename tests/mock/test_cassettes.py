"""Cassettes: recorded jobs, played by the simulator."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

import liangxin
from liangxin.recording.recording_file import read_lines
from liangxin_mock import (
    RuleError,
    Simulator,
    after_seconds,
    fail,
    html,
    immediate,
    status,
    unknown_state,
)
from tests.support import spec

VIDEO: dict[str, Any] = {"model": "kling-v3-pro", "input": {"prompt": "A lighthouse"}}
IMAGE: dict[str, Any] = {"model": "z-image", "input": {"prompt": "Tea"}}
Play = Callable[[Simulator, Any], object]


def record(
    path: Path, play: Play, client: str = "LiangXin", *, redact: bool = True, **options: Any
) -> list[dict[str, Any]]:
    """Record what a client does with a simulator, and return the exchanges."""
    simulator = Simulator(**options)
    before = len([*read_lines(path)]) if path.exists() else 0
    recorder = liangxin.Recorder(path, redact=redact)
    with getattr(liangxin, client)(**simulator.client_options(), recorder=recorder) as made:
        play(simulator, made)
    return [line.exchange for line in read_lines(path)][before:]


def states(exchanges: list[dict[str, Any]]) -> list[tuple[float, str]]:
    """Return the states of polls, and when they were seen, counted from the create."""
    start = exchanges[0]["at"]
    found = []
    for exchange in exchanges[1:]:
        data = exchange["response"]["body"]["data"]
        found.append((round(exchange["at"] - start, 3), data.get("state") or data["status"]))
    return found


def wait(_: Simulator, client: Any) -> None:
    """Run a job to its end."""
    client.run(**VIDEO, raise_on_failure=False)


def replaying(path: Path) -> Play:
    """Run a job as the cassette has it."""

    def play(simulator: Simulator, client: Any) -> None:
        simulator.replay(path)
        wait(simulator, client)
        assert simulator.verify() == []

    return play


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A cassette."""
    return tmp_path / "night.jsonl"


def edit(path: Path, number: int, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a line of a cassette."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    change(lines[number])
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))


@pytest.mark.parametrize("client", ["LiangXin", "Magnific"])
@pytest.mark.parametrize("seconds", [0, 0.5, 40, 300])
@pytest.mark.parametrize("failing", [False, True])
def test_a_replay_is_what_was_recorded(
    path: Path, tmp_path: Path, client: str, seconds: float, failing: bool
) -> None:
    """A client that polls at the same times sees the same states, to success or to failure."""
    timeline = fail("500", after=after_seconds(seconds)) if failing else after_seconds(seconds)
    first = record(path, wait, client, timeline=timeline)
    again = record(tmp_path / "again", replaying(path), client)
    assert states(again) == states(first)


def test_everything_in_a_record_is_played(path: Path, tmp_path: Path) -> None:
    """Unknown fields, codes and states are answered as recorded; ids and input are the new job's."""

    def play(simulator: Simulator, client: Any) -> None:
        simulator.inject(unknown_state("paused"), on="recordInfo", times=2)
        simulator.play(fail("moderated", "no", after_seconds(60)))
        wait(simulator, client)

    record(path, play, redact=False)

    def marked(line: dict[str, Any]) -> None:
        line["response"]["body"]["data"] |= {"creditsConsumed": 0.5, "hint": {"why": "policy"}}

    edit(path, -1, marked)
    seen: list[Any] = []

    def again(simulator: Simulator, client: Any) -> None:
        simulator.replay(path)
        task = client.run(
            model="kling-v3-pro",
            input={"prompt": "Another prompt"},
            on_update=lambda task: seen.append(task.state),
            raise_on_failure=False,
        )
        assert (task.state, task.fail_code, task.fail_msg) == ("fail", "moderated", "no")
        data = task.raw["data"]
        assert (data["taskId"], data["creditsConsumed"]) == (task.id, 0.5)
        assert data["hint"] == {"why": "policy"}
        assert json.loads(data["param"])["input"] == {"prompt": "Another prompt"}
        assert simulator.job(task.id).fail_code == "moderated"

    record(tmp_path / "other", again)
    assert "paused" in seen


def test_times_are_those_of_the_new_job(path: Path, tmp_path: Path) -> None:
    """Unix times in a record are moved by as much as its create."""
    record(path, wait, record_fields="all")

    def again(simulator: Simulator, client: Any) -> None:
        simulator.clock.advance(1000)
        simulator.replay(path)
        wait(simulator, client)

    old, new = ([*read_lines(path)][-1], record(tmp_path / "other", again)[-1])
    before, after = old.body["data"], new["response"]["body"]["data"]
    assert after["createTime"] - before["createTime"] == 1_000_000
    assert after["completeTime"] - before["completeTime"] == 1_000_000
    assert after["costTime"] == before["costTime"]


@pytest.mark.parametrize("client", ["LiangXin", "Magnific"])
def test_redacted_links_lead_to_own_files(path: Path, client: str, tmp_path: Path) -> None:
    """Each redacted link of a result becomes a link to a file of the simulator's, which exists."""
    record(path, wait, client)

    def three(line: dict[str, Any]) -> None:
        links = [f"https://redacted.invalid/file.{suffix}" for suffix in ("mp4", "mp4", "mov")]
        data = line["response"]["body"]["data"]
        if client == "LiangXin":
            data["resultJson"] = json.dumps({"resultUrls": links, "seed": 7})
        else:
            data["generated"] = links

    edit(path, -1, three)

    def again(simulator: Simulator, made: Any) -> None:
        simulator.replay(path)
        task = made.run(**VIDEO)
        assert len({*task.result_urls}) == 3
        assert task.result_urls == [*simulator.job(task.id).result_urls]
        with httpx.Client(transport=simulator.transport()) as web:
            assert [web.get(url).status_code for url in task.result_urls] == [200, 200, 200]

    record(tmp_path / "other", again, client)


def test_links_that_were_not_redacted_stay(path: Path, tmp_path: Path) -> None:
    """A link that was recorded as it was is answered as it was."""
    record(path, wait, redact=False)
    link = "https://files.example/real.mp4"

    def real(line: dict[str, Any]) -> None:
        data = line["response"]["body"]["data"]
        data["resultJson"] = json.dumps({"resultUrls": [link]})

    edit(path, -1, real)

    def again(simulator: Simulator, client: Any) -> None:
        simulator.replay(path)
        assert client.run(**VIDEO).result_urls == [link]

    record(tmp_path / "other", again)


def test_jobs_are_played_in_their_order(path: Path) -> None:
    """The creates of a model play its jobs one after the other, and then the last one again."""

    def night(simulator: Simulator, client: Any) -> None:
        for code in ("1", "2"):
            simulator.play(fail(code), times=1)
            wait(simulator, client)
        client.run(**IMAGE)

    record(path, night)
    simulator = Simulator()
    rules = simulator.replay(path)
    assert [rule.text for rule in rules] == [
        f"replay(recorded({str(path)!r}, line 1), model='kling-v3-pro', times=1)",
        f"replay(recorded({str(path)!r}, line {rules[1].action.line}), model='kling-v3-pro')",  # type: ignore[attr-defined]
        f"replay(recorded({str(path)!r}, line {rules[2].action.line}), model='z-image')",  # type: ignore[attr-defined]
    ]
    with liangxin.LiangXin(**simulator.client_options()) as client:
        codes = [client.run(**VIDEO, raise_on_failure=False).fail_code for _ in range(3)]
    assert codes == ["1", "2", "2"]
    # One of its jobs was played, and that is enough.
    assert simulator.verify() == []


def test_a_cassette_that_is_not_played_is_reported(path: Path) -> None:
    """When no create plays a cassette, that fails the test, as other rules do."""
    record(path, wait)
    simulator = Simulator(timeline=immediate())
    simulator.replay(path)
    with liangxin.LiangXin(**simulator.client_options()) as client:
        client.run(**IMAGE)
    assert simulator.verify() == [
        f"replay(recorded({str(path)!r}, line 1), model='kling-v3-pro') was never used"
    ]


def test_jobs_are_played_for_their_own_api(path: Path) -> None:
    """A job of Magnific's is not played for a create of LiangXin's."""
    record(path, wait, "Magnific", timeline=fail())
    simulator = Simulator(timeline=immediate())
    simulator.replay(path)
    with liangxin.LiangXin(**simulator.client_options()) as client:
        assert client.run(**VIDEO).state == "success"
    with liangxin.Magnific(**simulator.client_options()) as magnific:
        assert magnific.run(**VIDEO, raise_on_failure=False).state == "fail"


def test_a_job_without_an_end_stalls(path: Path) -> None:
    """A job whose end was not recorded stays in its last state."""

    def night(simulator: Simulator, client: Any) -> None:
        task = client.tasks.create(**VIDEO)
        simulator.clock.advance(10)
        simulator.step(task.id)
        task.refresh()

    record(path, night)
    simulator = Simulator()
    simulator.replay(path)
    with liangxin.LiangXin(**simulator.client_options()) as client:
        with pytest.raises(liangxin.TaskTimeoutError):
            client.run(**VIDEO, timeout=600)
        assert simulator.jobs[0].state == simulator.jobs[0].transitions[-1].state != "success"


def test_a_callback_tells_when_a_job_ended(path: Path) -> None:
    """A callback that came before the query that saw the end decides when it was."""
    exchanges = record(path, wait, timeline=after_seconds(300))
    end = exchanges[-1]
    callback = end | {
        "kind": "callback",
        "at": end["at"] - 2.5,
        "method": "POST",
        "path": "",
        "query": {},
        "request": {"headers": {}, "body": end["response"]["body"]},
        "response": {"status": 204, "headers": {}, "body": None},
    }
    with path.open("a") as file:
        file.write(json.dumps(callback) + "\n")
    simulator = Simulator()
    simulator.replay(path)
    with liangxin.LiangXin(**simulator.client_options()) as client:
        client.run(**VIDEO)
    job = simulator.jobs[0]
    assert job.ended_at is not None
    assert job.ended_at - job.created_at == pytest.approx(end["at"] - exchanges[0]["at"] - 2.5)


def test_replays_send_callbacks(path: Path) -> None:
    """A replayed job calls its callback URL once, however many polls changed its record."""
    record(path, wait, record_fields="all")
    bodies: list[Any] = []
    simulator = Simulator(receiver=lambda callback: bodies.append(callback.body))
    simulator.replay(path)
    with liangxin.LiangXin(**simulator.client_options()) as client:
        task = client.run(**VIDEO, callback_url="https://shop.example/hook")
    simulator.deliver()
    assert [body["data"]["taskId"] for body in bodies] == [task.id]
    assert bodies[0]["data"]["state"] == "success"


def test_every_model_is_replayed(path: Path) -> None:
    """A recording of a job of each model is played for each model."""

    def all_models(_: Simulator, client: Any) -> None:
        for model in spec.MODELS:
            client.run(model=model, input=spec.example(model))

    record(path, all_models)
    simulator = Simulator(timeline=fail())
    assert len(simulator.replay(path)) == len(spec.MODELS)
    with liangxin.LiangXin(**simulator.client_options()) as client:
        all_models(simulator, client)
    assert simulator.verify() == []


def test_failed_requests_are_not_played(path: Path) -> None:
    """Errors and pages of proxies in a recording are skipped, documented or not."""

    def night(simulator: Simulator, client: Any) -> None:
        simulator.inject(status(503), on="recordInfo")
        simulator.inject(html(502), on="recordInfo")
        with pytest.raises(liangxin.BadRequestError):
            client.tasks.create(model="z-image", input={"prompt": ""}, validate=False)
        wait(simulator, client)

    record(path, night)
    assert len(Simulator().replay(path)) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda line: line["response"]["body"]["data"].update(failCode=5),
            "the contract refuses it: getRecordInfo data.failCode must be of type string, got number 5",
        ),
        (
            lambda line: line["response"]["body"]["data"].pop("state"),
            "the contract refuses it: getRecordInfo data.state is required",
        ),
        (lambda line: line.update(api="acme"), "api is 'acme'; there are liangxin, magnific"),
        (lambda line: line.update(recording=9), "has version 9 of recordings; this plays 1"),
        (lambda line: line.update(at=None), "at must be a number of at least 0, not None"),
        (lambda line: line.update(at=False), "at must be a number of at least 0, not False"),
        (
            lambda line: line.update(seconds=math.nan),
            "seconds must be a number of at least 0, not nan",
        ),
        (lambda line: line.update(at=math.inf), "at must be a number of at least 0, not inf"),
        (lambda line: line.update(path=5), "path must be a string, not 5"),
        (lambda line: line.update(query="x"), "query must be an object, not 'x'"),
        (lambda line: line.pop("recording"), "is not a line of a recording: it has no 'recording'"),
    ],
)
def test_what_cannot_be_played_is_named(
    path: Path, change: Callable[[dict[str, Any]], object], reason: str
) -> None:
    """What the contract refuses, or is no recording, is refused with file, line and field."""
    count = len(record(path, wait))
    edit(path, -1, change)
    with pytest.raises(RuleError) as caught:
        Simulator().replay(path)
    assert str(caught.value) == f"{path}:{count}: {reason}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("notes\n", ":1: is not a line of a recording, which is JSON"),
        ("", ": there is nothing to play: it has no create that was accepted"),
    ],
)
def test_what_is_no_cassette_is_refused(path: Path, text: str, reason: str) -> None:
    """Another file, and one without a job, are refused."""
    path.write_text(text)
    with pytest.raises(RuleError) as caught:
        Simulator().replay(path)
    assert str(caught.value) == f"{path}{reason}"
    with pytest.raises(RuleError, match="cannot be read: No such file"):
        Simulator().replay(path.with_name("none"))


def test_an_unknown_model_is_refused(path: Path) -> None:
    """A job of a model that the contract does not know is refused with its line."""
    record(path, wait)
    edit(path, 0, lambda line: line["request"]["body"].update(model="kling-v3-prp"))
    with pytest.raises(RuleError, match="1: model is 'kling-v3-prp'; did you mean kling-v3-pro"):
        Simulator().replay(path)


def test_a_model_that_is_no_string_is_refused(path: Path) -> None:
    """A job whose model is no string is refused with its line, as an unknown one is."""
    record(path, wait)
    edit(path, 0, lambda line: line["request"]["body"].update(model=[]))
    with pytest.raises(RuleError, match=r"1: model is \[\]; there are "):
        Simulator().replay(path)


def test_a_line_that_broke_off_is_skipped(path: Path) -> None:
    """The cassette of a process that was killed is played as far as it goes."""
    record(path, wait)
    whole = path.read_bytes()
    for cut in (1, 5, 40, 200):
        path.write_bytes(whole + whole[:-1].rpartition(b"\n")[2][:-cut])
        assert len(Simulator().replay(path)) == 1
