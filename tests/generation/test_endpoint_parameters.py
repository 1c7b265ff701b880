"""A spec is refused if something that a request must carry does not reach the generated code."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from generation.__main__ import main
from generation.package.endpoint_parameters import check_parameters
from generation.spec.source import SpecError
from tests.support.acme import SPEC

STATUS, LIST, CREATE = "get_loom_status.py", "list_looms.py", "weave_loom_1.py"


@pytest.fixture
def package(acme: ModuleType, tmp_path: Path) -> Path:
    """A copy of the generated package, to be broken."""
    copy = tmp_path / "acme_api"
    shutil.copytree(Path(str(acme.__file__)).parent, copy)
    return copy


def bundle(package: Path) -> Any:
    return json.loads((package / "openapi.json").read_bytes())


@pytest.mark.parametrize(
    ("module", "old", "new", "reason"),
    [
        (
            STATUS,
            'job_id=quote(str(job_id), safe="")',
            'job_id="{job_id}"',
            "GET /v2/looms/jobs/{job-id}/status: the path parameter job-id does not reach",
        ),
        (STATUS, 'quote(str(job_id), safe="")', "str(job_id)", "the path parameter job-id"),
        (LIST, 'params["page"] = page', "", "the query parameter page does not reach"),
        (LIST, 'params["states"]', 'params["state"]', "the query parameter states does not"),
        (
            LIST,
            'headers["x-acme-region"]',
            'headers["region"]',
            "the header parameter x-acme-region",
        ),
        (STATUS, "job_id: str,", "job: str,", "the generated function cannot be called: TypeError"),
        (CREATE, '_kwargs["json"] = body.to_dict()', "", "the body does not reach"),
    ],
)
def test_what_the_code_drops_is_found(
    package: Path, module: str, old: str, new: str, reason: str
) -> None:
    """Each kind of parameter, its name and its quoting are checked in the code itself."""
    check_parameters(bundle(package), SPEC, package)
    path = package / "api/looms" / module
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        check_parameters(bundle(package), SPEC, package)
    assert reason in caught.value.reason


def test_the_check_leaves_nothing_behind(package: Path) -> None:
    """The package that was imported for the check is forgotten, and no bytecode is written."""
    for folder in package.rglob("__pycache__"):
        shutil.rmtree(folder)
    check_parameters(bundle(package), SPEC, package)
    assert not [name for name in sys.modules if name.startswith("_checked_")]
    assert not list(package.rglob("__pycache__"))


@pytest.mark.thorough
def test_generate_refuses_what_the_templates_cannot_send(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command ends with 1, names the operation and the parameter, and writes nothing."""
    shutil.copytree(SPEC, tmp_path / "openapi/acme")
    path = tmp_path / "openapi/acme/openapi.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("in: header, required: true", "in: cookie"), encoding="utf-8")
    assert main(["--project", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert "GET /v2/looms/jobs: the cookie parameter x-acme-region does not reach" in error
    assert not (tmp_path / "generated").exists()
