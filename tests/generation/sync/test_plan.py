"""What pages say is put beside the spec; a page that cannot be read is named."""

from __future__ import annotations

from typing import Any

import pytest

from generation.sync.corrections import FILE, Corrections
from generation.sync.known_models import read_spec
from generation.sync.plan import make_plan
from generation.sync.raw_page import Fetched, RawPage
from tests.support.published_pages import CREATE, SMALL_SPEC, document, page

OPERATION = ("paths", CREATE, "post")
BODY = (*OPERATION, "requestBody", "content", "application/json")


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        (("servers",), 5),
        (("components", "securitySchemes"), ["bearer"]),
        ((*OPERATION, "parameters"), 1.5),
        ((*BODY, "schema", "properties", "input", "properties"), "prompt"),
        ((*BODY, "schema", "properties", "input", "properties", "prompt", "allOf"), [None]),
        ((*BODY, "examples"), {"first": ["text"]}),
    ],
)
def test_a_document_in_no_form_is_a_problem_of_its_page(
    pointer: tuple[str, ...], value: Any
) -> None:
    """Whatever is wrong in a page, the page and a line are named, and the others are read."""
    spec = read_spec(SMALL_SPEC)
    fields = {"prompt": {"type": "string"}}
    texts = {"/good": page("Good", document("cloud-9", fields))}
    made = document("cloud-8", fields)
    node: Any = made
    for step in pointer[:-1]:
        node = node[step]
    node[pointer[-1]] = value
    texts["/bad"] = page("Bad", made)
    raw = [RawPage(at, f"{at}.md", text, "2026-11-30", "0" * 64) for at, text in texts.items()]
    plan = make_plan(spec, Fetched(raw), Corrections(spec.folder / FILE))
    assert [match.id for match in plan.matches] == ["cloud-9"]
    assert {problem.place for problem in plan.problems} == {"/bad.md"}
    assert all(problem.line for problem in plan.problems)
    assert all(problem.reason.startswith("not in the form of") for problem in plan.problems)
