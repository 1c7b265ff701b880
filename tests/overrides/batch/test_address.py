"""Addresses of batches in Postgres."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import pytest

from liangxin.batch.address import Address, is_postgres, without_password
from liangxin.batch.databases import open_ledger
from liangxin.batch.ledger import LedgerUnavailableError
from liangxin.errors import UsageError

SECRET = "s3cr3t"


@pytest.mark.parametrize(
    ("text", "name", "schema"),
    [
        ("postgresql://db/orders", "postgresql://db/orders", "liangxin"),
        (
            "postgres://me:s3cr3t@db:5432/orders?schema=autumn",
            "postgres://me:***@db:5432/orders?schema=autumn",
            "autumn",
        ),
        (
            "postgresql://me@/orders?host=/tmp&password=s3cr3t&schema=a_1&sslmode=require",
            "postgresql://me@/orders?host=/tmp&password=***&schema=a_1&sslmode=require",
            "a_1",
        ),
    ],
)
def test_parts(text: str, name: str, schema: str) -> None:
    """An address has a schema, and a name without its password."""
    address = Address(text)
    assert (address.name, repr(address), address.schema) == (name, name, schema)
    assert "schema" not in address._parameters
    assert is_postgres(text)
    assert not is_postgres("results/postgres.db")


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://me:x?s3cr3t=4/y@db/orders",
        "postgresql://me:s3cr3t@ss@db/orders",
        "postgresql://me:s3cr3t/x@db/orders",
        "postgresql://me:%zs3cr3t@db/orders",
        "postgres:me:s3cr3t@db",
        "postgresql://me:s3cr3t@db:x/orders",
        "postgresql://me:s3cr3t@db/orders?schema=pg_autumn",
        "postgresql://me:s3cr3t@db/orders?schema=A-1",
    ],
)
def test_what_is_no_address(text: str) -> None:
    """An address that is invalid is refused, without a part of its password."""
    with pytest.raises(UsageError, match=r"database (is no address of|has a schema)") as caught:
        Address(text)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in without_password(text)


def test_an_unknown_parameter_is_named() -> None:
    """A parameter that is misspelt is named, rather than the password suspected."""
    text = "postgresql://me:s3cr3t@db/orders?shema=autumn&sslmode=require&colour=red"
    with pytest.raises(UsageError, match=r"nor a batch knows: shema, colour$") as caught:
        Address(text)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "text",
    [
        *("host=db dbname=orders", "user=me host = db", "service=orders", "mysql://db/orders"),
        *(f"me:{SECRET}@db.example", f"me:{SECRET}@db/orders", "me@db", "db.example:5432/orders"),
        *("//me@db/orders", "jdbc:postgresql://db/orders", "Postgresql://db/orders"),
    ],
)
def test_what_is_neither_a_file_nor_an_address(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other forms of addresses make no file: each machine would pay for a batch of its own."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        UsageError, match=r"must be a file, for SQLite, or an address such as"
    ) as caught:
        open_ledger(tmp_path, text, create=True)
    assert SECRET not in str(caught.value)
    assert not [*tmp_path.iterdir()]
    assert not is_postgres(text)


@pytest.mark.parametrize("name", ["batch.db", "./me@home.db", "orders:autumn.db", "C:.db"])
def test_files(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other names are those of files."""
    monkeypatch.chdir(tmp_path)
    open_ledger(tmp_path, name, create=True).close()
    assert (tmp_path / name).exists()


@pytest.mark.parametrize("folder", ["run@2", "2026-11-30T12:30"])
def test_a_ledger_in_a_folder_whose_name_looks_like_an_address(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger that is there is opened by its path, as commands that resume name it."""
    monkeypatch.chdir(tmp_path)
    Path(folder).mkdir()
    open_ledger(folder, create=True).close()
    open_ledger("elsewhere", f"{folder}/batch.db").close()


def test_a_server_that_cannot_be_reached() -> None:
    """A server that is not there is named, and what libpq says of it, without the password."""
    address = Address("postgresql://me:s3cr3t@127.0.0.1:1/orders")
    with pytest.raises(
        LedgerUnavailableError, match=r"cannot be connected to: .*refused"
    ) as caught:
        address.connect()
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None
    assert "***" in address.masked(f"the password {SECRET} is wrong")


def test_without_psycopg(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where psycopg is missing, the error names the extra."""
    monkeypatch.setitem(sys.modules, "liangxin.batch.postgres", None)
    with pytest.raises(UsageError, match=r'needs the extra postgres, or pip install "psycopg'):
        open_ledger("results", "postgresql://db/orders")
