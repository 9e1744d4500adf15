"""What staging takes is what Postgres takes and prints back: value by value, hostile and random ones of every type.

Postgres takes more: spellings that it prints otherwise, infinite times and NaN, which no source holds. Staging
refuses those, for nothing may change without a rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from runner.duckdb import staging
from runner.duckdb.engine import open_engine
from runner.duckdb.jsonb import jsonb_text
from tests.corpus.casts import COLUMNS, LEGAL, REFUSED, TIMESTAMP
from tests.corpus.tables import column
from tests.servers import Postgres

TYPES = {
    **{name: one for name, one in COLUMNS.items() if name not in {"odd name", "whiteboard", "enum"}},
    "smallint-like numeric": column("c", "decimal(10,0)", "numeric(10,0)"),
    "milliseconds": column("c", "datetime(3)", TIMESTAMP),
}
# Pieces that values of every kind are made of, so that most of what is drawn is nearly legal.
PIECES = {
    "uuid": ["0195a3b0-0000-7000-8000-00000000000a", "0195A3B0", "-", "0", "f", "{", "}", " ", "g"],
    "json": [
        *'[]{},:"\\ \t\n01',
        "-",
        ".",
        "e",
        "E",
        "+",
        "nan",
        "NaN",
        "inf",
        "Infinity",
        "true",
        "null",
        '"a"',
        '"a":',
        "\\u0000",
        "\\ud800",
        "\\u00e9",
        "é",
        "\x01",
        "\x7f",
        "/",
        '"a": 1, ',
        "[1, ",
        "//",
    ],
    "time": [
        "2020-02-29 23:59:59",
        ".999999",
        ".5",
        ".123",
        "0000",
        "0001",
        "9999",
        "-",
        ":",
        " ",
        "T",
        "Z",
        "+00",
        "24",
        "60",
        "00",
        "12",
        "31",
        "infinity",
        "BC",
        "02-30",
        "2020-01-01 ",
    ],
    "number": [*"0123456789+-.eE_ ", "NaN", "0x", "99", "2147483648", "9223372036854775808", "Infinity", "\n"],
    "text": ["a", "é", "😀", " ", "\n", "\\", "'", '"', "e\u0301", "\u202e", "\ufeff", "0", "1", "t", "f", "\t"],
    "hex": ["\\x", "00", "ff", "FF", "0", "\\", " ", "x", "\n", "zz"],
}
MADE_OF = {
    **dict.fromkeys(("integer", "bigint", "numeric", "smallint-like numeric"), "number"),
    **dict.fromkeys(("microseconds", "seconds", "milliseconds"), "time"),
    **dict.fromkeys(("json", "jsonb"), "json"),
    "uuid": "uuid",
    "bytea": "hex",
}
PRINTED = "select case when pg_input_is_valid(v, {type}) then v::{cast}::text end from unnest(%s::text[]) v"


@dataclass
class Both:
    """A DuckDB and a Postgres that judge the same values."""

    duckdb: duckdb.DuckDBPyConnection
    postgres: psycopg.Connection[Any]

    def staged(self, kind: str, values: list[str]) -> list[bool]:
        """Whether staging takes each value."""
        faults = " OR ".join(f"({test})" for _, test in staging.rejected(TYPES[kind]))
        query = f"SELECT NOT ({faults or 'false'}) FROM (SELECT unnest(?::VARCHAR[]) AS c)"
        return [row[0] for row in self.duckdb.execute(query, [values]).fetchall()]

    def printed(self, kind: str, values: list[str]) -> list[str | None]:
        """What Postgres prints of each value; None for one that it does not take."""
        spelled = TYPES[kind].target_type
        query = sql.SQL(PRINTED).format(type=sql.Literal(spelled), cast=sql.SQL(spelled))
        return [row[0] for row in self.postgres.execute(query, [values]).fetchall()]


@pytest.fixture(scope="module")
def both(postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with postgres17.connect() as connection, open_engine(tmp_path_factory.mktemp("scratch"), 0) as engine:
        yield Both(engine, connection)


def arrives(kind: str, value: str, printed: str | None) -> bool:
    """Whether Postgres took a value and gives it back in the sense of the column's rule."""
    if printed is None:
        return False
    match TYPES[kind].rule:
        case "uuid":
            return printed == value.lower()
        case "jsonb":
            return printed == jsonb_text(value)
        case "boolean":
            return value in {"0", "1"}
        case "timestamp":
            return "infinity" not in printed and with_fraction(printed, TYPES[kind].fraction_digits) == value
        case _:
            return printed == value and value != "NaN"


def with_fraction(printed: str, digits: int) -> str:
    """A time with as many digits of a second as the source writes: Postgres leaves out noughts at the end."""
    whole, _, fraction = printed.partition(".")
    return whole + (f".{fraction.ljust(digits, '0')[:digits]}" if digits else "")


def agree(both: Both, kind: str, values: list[str]) -> None:
    expected = [arrives(kind, value, one) for value, one in zip(values, both.printed(kind, values), strict=True)]
    staged = both.staged(kind, values)
    assert [ascii(value) for value, good, taken in zip(values, expected, staged, strict=True) if good != taken] == []


@pytest.mark.parametrize("kind", TYPES)
def test_known_values(both: Both, kind: str) -> None:
    known = [*LEGAL.get(kind, []), *(value for _, value in REFUSED.get(kind, []))]
    everything = [value for values in LEGAL.values() for value in values]
    agree(both, kind, [value for value in (*known, *everything) if "\0" not in value])


@pytest.mark.parametrize("kind", TYPES)
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_random_values(both: Both, kind: str, data: st.DataObject) -> None:
    pieces = st.lists(st.sampled_from(PIECES[MADE_OF.get(kind, "text")]), max_size=7).map("".join)
    characters = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)
    agree(both, kind, data.draw(st.lists(pieces | characters, min_size=1, max_size=80)))
