"""The source: connections to MySQL or MariaDB that only ever read, and what its errors mean.

Every session speaks utf8mb4, lives in UTC, is read only and owes nothing to the server's defaults. Server
messages can quote values, so they are never passed on: errors are told by their code.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import pymysql
from pydantic import SecretStr
from pymysql.constants import CR, ER
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_exponential

from runner import sessions, tls
from runner.errors import ConnectionLostError, ConvergenceError, RefusalError, UsageError, ViolationError
from runner.settings import Address, parse_url

Connection: TypeAlias = "pymysql.connections.Connection[Any]"

BEGIN_SNAPSHOT = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
"""From here on a session sees one moment."""
_DAY = 86_400
# A server's defaults are its administrator's. Everything that changes what is read, how a statement is
# understood or how long a session may live is therefore set here, the meaning of words first.
_SESSION = (
    # None of its modes: PAD_CHAR_TO_FULL_LENGTH adds blanks, EMPTY_STRING_IS_NULL takes '' for NULL, ANSI_QUOTES
    # and NO_BACKSLASH_ESCAPES change literals, NO_ZERO_DATE makes a cast date NULL.
    "SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION'",
    "SET SESSION time_zone = '+00:00'",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET SESSION TRANSACTION READ ONLY",
    "SET SESSION completion_type = 'NO_CHAIN', sql_auto_is_null = 0",
    # No row is left out, no join refused, and long values are told apart to their end.
    "SET SESSION sql_select_limit = 18446744073709551615, sql_big_selects = 1, max_sort_length = 65536",
    # An export takes as long as it takes, and a worker may wait for its next table.
    f"SET SESSION net_write_timeout = 3600, net_read_timeout = 3600, wait_timeout = {_DAY}",
    "SET SESSION lock_wait_timeout = 30",
)
_SESSION_OF: dict[str, str] = {
    # Sizes as they are now, not as they were cached a day ago.
    "mysql": "SET SESSION max_execution_time = 0, information_schema_stats_expiry = 0",
    "mariadb": (
        "SET SESSION max_statement_time = 0, default_regex_flags = '', idle_transaction_timeout = 0, "
        "idle_readonly_transaction_timeout = 0"
    ),
}
_FILE_OPTIONS = ("ssl_ca", "ssl_cert", "ssl_key")
_TLS_OPTIONS = ("ssl", *_FILE_OPTIONS)
_SSL = ("verified", "unverified", "off")
_TLS_REQUIRED = 3159
# Shut down, killed by an administrator (two spellings), ended by the server; MariaDB has its own number.
_LOST = {
    0,
    CR.CR_SERVER_LOST,
    CR.CR_SERVER_GONE_ERROR,
    ER.SERVER_SHUTDOWN,
    ER.QUERY_INTERRUPTED,
    1927,
    3169,
    4031,
}
_MISSING_PRIVILEGE = {
    ER.SPECIFIC_ACCESS_DENIED_ERROR,
    ER.TABLEACCESS_DENIED_ERROR,
    ER.COLUMNACCESS_DENIED_ERROR,
    ER.DBACCESS_DENIED_ERROR,
}


@dataclass(frozen=True, slots=True)
class Server:
    """What a source server says of itself."""

    kind: Literal["mysql", "mariadb"]
    version: str

    @property
    def number(self) -> tuple[int, ...]:
        """The version as numbers, to compare."""
        return tuple(int(part) for part in self.version.split("-")[0].split(".") if part.isdecimal())

    @property
    def supported(self) -> bool:
        """MySQL 8.0 to 9.x, MariaDB from 10.6."""
        return self.number >= (10, 6) if self.kind == "mariadb" else (8, 0) <= self.number < (10,)


def address(url: SecretStr, variable: str) -> Address:
    """The address of a MySQL source; UsageError names the variable and the fault."""
    result = parse_url(url, variable, ("mysql",))
    unknown = set(result.options) - set(_TLS_OPTIONS)
    if unknown:
        raise UsageError(
            f"{variable}: unknown option {', '.join(sorted(unknown))}; known are {', '.join(_TLS_OPTIONS)}"
        )
    _require_tls(result, variable)
    return result


def _require_tls(where: Address, variable: str) -> None:
    """The options about TLS fit together, their files are there and right, and a remote server is verified."""
    mode = where.options.get("ssl")
    if mode not in (*_SSL, None):
        raise UsageError(f"{variable}: ssl must be one of {', '.join(_SSL)}")
    files = [name for name in _FILE_OPTIONS if name in where.options]
    if mode == "off" and files:
        raise UsageError(f"{variable}: ssl=off and {', '.join(files)} contradict each other; leave out one of them")
    if "ssl_key" in files and "ssl_cert" not in files:
        raise UsageError(f"{variable}: ssl_key is the key of a certificate; name it with ssl_cert")
    tls.require_files(where, files, variable)
    try:
        _tls(where)
    except OSError:
        raise UsageError(f"{variable}: {', '.join(files)}: no PEM files that belong together; see the paths") from None
    if mode is None and "ssl_ca" not in files:
        remedy = "add ?ssl_ca=FILE or ?ssl=verified, or accept any server with ?ssl=unverified"
        tls.refuse_unverified([where.host], variable, remedy)


def connect(where: Address) -> Connection:
    """A read-only session in UTC; ConvergenceError says in one line why it cannot be had."""
    with explained(where):
        connection = _connect(where)
        found = server(connection)
        # A server too old has none of its own settings; the check refuses it, with better words.
        own = (_SESSION_OF[found.kind],) if found.supported else ()
        with connection.cursor() as cursor:
            for statement in (*_SESSION, *own):
                cursor.execute(statement)
        return connection


@retry(
    retry=retry_if_exception(
        lambda error: (
            _code(error) in {CR.CR_CONN_HOST_ERROR, CR.CR_SERVER_LOST} and not isinstance(_cause(error), ssl.SSLError)
        )
    ),
    wait=wait_exponential(multiplier=0.2, max=2),
    stop=stop_after_attempt(4),
    reraise=True,
)
def _connect(where: Address) -> Connection:
    if where.options or not tls.is_local(where.host):
        return _open(where, encrypted=where.options.get("ssl") != "off")
    try:
        # Nobody listens on loopback, and encrypting every row would cost both sides a tenth of an export.
        return _open(where, encrypted=False)
    except pymysql.err.MySQLError as error:
        # An account that requires TLS is refused in the words of a wrong password.
        if _code(error) not in {ER.ACCESS_DENIED_ERROR, _TLS_REQUIRED}:
            raise
        return _open(where, encrypted=True)


def _open(where: Address, *, encrypted: bool) -> Connection:
    connection = pymysql.connect(
        host=where.host,
        port=where.port,
        user=where.user,
        # As bytes: the driver would write characters as Latin-1, the server hashed them as UTF-8.
        password=where.password.get_secret_value().encode(),
        database=where.database,
        charset="utf8mb4",
        connect_timeout=10,
        read_timeout=None,
        autocommit=True,
        local_infile=False,
        ssl=_tls(where),
        ssl_disabled=not encrypted,
    )
    sessions.register(connection)
    return connection


def server(connection: Connection) -> Server:
    """Kind and version of the server behind a connection."""
    version = str(fetch_value(connection, "SELECT VERSION()"))
    return Server("mariadb" if "mariadb" in version.lower() else "mysql", version)


def fetch_all(connection: Connection, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return list(cursor.fetchall())


def fetch_value(connection: Connection, sql: str, parameters: tuple[Any, ...] = ()) -> Any:
    """The first column of the first row, None without a row."""
    rows = fetch_all(connection, sql, parameters)
    return rows[0][0] if rows else None


def missing_privilege(error: pymysql.err.MySQLError) -> bool:
    """Whether the account may not do what it tried."""
    return _code(error) in _MISSING_PRIVILEGE


@contextmanager
def explained(where: Address, doing: str = "connecting") -> Iterator[None]:
    """Turn the driver's errors into one line that holds no value and no secret."""
    try:
        yield
    except pymysql.err.MySQLError as error:
        raise _explain(error, where, doing) from None
    except OSError as error:
        raise ConnectionLostError(
            f"source {where}: {doing} failed ({type(error).__name__}); run the task again"
        ) from None


