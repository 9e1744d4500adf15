"""The sentences of `baseline/<system>/descriptions.toml`: what the tables and columns mean to an analyst.

They are written by hand and merged into the generated files, so that generating again loses nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from runner.catalog.model import Catalog, ForeignKey, Table
from runner.errors import UsageError

NAME = "descriptions.toml"
_CONSEQUENCES = {
    "CASCADE": "deleted together with it",
    "SET NULL": "emptied when that is deleted",
    "NO ACTION": "which keeps that from being deleted",
    "RESTRICT": "which keeps that from being deleted",
}


@dataclass(frozen=True, slots=True)
class Descriptions:
    """Everything the file says.

    Sentences by table, by column name wherever it occurs, and by table and column; who uses the system's
    tables; and, as `table.column` to `table.column`, references that no foreign key protects.
    """

    tables: dict[str, str] = field(default_factory=dict)
    recurring: dict[str, str] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    exposure: dict[str, str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)

    def of_table(self, name: str) -> str:
        """The sentence of a table, empty when nobody wrote one."""
        return self.tables.get(name, "")

    def of_column(self, table: Table, name: str) -> str:
        """What a column means: the table's own sentence or that of all such columns, and what it refers to."""
        sentence = self.columns.get(table.name, {}).get(name) or self.recurring.get(name, "")
        return " ".join(filter(None, [sentence, *self._references(table, name)]))

    def reference(self, table: str, name: str) -> str:
        """The column that a column refers to without a foreign key, empty when to none."""
        return self.references.get(f"{table}.{name}", "")

    def _references(self, table: Table, name: str) -> Iterator[str]:
        yield from (_reference(key) for key in table.foreign_keys if key.columns == (name,))
        if self.reference(table.name, name):
            yield f"Refers to {self.reference(table.name, name)}, without a foreign key."


def read(folder: Path, catalog: Catalog) -> Descriptions:
    """The descriptions of a baseline folder, empty without the file; UsageError on what nobody has."""
    path = folder / NAME
    place = f"{folder.name}/{NAME}"
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        found = Descriptions(**raw)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{place}: {error}") from None
    except TypeError:
        raise UsageError(f"{place}: unknown section; known are {', '.join(Descriptions.__slots__)}") from None
    unknown = [*_unknown_names(found, catalog)]
    if unknown:
        raise UsageError(f"{place} describes what the baseline has not: {', '.join(unknown)}")
    return found


def _unknown_names(found: Descriptions, catalog: Catalog) -> Iterator[str]:
    places = {f"{table.name}.{column.name}" for table in catalog.tables.values() for column in table.columns}
    anywhere = {place.partition(".")[2] for place in places}
    described = [f"{table}.{name}" for table, sentences in found.columns.items() for name in sentences]
    yield from (name for name in (*found.tables, *found.columns) if name not in catalog.tables)
    yield from (name for name in found.recurring if name not in anywhere)
    yield from (
        place
        for place in (*described, *found.references, *found.references.values())
        if place not in places and place.partition(".")[0] in catalog.tables
    )


def _reference(key: ForeignKey) -> str:
    target = f"{key.ref_table}.{', '.join(key.ref_columns)}"
    return f"Refers to {target}, {_CONSEQUENCES.get(key.on_delete, key.on_delete.lower())}."
