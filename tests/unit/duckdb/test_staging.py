"""The casts that staging tries, value by value in a real DuckDB: what is legal, what is refused, what changes."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import duckdb
import pytest

from runner.catalog.names import quote_ansi
from runner.duckdb import staging
from runner.duckdb.engine import open_engine
from runner.manifest import File, Quote
from runner.mapping import ColumnMapping
from tests.corpus.casts import BOARD, COLUMNS, LEGAL, REFUSED, TIMESTAMP, UUID
from tests.corpus.tables import column, override, table

QUOTES: tuple[Quote, ...] = get_args(Quote)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_engine(tmp_path_factory.mktemp("scratch"), 0) as engine:
        yield engine


def asked(engine: duckdb.DuckDBPyConnection, mapped: ColumnMapping, expression: str, value: str | None) -> object:
    row = engine.execute(f"SELECT {expression} FROM (SELECT ?::VARCHAR AS {quote_ansi(mapped.name)})", [value])
    return (row.fetchone() or ())[0]


def faults(engine: duckdb.DuckDBPyConnection, mapped: ColumnMapping, value: str | None) -> list[str]:
    return [kind for kind, test in staging.rejected(mapped) if asked(engine, mapped, test, value)]


def touches(engine: duckdb.DuckDBPyConnection, mapped: ColumnMapping, value: str | None) -> bool:
    change = staging.touched(mapped)
    return bool(change and asked(engine, mapped, change[1], value))


@pytest.mark.parametrize("kind", COLUMNS)
def test_legal_values(engine: duckdb.DuckDBPyConnection, kind: str) -> None:
    for value in (*LEGAL[kind], None):
        assert faults(engine, COLUMNS[kind], value) == [], ascii(value)


@pytest.mark.parametrize(
    ("kind", "fault", "value"),
    [
        pytest.param(kind, fault, value, id=f"{kind}: {ascii(value)[1:30]}")
        for kind, values in REFUSED.items()
        for fault, value in values
    ],
)
def test_refused_values(engine: duckdb.DuckDBPyConnection, kind: str, fault: str, value: str) -> None:
    assert faults(engine, COLUMNS[kind], value) == [fault]


@pytest.mark.parametrize("kind", COLUMNS)
def test_null_where_none_may_be(engine: duckdb.DuckDBPyConnection, kind: str) -> None:
    nullable = COLUMNS[kind]
    mapped = ColumnMapping(
        nullable.name,
        nullable.source_type,
        nullable.target_type,
        nullable.rule,
        nullable=False,
        override=nullable.override,
        labels=nullable.labels,
    )
    assert faults(engine, mapped, None) == ["null_in_not_null"]
    assert faults(engine, mapped, LEGAL[kind][0]) == []


def test_two_faults_at_once(engine: duckdb.DuckDBPyConnection) -> None:
    assert faults(engine, COLUMNS["short text"], "abc\0") == ["too_long", "nul_in_text"]


OVERRIDDEN = [
    # rule, column, value, faults after the rule, what is loaded
    (column("c", "varchar(9)", "character varying(9)", override=override("c", "null_if_empty")), "", [], None),
    (column("c", "varchar(9)", "character varying(9)", override=override("c", "null_if_empty")), " ", [], " "),
    (column("c", "char(36)", "uuid", override=override("c", "null_if_empty")), "", [], None),
    (column("c", "char(36)", "uuid", override=override("c", "null_if_empty")), "x", ["not_a_uuid"], "x"),
    (column("c", "datetime", TIMESTAMP, override=override("c", "null_if_zero_date")), "0000-00-00 00:00:00", [], None),
    (
        column("c", "datetime(6)", TIMESTAMP, override=override("c", "null_if_zero_date")),
        "2020-00-00 00:00:00.000000",
        ["not_a_timestamp"],
        "2020-00-00 00:00:00.000000",
    ),
    (column("c", "longtext", "text", override=override("c", "strip_nul")), "\0a\0\0b\0", [], "ab"),
    (column("c", "varchar(9)", "character varying(3)", override=override("c", "strip_nul")), "abc\0", [], "abc"),
    (column("c", "varchar(9)", "character varying(3)", override=override("c", "truncate", "3")), "é😀bcd", [], "é😀b"),
    (
        column("c", "varchar(9)", "character varying(3)", override=override("c", "truncate", "4")),
        "abcde",
        ["too_long"],
        "abcd",
    ),
]


@pytest.mark.parametrize(("mapped", "value", "left", "result"), OVERRIDDEN)
def test_what_an_override_makes(
    engine: duckdb.DuckDBPyConnection, mapped: ColumnMapping, value: str, left: list[str], result: str | None
) -> None:
    assert faults(engine, mapped, value) == left
    assert asked(engine, mapped, staging.loaded(mapped), value) == result
    assert touches(engine, mapped, value) == (result != value)
    assert not touches(engine, mapped, None)


def test_null_made_by_a_rule_is_no_null_where_none_may_be(engine: duckdb.DuckDBPyConnection) -> None:
    mapped = column("c", "text", "text", nullable=False, override=override("c", "null_if_empty"))
    assert faults(engine, mapped, "") == ["null_in_not_null"]


def test_what_is_loaded_of_a_whiteboard(engine: duckdb.DuckDBPyConnection) -> None:
    mapped = COLUMNS["whiteboard"]
    loaded = staging.loaded(mapped)
    assert asked(engine, mapped, loaded, BOARD) == base64.b64encode(zlib.compress(b"board")).decode()
    assert asked(engine, mapped, loaded, "") == ""
    assert asked(engine, mapped, loaded, None) is None
    assert [touches(engine, mapped, value) for value in (BOARD, "", None)] == [True, False, False]


@pytest.mark.parametrize(
    ("kind", "value", "changed"),
    [
        ("uuid", UUID, False),
        ("uuid", UUID.upper(), True),
        ("uuid", None, False),
        ("jsonb", '{"a": 1}', False),
        ("jsonb", '{"a":1}', True),
        ("jsonb", "1.0", False),
        ("jsonb", "1e2", True),
        ("jsonb", None, False),
        *((kind, LEGAL[kind][0], False) for kind in COLUMNS if kind not in {"uuid", "jsonb"}),
    ],
)
def test_what_a_cast_changes(engine: duckdb.DuckDBPyConnection, kind: str, value: str | None, changed: bool) -> None:
    assert touches(engine, COLUMNS[kind], value) == changed


@pytest.mark.parametrize("kind", sorted(COLUMNS.keys() - {"whiteboard"}))
def test_a_column_without_override_is_loaded_as_it_is(kind: str) -> None:
    assert staging.loaded(COLUMNS[kind]) == quote_ansi(COLUMNS[kind].name)


def test_names_and_paths_are_quoted(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / 'it\'s; "odd".csv'
    path.write_text('1,"x"\n')
    source = staging.read_csv([path], ["a'b", 'c"d'], 6)
    assert engine.execute(f'SELECT "a\'b", "c""d" FROM {source}').fetchall() == [("1", "x")]


def test_several_files_are_one_table(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.csv" for number in range(3)]
    for number, path in enumerate(paths):
        path.write_text(f"{number}\n" * number)
    found = engine.execute(f"SELECT c FROM {staging.read_csv(paths, ['c'], 2)}").fetchall()
    assert sorted(found) == [("1",), ("2",), ("2",)]


def test_files_quoted_differently_are_one_table(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Some of an earlier run's, others of a version that chose another mark."""
    files = [
        File(path=f"t/000{number}.csv", rows=1, bytes=9, sha256="0" * 64, longest_line=9, digest="1", quote=quote)
        for number, quote in enumerate(QUOTES)
    ]
    (tmp_path / "t").mkdir()
    for file in files:
        value = "a'\"b".replace(file.quote, file.quote * 2)
        (tmp_path / file.path).write_text(f"{file.quote}{value}{file.quote}\n")
    found = engine.execute(f"SELECT c FROM {staging.read_files(tmp_path, files, ['c'])}").fetchall()
    assert found == [("a'\"b",)] * 2


