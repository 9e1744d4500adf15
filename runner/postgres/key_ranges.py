"""Ranges of keys, as the source's chunks have them, in the words of Postgres."""

from __future__ import annotations

from collections.abc import Iterable

from psycopg import sql

from runner.exports.chunks import Chunk
from runner.mapping import TableMapping
from runner.postgres import target

_UUID_DIGITS = 32


def within(mapping: TableMapping, chunk: Chunk) -> sql.Composed | None:
    """A chunk's range as a condition of Postgres, None where its order may be another one than the source's."""
    rule = next((column.rule for column in mapping.columns if column.name == chunk.column), "")
    if rule not in {"uuid", "integer"}:
        return None
    bounds = [(bound, sign) for bound, sign in ((chunk.low, ">="), (chunk.high, "<")) if bound is not None]
    return sql.SQL(" AND ").join(
        sql.SQL(f"{{}} {sign} {{}}").format(
            sql.Identifier(chunk.column or ""), sql.Literal(_smallest_uuid(bound) if rule == "uuid" else bound)
        )
        for bound, sign in bounds
    )


def together(mapping: TableMapping, chunks: Iterable[Chunk]) -> sql.Composed | None:
    """The condition of all rows in these ranges, None where it is not known of one."""
    conditions = [within(mapping, chunk) for chunk in chunks]
    known = [sql.SQL("({})").format(one) for one in conditions if one is not None]
    return sql.SQL(" OR ").join(known) if len(known) == len(conditions) else None


def remove(
    connection: target.Connection, schema: str, mapping: TableMapping, chunks: Iterable[Chunk], rows: int
) -> sql.Composed | None:
    """Remove the rows of a table that lie in these ranges; returns the condition they had in common.

    None when that is not known to be right, because the order of the keys is another one or there were not as many
    rows: then nothing, or the wrong ones, were removed, and only an empty table is sure.
    """
    condition = together(mapping, chunks)
    if condition is None:
        return None
    removed = connection.execute(
        sql.SQL("DELETE FROM {} WHERE {}").format(sql.Identifier(schema, mapping.name), condition)
    ).rowcount
    return condition if removed == rows else None


def _smallest_uuid(prefix: str) -> str:
    return prefix.replace("-", "").ljust(_UUID_DIGITS, "0")
