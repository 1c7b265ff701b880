"""`models` and `completion`: what the command knows of the models."""

from __future__ import annotations

import json
import shlex

import pytest

from liangxin.cli import fields, main
from liangxin.cli.completion import candidates
from liangxin.cli.options import parse
from liangxin_api import contract
from liangxin_api.variants import VARIANTS
from tests.support import spec


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


def test_the_table_has_every_model(capsys: pytest.CaptureFixture[str]) -> None:
    """`models` has a row for each model: id, kind, how sure the id is, and title."""
    header, *rows = printed(capsys, "models").splitlines()
    assert header.split() == ["MODEL", "KIND", "ID", "IS", "TITLE"]
    assert len(rows) == len(VARIANTS)
    for row, variant in zip(rows, VARIANTS.values(), strict=True):
        evidence = contract.input_schema(variant.model)["x-id"]["evidence"]
        assert row.split(maxsplit=3) == [variant.model, variant.kind, evidence, variant.title]


def test_the_table_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """`models --json` is one list of objects of the same keys."""
    rows = json.loads(printed(capsys, "models", "--json"))
    assert [row["model"] for row in rows] == [*VARIANTS]
    keys = ["model", "kind", "title", "id_evidence", "id_confidence"]
    assert all([*row] == keys for row in rows)


@pytest.mark.parametrize("model", spec.MODELS)
def test_a_page_tells_all_of_a_model(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`models MODEL` has each field, limit, default, source, rule and note, and how sure it is."""
    page = printed(capsys, "models", model)
    schema = contract.input_schema(model)
    words = " ".join(page.split())
    assert page.startswith(f"{model}: {VARIANTS[model].title} ({VARIANTS[model].kind})\n")
    assert f"The id is {schema['x-id']['evidence']}" in page
    for field in fields.fields_of(model):
        line = next(x for x in page.splitlines() if x.startswith(f"  {field.name}  "))
        assert f"({field.about.evidence})" in line
        assert (", required" in line) == field.about.required
        assert " ".join(field.schema["description"].split()) in words
        for limit in filter(None, (*field.about.limits, field.about.default)):
            assert " ".join(str(limit).split()) in words
    for text in (
        *(rule["text"] for rule in schema.get("x-rules", ())),
        *(source for sources in schema["x-source"].values() for source in sources),
        *schema["x-notes"],
    ):
        assert " ".join(text.split()) in words


@pytest.mark.parametrize("model", spec.MODELS)
def test_the_example_can_be_run(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The command and the JSON that the page shows are the spec's example."""
    page = printed(capsys, "models", model)
    shown = page[page.index(f"  liangxin run {model}") :]
    command, _, document = shown.partition("\n\n")
    example = {"model": model, "input": spec.example(model)}
    assert json.loads(document) == example
    args = parse(shlex.split(command.replace("\\\n", ""))[1:])
    assert {"model": args.model, "input": fields.given(args)} == example
    everything = json.loads(printed(capsys, "models", model, "--json"))
    assert everything["example"] == example
    args = parse(shlex.split(everything["command"])[1:])
    assert {"model": args.model, "input": fields.given(args)} == example


def test_limits_tell_how_sure_they_are() -> None:
    """A limit has its own evidence, and inferred ones are called so."""
    by_name = {field.name: field for field in fields.fields_of("kling-v3-pro")}
    assert by_name["duration"].help() == (
        "Seconds of output. [3 to 15 (upstream); default 5 (upstream); documented]"
    )
    assert [*map(str, by_name["aspect_ratio"].about.limits)] == [
        "one of 16:9, 9:16, 1:1 (documented; 9:16, 1:1 upstream)"
    ]
    by_name = {field.name: field for field in fields.fields_of("imagen4-fast")}
    assert [*map(str, by_name["compression_quality"].about.limits)] == ["1 to 100 (inferred)"]


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["kling-v3-prp"], "The model is 'kling-v3-prp', which is not a known model; did you mean"),
        (["kling-v3-standard"], "did you mean kling-v3-std"),
    ],
)
def test_an_unknown_model(words: list[str], near: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt model, or another spelling of a guessed id, gets the nearest, and 2."""
    assert main(["models", *words]) == 2
    error = capsys.readouterr().err
    assert near in error
    assert "validate" not in error


# --- completion ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], {"run", "submit", "wait", "status", "save", "models", "mock", "completion"}),
        (["s"], {"submit", "status", "save"}),
        (["--v"], {"--version"}),
        (["run", "z"], {"z-image"}),
        (["models", "z"], {"z-image"}),
        (["run", "-q", "z"], {"z-image"}),
        (["run", "-o", ""], set()),
        (["run", "z-image", ""], set()),
        (["run", "kling-v3-pro", "--dur"], {"--duration"}),
        (["run", "kling-v3-pro", "--no-"], {"--no-generate-audio", "--no-multi-shot"}),
        (["run", "kling-v3-pro", "--shot-type", ""], {"customize", "intelligent"}),
        (["run", "kling-v3-pro", "--shot_type", "c"], {"customize"}),
        (["run", "kling-v3-pro", "--shot-type=c"], {"--shot-type=customize"}),
        (["run", "nano-banana-pro", "--aspect-ratio", "21"], {"21:9"}),
        (["run", "wan-v2-6-text-to-video", "--duration", "1"], {"10", "15"}),
        (["submit", "z-image", "--validate", ""], {"true", "strict", "off"}),
        (["mock", "--engine", "p"], {"prism"}),
        (["completion", ""], {"bash", "zsh", "fish"}),
        (["completion", "bash", ""], set()),
        (["wait", ""], set()),
        (["nothing", ""], set()),
        (["run", "nothing", "--json", ""], set()),
        (["run", "z-image", "--prompt", "@nowhere", "--se"], {"--seed"}),
    ],
)
def test_candidates(words: list[str], expected: set[str]) -> None:
    """Commands, models, options and listed values are offered, each where it can stand."""
    assert {value for value, _ in candidates(words)} == expected


def test_candidates_say_what_they_mean() -> None:
    """Shells that show more than the word get one short line of explanation."""
    found = dict(candidates(["run", "kling-v3-pro", "--"]))
    assert found["--duration"] == "Seconds of output. [3 to 15 (upstream); default 5 (upstre..."
    assert found["--json"] == "print a line of JSON for each task"
    assert all("\n" not in about and len(about) <= 60 for about in found.values())
    assert dict(candidates(["run", "z"])) == {"z-image": "Z-Image"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_ask_the_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each shell's script asks the installed command, so that it need never be made again."""
    assert "liangxin __complete" in printed(capsys, "completion", shell)
    assert main(["__complete", "run", "z"]) == 0
    assert capsys.readouterr().out == "z-image\tZ-Image\n"
