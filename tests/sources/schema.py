"""A system's schema on a live MySQL or MariaDB, made from the catalog of `baseline/<system>/mysql.json`.

MySQL's default collation does not exist on MariaDB: columns that have it get the nearest one there, which
also ignores case and accents and does not ignore blanks at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pymysql.connections import Connection

from runner.catalog.model import Catalog, Column, ForeignKey, Key, Table
from runner.systems import System
from tests.servers.source import quoted

MARIADB_COLLATIONS = {"utf8mb4_0900_ai_ci": "utf8mb4_unicode_520_nopad_ci"}

Escape = Callable[[str], str]


def create(connection: Connection[Any], system: System) -> None:
    """Makes every table of the system, with keys, checks and foreign keys, in the connection's database."""
    with connection.cursor() as cursor:
        # The tables refer to each other in a circle: no order of them would do.
        cursor.execute("set session foreign_key_checks = 0")
        collations = MARIADB_COLLATIONS if is_mariadb(connection) else {}
        for statement in statements(system.source_catalog, collations, connection.escape):
            cursor.execute(statement)
        cursor.execute("set session foreign_key_checks = 1")


def is_mariadb(connection: Connection[Any]) -> bool:
    """Whether the server is a MariaDB."""
    with connection.cursor() as cursor:
        cursor.execute("select version()")
        return "mariadb" in str((cursor.fetchone() or ("",))[0]).lower()


def statements(catalog: Catalog, collations: dict[str, str], escape: Escape) -> Iterator[str]:
    """One `create table` for each table; `collations` renames collations, `escape` writes a text literal."""
    for table in catalog.tables.values():
        parts = ",\n  ".join(_parts(table, collations, escape))
        yield f"create table {quoted(table.name)} (\n  {parts}\n) engine = InnoDB character set utf8mb4"


def _parts(table: Table, collations: dict[str, str], escape: Escape) -> Iterator[str]:
    for column in table.columns:
        yield _column(column, collations, escape)
    if table.primary_key:
        yield f"primary key {_key_columns(table.primary_key)}"
    for key in table.unique:
        yield f"unique key {_key(key)}"
    for key in table.indexes:
        yield f"key {_key(key)}"
    for check in table.checks:
        yield f"constraint {quoted(check.name)} check ({check.expression})"
    for foreign_key in table.foreign_keys:
        yield _foreign_key(foreign_key)


def _column(column: Column, collations: dict[str, str], escape: Escape) -> str:
    words = [quoted(column.name), column.type]
    if column.charset and column.collation:
        words += ["character set", column.charset]
        words += ["collate", collations.get(column.collation, column.collation)]
    # Said in full: a bare `timestamp` means something else on older servers.
    words.append("null" if column.nullable else "not null")
    generated = column.extra.startswith("DEFAULT_GENERATED")
    if column.default is not None:
        words += ["default", column.default if generated else escape(column.default)]
    extra = column.extra.removeprefix("DEFAULT_GENERATED").strip()
    return " ".join([*words, extra] if extra else words)


def _key(key: Key) -> str:
    return f"{quoted(key.name or '')} {_key_columns(key)}"


def _key_columns(key: Key) -> str:
    spelled = [quoted(name) + (" desc" if name in key.descending else "") for name in key.columns]
    return f"({', '.join(spelled)})"


def _foreign_key(key: ForeignKey) -> str:
    columns, ref_columns = (", ".join(map(quoted, names)) for names in (key.columns, key.ref_columns))
    return (
        f"constraint {quoted(key.name)} foreign key ({columns}) "
        f"references {quoted(key.ref_table)} ({ref_columns}) "
        f"on delete {key.on_delete} on update {key.on_update}"
    )
