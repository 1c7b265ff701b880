"""Read the lines of a batch from JSON lines, CSV, YAML, or any iterable.

A line is `{"key": "a", "model": "z-image", "input": {…}, "file": "cup"}`; `key` and `file` are
optional. In CSV, the columns beside these are fields of the input.
"""

import csv
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from liangxin.apis.json_values import object_of
from liangxin.errors import UsageError
from liangxin.yaml_files import YamlError, load_items

MEMBERS = ("key", "model", "input", "file")

_OTHER_FORMATS = "only files that end in .csv, .yaml, .yml or .json are read as CSV or YAML"

Source = str | os.PathLike[str] | Iterable[Any]


class Line(NamedTuple):
    """One line as it was read."""

    where: str
    """Such as `line 3`."""
    value: Any
    problem: str | None = None
    """Why it cannot be read."""
    is_text: bool = False
    """Whether the values of its input are texts that stand for other types, as in CSV."""


def read(source: Source) -> Iterator[Line]:
    """Yield the lines of a source; a path is read by its ending, `-` is JSON lines on stdin.

    Raises:
        UsageError: It cannot be read at all.

    """
    if isinstance(source, Mapping | bytes) or not isinstance(source, str | os.PathLike | Iterable):
        raise UsageError(
            'must be a file, or several orders such as {"model": …, "input": {…}}',
            argument="orders",
        )
    if not isinstance(source, str | os.PathLike):
        for number, value in enumerate(source, 1):
            yield Line(f"order {number}", value)
        return
    name = os.fspath(source)
    if name == "-":
        yield from _standard_input()
        return
    path = Path(name)
    parse = {".csv": _csv, ".yaml": _yaml, ".yml": _yaml, ".json": _yaml}.get(
        path.suffix.lower(), _json_lines
    )
    try:
        # utf-8-sig: the byte order mark that some editors write is not part of the text.
        with path.open(encoding="utf-8-sig", newline="" if parse is _csv else None) as file:
            yield from parse(file)
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not UTF-8 text") from None
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror or error}") from None


def _standard_input() -> Iterator[Line]:
    if isinstance(sys.stdin, io.TextIOWrapper):
        # As files are read, whatever the locale says.
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="strict")
    try:
        yield from _json_lines(sys.stdin)
    except UnicodeDecodeError:
        raise UsageError("standard input is not UTF-8 text") from None


def _json_lines(file: TextIO) -> Iterator[Line]:
    # The first line tells a file in another format. A replaced stdin may have no name.
    is_named = str(getattr(file, "name", "")).endswith(".jsonl")
    hint = "" if is_named else f" ({_OTHER_FORMATS})"
    for number, text in enumerate(file, 1):
        if not text.strip():
            continue
        where = f"line {number}"
        try:
            yield Line(where, _json(text))
        except ValueError as error:
            yield Line(where, None, f"is invalid JSON: {error}{hint}")
        hint = ""


def _json(text: str) -> Any:
    """Return a value of JSON; raise ValueError, also for a name that an object has twice."""
    try:
        return json.loads(text, object_pairs_hook=object_of)
    except json.JSONDecodeError as error:
        # Without its line, which would be taken for that of the file.
        raise ValueError(f"{error.msg} at column {error.colno}") from None
    except RecursionError as error:
        raise ValueError(str(error)) from None


def _csv(file: TextIO) -> Iterator[Line]:
    rows = csv.DictReader(file, strict=True)
    try:
        names = rows.fieldnames or []
        if "model" not in names:
            raise UsageError(f"{file.name} has no column model; {_columns_hint(names)}")
        if twice := {name for name in names if names.count(name) > 1}:
            raise UsageError(f"{file.name} has two columns {min(twice)}")
        begins = rows.line_num + 1
        for row in rows:
            where, begins = f"line {begins}", rows.line_num + 1
            yield _csv_line(where, row)
    except csv.Error as error:
        raise UsageError(f"{file.name}, line {rows.line_num}: {error}") from None


def _columns_hint(names: Sequence[str]) -> str:
    """Return what may be wrong with the columns of a file that has no column model."""
    for name in names:
        if name.strip().lower() == "model":
            return f"write {name!r} as model: names of columns are in lower case"
    # What spreadsheets write where the comma is a decimal point.
    for separator, shown in ((";", "semicolons"), ("\t", "tabs")):
        if len(names) == 1 and separator in names[0]:
            return f"its cells are separated by {shown}, and must be by commas"
    return "its first line names the columns"


def _csv_line(where: str, row: dict[Any, Any]) -> Line:
    if row.pop(None, None) is not None:
        return Line(where, None, "has more cells than there are columns")
    value: dict[str, Any] = {name: row.pop(name) for name in MEMBERS if row.get(name)}
    for name in MEMBERS:
        row.pop(name, None)
    try:
        given = _json(value.get("input", "{}"))
    except ValueError as error:
        return Line(where, None, f"has invalid JSON in the column input: {error}")
    if not isinstance(given, dict):
        return Line(where, None, "has no JSON object in the column input")
    # An empty cell is a field that is not given.
    value["input"] = {**{name: cell for name, cell in row.items() if cell}, **given}
    return Line(where, value, is_text=True)


def _yaml(file: TextIO) -> Iterator[Line]:
    try:
        for line, value in load_items(file.read()):
            yield Line(f"line {line}", value)
    except YamlError as error:
        raise UsageError(f"{file.name}: {error}") from None
