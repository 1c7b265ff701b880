"""Add the lines of a source to the ledger, all or none, and tell what will be sent."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from liangxin.batch.ceilings import NO_CEILINGS, NOTHING, Ceilings, Spent
from liangxin.batch.changes import Change
from liangxin.batch.ledger import Import, Ledger
from liangxin.batch.limits import BatchLimits
from liangxin.batch.orders import (
    Names,
    NewOrder,
    Reader,
    folded,
    problem_of,
    summed_warnings,
)
from liangxin.batch.sources import Source, read
from liangxin.batch.states import State, Step
from liangxin.errors import InvalidOrdersError, LiangXinError, UsageError

_MAX_NAMED = 5
_ONE_KEY = "Lines with the same key must be the same: give changed ones another key."
_CHANGED = (
    "Where lines differ from the orders of the batch: restore them, give changed ones another key, "
    "cancel what is not wanted (`liangxin batch cancel KEY`), or begin another batch (in another "
    "folder; in Postgres, another schema)."
)


@dataclass
class Plan:
    """What a run is about to do."""

    to_send: dict[str, Spent] = field(default_factory=dict)
    """What the pending orders of each model will spend."""
    counts: dict[State, int] = field(default_factory=dict)
    """How many orders are in each state."""
    left: dict[str, int] = field(default_factory=dict)
    """How many orders of each model are unfinished."""
    spent: Spent = NOTHING
    """What was spent before."""
    ceilings: Ceilings = NO_CEILINGS
    """The ceilings that apply, including those of previous runs."""
    skipped: list[str] = field(default_factory=list)
    """Invalid lines that are skipped."""
    repeats: list[str] = field(default_factory=list)
    """Lines that repeat another order, and so create no task of their own."""


class Importer:
    """Adds lines to a ledger.

    Args:
        ledger: The ledger.
        reader: Reads and validates orders.
        output: The folder for the files.
        skips_invalid: Whether lines that are invalid are left out, rather than all refused.
        at: The time, in Unix seconds.

    """

    def __init__(
        self, ledger: Ledger, reader: Reader, output: Path, *, skips_invalid: bool, at: float
    ) -> None:
        self._ledger = ledger
        self._reader = reader
        self._skips_invalid = skips_invalid
        self._at = at
        self._names = Names(_stems(output))
        self._where: dict[str, str] = {}
        self._problems: list[str] = []  # of all lines, in their order
        self._skipped: list[str] = []
        self._advice = ""
        self._added: list[NewOrder] = []
        self.repeats: list[str] = []

    def add(
        self,
        source: Source,
        limits: BatchLimits | None = None,
        check: Callable[[Sequence[NewOrder]], None] = lambda _: None,
    ) -> list[str]:
        """Add the lines of a source, with the limits of the run; return those that were skipped.

        `check` may refuse what is to be added.

        Raises:
            InvalidOrdersError: Lines are invalid, or differ from what the ledger has; then nothing
                is added.
            UsageError: The source cannot be read.

        """
        pending = []
        for order in self._ledger.orders():
            if order.file is not None:
                self._names.take(order.file, order.key)
            if order.state is State.PENDING:
                pending.append(order.key)
        with self._ledger.importing() as adding, summed_warnings():
            for line in read(source):
                try:
                    order_read = self._reader.read(line)
                except ValueError as error:
                    self._skip(f"{line.where}: {error}")
                    continue
                self._add(adding, line.where, _as_known(adding, order_read))
            for key in pending:
                if key not in self._where:
                    problem = f"order {key!r} is pending, and is not among the lines any more"
                    self._refuse(problem, _CHANGED)
            if self._problems:
                raise InvalidOrdersError(self._problems, self._advice)
            check(self._added)
            if limits is not None:
                adding.limit(limits)
        return self._skipped

    def _add(self, adding: Import, where: str, order: NewOrder) -> None:
        before = self._where.setdefault(order.key, where)
        known = adding.find(order.key)
        if known is not None:
            is_repeated = before != where
            other, advice = (before, _ONE_KEY) if is_repeated else ("the batch", _CHANGED)
            subject = f"{where}: key {order.key!r} has"
            if known.digest != order.digest:
                self._refuse(f"{subject} another input in {other}", advice)
            elif known.file != order.file:
                files = f"file {known.file!r} in {other}, and {order.file!r} here"
                self._refuse(f"{subject} {files}", advice)
            elif is_repeated:
                self.repeats.append(f"{where} repeats {before}: one task for both")
            return
        problem = self._problem(order)
        if problem is not None:
            self._skip(f"{where}: {problem}")
            return
        if order.file is not None:
            self._names.take(order.file, order.key)
        adding.insert(order, self._at)
        self._added.append(order)

    def _skip(self, problem: str) -> None:
        """Leave out a line that is invalid, if those are skipped."""
        (self._skipped if self._skips_invalid else self._problems).append(problem)

    def _refuse(self, problem: str, advice: str) -> None:
        """Refuse all lines for one that differs from another: nobody can say which is meant."""
        self._problems.append(problem)
        # What to do about the batch is more than what to do within a file.
        if self._advice != _CHANGED:
            self._advice = advice

    def _problem(self, order: NewOrder) -> str | None:
        if order.file is not None:
            if existing := self._names.exists(order.file):
                return f"file {order.file!r} exists already: {existing}"
            if problem := self._names.problem(order.file, order.key):
                return problem
        try:
            self._reader.check(order)
        except LiangXinError as error:
            return problem_of(error)
        return None


def _as_known(adding: Import, order: NewOrder) -> NewOrder:
    """Return an order as the ledger has it, if it has it under another id of its model."""
    ids = (order.digest, *order.same) if order.same else ()
    for one in map(order.under, ids):
        known = adding.find(one.key)
        if known is not None and known.digest == one.digest:
            return one
    return order


def recover(ledger: Ledger, output: Path, at: float) -> None:
    """Bring a ledger to what is known: lost creates, and files that are gone.

    Of a ledger that others share, only files of this machine and folder; see `Ledger.attend`.
    """
    changes = [
        Change(order.number, Step.LOSE, at, detail="the process ended while its create was sent")
        for order in ([] if ledger.is_shared else ledger.orders({State.SENDING}))
    ]
    changes += [
        Change(order.number, Step.MISS, at, detail="a file is missing")
        for order in ledger.orders({State.SAVED})
        # Files of other machines and folders cannot be looked at from here.
        if order.place == ledger.place
        and not all(_is_there(output / file.path, file.size) for file in order.files)
    ]
    if changes:
        ledger.apply(changes)


def survey(ledger: Ledger, plan: Plan) -> Plan:
    """Fill in what the ledger says."""
    plan.counts = ledger.counts()
    plan.spent = ledger.spent()
    for order in ledger.orders({State.PENDING, State.RUNNING, State.SUCCEEDED}):
        plan.left[order.model] = plan.left.get(order.model, 0) + 1
        if order.state is State.PENDING:
            sent = plan.to_send.get(order.model, Spent())
            plan.to_send[order.model] = sent.plus(order.amounts)
    return plan


def check_ceilings(
    ceilings: Ceilings, to_send: Mapping[str, Spent], spent: Spent, unpriced: Mapping[str, str]
) -> None:
    """Raise UsageError for a ceiling on what nobody knows.

    `to_send` has what the pending orders of each model take, and `unpriced` why their cost is
    unknown.
    """
    for name, ceiling in ceilings._asdict().items():
        if ceiling is None or name == "creates":
            continue
        unknown = [model for model, wanted in to_send.items() if getattr(wanted, f"unknown_{name}")]
        are = "is" if name == "cost" else "are"
        advice = "give a price table that has them" if name == "cost" else "they need max_creates"
        if unknown:
            reasons = unpriced if name == "cost" else {}
            shown = ", ".join(
                f"{model} ({reasons[model]})" if model in reasons else model
                for model in unknown[:_MAX_NAMED]
            )
            raise UsageError(
                f"cannot be kept, as the {name} of orders of these models {are} unknown: {shown}; "
                f"{advice}",
                argument=f"max_{name}",
            )
        if getattr(spent, f"unknown_{name}"):
            raise UsageError(
                f"cannot be kept, as the {name} of some creates of before {are} unknown; {advice}",
                argument=f"max_{name}",
            )


def _stems(output: Path) -> dict[str, str]:
    """Return the files that a folder has, by their folded names without extension."""
    stems: dict[str, str] = {}
    with suppress(FileNotFoundError):
        for entry in os.scandir(output):
            stem, dot, _ = entry.name.rpartition(".")
            stems[folded(stem if dot else entry.name)] = str(output / entry.name)
    return stems


def _is_there(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False
