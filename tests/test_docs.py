"""What the README shows, works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from liangxin_mock.clock import VirtualClock

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("index", range(len(SNIPPETS)))
def test_readme_snippets_run(
    index: int,
    prism: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each Python example of the README runs as it stands, against the mock."""
    monkeypatch.setenv("LIANGXIN_BASE_URL", prism)
    monkeypatch.setenv("LIANGXIN_API_KEY", "any-key-works")
    monkeypatch.setattr("liangxin.client.SystemClock", VirtualClock)  # waits take no time
    names: dict[str, object] = {}
    exec(compile(SNIPPETS[index], f"README.md, snippet {index + 1}", "exec"), names)  # noqa: S102
    printed = capsys.readouterr().out
    # What a comment shows of the output is what was printed.
    shown = [line.removeprefix("# ") for line in SNIPPETS[index].splitlines() if line[:2] == "# "]
    for line in shown:
        assert line.partition(" …")[0] in printed
    if "client" in names:
        names["client"].close()  # type: ignore[attr-defined]


def test_links_lead_somewhere() -> None:
    """Every relative link of the documentation leads to a file."""
    for page in [*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
