"""Waits with exact figures, and polls from a script, for tests of polling."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from liangxin import errors
from liangxin.clock import Clock, SystemClock
from liangxin.polling.schedule import Schedule
from liangxin.polling.wait import Wait
from liangxin.records import TaskRecord

WAITING = TaskRecord(state="waiting")
DONE = TaskRecord(state="success")


class Growing(Schedule):
    """Intervals of 2 s growing by half to 15 s, as exact numbers to test with."""

    def interval(self, model: str | None, age: float, work: float | None = None) -> float:
        """Return the seconds until the next poll."""
        del model, work
        return min(2.0 + age / 2, 15.0)

    def learn(
        self,
        model: str | None,
        after: float,
        before: float,
        *,
        since: float = 0.0,
        work: float | None = None,
    ) -> None:
        """Learn nothing."""

    def outlived(
        self, model: str | None, since: float, age: float, work: float | None = None
    ) -> None:
        """Learn nothing."""


class NoJitter(random.Random):
    """A source of randomness that always gives the middle."""

    def uniform(self, a: float, b: float) -> float:
        """Return the middle of the range."""
        return (a + b) / 2


def make_wait(
    timeout: float | None = 900.0,
    *,
    now: float = 0.0,
    age: float | None = 0.0,
    poll_interval: float | None = None,
    rng: random.Random | None = None,
    schedule: Schedule | None = None,
    **options: Any,
) -> Wait:
    """Make a wait for a task of an unnamed model, by default one that was created just now."""
    return Wait(
        now=now,
        timeout=timeout,
        poll_interval=poll_interval,
        age=age,
        model=None,
        schedule=schedule or Growing(),
        rng=rng or NoJitter(),
        **options,
    )


def now_wait(task_id: str, **options: Any) -> Wait:
    """Make a wait on the system's clock whose first poll is due at once, and then every 10 ms."""
    settings: dict[str, Any] = {"age": None, "poll_interval": 0.01, **options}
    return make_wait(now=SystemClock().monotonic(), task_id=task_id, **settings)


def status_error(status: int, retry_after: float | None = None) -> errors.APIStatusError:
    """Make the error of a refused poll."""
    kinds = {404: errors.NotFoundError, 422: errors.UnprocessableEntityError}
    kind = kinds.get(status, errors.APIStatusError)
    return kind(f"HTTP {status}", status_code=status, retry_after=retry_after)


class ScriptedPolls:
    """Answers polls: those of each task in turn, its last answer for ever.

    Args:
        clock: Says when a poll was made.
        answers: The answers by task id: records to return and exceptions to raise.

    Attributes:
        made: The time and the task id of each poll.
        observed: The task id and the outcome of each call of `observe`.

    """

    def __init__(
        self, clock: Clock, answers: Mapping[str, Sequence[TaskRecord | BaseException]]
    ) -> None:
        self.made: list[tuple[float, str]] = []
        self.observed: list[tuple[str, object]] = []
        self._clock = clock
        self._answers = {task_id: list(each) for task_id, each in answers.items()}

    async def poll(self, wait: Wait) -> TaskRecord:
        """Make a poll."""
        self.made.append((self._clock.monotonic(), wait.task_id))
        answers = self._answers[wait.task_id]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def observe(self, wait: Wait, outcome: TaskRecord | errors.LiangXinError) -> None:
        """Note the outcome of a poll."""
        self.observed.append((wait.task_id, outcome))
