"""The sentences of `baseline/<system>/descriptions.toml`: what the tables and columns mean to an analyst.

They are written by hand and merged into the generated files, so that generating again loses nothing.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from runner.catalog.model import Catalog, ForeignKey, Table
from runner.errors import UsageError

NAME = "descriptions.toml"


@dataclass(frozen=True, slots=True)
class Descriptions:
    """Sentences by table, by column name wherever it occurs, and by table and column."""

    tables: dict[str, str]
    recurring: dict[str, str]
    columns: dict[str, dict[str, str]]

    def of_table(self, name: str) -> str:
        """The sentence of a table, empty when nobody wrote one."""
        return self.tables.get(name, "")

    def of_column(self, table: Table, name: str) -> str:
        """The nearest sentence: the table's own, the reference it holds, the one of all such columns."""
        own = self.columns.get(table.name, {}).get(name)
        if own:
            return own
        for key in table.foreign_keys:
            if key.columns == (name,):
                return _reference(key, self.recurring.get(name, ""))
        return self.recurring.get(name, "")


def read(folder: Path, catalog: Catalog) -> Descriptions:
    """The descriptions of a baseline folder, empty without the file; UsageError on names nobody has."""
    path = folder / NAME
    raw = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    found = Descriptions(raw.get("tables", {}), raw.get("recurring", {}), raw.get("columns", {}))
    unknown = [f"[{section}]" for section in raw if section not in ("tables", "recurring", "columns")]
    unknown += [*_unknown_names(found, catalog)]
    if unknown:
        raise UsageError(f"{path.parent.name}/{NAME} describes what the baseline has not: {', '.join(unknown)}")
    return found


def _unknown_names(found: Descriptions, catalog: Catalog) -> list[str]:
    columns = {name: {column.name for column in table.columns} for name, table in catalog.tables.items()}
    everywhere = {column for names in columns.values() for column in names}
    unknown = [name for name in (*found.tables, *found.columns) if name not in columns]
    unknown += [name for name in found.recurring if name not in everywhere]
    return unknown + [
        f"{table}.{name}"
        for table, sentences in found.columns.items()
        for name in sentences
        if name not in columns.get(table, ())
    ]


_CONSEQUENCES = {
    "CASCADE": "deleted together with it",
    "SET NULL": "emptied when it is deleted",
    "NO ACTION": "which keeps it from being deleted",
    "RESTRICT": "which keeps it from being deleted",
}


def _reference(key: ForeignKey, sentence: str) -> str:
    target = f"{key.ref_table}.{', '.join(key.ref_columns)}"
    reference = f"Refers to {target}, {_CONSEQUENCES.get(key.on_delete, key.on_delete.lower())}."
    return f"{sentence} {reference}".strip()
