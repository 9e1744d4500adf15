"""Columns that hold uuids: a row's own, its parents', and those of rows that no foreign key names."""

from __future__ import annotations

from runner.catalog.model import Column, ForeignKey
from tests.sources import names
from tests.sources.keys import is_unique
from tests.sources.plan import Maker, Plan


def foreign_key(plan: Plan, column: Column, key: ForeignKey) -> Maker:
    table, keys, parent = plan.source, plan.keys, key.ref_table
    parents = keys.counts[parent]
    if is_unique(table, column.name):
        return lambda row: _spelled(plan, row, keys.partner(table, key, row))
    primary_key = table.primary_key.columns if table.primary_key else ()
    if column.name in primary_key:
        # A pair of parents is drawn once only: the first counts up, the later ones carry over.
        before = [other for other in table.foreign_keys if other.columns[0] in primary_key]
        step = 1
        for other in before[: before.index(key)]:
            step *= keys.counts[other.ref_table]
        return lambda row: _spelled(plan, row, keys.uuid(parent, row // step % parents))
    return lambda row: _spelled(plan, row, keys.uuid(parent, plan.random.randrange(parents)))


def _spelled(plan: Plan, row: int, uuid: str | None) -> str | None:
    """The uuid, in capitals now and then: to MySQL it is the same."""
    capitals = row % 3 == 1 if plan.hostility.takes_turns else plan.share(0.01)
    return uuid.upper() if uuid and capitals else uuid


def uuid(plan: Plan, column: Column) -> Maker:
    table, keys = plan.source, plan.keys
    if is_unique(table, column.name):
        return lambda row: _spelled(plan, row // 2, keys.uuid(table.name, row))
    owner = names.OWNERS.get(column.name, table.name)
    if owner not in keys.counts:
        owner = table.name
    return lambda row: _spelled(plan, row, keys.uuid(owner, plan.random.randrange(keys.counts[owner])))
