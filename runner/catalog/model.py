"""The catalog of one database: tables, columns, keys, indexes, enum types, sequences.

One shape serves both engines; what only one of them has is empty for the other. Catalogs are kept as JSON
beside the baselines (`baseline/<system>/mysql.json`, `postgres.json`) and read from live servers by
`runner.mysql.catalog` and `runner.postgres.catalog`.

Wherever a thing carries a `note`, the note is empty for what the other fields say completely, and the
engine's own words otherwise ("unlogged", "not valid", "using gin (...)"): nothing unusual goes unseen.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner.catalog.names import IDENTIFIER, unquoted


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `type` is spelled as its engine prints it, `default` is SQL text of that engine or None."""

    name: str
    type: str
    nullable: bool
    default: str | None = None
    extra: str = ""
    charset: str | None = None
    collation: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A primary key, a unique key or a plain index.

    `constraint` is False for a unique index that no constraint owns; `descending` names the columns that
    are sorted downwards.
    """

    name: str | None
    columns: tuple[str, ...]
    constraint: bool = True
    descending: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A reference from `columns` to `ref_columns` of `ref_table`, with its actions in capitals."""

    name: str
    columns: tuple[str, ...]
    ref_table: str
    ref_columns: tuple[str, ...]
    on_delete: str
    on_update: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A check constraint; `expression` is the engine's own text."""

    name: str
    expression: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence and the column that owns it; table and column are empty for a sequence of its own."""

    name: str
    table: str
    column: str
    type: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with everything that belongs to it, columns in the order of the engine."""

    name: str
    columns: tuple[Column, ...]
    primary_key: Key | None
    unique: tuple[Key, ...]
    indexes: tuple[Key, ...]
    foreign_keys: tuple[ForeignKey, ...]
    checks: tuple[Check, ...]
    note: str = ""

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Catalog:
    """One database's schema; `tables` is keyed and ordered by table name.

    `views` names every relation that is no table, `triggers` every trigger as `table.trigger`.
    """

    engine: str
    database: str
    server_version: str
    tables: dict[str, Table]
    enums: dict[str, tuple[str, ...]]
    sequences: tuple[Sequence, ...]
    extensions: tuple[str, ...]
    views: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()


def read(path: Path) -> Catalog:
    """The catalog kept in a JSON file of `baseline/<system>/`."""
    return from_json(json.loads(path.read_text(encoding="utf-8")))


def from_json(raw: dict[str, Any]) -> Catalog:
    """The catalog that a JSON document describes; KeyError when the document is not one."""
    return Catalog(
        engine=raw["catalog"],
        database=raw["database"],
        server_version=raw["server_version"],
        tables={name: _table(name, table) for name, table in sorted(raw["tables"].items())},
        enums={name: tuple(labels) for name, labels in raw.get("enums", {}).items()},
        sequences=tuple(_sequence(sequence) for sequence in raw.get("sequences", ())),
        extensions=tuple(raw.get("extensions", ())),
        views=tuple(raw.get("views", ())),
        triggers=tuple(raw.get("triggers", ())),
    )


def _table(name: str, raw: dict[str, Any]) -> Table:
    primary_key = raw["primary_key"]
    return Table(
        name=name,
        columns=tuple(_column(column) for column in raw["columns"]),
        primary_key=_key(primary_key) if primary_key else None,
        unique=tuple(_key(key) for key in raw["unique"]),
        indexes=tuple(_key(key) for key in raw["indexes"]),
        foreign_keys=tuple(
            ForeignKey(
                name=key["name"],
                columns=tuple(key["columns"]),
                ref_table=key["ref_table"],
                ref_columns=tuple(key["ref_columns"]),
                on_delete=key["on_delete"],
                on_update=key["on_update"],
            )
            for key in raw["foreign_keys"]
        ),
        checks=tuple(Check(check["name"], check["expression"]) for check in raw["checks"]),
    )


def _column(raw: dict[str, Any]) -> Column:
    return Column(
        name=raw["name"],
        type=raw["type"],
        nullable=raw["nullable"],
        default=raw["default"],
        extra=raw.get("extra", ""),
        charset=raw.get("charset"),
        collation=raw.get("collation"),
    )


def _key(raw: dict[str, Any]) -> Key:
    return Key(
        name=raw.get("name"),
        columns=tuple(raw["columns"]),
        constraint=raw.get("constraint", True),
        descending=tuple(raw.get("descending", ())),
    )


def _sequence(raw: dict[str, Any]) -> Sequence:
    owner = re.fullmatch(rf"({IDENTIFIER})\.({IDENTIFIER})", raw["owned_by"])
    table, column = map(unquoted, owner.groups()) if owner else ("", "")
    return Sequence(raw["name"], table, column, raw["type"])
