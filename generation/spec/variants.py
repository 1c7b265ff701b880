"""Read the model variants: one file each, to the schema of the model's `input`.

- Its keywords are the limits that are enforced; rules are in its `allOf`.
- Inferred limits and rules are in `x-inferred`, a schema of the same object. The strict form is
  `allOf` of both.
- `x-evidence` of a field has the level of the field, and of each limit that differs from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

import jsonschema_rs
from openapi_python_client.strings import ClassName, PythonIdentifier

from generation.spec.compose import Composition, Schema, closed
from generation.spec.deprecations import with_deprecated
from generation.spec.evidence import field_evidence, split
from generation.spec.fields import check_fields
from generation.spec.links import with_links
from generation.spec.rules import fields_of
from generation.spec.source import Source, SpecError, together

DEPRECATION = ("deprecated", "x-deprecated", "x-aliases")
# In an enum, numbers may be strings.
NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
MODEL_ID = re.compile(r"[A-Za-z0-9]+(?:[._/-][A-Za-z0-9]+)*")


@dataclass(frozen=True)
class Variant:
    """A model variant, read from its file."""

    id: str
    source: Source
    schema: Schema
    operations: Schema
    """Path and operationId of each operation that its file names, by the name of its template."""

    @property
    def name(self) -> str:
        """PascalCase of the id, as in the names of its classes."""
        return pascal_case(self.id)

    @property
    def aliases(self) -> dict[str, str]:
        """The ids that it had before, and the PascalCase of each."""
        return {alias: pascal_case(alias) for alias in self.schema.get("x-aliases", ())}


def pascal_case(model: str) -> str:
    """Return an id in PascalCase, such as `Gemini25Flash` of `gemini-2.5-flash`."""
    words = re.split("[_/-]", model.replace(".", ""))
    # The client generator also capitalises a letter that follows a digit: `Turbo720P`.
    name = str(ClassName("".join(word[:1].upper() + word[1:] for word in words), ""))
    return f"Model{name}" if name[0].isdigit() else name


def file_name(model: str) -> str:
    """Return the name of a model's file; a slash is written as in a URL, `%2F`."""
    return f"{quote(model, safe='')}.yaml"


def read_variants(folder: Path, sites: dict[str, str]) -> list[Variant]:
    """Return all variants below `folder`, in order of family and id.

    Raises SpecError, with the first mistake of each file.

    Args:
        folder: Holds a folder for each family.
        sites: The site of each level of evidence, put before the paths in `x-source`.

    """
    paths = sorted(folder.glob("*/*.yaml"), key=lambda path: (path.parent.name, path.stem))
    for path in folder.rglob("*"):
        # Desktops leave .DS_Store behind, and editors backups such as z-image.yaml~.
        if (
            path.is_file()
            and path not in paths
            and not (path.name[0] == "." or path.name[-1] == "~")
        ):
            reason = (
                f"the file of a variant must be {folder.name}/<family>/<model-id>.yaml, with "
                "%2F for a slash in the id"
            )
            raise SpecError(path, None, reason)
    shared: dict[Path, Source] = {}
    by_module: dict[str, Variant] = {}
    errors: list[SpecError] = []
    for path in paths:
        try:
            variant = _read(path, sites, shared)
        except SpecError as error:
            errors.append(error)
            continue
        # Ids that differ in capitals only may have other classes, and yet the same modules.
        other = by_module.setdefault(PythonIdentifier(variant.name, ""), variant)
        if other is not variant:
            name = f"{variant.name}Input"
            raise SpecError(path, None, f"its class {name} is already that of {other.source.path}")
    if errors:
        raise together(errors)
    variants = list(by_module.values())
    _check_successors(variants)
    return variants


