"""`liangxin probe`: what has to be agreed to, the report, and the exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from liangxin.cli.probe import _file_of
from liangxin_mock import VirtualClock, status
from tests.overrides.cli.conftest import Caller

AGREED = "--yes-this-may-cost"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between requests take no time."""
    monkeypatch.setattr("liangxin.cli.probe.SystemClock", VirtualClock)


def test_nothing_is_sent_before_it_is_agreed_to(call: Caller) -> None:
    """Without the flag, it says how much it would send, and sends nothing."""
    printed = call("probe", "--may-accept", "3")
    assert printed.code == 2
    assert "to settle 58 spellings of ids and 8 limits" in printed.err
    assert AGREED in printed.err
    assert len(call.simulator.requests) == 0


def test_an_honest_server(call: Caller) -> None:
    """What is settled is listed, with YAML for the spec, and exits with 0."""
    printed = call("probe", AGREED, "--model", "kling-v3-std")
    assert printed.code == 0
    assert printed.out.startswith(
        "3 creates sent, none accepted\n\nSettled:\n  kling-v3-std: the id"
    )
    patch = printed.out.partition("Evidence for the spec:\n\n")[2]
    assert patch.startswith("---\n# openapi/liangxin/models/kling/kling-v3-std.yaml\nx-id:\n")
    assert "  evidence: observed\n" in patch
    assert "Without a request:\n  kling-v3-std: duration, type" in printed.out


def test_one_create_is_counted_as_one(call: Caller) -> None:
    """The number and the noun agree."""
    call.simulator.inject(status(401), times=1)
    assert call("probe", AGREED).out.startswith("1 create sent, none accepted")


def test_the_file_of_an_id_with_a_slash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slash in an id is `%2F` in the name of its file, as the generator takes it."""
    monkeypatch.chdir(tmp_path)
    assert _file_of("vendor/wan-2") == "openapi/liangxin/models/*/vendor%2Fwan-2.yaml"
    file = Path("openapi/liangxin/models/wan/vendor%2Fwan-2.yaml")
    file.parent.mkdir(parents=True)
    file.touch()
    assert _file_of("vendor/wan-2") == file.as_posix()


def test_an_accepted_create_is_reported(call: Caller) -> None:
    """A create that is accepted ends it with 1, and its task is named as billed."""
    printed = call("probe", AGREED)
    task = call.simulator.jobs[0].id
    assert printed.code == 1
    assert f"error: {task} is billed: gemini-2.5-flash-image-preview: prompt, minLength 1" in (
        printed.err
    )
    assert "Not sent any more:" in printed.out
    assert call.simulator.creates == 1


def test_an_interrupt_reports_what_is_billed(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends it with 130, and with the report of all that was learned and accepted so far."""

    def sleep(_: object, _seconds: float) -> None:
        if call.simulator.jobs:
            raise KeyboardInterrupt

    monkeypatch.setattr(VirtualClock, "sleep", sleep)
    printed = call("probe", AGREED, "--may-accept", "3")
    assert printed.code == 130
    assert f"error: {call.simulator.jobs[0].id} is billed: " in printed.err
    assert "creates sent, 1 accepted\n\nSettled:\n" in printed.out
    assert "Not sent any more:" in printed.out
    assert "Evidence for the spec:" in printed.out


def test_what_is_billed_does_not_need_standard_output(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the reader of the report has left, the task that is billed is named all the same."""

    def closed(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("liangxin.cli.output.Output.text", closed)
    printed = call("probe", AGREED)
    assert printed.code == 141
    assert f"error: {call.simulator.jobs[0].id} is billed: " in printed.err


def test_the_report_as_json(call: Caller) -> None:
    """With --json, the report is an object with all lists, the tasks and the patch."""
    printed = call("probe", AGREED, "--may-accept", "1", "--json")
    assert printed.code == 1
    [report] = printed.documents
    assert [one["task_id"] for one in report["accepted"]] == [job.id for job in call.simulator.jobs]
    assert len(report["accepted"]) == 2
    assert report["settled"][0]["kind"] == "id"
    assert report["settled"][0]["answer"].startswith("HTTP 400: ")
    assert report["refuted"][0]["limit"] == "minLength"
    assert report["patch"].startswith("---\n# openapi/liangxin/models/")
    assert report["error"] is None


@pytest.mark.parametrize(("fault", "code"), [(503, 6), (429, 8), (401, 5)])
def test_exit_codes_are_those_of_the_error(call: Caller, fault: int, code: int) -> None:
    """An error that ends it has the exit code of a create, and says that it stopped."""
    call.simulator.inject(status(fault), times=1000)
    printed = call("probe", AGREED)
    assert printed.code == code
    assert "error: stopped: " in printed.err


def test_an_unknown_model(call: Caller) -> None:
    """A model that there is none of is refused, with the nearest."""
    printed = call("probe", AGREED, "--model", "kling-v3-sdt")
    assert printed.code == 2
    assert "kling-v3-std" in printed.err


def test_magnific_has_nothing_to_probe_without_paying(call: Caller) -> None:
    """Where no inferred fact can be probed, nothing is sent, and the facts are listed."""
    call.simulator.expect(0)
    printed = call("--api", "magnific", "probe")
    assert printed.code == 2
    assert "up to 0 creates would be sent" in printed.err
