"""Make generated/ from openapi/: `python -m generation [--check] [--project FOLDER]`.

`python -m generation changes` says what a change of the specs breaks, `python -m generation sync`
compares openapi/ with the published pages.

Each folder below openapi/ is the spec of an API, and becomes a package: openapi/liangxin/ becomes
generated/liangxin_api/.
"""

from __future__ import annotations

import argparse
import difflib
import filecmp
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from generation.lock import NAME, make_lock
from generation.package.client import make_client
from generation.package.portable_form import portable_form
from generation.spec.bundle import dumps, make_bundle
from generation.spec.source import SpecError

COMMAND = "nox -s generate"
COMMANDS = """\
other commands, each with a --help of its own:
  changes [OLD [NEW]]  say what a change of the specs breaks
  sync SOURCE          compare openapi/ with the published pages
"""
SPEC_NAME = re.compile(r"[a-z][a-z0-9_]*")


def make(project: Path, folder: Path) -> None:
    """Write the packages of all specs of `project` into the empty `folder`; raises SpecError."""
    for spec in specs(project):
        make_package(project, spec, folder / f"{spec.name}_api")


def specs(project: Path) -> list[Path]:
    """Return the folders of all specs; raises SpecError if there is none."""
    root = project / "openapi"
    found = [path for path in sorted(root.glob("*")) if path.is_dir() and path.name[0] != "."]
    if not found:
        raise SpecError(root, None, "no spec found; each is a folder, such as openapi/liangxin/")
    for path in found:
        if not SPEC_NAME.fullmatch(path.name):
            reason = "the name of a spec must be lower-case letters, digits and underscores"
            raise SpecError(path, None, reason)
    return found


def make_package(project: Path, spec: Path, package: Path) -> None:
    """Write the package of one spec; raises SpecError."""
    bundle = make_bundle(spec)
    # First: openapi-python-client refuses to write into a folder that is there.
    make_client(bundle, spec, package)
    documents = {"openapi.json": bundle, "openapi.portable.json": portable_form(bundle)}
    # With the same line ends on every system: the lock has the hashes of the bytes.
    for name, document in documents.items():
        (package / name).write_text(dumps(document), encoding="utf-8", newline="\n")
    # Last, as it hashes all other files of the package.
    (package / NAME).write_text(make_lock(project, spec, package), encoding="utf-8", newline="\n")


def _files(folder: Path) -> set[Path]:
    names = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    # Not what Python, linters and desktops leave behind, which need not even be text.
    return {
        name
        for name in names
        if not any(part == "__pycache__" or part.startswith(".") for part in name.parts)
    }


def differing(old: Path, new: Path) -> list[Path]:
    """Return the files that differ between two folders, or are in one only."""
    names = _files(old) | _files(new)
    return sorted(
        name
        for name in names
        if not ((old / name).is_file() and (new / name).is_file())
        # By content: with `shallow`, equal sizes and times would do.
        or not filecmp.cmp(old / name, new / name, shallow=False)
    )


def _diff(name: Path, old: Path, new: Path) -> Iterator[str]:
    before, after = (
        file.read_text(encoding="utf-8").splitlines(keepends=True) if file.is_file() else []
        for file in (old / name, new / name)
    )
    return difflib.unified_diff(before, after, f"generated/{name}", f"generated/{name} (new)")


def main(argv: list[str] | None = None) -> int:
    """Run the command; return 1 if the spec is invalid or `--check` finds a difference, else 0."""
    words = sys.argv[1:] if argv is None else argv
    if words[:1] == ["changes"]:
        from generation.changes.command import main as run_changes  # noqa: PLC0415 - rarely needed

        return run_changes(words[1:])
    if words[:1] == ["sync"]:
        try:
            from generation.sync.command import main as run_sync  # noqa: PLC0415 - needs more tools
        except ModuleNotFoundError as error:
            problem = f"sync needs {error.name}, which is not installed here"
            print(f"error: {problem}. Run: nox -s sync -- ...", file=sys.stderr)
            return 2

        return run_sync(words[1:])
    parser = argparse.ArgumentParser(
        prog="python -m generation",
        description=__doc__.partition("\n")[0],
        epilog=COMMANDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--check", action="store_true", help="compare with what is there; change nothing"
    )
    parser.add_argument(
        "--project", type=Path, default=Path.cwd(), help="the folder with openapi/ and generated/"
    )
    args = parser.parse_args(words)
    project = args.project.resolve()
    generated = project / "generated"
    # Elsewhere first: a mistake in the spec must leave generated/ as it is.
    with tempfile.TemporaryDirectory(prefix="liangxin-generate-") as temporary:
        made = Path(temporary)
        try:
            make(project, made)
        except SpecError as error:
            return _refuse(str(error))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            # A mistake in the spec that no check foresees ends here, nearly always.
            reason = f"the spec cannot be read: {type(error).__name__}: {error}"
            return _refuse(f"{project / 'openapi'}: {reason}")
        changed = differing(generated, made)
        if args.check:
            return _report(changed, generated, made)
        _write(changed, generated, made)
        count = len(_files(made))
    print(f"generated/: {count} files, {len(changed)} changed.")
    return 0


def _write(changed: list[Path], generated: Path, made: Path) -> None:
    """Make `generated` the same as `made`."""
    # The lock comes last: while the files don't match it, Prism is not started on them.
    for name in sorted(changed, key=lambda name: (name.name == NAME, name)):
        target = generated / name
        if (made / name).is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            # Renamed into place, so that no reader sees half a file.
            draft = target.with_name(f"{target.name}.new")
            shutil.copyfile(made / name, draft)
            draft.replace(target)
        else:
            target.unlink()
    # The deepest first, so that a folder which only had empty folders goes, too.
    for folder in sorted(generated.rglob("*"), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _refuse(error: str) -> int:
    print(f"error: {error}", file=sys.stderr)
    print("generated/ is unchanged.", file=sys.stderr)
    return 1


def _report(changed: list[Path], generated: Path, made: Path) -> int:
    """Print the differences that `--check` found, and return the exit code."""
    if not changed:
        print("generated/ is up to date.")
        return 0
    for name in changed:
        sys.stdout.writelines(_diff(name, generated, made))
    print(f"{len(changed)} files in generated/ are out of date. Run: {COMMAND}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
