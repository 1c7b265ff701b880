"""Say what a sync found: as text, as JSON, or as Markdown for a pull request."""

from __future__ import annotations

import json
from typing import Any

from generation.sync.compare import Finding
from generation.sync.model_page import Operation
from generation.sync.plan import Match, Plan

MAX_VALUE = 100


def as_json(plan: Plan) -> str:
    """Return the report as JSON."""
    content = {
        "pages": plan.pages,
        "models": [_model_data(match) for match in plan.matches],
        "appeared": _appeared(plan),
        "renamed": {m.renamed_from: m.id for m in plan.matches if m.renamed_from},
        "vanished": plan.vanished,
        "operations": [_operation_data(*one) for one in plan.operations],
        "corrections": [one._asdict() for one in plan.corrections.used],
        "stale_corrections": [
            {"page": one.page, "field": one.field, "keyword": one.keyword}
            for one in plan.corrections.stale
        ],
        "skipped": [skipped._asdict() for skipped in plan.skipped],
        "problems": [
            {"file": one.place, "line": one.line, "reason": one.reason} for one in plan.problems
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def as_text(plan: Plan) -> str:
    """Return the report for a terminal."""
    lines: list[str] = []
    for match in plan.matches:
        raw = match.read.page.raw
        status = f"  ({_status(match)})" if _status(match) else ""
        lines.append(f"{match.id}  {raw.path}  {raw.date}  sha256 {raw.sha256[:12]}…{status}")
        lines += (f"  {_confirmed(match)}",) if match.model is not None else ()
        lines += (f"  {one.kind:<12}  {_sentence(one)}" for one in _noteworthy(match))
    lines += _ending(plan, "  ")
    return "\n".join(lines)


def as_markdown(plan: Plan) -> str:
    """Return the report for a pull request."""
    lines = ["## What the pages say", ""]
    for match in plan.matches:
        raw = match.read.page.raw
        status = f", {_status(match)}" if _status(match) else ""
        lines += [f"### `{match.id}`{status}", ""]
        lines.append(f"Page `{raw.path}`, {raw.date}, sha256 `{raw.sha256}`.")
        if match.model is not None:
            lines[-1] += f" {_confirmed(match)}."
        lines.append("")
        if noteworthy := _noteworthy(match):
            lines += ["| | where | keyword | spec | page |", "|---|---|---|---|---|"]
            lines += (
                f"| {one.kind} | `{one.where}` | {one.keyword} | {_cell(one.spec)} | "
                f"{_cell(one.page)} |"
                for one in noteworthy
            )
            lines.append("")
    ending = _ending(plan, "- ")
    return "\n".join([*lines, *ending]).rstrip()


def _model_data(match: Match) -> dict[str, Any]:
    raw = match.read.page.raw
    return {
        "model": match.id,
        "page": raw.path,
        "date": raw.date,
        "sha256": raw.sha256,
        "is_new": match.model is None,
        "renamed_from": match.renamed_from,
        "fields": sorted(match.read.fields),
        "findings": [{**vars(one), "rises": one.rises} for one in match.findings],
    }


def _operation_data(operation: Operation, said: dict[str, Any]) -> dict[str, Any]:
    return {
        "page": operation.page.path,
        "operation": f"{operation.method.upper()} {operation.path}",
        **said,
    }


def _appeared(plan: Plan) -> list[str]:
    return [match.id for match in plan.matches if match.model is None]


def _status(match: Match) -> str:
    if match.model is None:
        return f"new, {len(match.read.fields)} fields"
    return f"renamed from {match.renamed_from}" if match.renamed_from else ""


def _confirmed(match: Match) -> str:
    confirmed = [one for one in match.findings if one.kind == "confirmed"]
    rising = sum(one.rises for one in confirmed)
    return f"{len(confirmed)} facts confirmed, {rising} of them rise to documented"


def _noteworthy(match: Match) -> list[Finding]:
    return [one for one in match.findings if one.kind != "confirmed"]


def _sentence(finding: Finding) -> str:
    what = f"{finding.where} {finding.keyword}".strip()
    level = f" ({finding.evidence})" if finding.evidence else ""
    match finding.kind:
        case "contradicted":
            return f"{what}: {short(finding.spec)} in the spec{level}, {short(finding.page)} here"
        case "new":
            return f"{what}: {short(finding.page)}"
        case "vanished":
            return f"{what}{level}: not on the page; remove it by hand if it is gone"
    return f"{what}: {finding.page}"


def short(value: Any) -> str:
    """Return a value as text of limited length."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    # Nothing escapes a backtick within code.
    return "`" + short(value).replace("|", "\\|").replace("`", "'") + "`"


def _ending(plan: Plan, bullet: str) -> list[str]:
    """Return what is not about one model."""
    lines: list[str] = []

    def section(title: str, items: list[str]) -> None:
        if items:
            lines.extend((title, *(f"{bullet}{item}" for item in items), ""))

    section("Models that no page names:", plan.vanished)
    section(
        "What pages say of the whole API:",
        [
            f"{one.method.upper()} {one.path}  {one.page.path}: {short(said)}"
            for one, said in plan.operations
        ],
    )
    section(
        "Corrections of the pages:",
        [
            f"{one.page} {one.field} {one.keyword}: {short(one.page_says)} is wrong"
            + (" and left out" if one.correct is None else f", {short(one.correct)} is right")
            + f". {one.reason}"
            for one in plan.corrections.used
        ],
    )
    section(
        "Corrections that apply to nothing any more:",
        [f"{one.page} {one.field} {one.keyword}" for one in plan.corrections.stale],
    )
    section("Not read:", [f"{one.page}: {one.reason}" for one in plan.skipped])
    count = len(plan.matches)
    facts = [one for match in plan.matches for one in match.findings]
    kinds = [
        f"{sum(one.kind == kind for one in facts)} {kind}"
        for kind in ("confirmed", "contradicted", "new", "vanished")
    ]
    lines.append(
        f"{plan.pages} pages, {count} models ({len(_appeared(plan))} new): {', '.join(kinds)}."
    )
    return lines
