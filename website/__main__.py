"""Build the site: `nox -s docs`, or `python -m website [FOLDER]`."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path
from typing import Any

from website import check, conformance, handwritten, models, twins
from website.apis import APIS
from website.handwritten import PROJECT, PageError

SETTINGS = Path(__file__).with_name("zensical.toml")
DEFAULT_FOLDER = PROJECT / "build/site"


def pages() -> dict[str, str]:
    """Return the Markdown of every page by its path, in which links are those of the site."""
    return {
        **dict(handwritten.pages()),
        **dict(models.pages()),
        conformance.PAGE: conformance.page(conformance.kept()),
    }


def settings() -> dict[str, Any]:
    """Return the settings of the site, as they are written."""
    project: dict[str, Any] = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["project"]
    return project


def navigation(entries: Sequence[Any], paths: Sequence[str]) -> list[Any]:
    """Return the navigation with the pages that each `*` stands for.

    Raises:
        PageError: An entry matches no page.

    """
    return [*_expanded(entries, paths)]


def without_place(nav: Sequence[Any], paths: Sequence[str]) -> list[str]:
    """Return the pages that the navigation does not lead to."""
    return sorted({*paths} - {*_paths(nav)})


def build(site: Path) -> None:
    """Build the site into a folder, which it replaces.

    Raises:
        PageError: A page is wrong, or the site that was made is.

    """
    texts = pages()
    project = settings()
    project["nav"] = navigation(project["nav"], sorted(texts))
    if lost := without_place(project["nav"], [*texts]):
        raise PageError(f"{SETTINGS.name} has no place for {', '.join(lost)}")
    # Elsewhere first: a site that is wrong does not replace the one that is there.
    with tempfile.TemporaryDirectory() as draft:
        made = _make(Path(draft), project, texts)
        _link_docs(made)
        # Before the check, which follows the links to the twins, too.
        twins.write(made, texts, project["nav"], project["site_description"])
        if found := check.problems(made):
            raise PageError("\n".join(found))
        shutil.rmtree(site, ignore_errors=True)
        shutil.copytree(made, site)


def _make(draft: Path, project: dict[str, Any], texts: dict[str, str]) -> Path:
    """Run Zensical on the pages, and return the folder of the site that it made."""
    import tomli_w  # noqa: PLC0415 - installed where the site is built only

    docs = draft / "docs"
    for path, text in texts.items():
        (docs / path).parent.mkdir(parents=True, exist_ok=True)
        (docs / path).write_text(text, encoding="utf-8")
    shutil.copytree(PROJECT / "docs/images", docs / "images")
    for name in ("site.css", "iframe-worker.js"):
        shutil.copy(SETTINGS.with_name(name), docs)
    (docs / "openapi").mkdir()
    for api in APIS:
        for form in ("json", "portable.json"):
            document = (files(f"{api.name}_api") / f"openapi.{form}").read_bytes()
            (docs / "openapi" / f"{api.name}.{form}").write_bytes(document)
    python = project["plugins"]["mkdocstrings"]["handlers"]["python"]
    python["paths"] = [str(PROJECT / name) for name in ("overrides", "mock", "generated")]
    (draft / SETTINGS.name).write_text(tomli_w.dumps({"project": project}), encoding="utf-8")
    made = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "-f", SETTINGS.name],
        cwd=draft,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    # What griffe says of a docstring is a warning, too.
    if made.returncode or "WARNING" in made.stdout or "griffe:" in made.stdout:
        raise PageError(made.stdout)
    return draft / "site"


def _link_docs(site: Path) -> None:
    """Replace the pages that docstrings name, such as docs/tasks.md, by links."""
    for page in site.glob("reference/*.html"):
        text = page.read_text(encoding="utf-8")
        text = re.sub(r"\bdocs/([\w-]+)\.md", r'<a href="../\1.html">\1</a>', text)
        page.write_text(text, encoding="utf-8")


def _expanded(entries: Sequence[Any], paths: Sequence[str]) -> Iterator[Any]:
    for entry in entries:
        if isinstance(entry, str):
            # Zensical knows no patterns in its navigation: each `*` is expanded here.
            found = [path for path in paths if fnmatch(path, entry)]
            if not found:
                raise PageError(f"{SETTINGS.name}: there is no page {entry}")
            yield from found
        else:
            for title, inside in entry.items():
                if isinstance(inside, str):
                    yield {title: next(_expanded([inside], paths))}
                else:
                    yield {title: [*_expanded(inside, paths)]}


def _paths(nav: Sequence[Any]) -> Iterator[str]:
    for entry in nav:
        if isinstance(entry, str):
            yield entry
        else:
            for inside in entry.values():
                yield from _paths([inside] if isinstance(inside, str) else inside)


def main() -> int:
    """Build the site, and say where it is."""
    parser = argparse.ArgumentParser(prog="python -m website", description=main.__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_FOLDER)
    folder: Path = parser.parse_args().folder
    began = time.monotonic()
    try:
        build(folder)
    except PageError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{folder}/index.html, built in {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
