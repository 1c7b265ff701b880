"""Completion of words in shells."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from liangxin.cli import main
from liangxin.cli.command import liangxin


def candidates(*words: str) -> set[str]:
    """Return what the last of the words can become."""
    *before, current = words or ("",)
    complete = ShellComplete(liangxin, {}, "liangxin", "_LIANGXIN_COMPLETE")
    return {item.value for item in complete.get_completions([*before], current) if item.value}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([""], {"run", "submit", "wait", "status", "save", "models", "mock", "completion"}),
        (["s"], {"submit", "status", "save"}),
        (["--v"], {"--version"}),
        (["run", "z"], {"z-image"}),
        (["models", "z"], {"z-image"}),
        (["run", "-q", "z"], {"z-image"}),
        (["run", "-o", ""], set()),
        (["run", "z-image", ""], set()),
        (["run", "kling-v3-pro", "--dur"], {"--duration"}),
        (["run", "kling-v3-pro", "--no-"], {"--no-generate-audio", "--no-multi-shot"}),
        (["run", "kling-v3-pro", "--shot-type", ""], {"customize", "intelligent"}),
        (["run", "nano-banana-pro", "--aspect-ratio", "21"], {"21:9"}),
        (["run", "wan-v2-6-text-to-video", "--duration", "1"], {"10", "15"}),
        (["submit", "z-image", "--validate", ""], {"true", "strict", "off"}),
        (["mock", "--engine", "p"], {"prism"}),
        (["completion", ""], {"bash", "zsh", "fish"}),
        (["completion", "bash", ""], set()),
        (["wait", ""], set()),
        (["run", "z-image", "--prompt", "@nowhere", "--se"], {"--seed"}),
    ],
)
def test_candidates(words: list[str], expected: set[str]) -> None:
    """Commands, models, options and listed values are offered, each where it can stand."""
    assert candidates(*words) == expected


def test_an_unknown_model_has_only_the_commands_options() -> None:
    """Where the model is unknown, completion does not fail."""
    assert "--json" in candidates("run", "nothing", "--")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_call_the_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each shell's script calls the installed command, so that it never gets old."""
    assert main(["completion", shell]) == 0
    assert f"_LIANGXIN_COMPLETE={shell}_complete" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["r"], ["run"]),
        (["run", "kling-v3-p"], ["kling-v3-pro"]),
        (["run", "kling-v3-pro", "--dur"], ["--duration"]),
        (["run", "kling-v3-pro", "--aspect-ratio", ""], ["16:9", "9:16", "1:1"]),
    ],
)
def test_bash_completes(words: list[str], expected: list[str], tmp_path: Path) -> None:
    """In bash, the word under the cursor becomes what it can."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    own = tmp_path / "liangxin"
    own.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m liangxin "$@"\n', encoding="utf-8")
    own.chmod(0o755)
    script = (
        'eval "$(liangxin completion bash)"; COMP_WORDS=(liangxin "$@"); COMP_CWORD=$#; '
        '_liangxin_completion liangxin; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    process = subprocess.run(
        [bash, "--norc", "-c", script, "bash", *words],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
    )
    assert process.stdout.split() == expected
