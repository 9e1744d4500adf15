"""What is hashed beside DuckDB adds up to the documented digest, wherever long values stand and whatever is NULL."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner import digest
from runner.duckdb.engine import open_engine
from runner.duckdb.hashing import Hashing
from runner.duckdb.scan import scan
from tests.corpus import row_text
from tests.corpus.tables import column, exported, override, table

LONG = table(
    column("doc", "json", "json"),
    column("id", "int", "integer"),
    column("words", "longtext", "text", override=override("words", "strip_nul")),
    column("blob", "blob", "bytea"),
    column("more", "longtext", "text"),
    column("short", "varchar(20)", "character varying(20)"),
    column("last", "longtext", "text"),
)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8).map(str.encode)
ROWS = st.lists(
    st.tuples(
        st.none() | st.sampled_from([b"[]", b'{"a": "\xc3\xa9"}', b'";"']),
        st.none() | st.integers(-9, 9).map(lambda number: str(number).encode()),
        st.none() | WORDS,
        st.none() | st.binary(max_size=4),
        st.none() | WORDS,
        st.none() | WORDS,
        st.none() | WORDS,
    ).map(list),
    max_size=5,
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_engine(tmp_path_factory.mktemp("scratch"), 0) as engine:
        yield engine


def test_long_values_are_hashed_beside_but_not_those_a_rule_changes() -> None:
    beside = [column.name for column in LONG.columns if digest.is_hashed(column)]
    assert beside == ["doc", "blob", "more", "last"]
    assert len(Hashing.of(LONG).expressions) == len(beside) + 1


@settings(deadline=None)
@given(rows=ROWS)
def test_the_digest_is_the_documented_one(
    engine: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory, rows: list[row_text.Row]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    file = exported(folder, LONG, rows)
    assert scan(engine, LONG, file, folder).value_digest == row_text.total(LONG.columns, rows)
