"""Which operations create and query each model is read from the spec, or the spec is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from generation.__main__ import main
from generation.package.runtime.answers import Answers
from liangxin_api.variants import OPERATIONS, PATHS, VARIANTS
from tests.support.acme import SPEC


def test_all_models_of_liangxin_share_two_operations() -> None:
    """One operation creates and one queries, whatever the model."""
    assert {variant.create for variant in VARIANTS.values()} == {OPERATIONS["createTask"]}
    assert {variant.query for variant in VARIANTS.values()} == {OPERATIONS["getRecordInfo"]}
    assert {variant.id_argument for variant in VARIANTS.values()} == {"task_id"}
    assert OPERATIONS["createTask"][1:3] == ("POST", PATHS["createTask"])


def make(folder: Path, name: str, old: str, new: str) -> int:
    """Generate the invented API with one edit of its spec."""
    shutil.copytree(SPEC, folder / "openapi/acme")
    path = folder / "openapi/acme" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return main(["--project", str(folder)])


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (
            (
                "models/loom/loom-1.yaml",
                "  create: {path: /v2/looms/loom-1, operationId: weaveLoom1}\n",
                "",
            ),
            "no operation creates this",
        ),
        (
            ("models/loom/loom-1.yaml", "  status: {", "  cloth: {"),
            "openapi.yaml has no cloth in x-operations",
        ),
        (
            ("models/loom/loom-1.yaml", "operationId: getLoomStatus", "operationId: getStatus"),
            "GET /v2/looms/jobs/{job-id}/status is another operation elsewhere",
        ),
        (
            ("models/loom/loom-1.yaml", "path: /v2/looms/loom-1,", "path: v2/looms/loom-1,"),
            "loom-1.yaml:7: x-operations.create.path",
        ),
        (("openapi.yaml", "x-operations:", "x-templates:"), "the envelope has no `model`"),
        (("openapi.yaml", "$response.body#/job", "fixed"), "no operation creates this model"),
        (
            ("openapi.yaml", "operationId: status", "operationId: getCloth"),
            "no operation creates this",
        ),
        (("openapi.yaml", "security:\n  - acmeKey: []\n", ""), "`security` must name a scheme"),
        (
            ("openapi.yaml", "in: header, name: x-acme-key", "in: query, name: key"),
            "`security` must",
        ),
        (
            ("common/create.yaml", "        hook:", "        threads:"),
            "threads is a field of the envelope, too",
        ),
    ],
)
def test_a_spec_without_these_facts_is_refused(
    edit: tuple[str, str, str], reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is guessed: what is missing is named."""
    assert make(tmp_path, *edit) == 1
    assert reason in capsys.readouterr().err


@pytest.mark.thorough
def test_two_specs_become_two_packages(tmp_path: Path) -> None:
    """Each folder has its own package, which is removed with it, and the check sees both."""
    for spec in ("acme", "bolt"):
        shutil.copytree(SPEC, tmp_path / "openapi" / spec)
    assert main(["--project", str(tmp_path)]) == 0
    packages = tmp_path / "generated"
    assert sorted(path.name for path in packages.iterdir()) == ["acme_api", "bolt_api"]
    for package in packages.iterdir():
        assert (package / "GENERATED.lock").is_file()
    (packages / "bolt_api/contract.py").write_text("", encoding="utf-8")
    assert main(["--check", "--project", str(tmp_path)]) == 1
    shutil.rmtree(tmp_path / "openapi/bolt")
    assert main(["--project", str(tmp_path)]) == 0
    assert [path.name for path in packages.iterdir()] == ["acme_api"]


def test_parameters_of_a_path_are_those_of_its_operations(tmp_path: Path) -> None:
    """A path may have parameters and words for all its operations, which may overrule them."""
    shared = """\
    summary: Jobs of looms
    parameters:
      - {name: x-acme-floor, in: header, schema: {type: string, default: "1"}}
      - {name: page, in: query, schema: {type: string}}
"""
    assert make(tmp_path, "openapi.yaml", "jobs:\n", f"jobs:\n{shared}") == 0
    package = tmp_path / "generated/acme_api"
    document = json.loads((package / "openapi.json").read_bytes())
    operation = Answers(document).find("GET", "/v2/looms/jobs")
    assert operation is not None
    assert operation.parameters == {
        "x-acme-floor": "header",
        "page": "query",
        "states": "query",
        "x-acme-region": "header",
    }
    text = (package / "api/looms/list_looms.py").read_text(encoding="utf-8")
    assert "x_acme_floor: str | Unset = UNSET" in text
    assert "page: int | Unset = UNSET" in text
