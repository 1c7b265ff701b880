"""The pages of the models say what their contract says."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.support import deprecated
from tests.website.test_examples import EVERY
from website import models
from website.apis import APIS, WebApi

PAGES = cache(lambda: dict(models.pages()))


@pytest.mark.parametrize(("api", "model"), EVERY)
def test_a_page_has_every_fact(api: WebApi, model: str) -> None:
    """A page has each field with its type, need, limits and default, each rule and each source."""
    page = PAGES()[models.page_of(api, model)].replace("\\", "")
    fields = api.contract.fields(model)
    assert re.findall(r"^### `(.+)`$", page, re.MULTILINE) == [field.name for field in fields]
    for field in fields:
        line = page.split(f"### `{field.name}`\n\n")[1].splitlines()[0]
        for fact in (field.kind.text, field.need.text, *field.facts, field.evidence):
            assert fact in line
        assert field.description in page
        for part in field.fields:
            assert f"- `{part.name}`: {part.kind.text}" in page
    schema = api.contract.input_schema(model)
    for rule in schema.get("x-rules", ()):
        assert f"| `{rule['id']}` | {rule['text']} | {rule['evidence']} |" in page
    for sources in schema["x-source"].values():
        for source in sources:
            assert source in page


def test_rules_say_what_happens() -> None:
    """A rule with evidence refuses, an inferred one warns, and advice is not checked."""
    page = PAGES()["models/liangxin/kling-v3-pro.md"]
    ends = dict(re.findall(r"^\| `([\w-]+)` \|.* \| ([\w ]+) \|$", page, re.MULTILINE))
    assert ends["shots-sum"] == "refused"
    assert ends["multi-shot-needs-shots"] == "warned of"
    assert ends["elements-mode"] == "not checked"


def test_an_inferred_id_is_said_to_be() -> None:
    """The page of a model whose id is inferred says so, and what else it might be."""
    page = PAGES()["models/liangxin/kling-v3-omni-std.md"]
    assert "**The id is inferred (high confidence)**" in page
    assert "`kling-v3-omni-standard`" in page
    assert "The id is" not in PAGES()["models/liangxin/kling-v3-pro.md"]


def test_an_id_with_slashes_is_deeper() -> None:
    """The page of a model whose id has a slash leads to the other pages, too."""
    assert models.root("models/liangxin/z-image.md") == "../../"
    assert models.root("models/acme/loom/2.md") == "../../../"


def test_every_model_is_listed() -> None:
    """The list of models leads to the page of each."""
    listed = re.findall(r"\]\((.+?)\)", PAGES()[models.INDEX])
    assert [f"models/{path}" for path in listed] == [
        models.page_of(api, model) for api in APIS for model in api.models
    ]


def test_what_is_deprecated_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page of a model says what of it is deprecated, and the index marks the model."""
    deprecated.deprecate(monkeypatch)
    monkeypatch.setattr(models, "APIS", [api := WebApi("liangxin")])
    pages = {path: page.replace("\\", "") for path, page in models.pages()}
    page = pages[models.page_of(api, deprecated.MODEL)]
    assert f"**The {deprecated.OF_MODEL}.**" in page
    page = pages[models.page_of(api, deprecated.SUCCESSOR)]
    assert f"**The {deprecated.OF_ALIAS}.**" in page
    assert " · deprecated since 2026-02-01 (It is ignored), use prompt instead · " in page
    (row,) = [x for x in pages[models.INDEX].splitlines() if "(deprecated)" in x]
    assert deprecated.MODEL in row
