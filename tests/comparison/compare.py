"""Every row of every table of both sides, joined by primary key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import psycopg
from psycopg import sql
from pymysql.connections import Connection
from pymysql.cursors import SSCursor

from tests.comparison import values
from tests.comparison.shape import Table, tables

NOT_COPIED = {
    "alkemio": frozenset({"migrations_typeorm", "query-result-cache"}),
    "kratos": frozenset({"schema_migration"}),
}

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Difference:
    """Where the sides differ, never by which values; `column` is empty for a whole row.

    `removed` is a row only the source has, `added` one only the target has, `duplicate` a key that one side
    has twice.
    """

    table: str
    key: str
    column: str
    kind: Literal["modified", "removed", "added", "duplicate"]


def differences(source: Connection[Any], target: psycopg.Connection, system: str) -> Iterator[Difference]:
    """Everything in which the target's copied tables are not the source's."""
    with source.cursor() as cursor:
        cursor.execute("set session time_zone = '+00:00'")
    for table in tables(system):
        if table.name not in NOT_COPIED[system]:
            yield from _of_table(table, _source_rows(source, table), _target_rows(target, table))


def _of_table(table: Table, source: Iterator[Row], target: Iterator[Row]) -> Iterator[Difference]:
    expected: dict[str, Row] = {}
    for row in source:
        key = _key(table, row)
        if key in expected:
            yield Difference(table.name, key, "", "duplicate")
        expected[key] = row
    seen: set[str] = set()
    for row in target:
        key = _key(table, row)
        if key in seen:
            yield Difference(table.name, key, "", "duplicate")
        elif key not in expected:
            yield Difference(table.name, key, "", "added")
        else:
            for column, ours, theirs in zip(table.columns, expected.pop(key), row, strict=True):
                if not values.same(column, ours, theirs):
                    yield Difference(table.name, key, column.name, "modified")
        seen.add(key)
    for key in expected:
        yield Difference(table.name, key, "", "removed")


def _key(table: Table, row: Row) -> str:
    parts = {column.name: values.key(column, value) for column, value in zip(table.columns, row, strict=True)}
    return "/".join(parts[name] for name in table.key)


def _source_rows(source: Connection[Any], table: Table) -> Iterator[Row]:
    names = ", ".join(_quoted(column.name) for column in table.columns)
    with source.cursor(SSCursor) as cursor:
        cursor.execute(f"select {names} from {_quoted(table.name)}")
        yield from iter(cursor.fetchone, None)


def _target_rows(target: psycopg.Connection, table: Table) -> Iterator[Row]:
    # Documents as text: the driver's own parsing would round their numbers.
    names = sql.SQL(", ").join(
        sql.SQL("{}::text" if column.rule in {"json", "jsonb"} else "{}").format(sql.Identifier(column.name))
        for column in table.columns
    )
    query = sql.SQL("select {} from {}").format(names, sql.Identifier("public", table.name))
    yield from target.execute(query)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
