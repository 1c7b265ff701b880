"""What a spec says is deprecated, in the invented API's package, and what is refused in a spec."""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from generation.spec.source import SpecError
from generation.spec.variants import read_variants
from tests.support.acme import SPEC
from tests.support.thoroughness import every

MODEL = (
    "model loom-0 is deprecated since 2026-03-01 (Its looms are worn out), use loom-1 instead, "
    "refused from 2026-09-01 on"
)
ALIAS = (
    "model id loom/2 is deprecated since 2026-04-01 (All ids have dashes), use loom-2-hd instead"
)
BODY = {"pattern": "x"}


def contract(acme: ModuleType) -> Any:
    return import_module(f"{acme.__name__}.contract")


def test_deprecations_are_data(acme: ModuleType) -> None:
    """The contract lists what is deprecated of a model: itself, former ids, fields and values."""
    found = contract(acme).deprecations("loom-0")
    assert [(one.kind, one.field, one.value) for one in found] == [
        ("model", "", None),
        ("field", "threads", None),
        ("value", "density", "40"),
        ("value", "borders[].finish", "raw"),
    ]
    assert str(found[0]) == MODEL
    assert found[2]._asdict() == {
        "kind": "value",
        "model": "loom-0",
        "path": ("density",),
        "value": "40",
        "since": "2026-02-01",
        "reason": "The threads break.",
        "use": "20",
        "until": "2026-06-01",
    }
    assert [str(one) for one in contract(acme).deprecations("loom-2-hd")] == [ALIAS]
    assert contract(acme).deprecations("loom-1") == ()


def test_a_boolean_may_be_deprecated(tmp_path: Path) -> None:
    """A value is written as in the enum, although the keys of JSON are strings."""
    shutil.copytree(SPEC, tmp_path / "acme")
    path = tmp_path / "acme/models/loom/loom-1.yaml"
    field = """\
  dyed:
    type: boolean
    enum: [true, false]
    description: Whether it has a colour.
    x-deprecated-values: {true: {since: 2026-02-01, reason: It fades.}}
"""
    text = path.read_text(encoding="utf-8").replace("properties:\n", f"properties:\n{field}")
    path.write_text(text, encoding="utf-8")
    (loom,) = [one for one in read_variants(path.parents[1], {}) if one.id == "loom-1"]
    assert [*loom.schema["properties"]["dyed"]["x-deprecated-values"]] == ["true"]


@pytest.mark.parametrize(
    ("model", "body", "used"),
    [
        ("loom-0", BODY, [""]),
        ("loom-0", BODY | {"threads": 5, "density": 20}, ["", "threads"]),
        ("loom-0", BODY | {"density": 40}, ["", "density"]),
        ("loom-0", BODY | {"density": "40", "borders": "raw"}, ["", "density"]),
        ("loom-0", BODY | {"borders": [{}, {"finish": "raw"}, 3]}, ["", "borders[].finish"]),
        ("loom-0", [], [""]),
        ("loom/2", BODY, ["model"]),
        ("loom-2-hd", BODY, []),
        ("loom-1", BODY, []),
        ("loom-9", BODY, []),
    ],
)
def test_what_a_body_uses(acme: ModuleType, model: str, body: Any, used: list[str]) -> None:
    """Of a body, whatever it holds, only what is used of it is deprecated."""
    assert [one.field for one in contract(acme).used_deprecations(model, body)] == used


def test_a_former_id_is_no_model(acme: ModuleType) -> None:
    """The API knows the new id alone; a body for the old one is told its new one."""
    assert "loom/2" not in contract(acme).contract().models
    (unknown,) = contract(acme).violations("loom/2", BODY)
    assert unknown.message.endswith("not a known model: the id is " + ALIAS.partition(" is ")[2])


def test_documentation_says_it(acme: ModuleType) -> None:
    """Facts of fields, docstrings and the portable form have the date, reason and successor."""
    facts = {field.name: field.facts for field in contract(acme).fields("loom-0")}
    assert facts["threads"][0] == "deprecated since 2026-01-15 (It is ignored), use density instead"
    assert facts["density"][0].startswith("40 is deprecated since 2026-02-01 (The threads break)")
    models = import_module(f"{acme.__name__}.models")
    assert f"The {MODEL}." in " ".join(str(inspect.getdoc(models.Loom0Input)).split())
    folder = Path(str(acme.__file__)).parent
    for name in ("openapi.json", "openapi.portable.json"):
        schemas = json.loads((folder / name).read_text(encoding="utf-8"))["components"]["schemas"]
        request = schemas["Loom0Request"]
        assert (request["deprecated"], request["properties"]["threads"]["deprecated"]) == (
            True,
            True,
        )
        assert "deprecated" not in schemas["Loom1Request"]
    assert "40 is deprecated since" in request["properties"]["density"]["description"]


