"""`models`: the table of all models, and all that is known of one."""

from __future__ import annotations

import argparse
import json
import shlex
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from liangxin.cli import exits
from liangxin.cli.console import Console
from liangxin.cli.fields import Field, as_arguments, fields_of
from liangxin.cli.options import known_model
from liangxin.errors import InvalidInputError, UsageError
from liangxin_api import contract
from liangxin_api.variants import VARIANTS

_WIDTH = 100


def models(args: argparse.Namespace, console: Console) -> int:
    """List the models, or tell all about one."""
    if args.model is not None:
        _check_known(args.model)
        if console.json:
            console.document(_everything(args.model))
        else:
            console.result("\n".join(_page(args.model)))
    elif console.json:
        console.document([_row(model) for model in VARIANTS])
    else:
        rows = [("MODEL", "KIND", "ID IS", "TITLE")]
        for model in VARIANTS:
            about = _row(model)
            rows.append((model, about["kind"], about["id_evidence"], about["title"]))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            console.result("  ".join(cells).rstrip())
    return exits.DONE


def _check_known(model: str) -> None:
    """Raise UsageError for a model that is not known, with the nearest ones."""
    try:
        known_model(model)
    except InvalidInputError as error:
        (violation,) = error.violations
        # The rest is about sending it.
        raise UsageError(f"The model {violation.message.partition(' (')[0]}") from None


def _row(model: str) -> dict[str, Any]:
    variant, known = VARIANTS[model], contract.input_schema(model)["x-id"]
    return {
        "model": model,
        "kind": variant.kind,
        "title": variant.title,
        "id_evidence": known["evidence"],
        "id_confidence": known.get("confidence"),
    }


def _everything(model: str) -> dict[str, Any]:
    schema = contract.input_schema(model)
    example = schema["examples"][0]
    return {
        **_row(model),
        "id_reason": schema["x-id"].get("reason"),
        "id_alternatives": schema["x-id"].get("alternatives", []),
        "source": schema["x-source"],
        "fields": [
            {
                "name": field.name,
                "option": field.option,
                "required": field.about.required,
                "inferred_limits": sorted(field.about.inferred),
                "schema": field.schema,
            }
            for field in fields_of(model)
        ],
        "rules": [
            {"id": rule["id"], "evidence": rule["evidence"], "text": rule["text"]}
            for rule in schema.get("x-rules", ())
        ],
        "notes": schema.get("x-notes", []),
        "example": {"model": model, "input": example},
        "command": "liangxin run " + shlex.join([model, *_flat(as_arguments(model, example))]),
    }


def _page(model: str) -> Iterator[str]:
    """Yield the lines about one model."""
    variant, schema = VARIANTS[model], contract.input_schema(model)
    known = schema["x-id"]
    sure = ", ".join(filter(None, [known["evidence"], _confidence(known)]))
    yield f"{model}: {variant.title} ({variant.kind})"
    yield f"The id is {sure}."
    if reason := known.get("reason"):
        yield from _wrapped(reason, 2)
    if others := known.get("alternatives"):
        yield f"  It might also be: {', '.join(others)}"
    yield from ("", "Where it comes from:")
    for level, sources in schema["x-source"].items():
        for source in sources:
            yield from _wrapped(f"{level:<10}  {source}", 2, 14)
    yield from ("", "Fields of the input:")
    for field in fields_of(model):
        yield from _field(field)
    if rules := schema.get("x-rules"):
        yield from ("", "Rules:")
        for rule in rules:
            yield from _wrapped(f"{rule['text']} ({rule['evidence']})", 2, 4)
    if notes := schema.get("x-notes"):
        yield from ("", "Notes:")
        for note in notes:
            yield from _wrapped(note, 2, 4)
    example = schema["examples"][0]
    yield from ("", f"An example ({schema['x-example']['evidence']}):", "")
    lines = [shlex.join(words) for words in as_arguments(model, example)]
    yield " \\\n      ".join([f"  liangxin run {model}", *lines, "-o ."])
    yield ""
    text = json.dumps({"model": model, "input": example}, indent=2, ensure_ascii=False)
    yield textwrap.indent(text, "  ")


def _field(field: Field) -> Iterator[str]:
    about = field.about
    needed = ", required" if about.required else ""
    yield f"  {field.name}  {about.kind.text}{needed} ({about.evidence})"
    if about.description:
        yield from _wrapped(about.description, 6)
    if facts := [*about.limits, *([about.default] if about.default else [])]:
        yield from _wrapped("; ".join(map(str, facts)), 6)
    yield from _inside(about.fields, 8)


def _inside(fields: Sequence[contract.Field], indent: int) -> Iterator[str]:
    """Yield a line for each field of an object."""
    for field in fields:
        needed = ", required" if field.required else ""
        facts = "".join(f", {fact}" for fact in field.facts)
        about = f"{field.name}  {field.kind.text}{needed}{facts}. {field.description}"
        yield from _wrapped(about.rstrip(), indent, indent + 2)
        yield from _inside(field.fields, indent + 2)


def _confidence(known: Mapping[str, Any]) -> str | None:
    return f"with {known['confidence']} confidence" if "confidence" in known else None


def _wrapped(text: str, first: int, then: int | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=" " * first,
        subsequent_indent=" " * (first if then is None else then),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _flat(words: list[list[str]]) -> list[str]:
    return [word for group in words for word in group]
