"""Narrows a digest that differs to columns and primary keys.

The source's side of the comparison is its export: the CSV files were compared with the digests that the
source itself computed, and they are at hand. Both engines give every row's hash by primary key; keys
with unequal hashes, and keys that only one side has, are what is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from psycopg import sql

from runner import digest, manifest, staging, target
from runner.digest import quote_ansi
from runner.engine import open_engine
from runner.errors import Violation
from runner.mapping import ColumnMapping, TableMapping
from runner.run import Run
from runner.settings import Address
from runner.systems import System

SAMPLE_KEYS = 20
_BLOCK = 10_000


def locate(run: Run, system: System, where: Address, mapping: TableMapping, schema: str, rows: int) -> Violation:
    """The violation for a table whose final digest is not the expected one.

    Columns are named when both sides have as many rows; a row more or less makes all of them differ.
    """
    changed = _changed_keys(run, where, mapping, schema)
    expected = manifest.read(run.export_folder(system.name)).table(mapping.name).rows
    columns = [
        column.name
        for column in mapping.columns
        if rows == expected and _expected_total(run, mapping, column) != _final_total(where, mapping, schema, column)
    ]
    return Violation(
        system=system.name,
        table=mapping.name,
        column=", ".join(columns) or None,
        kind="digest_differs",
        rows=len(changed) or abs(rows - expected),
        rule="count and digest of the source",
        sample_keys=tuple(sorted(changed)[:SAMPLE_KEYS]),
        remedy="load again; if it stays, report the table",
    )


def _expected_total(run: Run, mapping: TableMapping, column: ColumnMapping) -> int:
    with open_engine(run.folder / "scratch", 0) as engine:
        row = engine.execute(
            f"SELECT {digest.total('duckdb', _with_key(mapping, column), 'value')} FROM {_files(run, mapping)}"
        ).fetchone()
    return int(row[0]) if row else 0


def _final_total(where: Address, mapping: TableMapping, schema: str, column: ColumnMapping) -> int:
    query = sql.SQL("SELECT {} FROM {}").format(
        target.trusted(digest.total("postgres", _with_key(mapping, column))), sql.Identifier(schema, mapping.name)
    )
    with target.connect(where) as connection, target.explained(where, f"digesting {mapping.name}"):
        return int(target.fetch_value(connection, query))


def _with_key(mapping: TableMapping, column: ColumnMapping) -> list[ColumnMapping]:
    """The column beside its row's key: a sum over values alone is the same after two rows swapped theirs."""
    return [*(one for one in mapping.columns if one.name in mapping.key), column]


def _changed_keys(run: Run, where: Address, mapping: TableMapping, schema: str) -> set[str]:
    """Keys of rows that differ or exist on one side only; holds as many keys as differ, and one block."""
    unmatched: dict[str, str] = {}
    for key, value in _both(_expected_rows(run, mapping), _final_rows(where, mapping, schema)):
        if unmatched.get(key) == value:
            del unmatched[key]
        elif key in unmatched:
            unmatched[key] = ""
        else:
            unmatched[key] = value
    return set(unmatched)


def _both(left: Iterator[tuple[str, str]], right: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Alternate, since both are ordered by key: matching rows meet early and memory stays small."""
    for pair in zip_longest(left, right):
        yield from filter(None, pair)


def _expected_rows(run: Run, mapping: TableMapping) -> Iterator[tuple[str, str]]:
    keys = {column.name: column for column in mapping.columns}
    key = " || '/' || ".join(
        f"lower({quote_ansi(name)})" if keys[name].rule == "uuid" else quote_ansi(name) for name in mapping.key
    )
    with open_engine(run.folder / "scratch", 0) as engine:
        cursor = engine.execute(
            f"SELECT {key} AS key, {digest.prefix('duckdb', mapping.columns, 'value')} "
            f"FROM {_files(run, mapping)} ORDER BY key"
        )
        while rows := cursor.fetchmany(_BLOCK):
            yield from rows


def _final_rows(where: Address, mapping: TableMapping, schema: str) -> Iterator[tuple[str, str]]:
    key = sql.SQL(" || '/' || ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in mapping.key)
    query = sql.SQL('SELECT {} AS key, {} FROM {} ORDER BY ({}) COLLATE "C"').format(
        key,
        target.trusted(digest.prefix("postgres", mapping.columns)),
        sql.Identifier(schema, mapping.name),
        key,
    )
    with (
        target.connect(where, autocommit=False) as connection,
        target.explained(where, f"comparing {mapping.name}"),
        connection.cursor("difference") as cursor,
    ):
        cursor.itersize = _BLOCK
        yield from cursor.execute(query)


def _files(run: Run, mapping: TableMapping) -> str:
    folder = run.export_folder(mapping.system)
    table = manifest.read(folder).table(mapping.name)
    return staging.read_csv(
        [folder / file.path for file in table.files],
        [column.name for column in mapping.columns],
        max((file.longest_line for file in table.files), default=0),
    )
