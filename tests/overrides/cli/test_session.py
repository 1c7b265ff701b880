"""The settings of the environment."""

from __future__ import annotations

import pytest

from liangxin.cli.command import liangxin
from tests.overrides.cli.conftest import CUP, Caller


@pytest.mark.parametrize("missing", [["KEY"], ["URL"], ["KEY", "URL"]])
def test_without_configuration(
    missing: list[str], call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without key or address the command says what to set, and how to try it with the mock."""
    names = {"KEY": "LIANGXIN_API_KEY", "URL": "LIANGXIN_BASE_URL"}
    for name in missing:
        monkeypatch.delenv(names[name])
    printed = call("run", *CUP)
    assert (printed.code, printed.out) == (2, "")
    first, *exports, last = printed.err.splitlines()
    for key, name in names.items():
        assert (name in first) == (key in missing)
        assert any(f"export {name}=..." in line for line in exports) == (key in missing)
    assert "run `liangxin mock` in another terminal" in last


def test_an_unknown_log_level(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A LIANGXIN_LOG that names no level is one warning, with the values it may have."""
    monkeypatch.setenv("LIANGXIN_LOG", "loud")
    printed = call("status", "task_1")
    assert printed.err.splitlines()[0] == (
        "warning: LIANGXIN_LOG=loud is ignored: it must be info or debug"
    )
    assert printed.err.count("LIANGXIN_LOG") == 1


def test_the_key_is_no_option() -> None:
    """No option takes a key or an address, which would end up in a shell's history."""
    context = liangxin.make_context("liangxin", [], resilient_parsing=True)
    for name in liangxin.list_commands(context):
        command = liangxin.get_command(context, name)
        assert command is not None
        names = {option for param in command.params for option in param.opts}
        telling = {name for name in names if "key" in name or "url" in name}
        # Where a mock calls back, and where one is called, is no secret.
        assert telling <= {"--callback-url", "--public-url"}
