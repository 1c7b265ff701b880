"""What the documentation shows, works.

A page is read as a session in an empty folder. A block whose first line is a comment with a file's
name, or that has the name beside its language, is that file. In a block `console`, lines after `$ `
are run by bash, the others are what they print; there, `...` stands for any lines, and seconds for
any others. Any other block of Python is run by itself, beside the files that the page has shown
before.
"""

from __future__ import annotations

import functools
import inspect
import json
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

import liangxin
from liangxin.cli import main
from liangxin_mock import Server, Simulator, VirtualClock, rate_limit
from liangxin_mock.apis import variables
from liangxin_mock.apis.liangxin import CREATE, RECORD, LiangXin
from liangxin_mock.control.endpoints import _GETS, _POSTS
from liangxin_mock.faults import FAULTS, OPERATIONS
from liangxin_mock.faults.kinds import status
from liangxin_mock.jobs.timelines import TIMELINES
from liangxin_mock.messages import Reply
from liangxin_mock.prism.node import ensure
from liangxin_mock.requests.call import FAULT_HEADER
from liangxin_mock.requests.create import TIMELINE_HEADER
from liangxin_mock.requests.download import Result
from liangxin_mock.scenario import SETTINGS
from liangxin_mock.vocabulary import signature
from tests.support import doc_pages
from tests.support.doc_pages import PORT, PROJECT, Block, blocks, free_port, spans, write_files

PAGES = (
    *("docs/testing.md", "docs/simulator.md", "docs/results.md", "docs/cli.md"),
    *("docs/typing-and-options.md", "docs/quickstart.md", "docs/tasks.md", "docs/errors.md"),
    *("docs/callbacks.md", "docs/recipes.md", "docs/logging-and-tracing.md"),
    *("docs/generated-client.md", "docs/magnific.md", "docs/drift.md", "docs/batches.md"),
)
EVERY_PAGE = [*PROJECT.glob("*.md"), *PROJECT.glob("docs/*.md")]
DEMO = runpy.run_path(str(PROJECT / "examples/demo.py"))

# Plugins that the tests here have and a reader need not; some take seconds to import.
_UNUSED = (
    *("cacheprovider", "schemathesis", "respx", "anyio", "platformdirs", "pytest_cov"),
    "hypothesispytest",
)
_SECONDS = re.compile(r"\b\d+\.\d+s\b")


ALL = [block for page in ("README.md", *PAGES) for block in blocks(page)]
SESSIONS = [block for block in ALL if block.is_session and block.page in PAGES]
CODE = [block for block in ALL if block.is_code]


@pytest.fixture
def at_the_mock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The environment of a person who tries the examples against the simulator, with no waits."""
    clock = VirtualClock()
    monkeypatch.chdir(tmp_path)
    with Server(Simulator(clock=clock)) as server:
        for name, value in variables(server.url, api_key=None, webhook_secret=None).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("liangxin.client.SystemClock", lambda: clock)
        yield


@pytest.mark.parametrize("block", CODE, ids=str)
@pytest.mark.usefixtures("at_the_mock", "own_modules")
def test_code_runs(block: Block, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each Python example runs as it stands, and prints what its comments show."""
    write_files(block.page, tmp_path, block.number)
    names: dict[str, object] = {}
    exec(compile(block.text, str(block), "exec"), names)  # noqa: S102
    printed = capsys.readouterr().out
    # What a comment shows of the output is what was printed.
    shown = [line.removeprefix("# ") for line in block.text.splitlines() if line[:2] == "# "]
    for line in shown:
        assert line.partition("…")[0].rstrip() in printed
    if "client" in names:
        names["client"].close()  # type: ignore[attr-defined]


@pytest.mark.thorough
@pytest.mark.parametrize("block", SESSIONS, ids=str)
def test_sessions_print_what_is_shown(block: Block, tmp_path: Path) -> None:
    """Each command, run with the files that the page has shown before, prints what is shown."""
    port = str(free_port())
    write_files(block.page, tmp_path, block.number, port)
    lines = block.text.replace(PORT, port).splitlines()
    commands = "\n".join(line[2:] for line in lines if line.startswith("$ "))
    shown = "\n".join(line for line in lines if not line.startswith("$ "))

    printed = _bash(commands, tmp_path, needs_node="node " in commands)

    assert re.fullmatch(_pattern(shown), f"{_SECONDS.sub('0.00s', printed).strip()}\n"), printed


