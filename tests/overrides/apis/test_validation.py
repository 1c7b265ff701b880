"""Local validation: what is wrong with a create, before anything is sent."""

from __future__ import annotations

import collections
import enum
import fractions
import math
import types
import uuid
import warnings
from pathlib import Path
from typing import Any

import pytest

import liangxin
from liangxin.apis.liangxin import LIANGXIN
from liangxin.apis.magnific import MAGNIFIC
from liangxin.apis.validation import prepare as prepare_for
from liangxin.errors import InferredLimitWarning, InvalidInputError

CALLBACK = "https://example.com/done"


def prepare(*args: Any, **kwargs: Any) -> tuple[str, dict[str, Any]]:
    """Prepare a create of LiangXin's."""
    return prepare_for(LIANGXIN, *args, **kwargs)


def refusal(*args: Any, **kwargs: Any) -> InvalidInputError:
    """Return the error that preparing a create raises."""
    with pytest.raises(InvalidInputError) as caught:
        prepare(*args, **kwargs)
    return caught.value


def test_a_valid_create_becomes_its_body() -> None:
    """The body has the model, the input as given and the callback URL under its wire name."""
    given = {"prompt": "A lighthouse at dusk", "duration": 5}
    model, body = prepare("kling-v3-pro", given, callback_url=CALLBACK)
    assert model == "kling-v3-pro"
    assert body == {"model": model, "input": given, "callBackUrl": CALLBACK}
    assert body["input"] is not given


def test_the_error_names_model_field_limit_evidence_and_source() -> None:
    """A value out of range is named with all that a user needs to judge the limit."""
    error = refusal("kling-v3-pro", {"prompt": "tea", "duration": 20})
    (violation,) = error.violations
    assert (error.model, violation.field, violation.limit) == (
        "kling-v3-pro",
        "input.duration",
        "maximum",
    )
    assert violation.evidence == "upstream"
    assert violation.source == "POST /v1/ai/video/kling-v3-pro (https://docs.magnific.com)"
    for part in ("kling-v3-pro", "input.duration", "at most 15, got 20", "upstream", "magnific"):
        assert part in str(error)
    assert isinstance(error, ValueError)


def test_everything_wrong_is_reported_at_once() -> None:
    """All fields that are wrong are in one error, unknown ones with the nearest name."""
    error = refusal(
        "kling-v3-pro", {"prompt": 5, "aspect_ratoi": "16:9", "multi_prompt": [{"duration": "2"}]}
    )
    assert {(v.field, v.limit) for v in error.violations} == {
        ("input.prompt", "type"),
        ("input.aspect_ratoi", "additionalProperties"),
        ("input.multi_prompt[0].duration", "enum"),
    }
    assert "did you mean aspect_ratio?" in str(error)
    assert "extra_input sends it all the same" in str(error)


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("kling-v3-prp", "did you mean kling-v3-pro"),
        ("veo-3.1-text-to-video", "veo-3-1-text-to-video"),
        ("kling-v3-standard", "kling-v3-std"),
        ("!!!", "not a known model"),
    ],
)
def test_an_unknown_model(given: str, near: str) -> None:
    """A misspelt model leads to the one that is known, and to the way to send it all the same."""
    error = refusal(given, {"prompt": "x"})
    assert [v.field for v in error.violations] == ["model"]
    assert near in str(error)
    assert "validate=False sends it all the same" in str(error)


@pytest.mark.parametrize("given", [None, "a prompt", 5, ["prompt"], b"prompt"])
def test_an_input_that_is_not_a_mapping(given: Any) -> None:
    """Anything but a mapping or a typed input is refused with what it should be."""
    for mode in (True, False):
        (violation,) = refusal("z-image", given, mode=mode).violations
        assert (violation.field, violation.limit) == ("input", "type")
        assert "must be a mapping of fields" in violation.message


@pytest.mark.parametrize("model", [None, 5])
def test_a_missing_model(model: Any) -> None:
    """A mapping without a model's name is refused with how to name it."""
    assert 'model="kling-v3-pro"' in str(refusal(model, {"prompt": "x"}))


@pytest.mark.parametrize(
    "url", ["http://example.com/done", "example.com", "ftp://example.com", "https://a b", "", 5]
)
def test_a_callback_url_that_cannot_be_called(url: Any) -> None:
    """LiangXin calls public HTTPS URLs only, so that others are refused at once."""
    error = refusal("z-image", {"prompt": "x"}, callback_url=url)
    assert [v.field for v in error.violations] == ["callBackUrl"]


@pytest.mark.parametrize(
    "url", ["http://localhost:8000/x", "http://127.0.0.1/x", "http://[::1]:5/"]
)
def test_a_callback_to_loopback_may_be_plain(url: str) -> None:
    """A test's receiver on this machine may speak plain HTTP."""
    assert prepare("z-image", {"prompt": "x"}, callback_url=url)[1]["callBackUrl"] == url


