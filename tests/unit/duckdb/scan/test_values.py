"""One scan of a file finds every value that its column does not take, and says in which line and row."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from runner.duckdb.scan import place, refused, scan
from runner.errors import Violation
from runner.manifest import File
from tests.corpus import row_text
from tests.corpus.row_text import Row
from tests.corpus.scanned import LINES_OF_A_ROW, ROWS, SECRET, TABLE, fault, with_values
from tests.corpus.tables import SYSTEM, column, exported, table


def test_a_good_file(engine: duckdb.DuckDBPyConnection, file: File, tmp_path: Path) -> None:
    found = scan(engine, TABLE, file, tmp_path)
    assert (found.rows, found.touched) == (4, {})
    assert found.value_digest == int(file.digest) == row_text.total(TABLE.columns, ROWS)


def test_long_lines_make_the_same_tuples(
    engine: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = exported(tmp_path, TABLE, with_values((1, "words", None), (2, "j", None), (3, "b", b"")))
    made = []
    for long in (1 << 23, -1):
        monkeypatch.setattr("runner.duckdb.scan._LONG", long)
        blocks: list[bytes] = []
        scan(engine, TABLE, file, tmp_path, blocks.append)
        made.append(b"".join(blocks))
    assert made[0] == made[1]
    assert made[0].count(SECRET.encode()) == 6


def test_an_empty_file(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    found = scan(engine, TABLE, exported(tmp_path, TABLE, []), tmp_path)
    assert (found.rows, found.value_digest, found.touched) == (0, 0, {})


def test_a_line_longer_than_the_memory_of_other_files(
    engine: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = table(column("id", "int", "integer"), column("w", "text", "text"))
    file = exported(tmp_path, mapping, [[b"1", b'"\n' * 12_000_000], [b"2", b"short"]])
    monkeypatch.setattr("runner.duckdb.engine._MEMORY", 20_000_000)
    sizes: list[int] = []
    assert scan(engine, mapping, file, tmp_path, lambda block: sizes.append(len(block))).rows == 2
    assert sum(sizes) > 24_000_000
    monkeypatch.setattr("runner.duckdb.engine._BUFFERS", 0)
    assert "OutOfMemory" in str(fault(engine, mapping, file, tmp_path))


def test_nothing_but_null(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    mapping = table(*(column(name, "text", "text") for name in "abc"), key=())
    assert scan(engine, mapping, exported(tmp_path, mapping, [[None] * 3] * 5), tmp_path).rows == 5


FAULTS: list[tuple[str, bytes | None, str]] = [
    ("id", None, "null_in_not_null"),
    ("id", b"2147483648", "not_a_number_of_its_type"),
    ("id", b"x", "not_a_number_of_its_type"),
    ("u", b"", "not_a_uuid"),
    ("u", b"0195a3b000007000800000000000000f", "not_a_uuid"),
    ("words", b"a\x00b", "nul_in_text"),
    ("short", b"x" * 21, "too_long"),
    ("short", "é".encode() * 21, "too_long"),
    ("short", b"\x00", "nul_in_text"),
    ("short", None, "null_in_not_null"),
    ("flag", b"2", "not_a_boolean"),
    ("price", b"100.0", "not_a_number_of_its_type"),
    ("price", b"1.25", "not_a_number_of_its_type"),
    ("at", b"0000-00-00 00:00:00.000000", "not_a_timestamp"),
    ("at", b"2021-02-29 00:00:00.000000", "not_a_timestamp"),
    ("kind", b"", "unknown_label"),
    ("kind", b"c", "unknown_label"),
]


@pytest.mark.parametrize(("name", "value", "kind"), FAULTS)
def test_a_faulty_value(
    engine: duckdb.DuckDBPyConnection, tmp_path: Path, name: str, value: bytes | None, kind: str
) -> None:
    file = exported(tmp_path, TABLE, with_values((2, name, value)))
    error = fault(engine, TABLE, file, tmp_path)
    (violation,) = error.violations
    mapped = next(one for one in TABLE.columns if one.name == name)
    assert violation == Violation(
        system=SYSTEM,
        table="t",
        column=name,
        kind=kind,
        rows=1,
        rule=f"{mapped.rule} to {mapped.target_type}",
        sample_keys=((value or b"").decode() if name == "id" else "3",),
        file="t/0001.csv",
        line=1 + 2 * LINES_OF_A_ROW,
        remedy="mend the rows in the source, or add a rule for the column, and run again",
    )
    assert str(error) == f"stage: {violation}"


def test_every_fault_of_a_file_is_told(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    faults = ((0, "flag", b"2"), (1, "flag", b"3"), (3, "flag", b"x"), (1, "j", b"{"), (2, "short", b"\0" * 21))
    file = exported(tmp_path, TABLE, with_values(*faults))
    violations = fault(engine, TABLE, file, tmp_path).violations
    assert [(one.column, one.kind, one.rows, one.sample_keys, one.line) for one in violations] == [
        ("short", "too_long", 1, ("3",), 7),
        ("short", "nul_in_text", 1, ("3",), 7),
        ("flag", "not_a_boolean", 3, ("1", "2", "4"), 1),
        ("j", "not_json", 1, ("2",), 4),
    ]


@pytest.mark.parametrize(("value", "kind"), [(b"", "not_json"), (b"{", "not_json"), (b'["\0"]', "not_json")])
def test_json_is_left_to_postgres_and_known_afterwards(
    engine: duckdb.DuckDBPyConnection, tmp_path: Path, value: bytes, kind: str
) -> None:
    file = exported(tmp_path, TABLE, with_values((2, "j", value)))
    assert scan(engine, TABLE, file, tmp_path).rows == len(ROWS)
    violations = refused(engine, TABLE, file, tmp_path)
    assert (violations[0].column, violations[0].kind, violations[0].sample_keys) == ("j", kind, ("3",))
    assert violations[0].line == 1 + 2 * LINES_OF_A_ROW


def test_a_record_is_found_by_its_number(engine: duckdb.DuckDBPyConnection, file: File, tmp_path: Path) -> None:
    assert place(engine, TABLE, file, tmp_path, 1) == ("1", 1)
    assert place(engine, TABLE, file, tmp_path, 4) == ("4", 1 + 3 * LINES_OF_A_ROW)


def test_no_more_than_twenty_keys(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    columns = (column("id", "int", "integer"), column("w", "text", "text"), column("f", "tinyint", "boolean"))
    mapping = table(*columns, key=("id", "w"))
    rows: list[Row] = [[str(number).encode(), b"k" if number % 2 else None, b"7"] for number in range(50)]
    (violation,) = fault(engine, mapping, exported(tmp_path, mapping, rows), tmp_path).violations
    assert violation.rows == 50
    assert violation.sample_keys == tuple(f"{number}/{'k' if number % 2 else ''}" for number in range(20))


def test_a_fault_behind_many_lines(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = with_values((0, "words", b"\n" * 200_000), (3, "flag", b"2"))
    (violation,) = fault(engine, TABLE, exported(tmp_path, TABLE, rows), tmp_path).violations
    assert (violation.line, violation.sample_keys) == (200_002 + 2 * LINES_OF_A_ROW, ("4",))
