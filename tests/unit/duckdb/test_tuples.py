"""A record's tuple, taken apart by a client library that reads Postgres's binary forms, holds the record's values."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.pq import Format

from runner.catalog.names import quote_ansi
from runner.duckdb import staging, tuples
from runner.duckdb.engine import open_engine
from runner.mapping import ColumnMapping
from tests.corpus.tables import column, override

TIMESTAMP = "timestamp without time zone"
OIDS = {
    "uuid": "uuid",
    "timestamp": "timestamp",
    "boolean": "bool",
    "numeric": "numeric",
    "bytea": "bytea",
    "json": "json",
    "jsonb": "jsonb",
}
PRINTABLE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
DOCUMENTS = st.recursive(st.none() | st.booleans() | st.integers() | PRINTABLE, st.lists, max_leaves=5)


def decimals(digits: int, places: int) -> st.SearchStrategy[Decimal]:
    return st.integers(-(10**digits) + 1, 10**digits - 1).map(lambda number: Decimal(number).scaleb(-places))


VALUES: dict[str, tuple[ColumnMapping, st.SearchStrategy[Any]]] = {
    "u": (column("u", "char(36)", "uuid"), st.uuids()),
    "small": (column("small", "int", "integer"), st.integers(-(2**31), 2**31 - 1)),
    "large": (column("large", "bigint", "bigint"), st.integers(-(2**63), 2**63 - 1)),
    "price": (column("price", "decimal(3,1)", "numeric(3,1)"), decimals(3, 1)),
    "sum": (column("sum", "decimal(10,2)", "numeric(10,2)"), decimals(10, 2)),
    "whole": (column("whole", "decimal(9,0)", "numeric(9,0)"), decimals(9, 0)),
    "fine": (column("fine", "decimal(6,6)", "numeric(6,6)"), decimals(6, 6)),
    "flag": (column("flag", "tinyint(1)", "boolean"), st.booleans()),
    "at": (column("at", "datetime(6)", TIMESTAMP), st.datetimes()),
    "short": (column("short", "varchar(30)", "character varying(30)"), PRINTABLE),
    "long": (column("long", "longtext", "text"), PRINTABLE),
    "kind": (column("kind", "enum('a','b')", "kind", labels=("a", "b")), st.sampled_from("ab")),
    "doc": (column("doc", "json", "json"), DOCUMENTS),
    "parsed": (column("parsed", "json", "jsonb"), DOCUMENTS),
    "blob": (column("blob", "blob", "bytea"), st.binary(max_size=20)),
    "must": (column("must", "longtext", "text", nullable=False), PRINTABLE),
}
COLUMNS = [mapped for mapped, _ in VALUES.values()]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_engine(tmp_path_factory.mktemp("scratch"), 0) as engine:
        yield engine


def spelled(mapped: ColumnMapping, value: Any) -> str | None:
    """A value as the CSV file has it."""
    match value:
        case None if mapped.rule not in {"json", "jsonb"}:
            return None
        case bool() if mapped.rule == "boolean":
            return str(int(value))
        case Decimal():
            return format(value, "f")
        case datetime():
            return value.isoformat(" ", "microseconds")
        case bytes():
            return f"\\x{value.hex()}"
        case _:
            return json.dumps(value) if mapped.rule in {"json", "jsonb"} else str(value)


def tuple_of(engine: duckdb.DuckDBPyConnection, columns: list[ColumnMapping], values: list[str | None]) -> bytes:
    named = ", ".join(f"$v{number}::VARCHAR AS {quote_ansi(one.name)}" for number, one in enumerate(columns))
    row = engine.execute(
        f"SELECT {', '.join(tuples.expressions(columns))} FROM (SELECT {named})",
        {f"v{number}": value for number, value in enumerate(values)},
    ).fetchone()
    assert row
    return b"".join(filter(None, row))


def fields(content: bytes) -> list[bytes | None]:
    """What Postgres's documentation of COPY says a tuple is."""
    (number,) = struct.unpack_from("!h", content)
    place, found = 2, list[bytes | None]()
    for _ in range(number):
        (size,) = struct.unpack_from("!i", content, place)
        place += 4
        found.append(None if size == -1 else content[place : place + size])
        place += max(size, 0)
    assert place == len(content)
    return found


def read(mapped: ColumnMapping, content: bytes | None) -> Any:
    if content is None:
        return None
    name = OIDS.get(mapped.rule, {"integer": "int4", "bigint": "int8"}.get(mapped.target_type, "text"))
    loader = psycopg.adapters.get_loader(psycopg.adapters.types[name].oid, Format.BINARY)
    assert loader
    return loader(psycopg.adapters.types[name].oid).load(content)


@settings(deadline=None, max_examples=150)
@given(row=st.fixed_dictionaries({name: (st.none() | values) for name, (_, values) in VALUES.items()}))
def test_every_value_of_every_type(engine: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> None:
    row["must"] = row["must"] or ""
    found = fields(tuple_of(engine, COLUMNS, [spelled(one, row[one.name]) for one in COLUMNS]))
    got = {one.name: read(one, content) for one, content in zip(tuples.order(COLUMNS), found, strict=True)}
    assert got == row


@pytest.mark.parametrize("value", ["0195A3B0-0000-7000-8000-00000000000F", "0195a3b0-0000-7000-8000-00000000000f"])
def test_a_uuid_in_capitals(engine: duckdb.DuckDBPyConnection, value: str) -> None:
    assert fields(tuple_of(engine, [VALUES["u"][0]], [value])) == [UUID(value).bytes]


@pytest.mark.parametrize("value", ["0001-01-01 00:00:00.000000", "1999-12-31 23:59:59.999999", "9999-12-31 23:59:59"])
def test_times_before_and_after_the_epoch(engine: duckdb.DuckDBPyConnection, value: str) -> None:
    (content,) = fields(tuple_of(engine, [VALUES["at"][0]], [value]))
    assert read(VALUES["at"][0], content) == datetime.fromisoformat(value)


def test_what_a_rule_makes_of_a_value_is_in_the_tuple(engine: duckdb.DuckDBPyConnection) -> None:
    emptied = column("c", "text", "text", nullable=False, override=override("c", "strip_nul"))
    cleared = column("c", "text", "text", override=override("c", "null_if_empty"))
    assert fields(tuple_of(engine, [emptied], ["a\0b"])) == [b"ab"]
    assert fields(tuple_of(engine, [cleared], [""])) == [None]


def test_large_columns_come_last_and_are_never_copied(engine: duckdb.DuckDBPyConnection) -> None:
    assert [one.name for one in tuples.order(COLUMNS)][-5:] == ["long", "doc", "parsed", "blob", "must"]
    assert len(tuples.expressions(COLUMNS)) == 2 * 5
    assert 'encode("long")' in tuples.expressions(COLUMNS)[1]


def test_values_of_records_stay_apart(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('1,"a"\n2,\n')
    columns = [column("id", "int", "integer", nullable=False), column("t", "text", "text")]
    rows = engine.execute(
        f"SELECT {', '.join(tuples.expressions(columns))} FROM {staging.read_csv([path], ['id', 't'], 6)}"
    ).fetchall()
    assert [fields(b"".join(filter(None, row))) for row in rows] == [[b"\0\0\0\1", b"a"], [b"\0\0\0\2", None]]
