"""The address of a batch in Postgres; its password is never shown."""

import re
from typing import TYPE_CHECKING, Any

from liangxin.batch.ledger import LedgerUnavailableError
from liangxin.errors import UsageError

if TYPE_CHECKING:
    import psycopg

DEFAULT_SCHEMA = "liangxin"

_SCHEME = re.compile(r"postgres(ql)?:")
_SECRETS = re.compile(r"^(\w+:/*[^:/@]*):.*@|([?&]\w*password)=[^&]*")
_PARAMETERS = {
    "application_name": "liangxin batch",
    "client_encoding": "utf8",
    "connect_timeout": 10,
    # A server that has gone without a word is noticed within some 30 s.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}


def is_postgres(database: object) -> bool:
    """Whether a database is one of Postgres, and no file."""
    return _SCHEME.match(str(database)) is not None


def without_password(database: object) -> str:
    """Return the address of a database as it may be shown."""
    return _SECRETS.sub(_hide, str(database))


class Address:
    """The address of a batch in Postgres, such as `postgresql://user@host/db?schema=autumn`.

    The parameter `schema` names the batch, `liangxin` by default; all others are those of libpq.

    Attributes:
        name: The address without its passwords, for messages.
        schema: The schema of the batch.

    Raises:
        UsageError: It is no such address.

    """

    def __init__(self, text: str) -> None:
        self.name = without_password(text)
        base, mark, query = text.rpartition("?")
        parameters = query.split("&") if mark else []
        names = [one.removeprefix("schema=") for one in parameters if one.startswith("schema=")]
        self.schema = names[-1] if names else DEFAULT_SCHEMA
        if names:
            rest = "&".join(one for one in parameters if not one.startswith("schema="))
            text = f"{base}?{rest}" if rest else base
        if unknown := _unknown_parameters(parameters):
            raise UsageError(
                f"has parameters that neither libpq nor a batch knows: {', '.join(unknown)}",
                argument="database",
            )
        self._parameters = _parsed(text)
        if not self._parameters:
            # What libpq says of it may name parts of a password.
            raise UsageError(
                f"is no address of a Postgres database: {self.name}; it is like "
                "postgresql://user@host:5432/database, with special characters of a password "
                "percent-encoded, or the password in PGPASSWORD or ~/.pgpass",
                argument="database",
            )
        if not re.fullmatch(r"(?!pg_)[a-z_][a-z0-9_]{0,62}", self.schema):
            raise UsageError(
                f"has a schema that cannot be one, {self.schema!r}: lower-case letters, digits "
                "and _, and not pg_",
                argument="database",
            )

    def __repr__(self) -> str:
        return self.name

    def connect(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """Connect; raise LedgerUnavailableError."""
        import psycopg  # noqa: PLC0415  an extra

        try:
            return psycopg.connect(**{**_PARAMETERS, **self._parameters}, autocommit=True)
        except psycopg.Error as error:
            problem = self.masked(str(error)).rstrip(".?")
        # Not while the error is handled: its traceback has the password.
        raise LedgerUnavailableError(
            f"{self.name} cannot be connected to: {problem}. Check the address, the password, and "
            "whether the server runs"
        )

    def masked(self, text: str) -> str:
        """Return a text in one line, without the password."""
        line = " ".join(text.split())
        password = str(self._parameters.get("password") or "")
        return line.replace(password, "***") if password else line


def _hide(found: "re.Match[str]") -> str:
    user, parameter = found.groups()
    return f"{user}:***@" if parameter is None else f"{parameter}=***"


def _unknown_parameters(parameters: list[str]) -> list[str]:
    from psycopg.pq import Conninfo  # noqa: PLC0415

    if any("@" in one for one in parameters):  # the `?` may be one of the password
        return []
    known = {one.keyword.decode() for one in Conninfo.get_defaults()} | {"schema", "ssl"}
    names = [one.partition("=")[0] for one in parameters]
    return [name for name in names if name.isidentifier() and name not in known]


def _parsed(text: str) -> dict[str, Any]:
    """Return the parameters of an address; none if it is invalid."""
    import psycopg  # noqa: PLC0415
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    try:
        found = conninfo_to_dict(text) if is_postgres(text) else {}
    except psycopg.Error:
        return {}
    ports = str(found.get("port", "")).replace(",", "")
    unescaped = any("@" in str(found.get(name, "")) for name in ("host", "dbname"))
    return {} if unescaped or (ports and not ports.isdigit()) else found
