"""Landing: unlogged tables in a schema of their own, in the baseline's types, without constraints.

A journal beside them says which files have arrived. It is written in the transaction that copies a file, so that
a run killed at any moment neither loses nor doubles rows when it goes on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from runner import manifest
from runner.exports.chunks import Chunk
from runner.mapping import TableMapping
from runner.postgres import key_ranges, marks, target
from runner.settings import Address
from runner.systems import LANDING


def table_name(table: str) -> sql.Identifier:
    """The qualified name of a landing table."""
    return sql.Identifier(LANDING, table)


@dataclass(frozen=True, slots=True)
class Staged:
    """One file's rows in landing: the digest in value form, and the rows each rule touched by (rule, column)."""

    rows: int
    value_digest: int
    touched: dict[tuple[str, str], int]
    seconds: float


def prepare(where: Address, tables: Iterable[TableMapping], *, whole: bool, mark: str = "") -> None:
    """Make an empty table for each mapping; with `whole` the schema is made anew, otherwise others stay.

    `mark` says whose rows these are, for `resume`.
    """
    with (
        target.connect(where) as connection,
        target.explained(where, "preparing landing"),
        connection.transaction(),
    ):
        _prepare(connection, tables, whole=whole, mark=mark)


def resume(
    where: Address,
    tables: Iterable[TableMapping],
    marks_of: tuple[str, str],
    files: Iterable[manifest.File],
    ranges: Mapping[str, Chunk],
) -> dict[str, Staged]:
    """Keep what has arrived of these files, by path; the rows of any other file are removed.

    `marks_of` are this run's mark and that of a run whose rows may be taken over, empty for none. Without rows
    under one of them everything is made anew. `ranges` says which keys a file holds: without it, or when it holds
    other rows than have arrived, the whole table is emptied.
    """
    mark, former = marks_of
    valid = {(file.path, file.sha256) for file in files}
    mappings = {table.name: table for table in tables}
    with (
        target.connect(where) as connection,
        target.explained(where, "preparing landing"),
        connection.transaction(),
    ):
        found = marks.read(connection, LANDING)
        if not found or found not in (mark, former):
            _prepare(connection, mappings.values(), whole=True, mark=mark)
            return {}
        marks.write(connection, LANDING, mark)
        stale: dict[str, list[str]] = {}
        for table, path, sha256 in _journal(connection):
            if (path, sha256) not in valid:
                stale.setdefault(table, []).append(path)
        for table, paths in stale.items():
            if not all(_remove(connection, mappings.get(table), ranges.get(path), path) for path in paths):
                connection.execute(sql.SQL("TRUNCATE {}").format(table_name(table)))
                connection.execute("DELETE FROM convergence_landing.journal WHERE table_name = %s", (table,))
        return _arrivals(connection)


def _remove(connection: target.Connection, mapping: TableMapping | None, chunk: Chunk | None, path: str) -> bool:
    """Remove a file's rows by their keys; False when that is not known to be right."""
    if not mapping or not chunk:
        return False
    noted = connection.execute("DELETE FROM convergence_landing.journal WHERE path = %s RETURNING rows", (path,))
    ((rows,),) = noted.fetchall()
    return key_ranges.remove(connection, LANDING, mapping, [chunk], rows) is not None


def note(connection: target.Connection, table: str, file: manifest.File, staged: Staged) -> None:
    """Say in the transaction that copies a file's rows that they have arrived."""
    touched = json.dumps([[rule, column, rows] for (rule, column), rows in staged.touched.items()])
    connection.execute(
        "INSERT INTO convergence_landing.journal VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (file.path, table, file.sha256, staged.rows, staged.value_digest, touched, staged.seconds),
    )


def missing(where: Address, files: Iterable[manifest.File]) -> list[str]:
    """The files whose rows are not there: all of them after the server crashed, for the tables are unlogged."""
    with target.connect(where) as connection, target.explained(where, "looking at landing"):
        if not target.fetch_value(connection, sql.SQL("SELECT to_regclass('convergence_landing.journal') IS NOT NULL")):
            return [file.path for file in files]
        arrived = {(path, sha256) for _, path, sha256 in _journal(connection)}
    return [file.path for file in files if (file.path, file.sha256) not in arrived]


def _prepare(connection: target.Connection, tables: Iterable[TableMapping], *, whole: bool, mark: str) -> None:
    if whole:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(LANDING)))
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(LANDING)))
    if whole:
        marks.write(connection, LANDING, mark)
    connection.execute(target.statement("landing_journal"))
    for mapping in tables:
        empty(connection, mapping)


def _journal(connection: target.Connection) -> list[tuple[Any, ...]]:
    return target.fetch_all(connection, sql.SQL("SELECT table_name, path, sha256 FROM convergence_landing.journal"))


def _arrivals(connection: target.Connection) -> dict[str, Staged]:
    query = sql.SQL("SELECT path, rows, value_digest, touched, seconds FROM convergence_landing.journal")
    return {
        path: Staged(rows, int(value_digest), {(rule, column): n for rule, column, n in json.loads(touched)}, seconds)
        for path, rows, value_digest, touched, seconds in target.fetch_all(connection, query)
    }


def empty(connection: target.Connection, mapping: TableMapping) -> None:
    """Make one landing table anew. Labels of an enum land as text: the type itself belongs to the build."""
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column.name), target.trusted(column.landing_type))
        for column in mapping.columns
    )
    connection.execute("DELETE FROM convergence_landing.journal WHERE table_name = %s", (mapping.name,))
    connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table_name(mapping.name)))
    # Nobody plans queries on landing: the server would only spend time on looking at it.
    connection.execute(
        sql.SQL("CREATE UNLOGGED TABLE {} ({}) WITH (autovacuum_enabled = false)").format(
            table_name(mapping.name), columns
        )
    )


def write_manifest(where: Address, export: manifest.Manifest, landed: Mapping[str, int]) -> None:
    """Keep the counts of the export beside the landed tables, where dbt's tests read them."""
    with (
        target.connect(where) as connection,
        target.explained(where, "writing the landing manifest"),
        connection.transaction(),
    ):
        # After publish landing is gone; a later verify brings back the counts alone.
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(LANDING)))
        name = sql.Identifier(LANDING, "manifest")
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
        connection.execute(target.statement("landing_manifest"))
        with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
            for table in export.tables:
                source_rows = table.rows + table.filtered_rows
                copy.write_row(
                    (
                        export.system,
                        table.name,
                        source_rows,
                        table.rows,
                        landed.get(table.name, 0),
                        str(table.digest),
                    )
                )
