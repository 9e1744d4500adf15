"""A value of 100 MB travels like any other: MySQL, CSV, DuckDB, Postgres, with equal digests."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.phases.verify import table_digest
from runner.postgres import target
from runner.systems import LANDING
from tests.corpus import scratch
from tests.corpus.tables import column, table
from tests.servers import MySQL, Postgres

SIZE = 100_000_000
PIECE = '"x\n,'
TABLE = table(column("id", "int", "integer", nullable=False), column("words", "longtext", "text"))
_PACKET = 256 << 20


@pytest.fixture
def source_url(mysql: MySQL) -> Iterator[str]:
    """A database with one small row and one large one, on a server that sends it in one packet."""
    name = f"large_{secrets.token_hex(4)}"
    with mysql.connect() as connection, connection.cursor() as cursor:
        cursor.execute("select @@global.max_allowed_packet")
        ((former,),) = cursor.fetchall()
        cursor.execute(f"set global max_allowed_packet = {_PACKET}")
    mysql.create_database(name)
    try:
        with mysql.connect(name) as connection, connection.cursor() as cursor:
            scratch.create(cursor, TABLE)
            cursor.execute("insert into t values (1, repeat(%s, %s)), (2, 'small')", (PIECE, SIZE // len(PIECE)))
            connection.commit()
        yield mysql.url(name)
    finally:
        with mysql.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"set global max_allowed_packet = {former}")


def test_a_value_of_a_hundred_megabytes(source_url: str, postgres17: Postgres, tmp_path: Path) -> None:
    name, password = f"large_{secrets.token_hex(4)}", secrets.token_hex(8)
    postgres17.create_role_and_database(name, password)
    where = scratch.target_address(postgres17.url(name, name, password))
    files = scratch.exported(scratch.source_address(source_url), [TABLE], tmp_path)
    assert files["t"].longest_line > SIZE * 5 // 4
    landed = scratch.landed(where, [(TABLE, files["t"])], tmp_path, tmp_path / "scratch")
    assert landed["t"].value_digest == int(files["t"].digest)
    with target.connect(where) as connection:
        assert table_digest(connection, where, TABLE, LANDING) == (2, int(files["t"].digest))
        (sizes,) = connection.execute("select array_agg(octet_length(words) order by id) from convergence_landing.t")
        assert sizes == ([SIZE, 5],)
