"""`liangxin batch`: run many orders, look at them, and decide about them."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import signal
import socket
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from liangxin.batch.ceilings import Amounts
from liangxin.batch.databases import open_ledger
from liangxin.batch.lock import Lock
from liangxin.batch.orders import NewOrder
from liangxin.batch.sqlite import SqliteLedger
from liangxin.cli.batch_run import BatchRun
from liangxin.cli.interrupts import SIGNALS
from liangxin.cli.output import Output
from liangxin_mock import Simulator, drop, fail, stall, status
from tests.overrides.cli import processes
from tests.overrides.cli.conftest import KEY, Caller
from tests.support.postgres_server import PostgresServer

JOBS = "".join(
    json.dumps({"key": key, "model": "z-image", "input": {"prompt": key}, "file": f"cup-{key}"})
    + "\n"
    for key in ("a", "b", "c")
)


@pytest.fixture(autouse=True)
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of three orders, in the current folder."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "jobs.jsonl"
    path.write_text(JOBS)
    return path


def test_run(call: Caller) -> None:
    """It shows what will be sent, makes the files, and exits with 0; again, it sends nothing."""
    printed = call("batch", "run", "jobs.jsonl", "-o", "results")
    assert (printed.code, printed.out.splitlines()[0]) == (0, "3 orders: 3 saved")
    assert "to send: z-image  3 creates, 3 images, cost unknown" in printed.err
    assert sorted(path.name for path in Path("results").glob("cup*")) == [
        "cup-a.png",
        "cup-b.png",
        "cup-c.png",
    ]
    before = len(call.simulator.requests)
    printed = call("batch", "run", "jobs.jsonl", "-o", "results", "--json")
    assert printed.code == 0
    assert printed.documents[0]["orders"] == {"saved": 3}
    assert len(call.simulator.requests) == before
    assert KEY not in str(printed)


def test_one_order(call: Caller, jobs: Path) -> None:
    """One order is not said to be several."""
    jobs.write_text(JOBS.splitlines()[0] + "\n")
    assert call("batch", "run", "jobs.jsonl", "-o", "results").out.startswith("1 order: 1 saved\n")
    again = call("batch", "run", "jobs.jsonl", "-o", "results")
    assert again.err.startswith("1 order not to be sent; so far: 1 create, 1 image, cost unknown\n")


def test_status_and_results(call: Caller) -> None:
    """What has come of the orders is shown as text, JSON and CSV."""
    call.simulator.inject(drop(accepted=True), on="createTask", where={"prompt": "b"})
    assert call("batch", "run", "jobs.jsonl", "-o", "results").code == 6
    shown = call("batch", "status", "-o", "results")
    assert "       1  unknown" in shown.out
    assert "unknown: b  z-image" in shown.out
    assert "liangxin batch settle KEY -o results and --task-id ID, --resend" in shown.err
    assert call("batch", "status", "-o", "results", "--json").documents == [
        {
            "orders": {"unknown": 1, "saved": 2},
            "spent": {"creates": 3, "seconds": 0, "images": 3, "cost": None},
        }
    ]
    documents = call("batch", "results", "-o", "results", "--json").documents
    assert [document["state"] for document in documents] == ["saved", "unknown", "saved"]
    assert documents[0]["files"][0]["path"] == "cup-a.png"
    rows = [*csv.DictReader(io.StringIO(call("batch", "results", "-o", "results", "--csv").out))]
    assert [(row["key"], row["files"]) for row in rows] == [
        ("a", "cup-a.png"),
        ("b", ""),
        ("c", "cup-c.png"),
    ]
    only = call("batch", "results", "-o", "results", "--state", "unknown").out
    assert only.startswith("b  unknown  z-image  ")
    assert call("batch", "results", "--state", "odd").code == 2
    assert call("batch", "results", "--csv", "--json").code == 2


def test_an_empty_file_is_named(call: Caller) -> None:
    """A file without orders is no error, and said."""
    Path("empty.jsonl").write_text("\n", encoding="utf-8")
    printed = call("batch", "run", "empty.jsonl", "-o", "results")
    assert printed.code == 0
    assert "empty.jsonl has no orders; nothing is sent" in printed.err


def test_a_task_that_cannot_be_finished_is_shown(call: Caller) -> None:
    """An order whose task the API does not know, or whose file is none, is listed with the reason."""
    call.simulator.inject(drop(accepted=False), on="createTask", where={"prompt": "b"})
    call("batch", "run", "jobs.jsonl")
    call("batch", "settle", "b", "--task-id", "hello")
    printed = call("batch", "run")
    assert "1 not waited for to the end; see liangxin batch status\n" in printed.err
    shown = call("batch", "status")
    assert "running: b  z-image  HTTP 422: recordInfo is null" in shown.out
    assert "1 order with a task could not be finished" in shown.err


def test_settle(call: Caller) -> None:
    """An unknown order gets the task that the console shows, and the next run collects it."""
    call.simulator.inject(drop(accepted=True), on="createTask", where={"prompt": "b"})
    call("batch", "run", "jobs.jsonl")
    task_id = next(j.id for j in call.simulator.jobs if j.body["input"]["prompt"] == "b")
    assert call("batch", "settle", "b").code == 2
    assert call("batch", "settle", "b", "--resend", "--abandon").code == 2
    printed = call("batch", "settle", "b", "--task-id", task_id)
    assert printed.code == 0
    assert "b is running" in printed.err
    assert "To go on: liangxin batch run" in printed.err
    assert call("batch", "run").code == 0
    assert call.simulator.creates == 3


def test_abandon(call: Caller) -> None:
    """With an order that a person gave up, a run is no success, and says why."""
    call.simulator.inject(drop(accepted=True), on="createTask", where={"prompt": "b"})
    call("batch", "run", "jobs.jsonl")
    call("batch", "settle", "b", "--abandon")
    printed = call("batch", "run", "jobs.jsonl")
    assert (printed.code, call.simulator.creates) == (1, 3)
    assert printed.err.endswith("\n1 given up while unknown; see liangxin batch results\n")


def test_retry(call: Caller) -> None:
    """What failed is created once more, if a person says so."""
    call.simulator.play(fail(500, "too dark"), where={"prompt": "b"}, times=1)
    printed = call("batch", "run", "jobs.jsonl")
    assert printed.code == 3
    assert "1 failed; see liangxin batch results" in printed.err
    assert call("batch", "run", "jobs.jsonl").code == 3
    assert call("batch", "retry").code == 2
    assert "not both" in call("batch", "retry", "--failed", "b").err
    assert "1 order is pending again" in call("batch", "retry", "--failed").err
    assert call("batch", "run", "jobs.jsonl").code == 0
    assert call.simulator.creates == 4


def test_the_command_that_goes_on_has_the_pace(call: Caller) -> None:
    """What `retry` and `settle` say to run next sends no faster than the last run did."""
    pace = "--rate 50.0 --polls-per-second 2.5"
    call("batch", "run", "jobs.jsonl", "--max-creates", "0", *pace.split())
    call("batch", "cancel", "a")
    assert call("batch", "retry", "a").err.endswith(f"\nTo go on: liangxin batch run {pace}\n")
    printed = call("batch", "run", "--rate", "50.0")
    assert (printed.code, call.simulator.creates) == (4, 0)
    call("batch", "cancel", "a")
    assert call("batch", "retry", "a").err.endswith("To go on: liangxin batch run --rate 50.0\n")


def test_a_ceiling_holds_until_it_is_changed(call: Caller) -> None:
    """A run that names no ceiling has those of the runs before, and says so."""
    ceilings = "--max-creates 1 --max-seconds 9 --max-images 2"
    assert call("batch", "run", "jobs.jsonl", *ceilings.split()).code == 4
    printed = call("batch", "run")
    assert (printed.code, call.simulator.creates) == (4, 1)
    assert f"ceilings of the whole batch: {ceilings}\n" in printed.err
    assert call("batch", "run", "--max-creates", "none").code == 4
    assert call.simulator.creates == 2
    printed = call("batch", "run", "--max-images", "2.5", "--max-seconds", "none")
    assert "ceilings of the whole batch: --max-images 2.5\n" in printed.err
    assert call("batch", "run", "--max-images", "none").code == 0
    assert call.simulator.creates == 3


@pytest.mark.parametrize("value", ["-1", "many", "inf", "nan", ""])
def test_a_ceiling_that_is_no_number(call: Caller, value: str) -> None:
    """A ceiling is a number, 0 or more, or none."""
    printed = call("batch", "run", "jobs.jsonl", "--max-creates", value)
    assert printed.code == 2
    assert "--max-creates" in printed.err
    assert "must be a number, 0 or more, or none" in printed.err


@pytest.mark.liangxin(verify=False)
def test_status_after_a_kill(call: Caller) -> None:
    """Orders that a run left `sending` are said to be unknown, unless a process runs the batch."""
    ledger = SqliteLedger(Path("batch.db"), create=True)
    with ledger.importing() as adding:
        for key in "ab":
            adding.insert(NewOrder(key, "z-image", "{}", None, key, Amounts()), 1.0)
    ledger.claim(1, 2.0)
    ledger.close()
    lock = Lock(Path("batch.db"))
    printed = call("batch", "status")
    assert ("       1  sending" in printed.out, printed.err) == (True, "")
    lock.release()
    printed = call("batch", "status")
    assert "sending: a  z-image" in printed.out
    assert "sending: b" not in printed.out
    assert printed.err.startswith(
        "No process runs the batch, and the next run will take what is still sending (1 order) for "
        "unknown\nUnknown orders may have been created and billed: look for them"
    )
    assert call("batch", "settle", "a", "--abandon").code == 0
    assert call("batch", "status").err == ""


def test_cancel(call: Caller) -> None:
    """What is cancelled is not sent, until a person wants it again."""
    assert call("batch", "run", "jobs.jsonl", "--max-creates", "1").code == 4
    assert "2 orders are cancelled" in call("batch", "cancel").err
    printed = call("batch", "run", "jobs.jsonl", "--max-creates", "none")
    assert printed.code == 1
    assert printed.err.endswith("\n2 cancelled, so not sent; see liangxin batch results\n")
    assert call.simulator.creates == 1
    assert "2 orders are pending again" in call("batch", "retry", "--cancelled").err
    assert call("batch", "run", "jobs.jsonl").code == 0


def test_export(call: Caller) -> None:
    """The manifest has inputs, tasks, states with times, files with digests, and costs."""
    Path("prices.toml").write_text('[[price]]\nmodel = "z-*"\nper_image = 0.25\n')
    printed = call("batch", "run", "jobs.jsonl", "--prices", "prices.toml", "--max-cost", "1")
    assert "3 creates, 3 images, cost 0.75" in printed.out
    assert call("batch", "export", "manifest.json").code == 0
    manifest = json.loads(Path("manifest.json").read_text())
    assert manifest == json.loads(call("batch", "export").out)
    assert (manifest["api"], manifest["spent"]["cost"]) == ("LiangXin", 0.75)
    order = manifest["orders"][1]
    assert (order["input"], order["cost"]) == ({"prompt": "b"}, 0.25)
    assert [past["state"] for past in order["history"]] == [
        "sending",
        "running",
        "succeeded",
        "saved",
    ]
    assert len(order["files"][0]["sha256"]) == 64


def test_an_export_does_not_overwrite_the_ledger(call: Caller) -> None:
    """The ledger is refused as the file of the manifest, by any of its names."""
    assert call("batch", "run", "jobs.jsonl").code == 0
    Path("link.json").symlink_to("batch.db")
    for name in ("batch.db", "./batch.db", "link.json"):
        printed = call("batch", "export", name)
        assert (printed.code, "is the ledger: choose another file" in printed.err) == (2, True)
    assert "3  saved" in call("batch", "status").out


def test_paused(call: Caller) -> None:
    """A used-up quota pauses the batch with its own exit code, and a ceiling with another."""
    call.simulator.inject(status(402), on="createTask")
    printed = call("batch", "run", "jobs.jsonl")
    assert printed.code == 5
    assert "error: paused: HTTP 402" in printed.err
    printed = call("batch", "run", "jobs.jsonl", "--max-images", "1")
    assert printed.code == 4
    assert "the next order would exceed --max-images; raise it to go on" in printed.err
    assert call("batch", "run", "jobs.jsonl", "--max-images", "3").code == 0


def test_invalid_lines(call: Caller, jobs: Path) -> None:
    """Lines that are invalid are named by their numbers; nothing is sent, or the others alone."""
    bad = {"model": "kling-v3-pro", "input": {"prompt": "x", "duration": 20}}
    jobs.write_text(f"{JOBS}\n{json.dumps(bad)}\n{{\n")
    printed = call("batch", "run", "jobs.jsonl")
    assert printed.code == 2
    assert "line 5: input.duration must be at most 15, got 20" in printed.err
    assert "line 6: is invalid JSON" in printed.err
    assert call.simulator.creates == 0
    printed = call("batch", "run", "jobs.jsonl", "--skip-invalid")
    assert printed.code == 2
    assert call.simulator.creates == 3


def test_a_changed_file(call: Caller, jobs: Path) -> None:
    """A file that has changed meanwhile is refused, with what to do."""
    call("batch", "run", "jobs.jsonl", "--max-creates", "1")
    jobs.write_text(JOBS.replace('"prompt": "b"', '"prompt": "x"'))
    printed = call("batch", "run", "jobs.jsonl")
    assert printed.code == 2
    assert "line 2: key 'b' has another input in the batch" in printed.err
    assert "give changed ones another key" in printed.err
    jobs.write_text(JOBS)
    assert call("batch", "run", "jobs.jsonl", "--max-creates", "3").code == 0


def test_errors_of_the_ledger(call: Caller) -> None:
    """A batch that is not there, one that another process runs, and a file that is none."""
    assert "There is no batch here: batch.db" in call("batch", "status").err
    lock = Lock(Path("batch.db"))
    assert "Another process is running this batch" in call("batch", "run", "jobs.jsonl").err
    lock.release()
    Path("batch.db").write_text("no database" * 100)
    printed = call("batch", "run", "jobs.jsonl")
    assert (printed.code, "is no batch, or is damaged" in printed.err) == (1, True)
    Path("other.db").write_text("no database" * 100)
    assert call("batch", "run", "jobs.jsonl", "--database", "other.db").code == 1
    assert not Path("other.db-lock").exists()


def test_a_worker_needs_a_server(call: Caller) -> None:
    """A batch in SQLite cannot be joined, and an address of another kind is refused."""
    assert call("batch", "run", "jobs.jsonl").code == 0
    printed = call("batch", "worker")
    assert (printed.code, "must be a batch in Postgres to be joined" in printed.err) == (2, True)
    printed = call("batch", "status", "--database", "mysql://db/orders")
    assert (printed.code, "or an address such as postgresql://" in printed.err) == (2, True)
    printed = call("batch", "status", "--database", "postgresql://me:s3cr3t@db:x/orders")
    assert printed.code == 2
    assert "is no address of a Postgres database: postgresql://me:***@db:x/orders" in printed.err


@pytest.mark.thorough
def test_postgres(call: Caller, postgres: PostgresServer) -> None:
    """All commands work on a batch in Postgres, and none shows its password."""
    database = ("--database", postgres.address(password="s3cr3t"))
    assert "There is no batch here" in call("batch", "status", *database).err
    assert "There is no batch here" in call("batch", "worker", *database).err
    call.simulator.inject(drop(accepted=True), on="createTask", where={"prompt": "b"})
    shown = [call("batch", "run", "jobs.jsonl", "-o", "one", "--max-creates", "2", *database)]
    assert shown[0].code == 6
    assert "the next order would exceed --max-creates" in shown[0].err
    shown.append(call("batch", "worker", "-o", "two", *database))
    assert shown[1].code == 6
    assert "the next order would exceed --max-creates" in shown[1].err
    shown.append(call("batch", "settle", "b", "--resend", *database))
    lifted = ("--max-creates", "none")
    shown.append(call("batch", "run", "jobs.jsonl", "-o", "one", *lifted, *database))
    assert shown[-1].code == 0
    shown.append(call("batch", "export", "manifest.json", *database))
    shown += [call("batch", name, *database) for name in ("status", "results", "cancel")]
    orders = json.loads(Path("manifest.json").read_text())["orders"]
    places = {order["place"] for order in orders}
    assert places == {f"{socket.gethostname()}:{Path('one').resolve()}"}
    assert "s3cr3t" not in str(shown)
    assert "--database 'postgresql://tests:***@/postgres" in str(shown)


def test_magnific(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """It works with the other API, too."""
    monkeypatch.setenv("MAGNIFIC_BASE_URL", call.simulator.base_url)
    monkeypatch.setenv("MAGNIFIC_API_KEY", KEY)
    Path("jobs.csv").write_text("model,prompt,duration\nkling-v3-pro,tea,5\nkling-v3-pro,tea,3\n")
    printed = call("--api", "magnific", "batch", "run", "jobs.csv", "--concurrency", "1")
    assert printed.code == 0
    assert "2 creates, 8 s of video" in printed.out
    assert "       2  saved" in call("batch", "status").out


def test_a_batch_knows_its_api(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """What calls no API needs no `--api`, and names that of the batch, whatever is given."""
    monkeypatch.setenv("MAGNIFIC_BASE_URL", call.simulator.base_url)
    monkeypatch.setenv("MAGNIFIC_API_KEY", KEY)
    call.simulator.inject(drop(accepted=True), on="createTask", times=2)
    Path("jobs.csv").write_text("key,model,prompt\na,kling-v3-pro,tea\n")
    for chosen, other, words in (
        ("magnific", "liangxin", "liangxin --api magnific"),
        ("liangxin", "magnific", "liangxin"),
    ):
        assert call("--api", chosen, "batch", "run", "jobs.csv", "-o", chosen).code == 6
        name = {"magnific": "Magnific", "liangxin": "LiangXin"}[chosen]
        for option in ((), ("--api", other)):
            shown = call(*option, "batch", "status", "-o", chosen).err
            assert f"look for them in the {name} console" in shown
            assert f"{words} batch settle KEY -o {chosen}" in shown
        shown = call("--api", other, "batch", "settle", "a", "--resend", "-o", chosen).err
        assert shown.endswith(f"To go on: {words} batch run -o {chosen}\n")


@pytest.mark.liangxin(verify=False)
def test_interrupted_twice(capsys: pytest.CaptureFixture[str]) -> None:
    """Creates that were cut off are not said to be safe."""
    ledger = SqliteLedger(Path("batch.db"), create=True)
    with ledger.importing() as adding:
        adding.insert(NewOrder("a", "z-image", "{}", None, "a", Amounts()), 1.0)
    ledger.claim(1, 2.0)
    ledger.close()
    BatchRun(Output(), "jobs.jsonl", ".", None)._note_interrupt()
    shown = capsys.readouterr().err
    assert "Interrupted; 1 order is unknown, perhaps created and billed. To go on: " in shown
    BatchRun(Output(), "jobs.jsonl", "elsewhere", None)._note_interrupt()
    assert "Interrupted; nothing is lost. To go on: " in capsys.readouterr().err


def test_interrupted_in_an_outage(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the ledger cannot be read, creates are not said to be safe."""
    address = "postgresql://me@127.0.0.1:1/orders"
    BatchRun(Output(), None, ".", address)._note_interrupt()
    shown = capsys.readouterr().err
    assert "Interrupted; the ledger cannot be read, so orders may be unknown. " in shown


