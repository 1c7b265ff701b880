"""Pages that people write are on the site, with links that lead to the same place there."""

from __future__ import annotations

import pytest

from website import handwritten
from website.handwritten import PageError


def test_links_lead_to_the_places_on_the_site() -> None:
    """A link to a file of the repository leads to its place on the site."""
    place, text = handwritten.page(
        "README.md",
        "[a](docs/tasks.md#many-tasks) ![b](docs/images/x.png) [c](https://d.test) [e](#f)\n"
        "[models](openapi/liangxin/models/)",
    )
    assert place == "index.md"
    assert text == (
        "[a](tasks.md#many-tasks) ![b](images/x.png) [c](https://d.test) [e](#f)\n"
        "[models](models/index.md)"
    )
    assert handwritten.page("docs/spec.md", "[a](../CONTRIBUTING.md)") == (
        "spec.md",
        "[a](contributing.md)",
    )


def test_code_stays_as_it_is() -> None:
    """What looks like a link within a block of code is left alone."""
    code = "```python\nrow[0](docs/tasks.md)\n```"
    assert handwritten.page("README.md", code) == ("index.md", code)


def test_a_file_has_its_name_as_its_title() -> None:
    """A block with a file's name beside its language has it as a title."""
    text = "```csv prompts.csv\nname\n```"
    assert handwritten.page("README.md", text)[1] == '```csv title="prompts.csv"\nname\n```'


def test_a_link_off_the_site_is_an_error() -> None:
    """A link to a file that is not on the site is refused, with file and line."""
    with pytest.raises(PageError, match=r"^docs/spec\.md:3: \.\./noxfile\.py is not on the site"):
        handwritten.page("docs/spec.md", "# Spec\n\n[see](../noxfile.py)\n")


def test_the_repository_is_on_the_site() -> None:
    """Every page of docs/ is on the site, under its own name."""
    paths = dict(handwritten.pages())
    for page in handwritten.PROJECT.glob("docs/*.md"):
        assert page.name in paths
    assert {"index.md", "changelog.md", "contributing.md"} < {*paths}
