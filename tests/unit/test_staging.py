"""The casts that staging tries, value by value in a real DuckDB: what is legal, what is refused, what changes."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from runner import staging
from runner.digest import quote_ansi
from runner.engine import open_engine
from runner.mapping import ColumnMapping
from tests.corpus.tables import column, override, table

TIMESTAMP = "timestamp without time zone"
BOARD = "".join(map(chr, zlib.compress(b"board")))
UUID = "0195a3b0-0000-7000-8000-00000000000a"

COLUMNS = {
    "uuid": column("c", "char(36)", "uuid"),
    "integer": column("c", "int", "integer"),
    "bigint": column("c", "bigint", "bigint"),
    "numeric": column("c", "decimal(3,1)", "numeric(3,1)"),
    "boolean": column("c", "tinyint", "boolean"),
    "microseconds": column("c", "datetime(6)", TIMESTAMP),
    "seconds": column("c", "timestamp", TIMESTAMP),
    "short text": column("c", "varchar(3)", "character varying(3)"),
    "padded text": column("c", "char(3)", "character(3)"),
    "text": column("c", "longtext", "text"),
    "json": column("c", "json", "json"),
    "jsonb": column("c", "json", "jsonb"),
    "bytea": column("c", "blob", "bytea"),
    "enum": column("c", "enum('a','b''c')", "kind", labels=("a", "b'c")),
    "whiteboard": column("c", "longtext", "text", override=override("c", "whiteboard_base64")),
    "odd name": column('a "b', "int", "integer"),
}

LEGAL = {
    "uuid": [UUID, UUID.upper(), "00000000-0000-0000-0000-000000000000"],
    "integer": ["0", "1", "-1", "2147483647", "-2147483648"],
    "bigint": ["9223372036854775807", "-9223372036854775808"],
    "numeric": ["0.0", "1.0", "-1.5", "99.9", "-99.9"],
    "boolean": ["0", "1"],
    "microseconds": ["2020-02-29 23:59:59.999999", "0001-01-01 00:00:00.000000", "9999-12-31 23:59:59.000001"],
    "seconds": ["2020-02-29 23:59:59", "1970-01-01 00:00:01"],
    "short text": ["", "abc", "   ", "\r\n", "é😀a", "e\u0301a", "\u202e", "'\";"],
    "padded text": ["", "a", "abc"],
    "text": ["", "x" * 10_000, "\x01\x7f\ufeff", "\\.", "NULL"],
    "json": ["null", '{"a": 1}', '{"a":1,"a":2}', r'"\u0000"', "1e308", "[" * 100 + "]" * 100, " 1 "],
    "jsonb": ["null", '{"a": 1}', '{"a":1,"a":2}', "1e308", "[" * 100 + "]" * 100, " 1 "],
    "bytea": ["\\x", "\\x00ff", "\\x" + "5c78" * 1000],
    "enum": ["a", "b'c"],
    "whiteboard": ["", BOARD],
    "odd name": ["1"],
}

REFUSED = {
    "uuid": [
        ("not_a_uuid", value)
        for value in ("", UUID[:-1], UUID + " ", " " + UUID, UUID[:-1] + "g", UUID.replace("-", ""), f"{{{UUID}}}")
    ]
    + [("not_a_uuid", UUID[:-1] + "\u212a"), ("not_a_uuid", UUID + "\0")],
    "integer": [
        ("not_a_number_of_its_type", value)
        for value in ("", "-0", "+1", "007", "2147483648", "1.0", "1e3", " 1", "1\n", "0x1", "1_000", "٣", "one")
    ],
    "bigint": [("not_a_number_of_its_type", "9223372036854775808")],
    "numeric": [
        ("not_a_number_of_its_type", value) for value in ("", "1", "1.25", "100.0", ".5", "-0.0", "1e1", "NaN")
    ],
    "boolean": [("not_a_boolean", value) for value in ("", "2", "-1", "true", "t", "00", "\1")],
    "microseconds": [
        ("not_a_timestamp", value)
        for value in (
            "",
            "0000-00-00 00:00:00.000000",
            "2020-00-10 00:00:00.000000",
            "2020-02-30 00:00:00.000000",
            "2019-02-29 00:00:00.000000",
            "2020-01-01 23:59:60.000000",
            "2020-01-01 00:00:00",
            "2020-01-01 00:00:00.0000000",
            "2020-01-01",
            "infinity",
        )
    ],
    "seconds": [
        ("not_a_timestamp", value)
        for value in ("", "0000-00-00 00:00:00", "2020-01-01 00:00:00.000000", "2020-1-01 00:00:00", "12:00:00")
    ],
    "short text": [("too_long", "abcd"), ("too_long", "abc "), ("too_long", "e\u0301ab"), ("nul_in_text", "a\0")],
    "padded text": [("too_long", "abcd"), ("nul_in_text", "\0")],
    "text": [("nul_in_text", "a\0b")],
    "json": [("not_json", value) for value in ("", "nul", "{a: 1}", "'a'", "[1", "[1]x", '"a\tb"', '"a\nb"')],
    "jsonb": [("not_jsonb", value) for value in ("", "NaN", "[1,]", r'"\u0000"', r'"\ud800"', "1e999999", '"a\nb"')],
    "bytea": [("not_hex", value) for value in ("", "00", "\\x0", "\\xFF", "\\xzz", "\\x00\n", "\\\\x00", "\\x 00")],
    "enum": [("unknown_label", value) for value in ("", "A", "a ", "b", "b''c")],
    "whiteboard": [("not_a_whiteboard", value) for value in ("x", BOARD[:-1], BOARD + "\0", "{}")],
    "odd name": [("not_a_number_of_its_type", "x")],
}


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


def test_what_reading_leaves_alone(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
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
    quoted = [value.replace('"', '""') for value in values]
    path.write_bytes("".join(f'{number},"{value}",\n' for number, value in enumerate(quoted)).encode())
    found = engine.execute(f"SELECT * FROM {staging.read_csv([path], ['n', 'v', 'z'], 20)}").fetchall()
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
