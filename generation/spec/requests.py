"""Wrap a variant's input in the envelope of create requests."""

from __future__ import annotations

from typing import Any

from generation.spec.variants import DEPRECATION, Variant, full_sources

Schema = dict[str, Any]


def make_request(envelope: Schema, variant: Variant, sites: dict[str, str]) -> Schema:
    """Return the schema of the request that creates `variant`.

    The input is nested if the envelope has a property `input`; otherwise its fields stand beside
    those of the envelope. A property `model` of the envelope becomes the constant id.
    """
    own = dict(envelope["properties"])
    shared = {name: field["examples"][0] for name, field in own.items() if "examples" in field}
    if "model" in own:
        # With a `default`, the generated class of the request sets the id itself.
        own["model"] = {
            **own["model"],
            "const": variant.id,
            "default": variant.id,
            "x-evidence": variant.schema["x-id"]["evidence"],
        }
        shared = {"model": variant.id, **shared}
    about = {
        "title": variant.schema["title"],
        "x-model": variant.id,
        "x-input": f"{variant.name}Input",
        "x-evidence": envelope["x-evidence"],
        "x-source": full_sources(envelope["x-source"], sites),
        **{key: variant.schema[key] for key in DEPRECATION if key in variant.schema},
    }
    required = envelope.get("required", [])
    examples = variant.schema["examples"]
    if "input" in own:
        own["input"] = {"$ref": f"#/components/schemas/{variant.name}Input"}
        return {
            "type": envelope["type"],
            "required": required,
            "properties": own,
            "additionalProperties": False,
            **about,
            "examples": [{**shared, "input": example} for example in examples],
        }
    taken = sorted(own.keys() & variant.schema["properties"].keys())
    if taken:
        reason = f"{taken[0]} is a field of the envelope, too"
        raise variant.source.error(("properties", taken[0]), reason)
    # Here the envelope's fields stand among those of the input, so they state their level likewise.
    for name, field in own.items():
        own[name] = {"x-evidence": {"field": envelope["x-evidence"]}, **field}
    limits: Schema = {
        key: variant.schema[key]
        for key in ("type", "additionalProperties", "allOf", "x-inferred", "x-rules")
        if key in variant.schema
    }
    return {
        **limits,
        "required": [*required, *variant.schema["required"]],
        "properties": {**variant.schema["properties"], **own},
        **about,
        "examples": [{**shared, **example} for example in examples],
    }
