"""A catalog as the JSON document that `baseline/<system>/` keeps; `runner.catalog.model` reads it."""

from __future__ import annotations

import json
from typing import Any

from runner.catalog.model import Catalog, Column, Key, Sequence, Table
from runner.catalog.names import quoted


def text(catalog: Catalog) -> str:
    """The document; what is empty or follows from the rest is left out, so that a reader sees what counts."""
    document: dict[str, Any] = {
        "catalog": catalog.engine,
        "database": catalog.database,
        "server_version": catalog.server_version,
        "extensions": list(catalog.extensions),
        "enums": {name: list(labels) for name, labels in catalog.enums.items()},
        "sequences": [_sequence(sequence) for sequence in catalog.sequences],
        "views": list(catalog.views),
        "triggers": list(catalog.triggers),
        "tables": {table.name: _table(table) for table in catalog.tables.values()},
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _table(table: Table) -> dict[str, Any]:
    foreign_keys = [
        {
            "name": key.name,
            "columns": list(key.columns),
            "ref_table": key.ref_table,
            "ref_columns": list(key.ref_columns),
            "on_delete": key.on_delete,
            "on_update": key.on_update,
        }
        for key in table.foreign_keys
    ]
    return {
        "columns": [_column(column) for column in table.columns],
        "primary_key": _key(table.primary_key) if table.primary_key else None,
        "unique": [_key(key) for key in table.unique],
        "indexes": [_key(key) for key in table.indexes],
        "foreign_keys": foreign_keys,
        "checks": [{"name": check.name, "expression": check.expression} for check in table.checks],
    }


def _column(column: Column) -> dict[str, Any]:
    optional = {"extra": column.extra, "charset": column.charset, "collation": column.collation}
    return {
        "name": column.name,
        "type": column.type,
        "nullable": column.nullable,
        "default": column.default,
        **{name: value for name, value in optional.items() if value},
    }


def _key(key: Key) -> dict[str, Any]:
    return {
        **({"name": key.name} if key.name else {}),
        "columns": list(key.columns),
        **({} if key.constraint else {"constraint": False}),
        **({"descending": list(key.descending)} if key.descending else {}),
    }


def _sequence(sequence: Sequence) -> dict[str, Any]:
    owner = f"{quoted(sequence.table)}.{quoted(sequence.column)}" if sequence.table else ""
    return {"name": sequence.name, "owned_by": owner, "type": sequence.type}
