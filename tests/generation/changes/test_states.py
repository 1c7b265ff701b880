"""States of the specs: what is loaded for a revision, a file or the working tree, and what is refused."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from generation.changes.states import StateError, load, newest_version_tag, pair
from tests.generation.changes.corpus import PROJECT, bundle

KLING = "openapi/magnific/shared/kling-turbo.yaml"
PROMPT = "maxLength: 2500"


def git(project: Path, *arguments: str) -> None:
    names = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    command = ["git", "-C", str(project), *names, *arguments]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="session")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small copy of the project, without YAML, committed and tagged v0.1.0."""
    project = tmp_path_factory.mktemp("project")
    for name in ("openapi.json", "GENERATED.lock"):
        target = project / "generated/magnific_api" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT / "generated/magnific_api" / name, target)
    package = project / "overrides/liangxin"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('__version__ = "0.1.0"\n', encoding="utf-8")
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "First")
    git(project, "tag", "v0.1.0")
    return project


@pytest.fixture
def project(committed: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(committed, tmp_path / "project"))


@pytest.fixture
def spec(project: Path) -> Path:
    """A copy of it that has the YAML, too."""
    for room in ("openapi/magnific", "generation/spec"):
        shutil.copytree(PROJECT / room, project / room)
    git(project, "add", ".")
    git(project, "commit", "-qm", "Spec")
    return project


def edit(project: Path, file: str, old: str, new: str) -> None:
    path = project / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("name", ["v0.1.0", "0.1.0", "HEAD", None])
def test_a_revision_has_the_bundle_that_was_shipped_with_it(
    spec: Path, name: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tag, a version, a commit and the working tree are read without making a bundle anew."""
    monkeypatch.setattr("generation.spec.bundle.make_bundle", None)
    state = load(name, spec)
    assert state.version == "0.1.0"
    assert state.bundles == {"magnific": bundle("magnific")}


@pytest.mark.thorough
def test_an_edited_file_counts_before_its_bundle_is_made(spec: Path) -> None:
    """The working tree is its YAML, not the bundle of before."""
    edit(spec, KLING, PROMPT, "maxLength: 2400")
    state = load(None, spec)
    assert state.bundles["magnific"] != bundle("magnific")
    assert '"maxLength": 2400' in json.dumps(state.bundles["magnific"])
    git(spec, "commit", "-qam", "Not generated")
    assert load("HEAD", spec).bundles == state.bundles


def test_the_newest_version_is_the_highest(project: Path) -> None:
    """Versions are compared as numbers, and other tags are no releases."""
    for tag in ("v0.9.0", "v0.10.0", "nightly-1.0.0", "0.2.0"):
        git(project, "tag", tag)
    assert newest_version_tag(project) == "v0.10.0"


def test_a_file_is_compared_with_its_own_api(project: Path) -> None:
    """A bundle file is one API, and the other state's other APIs are left out."""
    path = project / "generated/magnific_api/openapi.json"
    ((name, old, new),) = pair(load(str(path), project), load("HEAD", project))
    assert name == "magnific"
    assert old == new == bundle("magnific")
    other = PROJECT / "generated/liangxin_api/openapi.json"
    with pytest.raises(StateError, match="no path in common with an API of HEAD"):
        pair(load(str(other), project), load("HEAD", project))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{\n  nonsense", r"bundle.json:2: invalid JSON"),
        ("[]", "bundle.json: not a bundle: it lacks openapi"),
        ('{"openapi": "3.1.0", "info": {"version": "1"}, "paths": {}}', "components.schemas"),
        (
            '{"openapi": "3", "info": {"version": "1"}, "paths": {}, "components": {"schemas": {}}}',
            "no schema is the request of a model",
        ),
    ],
)
def test_a_file_that_is_no_bundle_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    """The file, the line of what is not JSON, and the reason are named."""
    path = tmp_path / "bundle.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(StateError, match=reason):
        load(str(path), tmp_path)


@pytest.mark.parametrize("name", ["nosuch", "v9.9.9", "--help", "HEAD~99", ":/"])
def test_what_is_no_revision_is_refused(project: Path, name: str) -> None:
    """A name that is neither a file nor a revision is named as such."""
    with pytest.raises(StateError, match=f"{name}: neither a file nor a git revision"):
        load(name, project)


@pytest.mark.thorough
def test_broken_yaml_is_named_with_its_revision_and_line(spec: Path) -> None:
    """In the working tree and at a revision, the file and line are those of the mistake."""
    edit(spec, KLING, PROMPT, "maxLength: [2500")
    with pytest.raises(StateError, match=rf"^{KLING}:\d+: invalid YAML") as at_work:
        load(None, spec)
    git(spec, "commit", "-qam", "Broken")
    with pytest.raises(StateError, match=rf"^HEAD:{KLING}:\d+: invalid YAML") as at_head:
        load("HEAD", spec)
    assert str(at_head.value) == f"HEAD:{at_work.value}"


def test_a_folder_outside_of_git_needs_two_files(tmp_path: Path) -> None:
    """Without a repository there are no revisions, and the error says what works."""
    with pytest.raises(StateError, match="not in a git repository; give two bundle files"):
        load("HEAD", tmp_path)


def test_what_git_refuses_is_said_in_its_words(tmp_path: Path) -> None:
    """A repository without a commit, and a folder that is not there, are refused with the reason."""
    git(tmp_path, "init", "-q")
    with pytest.raises(StateError, match=f"^{re.escape(str(tmp_path))}: git: .*HEAD"):
        newest_version_tag(tmp_path)
    gone = tmp_path / "gone"
    with pytest.raises(StateError, match=f"^{re.escape(str(gone))}: git: .*gone"):
        newest_version_tag(gone)
    with pytest.raises(StateError, match=f"^{re.escape(str(gone))}: git: .*gone"):
        load("HEAD", gone)


def test_a_revision_without_specs_is_refused(project: Path) -> None:
    """A revision that has nothing to compare is named."""
    git(project, "rm", "-rq", "generated")
    git(project, "commit", "-qm", "Gone")
    with pytest.raises(StateError, match="HEAD: it has neither openapi/"):
        load("HEAD", project)
