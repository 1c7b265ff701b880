"""The fields of models as options of the command, and the values that they take."""

from __future__ import annotations

import io
import itertools
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from liangxin import InvalidInputError
from liangxin.cli import fields
from liangxin.cli.options import build, parse
from liangxin.cli.parser import Parser, WrongCallError
from liangxin.validation import prepare
from liangxin_api import contract
from liangxin_api.limits import fields_of
from tests.strategies import inputs
from tests.support import spec


def parsed(model: str, *words: str) -> dict[str, Any]:
    """The fields that the options say."""
    return fields.given(parse(["run", model, *words]))


@pytest.mark.parametrize("model", spec.MODELS)
def test_every_field_is_an_option_that_the_help_tells(
    model: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`run MODEL --help` has each field with its description, and its listed values."""
    monkeypatch.setenv("COLUMNS", "100000")
    with pytest.raises(SystemExit) as done:
        parse(["run", model, "--help"])
    assert done.value.code == 0
    told = {}
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    for line, after in itertools.pairwise(lines):
        if line.startswith("--"):
            option, _, rest = line.partition(" ")
            told[option.rstrip(",")] = f"{rest} {after}"
    for name, schema in contract.input_schema(model)["properties"].items():
        text = told["--" + name.replace("_", "-")]
        assert schema["description"] in text
        for value in schema.get("enum", ()):
            assert str(value) in text
        if "maximum" in schema:
            assert f"{schema['maximum']}" in text
        if "default" in schema:
            assert "default " in text
        assert schema["x-evidence"]["field"] in text


@pytest.mark.parametrize("model", spec.MODELS)
def test_examples_come_back_from_options(model: str) -> None:
    """The spec's example of each model, said by options, is parsed to the same body."""
    example = spec.example(model)
    words = [word for option in fields.as_arguments(model, example) for word in option]
    assert prepare(model, parsed(model, *words)) == prepare(model, example)


@pytest.mark.parametrize("model", spec.MODELS)
def test_inputs_come_back_from_options(model: str) -> None:
    """Whatever input the spec allows, options can say it and nothing is changed on the way."""

    @settings(max_examples=20)
    @given(inputs.inputs(model))
    def comes_back(drawn: dict[str, Any]) -> None:
        # A list of texts has no option that says that it is empty; --input does.
        said = {name: value for name, value in drawn.items() if value != []}
        words = [word for option in fields.as_arguments(model, said) for word in option]
        assert parsed(model, *words) == said

    comes_back()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--duration", "5"], {"duration": 5}),
        (["--duration=5"], {"duration": 5}),
        (["--duration", "five"], {"duration": "five"}),
        (["--duration", "1_0"], {"duration": "1_0"}),
        (["--cfg-scale", ".5"], {"cfg_scale": 0.5}),
        (["--cfg_scale", "1e-1"], {"cfg_scale": 0.1}),
        (["--cfg-scale", "nan"], {"cfg_scale": "nan"}),
        (["--cfg-scale", "-1"], {"cfg_scale": -1}),
        (["--aspect_ratio", "a_b"], {"aspect_ratio": "a_b"}),
        (["--aspect_ratio=a_b"], {"aspect_ratio": "a_b"}),
        (["--generate-audio"], {"generate_audio": True}),
        (["--generate-audio", "false"], {"generate_audio": False}),
        (["--generate-audio=true"], {"generate_audio": True}),
        (["--generate-audio", "perhaps"], {"generate_audio": "perhaps"}),
        (["--no-generate-audio"], {"generate_audio": False}),
        (["--no_generate_audio"], {"generate_audio": False}),
        (["--prompt=-5 degrees"], {"prompt": "-5 degrees"}),
        (["--prompt", "@@Element1 walks"], {"prompt": "@Element1 walks"}),
        (["--prompt", "5"], {"prompt": "5"}),
        (["--multi-prompt", '{"prompt": "a"}'], {"multi_prompt": [{"prompt": "a"}]}),
        (["--multi-prompt", "{}", "--multi-prompt", "[{}, {}]"], {"multi_prompt": [{}, {}, {}]}),
        (["--multi-prompt", "[]"], {"multi_prompt": []}),
    ],
)
def test_values_are_read_as_the_field_wants_them(
    words: list[str], expected: dict[str, object]
) -> None:
    """Numbers, booleans, texts and JSON are read by the field's type; what is not one stays text."""
    found = parsed("kling-v3-pro", *words)
    assert found == expected
    assert [type(value) for value in found.values()] == [type(v) for v in expected.values()]


