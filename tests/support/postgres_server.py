"""A real Postgres of the system's packages, on a socket in a temporary folder."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    import psycopg

PASSWORD = "s3cr3t/of:tests"
_OPTIONS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "autovacuum": "off",
}
_RULES = """
local all locked scram-sha-256
local all all trust
"""


def binaries() -> Path:
    """Return the folder of Postgres's programs; skip the test, loudly, where there are none."""
    if sys.platform == "win32":
        pytest.skip("POSTGRES IS NOT TESTED: its tests do not run on Windows")
    found = shutil.which("postgres")
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    folders += [] if found is None else [Path(found).resolve().parent]
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    pytest.skip("POSTGRES IS NOT TESTED: there is no initdb; install the package postgresql")


class PostgresServer:
    """A server that can be stopped and started."""

    def __init__(
        self, programs: Path, folder: Path, owner: dict[str, Any], *, is_durable: bool
    ) -> None:
        self._programs = programs
        self.folder = folder
        self._options = {**_OPTIONS, "fsync": "on" if is_durable else "off"}
        self._owner = owner
        self._process: subprocess.Popen[bytes] | None = None
        self._schemas = itertools.count()

    def address(self, schema: str | None = None, user: str = "tests", password: str = "") -> str:
        """Return the address of a batch, by default of a new one."""
        name = f"batch_{next(self._schemas)}" if schema is None else schema
        secret = f":{quote(password, safe='')}" if password else ""
        return f"postgresql://{user}{secret}@/postgres?host={self.folder}&schema={name}"

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Connect as the superuser."""
        import psycopg  # noqa: PLC0415  most tests need none

        return psycopg.connect(
            host=str(self.folder), user="tests", dbname="postgres", autocommit=True
        )

    def start(self) -> None:
        """Start it, and return when it takes connections."""
        from psycopg import OperationalError  # noqa: PLC0415

        options = [
            word for name, value in self._options.items() for word in ("-c", f"{name}={value}")
        ]
        # On Linux, the system ends it with the tests, however those end.
        tied = ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []
        with (self.folder / "log").open("ab") as log:
            process: subprocess.Popen[bytes] = subprocess.Popen(
                [
                    *tied,
                    *(str(self._programs / "postgres"), "-D", str(self.folder / "data")),
                    *("-k", str(self.folder), *options),
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._owner,
            )
        self._process = process
        deadline = time.monotonic() + 60
        while True:
            try:
                self.connect().close()
            except OperationalError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it at once: SIGINT ends sessions, SIGQUIT leaves the disk as a crash does."""
        assert self._process
        self._process.send_signal(how)
        self._process.wait(60)


@contextmanager
def postgres_server(*, is_durable: bool = False) -> Iterator[PostgresServer]:
    """Make and start a server; skip the test, loudly, where that is not possible.

    Unless it is durable, commits may be lost by a crash of the machine, though not by its own.
    """
    programs = binaries()
    # In memory, where there is such a folder; a short path, as those of sockets are limited.
    memory = "/dev/shm" if Path("/dev/shm").is_dir() and not is_durable else None  # noqa: S108
    with tempfile.TemporaryDirectory(prefix="lx-pg", dir=memory) as name:
        folder = Path(name)
        owner: dict[str, Any] = {}
        if os.geteuid() == 0:  # Postgres refuses to run as root
            import pwd  # noqa: PLC0415  not on Windows

            user = next(
                entry for entry in pwd.getpwall() if entry.pw_name in {"postgres", "nobody"}
            )
            owner = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(folder, user.pw_uid, user.pw_gid)
        subprocess.run(
            [
                *(programs / "initdb", "-D", folder / "data", "-U", "tests", "-A", "trust"),
                *("-E", "UTF8", "--locale=C", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            cwd=folder,
            **owner,
        )
        (folder / "data" / "pg_hba.conf").write_text(_RULES)
        folder.chmod(0o755)
        server = PostgresServer(programs, folder, owner, is_durable=is_durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
