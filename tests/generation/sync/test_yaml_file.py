"""Edits of YAML files that leave every other line as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from generation.sync.yaml_file import YamlFile, new_text
from tests.support.published_pages import SPEC

TEXT = """\
# About this file.
title: A model
x-evidence: upstream  # of each field

# The fields:
properties:
  prompt: {x-evidence: {field: documented, maxLength: upstream}}
  ratio:
    type: string
    enum: [
      "16:9", "9:16",
    ]
    description: >-
      Folded
      text.

  # The last.
  seed:
    type: integer

x-notes:
  - One.
  - >-
    Two.

examples: [{prompt: A}]
"""


def edited(edit: str, *arguments: Any, **options: Any) -> tuple[list[str], list[str]]:
    """Edit the text; return the lines that go and those that come."""
    file = YamlFile(Path("a.yaml"), TEXT)
    getattr(file, edit)(*arguments, **options)
    before, after = TEXT.splitlines(), file.text.splitlines()
    return [one for one in before if one not in after], [one for one in after if one not in before]


@pytest.mark.parametrize(
    ("pointer", "value", "gone", "come"),
    [
        (
            ("x-evidence",),
            "documented",
            ["x-evidence: upstream  # of each field"],
            ["x-evidence: documented  # of each field"],
        ),
        (
            ("properties", "prompt", "x-evidence", "maxLength"),
            "documented",
            ["  prompt: {x-evidence: {field: documented, maxLength: upstream}}"],
            ["  prompt: {x-evidence: {field: documented, maxLength: documented}}"],
        ),
        (("properties", "seed", "minimum"), 0, [], ["    minimum: 0"]),
        (
            ("properties", "ratio", "enum"),
            ["16:9"],
            ["    enum: [", '      "16:9", "9:16",', "    ]"],
            ['    enum: ["16:9"]'],
        ),
        (
            ("properties", "fps"),
            {"type": "integer", "enum": [24]},
            [],
            ["  fps:", "    enum: [24]"],
        ),
        (("x-kind",), "video", [], ["x-kind: video"]),
        (
            ("examples", 0, "prompt"),
            "yes",
            ["examples: [{prompt: A}]"],
            ['examples: [prompt: "yes"]'],
        ),
    ],
)
def test_one_entry_is_set(
    pointer: tuple[str | int, ...], value: Any, gone: list[str], come: list[str]
) -> None:
    """Only the lines of the entry change; comments, order and empty lines stay."""
    assert edited("set", pointer, value) == (gone, come)


def test_a_new_key_has_its_place() -> None:
    """A new key comes behind the one that is named, first, or at the end of its mapping."""
    file = YamlFile(Path("a.yaml"), TEXT)
    file.set(("required",), ["prompt"], after=("title", "x-none"))
    file.set(("properties", "image"), {"type": "string"}, first=True)
    file.set(("properties", "seed", "maximum"), 9)
    lines = file.text.splitlines()
    assert lines[1:3] == ["title: A model", "required: [prompt]"]
    assert lines[lines.index("properties:") + 1] == "  image:"
    assert lines[lines.index("    maximum: 9") + 1] == ""


def test_entries_are_deleted_and_appended() -> None:
    """A mapping that becomes empty goes with its last entry; items are appended."""
    assert edited("delete", ("properties", "prompt", "x-evidence")) == (
        ["  prompt: {x-evidence: {field: documented, maxLength: upstream}}"],
        [],
    )
    assert edited("delete", ("properties", "prompt", "x-evidence", "maxLength")) == (
        ["  prompt: {x-evidence: {field: documented, maxLength: upstream}}"],
        ["  prompt: {x-evidence: {field: documented}}"],
    )
    assert edited("append", ("x-notes",), "Three: a note") == ([], ['  - "Three: a note"'])
    _, come = edited("append", ("examples",), {"prompt": "B"})
    assert come == ["examples:", "  - prompt: A", "  - prompt: B"]


def test_what_is_the_same_stays() -> None:
    """Setting a value that is there already changes no byte."""
    file = YamlFile(Path("a.yaml"), TEXT)
    file.set(("properties", "ratio", "enum"), ["16:9", "9:16"])
    file.set(("x-evidence",), "upstream")
    assert file.text == TEXT


@pytest.mark.parametrize(
    "value",
    [
        "16:9",
        "yes",
        "5",
        "1e3",
        "a: b",
        "a #b",
        "- a",
        "it's, so",
        "",
        " a ",
        "a\nb",
        "#",
        "~",
        "é",
    ],
)
def test_text_stays_text(value: str) -> None:
    """What YAML 1.1 or 1.2 would read as something else is quoted."""
    text = new_text({"a": value, "b": [value], "c": {"evidence": value}, "d": {"e": {"f": value}}})
    for version in ((1, 1), (1, 2)):
        yaml = YAML(typ="safe", pure=True)
        yaml.version = version
        read = yaml.load(text)
        assert (read["a"], read["b"][0], read["c"]["evidence"]) == (value, value, value)
        assert read["d"]["e"]["f"] == value


@pytest.mark.thorough
def test_every_file_of_the_spec_can_be_edited() -> None:
    """In each file, setting the first field's description touches its own lines only."""
    paths = [*SPEC.glob("models/*/*.yaml"), *SPEC.glob("shared/*.yaml")]
    for path in paths:
        text = path.read_text(encoding="utf-8")
        file = YamlFile(path, text)
        before = file.get(())
        key = next(iter(before))
        file.set((key, "new") if isinstance(before[key], dict) else (key,), "A value")
        kept = [line for line in text.splitlines() if line in file.text.splitlines()]
        assert len(kept) >= len(text.splitlines()) - 2, path
        assert {k: v for k, v in file.get(()).items() if k != key} == {
            k: v for k, v in before.items() if k != key
        }


@pytest.mark.parametrize("empty", ["properties: {}\ntitle: a\n", "title: a\nproperties: {}\n"])
def test_an_empty_mapping_gets_its_first_key(empty: str) -> None:
    """A key is added to a mapping that is written as `{}`."""
    file = YamlFile(Path("model.yaml"), empty)
    file.set(("properties", "prompt"), 1)
    assert YAML(typ="safe").load(file.text) == {"properties": {"prompt": 1}, "title": "a"}
