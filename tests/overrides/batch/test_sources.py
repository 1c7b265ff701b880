"""Files of orders, with the numbers of their lines."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from liangxin.batch.sources import Line, read
from liangxin.errors import UsageError

CUP = {"key": "a", "model": "z-image", "input": {"prompt": "cup"}, "file": "cup"}


def lines(path: Path, content: str) -> list[Line]:
    path.write_text(content, encoding="utf-8")
    return [*read(path)]


def test_json_lines(tmp_path: Path) -> None:
    """Each line is an order; empty ones are none, and invalid JSON is a problem of its line."""
    found = lines(
        tmp_path / "jobs.jsonl",
        '\ufeff{"model": "z-image"}\n\n{"model":\n["x"]\n',
    )
    assert [line.where for line in found] == ["line 1", "line 3", "line 4"]
    assert found[0].value == {"model": "z-image"}
    assert str(found[1].problem).startswith("is invalid JSON: ")
    assert found[2].value == ["x"]


def test_invalid_json_is_placed_by_its_line(tmp_path: Path) -> None:
    """A problem has the column, but no second number of a line."""
    (line,) = lines(tmp_path / "jobs.jsonl", '{"model": x}\n')
    assert line.problem == "is invalid JSON: Expecting value at column 11"


@pytest.mark.parametrize(
    "content", ['{"prompt": "a", "prompt": "b"}', '[{"prompt": 1, "prompt": 1}]']
)
def test_a_name_twice(tmp_path: Path, content: str) -> None:
    """An object that has a name twice is a problem of its line, as nobody can say which is meant."""
    (line,) = lines(tmp_path / "jobs.jsonl", content)
    assert line.problem == "is invalid JSON: an object has 'prompt' twice"
    cell = content.replace('"', '""')
    (line,) = lines(tmp_path / "jobs.csv", f'model,input\nz-image,"{cell}"\n')
    assert str(line.problem).endswith("an object has 'prompt' twice")


@pytest.mark.parametrize(
    ("name", "is_hinted"), [("m1.txt", True), ("m1", True), ("m1.jsonl", False)]
)
def test_a_file_in_another_format(tmp_path: Path, name: str, is_hinted: bool) -> None:
    """The first line of a file that has no format's ending says that it is read as JSON lines."""
    first, second = lines(tmp_path / name, "key,model\na,z-image\n")
    assert ("only files that end in .csv" in str(first.problem)) is is_hinted
    assert "only files" not in str(second.problem)


def test_csv(tmp_path: Path) -> None:
    """Columns beside key, model and file are fields; an empty cell is none, a cell may have lines."""
    found = lines(
        tmp_path / "jobs.csv",
        'key,model,file,prompt,duration\na,z-image,cup,"two\nlines",\n,kling-v3-pro,,tea,5\nx\n',
    )
    assert found[0] == Line(
        "line 2",
        {"key": "a", "model": "z-image", "file": "cup", "input": {"prompt": "two\nlines"}},
        is_text=True,
    )
    assert found[1] == Line(
        "line 4",
        {"model": "kling-v3-pro", "input": {"prompt": "tea", "duration": "5"}},
        is_text=True,
    )
    assert found[2].value == {"key": "x", "input": {}}


def test_csv_with_a_column_of_json(tmp_path: Path) -> None:
    """A column `input` has the whole input; what is wrong in it is a problem of its line."""
    found = lines(
        tmp_path / "jobs.csv",
        'model,input\nz-image,"{""prompt"": ""tea""}"\nz-image,{\nz-image,5\nz-image,{},more\n',
    )
    assert found[0].value == {"model": "z-image", "input": {"prompt": "tea"}}
    assert [line.problem is None for line in found] == [True, False, False, False]
    assert found[3].problem == "has more cells than there are columns"


@pytest.mark.parametrize("name", ["jobs.yaml", "jobs.yml", "jobs.json"])
def test_yaml(tmp_path: Path, name: str) -> None:
    """A list in YAML, of which JSON is a part, gives its items with their lines."""
    if name.endswith("json"):
        content = '[\n{"model": "z-image"},\n\n{"model": "x"}]'
    else:
        content = "\n- model: z-image\n\n- model: x\n"
    found = lines(tmp_path / name, content)
    assert found == [Line("line 2", {"model": "z-image"}), Line("line 4", {"model": "x"})]


def test_iterables() -> None:
    """The orders of an iterable are counted."""
    assert [*read(order for order in [CUP, 5])] == [Line("order 1", CUP), Line("order 2", 5)]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` is JSON lines on standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO('{"model": "x"}\n'))
    assert [*read("-")] == [Line("line 1", {"model": "x"})]
    monkeypatch.setattr("sys.stdin", io.StringIO("model\n"))
    assert "only files that end in .csv" in str(next(iter(read("-"))).problem)


def test_standard_input_is_read_as_files_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is UTF-8 in any locale, perhaps with a byte order mark; anything else is refused."""
    for encoding, errors in (("latin-1", "strict"), ("utf-8", "surrogateescape")):
        content = io.BytesIO('\ufeff{"model": "é"}\n'.encode())
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(content, encoding, errors))
        assert [*read("-")] == [Line("line 1", {"model": "é"})]
        content = io.BytesIO(b'{"model": "\xff"}\n')
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(content, encoding, errors))
        with pytest.raises(UsageError, match="standard input is not UTF-8 text"):
            [*read("-")]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("jobs.csv", "key,prompt\n", "has no column model; its first line names the columns"),
        ("jobs.csv", "Key,Model\n", "has no column model; write 'Model' as model"),
        ("jobs.csv", "key;model\n", "has no column model; its cells are separated by semicolons"),
        ("jobs.csv", "key\tmodel\n", "has no column model; its cells are separated by tabs"),
        ("jobs.csv", "model,a,a\n", "has two columns a"),
        ("jobs.csv", 'model\n"x\n', r"jobs\.csv, line \d: "),
        ("jobs.yaml", "model: x\n", "is not a list"),
        ("jobs.yaml", "- [\n", r"jobs\.yaml: "),
        ("jobs.yaml", "- &a [*a]\n", "contains itself"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: str, problem: str) -> None:
    """A file that is broken as a whole is refused, with its name and the reason."""
    with pytest.raises(UsageError, match=problem):
        lines(tmp_path / name, content)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    """A file that is missing, or no text, is refused by its name."""
    with pytest.raises(UsageError, match=r"cannot read .*jobs\.jsonl: No such file"):
        [*read(tmp_path / "jobs.jsonl")]
    (tmp_path / "jobs.jsonl").write_bytes(b"\xff\xfe{}")
    with pytest.raises(UsageError, match="is not UTF-8 text"):
        [*read(tmp_path / "jobs.jsonl")]


@pytest.mark.parametrize("source", [5, None, CUP, b"x"])
def test_what_is_no_source(source: Any) -> None:
    """One order alone, or what is no iterable, is refused."""
    with pytest.raises(UsageError, match="orders must be a file, or several orders"):
        [*read(source)]
