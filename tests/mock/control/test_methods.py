"""What tests expect of the simulator, and what it says was not so."""

from collections.abc import Callable

import pytest

from liangxin_api.variants import PATHS
from liangxin_mock import Simulator, after_polls, error_code, stall, status
from tests.support import api_requests
from tests.support.plain_client import CREATE, NO_PROMPT, PROMPT, REFUSED, PlainClient
from tests.support.samples import MODEL


def test_what_was_expected_is_no_problem(simulator: Simulator, door: PlainClient) -> None:
    """When all came as expected, verify has nothing to say."""
    simulator.expect(2, model=MODEL)
    simulator.expect_refusals(400)
    simulator.play(after_polls(0), model=MODEL)
    simulator.inject(status(503), on="recordInfo")
    task_ids = [door.task(), door.task(MODEL, {"prompt": "Another"})]
    assert [door.ask(task_id).status_code for task_id in task_ids] == [503, 200]
    assert door.create(MODEL, {}).status_code == 400
    assert simulator.verify() == []


URL = "https://liangxin.test"


def _refused(simulator: Simulator, door: PlainClient, status: int, times: int = 1) -> None:
    """Expect refusals with `status`; one comes, with 400."""
    simulator.expect_refusals(status, times)
    door.create(MODEL, {})


VERIFY: dict[str, tuple[Callable[[Simulator, PlainClient], object], list[str]]] = {
    "too few creates": (
        lambda s, d: (s.expect(2, model=MODEL), d.task()),
        ["expect(2, model='z-image'): 1 came"],
    ),
    "too many creates": (
        lambda s, d: (s.expect(), d.task(), d.task()),
        ["expect(1): 2 came"],
    ),
    "another create": (
        lambda s, d: (s.expect(model="kling-*"), d.create()),
        [
            f"{REFUSED} no expectation is for this create of z-image",
            "expect(1, model='kling-*'): 0 came",
        ],
    ),
    "no creates": (
        lambda s, d: (s.expect(0), d),
        [],
    ),
    "a create where there must be none": (
        lambda s, d: (s.expect(0), d.create()),
        [f"{REFUSED} expect(0): there must be no such create"],
    ),
    "a create where there may be others": (
        lambda s, d: (s.expect(0, model="kling-*"), d.create(), d.create("kling-v3-pro", PROMPT)),
        [f"{REFUSED} expect(0, model='kling-*'): there must be no such create"],
    ),
    "a create where there may be some": (
        lambda s, d: (s.expect(0), s.expect(1), d.create()),
        [],
    ),
    "unused rules": (
        lambda s, d: (s.play(stall(), model="kling-*"), s.inject(status(503)), d),
        [
            "play(stall(), model='kling-*') was never used",
            "inject(status(503), on='createTask', times=1) was never used",
        ],
    ),
    "bad input": (
        lambda s, d: (s, d.create(MODEL, {})),
        [NO_PROMPT],
    ),
    "unknown task": (
        lambda s, d: (s, d.ask("task_nobody")),
        [
            "GET /api/v1/jobs/recordInfo was refused with 422: there is no task task_nobody",
        ],
    ),
    "wrong route": (
        lambda s, d: (s, d.http.get("/api/v1/jobs"), d.http.get(PATHS["createTask"])),
        [
            "GET /api/v1/jobs was refused with 404: there is no GET /api/v1/jobs",
            f"GET {CREATE} was refused with 405: GET {CREATE} is not allowed; use POST",
        ],
    ),
    "wrong host": (
        lambda s, d: (s, d.http.get("https://api.example.com/x")),
        [f"GET /x was refused with 421: this is a mock of LiangXin at {URL}, not api.example.com"],
    ),
    "refusals that did not come": (
        lambda s, d: _refused(s, d, 400, times=2),
        ["expect_refusals(400): did not come"],
    ),
    "another refusal": (
        lambda s, d: _refused(s, d, 401),
        [
            NO_PROMPT,
            "expect_refusals(401): did not come",
        ],
    ),
    "faults": (
        lambda s, d: (s.inject(status(400)), s.inject(error_code(401)), d.create(), d.create()),
        [],
    ),
}


@pytest.mark.parametrize("case", VERIFY)
def test_verify_says_what_was_not_expected(
    simulator: Simulator, door: PlainClient, case: str
) -> None:
    """Each thing that was not as expected is told in a line of its own; a fault's doing is not."""
    happens, problems = VERIFY[case]
    happens(simulator, door)
    told = simulator.verify()
    assert sorted(told) == sorted(problems)
    assert simulator.verify() == told


def test_expectations_share_the_creates(simulator: Simulator, door: PlainClient) -> None:
    """A create that fits several expectations counts for one that still wants it."""
    simulator.expect(1)
    simulator.expect(1, model=MODEL)
    door.task()
    door.task()
    assert simulator.verify() == []
    assert door.create("flux-2-pro").status_code == 200
    assert simulator.verify() == ["expect(1): 2 came"]


def test_a_create_that_is_refused_meets_no_expectation() -> None:
    """An expected create that the empty account can't pay has not come."""
    simulator = Simulator(balance=0)
    simulator.expect(1)
    simulator.handle(api_requests.create({"model": MODEL, "input": {"prompt": "A cup"}}))
    assert simulator.verify() == ["expect(1): 0 came"]


def test_refusals_outlive_many_requests() -> None:
    """A refusal is told, and an expected one is met, however many requests came after it."""
    simulator = Simulator(timeline="stall")
    simulator.expect_refusals(400)
    for _ in range(2):
        simulator.handle(api_requests.create(b"{"))
    simulator.handle(api_requests.create({"model": MODEL, "input": {"prompt": "A cup"}}))
    query = api_requests.query(simulator.jobs[0].id)
    for _ in range(10_000):
        simulator.handle(query)
    (problem,) = simulator.verify()
    assert "was refused with 400" in problem
