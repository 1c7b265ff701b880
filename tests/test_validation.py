"""What a wrong create is told, before anything is sent."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import liangxin
from liangxin.errors import InferredLimitWarning, InvalidInputError
from liangxin.validation import encode, prepare

CALLBACK = "https://example.com/done"


def refusal(*args: Any, **kwargs: Any) -> InvalidInputError:
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


def test_documented_limits_name_liangxins_page() -> None:
    """A limit that LiangXin documents is told with the page."""
    (violation,) = refusal("flux-2-pro", {"prompt": "tea", "width": 512}).violations
    assert (violation.limit, violation.evidence) == ("both-dimensions", "documented")
    assert "https://docs.liangxin.ai/34592186e0" in (violation.source or "")
    assert "width and height are given together" in violation.message


def test_everything_wrong_is_told_at_once() -> None:
    """All fields that are wrong are named in one error, unknown ones with the nearest name."""
    error = refusal(
        "kling-v3-pro", {"prompt": 5, "aspect_ratoi": "16:9", "multi_prompt": [{"duration": "2"}]}
    )
    assert {(v.field, v.limit) for v in error.violations} == {
        ("input.prompt", "type"),
        ("input.aspect_ratoi", "additionalProperties"),
        ("input.multi_prompt[0].duration", "enum"),
    }
    assert "did you mean aspect_ratio?" in str(error)
    assert "string" in str(error)


@pytest.mark.parametrize(
    ("model", "field", "value", "message"),
    [
        (
            "kling-v3-pro",
            "aspect_ratio",
            "16:10",
            "must be one of 16:9, 9:16, 1:1, got '16:10'; did you mean 16:9?",
        ),
        (
            "kling-v3-pro",
            "shot_type",
            "customise",
            "must be one of customize, intelligent, got 'customise'; did you mean customize?",
        ),
        (
            "wan-v2-6-text-to-video",
            "duration",
            12,
            "must be one of 5, 10, 15, got 12; did you mean 10?",
        ),
        ("kling-v3-pro", "shot_type", "!", "must be one of customize, intelligent, got '!'"),
        ("kling-v3-pro", "shot_type", "4:3", "must be one of customize, intelligent, got '4:3'"),
    ],
)
def test_a_wrong_value_is_told_the_right_ones(
    model: str, field: str, value: object, message: str
) -> None:
    """A value outside a list is answered with the list, and the nearest of its values."""
    (violation,) = refusal(model, {"prompt": "x", field: value}).violations
    assert violation.message == message


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("kling-v3-prp", "kling-v3-pro"),
        ("veo-3.1-text-to-video", "veo-3-1-text-to-video"),
        ("kling-v3-standard", "kling-v3-std"),
    ],
)
def test_an_unknown_model_gets_the_nearest_names(given: str, near: str) -> None:
    """A misspelt model, or another spelling of an inferred id, leads to the one that is known."""
    error = refusal(given, {"prompt": "x"})
    assert [v.field for v in error.violations] == ["model"]
    assert near in str(error)
    assert "validate=False" in str(error)


def test_a_model_like_no_other_gets_no_guess() -> None:
    """Where nothing is near, nothing is suggested but the list."""
    error = str(refusal("!!!", {"prompt": "x"}))
    assert "did you mean" not in error
    assert "`liangxin models`" in error


@pytest.mark.parametrize("given", [None, "a prompt", 5, ["prompt"], b"prompt"])
def test_an_input_that_is_no_mapping_is_refused(given: Any) -> None:
    """Anything but a mapping or a typed input is told what it should be."""
    (violation,) = refusal("z-image", given).violations
    assert (violation.field, violation.limit) == ("input", "type")
    assert "must be a mapping of fields" in violation.message


@pytest.mark.parametrize("model", [None, 5])
def test_a_missing_model_is_told(model: Any) -> None:
    """A mapping without a model's name is refused with how to name it."""
    assert 'model="kling-v3-pro"' in str(refusal(model, {"prompt": "x"}))


@pytest.mark.parametrize(
    "url", ["http://example.com/done", "example.com", "ftp://example.com", "https://a b", ""]
)
def test_a_callback_url_must_be_https(url: str) -> None:
    """LiangXin calls public HTTPS URLs only, so others are refused at once."""
    error = refusal("z-image", {"prompt": "x"}, callback_url=url)
    assert [v.field for v in error.violations] == ["callBackUrl"]
    assert "must be a public https:// URL" in str(error)
    assert error.violations[0].evidence == "documented"


def test_a_callback_url_must_be_a_string() -> None:
    """Anything but a string is told so."""
    url: Any = 5
    (violation,) = refusal("z-image", {"prompt": "x"}, callback_url=url).violations
    assert (violation.field, violation.limit) == ("callBackUrl", "type")
    assert violation.message == "must be of type string, got number 5"


