"""What mypy and pyright say of right and of wrong inputs, for every model.

The lines are made from the spec: right ones, and each field once under a wrong name, with a value
of a wrong type, and with one that is none of its values. A line must be found fault with by both
checkers if, and only if, it is wrong.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from liangxin_api.variants import VARIANTS
from tests.support import spec

# Slow under load, and each process that they start has a limit of its own.
pytestmark = pytest.mark.timeout(600)

pytest.importorskip("mypy", reason="the type checkers come with the group `types`")
pytest.importorskip("pyright", reason="the type checkers come with the group `types`")

IMPORTS = (
    "from typing import Any, assert_type",
    "import liangxin",
    "from liangxin import models as m",
)
ARGUMENTS = "c: liangxin.LiangXin, a: liangxin.AsyncLiangXin, loaded: dict[str, Any], parts: list[dict[str, Any]]"
WRONG = {
    "string": "5",
    "integer": "'5'",
    "number": "'5'",
    "boolean": "'yes'",
    "array": "'x'",
    "object": "'x'",
}


class Line(NamedTuple):
    """A line of the program, and who must find fault with it."""

    text: str
    mypy: bool = False
    pyright: bool = False


def right(limits: dict[str, Any], owner: str | None) -> str:
    """A value of a field, as an object of `owner`'s classes or, without it, as a dict."""
    if "enum" in limits:
        return repr(limits["enum"][0])
    match limits["type"]:
        case "array":
            return f"[{right(limits['items'], owner and f'{owner}Item')}]"
        case "object":
            fields = {name: right(f, None) for name, f in limits["properties"].items()}
            return made(owner, fields)
        case kind:
            return {"string": "'x'", "integer": "1", "number": "0.5", "boolean": "True"}[kind]


def made(owner: str | None, fields: dict[str, str]) -> str:
    """An input, or a part of one, of fields that are written out already."""
    if owner is None:
        return "{" + ", ".join(f"{name!r}: {value}" for name, value in fields.items()) + "}"
    # A name that Python has for itself has a `_` behind it.
    names = {name: f"{name}_" if name == "type" else name for name in fields}
    return f"m.{owner}({', '.join(f'{names[n]}={value}' for n, value in fields.items())})"


def part(owner: str, name: str) -> str:
    return owner + "".join(word.capitalize() for word in name.split("_"))


def versions(model: str, owner: str | None) -> Iterator[tuple[str, bool]]:
    """Inputs of a model, written out, and whether each is right."""
    fields = spec.fields(model)
    every = {f.name: right(f.limits, owner and part(owner, f.name)) for f in fields}
    needed = {f.name: every[f.name] for f in fields if f.required}
    yield made(owner, every), True
    yield made(owner, needed), True
    yield made(owner, {**needed, "no_such_field": "'x'"}), False
    for field in fields:
        without = {name: value for name, value in needed.items() if name != field.name}
        if field.required:
            yield made(owner, without), False
        # Of a value with two forms, both are right.
        wrong = "0.5" if "x-accepts" in field.limits else WRONG[field.limits["type"]]
        yield made(owner, {**without, field.name: wrong}), False
        if "enum" in field.limits:
            other = "'none of these'" if field.limits["type"] == "string" else "-12345"
            yield made(owner, {**without, field.name: other}), False
        items = field.limits.get("items", field.limits)
        if "properties" in items and owner is None:
            inner = made(None, {"no_such_field": "'x'"})
            value = f"[{inner}]" if "items" in field.limits else inner
            yield made(None, {**without, field.name: value}), False


def built(model: str) -> Iterator[str]:
    """Inputs that are built step by step, or have parts that are: nobody knows that they are wrong."""
    yield from ("body", "loaded", "{**loaded}", "loaded | {'prompt': 'x'}", "dict(loaded)")
    fields = spec.fields(model)
    needed = {field.name: right(field.limits, None) for field in fields if field.required}
    for field in fields:
        if field.limits["type"] == "object":
            yield made(None, {**needed, field.name: "loaded"})
        elif "properties" in field.limits.get("items", ()):
            yield made(None, {**needed, field.name: "[loaded]"})
            yield made(None, {**needed, field.name: "parts"})


def lines(model: str) -> Iterator[Line]:
    """The lines about a model."""
    owner = VARIANTS[model].input_name
    yield Line(f"async def check_{owner}({ARGUMENTS}) -> None:")
    for text, is_right in versions(model, owner):
        yield Line(f"    {text}", not is_right, not is_right)
    for index, (text, is_right) in enumerate(versions(model, None)):
        variable = f"d{index}"
        yield Line(f"    {variable}: m.{owner}Dict = {text}", not is_right, not is_right)
        yield Line(f"    print({variable})")
        # mypy takes any dict for an input; pyright tells of a literal that does not fit.
        call = f"c.tasks.create(model={model!r}, input={text})"
        yield Line(f"    assert_type({call}, liangxin.Task)", pyright=not is_right)
    yield Line("    body: dict[str, Any] = {'prompt': 'x'}")
    yield Line("    body['duration'] = 5")
    for text in built(model):
        yield Line(f"    assert_type(c.tasks.create(model={model!r}, input={text}), liangxin.Task)")
    typed, named = next(versions(model, owner))[0], f"model={model!r}, input=loaded"
    for call in (
        *(f"c.tasks.create({typed})", f"c.run({typed}, timeout=5)"),
        *(f"c.tasks.create({named})", f"c.run({named}, timeout=5)"),
    ):
        yield Line(f"    assert_type({call}, liangxin.Task)")
        yield Line(f"    assert_type(await a{call[1:]}, liangxin.AsyncTask)")


@cache
def program() -> tuple[Line, ...]:
    """All lines of the program."""
    return (*map(Line, IMPORTS), *(line for model in VARIANTS for line in lines(model)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "inputs.py"
    path.write_text("\n".join(line.text for line in program()) + "\n", encoding="utf-8")
    return path


def run(*command: str) -> str:
    result = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1, result.stdout + result.stderr
    return result.stdout


def compare(found: dict[int, str], checker: str) -> None:
    """Fail with the lines on which a checker and the spec differ."""
    for number, line in enumerate(program(), 1):
        if getattr(line, checker) != (number in found):
            pytest.fail(f"{checker} of {line.text.strip()!r}: {found.get(number, 'no error')}")


def test_mypy_tells_right_from_wrong(file: Path) -> None:
    """mypy, as strict as it gets, finds each wrong typed input and TypedDict, and nothing else."""
    output = run(
        *("mypy", "--strict", "--no-color-output", "--no-error-summary", "--hide-error-context"),
        *("--config-file", "", "--cache-dir", str(file.parent / "cache"), str(file)),
    )
    found: dict[int, str] = {}
    for line in output.splitlines():
        _, number, kind, text = line.split(":", 3)
        if kind.strip() == "error":
            found.setdefault(int(number), text)
    compare(found, "mypy")


def test_pyright_tells_right_from_wrong(file: Path) -> None:
    """pyright, when strict, finds each wrong input, dict literals of create included."""
    settings = {"typeCheckingMode": "strict", "include": [file.name]}
    (file.parent / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    output = run(
        *("pyright", "--outputjson", "--project", str(file.parent)),
        *("--pythonpath", sys.executable),
    )
    found = {
        problem["range"]["start"]["line"] + 1: problem["message"]
        for problem in json.loads(output)["generalDiagnostics"]
        # What is not used is not what is asked.
        if problem["severity"] == "error" and problem.get("rule") != "reportUnusedExpression"
    }
    compare(found, "pyright")
