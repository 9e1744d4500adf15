"""What is scanned: a table with a column of every kind, rows that are all right, and the fault found in other ones."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from runner.duckdb.scan import scan
from runner.errors import ViolationError
from runner.manifest import File
from runner.mapping import TableMapping
from tests.corpus.row_text import Row
from tests.corpus.tables import SYSTEM, column, table

SECRET = "never to be shown"
TIMESTAMP = "timestamp without time zone"
TABLE = table(
    column("id", "int", "integer", nullable=False),
    column("u", "char(36)", "uuid"),
    column("words", "longtext", "text"),
    column("short", "varchar(20)", "character varying(20)", nullable=False),
    column("flag", "tinyint(1)", "boolean"),
    column("price", "decimal(3,1)", "numeric(3,1)"),
    column("at", "datetime(6)", TIMESTAMP),
    column("j", "json", "json"),
    column("b", "blob", "bytea"),
    column("kind", "enum('a','b')", "kind", labels=("a", "b")),
)
ROWS: list[Row] = [
    [
        number,
        b"0195a3b0-0000-7000-8000-00000000000" + number,
        SECRET.encode() + b"\n\r\n" + number,
        b"short " + number,
        b"1",
        b"-1.5",
        b"2020-02-29 23:59:59.99999" + number,
        b'{"a": "' + SECRET.encode() + number + b'"}',
        b"\x00\xff" + number,
        b"a",
    ]
    for number in (b"1", b"2", b"3", b"4")
]
LINES_OF_A_ROW = 3


def with_values(*values: tuple[int, str, bytes | None]) -> list[Row]:
    """The rows with some other values, each by the position of its row and the name of its column."""
    rows = [list(row) for row in ROWS]
    for number, name, value in values:
        rows[number][[one.name for one in TABLE.columns].index(name)] = value
    return list(rows)


def fault(engine: duckdb.DuckDBPyConnection, mapping: TableMapping, file: File, folder: Path) -> ViolationError:
    """The error that the scan ends in, which shows no value."""
    with pytest.raises(ViolationError) as caught:
        scan(engine, mapping, file, folder)
    message = str(caught.value)
    assert f"{SYSTEM}.t" in message
    assert file.path in message
    assert SECRET not in message + "".join(map(str, caught.value.violations))
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value