@pytest.mark.thorough
def test_interrupted_beside_others(
    postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Creates that other workers are sending are not said to be unknown."""
    address = postgres.address()
    mine, other = (
        open_ledger(name, address, create=True, is_worker=True) for name in ("mine", "other")
    )
    with mine.importing() as adding:
        for key in "abc":
            adding.insert(NewOrder(key, "z-image", "{}", None, key, Amounts()), 1.0)
    other.claim(2, 2.0)
    run = BatchRun(Output(), None, "mine", address)
    run._note_interrupt()
    assert "Interrupted; nothing is lost." in capsys.readouterr().err
    mine.claim(1, 2.0)
    run._note_interrupt()
    assert "Interrupted; 1 order is unknown," in capsys.readouterr().err
    mine.close()
    other.close()


@pytest.mark.liangxin(verify=False)
def test_an_interrupted_run_names_its_limits(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that goes on has the ceilings of before: whoever pastes it spends no more."""
    monkeypatch.setattr(asyncio, "run", interrupted)
    shown = call("batch", "run", "jobs.jsonl", "--max-cost", "5", "--prices", "my prices.toml").err
    assert shown.endswith("batch run jobs.jsonl --max-cost 5 --prices 'my prices.toml'\n")


def interrupted(work: Coroutine[Any, Any, Any]) -> None:
    work.close()
    raise KeyboardInterrupt


@pytest.mark.thorough
@pytest.mark.liangxin(verify=False)
def test_an_interrupted_worker_of_many(
    capsys: pytest.CaptureFixture[str], postgres: PostgresServer
) -> None:
    """What other workers are sending is not said to be lost."""
    ledger = open_ledger("here", postgres.address("busy"), create=True, is_worker=True)
    with ledger.importing() as adding:
        adding.insert(NewOrder("a", "z-image", "{}", None, "a", Amounts()), 1.0)
    ledger.claim(1, 2.0)
    for folder, words in (("here", "1 order is unknown"), ("there", "nothing is lost")):
        BatchRun(Output(), None, folder, postgres.address("busy"))._note_interrupt()
        assert f"Interrupted; {words}" in capsys.readouterr().err
    ledger.close()


@pytest.mark.liangxin(verify=False)  # it may be interrupted before a create is sent
@pytest.mark.parametrize("number", SIGNALS)
def test_interrupted(liangxin_server: Simulator, number: signal.Signals) -> None:
    """An interrupt ends the run with the command that goes on, and nothing is unknown."""
    liangxin_server.play(stall("generating"), times=3)
    with processes.command("batch", "run", "jobs.jsonl", "-o", "results") as process:
        processes.line_of(process, "to send")
        process.send_signal(number)
        _, shown = process.communicate(timeout=processes.LONG)
    assert process.returncode == 128 + number
    assert shown.count("nothing is lost. To go on: liangxin batch run jobs.jsonl -o results") == 1
    printed = processes.done("batch", "status", "-o", "results", "--json")
    assert set(json.loads(printed.stdout)["orders"]) <= {"pending", "running"}
