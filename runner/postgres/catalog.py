"""The catalog of one schema of a live Postgres database, spelled as in `baseline/<system>/postgres.json`."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from runner.catalog.model import Catalog, Check, Column, ForeignKey, Key, Sequence, Table
from runner.resources import statement

Row = dict[str, Any]
Rows = dict[str, list[Row]]

PARTS = ("tables", "columns", "keys", "foreign_keys", "checks", "enums", "sequences", "views", "triggers")


def read_catalog(connection: psycopg.Connection[Any], schema: str) -> Catalog:
    """The catalog of a schema, without what extensions own; empty when the schema does not exist.

    Postgres leaves out a schema's name where the search path makes it unnecessary. So the path is set to
    the schema and to those of the extensions (whose functions appear in defaults), inside a block that is
    rolled back: neither a transaction around it nor the session keeps the changed path.
    """
    with connection.transaction(force_rollback=True), connection.cursor(row_factory=dict_row) as cursor:
        extensions = cursor.execute(statement("catalog_postgres_extensions")).fetchall()
        path = dict.fromkeys([schema, *(row["schema_name"] for row in extensions)])
        cursor.execute(sql.SQL("set local search_path to {}").format(sql.SQL(", ").join(map(sql.Identifier, path))))
        found = {
            part: cursor.execute(statement(f"catalog_postgres_{part}"), {"schema": schema}).fetchall() for part in PARTS
        }
        version = connection.info.parameter_status("server_version") or ""
        return _catalog(connection.info.dbname, version, found, tuple(row["name"] for row in extensions))


def _catalog(database: str, version: str, found: Rows, extensions: tuple[str, ...]) -> Catalog:
    of_table = {part: _by_table(found[part]) for part in ("columns", "keys", "foreign_keys", "checks")}
    return Catalog(
        engine="postgres",
        database=database,
        server_version=version.partition(" ")[0],
        tables={
            row["name"]: _table(row["name"], row["note"], {part: rows[row["name"]] for part, rows in of_table.items()})
            for row in found["tables"]
        },
        enums={row["name"]: tuple(row["labels"]) for row in found["enums"]},
        sequences=tuple(
            Sequence(row["name"], row["table_name"], row["column_name"], row["type"], row["note"])
            for row in found["sequences"]
        ),
        extensions=extensions,
        views=tuple(row["name"] for row in found["views"]),
        triggers=tuple(row["name"] for row in found["triggers"]),
    )


def _by_table(rows: list[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["table_name"]].append(row)
    return grouped


def _table(name: str, note: str, parts: Rows) -> Table:
    keys = parts["keys"]
    return Table(
        name=name,
        columns=tuple(
            Column(
                row["name"],
                row["type"],
                row["nullable"],
                row["default"],
                row["extra"],
                collation=row["collation"],
            )
            for row in parts["columns"]
        ),
        primary_key=next((_key(row) for row in keys if row["is_primary"]), None),
        unique=tuple(_key(row) for row in keys if row["is_unique"] and not row["is_primary"]),
        indexes=tuple(_key(row) for row in keys if not row["is_unique"]),
        foreign_keys=tuple(_foreign_key(row) for row in parts["foreign_keys"]),
        checks=tuple(Check(row["name"], row["expression"]) for row in parts["checks"]),
        note=note,
    )


def _key(row: Row) -> Key:
    # A plain index is nobody's constraint, which the model does not have to say.
    return Key(
        name=row["name"],
        columns=tuple(row["columns"]),
        constraint=row["is_constraint"] or not row["is_unique"],
        descending=tuple(row["descending"]),
        note=row["note"],
    )


def _foreign_key(row: Row) -> ForeignKey:
    return ForeignKey(
        name=row["name"],
        columns=tuple(row["columns"]),
        ref_table=row["ref_table"],
        ref_columns=tuple(row["ref_columns"]),
        on_delete=row["on_delete"],
        on_update=row["on_update"],
        note=row["note"],
    )
