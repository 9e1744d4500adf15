"""The target: connections to Postgres, and what its errors mean.

Postgres quotes values in its messages, details and contexts; none of them is passed on. Errors are told
by their class and by the names of table, column and constraint that the server sends beside them.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

import psycopg
from psycopg import sql
from pydantic import SecretStr
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_exponential

from runner import resources, sessions, tls
from runner.errors import ConnectionLostError, ConvergenceError, RefusalError, UsageError, Violation, ViolationError
from runner.settings import Address, parse_url

Connection = psycopg.Connection[tuple[Any, ...]]
Query = sql.SQL | sql.Composed

_T = TypeVar("_T")
_R = TypeVar("_R")
# What a role's or a database's own defaults may not change: how values and statements are read and printed,
# and how long a session may live.
SESSION = " ".join(
    f"-c {setting}"
    for setting in (
        "client_encoding=UTF8",
        "timezone=UTC",
        "datestyle=ISO",
        "bytea_output=hex",
        "standard_conforming_strings=on",
        "quote_all_identifiers=off",
        "default_transaction_read_only=off",
        r"default_transaction_isolation=read\ committed",
        "statement_timeout=0",
        "idle_in_transaction_session_timeout=0",
        "idle_session_timeout=0",
        "client_min_messages=warning",
        # A statement whose client was killed ends on the server too, instead of keeping its locks.
        "client_connection_check_interval=2000",
    )
)
# Ended by an administrator, by a crash, or starting up.
_LOST = {"57P01", "57P02", "57P03"}
# A limit on file sizes has no class of its own.
_EXTENDING = "could not extend file"
_KNOWN = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
_OURS = {"application_name", "fallback_application_name", "client_encoding", "replication", "service", "servicefile"}
_SSLMODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_FILE_OPTIONS = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
_SYSTEM = "system"  # as sslrootcert: the machine's own CAs; libpq then verifies the name as well
# libpq's words for an option with an impossible value, and for everything about TLS.
_WRONG_OPTION = re.compile(
    r'connection option "(\w+)"|invalid (?!integer)"?(\w+)"? value|bad value for (\w+)|weak (\w+)'
)
_TLS_FAULT = re.compile(r"SSL error|support SSL|certificate|no encryption")
_CONTEXT = re.compile(r"COPY [^,]+, line (\d+)(?:, column ([^:]+))?")


def address(url: SecretStr, variable: str) -> Address:
    """The address of a Postgres target; UsageError names the variable and the fault."""
    result = parse_url(url, variable, ("postgresql", "postgres"))
    if unknown := sorted(set(result.options) - _KNOWN):
        raise UsageError(f"{variable}: unknown option {', '.join(unknown)}; libpq has none of this name")
    if ours := sorted(set(result.options) & _OURS):
        raise UsageError(f"{variable}: {', '.join(ours)} is set by this tool; leave it out")
    if "'" in result.database:
        raise UsageError(f"{variable}: dbt cannot read the catalog of a database named with an apostrophe; rename it")
    return _with_tls(result, variable)


def _with_tls(where: Address, variable: str) -> Address:
    """The address with its sslmode; UsageError for a wrong option, RefusalError when a remote is not verified."""
    mode, root = where.options.get("sslmode"), where.options.get("sslrootcert")
    if mode not in (*_SSLMODES, None):
        raise UsageError(f"{variable}: sslmode must be one of {', '.join(_SSLMODES)}")
    tls.require_files(where, [name for name in _FILE_OPTIONS if where.options.get(name) != _SYSTEM], variable)
    if mode is None and root is not None:
        # libpq would not look at the certificates that it was given.
        return replace(where, options={**where.options, "sslmode": "verify-full"})
    if mode is None:
        remedy = "add ?sslmode=verify-full&sslrootcert=FILE, or accept any server with ?sslmode=require"
        tls.refuse_unverified(where.options.get("hostaddr", where.host).split(","), variable, remedy)
        # Nobody listens on loopback: encrypted only where the server wants it.
        return replace(where, options={**where.options, "sslmode": "allow"})
    return where


def parameters(where: Address, session: str) -> dict[str, str]:
    """The options of an address for libpq; `session` follows what it says itself under `options`."""
    return {**where.options, "options": f"{where.options.get('options', '')} {session}".lstrip()}


def connect(where: Address, *, autocommit: bool = True) -> Connection:
    """A session in UTC; ConvergenceError says in one line why it cannot be had."""
    with explained(where):
        return _connect(where, autocommit)


@retry(
    retry=retry_if_exception(lambda error: isinstance(error, psycopg.OperationalError) and _starting(error)),
    wait=wait_exponential(multiplier=0.2, max=2),
    stop=stop_after_attempt(4),
    reraise=True,
)
def _connect(where: Address, autocommit: bool) -> Connection:
    options: dict[str, Any] = {"connect_timeout": "10", **parameters(where, SESSION)}
    connection = psycopg.connect(
        host=where.host,
        port=where.port,
        user=where.user or None,
        password=where.password.get_secret_value() or None,
        dbname=where.database,
        autocommit=autocommit,
        application_name="convergence",
        **options,
    )
    sessions.register(connection)
    return connection


def _starting(error: psycopg.OperationalError) -> bool:
    # The driver has no class for a server that does not answer or is still starting.
    return any(words in str(error) for words in ("Connection refused", "the database system is"))


def statement(name: str) -> sql.SQL:
    """A statement kept in `runner/sql/<name>.sql`, trusted because it is part of the project."""
    return sql.SQL(resources.statement(name))


def trusted(text: str) -> sql.SQL:
    """SQL text composed from catalog names that were quoted on the way."""
    return sql.SQL(text)


def fetch_all(connection: Connection, query: Query, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    return connection.execute(query, parameters or None).fetchall()


def fetch_value(connection: Connection, query: Query, parameters: Sequence[Any] = ()) -> Any:
    """The first column of the first row, None without a row."""
    row = connection.execute(query, parameters or None).fetchone()
    return row[0] if row else None


def for_each(where: Address, jobs: int, items: Iterable[_T], work: Callable[[Connection, _T], _R]) -> list[_R]:
    """Results of `work` for every item, in order; `jobs` sessions take the items one after the other.

    The first error ends all of them and is raised here.
    """
    waiting = deque(enumerate(items))
    results: dict[int, _R] = {}

    def session() -> None:
        with connect(where) as connection:
            while True:
                try:
                    number, item = waiting.popleft()
                except IndexError:
                    return
                try:
                    results[number] = work(connection, item)
                except BaseException:
                    waiting.clear()
                    raise

    with ThreadPoolExecutor(jobs) as threads:
        for future in [threads.submit(session) for _ in range(jobs)]:
            future.result()
    return [results[number] for number in sorted(results)]


@contextmanager
def explained(where: Address, doing: str = "connecting", system: str = "", table: str = "") -> Iterator[None]:
    """Turn the driver's errors into one line that holds no value and no secret."""
    try:
        yield
    except psycopg.Error as error:
        raise explain(error, where, doing, system, table) from None


