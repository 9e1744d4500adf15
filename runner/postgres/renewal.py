"""A build that an earlier run proved, made to show a later moment: rows of ranges that changed make room for new ones.

What Postgres has validated stays: keys, indexes and checks, and every foreign key between tables of which no row is
exchanged. Foreign keys from or to the others are dropped, and validated again when those tables are full.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from psycopg import sql

from runner.exports.chunks import Chunk
from runner.mapping import TableMapping
from runner.postgres import build, drift, key_ranges, target
from runner.settings import Address
from runner.systems import BUILD, System


@dataclass(frozen=True, slots=True)
class Stale:
    """A range whose rows in build are not those of the new moment, and how many of them there are."""

    chunk: Chunk
    rows: int


def is_standing(system: System, where: Address, run_id: str, *, with_fk_indexes: bool) -> bool:
    """Whether build is complete, of that run, and exactly what the baseline wants."""
    if not build.is_complete(where, run_id):
        return False
    return not drift.find(system, where, BUILD, with_fk_indexes=with_fk_indexes)


def make_room(
    system: System,
    where: Address,
    run_id: str,
    mappings: Mapping[str, TableMapping],
    stale: Mapping[str, Sequence[Stale]],
) -> dict[str, str]:
    """Remove the rows of these ranges from that run's build, all or none, which nobody may publish from then on.

    Returns for each table the condition of the rows it lacks now; empty when it lacks all. ViolationError when build
    is not that run's any more.
    """
    with (
        target.connect(where) as connection,
        target.explained(where, "making room in build"),
        connection.transaction(),
    ):
        build.reopen(connection, where, run_id)
        _drop_foreign_keys(connection, system, stale)
        return {table: _removed(connection, mappings[table], found) for table, found in stale.items()}


def _drop_foreign_keys(connection: target.Connection, system: System, tables: Collection[str]) -> None:
    for table in system.target_catalog.tables.values():
        for key in table.foreign_keys:
            if table.name in tables or key.ref_table in tables:
                connection.execute(
                    sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                        sql.Identifier(BUILD, table.name), sql.Identifier(key.name)
                    )
                )


def _removed(connection: target.Connection, mapping: TableMapping, stale: Sequence[Stale]) -> str:
    """Remove a table's stale rows, or all where their keys do not tell them for certain."""
    chunks, rows = [one.chunk for one in stale], sum(one.rows for one in stale)
    condition = key_ranges.remove(connection, BUILD, mapping, chunks, rows)
    if condition is not None:
        return condition.as_string(connection)
    connection.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(BUILD, mapping.name)))
    return ""
