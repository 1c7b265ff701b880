"""`models`: what the command knows of the models."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from liangxin.cli import main
from liangxin.cli.api import contract
from tests.overrides.cli.test_fields import parsed
from tests.support import deprecated
from tests.support.spec import MODELS, example, input_schema


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    outputs = capsys.readouterr()
    assert outputs.err == ""
    return outputs.out


def test_the_table_has_every_model(capsys: pytest.CaptureFixture[str]) -> None:
    """`models` has a row for each model: id, kind, how sure the id is, and title."""
    header, *rows = printed(capsys, "models").splitlines()
    assert header.split() == ["MODEL", "KIND", "ID", "IS", "TITLE"]
    assert sorted(row.split()[0] for row in rows) == MODELS
    for row in rows:
        schema = input_schema(row.split()[0])
        expected = [schema["x-kind"], schema["x-id"]["evidence"], schema["title"]]
        assert row.split(maxsplit=3)[1:] == expected
    documents = json.loads(printed(capsys, "models", "--json"))
    assert [row["model"] for row in documents] == [row.split()[0] for row in rows]
    keys = ["model", "kind", "title", "id_evidence", "id_confidence", "deprecated", "aliases"]
    assert all([*row] == keys for row in documents)


@pytest.mark.parametrize("model", MODELS)
def test_a_page_has_everything_about_a_model(
    model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """`models MODEL` has each field, limit, default, source, rule and note, and its evidence."""
    page = printed(capsys, "models", model)
    schema = input_schema(model)
    words = " ".join(page.split())
    assert page.startswith(f"{model}: {schema['title']} ({schema['x-kind']})\n")
    assert f"The id is {schema['x-id']['evidence']}" in page
    for field in contract().fields(model):
        line = next(x for x in page.splitlines() if x.startswith(f"  {field.name}  "))
        assert f"({field.evidence})" in line
        assert (", required" in line) == field.required
        assert " ".join(field.description.split()) in words
        for fact in field.facts:
            assert " ".join(fact.split()) in words
    for text in (
        *(rule["text"] for rule in schema.get("x-rules", ())),
        *(source for sources in schema["x-source"].values() for source in sources),
        *schema["x-notes"],
    ):
        assert " ".join(text.split()) in words


def run_by(command: str) -> dict[str, Any]:
    """Return the model and the fields that a command line gives."""
    liangxin, run, model, *words = shlex.split(command.replace("\\\n", ""))
    assert (liangxin, run) == ("liangxin", "run")
    return {"model": model, "input": parsed(model, *words)}


@pytest.mark.parametrize("model", MODELS)
def test_the_example_can_be_run(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The command and the JSON that the page shows are the spec's example."""
    page = printed(capsys, "models", model)
    shown = page[page.index(f"  liangxin run {model}") :]
    command, _, document = shown.partition("\n\n")
    expected = {"model": model, "input": example(model)}
    assert json.loads(document) == expected
    assert run_by(command.removesuffix(" \\\n      -o .")) == expected
    everything = json.loads(printed(capsys, "models", model, "--json"))
    assert everything["example"] == expected
    assert run_by(everything["command"]) == expected


def test_an_unknown_model(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt model gets the nearest, and 2."""
    assert main(["models", "kling-v3-prp"]) == 2
    error = capsys.readouterr().err
    assert "'kling-v3-prp' is not a known model; did you mean kling-v3-pro" in error
    assert "validate" not in error


def test_what_is_deprecated_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table marks a deprecated model; its page, or that of a former id, has date and reason."""
    deprecated.deprecate(monkeypatch)
    (row,) = [x for x in printed(capsys, "models").splitlines() if "deprecated" in x]
    assert row.startswith(f"{deprecated.MODEL} ")
    assert row.endswith("(deprecated since 2026-03-01)")
    page = " ".join(printed(capsys, "models", deprecated.MODEL).split())
    assert f"The {deprecated.OF_MODEL}." in page
    page = printed(capsys, "models", deprecated.ALIAS)
    assert page == printed(capsys, "models", deprecated.SUCCESSOR)
    words = " ".join(page.split())
    assert f"The {deprecated.OF_ALIAS}." in words
    assert "deprecated since 2026-02-01 (It is ignored), use prompt instead; 0 to 1" in words
    assert "1:1 is deprecated since 2026-05-01 (Too square); " in words
    document = json.loads(printed(capsys, "models", deprecated.ALIAS, "--json"))
    assert document["model"] == deprecated.SUCCESSOR
    assert [*document["aliases"]] == [deprecated.ALIAS]
