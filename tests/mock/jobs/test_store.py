"""The job model: where jobs go, in whatever order things happen, and what is called back when."""

import json
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from liangxin_mock import RuleError
from liangxin_mock.chance import Chance
from liangxin_mock.jobs.job import Delivery, Job, Transition
from liangxin_mock.jobs.store import Jobs
from liangxin_mock.jobs.timelines import (
    ENDS,
    STATES,
    Timeline,
    after_polls,
    after_seconds,
    fail,
    immediate,
    lognormal,
    stall,
)
from tests.support.samples import START
from tests.support.thoroughness import examples

PARAM = '{"model": "z-image", "input": {"prompt": "A cup", "seed":  7}}'
URL = "https://results.test/results/t/0.png"
RANKS = {state: rank for rank, state in enumerate((*STATES, "success"))} | {"fail": 3}

SUCCEEDING = st.one_of(
    st.just(immediate()),
    st.builds(after_polls, st.integers(0, 5)),
    st.builds(after_seconds, st.sampled_from([0, 1e-9, 0.5, 10, 100.0])),
    st.builds(lognormal, st.sampled_from([None, 5.0]), st.sampled_from([0.0, 0.3, 3.0])),
)
TIMELINES = st.one_of(
    SUCCEEDING,
    st.builds(fail, st.just(422), st.just("no faces"), SUCCEEDING),
    st.builds(stall, st.sampled_from(STATES)),
)
STATUSES = st.sampled_from([None, 100, 199, 200, 204, 299, 300, 404, 500])
PAUSES = st.sampled_from([0.0, 1e-6, 0.4, 1.0, 5.0, 12.0, 150.0])


def make(
    timeline: Timeline,
    now: float = START,
    *,
    id: str = "task_1",
    callback_url: str | None = None,
    param: str = PARAM,
) -> Job:
    return Job(
        api="liangxin",
        id=id,
        model="z-image",
        kind="image",
        param=param,
        timeline=timeline,
        plan=timeline.plan("image", Chance.seeded(0).of(id.encode())),
        result_urls=(URL,),
        callback_url=callback_url,
        created_at=now,
    )


def started(timeline: Timeline, **options: Any) -> tuple[Jobs, Job]:
    jobs, job = Jobs(**options), make(timeline, callback_url="https://app.test/done")
    jobs.create(job, START)
    return jobs, job


# --- any order of events -----------------------------------------------------------------------


