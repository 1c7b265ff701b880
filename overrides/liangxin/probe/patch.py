"""Write the settled facts as evidence, in the form of the spec's files."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from liangxin.apis.base import Api
from liangxin.probe.settle import Verdict

LEVEL = "observed"
"""The level of evidence of what the live API showed."""


def evidence_patch(
    api: Api, settled: Iterable[Verdict], date: str, file_of: Callable[[str], str]
) -> str:
    """Return YAML that raises the evidence of these facts: a document for each model's file.

    Each key replaces that of the file; in `x-source` and `properties`, the keys below do.

    Args:
        api: The API.
        settled: The facts.
        date: When they were settled, such as 2026-11-30.
        file_of: Returns the file of a model.

    """
    by_model: dict[str, list[Verdict]] = {}
    for verdict in settled:
        by_model.setdefault(verdict.probe.model, []).append(verdict)
    return "".join(
        _document(api, model, verdicts, date, file_of(model))
        for model, verdicts in by_model.items()
    )


def _document(api: Api, model: str, verdicts: list[Verdict], date: str, file: str) -> str:
    schema = api.contract.input_schema(model)
    lines = ["---", f"# {file}"]
    for verdict in verdicts:
        if verdict.probe.kind == "id":
            if verdict.probe.sent_model != model:
                lines.append(f"# The id is {verdict.probe.sent_model}: rename the file to it.")
            lines += ["x-id:", f"  evidence: {LEVEL}"]
    answers = dict.fromkeys(verdict.answer for verdict in verdicts)
    lines += ["x-source:", f"  {LEVEL}:"]
    lines += [f"    - {json.dumps(f'liangxin probe, {date}: {answer}')}" for answer in answers]
    fields: dict[str, dict[str, Any]] = {}
    for verdict in verdicts:
        if verdict.probe.kind == "limit":
            name = verdict.probe.field
            stated = fields.setdefault(name, dict(schema["properties"][name]["x-evidence"]))
            stated[verdict.probe.limit] = LEVEL
    if fields:
        lines.append("properties:")
        for name, stated in fields.items():
            # JSON is YAML.
            lines += [f"  {name}:", f"    x-evidence: {json.dumps(stated)}"]
    return "\n".join([*lines, ""])