def test_demo_saves_and_lists_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The demo saves a real file for each model, lists them as the README shows, and ends with 0."""
    shown = [line for block in blocks("README.md") for line in block.text.splitlines()]
    rows = [line for line in shown if re.match(r"\S+ +\S+ +(image|video) +success ", line)]
    models = [row.split()[1] for row in rows]
    monkeypatch.setattr("sys.argv", ["demo.py", "--speed", "1000", "--out", str(tmp_path), *models])

    assert DEMO["main"]() == 0

    printed = capsys.readouterr().out
    for row in rows:
        *words, _size, _unit, _seconds = row.split()
        assert re.search(
            " +".join(map(re.escape, words)) + r" +[\d,]+ kB +\d+\.\d$", printed, re.MULTILINE
        )
        assert (tmp_path / words[0].lower() / words[4]).stat().st_size > 1000
    count = len(re.findall("^(LiangXin|Magnific) ", printed, re.MULTILINE))
    assert count >= len(rows)
    assert f"{count} of {count} tasks succeeded" in printed


def test_demo_reports_what_is_not_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The demo ends with 1 and says why when a task fails or a file is not of its kind."""
    wrong = Result(b"not a picture", "image/png", '"1"')
    monkeypatch.setattr("liangxin_mock.requests.download.make_result", lambda *_, **__: wrong)
    monkeypatch.setattr(
        "sys.argv", ["demo.py", "--speed", "1000", "--out", str(tmp_path), "z-image"]
    )

    assert DEMO["main"]() == 1

    printed = capsys.readouterr().out
    assert "was not saved: it is text (not a picture)" in printed
    assert "0 of 1 tasks succeeded" in printed


def test_every_block_is_run() -> None:
    """No block of these pages escapes: each is run, is a file for what is run, or only installs."""
    for block in ALL:
        if block.page in PAGES:
            is_run = block.is_session or block.is_code or block.file_name
            installs = all(line.startswith("pip install ") for line in block.text.splitlines())
            assert is_run or installs or block.language == "text", str(block)


def test_the_page_on_testing_installs_what_it_imports() -> None:
    """With the packages that docs/testing.md installs, each of its modules can be imported."""
    code = [block for block in blocks("docs/testing.md") if block.language == "python"]
    [install] = [block.text for block in blocks("docs/testing.md") if "pip install" in block.text]
    words = {*re.findall(r"[\w-]+", re.sub("#.*", "", install))}
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].items()
    for required in (project["dependencies"], *(all_ for extra, all_ in extras if extra in words)):
        words |= {re.match(r"[\w-]+", one)[0] for one in required}  # type: ignore[index]
    imports = re.compile(r"^(?:import|from) (\w+)", re.MULTILINE)
    modules = {module for block in code for module in imports.findall(block.text)}
    if any("verify_magnific" in block.text for block in code):
        modules.add("standardwebhooks")  # which the SDK imports for it
    own = {Path(block.file_name or "").stem for block in code}
    assert modules - own - sys.stdlib_module_names - words == {
        *("liangxin", "liangxin_api", "liangxin_mock")
    }


def test_links_lead_somewhere() -> None:
    """Every relative link of the documentation leads to a file, and to a heading in it."""
    for page in EVERY_PAGE:
        for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
            if "://" in target:
                continue
            name, _, heading = target.partition("#")
            file = page.parent / name if name else page
            assert file.exists(), f"{page.name}: {target}"
            if heading:
                assert heading in _anchors(file), f"{page.name}: {target}"


def test_nothing_is_installed_from_the_index_by_our_name() -> None:
    """No page and no message says `pip install liangxin`: there is no such package yet."""
    wrong = re.compile(r"pip install .*\bliangxin(\[|\b[^_/])")
    for folder in ("docs", "overrides", "mock", "examples", "generation"):
        for file in (PROJECT / folder).rglob("*"):
            if file.suffix in {".md", ".py", ".html", ".js"}:
                assert not wrong.search(file.read_text(encoding="utf-8")), file
    assert not wrong.search((PROJECT / "README.md").read_text(encoding="utf-8"))


# --- the tables of the simulator's page ----------------------------------------------------------


table = functools.partial(doc_pages.table, "docs/simulator.md")


def test_timelines_are_listed() -> None:
    """The table of timelines has each with its very signature."""
    assert [f"`{signature(word)}`" for word in TIMELINES.values()] == [
        name for name, _ in table("Timelines")
    ]


def test_faults_are_listed() -> None:
    """The table of faults has each with its very signature, and where it can happen."""
    told = {name: spans(where) for name, _, where in table("Faults")}
    assert told == {
        f"`{signature(word)}`": [on for on in OPERATIONS if on in word.on]
        for word in FAULTS.values()
    }


def test_settings_are_listed() -> None:
    """The table of settings has each argument of Simulator with its default."""
    parameters = inspect.signature(Simulator).parameters.values()
    assert [(f"`{p.name}`", f"`{p.default!r}`") for p in parameters] == [
        row[:2] for row in table("Settings")
    ]


def test_scenario_keys_are_listed() -> None:
    """The table of scenario files has every key that a file may have."""
    told = [key for keys, _ in table("Scenario files") for key in spans(keys)]
    assert sorted(told) == sorted([*SETTINGS, "speed", "rules"])


def test_flags_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """The table of the command has every flag that its help has."""
    assert main(["mock", "--help"]) == 0
    flags = re.findall(r"^  (?:-h, )?(--[\w-]+)", capsys.readouterr().out, re.MULTILINE)
    assert [f"`{flag}`" for flag in flags if flag != "--help"] == [
        flag for flag, _ in table("The command")
    ]