def _explain(error: pymysql.err.MySQLError, where: Address, doing: str) -> ConvergenceError:
    code = _code(error)
    if isinstance(_cause(error), ssl.SSLError):
        return ViolationError(
            f"source {where}: TLS: its certificate is not valid for this host or not of the CA in ssl_ca, "
            "or it wants a certificate from us; check host, dates, CA and ssl_cert"
        )
    if code == CR.CR_CONN_HOST_ERROR:
        return ConnectionLostError(f"source {where}: no server answers there; check host, port and that it runs")
    if code == CR.CR_SSL_CONNECTION_ERROR:
        return ViolationError(f"source {where}: the server offers no TLS, which the URL asks for; check both")
    if code == ER.ACCESS_DENIED_ERROR:
        return ViolationError(f"source {where}: user {where.user!r} or its password was refused; check the URL")
    if code == ER.BAD_DB_ERROR:
        return ViolationError(f"source {where}: there is no database {where.database!r}; check the URL")
    if code in _MISSING_PRIVILEGE:
        return RefusalError(
            f"source {where}: user {where.user!r} may not read it ({doing}); "
            f"GRANT SELECT ON `{where.database}`.* TO this user"
        )
    if code in _LOST:
        return ConnectionLostError(
            f"source {where}: the connection was lost ({doing}); see that the server runs, then run the task again"
        )
    if code == ER.LOCK_DEADLOCK:
        return ViolationError(f"source {where}: a deadlock with another session ({doing}); run the task again")
    if code == ER.DISK_FULL:
        return ViolationError(f"source {where}: its disk is full ({doing}); make room there, then run the task again")
    if code == ER.LOCK_WAIT_TIMEOUT:
        return ViolationError(f"source {where}: a lock was not granted in 30 s ({doing}); end long transactions first")
    return ViolationError(f"source {where}: {doing} failed with MySQL error {code}")


def _cause(error: BaseException) -> BaseException | None:
    """What the driver wrapped, when it could not connect."""
    return getattr(error, "original_exception", None)


def _code(error: BaseException) -> int:
    code = error.args[0] if error.args else 0
    return code if isinstance(code, int) else 0


def _tls(where: Address) -> ssl.SSLContext | None:
    """What verifies the server; None leaves TLS to what the server offers."""
    options = where.options
    if options.get("ssl") != "verified" and not set(_FILE_OPTIONS) & set(options):
        return None
    context = tls.context(*(options.get(name) for name in _FILE_OPTIONS))
    if options.get("ssl") == "unverified" or not {"ssl", "ssl_ca"} & set(options):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
