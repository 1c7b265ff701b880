"""Run `python -m generation sync SOURCE [--apply] [--json | --markdown]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from generation.spec.source import SpecError
from generation.sync.apply import Editor
from generation.sync.corrections import FILE, Corrections
from generation.sync.errors import SyncError
from generation.sync.fetch import Site
from generation.sync.folder import read_folder
from generation.sync.known_models import read_spec
from generation.sync.plan import Plan, make_plan
from generation.sync.raw_page import Fetched
from generation.sync.report import as_json, as_markdown, as_text
from generation.sync.write import write

# The API whose pages have this form.
SPEC = "liangxin"
FAILED = 2


def main(argv: list[str] | None = None) -> int:
    """Run the command; return 2 if a page, the source or the tree cannot be used, else 0."""
    args = _parser().parse_args(argv)
    project = args.project.resolve()
    show: Callable[[Plan], str] = (
        as_json if args.json else as_markdown if args.markdown else as_text
    )
    try:
        spec = read_spec(project / "openapi" / SPEC)
        fetched = _read(args.source, args.cache, args.contact)
        plan = make_plan(spec, fetched, Corrections(spec.folder / FILE))
        print(show(plan))
        if plan.problems:
            for problem in plan.problems:
                _complain(problem)
            return _nothing_written()
        if args.apply:
            texts = Editor(plan).texts()
            write(texts)
            for path, text in sorted(texts.items()):
                verb = "removed" if text is None else "written"
                print(f"{verb}: {path.relative_to(project).as_posix()}", file=sys.stderr)
            after = "Review the diff, and run: nox -s generate" if texts else "Nothing to change."
            print(after, file=sys.stderr)
    except (SyncError, SpecError) as error:
        _complain(error)
        return _nothing_written()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m generation sync",
        description="Compare the spec with the published pages; with --apply, make it follow them.",
    )
    parser.add_argument("source", help="URL of the documentation site, or a folder of .md files")
    parser.add_argument("--apply", action="store_true", help="edit the files of the models")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="report as JSON")
    form.add_argument("--markdown", action="store_true", help="report as Markdown")
    parser.add_argument("--contact", help="your address, for the User-Agent")
    parser.add_argument(
        "--cache",
        type=Path,
        # Without `appauthor=False`, the path has the name twice on Windows.
        default=platformdirs.user_cache_path("liangxin", appauthor=False) / "pages",
        help="folder of the pages that were fetched before (%(default)s)",
    )
    parser.add_argument("--project", type=Path, default=Path.cwd(), help="the folder with openapi/")
    return parser


def _read(source: str, cache: Path, contact: str | None) -> Fetched:
    if source.startswith(("http://", "https://")):
        return Site(source, cache, datetime.now(UTC).date(), contact=contact).read()
    return read_folder(Path(source))


def _complain(error: SyncError | SpecError) -> None:
    print(f"error: {error}", file=sys.stderr)


def _nothing_written() -> int:
    print("Nothing was written.", file=sys.stderr)
    return FAILED
