"""Write GENERATED.lock: the hashes of a package's inputs and outputs, and the tools' versions."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

NAME = "GENERATED.lock"
SOURCES = {".yaml", ".py", ".jinja"}
# Commands about the spec, which decide no byte of a package.
COMMANDS = {"changes", "sync"}
# Those that decide bytes; the validators only refuse.
TOOLS = ("openapi-python-client", "ruff", "ruamel.yaml")


def make_lock(project: Path, spec: Path, package: Path) -> str:
    """Return the text of the lock for `package`, made from the folder `spec` of `project`."""
    # The generator's own code is an input: a change of it changes the output, too.
    inputs = [
        path
        for folder in (spec, project / "generation")
        for path in folder.rglob("*")
        if path.suffix in SOURCES and path.relative_to(folder).parts[0] not in COMMANDS
    ]
    outputs = [path for path in package.rglob("*") if path.is_file() and path.name != NAME]
    lock = {
        "about": "Made by `nox -s generate`. Do not edit.",
        "tools": {name: version(name) for name in TOOLS},
        "inputs": _hashes(inputs, project),
        "outputs": _hashes(outputs, package),
    }
    return json.dumps(lock, indent=2) + "\n"


def _hashes(paths: list[Path], root: Path) -> dict[str, str]:
    return {
        # With slashes, and sorted, since the lock must not depend on the system that wrote it.
        path.relative_to(root).as_posix(): f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in sorted(paths)
    }
