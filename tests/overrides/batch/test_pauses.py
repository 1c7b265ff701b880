"""When creates are held back, and when a batch pauses."""

from __future__ import annotations

import errno
import random

import pytest

from liangxin import errors
from liangxin.batch.pauses import Pauses
from liangxin.batch.states import Step
from liangxin_mock import VirtualClock

SATURATED = errors.RateLimitError("slow down", status_code=429)
UNREACHED = errors.APIConnectionError("refused", may_have_arrived=False)
INVALID = errors.UnprocessableEntityError("no", status_code=422)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def pauses(clock: VirtualClock) -> Pauses:
    return Pauses(clock.monotonic, random.Random(0))


@pytest.mark.parametrize("error", [SATURATED, UNREACHED])
def test_a_failure_of_the_moment(
    clock: VirtualClock, pauses: Pauses, error: errors.LiangXinError
) -> None:
    """Creates are held back for longer each time, one at a time then; a success ends that."""
    holds = []
    for _ in range(4):
        assert pauses.refused(error) is Step.RELEASE
        assert pauses.is_probing
        holds.append(pauses.until - clock.monotonic())
        clock.advance(holds[-1])
    assert holds == sorted(holds)
    assert pauses.held_by == error.summary
    pauses.created()
    assert not pauses.is_probing
    assert pauses.held_by is None
    pauses.refused(error)
    assert pauses.until - clock.monotonic() < holds[1]
    assert pauses.stopped_by is None


def test_a_failure_that_does_not_pass(clock: VirtualClock, pauses: Pauses) -> None:
    """After a quarter of an hour no more is sent."""
    while pauses.stopped_by is None:
        pauses.refused(SATURATED)
        clock.advance(pauses.until - clock.monotonic())
    assert 900 < clock.monotonic() < 1000
    assert pauses.stopped_by is SATURATED


def test_retry_after(clock: VirtualClock, pauses: Pauses) -> None:
    """What the server asks for is kept to, if it is longer."""
    pauses.refused(errors.RateLimitError("no", status_code=429, retry_after=120.0))
    assert pauses.until - clock.monotonic() == 120


@pytest.mark.parametrize(
    "error",
    [
        errors.AuthenticationError("no", status_code=401),
        errors.InsufficientQuotaError("no", status_code=402),
        errors.APIConnectionError("not trusted", may_have_arrived=False, is_permanent=True),
    ],
)
def test_what_all_creates_would_meet(pauses: Pauses, error: errors.LiangXinError) -> None:
    """An error of the account, or of the connection for good, stops at once; the order is kept."""
    assert pauses.refused(error) is Step.RELEASE
    pauses.refused(SATURATED)
    assert pauses.stopped_by is error


@pytest.mark.parametrize("has_created", [False, True])
def test_refusals_in_a_row(pauses: Pauses, *, has_created: bool) -> None:
    """If the first twenty are all refused, it is not the orders that are wrong."""
    if has_created:
        pauses.created()
    for _ in range(19):
        assert pauses.refused(INVALID) is Step.REFUSE
    assert pauses.stopped_by is None
    pauses.refused(INVALID)
    assert pauses.stopped_by is (None if has_created else INVALID)


@pytest.mark.parametrize(
    ("number", "stops"), [(errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EACCES, False)]
)
def test_a_full_disk(pauses: Pauses, number: int, *, stops: bool) -> None:
    """Nothing more is sent when no file could be saved; one that cannot be stops nothing."""
    error = errors.DownloadError("cannot write")
    error.__cause__ = OSError(number, "x")
    pauses.judge(error)
    assert (pauses.stopped_by is error) is stops
