"""Indexes of foreign keys: MySQL makes one for each, the baseline only where it wants one, a run all when asked to.

Pure, from the catalogs: what advice recommends, what load builds and what verify expects is one list.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from runner.catalog.model import Catalog, ForeignKey, Key, Table
from runner.postgres import baseline
from runner.postgres.baseline import Statement

_LONGEST = 63
"""Bytes of a name in Postgres."""


@dataclass(frozen=True, slots=True)
class MissingIndex:
    """An index that a foreign key of a table lacks."""

    table: str
    reference: ForeignKey

    @property
    def key(self) -> Key:
        """The index as a catalog describes it; its name is the same in every run."""
        name = f"{self.table}_{'_'.join(self.reference.columns)}_fk_idx"
        if len(name.encode()) > _LONGEST:
            end = f"_{hashlib.sha256(name.encode()).hexdigest()[:8]}_fk_idx"
            name = name.encode()[: _LONGEST - len(end)].decode(errors="ignore") + end
        return Key(name, self.reference.columns)

    @property
    def statement(self) -> Statement:
        """What makes it."""
        return baseline.index(self.table, self.key)


def missing(catalog: Catalog) -> list[MissingIndex]:
    """The indexes that foreign keys lack, once for each list of columns."""
    return [one for table in catalog.tables.values() for one in _of_table(table)]


def _of_table(table: Table) -> Iterator[MissingIndex]:
    keys = [key for key in (table.primary_key, *table.unique, *table.indexes) if key]
    indexed = [key.columns for key in keys if not key.note]
    for reference in table.foreign_keys:
        if not any(columns[: len(reference.columns)] == reference.columns for columns in indexed):
            indexed.append(reference.columns)
            yield MissingIndex(table.name, reference)


def completed(catalog: Catalog) -> Catalog:
    """The catalog with these indexes: what a run that built them must find, neither less nor more."""
    tables = dict(catalog.tables)
    for one in missing(catalog):
        table = tables[one.table]
        tables[one.table] = replace(table, indexes=(*table.indexes, one.key))
    return replace(catalog, tables=tables)
