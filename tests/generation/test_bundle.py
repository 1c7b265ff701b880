"""The bundle says all that the files of a spec say."""

from __future__ import annotations

import shutil
from pathlib import Path

from generation.spec.bundle import make_bundle
from tests.support.acme import SPEC


def test_what_stands_beside_a_ref_stays(tmp_path: Path) -> None:
    """OpenAPI 3.1 has keywords beside a $ref, such as a description of its own."""
    shutil.copytree(SPEC, tmp_path / "acme")
    path = tmp_path / "acme/openapi.yaml"
    ref = "$ref: common/create.yaml#/schemas/Job"
    text = path.read_text(encoding="utf-8")
    assert ref in text
    path.write_text(text.replace(ref, f"{ref}, description: As it is."), encoding="utf-8")
    created = make_bundle(tmp_path / "acme")["paths"]["/v2/looms/loom-1"]["post"]["responses"]
    assert created["202"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Job",
        "description": "As it is.",
    }
