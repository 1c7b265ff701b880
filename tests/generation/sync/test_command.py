"""The whole command: from pages to the spec, and to a model that works."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from generation.__main__ import main
from tests.support.published_pages import (
    PROJECT,
    SMALL_SPEC,
    document,
    faithful,
    faithful_site,
    models,
    page,
    path_of,
    prose,
    published,
    write,
)

STONE = models(SMALL_SPEC)["stone-1"]
DREAM: dict[str, dict[str, Any]] = {
    " prompt ": {"type": "string", "description": "What to show. Max length: 500 characters"},
    "image": {
        "type": "object",
        "description": "First frame. Max size: 10.0MB. Accepted types: image/jpeg, image/png",
    },
    "duration": {
        "type": "string",
        "enum": ["5", "10"],
        "default": "5",
        "description": "Length in seconds, an integer.",
    },
    "strength": {"type": "number", "description": "Min: 0.1, Max: 1, Step: 0.1"},
    "ratio": {"type": ["string", "null"], "enum": ["16:9", "9:16", None], "default": "16:9"},
}
DREAM_EXAMPLE = """\
{
  // The model, and what it is to show.
  "model": "dream-9-image-to-video",
  "input": {"prompt": "A paper boat
on a lake", "image": "https://example.com/boat.png", "duration": 5,}  /* done */
}"""


def sync(source: object, tree: Path, *options: str) -> int:
    """Run the command on a tree, with a cache of its own."""
    cache = tree.parent / "cache"
    return main(["sync", str(source), "--project", str(tree), "--cache", str(cache), *options])


def contents(tree: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()}


# --- what it says --------------------------------------------------------------------------------


@pytest.mark.thorough
def test_pages_that_agree_yield_confirmations_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pages that say of all models exactly what the spec says contradict nothing, and add nothing."""
    folder = write(tmp_path, faithful_site())
    before = contents(PROJECT / "openapi")
    started = time.process_time()
    assert sync(folder, PROJECT, "--json") == 0
    seconds = time.process_time() - started
    report = json.loads(capsys.readouterr().out)
    assert {model["model"] for model in report["models"]} == {*models()}
    findings = [one for model in report["models"] for one in model["findings"]]
    assert {one["kind"] for one in findings} == {"confirmed"}
    assert any(one["rises"] for one in findings)
    assert [report[key] for key in ("appeared", "vanished", "corrections", "problems")] == [[]] * 4
    assert contents(PROJECT / "openapi") == before
    # 40 pages take less than 3 seconds of a processor; the machine may be slow, and coverage on.
    assert seconds < 15


def test_the_report_is_text_json_and_markdown(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each form has what is confirmed, contradicted, new and vanished, and writes nothing."""
    fps = {"type": "string", "enum": ["24|30"], "description": "Frames per second."}
    text = faithful(STONE, steps={"maximum": 60}, fps=fps, ratio=None)
    folder = write(tmp_path / "pages", {path_of(STONE): text, "/pricing": prose("Pricing")})
    before = contents(tree)

    assert sync(folder, tree) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("stone-1  /market/stone/stone-1  ")
    assert "  contradicted  input.steps maximum: 50 in the spec (upstream), 60 here" in lines
    assert any(line.startswith("  new           input.fps field: ") for line in lines)
    assert any(
        line.startswith("  vanished      input.ratio field (documented): ") for line in lines
    )
    assert "  cloud-2-text-to-video" in lines
    assert lines[-1].startswith("2 pages, 1 models (0 new): ")

    assert sync(folder, tree, "--markdown") == 0
    markdown = capsys.readouterr().out
    assert "### `stone-1`" in markdown
    assert "| contradicted | `input.steps` | maximum | `50` | `60` |" in markdown
    assert "24\\|30" in markdown

    assert sync(folder, tree, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    [model] = report["models"]
    [contradicted] = [one for one in model["findings"] if one["kind"] == "contradicted"]
    line = contradicted.pop("line")
    assert text.splitlines()[line - 1].strip() == "steps:"
    assert contradicted == {
        "where": "input.steps",
        "keyword": "maximum",
        "kind": "contradicted",
        "spec": 50,
        "page": 60,
        "evidence": "upstream",
        "rises": False,
    }
    assert report["vanished"] == ["cloud-2-image-to-video", "cloud-2-text-to-video"]
    assert contents(tree) == before


def test_corrections_are_said(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each correction says what is right, or that what is wrong is left out."""
    size = {"type": "integer", "minimum": "5", "maximum": 4, "description": "The size."}
    folder = write(tmp_path / "pages", {path_of(STONE): faithful(STONE, size=size)})
    assert sync(folder, tree) == 0
    lines = [line.partition(" input.size ")[2] for line in capsys.readouterr().out.splitlines()]
    assert 'minimum: "5" is wrong, 5 is right. A number, written as a string.' in lines
    reason = "No value satisfies minimum 5 and maximum 4."
    assert f"maximum: 4 is wrong and left out. {reason}" in lines


def test_the_host_of_creates_is_reported_once(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What pages of models say of the whole API is reported, once for each thing said."""
    pages = {path_of(model): faithful(model) for model in models(SMALL_SPEC).values()}
    odd = path_of(STONE)
    folder = write(tmp_path / "one", pages)
    assert sync(folder, tree, "--json") == 0
    [said] = json.loads(capsys.readouterr().out)["operations"]
    assert said["servers"] == ["https://api.liangxin.test"]
    assert said["security"] == ["http bearer"]

    pages[odd] = pages[odd].replace("https://api.liangxin.test", "https://other.liangxin.test")
    assert sync(write(tmp_path / "two", pages), tree, "--json") == 0
    operations = json.loads(capsys.readouterr().out)["operations"]
    assert {(*one["servers"], one["page"] == odd) for one in operations} == {
        ("https://api.liangxin.test", False),
        ("https://other.liangxin.test", True),
    }


# --- from a page to a model ----------------------------------------------------------------------

USE = """
import liangxin
from liangxin_mock import Simulator

made = liangxin.models.Dream9ImageToVideoInput(prompt="A boat", duration=10)
simulator = Simulator(seed=1)
with liangxin.LiangXin(**simulator.client_options()) as client:
    task = client.run(made)
    assert (task.state, task.model) == ("success", "dream-9-image-to-video"), task
    for wrong in ({"prompt": "A" * 501}, {"prompt": "A", "duration": 7}, {"prompt": "A", "size": 1}):
        try:
            client.run(model="dream-9-image-to-video", input=wrong)
        except liangxin.InvalidInputError as error:
            print(error.violations[0].field, error.violations[0].source)
        else:
            raise AssertionError(wrong)
assert simulator.creates == 1
"""


@pytest.mark.thorough
def test_from_a_page_to_a_model_that_works(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page of an invented model, with the usual mistakes, becomes a model that works."""
    tree = tmp_path / "project"
    shutil.copytree(PROJECT / "openapi/liangxin", tree / "openapi/liangxin")
    for folder in (tree / "openapi/liangxin/models").iterdir():
        if folder.name != "z-image":
            shutil.rmtree(folder)
    made = document("z-image", DREAM, required=[" prompt "], example=DREAM_EXAMPLE)
    known = models()["z-image"]
    pages = {
        path_of(known): faithful(known),
        "/market/dream/dream-9-image-to-video": page("Dream 9 - Image to Video", made),
    }
    with published(pages) as site:
        assert sync(site.url, tree, "--apply") == 0
        written = contents(tree)
        assert sync(site.url, tree, "--apply") == 0
        assert contents(tree) == written, "the second time changes something"
    assert main(["--project", str(tree)]) == 0
    capsys.readouterr()
    ran = subprocess.run(
        [sys.executable, "-c", USE],
        env={**os.environ, "PYTHONPATH": str(tree / "generated")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    source = "https://docs.liangxin.ai/market/dream/dream-9-image-to-video"
    assert ran.stdout.splitlines()[:2] == [f"input.prompt {source}", f"input.duration {source}"]
    contract = json.loads((tree / "generated/liangxin_api/openapi.json").read_bytes())
    schema = contract["components"]["schemas"]["Dream9ImageToVideoInput"]
    assert schema["x-page"]["path"] == "/market/dream/dream-9-image-to-video"
    assert schema["properties"]["image"]["x-media"] == {
        "evidence": "documented",
        "formats": ["jpeg", "png"],
        "maxBytes": 10 * 2**20,
    }
    assert schema["examples"][0]["image"] == "https://example.com/boat.png"


@pytest.mark.thorough
def test_all_models_can_be_settled_at_once(tmp_path: Path) -> None:
    """Applied to the whole spec, agreeing pages make all of it documented, and it generates."""
    tree = tmp_path / "project"
    shutil.copytree(PROJECT / "openapi/liangxin", tree / "openapi/liangxin")
    folder = write(tmp_path / "pages", faithful_site())
    assert sync(folder, tree, "--apply") == 0
    written = contents(tree)
    assert sync(folder, tree, "--apply") == 0
    assert contents(tree) == written
    for model in models(tree / "openapi/liangxin").values():
        assert {
            key: level for levels in model.evidence.values() for key, level in levels.items()
        } == {"field": "documented"}
    assert main(["--project", str(tree)]) == 0


# --- bad input -----------------------------------------------------------------------------------

WHOLE = faithful(STONE)
BAD_PAGES: dict[str, tuple[str, str]] = {
    "broken YAML": (WHOLE.replace("paths:", "paths: ["), r"stone-1\.md:\d+: invalid YAML: "),
    "HTML": ("<!DOCTYPE html><p>Not found</p>", r"stone-1\.md:1: an HTML page, not Markdown"),
    "empty": ("", r"stone-1\.md:1: not a page: "),
    "no input": (
        WHOLE.replace("              input:\n", "              inputs:\n"),
        r"stone-1\.md:\d+: the request body has no property `input`",
    ),
    "no fields": (
        page("Stone 1", document("stone-1", {})),
        r"stone-1\.md:\d+: the input has no fields",
    ),
    "a requirement of nothing": (
        page("Stone 1", document("stone-1", {"a": {"type": "string"}}, required=["b"])),
        r"stone-1\.md:\d+: input\.b is required but not described",
    ),
    "two ids": (
        page(
            "Pebble",
            document(
                "pebble-1",
                {"a": {"type": "string"}},
                example={"model": "pebble-2", "input": {"a": "A"}},
            ),
        ),
        r"stone-1\.md:\d+: the schema names the model 'pebble-1' and the example 'pebble-2'",
    ),
}


@pytest.mark.parametrize("case", BAD_PAGES)
def test_a_bad_page_is_named_and_nothing_is_written(
    case: str, tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bad page is named with line and reason, the others are reported, nothing is written."""
    bad, reason = BAD_PAGES[case]
    other = next(iter(models(SMALL_SPEC).values()))
    folder = write(tmp_path / "pages", {path_of(STONE): bad, path_of(other): faithful(other)})
    before = contents(tree)
    assert sync(folder, tree, "--apply") == 2
    printed = capsys.readouterr()
    assert other.id in printed.out
    first, last = printed.err.splitlines()
    assert first.startswith("error: ")
    assert re.search(reason, first), first
    assert last == "Nothing was written."
    assert contents(tree) == before


def test_a_page_can_be_left_out_on_purpose(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page that is broken for good is left out by a correction, with its reason."""
    folder = write(tmp_path / "pages", {path_of(STONE): BAD_PAGES["broken YAML"][0]})
    (tree / "openapi/liangxin/corrections.yaml").write_text(
        "corrections:\n  - page: /market/stone/stone-1\n    field: page\n    reason: Broken.\n"
    )
    assert sync(folder, tree, "--apply") == 0
    assert "/market/stone/stone-1: Broken." in capsys.readouterr().out


def _broken(name: str, text: str) -> Any:
    def change(tree: Path) -> None:
        (tree / "openapi/liangxin" / name).write_text(text, encoding="utf-8")

    return change


BAD_TREES = {
    "a broken model": (
        _broken("models/stone/stone-1.yaml", "title: [\n"),
        r"models/stone/stone-1\.yaml:2: invalid YAML: ",
    ),
    "broken corrections": (
        _broken("corrections.yaml", "corrections:\n  - page: /a\n    field: input.b\n"),
        r'corrections\.yaml:2: .*"reason" is a required property',
    ),
    "a correction without values": (
        _broken("corrections.yaml", "corrections:\n- {page: /a, field: input.b, reason: No.}\n"),
        r'corrections\.yaml:2: .*"keyword" is a required property',
    ),
    "no spec": (lambda tree: shutil.rmtree(tree / "openapi"), r"openapi\.yaml: no such file"),
}


@pytest.mark.parametrize("case", BAD_TREES)
def test_a_bad_tree_is_named(
    case: str, tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A spec or file of corrections that cannot be read is named with line and reason."""
    change, reason = BAD_TREES[case]
    change(tree)
    before = contents(tree)
    folder = write(tmp_path / "pages", {path_of(STONE): WHOLE})
    assert sync(folder, tree, "--apply") == 2
    error = capsys.readouterr().err
    assert re.search(reason, error), error
    assert contents(tree) == before


def test_a_source_that_is_none_is_named(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that does not exist, and a site that does not answer, end with 2."""
    assert sync(tree / "none", tree) == 2
    assert "none: no such folder" in capsys.readouterr().err
    with published({}) as site:
        url = site.url
    assert sync(url, tree) == 2
    assert f"error: {url}/robots.txt: does not answer: " in capsys.readouterr().err


def test_a_tree_that_cannot_be_written_is_named(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If no file can be written, the first is named, and the tree is as it was."""
    folder = write(tmp_path / "pages", {path_of(STONE): WHOLE})
    before = contents(tree)

    def refuse(path: Path, *_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    original = Path.write_text

    def writing(path: Path, *arguments: Any, **options: Any) -> int:
        return (refuse if path.is_relative_to(tree) else original)(path, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", writing)
    assert sync(folder, tree, "--apply") == 2
    error = capsys.readouterr().err
    assert "stone-1.yaml: cannot be written: Permission denied" in error
    assert contents(tree) == before
