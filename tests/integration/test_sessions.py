"""Sessions owe nothing to the defaults of a server, a database or a role: nothing that is read or written changes."""

from __future__ import annotations

import base64
import secrets
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql

from runner import digest
from runner.mysql import source
from runner.postgres import target
from runner.postgres.landing import Staged
from runner.settings import Address
from runner.systems import LANDING
from tests.corpus import row_text, scratch, tables
from tests.servers import Postgres, SourceServer, defaults

BOARD = zlib.compress(b"a board \\ ' \x00")
STREAM = BOARD.decode("latin-1")
TABLE = tables.table(
    tables.column("id", "int", "integer", nullable=False),
    tables.column("fixed", "char(5)", "character varying(5)"),
    tables.column("padded", "char(36)", "character(36)"),
    tables.column("latin", "varchar(9) character set latin1", "character varying(9)"),
    tables.column("words", "text", "text"),
    tables.column("at", "datetime(6)", "timestamp without time zone"),
    tables.column("since", "timestamp", "timestamp without time zone"),
    tables.column("bytes", "blob", "bytea"),
    tables.column("doc", "json", "jsonb"),
    tables.column("board", "longtext", "text", override=tables.override("board", "whiteboard_base64")),
)
DATES = (b"2020-02-29 23:59:59.000001", b"2020-07-01 00:00:00")
ROWS: list[list[bytes | None]] = [
    [b"1", b"a", b"e", "é".encode(), rb"\'", *DATES, b"\x00\\\xff", b'{"a": "\\\\"}', STREAM.encode()],
    [b"2", b"", b"", b"", b"", *DATES, b"", b"[]", b""],
    [b"3", *[None] * 9],
    [b"4", b"a\\", b"b\\", b"c\\", "\\ü\n".encode(), *DATES, b"'", b'"\\\\x"', STREAM.encode()],
]


@dataclass(frozen=True)
class Travelled:
    """What a hostile source and a hostile target made of the table."""

    source: Address
    target: Address
    csv: bytes
    digest: int
    staged: Staged


@pytest.fixture(scope="module")
def travelled(
    source_server: SourceServer, postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Travelled]:
    name, password = f"sessions_{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    source_server.create_database(name)
    with source_server.connect(name) as connection, connection.cursor() as cursor:
        cursor.execute("set session time_zone = '+00:00'")
        scratch.create(cursor, TABLE)
        places = ", ".join(["%s"] * len(TABLE.columns))
        for row in ROWS:
            values = [value if number == 7 or value is None else value.decode() for number, value in enumerate(row)]
            cursor.execute(f"insert into t values ({places})", values)
        connection.commit()
    postgres17.create_role_and_database(name, password)
    defaults.of_role(postgres17, name)
    where = scratch.source_address(source_server.url(name))
    to = scratch.target_address(postgres17.url(name, name, password))
    folder = tmp_path_factory.mktemp("sessions")
    with defaults.of_source(source_server):
        file = scratch.exported(where, [TABLE], folder)["t"]
        staged = scratch.landed(to, [(TABLE, file)], folder, folder / "scratch")["t"]
        yield Travelled(where, to, (folder / file.path).read_bytes(), int(file.digest), staged)
    postgres17.drop_role_and_database(name)
    source_server.drop_database(name)


def test_the_defaults_are_hostile(source_server: SourceServer, travelled: Travelled) -> None:
    """Otherwise the others prove nothing."""
    with source_server.connect(travelled.source.database) as connection, connection.cursor() as cursor:
        cursor.execute("select id, fixed from t order by id")
        assert len(cursor.fetchall()) == 2
        cursor.execute("select @@sql_mode")
        assert "PAD_CHAR_TO_FULL_LENGTH" in (cursor.fetchone() or ("",))[0]
    with (
        scratch.psycopg_connection(travelled.target) as one,
        pytest.raises(psycopg.errors.ReadOnlySqlTransaction),
    ):
        one.execute("create table t (id int)")


def test_the_export_is_byte_for_byte_that_of_a_kind_server(travelled: Travelled) -> None:
    board = STREAM.replace("'", "''")
    assert travelled.csv.decode() == (
        "1,'a','e','é','\\''',2020-02-29 23:59:59.000001,2020-07-01 00:00:00,\\x005cff,"
        f"""'{{"a": "\\\\"}}','{board}'\n"""
        "2,'','','','',2020-02-29 23:59:59.000001,2020-07-01 00:00:00,\\x,'[]',''\n"
        "3,,,,,,,,,\n"
        "4,'a\\','b\\','c\\','\\ü\n',2020-02-29 23:59:59.000001,2020-07-01 00:00:00,\\x27,"
        f"""'"\\\\x"','{board}'\n"""
    )


def test_the_digest_is_that_of_a_kind_server(travelled: Travelled) -> None:
    assert travelled.digest == row_text.total(TABLE.columns, ROWS)


def test_what_landed_is_what_was_sent(travelled: Travelled) -> None:
    with target.connect(travelled.target) as connection:
        query = sql.SQL("select {} from {}").format(
            target.trusted(digest.total("postgres", TABLE.columns)), sql.Identifier(LANDING, "t")
        )
        assert int(target.fetch_value(connection, query)) == travelled.staged.value_digest
        names = sql.SQL("id, fixed, padded, latin, words, at, since, bytes, doc::text, board")
        rows = target.fetch_all(
            connection,
            sql.SQL("select {} from {} order by id").format(names, sql.Identifier(LANDING, "t")),
        )
    assert [row[1:5] for row in rows] == [
        ("a", "e".ljust(36), "é", "\\'"),
        ("", " " * 36, "", ""),
        (None,) * 4,
        ("a\\", "b\\".ljust(36), "c\\", "\\ü\n"),
    ]
    assert [row[7] for row in rows] == [b"\x00\\\xff", b"", None, b"'"]
    assert rows[0][8:] == ('{"a": "\\\\"}', base64.b64encode(BOARD).decode())


def test_a_session_outlives_the_servers_patience(source_server: SourceServer, travelled: Travelled) -> None:
    with closing(source.connect(travelled.source)) as connection, target.connect(travelled.target) as landed:
        source.fetch_all(connection, "start transaction with consistent snapshot, read only")
        landed.execute(sql.SQL("begin"))
        time.sleep(1.5)
        assert source.fetch_value(connection, "select sleep(0.3)") == 0
        landed.execute(sql.SQL("select pg_sleep(0.1)"))
        connection.rollback()
        assert source.fetch_value(connection, "select count(*) from t as a, t as b") == len(ROWS) ** 2


def test_sizes_are_those_of_now(source_server: SourceServer, travelled: Travelled) -> None:
    if source_server.kind == "mysql":
        with closing(source.connect(travelled.source)) as connection:
            assert source.fetch_value(connection, "select @@information_schema_stats_expiry") == 0


def test_no_session_writes(travelled: Travelled) -> None:
    with closing(source.connect(travelled.source)) as connection, pytest.raises(Exception, match="READ ONLY"):
        source.fetch_all(connection, "delete from t")
