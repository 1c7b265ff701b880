"""Lines are added to the ledger, all or none."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from liangxin.apis.liangxin import LIANGXIN
from liangxin.batch.ceilings import Ceilings, Spent
from liangxin.batch.changes import Change
from liangxin.batch.orders import File, Reader
from liangxin.batch.plan import Importer, Plan, check_ceilings, recover, survey
from liangxin.batch.prices import Prices
from liangxin.batch.sqlite import SqliteLedger
from liangxin.batch.states import State, Step
from liangxin.errors import DeprecatedInputWarning, InvalidOrdersError, UsageError
from tests.support import deprecated

ALIASED = (deprecated.ALIAS, deprecated.SUCCESSOR)


def line(key: str | None, prompt: str = "tea", **more: Any) -> dict[str, Any]:
    return {"key": key, "model": "z-image", "input": {"prompt": prompt}, **more}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """An empty ledger in the output folder."""
    made = SqliteLedger(tmp_path / "batch.db", create=True)
    yield made
    made.close()


def add(
    ledger: SqliteLedger, *lines: Any, skips_invalid: bool = False, prices: Prices | None = None
) -> Importer:
    importer = Importer(
        ledger,
        Reader(LIANGXIN, prices),
        Path(ledger.name).parent,
        skips_invalid=skips_invalid,
        at=1.0,
    )
    importer.skipped = importer.add(lines)  # type: ignore[attr-defined]
    return importer


def keys(ledger: SqliteLedger) -> list[str]:
    return [order.key for order in ledger.orders()]


def test_the_same_lines_again_add_nothing(ledger: SqliteLedger) -> None:
    """What the ledger has is not added again, and new lines are."""
    add(ledger, line("a"), line("b"))
    add(ledger, line("b"), line("a"), line("c"))
    assert keys(ledger) == ["a", "b", "c"]


def test_a_line_that_repeats_another_is_one_task(ledger: SqliteLedger) -> None:
    """The same key and input is one task, and so is the same input without keys."""
    importer = add(ledger, line("a"), line("a"), line(None), line(None))
    assert len(keys(ledger)) == 2
    assert importer.repeats == [
        "order 2 repeats order 1: one task for both",
        "order 4 repeats order 3: one task for both",
    ]


@pytest.mark.parametrize("ids", [ALIASED, ALIASED[::-1]], ids=["renamed", "restored"])
def test_another_id_of_the_same_model_is_no_other_order(
    ledger: SqliteLedger, monkeypatch: pytest.MonkeyPatch, ids: tuple[str, str]
) -> None:
    """Whoever follows a renamed model in the file pays for no order again, with keys or without."""
    deprecated.deprecate(monkeypatch)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecatedInputWarning)
        add(ledger, line("a", model=ids[0]), line(None, "x", model=ids[0]))
        before = keys(ledger)
        importer = add(
            ledger,
            *(line("a", model=ids[1]), line(None, "x", model=ids[1])),
            *(line(None, "x", model=ids[0]), line(None, "y", model=ids[1])),
        )
    assert keys(ledger)[:2] == before
    assert len(keys(ledger)) == 3
    assert importer.repeats == ["order 3 repeats order 2: one task for both"]


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        ([line("a", "coffee")], "order 1: key 'a' has another input in the batch"),
        ([line("a", file="cup")], "order 1: key 'a' has file None in the batch, and 'cup' here"),
        ([line("b"), line("b", "x")], "order 2: key 'b' has another input in order 1"),
        ([line("b")], "order 'a' is pending, and is not among the lines any more"),
    ],
)
def test_changed_lines_are_refused(ledger: SqliteLedger, second: list[Any], problem: str) -> None:
    """Lines that differ from the batch are refused with what to do, even if invalid are skipped."""
    add(ledger, line("a"))
    if problem.startswith("order 2"):
        second = [line("a"), *second]
        problem = problem.replace("order 2", "order 3").replace("order 1", "order 2")
    with pytest.raises(InvalidOrdersError, match="give changed ones another key") as caught:
        add(ledger, *second, skips_invalid=True)
    assert problem in caught.value.problems
    assert keys(ledger) == ["a"]


def test_a_line_that_has_been_sent_may_be_gone(ledger: SqliteLedger) -> None:
    """Only orders that are still to be sent are missed."""
    add(ledger, line("a"))
    ledger.claim(1, 2.0)
    add(ledger, line("b"))
    assert keys(ledger) == ["a", "b"]


def test_invalid_lines(ledger: SqliteLedger) -> None:
    """One line that is invalid keeps all from being added, unless invalid ones are skipped."""
    lines = [line("a"), line("b", model="no-such-model"), 5, line("c")]
    with pytest.raises(InvalidOrdersError, match="2 lines are invalid; nothing was sent") as caught:
        add(ledger, *lines)
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "order 2",
        "order 3",
    ]
    assert keys(ledger) == []
    importer = add(ledger, *lines, skips_invalid=True)
    assert keys(ledger) == ["a", "c"]
    assert len(importer.skipped) == 2  # type: ignore[attr-defined]


def test_all_mistakes_are_reported_at_once(ledger: SqliteLedger) -> None:
    """Lines that are invalid and those that differ are named in their order, with fitting advice."""
    lines = [
        line("a"),
        line("b", file="cup.png"),
        line("c", model="no-such-model"),
        line("a", "coffee"),
    ]
    with pytest.raises(InvalidOrdersError, match="3 lines are invalid") as caught:
        add(ledger, *lines)
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "order 2",
        "order 3",
        "order 4",
    ]
    assert "the batch" not in str(caught.value)
    with pytest.raises(InvalidOrdersError, match="1 line is invalid") as caught:
        add(ledger, *lines, skips_invalid=True)
    assert caught.value.problems == ("order 4: key 'a' has another input in order 1",)
    add(ledger, line("a"))
    lines[0] = line("a", "milk")
    with pytest.raises(InvalidOrdersError, match="differ from the orders of the batch") as caught:
        add(ledger, *lines)
    assert len(caught.value.problems) == 4


def test_names_that_are_taken(ledger: SqliteLedger) -> None:
    """A name of another order, or of a file that was there before, is refused."""
    (Path(ledger.name).parent / "Old.png").touch()
    lines = [line("a", file="cup"), line("b", file="CUP"), line("c", file="old")]
    importer = add(ledger, *lines, skips_invalid=True)
    assert keys(ledger) == ["a"]
    second, third = importer.skipped  # type: ignore[attr-defined]
    assert second == "order 2: file 'CUP' is, or may be, the name of files of 'a'"
    assert third.startswith("order 3: file 'old' exists already: ")


def test_recovery(ledger: SqliteLedger, tmp_path: Path) -> None:
    """A create that was being sent is unknown, and a file that is gone is to be saved again."""
    add(ledger, line("a"), line("b"), line("c"))
    ledger.claim(3, 2.0)
    for number, name in ((1, "there.png"), (2, "gone.png")):
        ledger.apply(
            [
                Change(number, Step.CREATE, 3.0, task_id=f"t{number}"),
                Change(number, Step.SUCCEED, 3.0),
                Change(number, Step.SAVE, 3.0, files=[File(name, 3, "", "image/png")]),
            ]
        )
    (tmp_path / "there.png").write_text("abc")
    recover(ledger, tmp_path, 4.0)
    found = {order.key: order.state for order in ledger.orders()}
    assert found == {"a": State.SAVED, "b": State.SUCCEEDED, "c": State.UNKNOWN}
    recover(ledger, tmp_path, 5.0)
    assert len([past for past in ledger.history() if past.number == 3]) == 2


def test_what_will_be_sent(ledger: SqliteLedger) -> None:
    """The plan has the amounts of what is pending, by model, and what was spent before."""
    prices = Prices({"price": [{"model": "z-*", "per_image": 2}]})
    video = {"model": "kling-v3-pro", "input": {"prompt": "tea", "duration": 7}}
    add(ledger, line("a"), line("b"), video, prices=prices)
    ledger.claim(1, 2.0)
    ledger.apply([Change(1, Step.CREATE, 3.0, task_id="t1")])
    plan = survey(ledger, Plan())
    assert plan.to_send == {
        "z-image": Spent(1, 0.0, 1, 2_000_000),
        "kling-v3-pro": Spent(1, 7.0, 0, 0, unknown_cost=1),
    }
    assert plan.spent == Spent(1, 0.0, 1, 2_000_000)
    assert plan.left == {"z-image": 2, "kling-v3-pro": 1}
    assert plan.counts == {State.PENDING: 2, State.RUNNING: 1}
    wanted, spent = plan.to_send, plan.spent
    check_ceilings(Ceilings(creates=1, seconds=5.0, images=0), wanted, spent, {})
    with pytest.raises(UsageError, match=r"the cost .* is unknown: kling-v3-pro; give a price"):
        check_ceilings(Ceilings(cost=5), wanted, spent, {})
    with pytest.raises(UsageError, match=r"is unknown: kling-v3-pro \(no price fits\); give a"):
        check_ceilings(Ceilings(cost=5), wanted, spent, {"kling-v3-pro": "no price fits"})
    with pytest.raises(UsageError, match="max_seconds cannot be kept, as the seconds of some"):
        check_ceilings(Ceilings(seconds=5.0), {}, Spent(unknown_seconds=1), {})