@pytest.mark.parametrize("mark", QUOTES)
def test_what_reading_leaves_alone(engine: duckdb.DuckDBPyConnection, tmp_path: Path, mark: Quote) -> None:
    path = tmp_path / "file.csv"
    values = [
        "",
        " ",
        "NULL",
        "\\N",
        "null",
        '"',
        "a\r\nb\rc\n",
        "\r",
        "\ufeff",
        "#1",
        "1,2;3\t|",
        "\0",
        "'",
        "\\",
        '\\"',
    ]
    quoted = [f"{mark}{value.replace(mark, mark * 2)}{mark}" for value in values]
    path.write_bytes("".join(f"{number},{value},\n" for number, value in enumerate(quoted)).encode())
    found = engine.execute(f"SELECT * FROM {staging.read_csv([path], ['n', 'v', 'z'], 20, mark)}").fetchall()
    assert found == [(str(number), value, None) for number, value in enumerate(values)]


def test_the_types_of_the_views(engine: duckdb.DuckDBPyConnection) -> None:
    columns = [
        ColumnMapping(kind, mapped.source_type, mapped.target_type, mapped.rule, True, None, mapped.labels)
        for kind, mapped in COLUMNS.items()
        if kind not in {"whiteboard", "odd name"}
    ]
    values = ", ".join("NULL::VARCHAR AS " + quote_ansi(one.name) for one in columns)
    types = engine.execute(f"DESCRIBE SELECT {staging.typed(table(*columns))} FROM (SELECT {values})").fetchall()
    assert {row[0]: row[1] for row in types} == {
        "uuid": "UUID",
        "integer": "INTEGER",
        "bigint": "BIGINT",
        "numeric": "DECIMAL(3,1)",
        "boolean": "BOOLEAN",
        "microseconds": "TIMESTAMP",
        "seconds": "TIMESTAMP",
        "short text": "VARCHAR",
        "padded text": "VARCHAR",
        "text": "VARCHAR",
        "json": "JSON",
        "jsonb": "JSON",
        "bytea": "BLOB",
        "enum": "VARCHAR",
    }


def test_bytes_in_a_view(engine: duckdb.DuckDBPyConnection) -> None:
    typed = staging.typed(table(COLUMNS["bytea"]))
    assert engine.execute(f"SELECT {typed} FROM (SELECT '\\x00ff' AS c)").fetchall() == [(b"\x00\xff",)]
