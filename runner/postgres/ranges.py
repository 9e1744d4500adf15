"""Ranges of keys, as the source's chunks have them, in the words of Postgres."""

from __future__ import annotations

from psycopg import sql

from runner.exports.chunks import Chunk
from runner.mapping import TableMapping

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


def _smallest_uuid(prefix: str) -> str:
    return prefix.replace("-", "").ljust(_UUID_DIGITS, "0")
