"""When to poll and when to stop, as pure decisions."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangxin import errors
from liangxin.polling.hints import Hints
from liangxin.polling.schedule import Schedule
from liangxin.polling.wait import End, Wait
from liangxin.records import TaskRecord
from tests.support.waits import DONE, WAITING, Growing, status_error
from tests.support.waits import make_wait as make_wait_at

NO_RESULT = TaskRecord(state="success", result_problem="resultJson is empty")


def make_wait(
    timeout: float | None = 900.0,
    *,
    age: float | None = None,
    poll_interval: float | None = None,
    rng: random.Random | None = None,
    schedule: Schedule | None = None,
    **options: Any,
) -> Wait:
    """Make a wait that starts at second 1000, by default for a task of unknown age."""
    return make_wait_at(
        timeout,
        now=1000.0,
        age=age,
        poll_interval=poll_interval,
        rng=rng,
        schedule=schedule,
        **options,
    )


@pytest.mark.parametrize(
    ("age", "poll_interval", "first"),
    [
        (None, None, 1000.0),
        (0.0, None, 1002.0),
        (0.5, None, 1001.5),
        (2.0, None, 1000.0),
        (3600.0, None, 1000.0),
        (0.0, 0.25, 1000.25),
        (0.0, 30.0, 1030.0),
        (10.0, 30.0, 1020.0),
        (None, 30.0, 1000.0),
    ],
)
def test_first_poll(age: float | None, poll_interval: float | None, first: float) -> None:
    """The first poll is due one interval after the create; at once if that is past or unknown."""
    assert make_wait(age=age, poll_interval=poll_interval).next_poll == first


def test_first_poll_is_not_after_the_deadline() -> None:
    """A short timeout brings the first poll forward."""
    wait = make_wait(1.0, age=0.0)
    assert wait.next_poll == 1001.0
    wait.observe(WAITING, 1001.0)
    assert wait.end is End.TIMED_OUT


@given(st.integers())
def test_jitter_stays_within_a_tenth(seed: int) -> None:
    """Jitter moves an interval by a tenth at most, either way."""
    wait = make_wait(rng=random.Random(seed))
    for _ in range(7):
        now = wait.next_poll
        nominal = Growing().interval(None, now - 1000.0)
        wait.observe(WAITING, now)
        assert nominal * 0.9 <= wait.next_poll - now <= nominal * 1.1


@pytest.mark.parametrize("status", [400, 401, 402, 403, 405, 410, 413])
def test_hopeless_refusals_end_the_wait(status: int) -> None:
    """A refusal that polling again cannot mend ends the wait at once."""
    wait = make_wait()
    wait.observe(status_error(status), 1000.0)
    assert wait.end is End.REFUSED


@pytest.mark.parametrize("is_permanent", [False, True])
def test_what_no_time_can_mend_ends_the_wait(*, is_permanent: bool) -> None:
    """A connection that fails for good, such as by a bad certificate, ends the wait at once."""
    wait, error = make_wait(), errors.APIConnectionError("x", may_have_arrived=False)
    error.is_permanent = is_permanent
    wait.observe(error, 1000.0)
    assert (wait.end is End.REFUSED) == is_permanent


def test_usage_errors_end_the_wait() -> None:
    """A client that was closed stays closed: the wait ends."""
    wait = make_wait()
    wait.observe(errors.UsageError("closed"), 1000.0)
    assert wait.end is End.REFUSED


@pytest.mark.parametrize("status", [302, 408, 429, 500, 502, 503, 504, 524])
def test_outages_do_not_end_the_wait(status: int) -> None:
    """A refusal that may pass is tolerated up to the deadline."""
    wait = make_wait()
    for now in range(1000, 1900, 10):
        wait.observe(status_error(status), float(now))
        assert wait.end is None
    wait.observe(status_error(status), 1900.0)
    assert wait.end is End.TIMED_OUT


@pytest.mark.parametrize("status", [404, 422])
def test_unknown_task_has_a_grace(status: int) -> None:
    """A task may be unknown for 15 s in a row, and no longer; a record begins it anew."""
    wait = make_wait()
    wait.observe(status_error(status), 1100.0)
    wait.observe(status_error(503), 1110.0)
    wait.observe(status_error(status), 1114.9)
    assert (wait.end, wait.next_poll) == (None, 1115.0)
    wait.observe(WAITING, 1115.0)
    wait.observe(status_error(status), 1120.0)
    assert wait.end is None
    wait.observe(status_error(status), 1135.0)
    assert wait.end is End.REFUSED


def test_success_without_result_has_a_grace_of_its_own() -> None:
    """A success without result is polled for 15 s from when it was first seen."""
    wait = make_wait()
    assert wait.observe(NO_RESULT, 1500.0)
    assert wait.observe(NO_RESULT, 1510.0) is None
    assert (wait.end, wait.next_poll) == (None, 1511.5)
    wait.observe(NO_RESULT, 1514.0)
    assert wait.next_poll == wait.latest == 1515.0
    wait.observe(NO_RESULT, 1515.0)
    assert wait.end is End.NO_RESULT


def test_success_that_is_taken_back() -> None:
    """After a success that the server takes back the wait goes on as before."""
    wait = make_wait(600.0)
    wait.observe(NO_RESULT, 1500.0)
    wait.observe(WAITING, 1502.0)
    wait.observe(WAITING, 1550.0)
    assert wait.end is None
    wait.observe(WAITING, 1600.0)
    assert wait.end is End.TIMED_OUT


def test_success_without_result_beats_the_deadline() -> None:
    """At the deadline a success without result counts as such, not as a timeout."""
    wait = make_wait(10.0)
    wait.observe(NO_RESULT, 1010.0)
    assert wait.end is End.NO_RESULT


@pytest.mark.parametrize("retry_after", [20.0, 5000.0])
def test_retry_after_is_clamped_to_the_deadline(retry_after: float) -> None:
    """Retry-After puts the next poll off, at most to the deadline."""
    wait = make_wait(100.0)
    wait.observe(status_error(503, retry_after), 1000.0)
    assert wait.next_poll == min(1000.0 + retry_after, 1100.0)


outcomes = st.sampled_from(
    [WAITING, NO_RESULT, DONE, TaskRecord(state="new"), TaskRecord(state="fail")]
) | st.builds(
    status_error, st.sampled_from([302, 401, 404, 429, 503]), st.none() | st.floats(0, 1e6)
)


@given(
    st.lists(st.tuples(outcomes, st.floats(0, 60)), min_size=1),
    st.none() | st.floats(0, 1000),
    st.none() | st.floats(0.01, 100),
    st.none() | st.floats(0, 100),
    st.integers(),
)
def test_any_wait_moves_on_and_ends(
    steps: list[tuple[TaskRecord | errors.LiangXinError, float]],
    timeout: float | None,
    poll_interval: float | None,
    age: float | None,
    seed: int,
) -> None:
    """Polls go neither back in time nor past the deadline; a final record ends the wait."""
    rng = random.Random(seed)
    wait = make_wait(timeout, age=age, poll_interval=poll_interval, rng=rng)
    now = 1000.0
    for outcome, takes in steps:
        assert now <= wait.next_poll <= wait.deadline
        polled_at = wait.next_poll
        now = polled_at + takes
        wait.observe(outcome, now)
        is_final = isinstance(outcome, TaskRecord) and outcome.is_terminal
        if is_final and outcome is not NO_RESULT:
            assert wait.end is End.FINISHED
        if polled_at >= wait.deadline:
            assert wait.end is not None
        if wait.end is not None:
            return


class Noting(Growing):
    """A schedule that records what it learns."""

    def __init__(self) -> None:
        super().__init__()
        self.outlived_: list[tuple[str | None, float, float]] = []
        self.learnt: list[tuple[str | None, float, float, float]] = []
        self.works: set[float | None] = set()

    def interval(self, model: str | None, age: float, work: float | None = None) -> float:
        self.works.add(work)
        return super().interval(model, age)

    def outlived(
        self, model: str | None, since: float, age: float, work: float | None = None
    ) -> None:
        self.outlived_.append((model, since, age))
        self.works.add(work)

    def learn(
        self,
        model: str | None,
        after: float,
        before: float,
        *,
        since: float = 0.0,
        work: float | None = None,
    ) -> None:
        self.learnt.append((model, after, before, since))
        self.works.add(work)


@pytest.mark.parametrize("state", ["success", "fail"])
def test_the_schedule_learns_ages(state: str) -> None:
    """The schedule learns at which ages a task was unfinished, and between which it ended."""
    schedule = Noting()
    wait = make_wait(age=0.0, schedule=schedule)
    wait.observe(TaskRecord(state="queuing", model="z-image"), 1002.0)
    wait.observe(TaskRecord(state="generating", model="z-image"), 1005.0)
    wait.observe(status_error(503), 1006.0)
    wait.observe(TaskRecord(state=state), 1007.0)
    assert schedule.outlived_ == [("z-image", 0.0, 2.0), ("z-image", 2.0, 5.0)]
    assert schedule.learnt == [("z-image", 5.0, 7.0, 5.0)]


def test_the_schedule_is_asked_and_taught_with_the_work() -> None:
    """What a task asks for goes to the schedule with each of its ages."""
    schedule = Noting()
    wait = make_wait(age=0.0, schedule=schedule, work=3.0)
    wait.observe(TaskRecord(state="generating", model="z-image"), 1002.0)
    wait.observe(TaskRecord(state="success"), 1007.0)
    assert schedule.outlived_
    assert schedule.learnt
    assert schedule.works == {3.0}


def test_a_late_wait_teaches_only_what_it_has_seen() -> None:
    """From a task that was polled late nothing is learnt about the time before."""
    schedule = Noting()
    make_wait(age=600.0, schedule=schedule).observe(DONE, 1000.0)
    assert schedule.learnt == []
    wait = make_wait(age=600.0, schedule=schedule)
    wait.observe(WAITING, 1000.0)
    wait.observe(DONE, 1010.0)
    assert schedule.outlived_ == []
    assert schedule.learnt == [(None, 600.0, 610.0, 600.0)]


def test_a_task_of_unknown_age_teaches_nothing() -> None:
    """Nothing is learnt from a task that was created at an unknown time."""
    schedule = Noting()
    wait = make_wait(age=None, schedule=schedule)
    wait.observe(WAITING, 1000.0)
    wait.observe(DONE, 1003.0)
    assert not schedule.outlived_
    assert not schedule.learnt


def test_an_unknown_task_is_polled_several_times_before_that_is_believed() -> None:
    """However rarely a long task is polled, one or two answers too early do not end its wait."""

    class Rare(Growing):
        def interval(self, model: str | None, age: float, work: float | None = None) -> float:  # noqa: ARG002
            return 60.0

    wait = make_wait(age=0.0, schedule=Rare())
    unknown = status_error(404)
    polls = []
    while wait.end is None:
        polls.append(wait.next_poll)
        wait.observe(unknown, wait.next_poll)
    assert wait.end is End.REFUSED
    assert len(polls) >= 5
    assert polls[-1] - polls[0] == pytest.approx(15.0)


def test_failed_polls_back_off() -> None:
    """After polls that failed the next comes 1 s later at least, growing by half to 5 s."""

    class Eager(Growing):
        def interval(self, model: str | None, age: float, work: float | None = None) -> float:  # noqa: ARG002
            return 0.1

    wait, pauses, now = make_wait(schedule=Eager()), [], 1000.0
    for _ in range(9):
        wait.observe(status_error(503), now)
        pauses.append(wait.next_poll - now)
        now = wait.next_poll
    assert pauses == pytest.approx([1.0, 1.5, 2.25, 3.375, 5.0, 5.0, 5.0, 5.0, 5.0], abs=1e-6)
    wait.observe(WAITING, now)
    assert wait.next_poll - now == pytest.approx(0.1)


def test_a_watched_task_is_polled_every_ten_seconds() -> None:
    """A watched task is polled every 10 s at least, whenever it is expected to end."""

    class Patient(Growing):
        def interval(self, model: str | None, age: float, work: float | None = None) -> float:  # noqa: ARG002
            return 90.0

    patient = Patient()
    assert make_wait(None, age=0.0, schedule=patient, is_watched=True).next_poll == 1010.0
    assert make_wait(None, age=0.0, schedule=patient).next_poll == 1090.0


# --- hints ---------------------------------------------------------------------------------------


def reliable() -> Hints:
    """Hints that have proved reliable."""
    return Hints(are_reliable=True)


def test_a_hint_makes_the_next_poll_due() -> None:
    """A hint makes the task's next poll due at once; another counts after 15 s."""
    wait = make_wait_at(hints=Hints())
    assert wait.hint(1.0)
    assert wait.next_poll == 1.0
    assert not wait.hint(15.5)
    assert wait.hint(16.5)
    wait.observe(DONE, 17.0)
    assert wait.end is End.FINISHED
    assert not wait.hint(40.0)


