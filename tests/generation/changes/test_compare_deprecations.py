"""Edits of what is deprecated, and of former ids, get the verdict that they must get."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from generation.changes.bump import bump_of
from generation.changes.compare_bundles import changes_of
from generation.changes.replay import Replay
from generation.changes.report import message
from generation.changes.side import Side
from tests.generation.changes.corpus import APIS, Edit, Schema, Verdict, bundle
from tests.generation.changes.test_corpus import check
from tests.support.thoroughness import every

ABOUT = {"since": "2026-03-01", "reason": "Old."}
MODEL = "kling-v3-pro"


class Undone(Edit):
    """An edit that is taken back."""

    def bundles(self) -> tuple[Schema, Schema]:
        """Return the bundle after and before."""
        before, after = super().bundles()
        return after, before


def edits_of(api: str, model: str = MODEL) -> Iterator[Edit]:
    """Edits of a model of an API."""
    nested = api == "liangxin"
    at = "input." if nested else ""

    def everywhere(**new: Any) -> Callable[[Schema], None]:
        def apply(document: Schema) -> None:
            for schema in _schemas(document, model):
                schema.update(new)

        return apply

    def of_field(name: str, **new: Any) -> Callable[[Schema], None]:
        def apply(document: Schema) -> None:
            for schema in _schemas(document, model):
                if name in schema["properties"]:
                    schema["properties"][name] |= new

        return apply

    deprecated = {"deprecated": True, "x-deprecated": ABOUT}
    edits = {
        "model": (everywhere(**deprecated), "model", "deprecated", "undeprecated"),
        "field": (
            of_field("cfg_scale", **deprecated),
            f"{at}cfg_scale",
            "deprecated",
            "undeprecated",
        ),
        "value": (
            of_field("aspect_ratio", **{"x-deprecated-values": {"1:1": ABOUT}}),
            *(f"{at}aspect_ratio", "value-deprecated", "value-undeprecated"),
        ),
    }
    for name, (apply, where, kind, undone) in edits.items():
        yield Edit(f"{model}: {name}", api, apply, (Verdict(where, kind, False, model),))
        yield Undone(f"{model}: no {name}", api, apply, (Verdict(where, undone, False, model),))
    aliased = everywhere(**{"x-aliases": {"old-id": ABOUT}})
    yield Edit(*(f"{model}: alias", api, aliased, (Verdict("model", "alias-added", False, model),)))
    yield Undone(
        *(f"{model}: no alias", api, aliased, (Verdict("model", "alias-removed", True, "old-id"),))
    )
    renamed = Verdict("model", "model-renamed", "perhaps", model)

    def rename(document: Schema) -> None:
        _rename(document, model, "new-id")

    def rename_and_narrow(document: Schema) -> None:
        of_field("cfg_scale", maximum=0.5)(document)
        rename(document)

    yield Edit(f"{model}: renamed", api, rename, (renamed,))
    yield Edit(
        *(f"{model}: renamed and narrowed", api, rename_and_narrow),
        (renamed, Verdict(f"{at}cfg_scale", "maximum-lowered", True, model)),
    )
    yield Undone(
        *(
            f"{model}: not renamed",
            api,
            rename,
            (Verdict("model", "model-removed", True, "new-id"),),
        )
    )


def _schemas(document: Schema, model: str) -> list[Schema]:
    schemas = document["components"]["schemas"].values()
    return [schema for schema in schemas if schema.get("x-model") == model]


def _rename(document: Schema, old: str, new: str) -> None:
    """Give a model another id, with the old one as an alias."""
    for schema in _schemas(document, old):
        schema |= {"x-model": new, "x-aliases": {old: ABOUT}}
        if "const" in schema["properties"].get("model", ()):
            schema["properties"]["model"] |= {"const": new, "default": new}
            schema["examples"] = [{**example, "model": new} for example in schema["examples"]]
    for schema in document["components"]["schemas"].values():
        mapping = schema.get("discriminator", {}).get("mapping", {})
        if old in mapping:
            mapping[new] = mapping.pop(old)
    for path in [path for path in document["paths"] if path.endswith(f"/{old}")]:
        document["paths"][path.replace(old, new)] = document["paths"].pop(path)


@pytest.mark.parametrize(
    "edit", every(3, (edit for api in APIS for edit in edits_of(api))), ids=str
)
def test_each_edit_gets_its_verdict(edit: Edit) -> None:
    """A deprecation breaks nobody, a former id that goes does, and one that stays perhaps does."""
    check(edit)


def test_a_renamed_model() -> None:
    """Its witness is a body with the old id, which the new SDK takes and the new API refuses."""
    (edit,) = [edit for edit in edits_of("liangxin") if edit.name.endswith(": renamed")]
    old, new = edit.bundles()
    (change,) = changes_of("liangxin", old, new)
    assert change.witness["model"] == MODEL
    assert Side(old).replay.accepts_body(MODEL, change.witness)
    side = Side(new)
    assert side.replay.accepts_body(MODEL, change.witness)
    assert not Replay(new, side.requests, {}).accepts_body(MODEL, change.witness)
    assert message(change) == "model: the id is new-id, was kling-v3-pro"
    assert bump_of([change]) == "minor"


def test_what_is_said_of_it_is_reported() -> None:
    """The report says since when a field is deprecated, why, what to use and until when."""
    document = copy.deepcopy(bundle("liangxin"))
    about = ABOUT | {"use": "prompt", "until": "2026-09-01"}
    for schema in _schemas(document, MODEL):
        if "cfg_scale" in schema["properties"]:
            schema["properties"]["cfg_scale"] |= {"deprecated": True, "x-deprecated": about}
    (change,) = changes_of("liangxin", bundle("liangxin"), document)
    assert message(change) == (
        "input.cfg_scale: is deprecated since 2026-03-01 (Old), use prompt instead, "
        "refused from 2026-09-01 on"
    )


@pytest.mark.parametrize("api", APIS)
def test_a_deprecated_model(api: str) -> None:
    """The report says of the model that it is deprecated, and not of its input."""
    document = copy.deepcopy(bundle(api))
    for schema in _schemas(document, MODEL):
        schema |= {"deprecated": True, "x-deprecated": ABOUT}
    (change,) = changes_of(api, bundle(api), document)
    assert message(change) == "model: is deprecated since 2026-03-01 (Old)"


def test_a_renamed_model_without_a_witness() -> None:
    """Where no body is found, the change has none, and is reported all the same."""
    old = copy.deepcopy(bundle("liangxin"))
    for schema in _schemas(old, MODEL):
        if "prompt" in schema["properties"]:
            schema["properties"]["prompt"]["pattern"] = r"^(..)\1(?!\1)zq$"
            schema["required"] = [*{*schema.get("required", ()), "prompt"}]
    new = copy.deepcopy(old)
    _rename(new, MODEL, "new-id")
    (change,) = changes_of("liangxin", old, new)
    assert (change.kind, change.witness) == ("model-renamed", None)


def test_what_is_said_of_it_may_differ() -> None:
    """Another date or reason, of a value or a former id, is a change of documentation."""
    documents = []
    for since in ("2026-03-01", "2026-04-01"):
        document = copy.deepcopy(bundle("liangxin"))
        about = {"since": since, "reason": "Old."}
        for schema in _schemas(document, MODEL):
            schema["x-aliases"] = {"old-id": about}
            if "aspect_ratio" in schema["properties"]:
                schema["properties"]["aspect_ratio"]["x-deprecated-values"] = {"1:1": about}
        documents.append(document)
    changes = changes_of("liangxin", *documents)
    assert {(c.where, c.kind, c.variant) for c in changes} == {
        ("model", "deprecation-changed", MODEL),
        ("input.aspect_ratio", "deprecation-changed", MODEL),
    }
    assert bump_of(changes) == "patch"


def test_a_known_alias_repeats_nothing() -> None:
    """What changes of a model is said of the model, and not again of each of its former ids."""
    documents = []
    for most in (1, 0.5):
        document = copy.deepcopy(bundle("liangxin"))
        _rename(document, MODEL, "new-id")
        for schema in _schemas(document, "new-id"):
            if "cfg_scale" in schema["properties"]:
                schema["properties"]["cfg_scale"]["maximum"] = most
        documents.append(document)
    (change,) = changes_of("liangxin", *documents)
    assert (change.kind, change.variant) == ("maximum-lowered", "new-id")


def test_a_model_that_another_one_replaces() -> None:
    """Where its id becomes an alias of a model that was there, it has that one's limits now."""
    document = copy.deepcopy(bundle("liangxin"))
    _rename(document, MODEL, "z-image")
    schemas = document["components"]["schemas"]
    for name in [name for name, s in schemas.items() if s.get("x-input") == "KlingV3ProInput"]:
        del schemas[name]
    for name in ("ZImageInput", "ZImageRequest"):
        schemas[name]["x-aliases"] = {MODEL: ABOUT}
    del schemas["KlingV3ProInput"]
    schemas["CreateTaskRequest"]["oneOf"] = [
        ref for ref in schemas["CreateTaskRequest"]["oneOf"] if "KlingV3Pro" not in ref["$ref"]
    ]
    schemas["CreateTaskRequest"]["discriminator"]["mapping"]["z-image"] = (
        "#/components/schemas/ZImageRequest"
    )
    changes = changes_of("liangxin", bundle("liangxin"), document)
    assert {change.variant for change in changes} == {MODEL}
    kinds = {change.where: change.kind for change in changes if change.breaking is True}
    assert kinds["input.multi_prompt"] == "field-removed"
    for change in changes:
        if change.breaking is True:
            assert change.witness["model"] == MODEL
