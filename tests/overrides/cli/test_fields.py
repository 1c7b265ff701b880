"""The fields of models as options, and the values that they take."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from liangxin.cli import fields, general_options
from liangxin.cli.api import contract
from liangxin.cli.run import run, submit
from tests.overrides.cli.test_model_command import given as found_in
from tests.strategies import inputs
from tests.support.spec import MODELS, input_schema
from tests.support.thoroughness import examples

URLS = ["https://example.com/1.png", "https://example.com/2.png"]


def parsed(model: str, *words: str) -> dict[str, Any]:
    """Return the fields that these options give."""
    return dict(found_in(model, *words)["fields"])


@pytest.mark.parametrize("model", MODELS)
def test_every_field_is_an_option_with_its_limits(model: str) -> None:
    """Each field is an option; its help has description, limits, default and evidence."""
    own = {option.opts[0]: option for option in fields.options_of(contract().fields(model), [])}
    for name, schema in input_schema(model)["properties"].items():
        text = str(own["--" + name.replace("_", "-")].help)
        assert text.startswith(schema["description"])
        for value in schema.get("enum", ()):
            assert str(value) in text
        if "maximum" in schema:
            assert f"{schema['maximum']}" in text
        if "default" in schema:
            assert "default " in text
        assert text.endswith(f"{schema['x-evidence']['field']}]")


@pytest.mark.parametrize("model", MODELS)
def test_inputs_come_back_from_options(model: str) -> None:
    """Whatever input the spec allows, options can give it, and nothing is changed on the way."""

    @settings(max_examples=examples(20))
    @given(inputs.inputs(model))
    def comes_back(drawn: dict[str, Any]) -> None:
        # An empty list of texts has no option; --input has it.
        value = {name: value for name, value in drawn.items() if value != []}
        words = fields.as_arguments(contract().fields(model), value)
        assert parsed(model, *(word for option in words for word in option)) == value

    comes_back()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--duration", "5"], {"duration": 5}),
        (["--duration", "five"], {"duration": "five"}),
        (["--cfg-scale", ".5"], {"cfg_scale": 0.5}),
        (["--cfg_scale", "1e-1"], {"cfg_scale": 0.1}),
        (["--cfg-scale", "-1"], {"cfg_scale": -1}),
        (["--aspect_ratio=a_b"], {"aspect_ratio": "a_b"}),
        (["--generate-audio"], {"generate_audio": True}),
        (["--generate-audio", "false"], {"generate_audio": False}),
        (["--generate-audio", "perhaps"], {"generate_audio": "perhaps"}),
        (["--no-generate-audio"], {"generate_audio": False}),
        (["--generate-audio", "--no-generate-audio"], {"generate_audio": False}),
        (["--prompt", "-5 degrees"], {"prompt": "-5 degrees"}),
        (["--prompt", "@@Element1 walks"], {"prompt": "@Element1 walks"}),
        (["--prompt", "5"], {"prompt": "5"}),
        (["--multi-prompt", '{"prompt": "a"}'], {"multi_prompt": [{"prompt": "a"}]}),
        (["--multi-prompt", "{}", "--multi-prompt", "[{}, {}]"], {"multi_prompt": [{}, {}, {}]}),
        (["--multi-prompt", "[]"], {"multi_prompt": []}),
        ([], {}),
    ],
)
def test_values_are_read_by_the_type_of_the_field(
    words: list[str], expected: dict[str, object]
) -> None:
    """Numbers, booleans, texts and JSON are read by the field's type; anything else stays text."""
    found = parsed("kling-v3-pro", *words)
    assert found == expected
    assert [type(value) for value in found.values()] == [type(v) for v in expected.values()]


def test_a_list_is_its_option_repeated() -> None:
    """Each use of the option of a list adds an item."""
    words = [word for url in URLS for word in ("--reference-images", url)]
    assert parsed("flux-2-pro", *words) == {"reference_images": URLS}


def test_no_field_hides_behind_an_option_of_the_command() -> None:
    """No field of a model has the name of one of the command's own options."""
    own = {name for command in (run, submit) for param in command.params for name in param.opts}
    for model in MODELS:
        assert not own & {fields.option_name(field.name) for field in contract().fields(model)}


def test_a_field_with_the_name_of_an_option() -> None:
    """Should a model get such a field, the option stays what it is; --input sets the field."""
    known = {field.name: field for field in contract().fields("kling-v3-pro")}
    clash = known["duration"]._replace(name="timeout")
    assert [*fields.options_of([clash], general_options.WAITING)] == []