class Events(RuleBasedStateMachine):
    """Everything that can happen to jobs, in any order; callbacks are counted by other means."""

    RETRIES = (1.0, 5.0)

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.is_noticed = True
        self.delays: dict[str, list[float]] = {}
        self.jobs = Jobs(callback_delays=lambda job: self.delays[job.id], retry_delays=self.RETRIES)
        self.all: list[Job] = []
        self.past: dict[str, list[Transition]] = {}
        self.planned: list[tuple[float, str, int]] = []
        self.in_flight: list[Delivery] = []
        self.counted: set[str] = set()

    def count_ends(self) -> None:
        """Plan the callbacks of jobs that have ended since."""
        for job in self.all:
            if job.ended_at is not None and job.id not in self.counted:
                self.counted.add(job.id)
                if job.callback_url is not None:
                    ats = [(job.ended_at + d, job.id, 1) for d in self.delays[job.id]]
                    self.planned += ats

    @initialize(timeline=TIMELINES)
    def begin(self, timeline: Timeline) -> None:
        for delays in ([0.0], [4.0, 2.0]):
            self.create(timeline, True, delays)

    @rule(
        timeline=TIMELINES,
        calls_back=st.sampled_from([True, True, False]),
        delays=st.sampled_from([[0.0], [3.0], [0.0, 2.0], []]),
    )
    def create(self, timeline: Timeline, calls_back: bool, delays: list[float]) -> None:
        number = f"task_{len(self.all)}"
        self.delays[number] = delays
        url = "https://app.test/done" if calls_back else None
        job = make(timeline, self.now, id=number, callback_url=url)
        self.jobs.create(job, self.now)
        self.all.append(job)

    @rule(pause=PAUSES)
    def advance(self, pause: float) -> None:
        self.now += pause
        self.jobs.advance(self.now)

    @rule(pause=PAUSES)
    def let_time_pass_unnoticed(self, pause: float) -> None:
        self.now += pause
        self.is_noticed = False

    @precondition(lambda self: self.all)
    @rule(data=st.data())
    def query(self, data: st.DataObject) -> None:
        job = data.draw(st.sampled_from(self.all))
        polls = job.polls
        found = self.jobs.query(job.id, self.now)
        assert found is job
        assert job.polls == polls + 1
        assert bool(job.result_urls) == (job.state == "success")
        assert bool(job.fail_code) == (job.state == "fail")

    @precondition(lambda self: self.all)
    @rule(data=st.data(), how=st.sampled_from(["step", "finish", "fail"]))
    def move(self, data: st.DataObject, how: str) -> None:
        job = data.draw(st.sampled_from(self.all))
        arguments = ("503", "by hand") if how == "fail" else ()
        before = [*job.transitions]
        try:
            getattr(self.jobs, how)(job, self.now, *arguments)
        except RuleError as error:
            assert str(error) == f"{job.id} has already ended in state {job.state}"
            assert job.has_ended
        else:
            assert len(job.transitions) > len(before)
            assert before[-1].state not in ENDS
            assert job.transitions[-1].at == self.now
            assert how == "step" or job.state == {"finish": "success", "fail": "fail"}[how]

    @rule(data=st.data(), is_answered_at_once=st.booleans())
    def deliver(self, data: st.DataObject, is_answered_at_once: bool) -> None:
        delivery = self.jobs.deliver(self.now)
        self.count_ends()
        due = [plan for plan in self.planned if plan[0] <= self.now]
        if not due:
            assert delivery is None
            return
        assert delivery is not None
        taken = (delivery.at, delivery.job.id, delivery.attempt)
        assert taken in due
        assert delivery.at == min(due)[0]
        assert delivery.job.has_ended
        assert delivery.outcome == "due"
        self.planned.remove(taken)
        self.in_flight.append(delivery)
        if is_answered_at_once:
            self.answer(data, data.draw(STATUSES))

    @precondition(lambda self: self.in_flight)
    @rule(data=st.data(), status=STATUSES)
    def answer_late(self, data: st.DataObject, status: int | None) -> None:
        self.answer(data, status)

    def answer(self, data: st.DataObject, status: int | None) -> None:
        delivery = data.draw(st.sampled_from(self.in_flight))
        self.in_flight.remove(delivery)
        self.jobs.delivered(delivery, status)
        good = status in (200, 204, 299)
        words = {True: "delivered", False: "failed" if status is None else "refused"}
        assert (delivery.status, delivery.outcome) == (status, words[good])
        assert delivery in delivery.job.deliveries
        if not good and delivery.attempt <= len(self.RETRIES):
            at = delivery.at + self.RETRIES[delivery.attempt - 1]
            self.planned.append((at, delivery.job.id, delivery.attempt + 1))

    @precondition(lambda self: self.in_flight)
    @rule(data=st.data())
    def blocked(self, data: st.DataObject) -> None:
        delivery = data.draw(st.sampled_from(self.in_flight))
        self.in_flight.remove(delivery)
        self.jobs.delivered(delivery, None, "blocked")
        assert delivery.outcome == "blocked"

    @invariant()
    def states_only_move_along(self) -> None:
        for job in self.all:
            states = [transition.state for transition in job.transitions]
            times = [transition.at for transition in job.transitions]
            ranks = [RANKS[state] for state in states]
            assert states[0] == "waiting"
            assert ranks == sorted(set(ranks))
            assert times == sorted(times)
            assert times[-1] <= self.now
            assert job.state == states[-1]
            before = self.past.get(job.id, [])
            assert job.transitions[: len(before)] == before
            self.past[job.id] = [*job.transitions]

    @invariant()
    def what_is_due_is_known(self) -> None:
        if not self.is_noticed:
            self.is_noticed = True  # the next event is to find jobs behind the time
            return
        self.jobs.advance(self.now)
        self.count_ends()
        dues = [job.due_at for job in self.all if job.due_at is not None]
        assert all(due > self.now for due in dues)
        assert self.jobs.next_due() == min([*dues, *(at for at, *_ in self.planned)], default=None)
        assert self.jobs.has_callback_due(self.now) == any(p[0] <= self.now for p in self.planned)

    @invariant()
    def lost_callbacks_are_noted(self) -> None:
        for job in self.all:
            is_lost = job.has_ended and job.callback_url is not None and not self.delays[job.id]
            assert (["lost"] if is_lost else []) == [
                d.outcome for d in job.deliveries if d.outcome == "lost"
            ]


