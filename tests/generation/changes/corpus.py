"""Edits of the real specs, made by a script, each with the verdict that it must get."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from generation.changes.compare_schemas import Breaking

Schema = dict[str, Any]

PROJECT = Path(__file__).parents[3]
APIS = ("liangxin", "magnific")


class Verdict(NamedTuple):
    """A change as it must be reported."""

    where: str
    kind: str
    breaking: Breaking
    variant: str | None = None
    is_received: bool = False
    """Whether `where` is the field of a schema, wherever that is received."""

    def received(self) -> Verdict:
        """Return the verdict with the field alone."""
        where = self.where.removesuffix("[]").rpartition(".")[2]
        return self._replace(where=where, is_received=True)


class Edit(NamedTuple):
    """An edit of a bundle."""

    name: str
    api: str
    apply: Callable[[Schema], None]
    """Edits the document in place."""
    verdicts: tuple[Verdict, ...]
    or_none: bool = False
    """Whether there may be no change at all, since other limits say the same."""
    prepare: Callable[[Schema], None] | None = None
    """Edits both documents first."""

    def __str__(self) -> str:
        return f"{self.api} {self.name}"

    def bundles(self) -> tuple[Schema, Schema]:
        """Return the bundle before and after."""
        before, after = bundle(self.api), _fresh(self.api)
        if self.prepare is not None:
            before = _fresh(self.api)
            self.prepare(before)
            self.prepare(after)
        self.apply(after)
        return before, after


@cache
def bundle(api: str) -> Schema:
    """Return the committed bundle of an API; not to be edited."""
    return _fresh(api)


def _fresh(api: str) -> Schema:
    """Return a copy of the bundle, faster than by deepcopy."""
    document: Schema = json.loads(_text(api))
    return document


@cache
def _text(api: str) -> str:
    return (PROJECT / f"generated/{api}_api/openapi.json").read_text(encoding="utf-8")


def edits_of_variants() -> Iterator[Edit]:
    """Edits of every field, limit and rule of every model."""
    for api in APIS:
        schemas = bundle(api)["components"]["schemas"]
        for request in schemas.values():
            if "x-input" in request:
                yield from _Model(api, request).edits()


class _Model:
    """Makes the edits of one model."""

    def __init__(self, api: str, request: Schema) -> None:
        self.api, self.model = api, request["x-model"]
        self.is_flat = "input" not in request["properties"]
        self.names = [request["x-input"]]
        if self.is_flat:  # the fields stand in both schemas
            schemas = bundle(api)["components"]["schemas"]
            self.names += [n for n, s in schemas.items() if s is request]
        self.schema = bundle(api)["components"]["schemas"][request["x-input"]]

    def edits(self) -> Iterator[Edit]:
        """Every edit of the model."""
        for name, field in self.schema["properties"].items():
            if "type" in field:
                yield from self._of_field(name, field)
        yield from self._of_object()
        yield from self._of_evidence()
        yield from self._rewrites()

    def _edit(
        self,
        name: str,
        apply: Callable[[Schema], None],
        *verdicts: tuple[str, str, Breaking],
        or_none: bool = False,
    ) -> Edit:
        def on_all(document: Schema) -> None:
            for schema in self.names:
                apply(document["components"]["schemas"][schema])

        def where(name: str) -> str:
            return ".".join(filter(None, ("" if self.is_flat else "input", name))) or "input"

        expected = tuple(Verdict(where(n), k, b, self.model) for n, k, b in verdicts)
        return Edit(f"{self.model}: {name}", self.api, on_all, expected, or_none)

    def _of_field(self, name: str, field: Schema) -> Iterator[Edit]:
        def set_(**new: Any) -> Callable[[Schema], None]:
            return lambda schema: schema["properties"][name].update(new)

        def drop(key: str) -> Callable[[Schema], None]:
            return lambda schema: schema["properties"][name].pop(key)

        is_required = name in self.schema["required"]
        yield self._edit(f"drop {name}", _drop_field(name), (name, "field-removed", True))
        if is_required:
            yield self._edit(
                *(f"{name} optional", lambda s: s["required"].remove(name)),
                (name, "field-optional", False),
                or_none=True,
            )
        else:
            is_guess = name in self.schema.get("x-inferred", {}).get("required", ())
            yield self._edit(
                *(f"{name} required", lambda s: s["required"].append(name)),
                (name, "evidence-raised" if is_guess else "field-required", True),
            )
        for key, low in (
            ("maximum", False),
            ("maxLength", False),
            ("maxItems", False),
            ("minimum", True),
            ("minLength", True),
            ("minItems", True),
        ):
            if key not in field:
                continue
            slug = key.replace("L", "-l").replace("I", "-i")
            closer = field[key] + (1 if low else -1)
            farther = field[key] + (-1 if low else 1)
            if field["type"] == "number":
                closer = field[key] + (0.25 if low else -0.25)
            up, down = ("raised", "lowered") if low else ("lowered", "raised")
            is_point = key == "minItems" and field.get("maxItems") == field[key]
            if not is_point:
                yield self._edit(
                    f"{name} {key} closer", set_(**{key: closer}), (name, f"{slug}-{up}", True)
                )
            if farther > 0:
                yield self._edit(
                    *(f"{name} {key} farther", set_(**{key: farther})),
                    (name, f"{slug}-{down}", False),
                    or_none=True,
                )
            yield self._edit(
                f"{name} no {key}", drop(key), (name, f"{slug}-removed", False), or_none=True
            )
        if field["type"] == "string" and not {"enum", "pattern", "maxLength"} & field.keys():
            yield self._edit(
                f"{name} maxLength", set_(maxLength=9), (name, "max-length-added", True)
            )
            yield self._edit(f"{name} enum", set_(enum=["x", "y"]), (name, "enum-added", True))
        if field["type"] == "integer" and not {"maximum", "enum"} & field.keys():
            yield self._edit(f"{name} maximum", set_(maximum=9), (name, "maximum-added", True))
        if "enum" in field:
            yield from self._of_enum(name, field["enum"], set_, drop)
        if "pattern" in field:
            yield self._edit(
                f"{name} https", set_(pattern="^https://"), (name, "pattern-changed", True)
            )
            yield self._edit(
                f"{name} no pattern",
                drop("pattern"),
                (name, "pattern-removed", False),
                or_none=True,
            )
        if field["type"] == "integer":
            yield self._edit(
                f"{name} number",
                set_(type="number"),
                (name, "type-widened", False),
                or_none="enum" in field,
            )
        if field["type"] == "boolean":
            yield self._edit(f"{name} integer", set_(type="integer"), (name, "type-changed", True))
        if field["type"] == "number":
            yield self._edit(f"{name} whole", set_(type="integer"), (name, "type-narrowed", True))
        yield self._edit(f"{name} deprecated", set_(deprecated=True), (name, "deprecated", False))
        if "default" in field:
            yield self._edit(
                f"{name} no default", drop("default"), (name, "default-removed", False)
            )
            yield self._edit(
                f"{name} default", set_(default="?"), (name, "default-changed", "perhaps")
            )
        if "x-accepts" in field:
            yield self._edit(
                f"{name} no x-accepts", drop("x-accepts"), (name, "other-form-refused", True)
            )

    def _of_enum(
        self, name: str, values: list[Any], set_: Callable[..., Any], drop: Callable[..., Any]
    ) -> Iterator[Edit]:
        new = "new-value" if isinstance(values[0], str) else 99999
        if len(values) > 1:
            yield self._edit(
                f"{name} without {values[-1]}",
                set_(enum=values[:-1]),
                (name, "enum-value-removed", True),
            )
            yield self._edit(
                *(f"{name} renames {values[0]}", set_(enum=[new, *values[1:]])),
                *((name, "enum-value-removed", True), (name, "enum-value-added", False)),
            )
        yield self._edit(
            f"{name} with {new}", set_(enum=[*values, new]), (name, "enum-value-added", False)
        )
        yield self._edit(f"{name} no enum", drop("enum"), (name, "enum-removed", False))

    def _of_object(self) -> Iterator[Edit]:
        new = {"type": "string", "description": "New."}

        def add(schema: Schema) -> None:
            schema["properties"]["brand_new"] = new

        def add_required(schema: Schema) -> None:
            add(schema)
            schema["required"].append("brand_new")

        yield self._edit("a new field", add, ("brand_new", "field-added", False))
        yield self._edit(
            "a new required field", add_required, ("brand_new", "required-field-added", True)
        )
        yield self._edit(
            "open", lambda s: s.pop("additionalProperties"), ("", "unknown-fields-accepted", False)
        )
        for index, rule in enumerate(self.schema.get("allOf", ())):
            where = "" if "properties" not in rule else "".join(rule["properties"])
            yield self._edit(
                *(f"no rule {rule['x-rule']}", _drop_rule(index)),
                (where, "rule-removed", False),
            )
        names = [*self.schema["properties"]][:2]
        if len(names) == 2:
            rule = {
                "x-rule": "not-both",
                "description": "Not both.",
                "x-evidence": "documented",
                "not": {"required": names},
            }
            yield self._edit(
                *("a rule", lambda s: s.setdefault("allOf", []).append(rule)),
                ("", "rule-added", True),
                or_none=any("required" in str(one) for one in self.schema.get("allOf", ())),
            )

    def _of_evidence(self) -> Iterator[Edit]:
        for name, guesses in self.schema.get("x-inferred", {}).get("properties", {}).items():
            for key in guesses:
                if key in {"maxItems", "maximum", "maxLength", "minimum", "minItems", "minLength"}:
                    yield self._edit(
                        *(f"{name} {key} is certain", _enforce(name, key)),
                        (name, "evidence-raised", True),
                        or_none=True,
                    )
        for name, field in self.schema["properties"].items():
            for key in ("maximum", "maxLength"):
                if key in field:
                    yield self._edit(
                        *(f"{name} {key} is a guess", _guess(name, key)),
                        (name, "evidence-lowered", False),
                    )

    def _rewrites(self) -> Iterator[Edit]:
        """Edits that change nothing."""
        yield self._edit("properties reversed", _reverse)
        yield self._edit("each limit in an allOf", _spread)
        yield self._edit("enums as oneOf", _enums_as_alternatives)
        yield self._edit("an enum of one as const", _const)
        yield self._edit("limits twice", _twice)


def _drop_rule(index: int) -> Callable[[Schema], None]:
    def apply(schema: Schema) -> None:
        del schema["allOf"][index]
        if not schema["allOf"]:
            del schema["allOf"]

    return apply


def _drop_field(name: str) -> Callable[[Schema], None]:
    def apply(schema: Schema) -> None:
        del schema["properties"][name]
        if name in schema["required"]:
            schema["required"].remove(name)
        schema.get("x-inferred", {}).get("properties", {}).pop(name, None)

    return apply


def _enforce(name: str, key: str) -> Callable[[Schema], None]:
    def apply(schema: Schema) -> None:
        guesses = schema["x-inferred"]["properties"]
        schema["properties"][name][key] = guesses[name].pop(key)

    return apply


def _guess(name: str, key: str) -> Callable[[Schema], None]:
    def apply(schema: Schema) -> None:
        guesses = schema.setdefault("x-inferred", {}).setdefault("properties", {})
        guesses.setdefault(name, {})[key] = schema["properties"][name].pop(key)

    return apply


def _reverse(schema: Schema) -> None:
    schema["properties"] = dict(reversed([*schema["properties"].items()]))
    schema["required"].reverse()
    for field in schema["properties"].values():
        if "enum" in field:
            field["enum"].reverse()
    schema.get("allOf", []).reverse()


def _spread(schema: Schema) -> None:
    for name, field in schema["properties"].items():
        limits = [
            {key: field.pop(key)}
            for key in ("type", "enum", "maximum", "maxLength")
            if key in field
        ]
        schema["properties"][name] = {**field, "allOf": limits}


def _enums_as_alternatives(schema: Schema) -> None:
    for field in schema["properties"].values():
        if "enum" in field:
            field["oneOf"] = [{"const": value} for value in field.pop("enum")]


def _const(schema: Schema) -> None:
    for field in schema["properties"].values():
        if len(field.get("enum", ())) == 1:
            (field["const"],) = field.pop("enum")


def _twice(schema: Schema) -> None:
    limits = {"properties": copy.deepcopy(schema["properties"]), "required": [*schema["required"]]}
    schema.setdefault("allOf", []).append(limits)


# --- operations, answers, the document -------------------------------------------------------------


def edits_of_apis() -> Iterator[Edit]:
    """Edits of operations, parameters, answers, callbacks, servers and credentials."""
    for api in APIS:
        yield from _of_models(api)
        yield from _of_operations(api)
        yield from _of_answers(api)
        yield from _of_document(api)


def _of_models(api: str) -> Iterator[Edit]:
    schemas = bundle(api)["components"]["schemas"]
    requests = {s["x-model"]: (n, s) for n, s in schemas.items() if "x-input" in s}
    for model, (name, request) in requests.items():
        yield Edit(
            *(f"{model} is gone", api, lambda d, n=name: _drop_model(d, n)),
            (Verdict("model", "model-removed", True, model),),
        )
        for field in request["properties"].keys() & {"callBackUrl", "webhook_url"}:
            yield Edit(
                *(f"{model} without {field}", api, _drop_at("schemas", name, "properties", field)),
                (Verdict(field, "field-removed", True, model),),
            )
    first_name, first = next(iter(requests.values()))
    if "model" in first["properties"]:
        yield Edit(
            *("a new model", api, lambda d: _add_model(d, first_name)),
            (Verdict("model", "model-added", False, "brand-new"),),
        )


def _of_operations(api: str) -> Iterator[Edit]:
    document = bundle(api)
    schemas = document["components"]["schemas"]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            label = f"{method.upper()} {path}"
            ref = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            model = schemas.get(ref.get("schema", {}).get("$ref", "").rpartition("/")[2], {})
            # A query has no body; that of a model alone has its id in the path. A list is a family's.
            words = {schema["x-model"] for schema in schemas.values() if "x-model" in schema}
            own = [word for word in path.split("/") if word in words and "{" in path]
            owner = model.get("x-model") or next(iter(own), None)

            def edit(
                name: str,
                change: Callable[[Schema], Any],
                *verdicts: Verdict,
                at: tuple[str, str] = (path, method),
                label: str = label,
            ) -> Edit:
                def apply(document: Schema) -> None:
                    change(document["paths"][at[0]][at[1]])

                return Edit(f"{label}: {name}", api, apply, verdicts)

            yield Edit(
                *(f"{label} is gone", api, lambda d, p=path, m=method: d["paths"][p].pop(m)),
                (Verdict(label, "operation-removed", True, owner),),
            )
            yield edit(
                *("another id", lambda o: o.update(operationId="other")),
                Verdict("operation-id", "operation-id-changed", "perhaps"),
            )
            yield edit(
                "deprecated",
                lambda o: o.update(deprecated=True),
                Verdict("operation", "deprecated", False),
            )
            yield edit(
                "unheard of",
                lambda o: o.update({"x-new": 1}),
                Verdict("operation x-new", "other-changed", "perhaps"),
            )
            for required, kind in ((True, "required-parameter-added"), (False, "parameter-added")):
                new = {
                    "name": "new",
                    "in": "query",
                    "required": required,
                    "schema": {"type": "string"},
                }
                yield edit(
                    *(
                        f"a parameter ({kind})",
                        lambda o, n=new: o.setdefault("parameters", []).append(n),
                    ),
                    Verdict("query.new", kind, required),
                )
            yield edit(
                "402 is new",
                lambda o: o["responses"].update({"418": {"description": "New."}}),
                Verdict("status 418", "error-status-added", False),
            )
            yield edit(
                "500 is gone",
                lambda o: o["responses"].pop("500"),
                Verdict("status 500", "error-status-removed", False),
            )
            yield edit(
                "202 is new",
                lambda o: o["responses"].update({"202": {"description": "New."}}),
                Verdict("status 202", "success-status-added", "perhaps"),
            )
            for index, parameter in enumerate(operation.get("parameters", ())):
                where = (
                    f"{parameter['in']}.{parameter['name'] if parameter['in'] != 'path' else '0'}"
                )

                def of_parameter(
                    name: str, change: Callable[[Schema], Any], *verdicts: Verdict, i: int = index
                ) -> Edit:
                    return edit(f"{where} {name}", lambda o: change(o["parameters"][i]), *verdicts)  # noqa: B023

                yield (
                    of_parameter(
                        "is short",
                        lambda p: p["schema"].update(maximum=2, maxLength=2),
                        Verdict(
                            where,
                            "maximum-added"
                            if parameter["schema"]["type"] == "integer"
                            else "max-length-added",
                            True,
                        ),
                    )
                    if "maximum" not in parameter["schema"]
                    else of_parameter(
                        "is smaller",
                        lambda p: p["schema"].update(maximum=2),
                        Verdict(where, "maximum-lowered", True),
                    )
                )
                if parameter["in"] == "query":
                    yield edit(
                        f"{where} is gone",
                        _popper("parameters", index),
                        Verdict(where, "parameter-removed", "perhaps"),
                    )
                    if parameter.get("required"):
                        yield of_parameter(
                            "is optional",
                            lambda p: p.update(required=False),
                            Verdict(where, "parameter-optional", False),
                        )
                    else:
                        yield of_parameter(
                            "is required",
                            lambda p: p.update(required=True),
                            Verdict(where, "parameter-required", True),
                        )


def _of_answers(api: str) -> Iterator[Edit]:
    """Edits of everything that is received, wherever it is received."""
    schemas = bundle(api)["components"]["schemas"]
    # Alternatives of an error are a difference as a whole, and sent bodies are none of these.
    received = {
        name
        for name, schema in schemas.items()
        if "properties" in schema and "x-model" not in schema
    } - _below(
        schemas, [n for n, s in schemas.items() if "oneOf" in s or n.endswith("UploadRequest")]
    )
    for name, schema in schemas.items():
        if name not in received:
            continue
        for field, part in schema["properties"].items():
            required = field in schema.get("required", ())

            def edit(
                text: str,
                change: Callable[[Schema], Any],
                kind: str,
                breaking: Breaking,
                at: tuple[str, str] = (name, field),
            ) -> Edit:
                verdict = Verdict(at[1], kind, breaking, is_received=True)
                return Edit(
                    *(
                        f"{'.'.join(at)} {text}",
                        api,
                        lambda d: change(d["components"]["schemas"][at[0]]),
                    ),
                    (verdict,),
                )

            def set_(new: Any = None, at: str = field, **more: Any) -> Callable[[Schema], None]:
                return lambda s: s["properties"][at].update({**(new or {}), **more})

            if required:
                yield edit("optional", _remover("required", field), "field-optional", True)
            else:
                yield edit(
                    "required",
                    _appender("required", field),
                    "field-required",
                    False,
                )
            kind = part.get("type")
            if isinstance(kind, str):
                yield edit("null", set_(type=[kind, "null"]), "type-widened", True)
            if kind == "string" and "format" not in part:
                yield edit("enum", set_(enum=["waiting", "x"]), "enum-added", False)
                yield edit("short", set_(maxLength=40), "max-length-added", False)
            if kind == "string" and "minLength" in part:
                yield edit("empty", set_(minLength=0), "min-length-removed", True)
            if "maximum" in part:
                yield edit("larger", set_(maximum=part["maximum"] + 1), "maximum-raised", True)
                yield edit("smaller", set_(maximum=part["maximum"] - 1), "maximum-lowered", False)
            if "x-extensible-enum" in part:
                known = part["x-extensible-enum"]
                yield edit(
                    "value",
                    set_({"x-extensible-enum": [*known, "new"]}),
                    "known-value-added",
                    False,
                )
                yield edit(
                    "no value",
                    set_({"x-extensible-enum": known[1:]}),
                    "known-value-removed",
                    False,
                )
            yield edit("deprecated", set_(deprecated=True), "deprecated", False)


def _below(schemas: Schema, names: list[str]) -> set[str]:
    """Return schemas and all that they refer to."""
    found: set[str] = set()
    while names:
        name = names.pop()
        if name not in found:
            found.add(name)
            refs = json.dumps(schemas[name]).split("#/components/schemas/")[1:]
            names += [ref.partition('"')[0] for ref in refs]
    return found


def _of_document(api: str) -> Iterator[Edit]:
    def edit(name: str, apply: Callable[[Schema], Any], *verdicts: Verdict) -> Edit:
        return Edit(f"document: {name}", api, apply, verdicts)

    key = {"type": "apiKey", "in": "header", "name": "X-Other"}
    yield edit(
        "another key", lambda d: _scheme(d, key), Verdict("security", "security-changed", True)
    )
    yield edit(
        "no key needed",
        lambda d: d["security"].append({}),
        Verdict("security", "security-widened", False),
    )
    other = {"url": "https://other.example.com"}
    yield edit(
        "a server", lambda d: d["servers"].append(other), Verdict("server", "server-added", False)
    )
    yield edit(
        *("another server", lambda d: d["servers"].__setitem__(0, other)),
        *(Verdict("server", "server-removed", "perhaps"), Verdict("server", "server-added", False)),
    )
    yield edit(
        *("another default server", lambda d: d["servers"].insert(0, other)),
        Verdict("server", "server-added", False),
        Verdict("server", "default-server-changed", "perhaps"),
    )
    yield edit(
        "words",
        lambda d: d["info"].update(description="New."),
        Verdict("info", "documentation-changed", False),
    )
    yield edit("version", lambda d: d["info"].update(version="9.0.0"))
    yield edit(
        "unheard of",
        lambda d: d.update(jsonSchemaDialect="x"),
        Verdict("document jsonSchemaDialect", "other-changed", "perhaps"),
    )
    yield edit("references resolved", _inline)
    yield edit("components renamed", _rename)
    yield edit("alternatives reversed", _reverse_alternatives)
    if "webhooks" in bundle(api):
        yield edit(
            "no webhook",
            lambda d: d["webhooks"].clear(),
            Verdict("webhook", "webhook-removed", "perhaps"),
        )


def _popper(key: str, index: int) -> Callable[[Schema], Any]:
    return lambda node: node[key].pop(index)


def _remover(key: str, value: Any) -> Callable[[Schema], Any]:
    return lambda node: node[key].remove(value)


def _appender(key: str, value: Any) -> Callable[[Schema], Any]:
    return lambda node: node.setdefault(key, []).append(value)


def _drop_at(*path: str) -> Callable[[Schema], None]:
    def apply(document: Schema) -> None:
        node = document["components"]
        for step in path[:-1]:
            node = node[step]
        del node[path[-1]]

    return apply


def _drop_model(document: Schema, name: str) -> None:
    ref = f"#/components/schemas/{name}"
    schemas = document["components"]["schemas"]
    del schemas[schemas.pop(name)["x-input"]]
    for schema in schemas.values():
        if "oneOf" in schema:
            schema["oneOf"] = [one for one in schema["oneOf"] if one != {"$ref": ref}]
            mapping = schema.get("discriminator", {}).get("mapping", {})
            for model in [model for model, target in mapping.items() if target == ref]:
                del mapping[model]
    for path, item in [*document["paths"].items()]:
        for method, operation in [*item.items()]:
            if ref in json.dumps(operation.get("requestBody", {})):
                del item[method]
        if not item:
            del document["paths"][path]


def _add_model(document: Schema, name: str) -> None:
    schemas = document["components"]["schemas"]
    schemas["NewRequest"] = copy.deepcopy(schemas[name])
    schemas["NewRequest"]["x-model"] = "brand-new"
    schemas["NewRequest"]["properties"]["model"].update(const="brand-new", default="brand-new")
    for schema in schemas.values():
        if "discriminator" in schema:
            schema["oneOf"].append({"$ref": "#/components/schemas/NewRequest"})
            schema["discriminator"]["mapping"]["brand-new"] = "#/components/schemas/NewRequest"


def _scheme(document: Schema, scheme: Schema) -> None:
    for name in document["components"]["securitySchemes"]:
        document["components"]["securitySchemes"][name] = scheme


def _inline(document: Schema) -> None:
    """Put what is referred to in the place of the references, but for the requests of models."""
    components = document["components"]

    def inlined(node: Any) -> Any:
        if isinstance(node, list):
            return [inlined(part) for part in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str):
            _, _, section, name = node["$ref"].split("/")
            target = components[section][name]
            if "x-model" in target or "discriminator" in target:
                return node
            return inlined(target)
        return {key: inlined(value) for key, value in node.items()}

    document["paths"] = inlined(document["paths"])
    document["webhooks"] = inlined(document.get("webhooks", {}))


def _rename(document: Schema) -> None:
    """Give the schemas of answers other names."""
    schemas = document["components"]["schemas"]
    names = {
        n: f"{n}V2" for n, s in schemas.items() if "x-model" not in s and "discriminator" not in s
    }

    def renamed(node: Any) -> Any:
        if isinstance(node, list):
            return [renamed(part) for part in node]
        if not isinstance(node, dict):
            return node
        return {
            key: f"#/components/schemas/{names.get(value.rpartition('/')[2], value.rpartition('/')[2])}"
            if key == "$ref" and isinstance(value, str) and "/schemas/" in value
            else renamed(value)
            for key, value in node.items()
        }

    for key in ("paths", "webhooks", "components"):
        if key in document:
            document[key] = renamed(document[key])
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {names.get(n, n): s for n, s in schemas.items()}


def _reverse_alternatives(document: Schema) -> None:
    for schema in document["components"]["schemas"].values():
        for key in ("oneOf", "anyOf", "required"):
            if key in schema:
                schema[key].reverse()


def outcome(changes: list[Any]) -> set[Verdict]:
    """Return the verdicts of changes."""
    return {Verdict(c.where, c.kind, c.breaking, c.variant) for c in changes}
