"""The bundle says all that the files of a spec say."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from generation.spec.bundle import make_bundle
from tests.support.acme import SPEC


def bundle_of(folder: Path, *edits: tuple[str, str, str]) -> dict[str, Any]:
    """Return the bundle of the invented API with some edits, each of a file: old and new text."""
    root = folder / "acme"
    shutil.copytree(SPEC, root)
    for name, old, new in edits:
        text = (root / name).read_text(encoding="utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new), encoding="utf-8")
    return make_bundle(root)


def test_what_stands_beside_a_ref_stays(tmp_path: Path) -> None:
    """OpenAPI 3.1 has keywords beside a $ref, such as a description of its own."""
    ref = "$ref: common/create.yaml#/schemas/Job"
    bundle = bundle_of(tmp_path, ("openapi.yaml", ref, f"{ref}, description: As it is."))
    created = bundle["paths"]["/v2/looms/loom-1"]["post"]["responses"]
    assert created["202"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Job",
        "description": "As it is.",
    }


TEMPLATE = "  status:\n    get:"
MODELS = tuple(f"models/loom/{name}.yaml" for name in ("loom-0", "loom-1", "loom-2-hd"))
QUERY = "operationId: getLoomStatus"


@pytest.mark.parametrize(
    "edits",
    [
        [
            (
                "openapi.yaml",
                TEMPLATE,
                TEMPLATE.replace(
                    "    get:",
                    "    summary: Follow a job.\n"
                    "    parameters: [{name: detail, in: query, schema: {type: string}}]\n"
                    "    get:",
                ),
            )
        ],
        [
            (
                name,
                QUERY,
                f"{QUERY}, parameters: [{{name: detail, in: query, schema: {{type: string}}}}]",
            )
            for name in MODELS
        ],
    ],
    ids=["of the template", "of the models"],
)
def test_no_parameter_of_an_operation_of_models_is_lost(
    edits: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    """A template is a Path Item, and models may add parameters beside those of its operation."""
    bundle = bundle_of(tmp_path, *edits)
    operation = bundle["paths"]["/v2/looms/jobs/{job-id}/status"]["get"]
    assert {parameter["name"] for parameter in operation["parameters"]} == {"job-id", "detail"}
