"""`python -m generation changes`: what it prints, and how it ends."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from generation.__main__ import main
from generation.changes.side import Side
from tests.generation.changes.corpus import PROJECT, bundle
from tests.generation.changes.test_states import committed as committed  # noqa: PLC0414 - fixtures
from tests.generation.changes.test_states import edit, git
from tests.generation.changes.test_states import project as project  # noqa: PLC0414

INIT = "overrides/liangxin/__init__.py"
BUNDLE = "generated/magnific_api/openapi.json"
PROMPT = '"maxLength": 2500'
SHORTER = '"maxLength": 2400'


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["changes", *arguments])
    output = capsys.readouterr()
    return code, output.out, output.err


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code, out, _ = run(capsys, *arguments, "--json")
    return code, json.loads(out)


def test_a_breaking_edit_ends_with_1_and_a_witness(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An edited bundle is compared with the last release, and each witness can be replayed."""
    edit(project, BUNDLE, PROMPT, SHORTER)
    code, report = as_json(capsys, "--project", str(project))
    assert code == 1
    assert report["old"] == {"state": "v0.1.0", "version": "0.1.0"}
    assert report["bump"] == "major"
    assert report["needed_version"] == "0.2.0"
    assert report["changes"]
    for change in report["changes"]:
        assert change["kind"] == "max-length-lowered"
        assert change["breaking"] is True
        assert change["message"] == f"{change['where']}: the most characters is 2400, was 2500"
        assert Side(bundle("magnific")).replay.accepts_body(change["variant"], change["witness"])
    assert any("prompt" in line and "Breaking" in line for line in report["changelog"])


def test_the_sum_says_what_it_counts(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same change of several models is one entry, and the sum says that it counts them all."""
    edit(project, BUNDLE, PROMPT, SHORTER)
    _, report = as_json(capsys, "--project", str(project))
    _, out, _ = run(capsys, "--project", str(project))
    count = len(report["changes"])
    assert count > out.count("[max-length-lowered]")
    assert f"{count} breaking, 0 perhaps breaking, 0 other changes, counted per model: a " in out


@pytest.mark.parametrize(("version", "code"), [("0.1.9", 1), ("0.2.0", 0), ("1.0.0", 0)])
def test_the_bump_lets_it_pass(
    project: Path, capsys: pytest.CaptureFixture[str], version: str, code: int
) -> None:
    """Of 0.x, a higher second number is the bump that breaking changes call for."""
    edit(project, BUNDLE, PROMPT, SHORTER)
    edit(project, INIT, "0.1.0", version)
    ended, out, _ = run(capsys, "--project", str(project))
    assert ended == code
    assert ("too low" in out) == bool(code)
    assert f"info.version is 0.1.0, but the package's is {version}" in out


def test_other_changes_pass(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wider limit breaks nothing, and ends with 0."""
    edit(project, BUNDLE, PROMPT, '"maxLength": 2600')
    code, report = as_json(capsys, "--project", str(project))
    assert (code, report["bump"], report["needed_version"]) == (0, "minor", "0.1.1")
    assert not any(change["breaking"] for change in report["changes"])
    assert all(change["witness"] is None for change in report["changes"])


def test_without_a_release_the_last_commit_counts(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A repository without a version tag is compared with HEAD, and that is said."""
    git(project, "tag", "-d", "v0.1.0")
    code, out, _ = run(capsys, "--project", str(project))
    assert code == 0
    assert "No changes." in out
    assert "No commit here has a version tag, so OLD is the last commit (HEAD)." in out


@pytest.mark.parametrize("form", [(), ("--markdown",), ("--json",)])
def test_two_files_need_no_repository(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: tuple[str, ...]
) -> None:
    """Two bundle files are compared in every form of output, with their own versions."""
    new = copy.deepcopy(bundle("magnific"))
    new["info"]["version"] = "0.2.0"
    schemas = new["components"]["schemas"]
    del schemas["Task"]["properties"]["generated"]
    schemas["Task"]["required"].remove("generated")
    new["servers"][0]["url"] = "https://other.example.com"
    path = tmp_path / "new.json"
    path.write_text(json.dumps(new), encoding="utf-8")
    old = str(PROJECT / "generated/magnific_api/openapi.json")
    code, out, err = run(capsys, old, str(path), *form, "--project", str(tmp_path))
    assert (code, err) == (0, "")
    assert "field-removed" in out or "### Breaking" in out
    assert "https://api.magnific.com" in out
    assert "0.2.0" in out
    assert sorted(tmp_path.iterdir()) == [path]


def test_markdown_keeps_words_of_the_spec_apart_from_markup(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Values of a spec are shown as they are, and long ones are shortened."""
    new = copy.deepcopy(bundle("magnific"))
    for name, schema in new["components"]["schemas"].items():
        if "prompt" in schema.get("properties", {}) and "Turbo" in name:
            schema["properties"]["prompt"] |= {"maxLength": 100, "pattern": "^[^*_<]*$"}
    path = tmp_path / "new.json"
    path.write_text(json.dumps(new), encoding="utf-8")
    old = str(PROJECT / "generated/magnific_api/openapi.json")
    code, out, _ = run(capsys, old, str(path), "--markdown")
    assert code == 1
    assert r"must match ^\[^\*\_\<\]\*$ now" in out
    assert "(101 characters)" in out
    assert max(map(len, out.splitlines())) < 400


@pytest.mark.parametrize("argument", ["nosuch", "README.md", str(PROJECT / "LICENSE")])
def test_bad_input_ends_with_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, argument: str
) -> None:
    """What cannot be read is named on standard error, and nothing else is printed."""
    monkeypatch.chdir(PROJECT)
    code, out, err = run(capsys, argument)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {argument}:")


def test_damage_inside_a_bundle_is_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bundle whose parts refer to nothing is named."""
    new = copy.deepcopy(bundle("magnific"))
    del new["components"]["schemas"]["Task"]
    path = tmp_path / "new.json"
    path.write_text(json.dumps(new), encoding="utf-8")
    old = str(PROJECT / "generated/magnific_api/openapi.json")
    code, out, err = run(capsys, old, str(path))
    assert (code, out) == (2, "")
    assert "new.json" in err
    assert "damaged" in err


def test_schemas_that_contain_themselves_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be compared is said, and not passed over."""
    new = copy.deepcopy(bundle("magnific"))
    new["components"]["schemas"]["Task"]["properties"]["task"] = {
        "$ref": "#/components/schemas/Task"
    }
    path = tmp_path / "new.json"
    path.write_text(json.dumps(new), encoding="utf-8")
    old = str(PROJECT / "generated/magnific_api/openapi.json")
    code, _, err = run(capsys, old, str(path))
    assert code == 2
    assert "#/components/schemas/Task refers to itself" in err
