"""Load a state of the specs: of a git revision, of the working tree, or of a bundle file.

A revision has the bundles that were shipped with it, in generated/. They count, since they are
what the SDK of that revision enforces. One is made anew only where the lock beside it says that it
is not made of that revision's openapi/.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

VERSION_FILE = "overrides/liangxin/__init__.py"
VERSION = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
VERSION_TAG = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")
WORKING_TREE = "the working tree"
# What a bundle is made of, beside openapi/<name>/.
MAKERS = "generation/spec/"


class StateError(Exception):
    """A state that cannot be read: which, where and why."""


@dataclass(frozen=True)
class State:
    """The specs at one time."""

    label: str
    version: str
    """Of the package; of a bundle file, that of the document."""
    bundles: dict[str, Schema]
    """The document of each API, by its name; a file's has the name of the file."""
    is_file: bool = False


def load(name: str | None, project: Path) -> State:
    """Return the state that `name` names: a bundle file or a git revision; None: the working tree.

    Raises StateError.
    """
    if name is None:
        return _tree(_working_files(project), WORKING_TREE, "")
    if (path := Path(name)).is_file():
        return _file(path)
    files = _files_at(name, project)
    return _tree(files, name, f"{name}:")


def newest_version_tag(project: Path) -> str | None:
    """Return the tag of the last release that this commit contains, such as v1.2.0."""
    tags = _git(project, "tag", "--merged", "HEAD").decode().split()
    versions = {tag: found for tag in tags if (found := VERSION_TAG.fullmatch(tag))}
    return max(versions, key=lambda tag: tuple(map(int, versions[tag].groups())), default=None)


def pair(old: State, new: State) -> list[tuple[str, Schema | None, Schema | None]]:
    """Return the APIs with their documents of both states; a file is compared with its own API.

    Raises StateError if a file is of an API that the other state lacks.
    """
    if not old.is_file and not new.is_file:
        names = sorted(old.bundles.keys() | new.bundles.keys())
        return [(name, old.bundles.get(name), new.bundles.get(name)) for name in names]
    if old.is_file and new.is_file:
        ((name, before),), ((_, after),) = old.bundles.items(), new.bundles.items()
        return [(name, before, after)]
    file, other = (old, new) if old.is_file else (new, old)
    (document,) = file.bundles.values()
    paths = document["paths"].keys()
    name = max(other.bundles, key=lambda name: len(paths & other.bundles[name]["paths"].keys()))
    if not paths & other.bundles[name]["paths"].keys():
        raise StateError(f"{file.label}: it has no path in common with an API of {other.label}")
    return [
        (name, document, other.bundles[name])
        if file is old
        else (name, other.bundles[name], document)
    ]


# --- bundles -------------------------------------------------------------------------------------


def _tree(files: dict[str, bytes], label: str, prefix: str) -> State:
    """Return the state of a tree of files, named in errors with `prefix`."""
    specs = sorted(
        {path.split("/")[1] for path in files if re.match(r"openapi/\w+/openapi\.yaml$", path)}
        | {path.split("/")[1].removesuffix("_api") for path in files if _is_bundle(path)}
    )
    if not specs:
        raise StateError(f"{label}: it has neither openapi/<name>/ nor generated/<name>_api/")
    source = files.get(VERSION_FILE, b"").decode("utf-8", "replace")
    version = VERSION.search(source)
    if version is None:
        raise StateError(f'{prefix}{VERSION_FILE}: no line is __version__ = "…"')
    bundles = {name: _bundle(files, name, prefix) for name in specs}
    return State(label, version[1], bundles)


def _is_bundle(path: str) -> bool:
    return re.match(r"generated/\w+_api/openapi\.json$", path) is not None


def _bundle(files: dict[str, bytes], name: str, prefix: str) -> Schema:
    path = f"generated/{name}_api/openapi.json"
    if path in files and _is_up_to_date(files, name):
        return parse(files[path], f"{prefix}{path}")
    # Slow to import, and mostly not needed.
    from generation.spec.bundle import make_bundle  # noqa: PLC0415
    from generation.spec.source import SpecError  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="liangxin-changes-") as folder:
        root = Path(folder).resolve()
        for source in _sources(files, name):
            target = root / source
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(files[source])
        try:
            return make_bundle(root / f"openapi/{name}")
        except SpecError as error:
            raise StateError(f"{error}".replace(f"{root}/", prefix)) from None
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            reason = f"the spec cannot be read: {type(error).__name__}: {error}"
            raise StateError(f"{prefix}openapi/{name}: {reason}") from None


def _sources(files: dict[str, bytes], name: str) -> list[str]:
    return [path for path in files if path.startswith(f"openapi/{name}/")]