@pytest.mark.parametrize(
    "url", ["http://localhost:8000/x", "http://127.0.0.1/x", "http://[::1]:5/"]
)
def test_a_callback_to_loopback_may_be_plain(url: str) -> None:
    """A test's receiver on this machine may speak plain HTTP."""
    assert prepare("z-image", {"prompt": "x"}, callback_url=url)[1]["callBackUrl"] == url


def test_inferred_limits_warn_and_strict_refuses() -> None:
    """What only a guess of ours forbids goes through with a warning, unless strictness is asked."""
    given = {"prompt": "x", "duration": "5"}
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
    """With validate=False an unknown model and unknown fields are sent as they are."""
    given = {"anything": [1, None]}
    assert prepare("kling-v9", given, mode=False)[1] == {"model": "kling-v9", "input": given}


def test_unknown_fields_can_be_sent_on_purpose() -> None:
    """extra_input joins the input without being looked at; the rest is still validated."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, body = prepare("z-image", {"prompt": "x"}, extra_input={"style": "ink", "seed": "?"})
    assert body["input"] == {"prompt": "x", "style": "ink", "seed": "?"}
    refusal("z-image", {"prompt": ""}, extra_input={"style": "ink"})


@pytest.mark.parametrize("extra", [5, "ab", [("a", 1)]])
def test_extra_input_that_is_no_mapping_is_refused(extra: Any) -> None:
    """Anything but a mapping of fields is told, whether validation is on or off."""
    for mode in (True, False):
        error = refusal("z-image", {"prompt": "x"}, extra_input=extra, mode=mode)
        assert [(v.field, v.limit) for v in error.violations] == [("extra_input", "type")]


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
    """An id that is inferred may be wrong: another can be sent, held to the same contract."""
    typed = liangxin.models.KlingV3StdInput(prompt="x")
    assert prepare("kling-v3-standard", typed)[1]["model"] == "kling-v3-standard"
    refusal("kling-v3-standard", liangxin.models.KlingV3StdInput(prompt="x", duration=50))


def test_plain_values_inside_a_typed_input_are_told() -> None:
    """A dict where a typed object belongs is an error of the user's, with the way out."""
    item: Any = {"prompt": "x"}
    error = refusal(None, liangxin.models.KlingV3ProInput(multi_prompt=[item]))
    assert "KlingV3ProInput.from_dict({...})" in str(error)


def test_a_wrong_mode_is_told() -> None:
    """Validate takes three values."""
    assert 'True, "strict" or False' in str(refusal("z-image", {"prompt": "x"}, mode="lax"))


CYCLE: dict[str, Any] = {}
CYCLE["self"] = CYCLE


@pytest.mark.parametrize(
    ("value", "field", "why"),
    [
        ({"seed": math.nan}, "input.seed", "nan"),
        ({"elements": [{"a": math.inf}]}, "input.elements[0].a", "inf"),
        ({"prompt": b"x"}, "input.prompt", "bytes"),
        ({"prompt": {1}}, "input.prompt", "set"),
        ({"prompt": "\ud800"}, "input.prompt", "surrogate"),
        ({"a": {"b": 1, "c": None}, "d": ["x", 2.5], "seed": math.nan}, "input.seed", "nan"),
        ({"prompt": CYCLE}, "input", "nested too deeply"),
        ({"prompt": "x", "a": {5: "y"}}, "input.a", "not a string: 5"),
    ],
)
def test_what_json_does_not_have_is_refused(value: Any, field: str, why: str) -> None:
    """A value that can't be sent is named with its place, validated or not, before it is sent."""
    ways: list[Callable[[], object]] = [
        lambda: encode(prepare("z-image", value)[1]),
        lambda: prepare("z-image", value, mode=False),
        lambda: prepare("z-image", {"prompt": "x"}, extra_input=value),
    ]
    for way in ways:
        with pytest.raises(InvalidInputError) as caught:
            way()
        (violation,) = caught.value.violations
        assert (violation.field, violation.limit) == (field, "json")
        assert why in violation.message


@pytest.mark.parametrize(
    ("value", "field", "why"),
    [
        ({"prompt": "x", "seed": object()}, "input.seed", "object"),
        ({"prompt": "x", 5: "y"}, "input", "not a string"),
    ],
)
def test_validation_itself_names_what_json_does_not_have(value: Any, field: str, why: str) -> None:
    """Local validation, too, turns such a value into its error."""
    (violation,) = refusal("z-image", value).violations
    assert (violation.field, violation.limit) == (field, "json")
    assert why in violation.message


def test_text_goes_out_as_utf8() -> None:
    """Prompts in any script are sent as they are, not escaped."""
    assert encode({"model": "m", "input": {"prompt": "雨 🪁"}}) == (
        '{"model":"m","input":{"prompt":"雨 🪁"}}'.encode()
    )


def test_models_lists_the_inputs() -> None:
    """liangxin.models offers the input classes and nothing else."""
    assert "KlingV3ProInput" in dir(liangxin.models)
    assert not [name for name in dir(liangxin.models) if "Request" in name or "Response" in name]
    with pytest.raises(AttributeError, match="KlingV4ProInput"):
        _ = liangxin.models.KlingV4ProInput
