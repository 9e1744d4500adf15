"""A build that an earlier run proved, made to show a later moment: rows of ranges that changed make room for new ones.

What Postgres has validated stays: keys, indexes, checks, and foreign keys. A table that keeps all its keys has its rows
replaced where they are, so that the dozens of tables that refer to it need not be read again. Where a key is gone, or
two tables change that refer to one another, foreign keys are dropped, and validated again when the tables are full.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from psycopg import sql

from runner.exports.chunks import Chunk
from runner.mapping import TableMapping
from runner.postgres import build, drift, key_ranges, target
from runner.settings import Address
from runner.systems import BUILD, LANDING, System


@dataclass(frozen=True, slots=True)
class Stale:
    """A range whose rows in build are not those of the new moment, and how many of them there are."""

    chunk: Chunk
    rows: int


@dataclass(frozen=True, slots=True)
class Room:
    """What a build lacks: by table the condition of its rows, empty for all.

    In the tables `replaced` those rows wait for their successors under the same keys, in the others they are gone.
    `unproved` are the foreign keys, as table and name, that build has no more.
    """

    lacking: Mapping[str, str]
    replaced: frozenset[str]
    unproved: frozenset[tuple[str, str]]


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
) -> Room:
    """Let the rows of these ranges go from that run's build, all or none, which nobody may publish from then on.

    Landing has the new rows. ViolationError when build is not that run's any more.
    """
    with (
        target.connect(where) as connection,
        target.explained(where, "making room in build"),
        connection.transaction(),
    ):
        build.reopen(connection, where, run_id)
        conditions = {table: _condition(connection, mappings[table], found) for table, found in stale.items()}
        replaced = frozenset(
            table
            for table, one in conditions.items()
            if one and _is_told_by_key(system, table) and not _lacks_a_key(connection, mappings[table], one)
        )
        unproved = _breakable(system, stale.keys(), replaced)
        for table, name in unproved:
            connection.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(BUILD, table), sql.Identifier(name))
            )
        for table in stale.keys() - replaced:
            _empty(connection, table, conditions[table])
        lacking = {table: one.as_string(connection) if one else "" for table, one in conditions.items()}
        return Room(lacking, replaced, unproved)


def _condition(connection: target.Connection, mapping: TableMapping, stale: Sequence[Stale]) -> sql.Composed | None:
    """The condition of a table's stale rows in build, None where their keys do not tell them for certain."""
    condition = key_ranges.together(mapping, [one.chunk for one in stale])
    if condition is None:
        return None
    query = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(sql.Identifier(BUILD, mapping.name), condition)
    return condition if target.fetch_value(connection, query) == sum(one.rows for one in stale) else None


def _is_told_by_key(system: System, table: str) -> bool:
    """Whether nothing but the primary key is unique: other unique values could move from row to row."""
    found = system.target_catalog.tables[table]
    return found.primary_key is not None and not found.unique


def _lacks_a_key(connection: target.Connection, mapping: TableMapping, condition: sql.Composed) -> bool:
    """Whether a row of build that meets the condition has no successor in landing."""
    query = target.statement("renewal_lost_keys").format(
        old=sql.Identifier(BUILD, mapping.name),
        new=sql.Identifier(LANDING, mapping.name),
        condition=condition,
        key=sql.SQL(", ").join(map(sql.Identifier, mapping.key)),
    )
    return bool(target.fetch_value(connection, query))


def _breakable(system: System, stale: Collection[str], replaced: Collection[str]) -> frozenset[tuple[str, str]]:
    """The foreign keys that would not hold at every moment of the exchange, as table and name.

    A table is filled by one statement, so that its rows may refer to one another; no order is known of two tables.
    """

    def holds(child: str, parent: str) -> bool:
        changed = {child, parent} & set(stale)
        return changed <= set(replaced) and (child == parent or len(changed) < 2)

    return frozenset(
        (table.name, key.name)
        for table in system.target_catalog.tables.values()
        for key in table.foreign_keys
        if not holds(table.name, key.ref_table)
    )


def _empty(connection: target.Connection, table: str, condition: sql.Composed | None) -> None:
    """Remove the rows that meet the condition, or all where there is none."""
    name = sql.Identifier(BUILD, table)
    if condition is None:
        connection.execute(sql.SQL("TRUNCATE {}").format(name))
    else:
        connection.execute(sql.SQL("DELETE FROM {} WHERE {}").format(name, condition))
