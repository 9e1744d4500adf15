"""The values that change on their way are those that a scan counts for each rule, and digests as they arrive."""

from __future__ import annotations

import zlib
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.duckdb import scan as scanning
from runner.duckdb import staging
from runner.duckdb.jsonb import jsonb_text
from runner.duckdb.scan import scan
from runner.mapping import ColumnMapping
from tests.corpus import row_text
from tests.corpus.row_text import Row
from tests.corpus.scanned import SECRET, TIMESTAMP
from tests.corpus.tables import column, exported, override, table

BOARD = "".join(map(chr, zlib.compress(SECRET.encode()))).encode()
CHANGING = table(
    column("id", "int", "integer", nullable=False),
    column("u", "char(36)", "uuid"),
    column("j", "json", "jsonb"),
    column("board", "longtext", "text", override=override("board", "whiteboard_base64")),
    column("empty", "varchar(9)", "character varying(9)", override=override("empty", "null_if_empty")),
    column("nul", "longtext", "text", override=override("nul", "strip_nul")),
    column("cut", "varchar(9)", "character varying(2)", override=override("cut", "truncate", "2")),
    column("at", "datetime", TIMESTAMP, override=override("at", "null_if_zero_date")),
    column("plain", "varchar(9)", "character varying(9)"),
)
TEXTS = st.text(alphabet="aB é😀", max_size=4)
CHANGING_ROWS = st.lists(
    st.tuples(
        st.none() | st.sampled_from(["0195a3b0-0000-7000-8000-00000000000a", "0195A3B0-0000-7000-8000-00000000000a"]),
        st.none() | st.sampled_from(['{"a": 1}', '{"a":1}', "1.0", "1e1", "null", '"x"']),
        st.none() | st.sampled_from(["", BOARD.decode()]),
        st.none() | TEXTS,
        st.none() | st.text(alphabet="a\0", max_size=3),
        st.none() | TEXTS,
        st.none() | st.sampled_from(["0000-00-00 00:00:00", "2020-01-01 00:00:00"]),
        st.none() | TEXTS,
    ),
    max_size=30,
)


def test_the_digest_in_value_form(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    mapping = table(column("id", "int", "integer"), column("j", "json", "jsonb"))
    rows: list[Row] = [[b"1", b'{"b":1e2,"a":2}'], [b"2", None], [b"3", b'{"a": 1}']]
    found = scan(engine, mapping, exported(tmp_path, mapping, rows), tmp_path)
    by_value: list[Row] = [[b"1", b'{"a": 2, "b": 100}'], [b"2", None], [b"3", b'{"a": 1}']]
    assert found.value_digest == row_text.total(mapping.columns, by_value) != row_text.total(mapping.columns, rows)
    assert found.touched == {("jsonb", "j"): 1}


@settings(deadline=None, max_examples=25)
@given(rows=CHANGING_ROWS)
def test_the_values_that_change_are_those_that_rules_count(
    engine: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str | None, ...]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    sent: list[Row] = [
        [str(number).encode(), *(None if value is None else value.encode() for value in row)]
        for number, row in enumerate(rows)
    ]
    file = exported(folder, CHANGING, sent)
    found = scan(engine, CHANGING, file, folder)
    arriving = engine.execute(
        f"SELECT {', '.join(map(_arriving, CHANGING.columns))} FROM {scanning._reader(CHANGING, file, folder)} "
        "ORDER BY id::INTEGER"
    ).fetchall()
    changed = {
        one.name: sum(before != after for before, after in pairs)
        for position, one in enumerate(CHANGING.columns)
        if (
            pairs := [
                (None if row[position] is None else (row[position] or b"").decode(), result[position])
                for row, result in zip(sent, arriving, strict=True)
            ]
        )
    }
    assert {name: number for (_, name), number in found.touched.items()} == {
        name: number for name, number in changed.items() if number
    }


def _arriving(mapped: ColumnMapping) -> str:
    """What Postgres will print for a value: what is loaded, and what its type makes of that."""
    loaded = staging.loaded(mapped)
    return {"uuid": f"lower({loaded})", "jsonb": f"jsonb_text(encode({loaded}))"}.get(mapped.rule, loaded)


def test_the_functions_of_an_engine(engine: duckdb.DuckDBPyConnection) -> None:
    row = engine.execute(
        "SELECT jsonb_text(NULL), jsonb_text(encode('{')), jsonb_text(encode('[1 ]')), whiteboard_base64(NULL)"
    )
    assert row.fetchone() == (None, None, "[1]", None)
    assert jsonb_text("[1 ]") == "[1]"
