"""The digest's SQL is spelled as documented, DuckDB computes what plain Python does, and no two rows share a text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import product

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner import digest
from runner.catalog.names import quote_ansi, quote_mysql
from runner.digest import Engine
from runner.mapping import ColumnMapping
from runner.rules import OVERRIDES
from tests.corpus import row_text
from tests.corpus.row_text import Kind, Row
from tests.corpus.tables import column, override, table

TIMESTAMP = "timestamp without time zone"
BOARD = column("b", "longtext", "text", override=override("b", "whiteboard_base64"))

SPELLED: dict[str, tuple[ColumnMapping, str, str, str]] = {
    "uuid": (
        column("id", "char(36)", "uuid"),
        "IFNULL(LOWER(CONVERT(`id` USING utf8mb4)), '')",
        'lower("id")',
        "coalesce(\"id\"::text, '')",
    ),
    "integer": (column("n", "int", "integer"), "IFNULL(`n`, '')", '"n"', "coalesce(\"n\"::text, '')"),
    "numeric": (column("n", "decimal(3,1)", "numeric(3,1)"), "IFNULL(`n`, '')", '"n"', "coalesce(\"n\"::text, '')"),
    "boolean": (column("f", "tinyint(1)", "boolean"), "IFNULL(`f`, '')", '"f"', "coalesce(\"f\"::integer::text, '')"),
    "timestamp with microseconds": (
        column("at", "datetime(6)", TIMESTAMP),
        "IFNULL(`at`, '')",
        '"at"',
        "coalesce((\"at\"::text || substr('.000000', length(\"at\"::text) - 18)), '')",
    ),
    "timestamp with milliseconds": (
        column("at", "datetime(3)", TIMESTAMP),
        "IFNULL(CAST(`at` AS DATETIME(6)), '')",
        "rpad(\"at\", 26, '0')",
        "coalesce((\"at\"::text || substr('.000000', length(\"at\"::text) - 18)), '')",
    ),
    "timestamp with seconds": (
        column("at", "timestamp", TIMESTAMP),
        "IFNULL(CAST(`at` AS DATETIME(6)), '')",
        "(\"at\" || '.000000')",
        "coalesce((\"at\"::text || substr('.000000', length(\"at\"::text) - 18)), '')",
    ),
    "text with a length": (
        column("w", "varchar(9)", "character varying(9)"),
        "IFNULL(CONCAT(LENGTH(CONVERT(`w` USING utf8mb4)), ':', CONVERT(`w` USING utf8mb4)), '')",
        'strlen("w") || \':\' || "w"',
        "coalesce(octet_length(\"w\"::text) || ':' || \"w\"::text, '')",
    ),
    "padded text": (
        column("w", "char(9)", "character(9)"),
        "IFNULL(CONCAT(LENGTH(CONVERT(`w` USING utf8mb4)), ':', CONVERT(`w` USING utf8mb4)), '')",
        'strlen("w") || \':\' || "w"',
        "coalesce(octet_length(\"w\"::text) || ':' || \"w\"::text, '')",
    ),
    "enum": (
        column("w", "enum('a')", "kind", labels=("a",)),
        "IFNULL(CONCAT(LENGTH(CONVERT(`w` USING utf8mb4)), ':', CONVERT(`w` USING utf8mb4)), '')",
        'strlen("w") || \':\' || "w"',
        "coalesce(octet_length(\"w\"::text) || ':' || \"w\"::text, '')",
    ),
    "unbounded text": (
        column("w", "longtext", "text"),
        "IFNULL(SHA2(CONVERT(`w` USING utf8mb4), 256), '')",
        'sha256("w")',
        "coalesce(encode(sha256(textsend(\"w\"::text)), 'hex'), '')",
    ),
    "json": (
        column("j", "json", "json"),
        "IFNULL(SHA2(CONVERT(`j` USING utf8mb4), 256), '')",
        'sha256("j")',
        "coalesce(encode(sha256(json_send(\"j\")), 'hex'), '')",
    ),
    "bytea": (
        column("b", "blob", "bytea"),
        "IFNULL(SHA2(`b`, 256), '')",
        'sha256(unhex(substr("b", 3)))',
        "coalesce(encode(sha256(\"b\"), 'hex'), '')",
    ),
}


@pytest.mark.parametrize("engine", ["mysql", "duckdb", "postgres"])
@pytest.mark.parametrize("name", SPELLED)
def test_the_field_of_each_rule(name: str, engine: Engine) -> None:
    mapped, *spellings = SPELLED[name]
    expected = dict(zip(("mysql", "duckdb", "postgres"), spellings, strict=True))
    assert digest.field(engine, mapped) == expected[engine]
    assert digest.field(engine, mapped, "value") == expected[engine]


def test_jsonb_has_two_forms() -> None:
    mapped = column("j", "json", "jsonb")
    assert digest.field("mysql", mapped) == "IFNULL(SHA2(CONVERT(`j` USING utf8mb4), 256), '')"
    assert digest.field("duckdb", mapped) == 'sha256("j")'
    assert digest.field("duckdb", mapped, "value") == 'sha256(jsonb_text(encode("j")))'
    assert digest.field("postgres", mapped) == "coalesce(encode(sha256(textsend(\"j\"::text)), 'hex'), '')"
    assert digest.two_forms(table(mapped))
    assert not digest.two_forms(table(column("j", "json", "json")))


def test_a_row_is_spelled_once_per_engine() -> None:
    columns = (column("id", "char(36)", "uuid"), column("w", "varchar(9)", "character varying(9)"))
    assert digest.prefix("mysql", columns) == (
        "LEFT(SHA2(CONCAT(IFNULL(LOWER(CONVERT(`id` USING utf8mb4)), ''), ';', "
        "IFNULL(CONCAT(LENGTH(CONVERT(`w` USING utf8mb4)), ':', CONVERT(`w` USING utf8mb4)), ''), ';'), 256), 15)"
    )
    assert digest.prefix("duckdb", columns) == (
        "left(sha256(concat(lower(\"id\"), ';', strlen(\"w\") || ':' || \"w\", ';')), 15)"
    )
    assert digest.prefix("postgres", columns) == (
        "left(encode(sha256(textsend(coalesce(\"id\"::text, '') || ';' || "
        "coalesce(octet_length(\"w\"::text) || ':' || \"w\"::text, '') || ';')), 'hex'), 15)"
    )
    assert digest.total("mysql", columns[:1]) == (
        "IFNULL(SUM(CAST(CONV(LEFT(SHA2(CONCAT(IFNULL(LOWER(CONVERT(`id` USING utf8mb4)), ''), ';'), 256), 15), "
        "16, 10) AS UNSIGNED)), 0)"
    )


def test_identifiers_are_quoted() -> None:
    assert quote_mysql("a`b\"c'd") == "`a``b\"c'd`"
    assert quote_ansi("a`b\"c'd") == '"a`b""c\'d"'
    mapped = column('query-result "cache`', "int", "integer")
    assert digest.field("mysql", mapped) == "IFNULL(`query-result \"cache```, '')"
    assert digest.field("duckdb", mapped) == '"query-result ""cache`"'


def test_every_override_is_spelled_for_every_engine() -> None:
    for rule in OVERRIDES.keys() - {"skip_row_where"}:
        one = override("w", rule, argument="3" if rule == "truncate" else "")
        for engine in ("mysql", "duckdb", "postgres"):
            assert "w" in digest.overridden(engine, "w", one)


def test_the_argument_of_an_override_is_a_number() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        digest.overridden("mysql", "w", override("w", "truncate", argument="3) OR SLEEP(9"))


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as engine:
        engine.execute("SET threads = 1")
        yield engine


def computed(engine: duckdb.DuckDBPyConnection, columns: tuple[ColumnMapping, ...], rows: list[Row]) -> list[str]:
    """What DuckDB makes of rows whose values are spelled as in the CSV files."""
    names = [quote_ansi(one.name) for one in columns]
    engine.execute(f"CREATE OR REPLACE TABLE t (number INTEGER, {', '.join(f'{name} VARCHAR' for name in names)})")
    values: list[object] = []
    for number, row in enumerate(rows):
        spelled = (None if value is None else _in_csv(one, value) for one, value in zip(columns, row, strict=True))
        values += [number, *spelled]
    if rows:
        places = f"({', '.join('?' * (len(names) + 1))})"
        engine.execute(f"INSERT INTO t VALUES {', '.join([places] * len(rows))}", values)
    found = engine.execute(f"SELECT {digest.prefix('duckdb', columns)} FROM t ORDER BY number").fetchall()
    (total,) = engine.execute(f"SELECT {digest.total('duckdb', columns)} FROM t").fetchone() or (None,)
    assert total == sum(int(one, 16) for (one,) in found)
    return [one for (one,) in found]


def _in_csv(mapped: ColumnMapping, value: bytes) -> str:
    return "\\x" + value.hex() if mapped.rule == "bytea" else value.decode()


def test_duckdb_against_a_digest_worked_out_by_hand(duck: duckdb.DuckDBPyConnection) -> None:
    columns = (column("id", "int", "integer"), column("w", "varchar(9)", "character varying(9)"))
    text = "7;3:é;;;".encode()
    assert row_text.text((*columns, column("x", "int", "integer")), [b"7", "é;".encode(), None]) == text
    expected = hashlib.sha256(text).hexdigest()[:15]
    rows: list[Row] = [[b"7", "é;".encode(), None]]
    assert computed(duck, (*columns, column("x", "int", "integer")), rows) == [expected]


def test_the_digest_of_no_row_is_nought(duck: duckdb.DuckDBPyConnection) -> None:
    assert computed(duck, (column("id", "int", "integer"),), []) == []


UTF8 = st.text(max_size=12).map(str.encode)
HOSTILE = st.sampled_from([b"", b";", b"0:", b":", b"1:;", b"\x00", b"\x01\x02", b"\\x00", "İß😀".encode(), b" a "])
MICROSECONDS = st.datetimes().map(lambda at: at.isoformat(" ", "microseconds").encode())
VALUES: list[tuple[ColumnMapping, st.SearchStrategy[bytes]]] = [
    (column("a", "char(36)", "uuid"), st.uuids().map(lambda one: str(one).upper().encode())),
    (column("b", "bigint", "bigint"), st.integers(-(2**63), 2**63 - 1).map(lambda n: str(n).encode())),
    (column("c", "decimal(3,1)", "numeric(3,1)"), st.integers(-999, 999).map(lambda n: f"{n / 10:.1f}".encode())),
    (column("d", "tinyint(1)", "boolean"), st.sampled_from([b"0", b"1"])),
    (column("e", "datetime(6)", TIMESTAMP), MICROSECONDS),
    (column("f", "datetime", TIMESTAMP), MICROSECONDS.map(lambda at: at[:19])),
    (column("g", "varchar(99)", "character varying(99)"), UTF8 | HOSTILE),
    (column("h", "varchar(99)", "character varying"), UTF8 | HOSTILE),
    (column("i", "char(99)", "character(99)"), (UTF8 | HOSTILE).map(lambda value: value.rstrip(b" "))),
    (column("j", "longtext", "text"), UTF8 | HOSTILE),
    (column("k", "json", "json"), UTF8 | HOSTILE),
    (column("l", "json", "jsonb"), UTF8 | HOSTILE),
    (column("m", "blob", "bytea"), st.binary(max_size=12)),
    (column("n", "enum('x')", "kind", labels=("x",)), st.sampled_from([b"x", b"a-b", b""])),
    (column("o", "longtext", "text", override=override("o", "whiteboard_base64")), UTF8 | HOSTILE),
    (column("p", "varchar(9)", "character varying(9)", override=override("p", "null_if_empty")), UTF8 | HOSTILE),
    (column("q", "longtext", "text", override=override("q", "strip_nul")), UTF8 | HOSTILE),
    (column("r", "varchar(9)", "character varying(3)", override=override("r", "truncate", "3")), UTF8),
    (
        column("s", "datetime(6)", TIMESTAMP, override=override("s", "null_if_zero_date")),
        MICROSECONDS | st.just(b"0000-00-00 00:00:00.000000"),
    ),
]
EVERY = tuple(one for one, _ in VALUES)
ROWS = st.lists(st.tuples(*(st.none() | values for _, values in VALUES)), min_size=8, max_size=20)


@settings(deadline=None, max_examples=8)
@given(rows=ROWS)
def test_duckdb_computes_what_is_documented(duck: duckdb.DuckDBPyConnection, rows: list[Row]) -> None:
    assert computed(duck, EVERY, rows) == [row_text.prefix(EVERY, row) for row in rows]


# A value of each kind from few characters, so that confusion is likely when it is possible at all.
CONFUSING: dict[Kind, st.SearchStrategy[bytes]] = {
    "atom": st.sampled_from([b"0", b"1", b"0:", b"1:1", b"-1"]),
    "sized": st.text(alphabet=";:01", max_size=4).map(str.encode),
    "hashed": st.sampled_from([b"", b"0", b";"]),
}


@st.composite
def _two_rows(draw: st.DrawFn) -> tuple[list[Kind], list[bytes | None], list[bytes | None]]:
    kinds = draw(st.lists(st.sampled_from(list(CONFUSING)), min_size=1, max_size=4))
    one, other = ([draw(st.none() | CONFUSING[how]) for how in kinds] for _ in range(2))
    return kinds, one, other


@settings(deadline=None, max_examples=200)
@given(given=_two_rows())
def test_different_rows_have_different_texts(given: tuple[list[Kind], list[bytes | None], list[bytes | None]]) -> None:
    kinds, one, other = given
    fields = [[row_text.wrapped(how, value) for how, value in zip(kinds, row, strict=True)] for row in (one, other)]
    texts = [b"".join(field + b";" for field in row) for row in fields]
    assert (texts[0] == texts[1]) == (one == other)
    assert row_text.taken_apart(kinds, texts[0]) == fields[0]


def test_whiteboards_differ_when_their_bytes_do() -> None:
    def spelled(content: bytes) -> bytes | None:
        return row_text.canonical(BOARD, content)

    contents = [bytes(one) for size in range(5) for one in product(range(3), repeat=size)]
    assert len({spelled(content) for content in contents}) == len(contents)
    assert not any(b"\x00" in (spelled(content) or b"") for content in contents)
