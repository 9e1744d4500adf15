"""The dbt tests that follow from a baseline: one for every constraint it has."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from runner.catalog.model import Check, ForeignKey, Key, Table
from runner.catalog.names import quoted
from runner.generate.pages import Expression, literal
from runner.mapping import TableMapping


@dataclass(frozen=True, slots=True)
class DataTest:
    """A generic test and its arguments."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


def of_table(table: Table) -> list[DataTest]:
    """The tests of keys and references with several columns, and of checks."""
    keys = [key for key in (table.primary_key, *table.unique) if key and len(key.columns) > 1]
    references = [key for key in table.foreign_keys if len(key.columns) > 1]
    return [
        *(DataTest("unique_combination", {"columns": list(key.columns)}) for key in keys),
        *(_references(key, {"columns": list(key.columns)}) for key in references),
        *(DataTest("satisfies", {"condition": _condition(check)}) for check in table.checks),
    ]


def of_column(table: Table, mapping: TableMapping, name: str) -> list[DataTest]:
    """The tests of one column: not null, unique, accepted values, references."""
    column = next(column for column in mapping.columns if column.name == name)
    tests = [] if column.nullable else [DataTest("not_null")]
    tests += [DataTest("unique")] if _is_unique(table, name) else []
    tests += [DataTest("accepted_values", {"values": list(column.labels)})] if column.labels else []
    return tests + [_references(key, {}) for key in table.foreign_keys if key.columns == (name,)]


@dataclass(frozen=True, slots=True)
class UnitTest:
    """A unit test of a model: a query for the rows of landing, and what the model must make of them."""

    given: str
    expected: list[dict[str, str]]


def of_labels(mapping: TableMapping) -> UnitTest | None:
    """The only transformation a generated model has: a label that landed as text becomes one of its enum type.

    The rows are a query, which needs no table: after publish landing is gone. A table with a blank in its name has
    none, because a unit test of dbt could not name it.
    """
    labelled = [column for column in mapping.columns if column.labels]
    if not labelled or " " in mapping.name:
        return None
    arrays = ", ".join(f"array[{', '.join(map(_literal, column.labels))}]" for column in labelled)
    names = ", ".join(quoted(column.name) for column in labelled)
    columns = ", ".join(
        quoted(column.name) if column.labels else f"cast(null as {column.target_type}) as {quoted(column.name)}"
        for column in mapping.columns
    )
    rows = zip_longest(*(column.labels for column in labelled))
    return UnitTest(
        f"select {columns} from unnest({arrays}) as labels ({names})",
        [
            {column.name: label for column, label in zip(labelled, row, strict=True) if label is not None}
            for row in rows
        ],
    )


def constraint_names(table: Table) -> list[str]:
    """Every constraint and unique index of a table, by the names Postgres knows them by."""
    keys: list[Key] = [key for key in (table.primary_key, *table.unique) if key]
    references = [key.name for key in table.foreign_keys]
    return [*(str(key.name) for key in keys), *references, *(check.name for check in table.checks)]


def _is_unique(table: Table, name: str) -> bool:
    return any(key and key.columns == (name,) for key in (table.primary_key, *table.unique))


def _references(key: ForeignKey, arguments: dict[str, Any]) -> DataTest:
    target = {"to": Expression(f"ref({literal(key.ref_table)})"), "to_columns": list(key.ref_columns)}
    return DataTest("references", {**arguments, **target})


def _condition(check: Check) -> str:
    return check.expression.removeprefix("CHECK").strip()


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
