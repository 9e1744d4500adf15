"""Landing: unlogged tables in a schema of their own, in the baseline's types, without constraints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from psycopg import sql

from runner import manifest, target
from runner.mapping import TableMapping
from runner.settings import Address
from runner.systems import LANDING


def table_name(table: str) -> sql.Identifier:
    """The qualified name of a landing table."""
    return sql.Identifier(LANDING, table)


def prepare(where: Address, tables: Iterable[TableMapping], *, whole: bool) -> None:
    """Make an empty table for each mapping; with `whole` the schema is made anew, otherwise others stay."""
    with (
        target.connect(where) as connection,
        target.explained(where, "preparing landing"),
        connection.transaction(),
    ):
        if whole:
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(LANDING)))
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(LANDING)))
        for mapping in tables:
            empty(connection, mapping)


def empty(connection: target.Connection, mapping: TableMapping) -> None:
    """Make one landing table anew. Labels of an enum land as text: the type itself belongs to the build."""
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(
            sql.Identifier(column.name), target.trusted("text" if column.labels else column.target_type)
        )
        for column in mapping.columns
    )
    connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table_name(mapping.name)))
    connection.execute(sql.SQL("CREATE UNLOGGED TABLE {} ({})").format(table_name(mapping.name), columns))


def write_manifest(where: Address, export: manifest.Manifest, landed: Mapping[str, int]) -> None:
    """Keep the counts of the export beside the landed tables, where dbt's tests read them."""
    with (
        target.connect(where) as connection,
        target.explained(where, "writing the landing manifest"),
        connection.transaction(),
    ):
        # After publish landing is gone; a later verify brings back the counts alone.
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(LANDING)))
        name = sql.Identifier(LANDING, "manifest")
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
        connection.execute(target.statement("landing_manifest"))
        with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
            for table in export.tables:
                source_rows = table.rows + table.filtered_rows
                copy.write_row(
                    (
                        export.system,
                        table.name,
                        source_rows,
                        table.rows,
                        landed.get(table.name, 0),
                        str(table.digest),
                    )
                )