def explain(error: psycopg.Error, where: Address, doing: str, system: str = "", table: str = "") -> ConvergenceError:
    """What a driver error means for the person at the keyboard."""
    state = error.sqlstate or ""
    name = type(error).__name__
    if state[:2] == "23" or state[:2] == "22":
        told = violation(error, system, table)
        return ViolationError(f"target {where}: {doing}: {told}", [told])
    if state == "42501":
        return RefusalError(f"target {where}: user {where.user!r} may not do this ({doing}); it must own the database")
    if state == "53100" or _EXTENDING in str(error):
        return ViolationError(f"target {where}: the disk is full ({doing}); make room, then run the task again")
    if state == "53200":
        return ViolationError(
            f"target {where}: the server ran out of memory or locks ({doing}); "
            "raise max_locks_per_transaction, then run the task again"
        )
    if state == "55P03":
        return ViolationError(f"target {where}: a lock was not granted ({doing}); end other sessions, then run again")
    if state == "40P01":
        return ViolationError(f"target {where}: a deadlock with another session ({doing}); end it, then run again")
    if state in _LOST or state[:2] == "08":
        return ConnectionLostError(f"target {where}: the connection was lost ({doing}); run the task again")
    if state == "3D000":
        return ViolationError(f"target {where}: there is no database {where.database!r}; check the URL")
    if state in {"28P01", "28000"} or "authentication failed" in str(error):
        return ViolationError(f"target {where}: user {where.user!r} or its password was refused; check the URL")
    if not state and (doing == "connecting" or isinstance(error, psycopg.OperationalError)):
        return _unreachable(str(error), where, doing)
    return ViolationError(f"target {where}: {doing} failed ({name}{f', SQLSTATE {state}' if state else ''})")


def _unreachable(text: str, where: Address, doing: str) -> ConvergenceError:
    """What the words mean that libpq has when no server sent a state."""
    if doing != "connecting":
        return ConnectionLostError(f"target {where}: the connection was lost ({doing}); run the task again")
    if "certificate verify failed" in text or "does not match host name" in text:
        return ViolationError(
            f"target {where}: TLS: its certificate is not valid for this host or not of the CA in sslrootcert "
            "(sslmode decides how much is verified); check host, dates and CA"
        )
    if _TLS_FAULT.search(text):
        return ViolationError(
            f"target {where}: TLS cannot be agreed on as sslmode and the certificates of the URL ask; check both sides"
        )
    if "does not exist" in text:
        return ViolationError(f"target {where}: there is no such database or role; check the URL")
    if "FATAL:" in text and "the database system is" not in text:
        return ViolationError(f"target {where}: the server refused a session; check its limits and the URL's options")
    if wrong := _WRONG_OPTION.search(text):
        return UsageError(f"target {where}: {wrong[wrong.lastindex or 0]} has an impossible value; correct the URL")
    return ConnectionLostError(f"target {where}: no server answers there; check host, port and that it runs")


def violation(error: psycopg.Error, system: str, table: str) -> Violation:
    """What a refusal says without the value; `line` counts records where rows came as binary COPY."""
    diagnostic = error.diag
    place = _CONTEXT.match(diagnostic.context or "")
    return Violation(
        system=system,
        table=diagnostic.table_name or table,
        column=diagnostic.column_name or (place[2] if place else None),
        kind=type(error).__name__,
        rows=1,
        rule=diagnostic.constraint_name or f"SQLSTATE {error.sqlstate}",
        line=int(place[1]) if place else None,
    )