def test_inferred_limits_warn_and_strict_refuses() -> None:
    """What only a guess forbids goes through with a warning, unless strictness is asked for."""
    given = {"prompt": "x", "duration": 5.5}
    with pytest.warns(InferredLimitWarning, match=r"kling-v3-std: input\.duration .*inferred") as w:
        _, body = prepare("kling-v3-std", given)
    assert w[0].filename == __file__
    assert body["input"] == given
    (violation,) = refusal("kling-v3-std", given, mode="strict").violations
    assert (violation.limit, violation.evidence) == ("type", "inferred")
    # Where LiangXin documents the type, it is no guess.
    (violation,) = refusal("kling-v3-pro", given).violations
    assert (violation.limit, violation.evidence) == ("type", "documented")


def test_validation_can_be_turned_off() -> None:
    """With mode False an unknown model and unknown fields are sent as they are."""
    given = {"anything": [1, None]}
    assert prepare("kling-v9", given, mode=False)[1] == {"model": "kling-v9", "input": given}


def test_unknown_fields_can_be_sent_on_purpose() -> None:
    """extra_input joins the input without validation; the rest is still validated."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, body = prepare("z-image", {"prompt": "x"}, extra_input={"style": "ink", "seed": "?"})
    assert body["input"] == {"prompt": "x", "style": "ink", "seed": "?"}
    refusal("z-image", {"prompt": ""}, extra_input={"style": "ink"})


@pytest.mark.parametrize("mode", [True, "strict", False])
def test_fields_beside_the_input_can_be_sent_on_purpose(mode: Any) -> None:
    """extra_body joins the request, and replaces nothing that the request has."""
    _, body = prepare("z-image", {"prompt": "x"}, extra_body={"priority": 1}, mode=mode)
    assert body == {"model": "z-image", "input": {"prompt": "x"}, "priority": 1}
    for name in ("model", "input", "callBackUrl"):
        error = refusal("z-image", {"prompt": "x"}, extra_body={"a": 1, name: "x"}, mode=mode)
        assert [(v.field, v.limit) for v in error.violations] == [("extra_body", "unique")]
        assert f"has {name}, which is set by model, input or callback_url" in str(error)


def test_fields_beside_the_input_are_validated_where_they_are_known() -> None:
    """What the spec has for a request is validated in extra_body, too."""
    given = {"prompt": "x"}
    _, body = prepare_for(MAGNIFIC, "kling-v3-pro", given, extra_body={"cfg_scale": 0.5})
    assert body == {"prompt": "x", "cfg_scale": 0.5}
    with pytest.raises(InvalidInputError, match="cfg_scale must be at most 1, got 2"):
        prepare_for(MAGNIFIC, "kling-v3-pro", given, extra_body={"cfg_scale": 2})


def test_fields_beside_the_input_must_be_json() -> None:
    """A value of extra_body that JSON cannot express is refused."""
    error = refusal("z-image", {"prompt": "x"}, extra_body={"a": object()})
    assert [(v.field, v.limit) for v in error.violations] == [("a", "json")]


@pytest.mark.parametrize("name", ["extra_input", "extra_body"])
@pytest.mark.parametrize("extra", [5, "ab", [("a", 1)]])
def test_extra_fields_that_are_not_a_mapping(extra: Any, name: str) -> None:
    """Anything but a mapping of fields is refused, whether validation is on or off."""
    for mode in (True, False):
        error = refusal("z-image", {"prompt": "x"}, mode=mode, **{name: extra})
        assert [(v.field, v.limit) for v in error.violations] == [(name, "type")]


def test_a_typed_input_knows_its_model() -> None:
    """The class of a typed input picks the model, and only what was set is sent."""
    typed = liangxin.models.KlingV3ProInput(prompt="x", duration=5)
    assert prepare(None, typed)[1] == {
        "model": "kling-v3-pro",
        "input": {"prompt": "x", "duration": 5},
    }
    error = refusal(None, liangxin.models.KlingV3ProInput(prompt="x", duration=50))
    assert error.model == "kling-v3-pro"


def test_the_id_of_a_typed_input_can_be_overridden() -> None:
    """An id that is inferred may be wrong: another can be sent, under the same contract."""
    typed = liangxin.models.KlingV3StdInput(prompt="x")
    assert prepare("kling-v3-standard", typed)[1]["model"] == "kling-v3-standard"
    refusal("kling-v3-standard", liangxin.models.KlingV3StdInput(prompt="x", duration=50))


def test_plain_values_inside_a_typed_input() -> None:
    """A dict where a typed object belongs is an error of the user's, with the way out."""
    item: Any = {"prompt": "x"}
    error = refusal(None, liangxin.models.KlingV3ProInput(multi_prompt=[item]))
    assert "KlingV3ProInput.from_dict({...})" in str(error)


