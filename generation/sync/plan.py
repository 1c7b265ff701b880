"""Match each model with its page, and collect what the pages say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from jsonschema_rs.canonical.json import to_string

from generation.sync.compare import Finding, compare, remarks
from generation.sync.corrections import Corrections
from generation.sync.errors import SyncError
from generation.sync.index import Skipped
from generation.sync.known_models import Model, Spec
from generation.sync.model_page import ModelPage, ModelReader, Operation, is_renamed, operations
from generation.sync.operations import about_operation
from generation.sync.page import Page, parse
from generation.sync.raw_page import Fetched

Schema = dict[str, Any]


@dataclass
class Match:
    """A model that a page describes."""

    read: ModelPage
    model: Model | None
    """The model of the spec; None if it is new."""
    findings: list[Finding]

    @property
    def id(self) -> str:
        """The id, as the page has it."""
        return self.read.id

    @property
    def renamed_from(self) -> str | None:
        """The id that the spec guessed, if the page has another."""
        return self.model.id if self.model is not None and self.model.id != self.id else None


@dataclass
class Plan:
    """All that the pages say, beside the spec."""

    spec: Spec
    corrections: Corrections
    pages: int
    matches: list[Match] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    """The models of the spec that no page names."""
    operations: list[tuple[Operation, Schema]] = field(default_factory=list)
    """Those that say something of the whole API, and what."""
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[SyncError] = field(default_factory=list)


def make_plan(spec: Spec, fetched: Fetched, corrections: Corrections) -> Plan:
    """Return what the pages say of the spec's models."""
    plan = Plan(spec, corrections, len(fetched.pages))
    plan.skipped, plan.problems = [*fetched.skipped], [*fetched.problems]
    creates: list[Operation] = []
    # All pages of creates repeat host and key: one of them is enough for each thing said.
    of_creates: dict[str, tuple[Operation, Schema]] = {}
    for page in _parsed(fetched, plan):
        for operation in operations(page):
            try:
                with page.reading(operation.at):
                    said = about_operation(spec, operation)
            except SyncError as problem:
                plan.problems.append(problem)
            else:
                if (operation.path, operation.method) == (spec.create_path, "post"):
                    creates.append(operation)
                    of_creates.setdefault(to_string(said), (operation, said))
                else:
                    plan.operations.append((operation, said))
    plan.operations[:0] = [one for one in of_creates.values() if one[1]]
    reader = ModelReader(creates, spec, corrections)
    read: dict[str, ModelPage] = {}
    for operation in creates:
        try:
            for one in reader.read(operation):
                first = read.setdefault(one.id, one)
                if first is not one:
                    other = first.page.path
                    raise one.page.error(operation.at, f"{one.id} is the model of {other}, too")
        except SyncError as problem:
            plan.problems.append(problem)
    _match(plan, read)
    return plan


def _parsed(fetched: Fetched, plan: Plan) -> Iterable[Page]:
    for raw in fetched.pages:
        if raw.path in plan.corrections.unread:
            plan.skipped.append(Skipped(raw.path, plan.corrections.unread[raw.path]))
            continue
        try:
            yield parse(raw)
        except SyncError as problem:
            plan.problems.append(problem)


def _match(plan: Plan, read: dict[str, ModelPage]) -> None:
    """Find the model of each page, by its id or else as one whose id was a guess."""
    unnamed = {one.id: one for one in plan.spec.models.values() if one.id not in read}
    for page in read.values():
        model = plan.spec.models.get(page.id)
        if model is None:
            model = next(
                (one for one in unnamed.values() if is_renamed(one.schema, one.pages, page)), None
            )
        if model is None:
            plan.matches.append(Match(page, None, remarks(page, {})))
        else:
            # So that a second page is not taken for this model's, too.
            unnamed.pop(model.id, None)
            plan.matches.append(Match(page, model, compare(model, page)))
    plan.vanished = sorted(unnamed)
