"""Say what a change of the specs breaks: `python -m generation changes [OLD [NEW]]`.

OLD and NEW are git revisions (a tag, a branch, a commit) or bundle files. By default the last
release is compared with the working tree.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from generation.changes.bump import version
from generation.changes.compare_bundles import changes_of
from generation.changes.report import Report
from generation.changes.states import State, StateError, load, newest_version_tag, pair

BAD_INPUT = 2


def main(argv: list[str]) -> int:
    """Run the command.

    Return 1 for breaking changes without the bump that they call for, 2 for bad input, else 0.
    """
    about = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m generation changes", description=about[0], epilog=about[2]
    )
    parser.add_argument("old", nargs="?", metavar="OLD", help="the state before")
    parser.add_argument("new", nargs="?", metavar="NEW", help="the state now")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON, for programs")
    form.add_argument("--markdown", action="store_true", help="print Markdown, for a pull request")
    parser.add_argument(
        "--project", type=Path, default=Path.cwd(), help="the folder with openapi/ and generated/"
    )
    args = parser.parse_args(argv)
    try:
        report = make_report(args.old, args.new, args.project.resolve())
    except StateError as error:
        print(f"error: {error}", file=sys.stderr)
        return BAD_INPUT
    print(
        report.as_json()
        if args.json
        else report.as_markdown()
        if args.markdown
        else report.as_text()
    )
    return report.exit_code


def make_report(old: str | None, new: str | None, project: Path) -> Report:
    """Return the changes between two states; raises StateError."""
    notes = []
    if old is None:
        old = newest_version_tag(project)
        if old is None:
            old = "HEAD"
            notes.append("No commit here has a version tag, so OLD is the last commit (HEAD).")
    before, after = load(old, project), load(new, project)
    changes = []
    for api, one, other in pair(before, after):
        try:
            changes += changes_of(api, one, other)
        except RecursionError as error:
            reason = f"schemas that contain themselves cannot be compared: {error}"
            raise StateError(f"{api}: {reason}") from None
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            reason = f"a bundle is damaged: {type(error).__name__}: {error}"
            raise StateError(f"{before.label} or {after.label}, {api}: {reason}") from None
    # The report reckons with both versions, which a bundle from elsewhere may have in any form.
    for state in (before, after):
        try:
            version(state.version)
        except ValueError as error:
            raise StateError(f"{state.label}: {error}") from None
    # Of NEW alone: nobody can correct the version of what has been released.
    notes += _stale_versions(after)
    changes.sort(key=lambda change: (change.api, change.variant or "", change.where))
    return Report(before.label, after.label, before.version, after.version, changes, notes)


def _stale_versions(state: State) -> list[str]:
    """Return a note on each spec whose version is not that of the package it is shipped with."""
    if state.is_file:
        return []
    versions = {name: bundle["info"]["version"] for name, bundle in state.bundles.items()}
    return [
        f"openapi/{name}/openapi.yaml: info.version is {own}, but the package's is {state.version}."
        for name, own in versions.items()
        if own != state.version
    ]