def test_classes_are_marked(acme: ModuleType) -> None:
    """The classes of a deprecated model and of a former id are marked, and work without a warning."""
    models = import_module(f"{acme.__name__}.models")
    assert (models.Loom0Input.__deprecated__, models.Loom2Input.__deprecated__) == (MODEL, ALIAS)
    assert models.Loom0Request.__deprecated__ == MODEL
    assert not hasattr(models.Loom1Input, "__deprecated__")
    assert models.Loom2Input(pattern="x").to_dict() == BODY
    variants = import_module(f"{acme.__name__}.variants")
    assert variants.ALIAS_OF_INPUT == {"Loom2Input": "loom/2"}
    assert variants.ALIASES == {"loom/2": "loom-2-hd"}


LOOM_0, LOOM_2 = "loom-0.yaml", "loom-2-hd.yaml"
BROKEN = {
    "no date": (LOOM_0, "since: 2026-01-15, ", "", 23, r'"since" is a required property'),
    "no reason": (LOOM_0, "reason: It is ignored., ", "", 23, r'"reason" is a required property'),
    "a date that is none": (
        LOOM_0,
        "2026-01-15",
        "2026-13-01",
        23,
        r'"2026-13-01" is not a "date"',
    ),
    "an unknown key": (LOOM_0, "since: 2026-01-15", "from: 1, since: 2026-01-15", 23, r"'from'"),
    "an end before the beginning": (
        *(LOOM_0, "until: 2026-06-01", "until: 2026-02-01", 29),
        r"until 2026-02-01 is not after since 2026-02-01",
    ),
    "a bare deprecated": (
        *(LOOM_0, "    x-deprecated: {since: 2026-01-15, reason: It is ignored., use: density}\n"),
        *("", 22, r"deprecated: true needs x-deprecated, with since and reason"),
    ),
    "an item": (
        *(
            LOOM_0,
            "    items:\n",
            "    items:\n      x-deprecated: {since: 2026-01-15, reason: x}\n",
        ),
        *(35, r"x-deprecated is of a model or a field"),
    ),
    "no such field": (LOOM_0, "use: density", "use: dens", 23, r"use: dens is not another field"),
    "the field itself": (
        LOOM_0,
        "use: density",
        "use: threads",
        23,
        r"threads is not another field",
    ),
    "no such value": (LOOM_0, '"40":', '"41":', 29, r"'41' is not in the enum"),
    "a successor that is no value": (
        LOOM_0,
        "use: 20",
        "use: 21",
        29,
        r"use: 21 is not another value",
    ),
    "no such model": (LOOM_0, "use: loom-1", "use: loom-9", 7, r"use: loom-9 is not another model"),
    "an alias that is an id": (LOOM_2, "loom/2:", "loom-1:", 7, r"loom-1 is already an id"),
    "an alias with the classes of a model": (LOOM_2, "loom/2:", "loom/1:", 7, r"of loom-1"),
    "an alias that no id can be": (LOOM_2, "loom/2:", "loom 2:", 6, r'"loom 2" does not match'),
    "an alias with a successor": (LOOM_2, "{since", "{use: loom-1, since", 7, r"use"),
}


@pytest.mark.parametrize("name", every(4, BROKEN))
def test_mistakes_are_refused(name: str, tmp_path: Path) -> None:
    """A mistake in what is deprecated is refused with file, line and reason."""
    file, old, new, line, reason = BROKEN[name]
    shutil.copytree(SPEC / "models", tmp_path / "models")
    path = tmp_path / "models/loom" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SpecError, match=reason) as refused:
        read_variants(tmp_path / "models", {})
    assert (refused.value.path, refused.value.line) == (path, line)


PROGRAM = """\
from acme_api import models, overloads

def weave(create: overloads.Create[int]) -> None:
    models.Loom1Input(pattern="x")
    models.Loom0Input(pattern="x")
    models.Loom2Input(pattern="x")
    create(model="loom-1", input={"pattern": "x"})
    create(model="loom-0", input={"pattern": "x"})
    create(model="loom/2", input={"pattern": "x"})
"""


@pytest.mark.thorough
@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_type_checkers_show_it(acme: ModuleType, checker: str, tmp_path: Path) -> None:
    """Each use of a deprecated class or model id is reported with date, reason and successor."""
    pytest.importorskip(checker, reason="the type checkers come with the group `types`")
    file = tmp_path / "weave.py"
    file.write_text(PROGRAM, encoding="utf-8")
    generated = str(Path(str(acme.__file__)).parents[1])
    settings = {
        "typeCheckingMode": "basic",
        "reportDeprecated": "error",
        "include": [file.name],
        "extraPaths": [generated],
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = {
        "mypy": ("mypy", "--enable-error-code=deprecated", "--config-file=", str(file)),
        "pyright": ("pyright", "--project", str(tmp_path), "--pythonpath", sys.executable),
    }[checker]
    result = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=tmp_path,
        env={"MYPYPATH": generated, "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    found = {int(n) for n in re.findall(rf"{file.name}:(\d+)[:\d]* .*error: ", result.stdout)}
    assert found == {5, 6, 8, 9}, result.stdout + result.stderr
    for notice in (MODEL, ALIAS):
        assert notice in result.stdout