def test_reliable_hints_replace_polls() -> None:
    """While hints are reliable, the first poll comes when most tasks have ended, and few follow."""
    schedule = Schedule()
    usual_end = schedule.quantile(None, 0.7)
    wait = make_wait_at(timeout=None, schedule=schedule, hints=reliable())
    assert wait.next_poll == usual_end
    wait.observe(WAITING, usual_end)
    assert wait.next_poll == pytest.approx(1.5 * usual_end)


@pytest.mark.parametrize(
    "options",
    [{"hints": Hints()}, {"poll_interval": 3.0, "hints": reliable()}],
    ids=["unproven", "poll_interval"],
)
def test_polls_go_on_without_reliable_hints(options: dict[str, Any]) -> None:
    """Hints that have not proved reliable change no poll, nor do any with a fixed interval."""
    plain = make_wait_at(poll_interval=options.get("poll_interval"))
    wait = make_wait_at(**options)
    for now in (2.0, 7.0, 11.0):
        assert wait.next_poll == plain.next_poll
        for each in (wait, plain):
            each.observe(WAITING, now)


def test_who_watches_is_told_as_often() -> None:
    """With `on_update` or `events`, hints replace no poll: the caller wants to see the states."""
    assert make_wait_at(is_watched=True, hints=reliable()).next_poll == make_wait_at().next_poll