def test_headers_are_listed() -> None:
    """The table of headers has both."""
    headers = [spans(name)[0].lower() for name, *_ in table("Headers")]
    assert headers == [TIMELINE_HEADER, FAULT_HEADER]


def test_requests_to_the_endpoints_are_answered_as_listed() -> None:
    """Each row of the control endpoints can be sent as it stands, and brings the keys it names."""
    simulator = Simulator(timeline="stall()")
    sent = []
    with (
        liangxin.LiangXin(**simulator.client_options()) as client,
        httpx.Client(base_url=simulator.base_url, transport=simulator.transport()) as http,
    ):
        task = client.tasks.create(model="z-image", input={"prompt": "A cup"})
        for request, body, answer in table("Control endpoints"):
            method, path = spans(request)[0].split()
            content = json.loads((spans(body) or ["null"])[0])
            got = http.request(
                method,
                path.replace("{id}", task.id),
                json=content,
                headers={"Content-Type": "application/json"},
            )
            assert got.status_code == 200, got.text
            keys = spans(answer.partition(": the last")[0])
            if "…" in answer:
                assert {*keys} < {*got.json()}
            else:
                assert keys == [*got.json()]
            sent.append(path.removeprefix("/_mock/"))
    assert sorted(sent) == sorted([*_GETS, *_POSTS, "jobs/{id}"])


def test_refusals_are_as_listed() -> None:
    """Each row of the refusals comes, with its status and its envelope."""
    body = {"model": "z-image", "input": {"prompt": "A cup"}}
    simulator = Simulator(timeline="immediate()", balance=1)
    got = []
    with httpx.Client(
        transport=simulator.transport(),
        base_url=simulator.base_url,
        headers={"Authorization": "Bearer key", "Content-Type": "application/json"},
    ) as http:

        def refused(method: str, url: str, **options: Any) -> None:
            answer = http.request(method, url, **options)
            got.append((answer.status_code, *answer.json()))

        http.post(CREATE, json=body)
        (job,) = simulator.jobs
        refused("POST", CREATE, json=body | {"model": "z-imag"})
        refused("GET", RECORD, params={"taskId": "x"}, headers={"Authorization": ""})
        refused("POST", CREATE, json=body)
        simulator.expire(job.id)
        refused("GET", job.result_urls[0])
        refused("GET", "/api/v1/jobs")
        refused("GET", CREATE)
        refused("POST", CREATE, content=b" " * (10 * 2**20 + 1))
        refused("POST", CREATE, json=body, headers={"Content-Encoding": "gzip"})
        refused("GET", "https://elsewhere.test/")
        refused("GET", RECORD, params={"taskId": "x"})
        simulator.rate_limit = rate_limit(1)
        http.get(RECORD)
        refused("GET", RECORD)
    envelopes = {"task handler": ("code", "msg", "data"), "gateway": ("error",)}
    assert got == [(int(status), *envelopes[by]) for status, _, by in table("Refusals")]


def test_errors_by_a_fault_look_like_real_ones() -> None:
    """The fault `status` has the envelope that the table names for refusals of that status."""
    keys = {"task handler": "code", "gateway": "error"}
    for code, _, by in table("Refusals"):
        if code not in ("403", "404"):  # quota or a link, a task or a route
            assert keys[by] in json.loads(
                status(int(code)).strike(lambda: Reply(200), LiangXin()).body
            ), code


def _anchors(page: Path) -> list[str]:
    """Return what links name the headings of a page by."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]


def _pattern(shown: str) -> str:
    lines = []
    for line in _SECONDS.sub("0.00s", shown).strip().splitlines():
        # A rule of pytest's is as wide as its title lets it.
        text = re.sub(r"(?:\\-){5,}", "-+", re.escape(line.rstrip()))
        lines.append(r"(?:.*\n)*?" if line == "..." else rf"{text} *\n")
    return "".join(lines)


def _bash(commands: str, folder: Path, *, needs_node: bool) -> str:
    """Run commands in a folder, and return what they print."""
    bash = shutil.which("bash")
    assert bash, "the sessions that the documentation shows are run by bash, which is not on PATH"
    unused = [*_UNUSED]
    if "hypothesis" in commands:
        unused.remove("hypothesispytest")  # who has Hypothesis has its plugin, and its checks
    path = [str(Path(sys.executable).parent), os.environ["PATH"]]
    if needs_node:
        path.insert(0, str(ensure() / "bin"))
    process = subprocess.Popen(
        [bash, "-c", commands],
        cwd=folder,
        env={
            **os.environ,
            "PATH": os.pathsep.join(path),
            "PYTEST_ADDOPTS": " ".join(["-W error", *(f"-p no:{name}" for name in unused)]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "COLUMNS": "80",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        # What it leaves in the background is found, and ended, as its group.
        start_new_session=True,
    )
    try:
        return process.communicate()[0]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