def _is_up_to_date(files: dict[str, bytes], name: str) -> bool:
    """Return whether the committed bundle was made of these files."""
    sources = [path for path in _sources(files, name) if path.endswith(".yaml")]
    if not sources:
        return True  # there is nothing else
    try:
        lock = json.loads(files[f"generated/{name}_api/GENERATED.lock"])
        inputs, outputs = dict(lock["inputs"]), dict(lock["outputs"])
    except (KeyError, TypeError, ValueError):
        return False
    made_of = {path for path in inputs if path.startswith((f"openapi/{name}/", MAKERS))}
    there = {*sources, *(path for path in files if path.startswith(MAKERS))}
    bundle = files[f"generated/{name}_api/openapi.json"]
    return (
        made_of == there
        and all(inputs[path] == _hash(files[path]) for path in there)
        and outputs.get("openapi.json") == _hash(bundle)
    )


def _hash(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _file(path: Path) -> State:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StateError(f"{path}: {error.strerror}") from None
    document = parse(content, str(path))
    # openapi.json has this name in each package, whose folder says of which API it is.
    name = (
        path.resolve().parent.name.removesuffix("_api")
        if path.name == "openapi.json"
        else path.stem
    )
    return State(str(path), str(document["info"]["version"]), {name: document}, is_file=True)


def parse(content: bytes, where: str) -> Schema:
    """Return the bundle in a file; raises StateError if it is none."""
    try:
        document = json.loads(content)
    except json.JSONDecodeError as error:
        raise StateError(f"{where}:{error.lineno}: invalid JSON: {error.msg}") from None
    except (UnicodeDecodeError, RecursionError) as error:
        raise StateError(f"{where}: invalid JSON: {error}") from None
    match document:
        case {
            "openapi": str(),
            "info": {"version": str()},
            "paths": dict(),
            "components": {"schemas": dict(schemas)},
        }:
            pass
        case _:
            reason = "not a bundle: it lacks openapi, info.version, paths or components.schemas"
            raise StateError(f"{where}: {reason}")
    # Compared with a whole bundle, all its rules would seem gone.
    if "x-left-out" in document:
        raise StateError(
            f"{where}: the portable form, which lacks rules and evidence; "
            "give the openapi.json of the same folder"
        )
    if not any(isinstance(schema, dict) and "x-input" in schema for schema in schemas.values()):
        raise StateError(f"{where}: not a bundle: no schema is the request of a model (x-input)")
    bundle: Schema = document
    return bundle


# --- files ---------------------------------------------------------------------------------------


def _wanted(path: str) -> bool:
    return (
        path == VERSION_FILE
        or (path.startswith(("openapi/", MAKERS)) and path.endswith((".yaml", ".py")))
        or bool(re.match(r"generated/\w+_api/(openapi\.json|GENERATED\.lock)$", path))
    )


def _working_files(project: Path) -> dict[str, bytes]:
    paths = (
        path
        for folder in ("openapi", "generation/spec", "generated", "overrides/liangxin")
        for path in (project / folder).rglob("*")
    )
    found = {path.relative_to(project).as_posix(): path for path in paths if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if _wanted(name)}


def _files_at(revision: str, project: Path) -> dict[str, bytes]:
    """Return the files of a revision that matter here."""
    # git would take it for an option.
    if revision.startswith("-"):
        raise StateError(f"{revision}: neither a file nor a git revision")
    commit = _commit(revision, project)
    listing = _git(project, "ls-tree", "-r", "-z", "--full-tree", commit)
    objects = {}
    for line in listing.decode().split("\0"):
        about, _, path = line.partition("\t")
        if path and _wanted(path):
            objects[path] = about.split()[2]
    # One process for all files, not one for each.
    output = _git(project, "cat-file", "--batch", text="\n".join(objects.values()).encode() + b"\n")
    files = {}
    for path in objects:
        head, _, output = output.partition(b"\n")
        size = int(head.split()[2])
        files[path], output = output[:size], output[size + 1 :]
    return files


def _commit(revision: str, project: Path) -> str:
    _git(project, "rev-parse")  # refuses where there is no repository
    for name in (revision, f"refs/tags/v{revision}"):  # a released version without the v of its tag
        try:
            found = _git(project, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        except StateError:
            continue
        return found.decode().strip()
    raise StateError(f"{revision}: neither a file nor a git revision")


def _git(project: Path, *arguments: str, text: bytes | None = None) -> bytes:
    try:
        done = subprocess.run(
            ["git", "-C", str(project), *arguments],  # noqa: S607 - git, wherever it is
            input=text,
            capture_output=True,
            check=True,
        )
    except FileNotFoundError:
        raise StateError("git is not installed; give two bundle files instead") from None
    except subprocess.CalledProcessError as error:
        if b"not a git repository" in error.stderr:
            reason = "not in a git repository; give two bundle files instead"
        else:
            reason = f"git: {error.stderr.decode(errors='replace').strip()}"
        raise StateError(f"{project}: {reason}") from None
    return done.stdout