def test_an_unconfirmed_hint_is_checked_for_a_while() -> None:
    """If the record lags behind the callback, polls follow soon, for 15 s; then as usual."""
    wait = make_wait_at(timeout=None, age=100.0, hints=Hints())
    wait.hint(0.0)
    pauses, now = [], 0.0
    while now < 40.0:
        wait.observe(WAITING, now)
        pauses.append(wait.next_poll - now)
        now = wait.next_poll
    assert pauses[:4] == [1.0, 1.5, 2.25, 3.375]
    assert max(pauses[:5]) <= 5.0
    assert pauses[-1] == 15.0
    assert len(pauses) < 10


def test_a_wait_judges_its_hints() -> None:
    """A task that ends after its hint speaks for hints, one that ends without it against them."""
    hints = Hints()
    hinted, unhinted = make_wait_at(hints=hints), make_wait_at(hints=hints)
    hinted.hint(4.0)
    hinted.observe(DONE, 4.1)
    assert hints.are_reliable
    unhinted.observe(DONE, 7.0)
    assert not hints.are_reliable


def test_a_task_that_had_ended_before_proves_nothing() -> None:
    """A task found finished at its very first poll may have ended before anybody listened."""
    hints = reliable()
    make_wait_at(age=None, hints=hints).observe(DONE, 0.0)
    assert hints.are_reliable


def test_an_end_after_a_hint_is_learned_to_the_second() -> None:
    """However long ago the last poll was, the schedule learns that the task ended at its hint."""
    schedule = Schedule()
    for _ in range(20):
        wait = make_wait_at(timeout=None, schedule=schedule, hints=reliable())
        wait.hint(40.0)
        wait.observe(DONE, 40.1)
    usual = schedule.usual(None)
    assert usual == pytest.approx(40.0, rel=0.1)
