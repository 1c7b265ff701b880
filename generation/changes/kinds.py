"""List the kinds of changes: how each is worded, and its bump if it breaks nothing."""

from __future__ import annotations

from typing import Literal, NamedTuple

Bump = Literal["major", "minor", "patch", "none"]


class Kind(NamedTuple):
    """A kind of change."""

    words: str
    """To be read after its place; `{old}` and `{new}` are the values, `{rule}` the rule's id,
    and `{about}` what is said of a deprecation."""
    bump: Bump = "minor"
    """What it calls for if it breaks nothing."""


def _bounds() -> dict[str, Kind]:
    words = {
        "minimum": "the minimum",
        "maximum": "the maximum",
        "min-length": "the fewest characters",
        "max-length": "the most characters",
        "min-items": "the fewest items",
        "max-items": "the most items",
        "min-properties": "the fewest fields",
        "max-properties": "the most fields",
    }
    return {
        f"{name}-{event}": Kind(text.format(what))
        for name, what in words.items()
        for event, text in {
            "added": "{} is {{new}}, there was none",
            "removed": "{} is gone, it was {{old}}",
            "raised": "{} is {{new}}, was {{old}}",
            "lowered": "{} is {{new}}, was {{old}}",
        }.items()
    }


KINDS: dict[str, Kind] = {
    # Models.
    "model-added": Kind("a new model"),
    "model-removed": Kind("the model is gone"),
    "model-renamed": Kind("the id is {new}, was {old}"),
    "alias-added": Kind("{new} is taken as a former id of it"),
    "alias-removed": Kind("the former id is no longer taken"),
    "result-kind-changed": Kind("the result is of kind {new}, was {old}"),
    "media-changed": Kind("what is said of files differs"),
    # Fields, of bodies and of answers.
    "field-added": Kind("a new field"),
    "required-field-added": Kind("a new field, which is required"),
    "field-removed": Kind("the field is gone"),
    "field-required": Kind("is required now"),
    "field-optional": Kind("is no longer required"),
    "unknown-fields-refused": Kind("unknown fields are ruled out now"),
    "unknown-fields-accepted": Kind("unknown fields are possible now"),
    # Values.
    "type-narrowed": Kind("the type is {new}, was {old}"),
    "type-widened": Kind("the type is {new}, was {old}"),
    "type-changed": Kind("the type is {new}, was {old}"),
    "enum-value-added": Kind("{new} is a value now"),
    "enum-value-removed": Kind("{old} is no longer a value"),
    "enum-added": Kind("only these values are left: {new}"),
    "enum-removed": Kind("any value is possible now"),
    "known-value-added": Kind("{new} is among the known values now"),
    "known-value-removed": Kind("{old} is no longer among the known values"),
    **_bounds(),
    "pattern-added": Kind("must match {new} now"),
    "pattern-removed": Kind("need not match {old} any longer"),
    "pattern-changed": Kind("must match {new}, was {old}"),
    "format-added": Kind("the format is {new}, there was none"),
    "format-removed": Kind("the format is free, was {old}"),
    "format-changed": Kind("the format is {new}, was {old}"),
    "multipleOf-added": Kind("must be a multiple of {new} now"),
    "multipleOf-removed": Kind("need not be a multiple of {old} any longer"),
    "multipleOf-changed": Kind("must be a multiple of {new}, was {old}"),
    "uniqueItems-added": Kind("items must differ now"),
    "uniqueItems-removed": Kind("items may be equal now"),
    "rule-added": Kind("a new rule{rule}"),
    "rule-removed": Kind("a rule is gone{rule}"),
    "rule-changed": Kind("a rule differs{rule}"),
    "alternatives-added": Kind("must be one of some alternatives now"),
    "alternatives-removed": Kind("need not be one of some alternatives any longer"),
    "alternatives-changed": Kind("the alternatives differ"),
    "other-form-accepted": Kind("the client takes the {new}, too"),
    "other-form-refused": Kind("the client no longer takes the {old}"),
    # What is not a limit.
    "default-added": Kind("the server's default is known: {new}", "patch"),
    "default-removed": Kind("the server's default is no longer known, was {old}", "patch"),
    "default-changed": Kind("the server's default is {new}, was {old}"),
    "evidence-raised": Kind("the limit is enforced now, it only warned"),
    "evidence-lowered": Kind("the limit only warns now, it was enforced"),
    "evidence-changed": Kind("who says so differs", "patch"),
    "warning-added": Kind("the client warns of more", "patch"),
    "warning-removed": Kind("the client warns of less", "patch"),
    "deprecated": Kind("is deprecated{about}"),
    "undeprecated": Kind("is no longer deprecated"),
    "value-deprecated": Kind("{new} is deprecated"),
    "value-undeprecated": Kind("{old} is no longer deprecated"),
    "deprecation-changed": Kind("what is said of its deprecation differs", "patch"),
    "documentation-changed": Kind("the documentation differs", "patch"),
    # Operations.
    "operation-added": Kind("a new operation"),
    "operation-removed": Kind("the operation is gone"),
    "operation-id-changed": Kind("the operationId is {new}, was {old}"),
    "tag-changed": Kind("the tag is {new}, was {old}"),
    "security-changed": Kind("other credentials are asked for"),
    "security-widened": Kind("more credentials are taken"),
    "parameter-added": Kind("a new parameter"),
    "required-parameter-added": Kind("a new parameter, which is required"),
    "parameter-removed": Kind("the parameter is gone"),
    "parameter-required": Kind("the parameter is required now"),
    "parameter-optional": Kind("the parameter is no longer required"),
    "body-required": Kind("a body is required now"),
    "body-optional": Kind("the body may be left out"),
    "media-type-added": Kind("a new media type"),
    "media-type-removed": Kind("the media type is gone"),
    # Answers, callbacks, servers.
    "success-status-added": Kind("a new status of success"),
    "success-status-removed": Kind("the status is gone"),
    "success-status-changed": Kind("another status of success comes"),
    "error-status-added": Kind("a new status of an error"),
    "error-status-removed": Kind("the status is gone"),
    "code-meaning-changed": Kind("the code means {new}, was {old}"),
    "links-changed": Kind("the links differ"),
    "callback-added": Kind("a new callback"),
    "callback-removed": Kind("the callback is gone"),
    "webhook-added": Kind("a new webhook"),
    "webhook-removed": Kind("the webhook is gone"),
    "server-added": Kind("a new server: {new}"),
    "server-removed": Kind("the server is gone: {old}"),
    "default-server-changed": Kind("the default server is {new}, was {old}"),
    "other-changed": Kind("differs"),
}