def test_jobs_only_move_along() -> None:
    """Jobs only move along, their ends are called back exactly as planned, and nothing is lost."""
    lives = settings(max_examples=examples(100), stateful_step_count=40)
    run_state_machine_as_test(Events, settings=lives)


def test_moving_a_job_first_lets_it_reach_now() -> None:
    """A job that is moved late has been in all states that were due, at their times."""
    jobs, job = started(after_seconds(100))
    jobs.step(job, START + 10)
    assert job.transitions == [
        ("waiting", START),
        ("queuing", START + 5),
        ("generating", START + 10),
    ]
    with pytest.raises(RuleError, match="task_1 has already ended in state success"):
        jobs.fail(job, START + 200, "500", "too late")
    assert job.ended_at == START + 100


# --- callbacks ---------------------------------------------------------------------------------


def test_repeats_come_at_their_delays_and_stop() -> None:
    """A callback that is never answered 2xx is repeated after each delay, and no more."""
    jobs, job = started(immediate(), retry_delays=(1.0, 5.0, 15.0))
    ats = []
    for status in (500, None, 302, 404):
        delivery = jobs.deliver(START + 100)
        assert delivery is not None
        ats.append(delivery.at - START)
        jobs.delivered(delivery, status)
    assert ats == [0.0, 1.0, 6.0, 21.0]
    assert jobs.deliver(START + 1e9) is None
    assert [(d.attempt, d.outcome) for d in job.deliveries] == [
        (1, "refused"),
        (2, "failed"),
        (3, "refused"),
        (4, "refused"),
    ]


# --- many jobs ---------------------------------------------------------------------------------


def test_ended_jobs_make_room() -> None:
    """When there are too many jobs, those that ended first are forgotten."""
    jobs = Jobs(most=3)
    names = {"stalled": stall(), "late": after_seconds(20), "early": after_seconds(10)}
    for name, timeline in names.items():
        jobs.create(make(timeline, id=name), START)
    assert [*jobs.by_id] == ["stalled", "late", "early"]
    jobs.create(make(immediate(), START + 1, id="one more"), START + 1)
    assert [*jobs.by_id] == ["stalled", "late", "early", "one more"], "none had ended"
    jobs.create(make(after_seconds(99), START + 30, id="last"), START + 30)
    assert [*jobs.by_id] == ["stalled", "late", "last"]
    assert jobs.query("one more", START + 30) is None


def test_which_job_was_looked_at_does_not_decide_which_is_forgotten() -> None:
    """The job that ended first is forgotten first, though a query has seen the other one's end."""
    jobs = Jobs(most=2)
    for name, seconds in {"early": 10, "late": 20}.items():
        jobs.create(make(after_seconds(seconds), id=name), START)
    job = jobs.query("late", START + 30)
    assert job is not None
    assert job.has_ended
    jobs.create(make(immediate(), START + 30, id="new"), START + 30)
    assert [*jobs.by_id] == ["late", "new"]


def test_large_bodies_are_shortened_in_time() -> None:
    """Of large bodies the last are kept whole; older ones keep all but the rest of long texts."""
    picture = "data:image/png;base64," + "A" * 100_000
    body = {"model": "z-image", "input": {"prompt": "A cup", "images": [picture], "n": 1}}
    jobs, made = Jobs(most_text=250_000), []
    for n in range(4):
        made.append(make(stall(), id=f"{n}", param=json.dumps(body)))
        jobs.create(made[-1], START)
    small = make(stall(), id="small", param=json.dumps({"input": {"prompt": "x" * 2000}}))
    jobs.create(small, START)
    assert [job.body == body for job in made] == [False, False, True, True]
    assert len(small.body["input"]["prompt"]) == 2000
    cut = made[0].body
    assert cut["input"]["prompt"] == "A cup"
    (shown,) = cut["input"].pop("images")
    assert shown.startswith(picture[:1000])
    assert shown.endswith("… (100,022 characters)")
    assert len(made[0].param) < 1200


def test_repeats_are_counted_from_the_answer() -> None:
    """On a clock that runs, a receiver that takes its time is not called again at once."""
    jobs, job = Jobs(retry_delays=(5.0,)), make(immediate(), callback_url="https://app.test/")
    jobs.create(job, START)
    delivery = jobs.deliver(START)
    assert delivery is not None
    jobs.delivered(delivery, 500, now=START + 30)
    assert jobs.deliver(START + 34) is None
    assert jobs.deliver(START + 35) is not None