def test_a_list_is_its_option_again_and_again() -> None:
    """Each use of the option of a list adds an item."""
    urls = ["https://example.com/1.png", "https://example.com/2.png"]
    words = [word for url in urls for word in ("--reference-images", url)]
    assert parsed("flux-2-pro", *words) == {"reference_images": urls}


def test_the_inferred_type_reads_the_value() -> None:
    """Where only the type of a field is inferred, its option still makes a number of a number."""
    assert parsed("kling-v3-std", "--duration", "5") == {"duration": 5}


def test_a_text_can_stand_in_a_file(tmp_path: Path) -> None:
    """`@FILE` is the text of the file, without the line break at its end."""
    file = tmp_path / "prompt.txt"
    file.write_bytes("\ufeffA cup,\nsteaming\r\n".encode())
    assert parsed("kling-v3-pro", "--prompt", f"@{file}") == {"prompt": "A cup,\nsteaming"}


def test_json_can_stand_in_a_file(tmp_path: Path) -> None:
    """`@FILE` is the JSON or YAML of the file where a field wants an object."""
    file = tmp_path / "character.yaml"
    file.write_text("type: image\nuri: https://example.com/a.png\n", encoding="utf-8")
    expected = {"character": {"type": "image", "uri": "https://example.com/a.png"}}
    assert parsed("runway-act-two", "--character", f"@{file}") == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("input.json", '{"aspect_ratio": "16:9", "duration": 5}'),
        ("input.yaml", "aspect_ratio: 16:9\nduration: 5\n"),
        ("input", "aspect_ratio: 16:9\nduration: 5\n"),
        ("-", '{"aspect_ratio": "16:9", "duration": 5}'),
        ("-", "aspect_ratio: 16:9\nduration: 5\n"),
    ],
)
def test_the_input_can_stand_in_a_file_or_come_from_stdin(
    name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--input takes JSON or YAML 1.2, in which 16:9 is a text, from a file or standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    (tmp_path / "input").parent.joinpath(name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    args = parse(["run", "kling-v3-pro", "-i", name])
    assert args.input == {"aspect_ratio": "16:9", "duration": 5}


@pytest.mark.parametrize(("stdin", "reason"), [("", "is empty"), (None, "is closed")])
def test_no_input_is_no_empty_input(
    stdin: str | None, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where what should write to standard input failed or is not there, nothing is created."""
    stream = None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin.encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    with pytest.raises(WrongCallError, match=f"-i/--input: standard input {reason}"):
        parse(["run", "kling-v3-pro", "--prompt", "A cup", "-i", "-"])


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--elements", "{"], "--elements: not JSON: Expecting property name"),
        (
            ["--prompt", "@nowhere.txt"],
            "cannot read nowhere.txt: No such file or directory; a text",
        ),
        (["--prompt", "@binary"], "binary is not text in UTF-8"),
        (["-i", "nowhere.json"], "cannot read nowhere.json: No such file"),
        (["-i", "broken.json"], "broken.json is not JSON: Expecting value: line 2 column 1"),
        (["-i", "broken.yaml"], "broken.yaml is neither JSON nor YAML: "),
        (["-i", "deep.json"], "deep.json is nested too deeply"),
        (["-i", "."], "cannot read .: "),
        (["-i", "-", "--prompt", "@-"], "standard input can be read only once"),
        (["-i", "empty.json"], "empty.json is empty"),
        (["--prompt", "caf\udce9"], "--prompt: not text in the encoding of this terminal"),
        (["--extra-input", "x"], "--extra-input: not JSON"),
        (["--prompt"], "--prompt: expected one argument; a value that begins with - is given as"),
        (["--no-generate-audio=true"], "--no-generate-audio takes no value"),
        (["--duratoin", "5"], "--duratoin is neither a field of kling-v3-pro nor an option of"),
        (["--duratoin=5"], "liangxin run; did you mean --duration?"),
        (["x"], "unexpected: x"),
        (
            ["--validate", "strikt"],
            "'strikt'; did you mean strict? (choose from true, strict, off)",
        ),
        (["--timeout", "soon"], "--timeout: 'soon' is no number of seconds"),
    ],
)
def test_what_cannot_be_read_is_told(
    words: list[str], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file or a value that cannot be read is told with its option and the reason."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    monkeypatch.chdir(tmp_path)
    Path("binary").write_bytes(b"\xff\xfe\xfd")
    Path("broken.json").write_text('{"a": \n', encoding="utf-8")
    Path("empty.json").write_text("\n", encoding="utf-8")
    Path("broken.yaml").write_text("a: [", encoding="utf-8")
    Path("deep.json").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(WrongCallError) as caught:
        parse(["run", "kling-v3-pro", *words])
    assert reason in str(caught.value)
    assert caught.value.usage.startswith("usage: liangxin run kling-v3-pro ")


def test_yaml_without_its_reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where no YAML can be read, what is not JSON says what to install."""
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    file = tmp_path / "input.yaml"
    file.write_text("a: 1", encoding="utf-8")
    with pytest.raises(WrongCallError, match=r"to read YAML, run pip install ruamel\.yaml"):
        parse(["run", "kling-v3-pro", "-i", str(file)])


def test_the_model_comes_before_its_fields() -> None:
    """A field before the model is answered with the right order."""
    with pytest.raises(WrongCallError, match="liangxin run MODEL --duration"):
        parse(["run", "--duration", "5", "kling-v3-pro"])


@pytest.mark.parametrize(
    "words",
    [["-o", "out"], ["-oout"], ["--output=out"], ["--validate", "off"], ["-q"], ["--json"], ["--"]],
)
def test_options_of_the_command_may_come_before_the_model(words: list[str]) -> None:
    """The command's own options, with their values, are not taken for the model."""
    after = [] if words == ["--"] else ["--duration", "5"]
    args = parse(["run", *words, "kling-v3-pro", *after])
    assert args.model == "kling-v3-pro"
    assert fields.given(args) == ({"duration": 5} if after else {})


def test_a_misspelt_model_is_told_first() -> None:
    """A misspelt model gets the nearest ones, whatever fields and whether help is asked for."""
    for words in (["--prompt", "x"], ["--help"], []):
        with pytest.raises(InvalidInputError, match="did you mean kling-v3-pro"):
            parse(["run", "kling-v3-prp", *words])


def test_a_model_that_is_not_known_takes_its_input_as_a_whole(tmp_path: Path) -> None:
    """With --validate off, any model is let through; its fields stand in --input."""
    file = tmp_path / "input.json"
    file.write_text('{"prompt": "A cup"}', encoding="utf-8")
    args = parse(["run", "brand-new", "--validate", "off", "-i", str(file)])
    assert (args.model, args.input) == ("brand-new", {"prompt": "A cup"})
    with pytest.raises(WrongCallError, match="the fields of brand-new are not known here"):
        parse(["run", "brand-new", "--validate", "off", "--prompt", "x"])


def test_no_field_hides_behind_an_option_of_the_command() -> None:
    """No field of a model has the name of one of the command's own options."""
    own = {name for action in _run_parser().options() for name in action.option_strings}
    for model in spec.MODELS:
        assert not own & {field.option for field in fields.fields_of(model)}


def test_fields_that_no_model_has_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field with the name of an option leaves that as it is; one of no single type takes JSON."""
    schema = json.loads(json.dumps(contract.input_schema("z-image")))
    evidence = {"x-evidence": {"field": "inferred"}}
    schema["properties"] |= {"timeout": {"type": "integer", **evidence}, "either": evidence}
    monkeypatch.setattr(contract, "fields", lambda _: fields_of(schema))
    args = parse(["run", "z-image", "--timeout", "5", "--either", "[5]"])
    assert (args.timeout, fields.given(args)) == (5.0, {"either": [5]})


def _run_parser() -> Parser:
    return build(["run"]).commands()["run"]
