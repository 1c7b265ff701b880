"""What editors and `help` show of a field: its type, its limits, its default, its evidence."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.support import spec
from tests.support.thoroughness import every

LINKS = {
    "url": "URL",
    "url-or-data-uri": "URL or data URI",
    "url-or-base64": "URL or Base64 string",
}
NUMBERS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")


class Subject(NamedTuple):
    """A field, of a class or of a class inside it, with all that the spec says of it."""

    owner: str
    name: str
    limits: dict[str, Any]
    required: bool
    levels: dict[str, Any]


def subjects(model: str) -> Iterator[Subject]:
    owner = spec.variant(model).input_name
    for field in spec.fields(model):
        levels = field.limits["x-evidence"]
        yield from inside(Subject(owner, field.name, field.limits, field.required, levels))


def inside(subject: Subject) -> Iterator[Subject]:
    """A field, and the fields of its objects, which have its evidence."""
    yield subject
    inner = f"{subject.owner}{''.join(word.capitalize() for word in subject.name.split('_'))}"
    schema = subject.limits
    if "items" in schema:
        inner, schema = f"{inner}Item", schema["items"]
    for name, limits in schema.get("properties", {}).items():
        required = name in schema.get("required", ())
        levels = {"field": subject.levels["field"]}
        yield from inside(Subject(inner, name, limits, required, levels))


def attribute_docs(cls: type) -> dict[str, str]:
    """The docstrings of a class's attributes, which are in its source alone."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for statement, doc in zip(body.body, body.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(doc, ast.Expr):
            assert isinstance(statement.target, ast.Name)
            assert isinstance(doc.value, ast.Constant)
            found[statement.target.id] = " ".join(str(doc.value.value).split())
    return found


def argument_docs(cls: type) -> dict[str, str]:
    """The lines below `Args:` in a class's docstring."""
    doc = inspect.getdoc(cls)
    assert doc is not None
    lines = doc.partition("Args:\n")[2].splitlines()
    return {name.strip(): text for name, _, text in (line.partition(": ") for line in lines)}


def plural(kind: str) -> str:
    return f"{kind.replace('URL ', 'URLs ')}s"


def missing(subject: Subject, doc: str) -> list[str]:
    """What the spec says and the docs do not."""
    limits, levels = subject.limits, subject.levels
    facts = [limits.get("description", ""), f"; {levels['field']}."]
    kind = limits["type"]
    facts.append(LINKS.get(limits.get("x-link", ""), kind))
    if kind == "array":
        items = limits["items"]
        facts.append(f"array of {plural(LINKS.get(items.get('x-link', ''), items['type']))}")
    facts += [str(limits[key]) for key in NUMBERS if key in limits]
    facts += [str(value) for value in limits.get("enum", limits.get("x-extensible-enum", ()))]
    media = limits.get("items", limits).get("x-media", {})
    names = {"webp": "WebP", "webm": "WebM"}
    facts += [names.get(name, name.upper()) for name in media.get("formats", ())]
    facts += [f"{media['maxBytes'] / 2**20:g} MB"] if "maxBytes" in media else []
    facts += [str(media[key]) for key in media if key[:3] in ("min", "max") and key != "maxBytes"]
    need = "Required" if subject.required else "Optional"
    facts.append(need + (f" ({levels['required']})" if "required" in levels else ""))
    if "default" in limits:
        value = limits["default"]
        facts.append(f"default {value if isinstance(value, str) else json.dumps(value)}")
    for level in levels.values():
        facts += [f" {one})" for one in level] if isinstance(level, dict) else [level]
    return [fact for fact in facts if " ".join(fact.split()) not in doc]


@pytest.mark.parametrize("model", every(5, spec.EVERY))
def test_docs_of_each_field_are_complete(model: str) -> None:
    """Each field says its type, whether it is needed, its limits, default and evidence."""
    models, dicts = (spec.module(spec.api_of(model), name) for name in ("models", "dicts"))
    for subject in subjects(model):
        cls, typed_dict = getattr(models, subject.owner), getattr(dicts, f"{subject.owner}Dict")
        for source in (attribute_docs(cls), argument_docs(cls), attribute_docs(typed_dict)):
            # A name that Python has for itself has a `_` behind it.
            doc = source.get(subject.name) or source[f"{subject.name}_"]
            assert missing(subject, doc) == [], subject


@pytest.mark.parametrize("model", spec.EVERY)
def test_docs_of_each_class_tell_its_rules(model: str) -> None:
    """A class says for which model it is, whether that id is inferred, and each rule."""
    schema = spec.input_schema(model)
    variant, dicts = spec.variant(model), spec.module(spec.api_of(model), "dicts")
    for cls in (variant.input_class, getattr(dicts, f"{variant.input_name}Dict")):
        doc = " ".join(str(cls.__doc__).split())
        assert doc.startswith(f"Input of model `{model}`: {schema['title']}.")
        assert ("The id is inferred" in doc) == (schema["x-id"]["evidence"] == "inferred")
        for rule in schema.get("x-rules", ()):
            text = " ".join(rule["text"].rstrip(".").split())
            assert f"- {text} ({rule['evidence']})." in doc
