"""The dbt tests that follow from a baseline: one for every constraint it has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from runner.catalog.model import ForeignKey, Key, Table
from runner.mapping import TableMapping


@dataclass(frozen=True, slots=True)
class DataTest:
    """A generic test and its arguments."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


def of_table(table: Table) -> list[DataTest]:
    """The tests of keys and references with several columns."""
    keys = [key for key in (table.primary_key, *table.unique) if key and len(key.columns) > 1]
    references = [key for key in table.foreign_keys if len(key.columns) > 1]
    return [
        *(DataTest("unique_combination", {"columns": list(key.columns)}) for key in keys),
        *(_references(key, {"columns": list(key.columns)}) for key in references),
    ]


def of_column(table: Table, mapping: TableMapping, name: str) -> list[DataTest]:
    """The tests of one column: not null, unique, accepted values, references."""
    column = next(column for column in mapping.columns if column.name == name)
    tests = [] if column.nullable else [DataTest("not_null")]
    tests += [DataTest("unique")] if _is_unique(table, name) else []
    tests += [DataTest("accepted_values", {"values": list(column.labels)})] if column.labels else []
    return tests + [_references(key, {}) for key in table.foreign_keys if key.columns == (name,)]


def constraint_names(table: Table) -> list[str]:
    """Every constraint and unique index of a table, by the names Postgres knows them by."""
    keys: list[Key] = [key for key in (table.primary_key, *table.unique) if key]
    references = [key.name for key in table.foreign_keys]
    return [*(str(key.name) for key in keys), *references, *(check.name for check in table.checks)]


def _is_unique(table: Table, name: str) -> bool:
    return any(key and key.columns == (name,) for key in (table.primary_key, *table.unique))


def _references(key: ForeignKey, arguments: dict[str, Any]) -> DataTest:
    target = {"to": f"ref('{key.ref_table}')", "to_columns": list(key.ref_columns)}
    return DataTest("references", {**arguments, **target})
