"""`run MODEL` and `submit MODEL`: how the model and the options find each other."""

from __future__ import annotations

from typing import Any

import click
import pytest

from liangxin.cli.fields import GIVEN
from liangxin.cli.model_command import ModelCommand
from liangxin.cli.output import Output
from liangxin.cli.run import run
from tests.support.spec import MODELS, input_schema


def given(*words: str) -> dict[str, Any]:
    """Return the fields and the options that a command gets from these words."""
    _model, *options = run.params
    command = ModelCommand("run", params=options, callback=lambda **found: found)
    settings: dict[str, Any] = {"token_normalize_func": lambda word: word.replace("_", "-")}
    with command.make_context("run", [*words], obj=Output(), **settings) as context:
        found: dict[str, Any] = command.invoke(context)
        return {**found, "fields": context.meta.get(GIVEN, {})}


def test_the_model_and_its_fields() -> None:
    """The command gets the model, the fields that were given, and all options."""
    assert given("kling-v3-pro", "--duration", "5", "--timeout", "9", "-o", "out") == {
        "model": "kling-v3-pro",
        "fields": {"duration": 5},
        "input": None,
        "extra_input": None,
        "validate": "true",
        "callback_url": None,
        "directory": "out",
        "timeout": 9.0,
        "poll_interval": None,
    }


@pytest.mark.parametrize(
    "words",
    [["-o", "out"], ["-oout"], ["--output=out"], ["--validate", "off"], ["-q"], ["--json"]],
)
def test_options_may_stand_before_the_model(words: list[str]) -> None:
    """The command's own options may come first, and hold."""
    found = given(*words, "kling-v3-pro", "--duration", "5")
    assert (found["model"], found["fields"]) == ("kling-v3-pro", {"duration": 5})
    assert found["directory"] == ("out" if "out" in words[-1] else None)
    assert found["validate"] == ("off" if "off" in words else "true")


def test_an_option_after_the_model_wins() -> None:
    """An option that is given on both sides has the value of the later one."""
    assert given("--timeout", "1", "z-image", "--timeout", "2")["timeout"] == 2


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "name a model; `liangxin models` lists them"),
        (["--duration", "5", "kling-v3-pro"], "name the model before its fields: run MODEL --dura"),
        (["kling-v3-prp", "--prompt", "x"], "did you mean kling-v3-pro or "),
        (["kling-v3-prp", "--help"], "did you mean kling-v3-pro or "),
        (["kling-v3-prp"], "(--validate off sends it all the same, its input by --input)"),
        (["no-such-thing-at-all"], "`liangxin models` lists the known ones"),
        (["kling-v3-pro", "--duratoin", "5"], "Did you mean '--duration'?"),
        (["kling-v3-pro", "--image-url", "x"], "Did you mean '--start-image-url'? (--extra"),
        (["kling-v3-pro", "--duratoin=5"], "(--extra-input sends fields that are not known here)"),
        (["kling-v3-pro", "x"], "unexpected extra argument (x)"),
        (["brand-new", "--validate", "off", "--prompt", "x"], "its input by --input"),
    ],
)
def test_wrong_usage(words: list[str], reason: str) -> None:
    """A misspelt model, option or order is reported with what was probably meant."""
    with pytest.raises(click.UsageError) as caught:
        given(*words)
    assert reason in caught.value.format_message()


@pytest.mark.parametrize("words", [["brand-new", "--validate=off"], ["--validate", "off", "new"]])
def test_an_unknown_model_takes_its_input_as_a_whole(words: list[str], tmp_path: Any) -> None:
    """With --validate off any model is let through, whose fields are in --input."""
    file = tmp_path / "input.json"
    file.write_text('{"prompt": "A cup"}', encoding="utf-8")
    found = given(*words, "-i", str(file))
    assert found["model"] in words
    assert found["input"] == {"prompt": "A cup"}


@pytest.mark.parametrize("model", MODELS)
def test_the_help_lists_the_fields_first(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`run MODEL --help` has the title, each field with its description, then the options."""
    with pytest.raises(click.exceptions.Exit):
        given(model, "--help")
    # Lines are wrapped anywhere.
    printed = "".join(capsys.readouterr().out.split())
    schema = input_schema(model)
    assert "".join(schema["title"].split()) in printed
    assert printed.index(f"Fieldsof{model}(") < printed.index("Options:")
    for name, field in schema["properties"].items():
        assert f"--{name.replace('_', '-')}" in printed
        assert "".join(field["description"].split()) in printed


def test_the_help_of_the_group_lists_the_models(capsys: pytest.CaptureFixture[str]) -> None:
    """`run --help` lists all models."""
    with pytest.raises(click.exceptions.Exit):
        given("--help")
    printed = capsys.readouterr().out
    assert all(f"  {model}" in printed for model in MODELS)
