"""Make a page for each model from its generated contract, and one that lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from website import examples
from website.apis import APIS, WebApi
from website.markdown import code, escaped, fenced, table
from website.mistakes import mistakes

INDEX = "models/index.md"


def pages() -> Iterator[tuple[str, str]]:
    """Yield the path and the Markdown of each page."""
    yield INDEX, _index()
    for api in APIS:
        for model in api.models:
            yield page_of(api, model), "\n".join(_page(api, model)) + "\n"


def page_of(api: WebApi, model: str) -> str:
    """Return the path of a model's page."""
    return f"models/{api.name}/{model}.md"


_ABOUT = (
    "Every model of both APIs, with a page each: an example, the fields and their limits, and what "
    "is said of a mistake. In a terminal, `liangxin models` lists them. An id that is inferred "
    "follows from the others: no page that we know prints it."
)


def root(page: str) -> str:
    """Return the relative path from a page to the root of the site; an id may have slashes."""
    return "../" * page.count("/")


def _index() -> str:
    lines = ["# Models", "", _ABOUT]
    for api in APIS:
        rows = [
            (
                f"[{code(model)}]({api.name}/{model}.md)",
                about["title"] + (" (deprecated)" if _is_deprecated(api, model) else ""),
                about["kind"],
                _id(about),
            )
            for model in api.models
            for about in (api.about(model),)
        ]
        lines += ["", f"## {api.client}", ""]
        lines += [f"{len(rows)} models. Client: `liangxin.{api.client}`.", ""]
        lines += table(("model", "title", "makes", "the id is"), rows)
    return "\n".join(lines) + "\n"


def _is_deprecated(api: WebApi, model: str) -> bool:
    return "x-deprecated" in api.contract.input_schema(model)


def _id(about: Mapping[str, Any]) -> str:
    confidence = about["id_confidence"]
    return f"{about['id_evidence']}{f' ({confidence} confidence)' if confidence else ''}"


def _page(api: WebApi, model: str) -> Iterator[str]:
    about, schema = api.about(model), api.contract.input_schema(model)
    variant = api.variants[model]
    yield f"# {model}"
    yield ""
    yield (
        f"{about['title']}: makes {_article(about['kind'])}. API: {api.client}. "
        f"Typed input: `{api.typed_inputs}.{variant.input_name}`."
    )
    for deprecation in api.contract.deprecations(model):
        if deprecation.kind in ("model", "alias"):
            yield from ("", f"**The {escaped(str(deprecation))}.**")
    yield from _about_id(api, about)
    yield from ("", "## Example", "", _EXAMPLE[schema["x-example"]["evidence"]].format(api=api))
    yield from ("", "In Python:", "", *fenced("python", examples.python(api, model)))
    yield from ("", "With curl, which creates the task; then query it by the id in the response:")
    yield from ("", *fenced("bash", examples.curl(api, model)))
    yield from ("", *fenced("bash", examples.query(api, model)))
    yield from ("", "On the command line:", "", *fenced("bash", examples.command(api, model)))
    yield from ("", "## Fields", "")
    yield "What is sent as `input`." if _is_nested(api, model) else "What is sent as the body."
    for field in api.contract.fields(model):
        yield from _field(field)
    yield from _rules(schema)
    yield from _mistakes(api, model)
    if notes := about["notes"]:
        yield from ("", "## Notes", "", *(f"- {escaped(note)}" for note in notes))
    yield from _sources(api, about)


_EXAMPLE = {
    "documented": "The input is that of {api.client}'s own page.",
    "mixed": "A part of the input is from {api.client}'s own page.",
    "composed": "The input is made up: no page of {api.client} that we know has one.",
}


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _is_nested(api: WebApi, model: str) -> bool:
    return "input" in api.contract.request_schema(model)["properties"]


def _about_id(api: WebApi, about: Mapping[str, Any]) -> Iterator[str]:
    if about["id_evidence"] == "documented":
        return
    yield ""
    text = f"**The id is {_id(about)}**: {api.client}'s pages that we know do not print it."
    if about["id_reason"]:
        text += f" {escaped(about['id_reason'])}"
    if others := about["id_alternatives"]:
        text += f" It might also be {' or '.join(map(code, others))}; pass that as `model=`."
    yield text


def _field(field: Any) -> Iterator[str]:
    yield from ("", f"### `{field.name}`", "")
    need = f"**{field.marked(field.need)}**" if field.required else field.marked(field.need)
    yield " · ".join([field.marked(field.kind), need, *map(escaped, field.facts), field.evidence])
    if field.description:
        yield from ("", escaped(field.description))
    if field.fields:
        yield from ("", *_parts(field, 0))


def _parts(field: Any, indent: int) -> Iterator[str]:
    for part in field.fields:
        facts = [part.kind.text, *(["**required**"] if part.required else []), *part.facts]
        about = f" {escaped(part.description)}" if part.description else ""
        yield f"{' ' * indent}- `{part.name}`: {', '.join(facts)}.{about}"
        yield from _parts(part, indent + 4)


def _rules(schema: Mapping[str, Any]) -> Iterator[str]:
    rules = schema.get("x-rules", ())
    if not rules:
        return
    # Advice has no schema, so it is in neither.
    enforced = {rule["x-rule"] for rule in schema.get("allOf", ()) if "x-rule" in rule}
    guessed = {rule["x-rule"] for rule in schema.get("x-inferred", {}).get("allOf", ())}
    yield from ("", "## Rules", "", "Limits over several fields, by their ids:", "")
    rows = []
    for rule in rules:
        name = rule["id"]
        what = "refused" if name in enforced else "warned of" if name in guessed else "not checked"
        rows.append((code(name), escaped(rule["text"]), rule["evidence"], what))
    yield from table(("rule", "", "evidence", "an input that breaks it is"), rows)


def _mistakes(api: WebApi, model: str) -> Iterator[str]:
    yield from ("", "## Errors", "")
    yield (
        "What `InvalidInputError` says of an input with one mistake, before anything is sent; "
        "where the evidence is `inferred`, it is a warning, and an error with "
        '`validate="strict"`:'
    )
    yield ""
    yield from table(
        ("input", "message", "evidence"),
        [(code(m.input), escaped(m.message), m.evidence or "") for m in mistakes(api, model)],
    )
    yield ""
    yield (
        "What the API itself answers, whether it bills, and what to do: "
        f"[What happens when …]({root(page_of(api, model))}errors.md)."
    )


def _sources(api: WebApi, about: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "## Evidence", "")
    yield "Where the facts of this page come from; what each level means for you:"
    yield ""
    # LiangXin forwards to Magnific; of other APIs, the level names no API.
    meanings = _LEVELS | ({} if api.name == "liangxin" else _LEVELS_OF_OTHERS)
    rows = []
    for level, sources in about["source"].items():
        meaning = meanings[level].format(api=api)
        rows.append((level, meaning, "<br>".join(map(escaped, sources))))
    yield from table(("evidence", "known from", "source"), rows)


_LEVELS = {
    "documented": "pages of {api.client}; refused when broken",
    "upstream": "Magnific, to which LiangXin forwards; refused when broken",
    "sibling": "Kie.ai, whose API LiangXin's resembles; refused when broken",
    "observed": "the live API, by a probe; refused when broken",
    "inferred": "nobody: it follows from the others, or is a guess; warned of when broken",
}
_LEVELS_OF_OTHERS = {"upstream": "the API that it forwards to; refused when broken"}
