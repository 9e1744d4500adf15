"""What differs between the catalog a database should have and the one it has.

Two questions, two functions: whether a source can be copied by this project, and whether a target is the
baseline (drift). Both are pure and answer with lists that are empty when all is well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from runner.catalog.model import Catalog, Column, ForeignKey, Key, Sequence, Table

Kind = Literal["missing", "extra", "type", "nullability", "default", "order", "definition"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as expected.

    `table` is empty for what belongs to no table, `object` says what it is and its name ("column email"),
    `expected` and `actual` are the engine's words, empty where there is nothing.
    """

    table: str
    object: str
    kind: Kind
    expected: str
    actual: str

    def __str__(self) -> str:
        place = f"{self.table}: {self.object}" if self.table else self.object
        if self.kind == "missing":
            return f"{place} is missing" + (f": {self.expected}" if self.expected else "")
        if self.kind == "extra":
            return f"{place} is not expected" + (f": {self.actual}" if self.actual else "")
        expected, actual = self.expected or "none", self.actual or "none"
        return f"{place} differs in {self.kind}: expected {expected}, found {actual}"


def source_differences(expected: Catalog, actual: Catalog) -> list[Difference]:
    """What matters for copying: tables, columns, types, nullability and primary keys, all by name.

    The order of columns, other keys, defaults, collations and the display width of integers do not.
    """
    found = list(_compared("", "table", dict.fromkeys(expected.tables, ""), dict.fromkeys(actual.tables, "")))
    for wanted, present in _in_both(expected, actual):
        found += _columns(wanted, present, _without_width)
        found += _facts(wanted.name, "primary key", [("definition", _key_columns(wanted), _key_columns(present))])
    return found


def target_differences(expected: Catalog, actual: Catalog) -> list[Difference]:
    """Everything a baseline says: there is no drift when the list is empty.

    `gen_random_uuid()` and `uuid_generate_v4()` are the same default. Extensions are not compared: nothing
    but that default depends on one.
    """
    found = list(_compared("", "table", *(_notes(catalog.tables.values()) for catalog in (expected, actual))))
    for wanted, present in _in_both(expected, actual):
        found += _target_table(wanted, present)
    for what, texts in _DATABASE_PARTS.items():
        found += _compared("", what, texts(expected), texts(actual))
    return found


def _target_table(expected: Table, actual: Table) -> Iterator[Difference]:
    yield from _columns(expected, actual, str)
    common = [wanted.name for wanted, _ in _pairs(expected, actual)]
    order = [column.name for column in actual.columns if column.name in common]
    yield from _facts(expected.name, "columns", [("order", ", ".join(common), ", ".join(order))])
    for wanted, present in _pairs(expected, actual):
        defaults = (_default(wanted), _default(present))
        beyond = (_beyond(wanted), _beyond(present))
        yield from _facts(expected.name, f"column {wanted.name}", [("default", *defaults), ("definition", *beyond)])
    for what, texts in _TABLE_PARTS.items():
        yield from _compared(expected.name, what, texts(expected), texts(actual))


def _in_both(expected: Catalog, actual: Catalog) -> Iterator[tuple[Table, Table]]:
    for name, table in expected.tables.items():
        if name in actual.tables:
            yield table, actual.tables[name]


def _pairs(expected: Table, actual: Table) -> Iterator[tuple[Column, Column]]:
    present = {column.name: column for column in actual.columns}
    for column in expected.columns:
        if column.name in present:
            yield column, present[column.name]


def _columns(expected: Table, actual: Table, spelled: Callable[[str], str]) -> Iterator[Difference]:
    """Columns of one side only, then types (as `spelled`) and nullability of those on both."""
    sides = ({column.name: column.type for column in table.columns} for table in (expected, actual))
    wanted_types, present_types = sides
    for difference in _compared(expected.name, "column", wanted_types, present_types):
        if difference.kind != "definition":
            yield difference
    for wanted, present in _pairs(expected, actual):
        types = (wanted.type, present.type) if spelled(wanted.type) != spelled(present.type) else ("", "")
        nullability = (_nullability(wanted), _nullability(present))
        yield from _facts(expected.name, f"column {wanted.name}", [("type", *types), ("nullability", *nullability)])


def _compared(table: str, what: str, expected: Mapping[str, str], actual: Mapping[str, str]) -> Iterator[Difference]:
    """Named things with a text each: those missing, those not expected, and those whose text differs."""
    for name in [*expected, *(name for name in actual if name not in expected)]:
        thing = f"{what} {name}"
        if name not in actual:
            yield Difference(table, thing, "missing", expected[name], "")
        elif name not in expected:
            yield Difference(table, thing, "extra", "", actual[name])
        else:
            yield from _facts(table, thing, [("definition", expected[name], actual[name])])


def _facts(table: str, thing: str, facts: Iterable[tuple[Kind, str, str]]) -> Iterator[Difference]:
    for kind, expected, actual in facts:
        if expected != actual:
            yield Difference(table, thing, kind, expected, actual)


def _without_width(spelled: str) -> str:
    """A MySQL type without the display width of integers, which says nothing about values."""
    return re.sub(r"^((?:tiny|small|medium|big)?int)\(\d+\)", r"\1", spelled)


def _nullability(column: Column) -> str:
    return "null" if column.nullable else "not null"


def _default(column: Column) -> str:
    return (column.default or "").replace("uuid_generate_v4()", "gen_random_uuid()")


def _beyond(column: Column) -> str:
    return ", ".join(word for word in (column.extra, column.collation) if word)


def _key_columns(table: Table) -> str:
    return ", ".join(table.primary_key.columns) if table.primary_key else ""


def _notes(tables: Iterable[Table]) -> dict[str, str]:
    return {table.name: table.note for table in tables}


def _key(key: Key) -> str:
    columns = ", ".join(name + (" desc" if name in key.descending else "") for name in key.columns)
    return ", ".join(filter(None, [f"({columns})", "" if key.constraint else "index only", key.note]))


def _keys(keys: Iterable[Key | None]) -> dict[str, str]:
    return {str(key.name): _key(key) for key in keys if key}


def _foreign_key(key: ForeignKey) -> str:
    reference = f"({', '.join(key.columns)}) references {key.ref_table} ({', '.join(key.ref_columns)})"
    actions = f"on delete {key.on_delete.lower()}, on update {key.on_update.lower()}"
    return ", ".join(filter(None, [f"{reference} {actions}", key.note]))


def _sequence(sequence: Sequence) -> str:
    owner = f"owned by {sequence.table}.{sequence.column}" if sequence.table else "owned by none"
    return ", ".join(filter(None, [sequence.type, owner, sequence.note]))


_TABLE_PARTS: dict[str, Callable[[Table], dict[str, str]]] = {
    "primary key": lambda table: _keys([table.primary_key]),
    "unique": lambda table: _keys(table.unique),
    "index": lambda table: _keys(table.indexes),
    "foreign key": lambda table: {key.name: _foreign_key(key) for key in table.foreign_keys},
    "check": lambda table: {check.name: check.expression for check in table.checks},
}

_DATABASE_PARTS: dict[str, Callable[[Catalog], dict[str, str]]] = {
    "enum": lambda catalog: {name: ", ".join(labels) for name, labels in catalog.enums.items()},
    "sequence": lambda catalog: {sequence.name: _sequence(sequence) for sequence in catalog.sequences},
    "view": lambda catalog: dict.fromkeys(catalog.views, ""),
    "trigger": lambda catalog: dict.fromkeys(catalog.triggers, ""),
}
