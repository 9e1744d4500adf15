"""Random rows of every type travel from both sources to Postgres, the same to three digests and two drivers."""

from __future__ import annotations

import base64
import json
import secrets
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from pymysql.connections import Connection
from pymysql.cursors import Cursor

from runner import digest
from runner.catalog.names import quote_mysql
from runner.duckdb.jsonb import jsonb_text
from runner.manifest import File
from runner.mapping import TableMapping
from runner.postgres import target
from runner.postgres.landing import Staged
from runner.settings import Address
from runner.systems import LANDING
from tests.corpus import scratch, tables
from tests.corpus.tables import column
from tests.servers import Postgres, SourceServer

TIMESTAMP = "timestamp without time zone"
LABELS = ("space-about", "it's", "é")
Values = tuple[Any, ...]

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
HOSTILE = st.sampled_from(
    [
        *("", " ", "a  ", "\\.", "\\.\n", "\n\\.\n", "\\N", "NULL", '"', '""', ",", '",\n"', "\r\n", "\r", "\x1a", "'"),
        *("\\", "\\x00", "%s", "{v}", ";", "3:abc;", "\ufeff", "\u2028", "İß", "ﬁ", "e\u0301", "😀" * 9, "\U0010ffff"),
        "\x01\x02\x7f\x80",
    ]
)
TEXT = HOSTILE | st.text(CHARACTERS, max_size=20)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | TEXT
    | st.floats(allow_nan=False, allow_infinity=False)
)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6
).map(json.dumps)
WHITEBOARD = st.builds(zlib.compress, st.binary(max_size=60), st.integers(0, 9)).map(lambda one: one.decode("latin-1"))

WHOLE_SECONDS = st.datetimes().map(lambda at: at.replace(microsecond=0))
SINCE_1970 = st.datetimes(datetime(1970, 1, 1, 0, 0, 1), datetime(2038, 1, 19, 3, 14, 7))
LABELLED = f"enum({', '.join(repr(label) for label in LABELS)})"
BOARD = tables.override("board", "whiteboard_base64")

