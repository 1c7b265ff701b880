"""The TypedDicts and overloads: as the typed inputs and the methods are, and gone at run time."""

from __future__ import annotations

import ast
import collections.abc
import inspect
import json
import subprocess
import sys
import typing
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args, get_origin, get_type_hints

import pytest

import liangxin
import liangxin_api
from liangxin.tasks import resource
from liangxin_api import dicts, models
from liangxin_api.variants import VARIANTS
from tests.support import spec

OVERLOADS = Path(liangxin_api.__file__).with_name("overloads.pyi").read_text(encoding="utf-8")


def type_of(limits: dict[str, Any], hint: Any) -> bool:
    """Whether a hint is the type of a field with these limits."""
    if "x-accepts" in limits:
        own, other = get_args(hint)
        numbers = limits.get("enum") or range(limits["minimum"], limits["maximum"] + 1)
        kind: Any = {"string": str, "integer": int}[limits["x-accepts"]]
        one_form = {name: value for name, value in limits.items() if name != "x-accepts"}
        return type_of(one_form, own) and get_args(other) == tuple(map(kind, numbers))
    if "enum" in limits:
        return get_origin(hint) is Literal and set(get_args(hint)) == set(limits["enum"])
    link = str | PathLike[str] | BinaryIO
    if "x-link" in limits:
        return bool(hint == link)
    match limits["type"]:
        case "array" if "x-link" in limits["items"]:
            return bool(hint == list[link] | list[str] | list[Path])
        case "array":
            return get_origin(hint) is list and type_of(limits["items"], get_args(hint)[0])
        case "object":
            return same_fields(limits, hint)
        case kind:
            plain = {"string": str, "integer": int, "number": float, "boolean": bool}
            return hint is plain[kind]


def same_fields(schema: dict[str, Any], typed_dict: Any) -> bool:
    """Whether a TypedDict has the fields of an object, their types, and which are required."""
    hints = get_type_hints(typed_dict)
    properties = schema["properties"]
    return (
        list(hints) == list(properties)
        and typed_dict.__required_keys__ == set(schema.get("required", ()))
        and all(type_of(properties[name], hint) for name, hint in hints.items())
    )


@pytest.mark.parametrize("model", spec.EVERY)
def test_a_typed_dict_is_what_the_spec_says(model: str) -> None:
    """Each model's TypedDict has its fields, their types and values, and which are required."""
    fields = spec.fields(model)
    schema = {
        "properties": {field.name: field.limits for field in fields},
        "required": [field.name for field in fields if field.required],
    }
    own = spec.module(spec.api_of(model), "dicts")
    assert same_fields(schema, getattr(own, f"{spec.variant(model).input_name}Dict"))


def test_typed_dicts_are_there_for_who_wants_them() -> None:
    """`liangxin.models` has them beside the classes, and a wrong name is an AttributeError."""
    assert liangxin.models.KlingV3ProInputDict is dicts.KlingV3ProInputDict  # type: ignore[attr-defined,unused-ignore]
    classes = {name for name in models.__all__ if inspect.isclass(getattr(models, name))}
    assert {f"{name}Dict" for name in classes if "Input" in name} == set(dicts.__all__)
    for name in ("KlingV9InputDict", "Dict", "TypedDict"):
        with pytest.raises(AttributeError, match=name):
            getattr(liangxin.models, name)


def test_nothing_of_it_is_loaded_at_run_time() -> None:
    """A client that creates by names and dicts imports neither TypedDicts nor overloads."""
    code = (
        "import json, sys, liangxin\n"
        "client = liangxin.LiangXin('key', 'http://localhost:9')\n"
        "liangxin.models.ZImageInput(prompt='tea')\n"
        "print(json.dumps([m for m in sys.modules if m.endswith(('.dicts', '_api.overloads'))]))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert json.loads(result.stdout) == []


# --- overloads ---------------------------------------------------------------------------------


def classes() -> dict[str, ast.ClassDef]:
    return {n.name: n for n in ast.parse(OVERLOADS).body if isinstance(n, ast.ClassDef)}


def options(name: str) -> dict[str, str]:
    """The options of a TypedDict and of those it is made from, as they are written."""
    found: dict[str, str] = {}
    for base in classes()[name].bases:
        if isinstance(base, ast.Name) and base.id in classes():
            found |= options(base.id)
    for statement in classes()[name].body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            found[statement.target.id] = ast.unparse(statement.annotation)
    return found


@pytest.mark.parametrize(
    ("create", "run", "task"),
    [
        (resource.Tasks.create, liangxin.LiangXin.run, liangxin.Task),
        (resource.AsyncTasks.create, liangxin.AsyncLiangXin.run, liangxin.AsyncTask),
    ],
)
def test_overloads_take_the_options_of_the_methods(create: Any, run: Any, task: type) -> None:
    """Each option of create and run is one of the overloads, with the same type."""
    names = {**vars(typing), **vars(collections.abc), "_TaskT": task}
    for method, name in ((create, "CreateOptions"), (run, "RunOptions")):
        hints = get_type_hints(method, localns={"InputT": object, "Receiver": object})
        taken = {n: h for n, h in hints.items() if n not in ("return", "typed_input")}
        del taken["model"], taken["input"]
        written = {n: eval(text, names) for n, text in options(name).items()}  # noqa: S307  ours
        assert written == taken
        kinds = {inspect.signature(method).parameters[n].kind for n in taken}
        assert kinds == {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize("name", ["Create", "Run"])
def test_each_model_has_its_overloads(name: str) -> None:
    """There is one for typed inputs, two for each model, and one for anything else, at the end."""
    calls = [n for n in classes()[name].body if isinstance(n, ast.FunctionDef)]
    keywords = [{arg.arg: arg.annotation for arg in call.args.kwonlyargs} for call in calls]
    named = [ast.literal_eval(k["model"].slice) for k in keywords[1:-1]]  # type: ignore[union-attr]
    assert named == [model for model in VARIANTS for _ in range(2)]
    assert [ast.unparse(k["input"]) for k in keywords[1:-1]] == [  # type: ignore[arg-type]
        f"dicts.{variant.input_name}Dict{rest}"
        for variant in VARIANTS.values()
        for rest in ("", " | _Misfit")
    ]
    assert [len(call.decorator_list) for call in calls] == [1] + [1, 2] * len(VARIANTS) + [1]
    assert ast.unparse(keywords[-1]["input"]) == "Mapping[str, Any]"  # type: ignore[arg-type]
