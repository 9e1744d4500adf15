"""Columns that hold uuids: a row's own, its parents', and those of rows that no foreign key names."""

from __future__ import annotations

from collections.abc import Callable

from runner.catalog.model import Column, ForeignKey
from tests.sources import names
from tests.sources.keys import is_unique
from tests.sources.plan import Field, Plan


def foreign_key(plan: Plan, column: Column, key: ForeignKey) -> Field:
    """A parent of each row: its own one where the column is unique, any otherwise."""
    table, keys, parent = plan.source, plan.keys, key.ref_table
    parents = keys.counts[parent]
    if is_unique(table, column.name):
        return _spelled(lambda row: keys.partner(table, key, row))
    primary_key = table.primary_key.columns if table.primary_key else ()
    if column.name in primary_key:
        # A pair of parents is drawn once only: the first counts up, the later ones carry over.
        before = [other for other in table.foreign_keys if other.columns[0] in primary_key]
        step = 1
        for other in before[: before.index(key)]:
            step *= keys.counts[other.ref_table]
        return _spelled(lambda row: keys.uuid(parent, row // step % parents))
    return _spelled(lambda row: keys.uuid(parent, plan.random.randrange(parents)))


def uuid(plan: Plan, column: Column) -> Field:
    """The row's own uuid, or one of a table that the column's name speaks of."""
    table, keys = plan.source.name, plan.keys
    if is_unique(plan.source, column.name):
        return _spelled(lambda row: keys.uuid(table, row))
    owner = names.OWNERS.get(column.name, table)
    owner = owner if owner in keys.counts else table
    return _spelled(lambda row: keys.uuid(owner, plan.random.randrange(keys.counts[owner])))


def _spelled(make: Callable[[int], str | None]) -> Field:
    """Hostile in capitals: to MySQL that is the same uuid."""

    def capitals(row: int) -> str | None:
        uuid = make(row)
        return uuid.upper() if uuid else None

    return Field(make, capitals)