def _read(path: Path, sites: dict[str, str], shared: dict[Path, Source]) -> Variant:
    model = unquote(path.stem)
    if not MODEL_ID.fullmatch(model) or path.name != file_name(model):
        reason = (
            "the file name is the model id: letters and digits, with single dots, hyphens, "
            f"underscores and slashes (as %2F) between them; got {path.stem!r}"
        )
        raise SpecError(path, None, reason)
    composition = Composition(path, shared)
    merged = composition.schema
    check_fields(composition)
    evidence = field_evidence(composition)
    schema = with_deprecated(composition, with_links(composition, closed(merged)))
    # Before `split`, which compiles the rules and takes their fields for known.
    check_rules(composition)
    enforced, inferred = split(schema, evidence)
    result = {
        "title": merged["title"],
        "x-model": model,
        "x-kind": merged["x-kind"],
        "x-id": merged["x-id"],
        "x-source": full_sources(merged["x-source"], sites),
        **{key: schema[key] for key in DEPRECATION if key in schema},
        **enforced,
    }
    if inferred:
        result["x-inferred"] = inferred
    for key in ("x-page", "x-rules", "x-notes", "x-example", "examples"):
        if key in merged:
            result[key] = merged[key]
    _check_examples(composition, result)
    return Variant(model, composition.source, result, merged.get("x-operations", {}))


def full_sources(sources: Schema, sites: dict[str, str]) -> dict[str, list[str]]:
    """Return the sources of each level, with the site of each page or operation."""
    result = {}
    for level, texts in sources.items():
        site = sites.get(level)
        result[level] = [
            f"{site}{text}"
            if site and text.startswith("/")
            else f"{text} ({site})"
            if site
            else text
            for text in ([texts] if isinstance(texts, str) else texts)
        ]
    return result


def strict_form(schema: Schema) -> Schema:
    """Return a variant's input schema with its inferred limits enforced as well."""
    return {"allOf": [schema, schema["x-inferred"]]} if "x-inferred" in schema else schema


# --- checks ----------------------------------------------------------------------------------


def check_rules(composition: Composition) -> None:
    """Check that rules are valid schemas of known fields, each with an id of its own."""
    schema = composition.schema
    seen = set()
    for rule in schema.get("x-rules", ()):
        if rule["id"] in seen:
            raise composition.rule_error(rule, "is defined twice")
        seen.add(rule["id"])
        try:
            jsonschema_rs.Draft202012Validator(rule.get("schema", True))
        except jsonschema_rs.ValidationError as error:
            reason = f"is not a valid JSON Schema: {error.message}"
            raise composition.rule_error(rule, reason) from None
        for name in _rule_fields(rule):
            if name not in schema["properties"]:
                raise composition.rule_error(rule, f"names {name}, which is not a field")
        if "sum" in rule:
            array = schema["properties"][rule["sum"]["of"]]
            each = array.get("items", {}).get("properties", {}).get(rule["sum"]["each"], {})
            numbers = each.get("enum", [""])
            if "maxItems" not in array or not all(NUMBER.fullmatch(str(n)) for n in numbers):
                reason = "needs an array with maxItems, and in it an enum of numbers"
                raise composition.rule_error(rule, reason)


def _rule_fields(rule: Schema) -> Iterable[str]:
    if "total" in rule:
        return list(rule["total"]["of"])
    if "sum" in rule:
        return [rule["sum"]["of"]]
    return fields_of(rule.get("schema"))


def _check_examples(composition: Composition, schema: Schema) -> None:
    """Check that examples satisfy all limits and rules, the inferred ones included."""
    validator = jsonschema_rs.Draft202012Validator(strict_form(schema), validate_formats=True)
    for index, example in enumerate(schema["examples"]):
        # Only the first error is raised: the others are often its consequences.
        for error in validator.iter_errors(example):
            where = "".join(f", {step}" for step in error.instance_path)
            raise composition.error(
                ("examples", index, *error.instance_path),
                f"example {index + 1}{where}: {error.message}",
            )


def _check_successors(variants: list[Variant]) -> None:
    """Check that deprecated models name another model, and that each alias is of one model only."""
    owners = {variant.id: variant for variant in variants}
    classes = {variant.name: variant.id for variant in variants}
    for variant in variants:
        use = variant.schema.get("x-deprecated", {}).get("use")
        if use is not None and (use == variant.id or use not in owners):
            reason = f"use: {use} is not another model"
            raise variant.source.error(("x-deprecated", "use"), reason)
    for variant in variants:
        for alias, name in variant.aliases.items():
            for known, what in ((owners, alias), (classes, name)):
                if what in known:
                    owner = alias if known is owners else classes[name]
                    reason = f"the alias {alias} is already an id, or has the classes, of {owner}"
                    raise variant.source.error(("x-aliases", alias), reason)
            owners[alias], classes[name] = variant, variant.id
