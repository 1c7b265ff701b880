"""GENERATED.lock: what generated/ was made from, by what, and what came out."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

NAME = "GENERATED.lock"
SOURCES = {".yaml", ".py", ".jinja"}
TOOLS = ("openapi-python-client", "ruff", "ruamel.yaml")


def make_lock(project: Path, folder: Path) -> str:
    """The lock's text for the outputs in `folder`, made from the sources in `project`."""
    inputs = [
        path
        for room in ("openapi", "generation")
        for path in (project / room).rglob("*")
        if path.suffix in SOURCES
    ]
    outputs = [path for path in folder.rglob("*") if path.is_file() and path.name != NAME]
    lock = {
        "about": "Made by `nox -s generate`. Do not edit.",
        "tools": {name: version(name) for name in TOOLS},
        "inputs": _hashes(inputs, project),
        "outputs": _hashes(outputs, folder),
    }
    return json.dumps(lock, indent=2) + "\n"


def _hashes(paths: list[Path], root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in sorted(paths)
    }