COLUMNS = {
    "u": (column("u", "char(36)", "uuid"), st.uuids().map(str) | st.uuids().map(lambda one: str(one).upper())),
    "short": (column("short", "varchar(20)", "character varying(20)"), TEXT),
    "unbounded": (column("unbounded", "varchar(255)", "character varying"), TEXT),
    "fixed": (column("fixed", "char(44)", "character varying(44)"), TEXT),
    "padded": (column("padded", "char(36)", "character(36)"), TEXT),
    "words": (column("words", "text", "text"), TEXT),
    "select": (column("select", "longtext", "text"), TEXT),
    "n": (column("n", "int", "integer"), st.integers(-(2**31), 2**31 - 1)),
    "profileId": (column("profileId", "bigint", "bigint"), st.integers(-(2**63), 2**63 - 1)),
    "d": (
        column("d", "decimal(10,2)", "numeric(10,2)"),
        st.integers(-(10**10) + 1, 10**10 - 1).map(lambda n: Decimal(n) / 100),
    ),
    "flag": (column("flag", "tinyint(1)", "boolean"), st.booleans()),
    "at": (column("at", "datetime(6)", TIMESTAMP), st.datetimes()),
    "on": (column("on", "datetime", TIMESTAMP), WHOLE_SECONDS),
    "since": (column("since", "timestamp", TIMESTAMP), SINCE_1970.map(lambda at: at.replace(microsecond=0))),
    "j": (column("j", "json", "json"), JSON | st.just('"\\u0000"')),
    "jb": (column("jb", "json", "jsonb"), JSON),
    "blob": (column("blob", "blob", "bytea"), st.binary(max_size=40)),
    "kind": (column("kind", LABELLED, "kind", labels=LABELS), st.sampled_from(LABELS)),
    "board": (column("board", "longtext", "text", override=BOARD), WHITEBOARD | st.just("")),
}
TABLE = tables.table(
    column("id", "int", "integer", nullable=False), *(one for one, _ in COLUMNS.values()), name='odd "table'
)
ROWS = st.lists(st.tuples(*(st.none() | values for _, values in COLUMNS.values())), min_size=1, max_size=12)
PLAIN = settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@dataclass(frozen=True)
class Route:
    """A scratch table on a source, and the landing it goes to."""

    connection: Connection[Cursor]
    source: Address
    target: Address
    folder: Path

    def fill(self, mapping: TableMapping, rows: Sequence[Values]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(f"delete from {quote_mysql(mapping.name)}")
            places = ", ".join(["%s"] * len(mapping.columns))
            cursor.executemany(f"insert into {quote_mysql(mapping.name)} values ({places})", rows)
        self.connection.commit()

    def travel(self, mapping: TableMapping) -> tuple[File, Staged]:
        file = scratch.exported(self.source, [mapping], self.folder)[mapping.name]
        staged = scratch.landed(self.target, [(mapping, file)], self.folder, self.folder / "scratch")
        return file, staged[mapping.name]

    def source_digest(self, mapping: TableMapping) -> int:
        with self.connection.cursor() as cursor:
            cursor.execute(f"select {digest.total('mysql', mapping.columns)} from {quote_mysql(mapping.name)}")
            return int((cursor.fetchone() or (0,))[0])

    def landed_digest(self, mapping: TableMapping) -> int:
        query = sql.SQL("select {} from {}").format(
            target.trusted(digest.total("postgres", mapping.columns)), sql.Identifier(LANDING, mapping.name)
        )
        with target.connect(self.target) as connection:
            return int(target.fetch_value(connection, query))

    def source_rows(self, mapping: TableMapping) -> list[Values]:
        with self.connection.cursor() as cursor:
            names = ", ".join(quote_mysql(one.name) for one in mapping.columns)
            cursor.execute(f"select {names} from {quote_mysql(mapping.name)} order by id")
            return list(cursor.fetchall())

    def landed_rows(self, mapping: TableMapping) -> list[Values]:
        """As psycopg reads them; JSON as the text that Postgres prints."""
        names = [
            sql.SQL("{}::text" if one.rule in {"json", "jsonb"} else "{}").format(sql.Identifier(one.name))
            for one in mapping.columns
        ]
        with scratch.psycopg_connection(self.target) as connection:
            query = sql.SQL("select {} from {} order by id").format(
                sql.SQL(", ").join(names), sql.Identifier(LANDING, mapping.name)
            )
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def route(
    source_server: SourceServer, postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Route]:
    database, password = f"round_trip_{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    source_server.create_database(database)
    postgres17.create_role_and_database(database, password)
    with source_server.connect(database) as connection:
        with connection.cursor() as cursor:
            cursor.execute("set session time_zone = '+00:00'")
            scratch.create(cursor, TABLE)
        yield Route(
            connection,
            scratch.source_address(source_server.url(database)),
            scratch.target_address(postgres17.url(database, database, password)),
            tmp_path_factory.mktemp("round_trip"),
        )
    source_server.drop_database(database)
    postgres17.drop_role_and_database(database)


def as_postgres_reads_it(name: str) -> Callable[[Any], Any]:
    """What makes of a value read from the source the value that Postgres must give."""
    match name:
        case "u":
            return lambda value: str(value).lower()
        case "padded":
            return lambda value: value.ljust(36)
        case "flag":
            return bool
        case "board":
            return lambda value: base64.b64encode(value.encode("latin-1")).decode()
        case "jb":
            return exact
        case _:
            return lambda value: value


def as_compared(name: str) -> Callable[[Any], Any]:
    """What makes two equal values of Postgres equal in Python."""
    makers: dict[str, Callable[[Any], Any]] = {"u": str, "jb": exact}
    return makers.get(name, lambda value: value)


def exact(text: str) -> Any:
    """A JSON document with exact numbers; the last of equal keys."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def each(rows: Sequence[Values], of_column: Callable[[str], Callable[[Any], Any]]) -> list[Values]:
    makers = [of_column(one.name) for one in TABLE.columns]
    return [
        tuple(None if value is None else make(value) for make, value in zip(makers, row, strict=True)) for row in rows
    ]


@PLAIN
@given(rows=ROWS)
def test_any_row_arrives(route: Route, rows: list[Values]) -> None:
    route.fill(TABLE, [(number, *row) for number, row in enumerate(rows)])
    file, staged = route.travel(TABLE)
    assert (file.rows, staged.rows) == (len(rows), len(rows))
    assert route.source_digest(TABLE) == int(file.digest)
    assert route.landed_digest(TABLE) == staged.value_digest
    sent, landed = route.source_rows(TABLE), route.landed_rows(TABLE)
    assert each(landed, as_compared) == each(sent, as_postgres_reads_it)
    boards = [row[-1] for row in sent]
    assert staged.touched.get(("whiteboard_base64", "board"), 0) == sum(bool(board) for board in boards)


def test_values_the_driver_reads_are_those_that_were_sent(route: Route) -> None:
    text = "\\.\n\r\n\"'é😀\x1a"
    row: dict[str, Any] = dict.fromkeys(COLUMNS) | {
        "short": text,
        "words": text,
        "select": text,
        "blob": bytes(range(256)),
        "at": datetime(9999, 12, 31, 23, 59, 59, 999999),
        "d": Decimal("-99999999.99"),
        "j": '{"a": "\\u0000"}',
        "board": "".join(map(chr, zlib.compress(b"board", 0))),
    }
    route.fill(TABLE, [(1, *row.values())])
    route.travel(TABLE)
    (landed,) = route.landed_rows(TABLE)
    found = dict(zip(COLUMNS, landed[1:], strict=True))
    assert {name: found[name] for name in ("short", "words", "select", "blob", "at", "d", "j")} == {
        name: row[name] for name in ("short", "words", "select", "blob", "at", "d", "j")
    }
    assert zlib.decompress(base64.b64decode(found["board"], validate=True)) == b"board"


def test_a_row_above_16_mib(route: Route) -> None:
    large = tables.table(
        column("id", "int", "integer", nullable=False),
        column("b", "longblob", "bytea"),
        column("w", "longtext", "text"),
        name="large",
    )
    blob, text = bytes(range(256)) * 36_000, '"é,\n' * 1_600_000
    with route.connection.cursor() as cursor:
        scratch.create(cursor, large)
    route.fill(large, [(1, b"", None), (2, blob, text), (3, None, "")])
    file, staged = route.travel(large)
    assert len(blob) + len(text.encode()) > 1 << 24 < file.longest_line
    assert route.source_digest(large) == int(file.digest) == staged.value_digest
    assert route.landed_digest(large) == staged.value_digest
    landed = route.landed_rows(large)
    assert landed == [(1, b"", None), (2, blob, text), (3, None, "")]


NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
SPELLED = st.recursive(
    NUMBERS | TEXT.map(json.dumps) | TEXT.map(lambda text: json.dumps(text, ensure_ascii=False)) | st.just("null"),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda parts: "[ " + " ,".join(parts) + "]")
        | st.lists(st.tuples(st.text("aéb€", max_size=2), inner), max_size=4).map(
            lambda parts: "{" + ",\t".join(f'"{key}" :{value}' for key, value in parts) + " }"
        )
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module", params=["postgres15", "postgres17", "postgres18"])
def jsonb(request: pytest.FixtureRequest) -> Iterator[Callable[[list[str]], list[str]]]:
    """What a Postgres prints for JSON texts stored as jsonb."""
    server = request.getfixturevalue(request.param)
    with server.connect() as connection:

        def printed(texts: list[str]) -> list[str]:
            query = "select one::jsonb::text from unnest(%s::text[]) with ordinality as t (one, n) order by n"
            return [row[0] for row in connection.execute(query, [texts]).fetchall()]

        yield printed


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(texts=st.lists(SPELLED, min_size=1, max_size=30))
def test_jsonb_prints_what_was_worked_out(jsonb: Callable[[list[str]], list[str]], texts: list[str]) -> None:
    assert [jsonb_text(text) for text in texts] == jsonb(texts)


@pytest.mark.parametrize(
    "text",
    ["1e131072", "9" * 131_073, "1e-16384", "0." + "0" * 16_384, r'"\u0000"', r'"\ud800"', "[1,]", "NaN", '"\x01"'],
)
def test_jsonb_refuses_what_was_worked_out(jsonb: Callable[[list[str]], list[str]], text: str) -> None:
    assert jsonb_text(text) is None
    with pytest.raises(psycopg.DataError):
        jsonb([text])
