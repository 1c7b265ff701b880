"""The generated contract: fields, limits in words, and what is wrong with a body."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from liangxin_api import contract
from liangxin_api.contract import Contract, Violation
from liangxin_api.variants import VARIANTS
from tests.support import spec

KLING = {"model": "kling-v3-pro", "input": {"prompt": "A lighthouse at dusk", "duration": 5}}


def flat(**extra: Any) -> Contract:
    """The contract of an API whose requests have the fields of the input beside their own."""
    fields: dict[str, Any] = {
        "prompt": {"type": "string", "maxLength": 9, "x-evidence": {"field": "documented"}},
        "size": {
            "type": "string",
            "x-evidence": {"field": "inferred"},
        },
    }
    sources = {"x-source": {"documented": ["https://acme.test/docs"]}}
    given = {
        "type": "object",
        "required": ["prompt"],
        "properties": fields,
        "additionalProperties": False,
        "x-inferred": {"properties": {"size": {"enum": ["s", "m"]}}},
        "x-id": {"evidence": "documented"},
        **sources,
        **extra,
    }
    request = {
        **given,
        "properties": {**fields, "hook": {"type": "string"}},
        "x-model": "loom-1",
        "x-input": "Loom1Input",
        "x-evidence": "documented",
    }
    return Contract({"components": {"schemas": {"Loom1Input": given, "Loom1Request": request}}})


@pytest.mark.parametrize("model", spec.EVERY)
def test_fields_are_those_of_the_spec(model: str) -> None:
    """Each field has its type, limits, evidence and whether it is required, guesses included."""
    own = spec.module(spec.api_of(model), "contract")
    found = {field.name: field for field in own.fields(model)}
    expected = {field.name: field for field in spec.fields(model)}
    assert found.keys() == expected.keys()
    for name, field in found.items():
        limits = expected[name].limits
        assert (field.type, field.required) == (limits["type"], expected[name].required)
        assert field.description.startswith(limits["description"])
        assert ("The client also takes" in field.description) == ("x-accepts" in limits)
        assert field.evidence == limits["x-evidence"]["field"]
        assert field.inferred == expected[name].inferred - {"required"}
        assert (field.default is None) == ("default" not in limits)
        text = "; ".join(field.facts)
        for key in ("minimum", "maximum", "maxLength", "minItems", "maxItems"):
            assert str(limits.get(key, "")) in text
        assert all(str(value) in text for value in limits.get("enum", ()))
        inner = limits.get("items", limits).get("properties", {})
        assert [f.name for f in field.fields] == [*inner]
    needs = [field.required for field in own.fields(model)]
    assert needs == sorted(needs, reverse=True)


def test_limits_are_put_into_words() -> None:
    """Limits read as a person would say them, each with its evidence."""
    fields = {field.name: field for field in contract.fields("kling-v3-pro")}
    assert [*map(str, fields["duration"].limits)] == ["3 to 15 (upstream)"]
    assert [*map(str, fields["prompt"].limits)] == ["at most 2500 characters (upstream)"]
    assert str(fields["duration"].default) == "default 5 (upstream)"
    assert fields["multi_prompt"].kind.text == "array of objects"
    assert fields["multi_prompt"].fields[1].limits[0].text.startswith("one of 3, 4, 5")
    assert fields["aspect_ratio"].limits[0].text == "one of 16:9, 9:16, 1:1"
    fields = {field.name: field for field in contract.fields("kling-v3-std")}
    assert fields["duration"].kind == ("integer", "inferred")


@pytest.mark.parametrize(
    ("model", "input", "work"),
    [
        ("kling-v3-pro", {}, 1.0),
        ("kling-v3-pro", {"duration": 15}, 3.0),
        ("kling-v3-pro", {"duration": "x"}, 1.0),
        ("kling-v3-pro", {"duration": math.nan}, 1.0),
        ("kling-v3-pro", {"duration": [15]}, 1.0),
        ("veo-3-1-text-to-video", {"duration": 4, "resolution": "4k"}, 4.5),
        ("veo-3-1-text-to-video", {"resolution": 4}, 1.0),
        ("nano-banana-pro", {"resolution": "4K"}, 4.0),
        ("nano-banana-pro", {"resolution": "high"}, 1.0),
        ("z-image", {"prompt": "x"}, 1.0),
        ("no-such-model", {"duration": 15}, 1.0),
    ],
)
def test_work_is_relative_to_the_defaults(model: str, input: dict[str, Any], work: float) -> None:
    """How much a body asks for follows from its fields that take time; odd values count for nothing."""
    assert contract.work(model, {"model": model, "input": input}) == work
    assert contract.work(model, {"model": model, "input": [input]}) == 1.0


def test_a_valid_body_breaks_nothing() -> None:
    """The examples of all models are valid at every level."""
    for model in VARIANTS:
        body = {"model": model, "input": spec.example(model)}
        for level in ("enforced", "inferred", "all"):
            assert contract.violations(model, body, level) == ()


def test_a_violation_has_path_limit_evidence_and_source() -> None:
    """A violation has all that is needed to judge it."""
    body = {"model": "kling-v3-pro", "input": {"prompt": "x", "duration": 20}}
    assert contract.violations("kling-v3-pro", body) == (
        Violation(
            "input.duration",
            "maximum",
            "must be at most 15, got 20",
            "upstream",
            "POST /v1/ai/video/kling-v3-pro (https://docs.magnific.com)",
        ),
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ([], {("", "type")}),
        ({"model": "z-image"}, {("input", "required")}),
        ({"input": {"prompt": "x"}}, {("model", "required")}),
        ({"model": "z-image", "input": 5}, {("input", "type")}),
        ({"model": "z-image", "input": {}}, {("input.prompt", "required")}),
        (
            {"model": "z-image", "input": {"prompt": "x"}, "callbackUrl": "https://example.com"},
            {("callbackUrl", "additionalProperties")},
        ),
        (
            {"model": "z-image", "input": {"prompt": "x"}, "callBackUrl": "ftp://example.com"},
            {("callBackUrl", "pattern")},
        ),
        (
            {"model": "z-image", "input": {"prompt": "x", "promt": "y", "seed": "1"}},
            {("input.promt", "additionalProperties"), ("input.seed", "type")},
        ),
    ],
)
def test_the_whole_body_is_validated(body: Any, expected: set[tuple[str, str]]) -> None:
    """Envelope and input are validated, and everything wrong is reported at once."""
    found = contract.violations("z-image", body)
    assert {(v.field, v.limit) for v in found} == expected


def test_another_id_may_be_sent() -> None:
    """The id in the body is not held against the model whose contract is asked for."""
    assert contract.violations("kling-v3-pro", {**KLING, "model": "kling-v3-plus"}) == ()


def test_levels_tell_guesses_from_the_rest() -> None:
    """Inferred limits count only where they are asked for."""
    body = {"model": "kling-v3-std", "input": {"prompt": "x", "duration": "5"}}
    assert contract.violations("kling-v3-std", body, "enforced") == ()
    (guess,) = contract.violations("kling-v3-std", body, "inferred")
    assert contract.violations("kling-v3-std", body, "all") == (guess,)
    assert (guess.limit, guess.evidence) == ("type", "inferred")


def test_rules_come_after_the_fields() -> None:
    """A rule over several fields is reported once each of them is right by itself."""
    body: dict[str, Any] = {"model": "flux-2-pro", "input": {"prompt": "x", "width": 1}}
    (limit,) = contract.violations("flux-2-pro", body)
    assert (limit.field, limit.limit) == ("input.width", "minimum")
    body["input"]["width"] = 512
    (rule,) = contract.violations("flux-2-pro", body)
    assert (rule.field, rule.limit, rule.evidence) == ("input", "both-dimensions", "documented")


@pytest.mark.parametrize(
    ("model", "limit", "near"),
    [
        ("kling-v3-prp", "enum", "did you mean kling-v3-pro"),
        ("veo-3.1-text-to-video", "enum", "did you mean veo-3-1-text-to-video"),
        ("!!!", "enum", "is '!!!', which is not a known model"),
        (None, "required", "is required"),
        (5, "type", "must be of type string, got number 5"),
        ({"a": 1}, "type", "must be of type string, got object"),
    ],
)
def test_an_unknown_model_is_a_violation(model: object, limit: str, near: str) -> None:
    """An id that is missing, misspelt or of the wrong type is reported as any other value."""
    (violation,) = contract.violations(model, {"model": model, "input": {}})
    assert (violation.field, violation.limit) == ("model", limit)
    assert near in violation.message


def test_the_nearest_models_come_first() -> None:
    """Misspelt ids and other spellings of inferred ones lead to known ids."""
    assert contract.nearest_models("kling-v3-prp")[0] == "kling-v3-pro"
    assert contract.nearest_models("kling-v3-standard")[0] == "kling-v3-std"
    assert contract.nearest_models("!!!") == []


def test_a_value_is_quoted_as_it_is() -> None:
    """The value in a message is the given one, even if it looks like a part of our own words."""
    given = "validate=False; timeout must be one of"
    (violation,) = contract.violations(
        "kling-v3-pro", {**KLING, "input": {"prompt": "x", "aspect_ratio": given}}
    )
    assert violation.message == f"must be one of 16:9, 9:16, 1:1, got {given!r}"


def test_a_callback_url_is_not_repeated() -> None:
    """A callback URL can hold a token, so no message repeats it."""
    body = {**KLING, "callBackUrl": "ftp://example.com/secret-token"}
    for violation in contract.violations("kling-v3-pro", body):
        assert "secret-token" not in str(violation)


def test_a_value_that_json_does_not_have_is_a_value_error() -> None:
    """What cannot be JSON at all is no question of limits."""
    with pytest.raises(ValueError, match="object"):
        contract.violations("z-image", {"model": "z-image", "input": {"prompt": object()}})


def test_flat_requests_are_validated_alike() -> None:
    """Where the envelope has no `input`, paths begin with the fields themselves."""
    acme = flat()
    assert acme.violations("loom-1", {"prompt": "x", "hook": "y", "size": "xl"}) == ()
    (size,) = acme.violations("loom-1", {"prompt": "x", "size": "xl"}, "all")
    assert (size.field, size.limit, size.evidence) == ("size", "enum", "inferred")
    found = acme.violations("loom-1", {"promt": "x", "hook": 5})
    assert {(v.field, v.limit) for v in found} == {
        ("promt", "additionalProperties"),
        ("prompt", "required"),
        ("hook", "type"),
    }
    (long,) = acme.violations("loom-1", {"prompt": "x" * 10})
    assert long.source == "https://acme.test/docs"
    assert long.message == "must have at most 9 characters, has 10"
    rule = {
        "x-rule": "r",
        "x-evidence": "documented",
        "description": "Size it.",
        "required": ["size"],
    }
    (broken,) = flat(allOf=[rule]).violations("loom-1", {"prompt": "x"})
    assert (broken.field, broken.limit, broken.message) == ("", "r", "breaks a rule: Size it.")


def test_nothing_else_is_needed(tmp_path: Path) -> None:
    """The contract works without `liangxin`, and importing it loads no validator."""
    code = (
        "import sys, json\n"
        "from liangxin_api import contract\n"
        "before = sorted(m for m in ('jsonschema_rs', 'httpx', 'liangxin') if m in sys.modules)\n"
        "found = contract.violations('z-image', {'model': 'z-image', 'input': {}})\n"
        "after = sorted(m for m in ('jsonschema_rs', 'httpx', 'liangxin') if m in sys.modules)\n"
        "print(json.dumps([before, len(found), after]))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert json.loads(result.stdout) == [[], 1, ["jsonschema_rs"]]


@pytest.mark.parametrize(
    ("model", "name", "near"),
    [
        ("kling-v3-pro", "image_url", "start_image_url"),
        ("kling-v3-pro", "duratoin", "duration"),
        ("z-image", "negative_promt", None),
        ("kling-v3-pro", "zzz", None),
    ],
)
def test_the_nearest_field_is_suggested(model: str, name: str, near: str | None) -> None:
    """A field that a name lacks only the first word of comes before one that is spelt alike."""
    assert contract.contract().nearest_field(model, name) == near
    body = {"model": model, "input": {**spec.example(model), name: "x"}}
    (violation,) = contract.violations(model, body)
    assert violation.message.endswith(f"did you mean {near}?" if near else f"field of {model}")


@pytest.mark.parametrize(("least", "words"), [(1, "1 character"), (2, "2 characters")])
def test_one_is_singular(least: int, words: str) -> None:
    """A limit of one is worded in the singular."""
    acme = flat()
    schema = acme.input_schema("loom-1")
    schema["properties"]["prompt"]["minLength"] = least
    (violation,) = acme.violations("loom-1", {"prompt": ""})
    assert violation.message == f"must have at least {words}, has 0"


OTHER_FORMS = [
    (model, field.name)
    for model in spec.EVERY
    for field in spec.fields(model)
    if "x-accepts" in field.limits
]


@pytest.mark.parametrize(("model", "field"), OTHER_FORMS)
def test_both_forms_of_a_value_get_the_own_form(model: str, field: str) -> None:
    """5 and "5" become what the API has, and validators know that form alone."""
    own = spec.module(spec.api_of(model), "contract")
    kind = {"string": int, "integer": str}[
        spec.input_schema(model)["properties"][field]["x-accepts"]
    ]
    for given in (5, "5"):
        value = {**spec.example(model), field: given}
        converted = own.own_form(str(model), value)
        assert converted == {**value, field: kind(5)}
        broken = {
            (v.field, v.limit) for v in own.violations(str(model), spec.body(model, value), "all")
        }
        assert bool(broken) == (type(given) is not kind)
        assert own.violations(str(model), spec.body(model, converted), "all") == ()
    for other in (True, 5.5, "five", "5 ", None, [5]):
        assert own.own_form(str(model), {field: other}) == {field: other}


@pytest.mark.parametrize("api", spec.APIS)
def test_parts_of_a_value_get_the_own_form(api: str) -> None:
    """So do values deep inside; an unknown model, and unknown fields, stay as they are."""
    own = spec.module(api, "contract")
    given = {"multi_prompt": [{"prompt": "x", "duration": 5}, "no object"], "what": {"duration": 5}}
    converted = own.own_form("kling-v3-pro", given)
    assert converted["multi_prompt"] == [{"prompt": "x", "duration": "5"}, "no object"]
    assert converted["what"] == {"duration": 5}
    assert own.own_form("kling-v9", given) == given


@pytest.mark.parametrize("model", spec.EVERY)
def test_it_is_known_which_fields_take_links(model: str) -> None:
    """A field takes a link to a file if it, or its items, have `x-link`; others are not known."""
    own = spec.module(spec.api_of(model), "contract")
    start = ["input"] if "input" in spec.body(model, {}) else []
    for field in own.fields(str(model)):
        path = [*start, field.name]
        assert own.takes_link(str(model), path) == ("x-link" in field.schema)
        items = field.schema.get("items", {})
        if items:
            assert own.takes_link(str(model), [*path, 7]) == ("x-link" in items)
        for name, part in items.get("properties", {}).items():
            assert own.takes_link(str(model), [*path, 0, name]) == ("x-link" in part)
    assert own.takes_link(str(model), [*start, "what"])
    assert own.takes_link("what", ["input", "prompt"])
