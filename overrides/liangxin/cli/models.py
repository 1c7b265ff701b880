"""`models`: the table of all models, and everything known about one."""

import json
import shlex
import textwrap
from collections.abc import Iterator
from typing import Any

import click

from liangxin.cli import exits, general_options
from liangxin.cli.api import api, command, contract
from liangxin.cli.fields import as_arguments, option_name
from liangxin.cli.model_command import complete_model, deprecations_of, unknown_model
from liangxin.cli.output import Output

_WIDTH = 100


@click.command(
    params=[
        click.Argument(["model"], required=False, shell_complete=complete_model),
        general_options.json_option("Print a JSON document."),
    ]
)
@click.pass_context
def models(context: click.Context, model: str | None) -> int:
    """List the models, or print everything known about one."""
    output: Output = context.obj
    model = None if model is None else api().current_model(model)
    if model is None:
        rows = [_row(name) for name in contract().models]
        if output.as_json:
            output.document(rows)
        else:
            output.text("\n".join(_table(rows)))
    elif model not in contract().models:
        raise unknown_model(context, model)
    elif output.as_json:
        output.document(_everything(model))
    else:
        output.text("\n".join(_page(model)))
    return exits.DONE


def _table(rows: list[dict[str, Any]]) -> Iterator[str]:
    cells = [("MODEL", "KIND", "ID IS", "TITLE")]
    for row in rows:
        old = row["deprecated"]
        title = row["title"] + (f" (deprecated since {old['since']})" if old else "")
        cells.append((row["model"], row["kind"], row["id_evidence"], title))
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        yield "  ".join(map(str.ljust, line, widths)).rstrip()


def _row(model: str) -> dict[str, Any]:
    schema = contract().input_schema(model)
    return {
        "model": model,
        "kind": schema["x-kind"],
        "title": schema["title"],
        "id_evidence": schema["x-id"]["evidence"],
        "id_confidence": schema["x-id"].get("confidence"),
        "deprecated": schema.get("x-deprecated"),
        "aliases": schema.get("x-aliases", {}),
    }


def _everything(model: str) -> dict[str, Any]:
    schema, fields = contract().input_schema(model), contract().fields(model)
    example = schema["examples"][0]
    words = [word for option in as_arguments(fields, example) for word in option]
    return {
        **_row(model),
        "id_reason": schema["x-id"].get("reason"),
        "id_alternatives": schema["x-id"].get("alternatives", []),
        "source": schema["x-source"],
        "fields": [
            {
                "name": field.name,
                "option": option_name(field.name),
                "required": field.required,
                "inferred_limits": sorted(field.inferred),
                "schema": field.schema,
            }
            for field in fields
        ],
        "rules": [
            {key: rule[key] for key in ("id", "evidence", "text")}
            for rule in schema.get("x-rules", ())
        ],
        "notes": schema.get("x-notes", []),
        "example": {"model": model, "input": example},
        "command": command("run", model, *words),
    }


def _page(model: str) -> Iterator[str]:
    schema, fields = contract().input_schema(model), contract().fields(model)
    known = schema["x-id"]
    confidence = f", with {known['confidence']} confidence" if "confidence" in known else ""
    yield f"{model}: {schema['title']} ({schema['x-kind']})"
    yield f"The id is {known['evidence']}{confidence}."
    if reason := known.get("reason"):
        yield from _wrapped(reason, 2)
    if alternatives := known.get("alternatives"):
        yield f"  It might also be: {', '.join(alternatives)}"
    for deprecation in deprecations_of(model):
        yield from _wrapped(deprecation, 0)
    yield from ("", "Sources:")
    for level, sources in schema["x-source"].items():
        for source in sources:
            yield from _wrapped(f"{level:<10}  {source}", 2, 14)
    yield from ("", "Fields of the input:")
    for field in fields:
        yield from _field(field)
    rules = [f"{rule['text']} ({rule['evidence']})" for rule in schema.get("x-rules", ())]
    for title, texts in (("Rules", rules), ("Notes", schema.get("x-notes"))):
        if texts:
            yield from ("", f"{title}:")
            for text in texts:
                yield from _wrapped(text, 2, 4)
    example = schema["examples"][0]
    yield from ("", f"An example ({schema['x-example']['evidence']}):", "")
    lines = [shlex.join(words) for words in as_arguments(fields, example)]
    yield " \\\n      ".join([f"  {command('run', model)}", *lines, "-o ."])
    yield ""
    document = json.dumps({"model": model, "input": example}, indent=2, ensure_ascii=False)
    yield textwrap.indent(document, "  ")


def _field(field: Any) -> Iterator[str]:
    required = ", required" if field.required else ""
    yield f"  {field.name}  {field.kind.text}{required} ({field.evidence})"
    if field.description:
        yield from _wrapped(field.description, 6)
    if field.facts:
        yield from _wrapped("; ".join(field.facts), 6)
    yield from _parts(field, 8)


def _parts(field: Any, indent: int) -> Iterator[str]:
    for part in field.fields:
        facts = [part.kind.text, *(["required"] if part.required else []), *part.facts]
        about = f"{part.name}  {', '.join(facts)}. {part.description}"
        yield from _wrapped(about.rstrip(), indent, indent + 2)
        yield from _parts(part, indent + 2)


def _wrapped(text: str, first: int, then: int | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=" " * first,
        subsequent_indent=" " * (first if then is None else then),
        break_long_words=False,
        break_on_hyphens=False,
    )
