"""LiangXin's answers: the record of a job, in each of its states."""

from __future__ import annotations

import json

import pytest

from liangxin_mock.answers.liangxin import LiangXin
from liangxin_mock.chance import Chance
from liangxin_mock.jobs.job import Job
from liangxin_mock.jobs.store import Jobs
from liangxin_mock.jobs.timelines import STATES, Timeline, after_polls, fail, immediate, stall
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
        result_url=URL,
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
