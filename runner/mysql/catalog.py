"""The catalog of one live MySQL or MariaDB database, spelled as in `baseline/<system>/mysql.json`.

The two engines, and their versions, print the same schema differently; what MySQL 8.4 and later print is
the spelling of the baselines, so the rest is translated:

==========================  =========================================  ==============================
what                        MariaDB, or MySQL before 8.0.19            baseline
==========================  =========================================  ==============================
integer types               `int(11)`, `tinyint(4)`                    `int`, `tinyint`
json columns                `longtext` with CHECK `json_valid(...)`    `json`
no default                  `NULL` as text                             None
text defaults               `'account'`                                `account`
time defaults               `current_timestamp(6)`                     `CURRENT_TIMESTAMP(6)`
extra of a time default     empty, `on update current_timestamp(6)`    starts with `DEFAULT_GENERATED`
==========================  =========================================  ==============================

Foreign keys without an action stay `RESTRICT` on MariaDB and `NO ACTION` on MySQL: to InnoDB both are one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import pymysql

from runner.catalog.model import Catalog, Check, Column, ForeignKey, Key, Table
from runner.resources import statement

Row = dict[str, str | None]
Rows = list[Row]

PARTS = ("tables", "columns", "keys", "foreign_keys", "views", "triggers")


def read_catalog(connection: pymysql.Connection[Any], database: str) -> Catalog:
    """The catalog of a database, empty when it does not exist; works on raw and on decoding connections."""
    version = _query(connection, "select version() as `version`", database)[0]["version"] or ""
    maria = "mariadb" in version.lower()
    found = {part: _query(connection, statement(f"catalog_mysql_{part}"), database) for part in PARTS}
    checks = _query(connection, statement("catalog_mariadb_checks" if maria else "catalog_mysql_checks"), database)
    of_table = {part: _by_table(found[part]) for part in ("columns", "keys", "foreign_keys")}
    checks_of = _by_table(checks)
    tables = sorted(str(row["name"]) for row in found["tables"])
    return Catalog(
        engine="mariadb" if maria else "mysql",
        database=database,
        server_version=version,
        tables={
            name: _table(name, {part: rows[name] for part, rows in of_table.items()}, checks_of[name], maria)
            for name in tables
        },
        enums={},
        sequences=(),
        extensions=(),
        views=tuple(str(row["name"]) for row in found["views"]),
        triggers=tuple(str(row["name"]) for row in found["triggers"]),
    )


def _query(connection: pymysql.Connection[Any], statement: str, database: str) -> Rows:
    """The rows as text, whatever cursor class, character set and decoders the connection was given."""
    with connection.cursor(pymysql.cursors.Cursor) as cursor:
        cursor.execute(statement, {"database": database})
        names = [_text(column[0]) for column in cursor.description or ()]
        return [dict(zip(map(str, names), map(_text, row), strict=True)) for row in cursor.fetchall()]


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _by_table(rows: Rows) -> dict[str, Rows]:
    grouped: dict[str, Rows] = defaultdict(list)
    for row in rows:
        grouped[str(row["table_name"])].append(row)
    return grouped


def _table(name: str, parts: dict[str, Rows], checks: Rows, maria: bool) -> Table:
    json_checks = {row["name"]: row["expression"] for row in checks if maria and _is_json_check(row)}
    keys = _keys(parts["keys"])
    return Table(
        name=name,
        columns=tuple(_column(row, maria, row["name"] in json_checks) for row in parts["columns"]),
        primary_key=next((key for key, kind in keys if kind == "primary"), None),
        unique=tuple(key for key, kind in keys if kind == "unique"),
        indexes=tuple(key for key, kind in keys if kind == "index"),
        foreign_keys=_foreign_keys(parts["foreign_keys"]),
        checks=tuple(
            Check(str(row["name"]), str(row["expression"])) for row in checks if row["name"] not in json_checks
        ),
    )


def _is_json_check(row: Row) -> bool:
    return row["expression"] == f"json_valid(`{row['name']}`)"


def _column(row: Row, maria: bool, is_json: bool) -> Column:
    default = _maria_default(row["default"]) if maria else row["default"]
    extra = row["extra"] or ""
    if maria:
        extra = extra.replace("current_timestamp()", "CURRENT_TIMESTAMP").replace(
            "current_timestamp", "CURRENT_TIMESTAMP"
        )
        if default and default.startswith("CURRENT_TIMESTAMP"):
            extra = f"DEFAULT_GENERATED {extra}".strip()
    return Column(
        name=str(row["name"]),
        type="json" if is_json else _type(str(row["type"])),
        nullable=row["nullable"] == "YES",
        default=default,
        extra=extra,
        charset=None if is_json else row["charset"],
        collation=None if is_json else row["collation"],
    )


def _type(spelled: str) -> str:
    """An integer type without its display width, except `tinyint(1)`, which MySQL itself keeps."""
    if spelled == "tinyint(1)" or "zerofill" in spelled:
        return spelled
    return re.sub(r"^((?:tiny|small|medium|big)?int|year)\(\d+\)", r"\1", spelled)


def _maria_default(spelled: str | None) -> str | None:
    if spelled is None or spelled == "NULL":
        return None
    if spelled.startswith("'") and spelled.endswith("'"):
        return spelled[1:-1].replace("''", "'").replace("\\\\", "\\")
    if spelled.startswith("current_timestamp"):
        return spelled.replace("current_timestamp", "CURRENT_TIMESTAMP").removesuffix("()")
    return spelled


def _keys(rows: Rows) -> list[tuple[Key, str]]:
    """The keys of a table by name, each with its kind."""
    parts: dict[str, Rows] = defaultdict(list)
    for row in rows:
        parts[str(row["name"])].append(row)
    return [(_key(name, parts[name]), _kind(name, parts[name][0])) for name in sorted(parts)]


def _kind(name: str, part: Row) -> str:
    if name == "PRIMARY":
        return "primary"
    return "index" if part["non_unique"] == "1" else "unique"


def _key(name: str, parts: Rows) -> Key:
    columns = tuple(part["column_name"] or "(expression)" for part in parts)
    prefixes = [f"{part['column_name']}({part['prefix']})" for part in parts if part["prefix"]]
    kind = str(parts[0]["kind"])
    return Key(
        name=None if name == "PRIMARY" else name,
        columns=columns,
        descending=tuple(str(part["column_name"]) for part in parts if part["direction"] == "D"),
        note=", ".join(([] if kind == "BTREE" else [kind.lower()]) + prefixes),
    )


def _foreign_keys(rows: Rows) -> tuple[ForeignKey, ...]:
    parts: dict[str, Rows] = defaultdict(list)
    for row in rows:
        parts[str(row["name"])].append(row)
    return tuple(
        ForeignKey(
            name=name,
            columns=tuple(str(row["column_name"]) for row in parts[name]),
            ref_table=str(parts[name][0]["ref_table"]),
            ref_columns=tuple(str(row["ref_column"]) for row in parts[name]),
            on_delete=str(parts[name][0]["on_delete"]),
            on_update=str(parts[name][0]["on_update"]),
        )
        for name in sorted(parts)
    )
