"""Fills a live source with seeded rows that satisfy every constraint of the Postgres baseline.

The same seed and scale give the same rows on MySQL and on MariaDB, with one exception: the deepest JSON
documents are as deep as the server accepts.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from random import Random
from typing import Any, Literal

import pymysql
from pymysql.connections import Connection

from runner import mapping, rules
from runner.systems import System
from tests.servers.source import quoted
from tests.sources import schema, shape
from tests.sources.columns import makers
from tests.sources.hostility import Hostility
from tests.sources.keys import Keys
from tests.sources.plan import Maker, Plan, Value

JSON_DEPTH = {"mysql": 90, "mariadb": 30}  # MariaDB refuses more than 31 levels, and traits add one
STATEMENT_BYTES = 2 * 2**20
COMMIT_STATEMENTS = 16

SESSION = (
    "set session foreign_key_checks = 0",
    "set session unique_checks = 0",
    "set session time_zone = '+00:00'",
    "set session sql_mode = 'STRICT_ALL_TABLES'",
)


def fill(
    connection: Connection[Any],
    system: System,
    *,
    seed: int,
    scale: float | None = None,
    profile: Literal["sample"] = "sample",
) -> dict[str, int]:
    """Fills the empty tables of the connection's database; returns table to number of rows.

    `scale` is the size in proportion to production; without it the profile's few rows, full of hostile
    values, are made. Errors of the server are passed on.
    """
    del profile
    depth = JSON_DEPTH["mariadb" if schema.is_mariadb(connection) else "mysql"]
    _prepare(connection)
    counts = shape.rows(system, scale)
    hostility = Hostility(Random(f"{seed}/{system.name}/hostile"), scale is None, depth)
    keys = Keys(system, seed, counts)
    for table, rows in counts.items():
        plan = _plan(system, table, keys, seed, hostility)
        _send(connection, _statements(table, [column.name for column in plan.source.columns], makers(plan), rows))
    return counts


def _prepare(connection: Connection[Any]) -> None:
    with connection.cursor() as cursor:
        for statement in SESSION:
            cursor.execute(statement)
        try:
            cursor.execute("set session sql_log_bin = 0")
        except pymysql.err.OperationalError:
            return  # a faster fill that needs a privilege


def _plan(system: System, table: str, keys: Keys, seed: int, hostility: Hostility) -> Plan:
    columns = mapping.of_table(system, rules.read(), table).columns
    return Plan(
        system=system.name,
        source=system.source_catalog.tables[table],
        target=system.target_catalog.tables[table],
        mappings={column.name: column for column in columns},
        keys=keys,
        seed=seed,
        random=Random(f"{seed}/{system.name}/{table}"),
        hostility=hostility,
    )


def _statements(table: str, columns: list[str], values: tuple[Maker, ...], rows: int) -> Iterator[bytes]:
    """Inserts of about two megabytes each."""
    start = f"insert into {quoted(table)} ({', '.join(map(quoted, columns))}) values\n".encode()
    tuples: list[bytes] = []
    size = 0
    for row in range(rows):
        tuples.append(f"({','.join([_literal(make(row)) for make in values])})".encode())
        size += len(tuples[-1])
        if size > STATEMENT_BYTES:
            yield start + b",\n".join(tuples)
            tuples, size = [], 0
    if tuples:
        yield start + b",\n".join(tuples)


def _literal(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return str(value) if isinstance(value, int) else f"{value:f}"


def _send(connection: Connection[Any], statements: Iterator[bytes]) -> None:
    """Executes each statement while the next one is made; at most two of them are in memory."""
    with ThreadPoolExecutor(max_workers=1) as sender, connection.cursor() as cursor:
        sent: Future[int] | None = None
        for number, statement in enumerate(statements, 1):
            if sent is not None:
                sent.result()
            if number % COMMIT_STATEMENTS == 0:
                connection.commit()
            sent = sender.submit(cursor.execute, statement)
        if sent is not None:
            sent.result()
    connection.commit()
