"""A poll is in flight once, and its outcome reaches the follower that its wait has now."""

import asyncio
import contextlib
import contextvars
import logging
import math

import pytest

from liangxin import drive
from liangxin.clock import Clock
from liangxin.errors import LiangXinError
from liangxin.polling.base import BaseWorker
from liangxin.polling.followers import Followers, News
from liangxin.polling.wait import End, Wait
from liangxin.records import TaskRecord
from liangxin_mock.clock import VirtualClock
from tests.support.waits import DONE, WAITING, ScriptedPolls, make_wait, status_error


class Mailbox:
    """Keeps the news."""

    def __init__(self) -> None:
        self.context = contextvars.copy_context()
        self.is_closed = False
        self.news: list[News] = []

    def post(self, news: News) -> None:
        self.news.append(news)


def make_poll(followers: Followers, polls: ScriptedPolls, clock: Clock, wait: Wait) -> None:
    """Make a poll that `take` has returned."""
    lock = contextlib.nullcontext()
    worker = BaseWorker(polls.poll, polls.observe, clock, lambda: followers, lock)
    drive.run(worker.make_poll(wait))


def test_only_news_are_delivered() -> None:
    """A record on the way is news of a watched wait alone; the end is news of any."""
    clock, followers, mailbox = VirtualClock(), Followers(10.0), Mailbox()
    quiet, watched = (make_wait(task_id="a", is_watched=each) for each in (False, True))
    polls = ScriptedPolls(clock, {"a": [WAITING, WAITING, DONE]})
    followers.join(mailbox, [quiet, watched], clock.monotonic())
    expected: list[list[News]] = [[], [watched], [watched, quiet]]
    for news in expected:
        while (wait := followers.take(clock.monotonic())) is None:
            clock.advance(followers.pause(clock.monotonic()))
        make_poll(followers, polls, clock, wait)
        assert mailbox.news == news
    assert quiet.end is End.FINISHED
    assert watched.take_update()
    assert not watched.take_update()
    assert len(followers) == 1


def test_the_end_is_public_only_once_it_was_observed() -> None:
    """A wait is open while its last outcome is observed: the task has no final state before."""
    clock, followers = VirtualClock(), Followers(10.0)
    wait = make_wait(task_id="a", age=None)
    seen: list[tuple[End | None, bool]] = []

    class Polls(ScriptedPolls):
        def observe(self, wait: Wait, outcome: TaskRecord | LiangXinError) -> None:
            del outcome
            seen.append((wait.end, wait.is_open))

    followers.join(Mailbox(), [wait], 0.0)
    assert followers.take(0.0) is wait
    make_poll(followers, Polls(clock, {"a": [DONE]}), clock, wait)
    assert seen == [(End.FINISHED, True)]
    assert not wait.is_open


def test_a_poll_is_not_in_flight_twice() -> None:
    """A wait left during its poll and followed again gets that poll's outcome, and no second."""
    clock, followers = VirtualClock(), Followers(10.0)
    wait, first, second = make_wait(task_id="a", age=None), Mailbox(), Mailbox()
    polls = ScriptedPolls(clock, {"a": [DONE]})
    followers.join(first, [wait], 0.0)
    assert followers.take(0.0) is wait
    followers.leave(first, [wait], 0.0)
    followers.join(second, [wait], 0.0)
    assert followers.take(5.0) is None
    make_poll(followers, polls, clock, wait)
    assert (first.news, second.news) == ([], [wait])


@pytest.mark.parametrize("has_left", [True, False])
def test_an_outcome_that_nobody_follows_is_dropped(*, has_left: bool) -> None:
    """The outcome of a poll whose follower has left, or is about to, is neither observed nor delivered."""
    clock, followers, mailbox = VirtualClock(), Followers(10.0), Mailbox()
    wait, polls = make_wait(task_id="a", age=None), ScriptedPolls(clock, {"a": [DONE]})
    followers.join(mailbox, [wait], 0.0)
    followers.take(0.0)
    if has_left:
        followers.leave(mailbox, [wait], 0.0)
        assert followers.pause(0.0) == math.inf
    mailbox.is_closed = True
    make_poll(followers, polls, clock, wait)
    assert (polls.observed, mailbox.news, wait.end) == ([], [], None)


def test_a_follower_that_vanished_is_forgotten() -> None:
    """A follower that an interrupt kept from leaving is forgotten when its next poll is due."""
    followers, mailbox = Followers(10.0), Mailbox()
    followers.join(mailbox, [make_wait()], 0.0)
    mailbox.is_closed = True
    assert followers.take(2.5) is None
    assert not len(followers)


@pytest.mark.parametrize("error", [KeyboardInterrupt, asyncio.CancelledError])
def test_a_poll_broken_off_is_made_again(error: type[BaseException]) -> None:
    """What breaks a poll off passes, and the poll is due again."""
    clock, followers = VirtualClock(), Followers(10.0)
    wait, polls = make_wait(task_id="a", age=None), ScriptedPolls(clock, {"a": [error(), DONE]})
    followers.join(Mailbox(), [wait], 0.0)
    followers.take(0.0)
    with pytest.raises(error):
        make_poll(followers, polls, clock, wait)
    assert wait.is_open
    assert followers.take(1.0) is wait


@pytest.mark.parametrize("where", ["poll", "observe"])
def test_an_error_of_others_ends_the_wait(where: str) -> None:
    """An error that is not the SDK's, of a poll or its observer, is that wait's alone."""
    clock, followers, mailbox = VirtualClock(), Followers(10.0), Mailbox()
    mine = LookupError("mine")

    class Polls(ScriptedPolls):
        def observe(self, wait: Wait, outcome: TaskRecord | LiangXinError) -> None:
            super().observe(wait, outcome)
            raise mine

    wait = make_wait(task_id="a", age=None)
    followers.join(mailbox, [wait], 0.0)
    followers.take(0.0)
    make_poll(followers, Polls(clock, {"a": [mine if where == "poll" else WAITING]}), clock, wait)
    assert (wait.failure, wait.is_open, mailbox.news) == (mine, False, [wait])
    assert not len(followers)


def test_a_wait_that_has_ended_is_delivered_when_it_joins() -> None:
    """A wait that ended between its follower's check and its joining is not lost."""
    followers, mailbox, wait = Followers(10.0), Mailbox(), make_wait()
    wait.end = End.FINISHED
    followers.join(mailbox, [wait], 0.0)
    assert mailbox.news == [wait]
    assert not len(followers)


def test_a_failed_poll_is_logged_with_its_task(caplog: pytest.LogCaptureFixture) -> None:
    """The first failed poll in a row is a warning that names the task and the error."""
    clock, followers = VirtualClock(), Followers(10.0)
    wait, polls = make_wait(task_id="a", age=None), ScriptedPolls(clock, {"a": [status_error(503)]})
    followers.join(Mailbox(), [wait], 0.0)
    for _ in range(2):
        while followers.take(clock.monotonic()) is None:
            clock.advance(followers.pause(clock.monotonic()))
        make_poll(followers, polls, clock, wait)
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert lines == ["Task a: a poll failed, polling again: HTTP 503"]
