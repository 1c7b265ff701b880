"""A site with a dead link, a dead anchor or a load from another host is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from website import check


def site(folder: Path, body: str, **files: str) -> Path:
    """Make a site of two pages."""
    (folder / "index.html").write_text(f"<html><body id='top'>{body}</body></html>")
    (folder / "a.html").write_text('<h2 id="there">A</h2><a href="index.html#top">up</a>')
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return folder


def test_a_right_site_has_no_problems(tmp_path: Path) -> None:
    """Links to pages and anchors, to other hosts, and to data are no problems."""
    body = (
        '<a href="a.html#there">a</a> <a href="#top">t</a> <a href="https://example.com/">e</a>'
        '<img src="data:image/png;base64,AA"> <a href="mailto:a@b.c">m</a>'
    )
    css = "a { background: url(data:image/png;base64,AA) }"
    assert check.problems(site(tmp_path, body, a_css=css)) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('<a href="b.html">', "index.html links to b.html, which is not a page"),
        ('<a href="a.html#here">', "index.html links to a.html#here, which is not an anchor"),
        ('<a href="#here">', "index.html links to #here, which is not an anchor"),
        ('<img src="x.png">', "index.html links to x.png, which is not a page"),
        ('<script src="https://cdn.test/x.js">', "index.html loads https://cdn.test/x.js"),
        ('<link href="//cdn.test/x.css">', "index.html loads //cdn.test/x.css"),
        (
            "<style>@import 'https://f.test/f.css'</style>",
            "index.html loads https://f.test/f.css",
        ),
        (
            '<p style="background: url(https://f.test/f.png)">',
            "index.html loads https://f.test/f.png",
        ),
        (
            "<script>fetch('https://api.test/x')</script>",
            "index.html may load https://api.test/x",
        ),
    ],
)
def test_a_page_with_a_problem(body: str, problem: str, tmp_path: Path) -> None:
    """Each problem of a page is told with the page."""
    assert check.problems(site(tmp_path, body)) == [problem]


def test_styles_and_scripts_with_a_problem(tmp_path: Path) -> None:
    """Styles and scripts that load from another host are found."""
    files = {
        "x_css": "@font-face { src: url('https://f.test/f.woff2') }",
        "x_js": 'import("https://cdn.test/x.js"); "http://www.w3.org/2000/svg"',
    }
    assert check.problems(site(tmp_path, "", **files)) == [
        "x.css loads https://f.test/f.woff2",
        "x.js may load https://cdn.test/x.js",
    ]


def test_what_the_theme_would_load_for_a_diagram(tmp_path: Path) -> None:
    """An address in the theme's script is a problem once a page has what it is asked for."""
    script = 'load("https://unpkg.com/mermaid@1/mermaid.js")'
    assert check.problems(site(tmp_path, "", x_js=script)) == []
    assert check.problems(site(tmp_path, '<pre class="mermaid">', x_js=script)) != []
