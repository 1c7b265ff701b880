"""From Markdown to the OpenAPI document in it."""

from __future__ import annotations

import pytest

from generation.sync.errors import SyncError
from generation.sync.page import parse
from generation.sync.raw_page import RawPage
from tests.support.published_pages import CREATE, document, page, prose

WHOLE = page("Dream 9", document("dream-9", {"prompt": {"type": "string"}}))


def raw(text: str) -> RawPage:
    return RawPage("/market/dream/dream-9", "dream-9.md", text, "2026-11-30", "0" * 64)


def test_a_page_has_a_title_and_a_document() -> None:
    """The heading is the title, and the yaml block below it the document, with its lines."""
    read = parse(raw(WHOLE))
    assert read.title == "Dream 9"
    assert [*read.document["paths"]] == [CREATE]
    lines = WHOLE.splitlines()
    assert lines[read.line(("paths", CREATE)) - 1] == f"  {CREATE}:"
    assert (
        lines[read.line(("servers", 0, "url")) - 1].strip() == "- url: 'https://api.liangxin.test'"
    )


@pytest.mark.parametrize(
    "change",
    [
        ("```yaml\n", "````yaml title=api\n", "```\n", "````\n"),
        ("```yaml\n", "~~~yaml\n", "```\n", "~~~\n"),
        ("```yaml\n", "```yaml\n\n", "```\n", "```\n"),
        ("\n", "\r\n", "", ""),
        ("# Dream 9", "```yaml\nservices: {}\n```\n\n# Dream 9", "", ""),
    ],
)
def test_fences_are_those_of_markdown(change: tuple[str, str, str, str]) -> None:
    """Longer fences, tildes, CRLF and other yaml blocks do not hide the document."""
    old, new, old_end, new_end = change
    head, fence, rest = WHOLE.partition("```yaml\n")
    text = head.replace(old, new) + (fence if old != "```yaml\n" else new)
    text += rest if not old_end else rest.removesuffix(old_end) + new_end
    assert [*parse(raw(text)).document["paths"]] == [CREATE]


def test_a_fence_within_a_description_ends_nothing() -> None:
    """JSON in fences, as descriptions have it, is a part of the document."""
    assert "```json" in WHOLE
    operation = parse(raw(WHOLE)).document["paths"][CREATE]["post"]
    assert "Related Resources" in operation["description"]


def test_a_plain_ratio_is_text() -> None:
    """`16:9` without quotes is not the number that YAML 1.1 makes of it."""
    made = page("Dream", document("dream", {"ratio": {"enum": ["16:9"]}})).replace("'16:9'", "16:9")
    body = parse(raw(made)).document["paths"][CREATE]["post"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]["properties"]["input"]
    assert schema["properties"]["ratio"]["enum"] == ["16:9"]


def test_prose_has_no_document() -> None:
    """A page whose yaml is something else is read as prose."""
    assert parse(raw(prose("Pricing"))).tree is None


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("<!DOCTYPE html>\n<title>Not found</title>", 1, "an HTML page, not Markdown"),
        ("  <html lang='en'>", 1, "an HTML page, not Markdown"),
        ("", 1, "not a page: no title"),
        ('{"code": 404}', 1, "not a page: no title"),
        ("# A\n\n## OpenAPI Specification\n\nSoon.\n", 3, "no yaml block below it"),
        ("# A\n\n```yaml\nopenapi: 3.0.1\npaths:\n  a: [\n```\n", 6, "invalid YAML: "),
        ("# A\n\n```yaml\nopenapi: 3.0.1\ninfo: {}\n```\n", 4, "has no `paths`"),
        ("# A\n\n```yaml\nopenapi: 3.0.1\npaths: \x07\n```\n", 4, "invalid YAML: character"),
    ],
)
def test_what_is_no_page_is_named_with_its_line(text: str, line: int, reason: str) -> None:
    """A page that cannot be read gets its place, line and reason."""
    with pytest.raises(SyncError, match=reason) as refused:
        parse(raw(text))
    assert (refused.value.place, refused.value.line) == ("dream-9.md", line)