def test_a_wrong_mode() -> None:
    """Validate takes three values."""
    assert 'True, "strict" or False' in str(refusal("z-image", {"prompt": "x"}, mode="lax"))


class Ratio(enum.StrEnum):
    """A ratio, as an application may have it."""

    WIDE = "16:9"


class OldRatio(str, enum.Enum):  # noqa: UP042
    """The same in the older form, whose str() is the name."""

    WIDE = "16:9"


class Seconds(enum.IntEnum):
    """A duration, as an application may have it."""

    FIVE = 5


class Markup(str):
    """A string of a template library."""

    __slots__ = ()


class Scale(float):
    """A float of a numeric library."""


@pytest.mark.parametrize(
    ("field", "value", "sent"),
    [
        ("aspect_ratio", Ratio.WIDE, "16:9"),
        ("aspect_ratio", OldRatio.WIDE, "16:9"),
        ("prompt", Markup("tea"), "tea"),
        ("duration", Seconds.FIVE, 5),
        ("cfg_scale", Scale(0.5), 0.5),
        ("cfg_scale", fractions.Fraction(1, 2), 0.5),
        ("multi_prompt", ({"prompt": "a", "duration": "5"},), [{"prompt": "a", "duration": "5"}]),
        ("multi_prompt", [types.MappingProxyType({"prompt": "a"})], [{"prompt": "a"}]),
    ],
)
def test_values_are_sent_as_plain_json(field: str, value: Any, sent: Any) -> None:
    """Subclasses of str, int and float, and other mappings and tuples, are sent as what they are."""
    for mode in (True, False):
        _, body = prepare("kling-v3-pro", {"prompt": "x", field: value}, mode=mode)
        assert body["input"][field] == sent
        assert type(body["input"][field]) is type(sent)
    _, body = prepare("kling-v3-pro", {"prompt": "x"}, extra_input={field: value})
    assert type(body["input"][field]) is type(sent)


@pytest.mark.parametrize(
    "given",
    [
        types.MappingProxyType({"prompt": "x"}),
        collections.ChainMap({"prompt": "x"}),
        collections.UserDict({"prompt": "x"}),
        {Markup("prompt"): "x"},
    ],
)
def test_any_mapping_is_an_input(given: Any) -> None:
    """The input may be any mapping; its keys become plain strings."""
    _, body = prepare("z-image", given)
    assert body["input"] == {"prompt": "x"}
    assert [type(key) for key in body["input"]] == [str]


CYCLE: dict[str, Any] = {}
CYCLE["self"] = CYCLE


@pytest.mark.parametrize(
    ("value", "field", "why"),
    [
        ({"seed": math.nan}, "input.seed", "nan"),
        ({"seed": Scale("nan")}, "input.seed", "nan"),
        ({"elements": [{"a": math.inf}]}, "input.elements[0].a", "inf"),
        ({"seed": 10**5000}, "input.seed", "too large"),
        ({"prompt": b"x"}, "input.prompt", "of type bytes"),
        ({"image": Path("a.png")}, "input.image", "a file on this machine: upload it"),
        ({"prompt": {1}}, "input.prompt", "of type set"),
        ({"prompt": uuid.uuid4()}, "input.prompt", "of type uuid.UUID"),
        ({"prompt": object()}, "input.prompt", "of type object"),
        ({"prompt": "\ud800"}, "input.prompt", "surrogate"),
        ({"\ud800": "x"}, "input", "surrogate"),
        ({"a": {"b": 1, "c": None}, "d": ["x", 2.5], "seed": math.nan}, "input.seed", "nan"),
        ({"prompt": CYCLE}, "input.prompt", "nested too deeply"),
        ({"prompt": "x", "a": {5: "y"}}, "input.a", "not a string: 5"),
        ({"prompt": "x", 5: "y"}, "input", "not a string: 5"),
    ],
)
def test_what_json_cannot_express(value: Any, field: str, why: str) -> None:
    """A value that cannot be sent is named with its place, validated or not."""
    for options in ({}, {"mode": False}):
        (violation,) = refusal("z-image", value, **options).violations
        assert (violation.field, violation.limit) == (field, "json")
        assert why in violation.message
    (violation,) = refusal("z-image", {"prompt": "x"}, extra_input=value).violations
    assert (violation.field, violation.limit) == (field, "json")


@pytest.mark.parametrize("given", [5, "5", 5.0])
def test_both_forms_of_a_duration_are_sent_as_an_integer(given: object) -> None:
    """Magnific's "5" is LiangXin's 5, also inside a typed input."""
    value = {"prompt": "Tea", "duration": given}
    _, body = prepare("kling-v3-pro", value)
    assert body["input"] == {"prompt": "Tea", "duration": 5}
    typed = liangxin.models.KlingV3ProInput.from_dict(value)
    assert prepare(None, typed)[1] == body
