"""LiangXin's answers: the record of a job, in each of its states."""

from __future__ import annotations

import json
from typing import Any

import pytest

import liangxin
from liangxin_mock import Callback, Simulator, after_seconds
from liangxin_mock.apis.liangxin import LiangXin
from liangxin_mock.chance import Chance
from liangxin_mock.jobs.job import Job
from liangxin_mock.jobs.store import Jobs
from liangxin_mock.jobs.timelines import STATES, Timeline, after_polls, fail, immediate, stall
from tests.support import api_requests
from tests.support.contract import off_contract
from tests.support.samples import START

PARAM = '{"model":"z-image","input":{"prompt":"A cup","seed":7}}'
URL = "https://results.test/results/t/0.png"


def started(timeline: Timeline) -> tuple[Jobs, Job]:
    jobs = Jobs()
    job = Job(
        api="liangxin",
        id="task_1",
        model="z-image",
        kind="image",
        param=PARAM,
        timeline=timeline,
        plan=timeline.plan("image", Chance.seeded(0)),
        result_urls=(URL,),
        callback_url=None,
        created_at=START,
    )
    jobs.create(job, START)
    return jobs, job


def record(job: Job) -> bytes:
    return LiangXin().record(job).body


@pytest.mark.parametrize(
    ("timeline", "state", "result", "code", "msg"),
    [
        (immediate(), "success", json.dumps({"resultUrls": [URL]}), "", ""),
        (stall("generating"), "generating", "", "", ""),
        (stall("queuing"), "queuing", "", "", ""),
        (stall("waiting"), "waiting", "", "", ""),
        (fail("500", "upstream error"), "fail", "", "500", "upstream error"),
        (fail(422, 'no "faces" 雨'), "fail", "", "422", 'no "faces" 雨'),
    ],
)
def test_record_is_the_documented_one(
    timeline: Timeline, state: str, result: str, code: str, msg: str
) -> None:
    """The record has the documented fields, empty where LiangXin leaves them empty, and no more."""
    _, job = started(timeline)
    # https://docs.liangxin.ai, page 34591206e0: the fields of recordInfo.
    data = {
        "taskId": "task_1",
        "model": "z-image",
        "state": state,
        "param": PARAM,
        "resultJson": result,
        "failCode": code,
        "failMsg": msg,
    }
    assert json.loads(record(job)) == {"code": 200, "msg": "success", "data": data}
    assert job.body == {"model": "z-image", "input": {"prompt": "A cup", "seed": 7}}


def test_record_follows_the_job() -> None:
    """The record is new in each state, and the same bytes within one."""
    jobs, job = started(after_polls(3))
    records = [record(job)]
    for _ in range(5):
        jobs.query(job.id, START)
        records.append(record(job))
    states = [json.loads(content)["data"]["state"] for content in records]
    assert states == ["waiting", *STATES, "success", "success"]
    assert records[4] == records[5]
    assert job.result_urls == (URL,)


# --- fields that may be there, null or absent ------------------------------------------------------


def records(fields: str, timeline: Timeline) -> tuple[list[dict[str, Any]], liangxin.Task]:
    """Return the record before the end and after it, and the task as the SDK reads it."""
    simulator = Simulator(record_fields=fields, timeline=timeline)
    came: list[Callback] = []
    simulator.receiver = came.append
    with liangxin.LiangXin(**simulator.client_options()) as client:
        task = client.tasks.create(
            model="z-image", input={"prompt": "A cup"}, callback_url="https://app.example/done"
        )
        before = simulator.handle(api_requests.query(task.id))
        task.wait(raise_on_failure=False)
        after = simulator.handle(api_requests.query(task.id))
    assert [call.content for call in came] == [after.body]
    if fields in ("documented", "all"):
        assert off_contract("recordInfo", before) is None
        assert off_contract("recordInfo", after) is None
    return [json.loads(reply.body)["data"] for reply in (before, after)], task


@pytest.mark.parametrize("fields", ["documented", "all", "null", "absent"])
@pytest.mark.parametrize("timeline", [after_seconds(12), fail("422", "no", after_seconds(12))])
def test_fields_may_be_more_null_or_absent(fields: str, timeline: Timeline) -> None:
    """In each form the SDK reads the same task, and the callback has the record's very bytes."""
    (before, after), task = records(fields, timeline)
    usual, _ = records("documented", timeline)
    succeeded = usual[1]["state"] == "success"
    assert task.state == usual[1]["state"]
    assert (task.result_urls != []) == succeeded
    assert (task.fail_code or "") == usual[1]["failCode"]
    if fields == "all":
        assert before.items() >= usual[0].items()
        assert before["createTime"] == 1_777_600_000_000
        assert (after["costTime"], after["creditsConsumed"]) == (12_000, int(succeeded))
        assert after["completeTime"] == after["updateTime"] == 1_777_600_012_000
        assert (before["progress"], "completeTime" in before) == (0, False)
    elif fields == "null":
        assert before["resultJson"] is before["failCode"] is before["createTime"] is None
    elif fields == "absent":
        assert before == {name: value for name, value in usual[0].items() if value}


def test_mixed_fields_are_drawn_for_each_task() -> None:
    """Among some tasks each form comes, decided by the seed."""

    def drawn(seed: int) -> list[str]:
        simulator = Simulator(seed, record_fields="mixed")
        with liangxin.LiangXin(**simulator.client_options()) as client:
            for _ in range(30):
                client.tasks.create(model="z-image", input={"prompt": "A cup"})
        return [job.fields for job in simulator.jobs]

    assert drawn(1) == drawn(1) != drawn(2)
    assert {*drawn(1)} == {"documented", "all", "null", "absent"}
