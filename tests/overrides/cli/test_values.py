"""Values that are given in files or on standard input."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from liangxin.cli import values


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with files of all kinds."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    (tmp_path / "prompt.txt").write_bytes("\ufeffA cup,\nsteaming\r\n".encode())
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xfd")
    (tmp_path / "broken.json").write_text('{"a": \n', encoding="utf-8")
    (tmp_path / "empty.json").write_text("\n", encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("a: [", encoding="utf-8")
    for name in ("twice.json", "twice"):
        (tmp_path / name).write_text('{"a": 5, "a": 15}', encoding="utf-8")
    (tmp_path / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_a_text_can_come_from_a_file() -> None:
    """`@FILE` is the text of the file, without mark and last line break; `@@` is an @."""
    assert values.text("@prompt.txt") == "A cup,\nsteaming"
    assert values.text("@@Element1 walks") == "@Element1 walks"
    assert values.text("@-") == "{}"
    assert values.text("5") == "5"


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
def test_documents_come_from_files_or_stdin(
    name: str, text: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document is JSON or YAML 1.2, in which 16:9 is a text."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    (folder / name).write_text(text, encoding="utf-8")
    expected = {"aspect_ratio": "16:9", "duration": 5}
    assert values.document(name) == expected
    if name != "-":
        assert values.json_value(f"@{name}") == expected


@pytest.mark.parametrize(
    ("kind", "word", "reason"),
    [
        (values.json_value, "{", "invalid JSON: Expecting property name"),
        (values.json_value, '{"a": 5, "a": 15}', "invalid JSON: an object has 'a' twice"),
        (values.json_value, "@empty.json", "empty.json is empty"),
        (values.text, "@nowhere.txt", "cannot read nowhere.txt: No such file or directory"),
        (values.text, "@nowhere.txt", "; a text that begins with @ is written with @@"),
        (values.text, "@binary", "binary is not UTF-8 text"),
        (values.document, "nowhere.json", "cannot read nowhere.json: No such file"),
        (values.document, "broken.json", "broken.json is invalid JSON: Expecting value: line 2"),
        (values.document, "broken.yaml", "broken.yaml is neither JSON nor YAML: "),
        (values.document, "deep.json", "deep.json is invalid JSON: "),
        (values.document, "twice.json", "twice.json is invalid JSON: an object has 'a' twice"),
        (values.document, "twice", "twice is neither JSON nor YAML: "),
        (values.document, ".", "cannot read .: "),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_cannot_be_read_is_reported(
    kind: Callable[[Any], Any], word: str, reason: str
) -> None:
    """A value or file that cannot be read is a usage error with the reason."""
    with pytest.raises(click.BadParameter) as caught:
        kind(word)
    assert reason in caught.value.message


@pytest.mark.parametrize(
    ("stdin", "reason"), [("", "standard input is empty"), (None, "cannot read -")]
)
def test_no_input_is_not_an_empty_input(
    stdin: str | None, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the writer to standard input failed, or there is none, that is an error."""
    stream = None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin.encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    with pytest.raises(click.BadParameter, match=reason):
        values.document("-")


def test_yaml_without_its_reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where YAML cannot be read, the error says what to install."""
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    file = tmp_path / "input.yaml"
    file.write_text("a: 1", encoding="utf-8")
    with pytest.raises(click.BadParameter, match=r"to read YAML, run pip install ruamel\.yaml"):
        values.document(str(file))


LEVELS = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 8))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"l0: &l0 [some, words]\n{LEVELS}\n", "input.yaml: the aliases of line "),
        ("&a [*a]\n", "input.yaml: line 1 contains itself, by an alias"),
        ("a: &a {b: *a}\n", "input.yaml: line 1 contains itself, by an alias"),
    ],
)
def test_aliases_without_bound_are_refused(text: str, reason: str, tmp_path: Path) -> None:
    """A few lines of YAML that stand for gigabytes, or for no end, are a usage error at once."""
    (tmp_path / "input.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(click.BadParameter) as caught:
        values.document(str(tmp_path / "input.yaml"))
    assert reason in caught.value.message


def test_usual_aliases_are_read(tmp_path: Path) -> None:
    """Aliases and merges are followed, and an anchor may be used again."""
    file = tmp_path / "input.yaml"
    text = "a: &a {prompt: A cup}\nb: {<<: *a, duration: 5}\nc: [*a, *a]\nd: &a 1\n"
    file.write_text(text, encoding="utf-8")
    a = {"prompt": "A cup"}
    assert values.document(str(file)) == {"a": a, "b": a | {"duration": 5}, "c": [a, a], "d": 1}
    file.write_text("# nothing\n", encoding="utf-8")
    assert values.document(str(file)) is None
