"""Key ranges: how a large table is cut so that several workers read it inside one snapshot.

Bounds come from the optimizer's own row estimates (index dives of EXPLAIN), not from the data: uuids are cut at
prefixes, as long as it takes where many share one, as those that begin with a time do; whole numbers between the
smallest and largest value. A table without such a key is one chunk. The first range has no lower and the last no upper
bound, so every row is in exactly one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pymysql

from runner.catalog.model import Table
from runner.catalog.names import quote_mysql
from runner.mapping import TableMapping, base_type
from runner.mysql.source import Connection, fetch_all, fetch_value

TARGET_BYTES = 32 << 20
_DIGITS = "0123456789abcdef"
_BEYOND = "g"
_HYPHENS = {8, 13, 18, 23}  # the places of a uuid that hold one
_DEEPEST = len("018f5e2b-1c3d-7")  # with all digits of the time that a uuid of version 7 begins with


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of one table from `low` (included) to `high` (excluded) of its first key column."""

    system: str
    table: str
    number: int
    column: str | None
    low: str | None
    high: str | None
    estimated_bytes: int

    @property
    def condition(self) -> str:
        """The range as a condition of MySQL; 'TRUE' for the whole table."""
        if self.column is None:
            return "TRUE"
        name = quote_mysql(self.column)
        # Bounds are prefixes of uuids or whole numbers made here, never values of rows.
        parts = [f"{name} >= '{self.low}'"] if self.low is not None else []
        parts += [f"{name} < '{self.high}'"] if self.high is not None else []
        return " AND ".join(parts) or "TRUE"

    @property
    def path(self) -> str:
        """The chunk's file inside the export folder."""
        return f"{self.table}/{self.number:04d}.csv"


def plan(connection: Connection, database: str, table: Table, mapping: TableMapping) -> list[Chunk]:
    """The chunks of one table, from the server's statistics; never reads rows."""
    size = _estimated_bytes(connection, database, table.name)
    column = table.primary_key.columns[0] if table.primary_key else None
    bounds: list[str] = []
    if column is not None and size > TARGET_BYTES * 3 // 2:
        bounds = _bounds(connection, table, column, -(-size // TARGET_BYTES))
    edges = [None, *bounds, None]
    return [
        Chunk(
            mapping.system,
            table.name,
            number,
            column if bounds else None,
            low,
            high,
            size // (len(bounds) + 1),
        )
        for number, (low, high) in enumerate(pairwise(edges), start=1)
    ]


def _estimated_bytes(connection: Connection, database: str, table: str) -> int:
    size = fetch_value(
        connection,
        "SELECT DATA_LENGTH FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s",
        (database, table),
    )
    return int(size or 0)


def _bounds(connection: Connection, table: Table, column: str, wanted: int) -> list[str]:
    match base_type(table.column(column).type):
        case "char" | "varchar":
            return _prefix_bounds(connection, table.name, column, wanted)
        case "int" | "bigint":
            return _number_bounds(connection, table.name, column, wanted)
        case _:
            return []


def _prefix_bounds(connection: Connection, table: str, column: str, wanted: int) -> list[str]:
    ranges = _ranges(connection, table, column, "", _BEYOND)
    if not any(rows for _, _, rows in ranges):
        # Nothing is known of the rows: even parts, as random uuids make them.
        return [low for low, _, _ in ranges[:: -(-len(ranges) // wanted)]][1:]
    share = sum(rows for _, _, rows in ranges) / wanted

    def fine(ranges: list[tuple[str, str, int]]) -> Iterator[tuple[str, int]]:
        """The lower ends of ranges with their rows, those with more than a share cut at one digit more."""
        for low, high, rows in ranges:
            if rows > share and len(low) < _DEEPEST:
                yield from fine(_ranges(connection, table, column, low, high))
            else:
                yield low, rows

    bounds: list[str] = []
    gathered = 0
    for low, rows in fine(ranges):
        if gathered >= share:
            bounds.append(low)
            gathered = 0
        gathered += rows
    # What is left over may be worth no file of its own: an empty range is estimated to have a row.
    return bounds[:-1] if bounds and gathered * 4 < share else bounds


def _ranges(connection: Connection, table: str, column: str, prefix: str, end: str) -> list[tuple[str, str, int]]:
    """Lower end, upper end and estimated rows of each range that one more digit after a prefix makes, up to `end`."""
    begun = f"{prefix}-" if len(prefix) in _HYPHENS else prefix
    lows = [begun + digit for digit in _DIGITS]
    return [
        (low, high, _estimated_rows(connection, table, column, low, high))
        for low, high in zip(lows, (*lows[1:], end), strict=True)
    ]


def _number_bounds(connection: Connection, table: str, column: str, wanted: int) -> list[str]:
    name = quote_mysql(column)
    row = fetch_all(connection, f"SELECT MIN({name}), MAX({name}) FROM {quote_mysql(table)}")[0]
    if row[0] is None:
        return []
    low, high = int(row[0]), int(row[1])
    return sorted({str(low + (high - low) * part // wanted) for part in range(1, wanted)}, key=int)


def _estimated_rows(connection: Connection, table: str, column: str, low: str, high: str) -> int:
    name = quote_mysql(column)
    with connection.cursor(pymysql.cursors.DictCursor) as cursor:
        # MySQL 9 explains as a tree when no format is named, and a tree has no rows to add up.
        cursor.execute(
            f"EXPLAIN FORMAT=TRADITIONAL SELECT {name} FROM {quote_mysql(table)} "
            f"WHERE {name} >= '{low}' AND {name} < '{high}'"
        )
        plans: list[dict[str, Any]] = list(cursor.fetchall())
    return int(plans[0].get("rows") or 0)
