"""Whatever is changed in a file, though it be legal and its hash mended, is not what the source sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from runner import manifest
from runner.duckdb.scan import scan
from runner.errors import ViolationError
from runner.manifest import File
from tests.corpus.row_text import Row
from tests.corpus.scanned import ROWS, SECRET, TABLE, fault
from tests.corpus.tables import column, described, exported, table

Change = Callable[[list[Row]], object]


def swap_rows(rows: list[Row]) -> None:
    rows[0], rows[3] = rows[3], rows[0]


def swap_values(rows: list[Row]) -> None:
    first, second = list(rows[0]), list(rows[1])
    first[2], second[2] = second[2], first[2]
    rows[:2] = [first, second]


def swap_columns(rows: list[Row]) -> None:
    row = list(rows[0])
    row[2], row[3] = row[3], row[2][:20] if row[2] else None
    rows[0] = row


def of_row(position: int, value: bytes | None) -> Change:
    def change(rows: list[Row]) -> None:
        rows[1] = [*rows[1][:position], value, *rows[1][position + 1 :]]

    return change


CHANGES: list[tuple[str, Change]] = [
    ("a record dropped and another there twice", lambda rows: rows.__setitem__(0, rows[1])),
    ("values of two rows exchanged", swap_values),
    ("values of two columns exchanged", swap_columns),
    ("NULL to empty", of_row(2, b"")),
    ("value to NULL", of_row(6, None)),
    ("line break to blank", of_row(2, SECRET.encode() + b"   2")),
    ("CR LF to LF", of_row(2, SECRET.encode() + b"\n\n2")),
    ("a blank at the end", of_row(3, b"short 2 ")),
    ("another case", of_row(3, b"Short 2")),
    ("decomposed characters", of_row(3, b"s\xcc\x81hort 2")),
    ("one microsecond", of_row(6, b"2020-02-29 23:59:59.999993")),
    ("another number", of_row(5, b"-1.6")),
    ("another truth", of_row(4, b"0")),
    ("JSON spelled otherwise", of_row(7, b'{"a":"' + SECRET.encode() + b'2"}')),
    ("a byte of a blob", of_row(8, b"\x00\xfe2")),
    ("another label", of_row(9, b"b")),
]


@pytest.mark.parametrize("change", [change for _, change in CHANGES], ids=[name for name, _ in CHANGES])
def test_legal_values_that_are_not_the_sources(
    engine: duckdb.DuckDBPyConnection, file: File, tmp_path: Path, change: Change
) -> None:
    rows = list(ROWS)
    change(rows)
    assert rows != ROWS
    exported(tmp_path, TABLE, rows)
    mended = described(tmp_path, file)
    error = fault(engine, TABLE, mended, tmp_path)
    assert "its digest is not the one the source computed" in str(error)
    with pytest.raises(ViolationError):
        manifest.verify_file(tmp_path, file)
    manifest.verify_file(tmp_path, mended)


def test_the_order_of_records_does_not_matter(engine: duckdb.DuckDBPyConnection, file: File, tmp_path: Path) -> None:
    rows = list(ROWS)
    swap_rows(rows)
    exported(tmp_path, TABLE, rows)
    assert scan(engine, TABLE, described(tmp_path, file), tmp_path).rows == 4


@pytest.mark.parametrize(
    ("rows", "count"), [(ROWS[:3], 3), ([*ROWS, ROWS[0]], 5), ([], 0)], ids=["dropped", "duplicated", "emptied"]
)
def test_records_too_few_or_too_many(
    engine: duckdb.DuckDBPyConnection, file: File, tmp_path: Path, rows: list[Row], count: int
) -> None:
    exported(tmp_path, TABLE, rows)
    assert f"holds {count} records, the manifest says 4" in str(
        fault(engine, TABLE, described(tmp_path, file), tmp_path)
    )
    assert "its digest is not the one" in str(fault(engine, TABLE, described(tmp_path, file, rows=count), tmp_path))


def test_any_changed_byte_is_found(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    mapping = table(
        column("id", "int", "integer"),
        column("u", "char(36)", "uuid"),
        column("w", "varchar(9)", "character varying(9)"),
        column("j", "json", "jsonb"),
        column("b", "blob", "bytea"),
        column("n", "int", "integer"),
    )
    row: Row = [b"7", b"0195a3b0-0000-7000-8000-00000000000a", "é\n,".encode(), b'{"a": 1.0}', b"\xab", None]
    file = exported(tmp_path, mapping, [row])
    path = tmp_path / file.path
    content = path.read_bytes()
    for position in range(len(content)):
        changed = bytearray(content)
        changed[position] ^= 1
        path.write_bytes(changed)
        fault(engine, mapping, described(tmp_path, file), tmp_path)
