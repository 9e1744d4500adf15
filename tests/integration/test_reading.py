"""JSON printed once gives the same files and digests as JSON printed twice, on a real MySQL."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from runner.exports.chunks import Chunk
from runner.exports.tasks import ExportChunk
from runner.mysql import reading, source
from runner.workers import Context
from tests.corpus import scratch
from tests.corpus.tables import SYSTEM, column, table
from tests.servers import MySQL

MAPPING = table(
    column("id", "int", "integer", nullable=False),
    column("first", "json", "json"),
    column("second", "json", "json", nullable=False),
    column("words", "varchar(20)", "character varying(20)"),
)
DOCUMENTS = [
    None,
    "{}",
    "[]",
    "null",
    "0.10",
    '"a\\u0000b"',
    '{"b": [1e308], "a": "\\ud83d\\ude00"}',
    '"' + "x" * 300_000 + '"',
]


@pytest.fixture
def database(mysql: MySQL) -> Iterator[str]:
    name = f"toy_{secrets.token_hex(4)}"
    mysql.create_database(name)
    with mysql.connect(name) as connection, connection.cursor() as cursor:
        scratch.create(cursor, MAPPING)
        for number, document in enumerate(DOCUMENTS):
            cursor.execute("insert into t values (%s, %s, %s, 'w')", (number, document, document or '"none"'))
        connection.commit()
    yield mysql.url(name)
    mysql.drop_database(name)


def test_printed_once_is_printed_the_same(database: str, tmp_path: Path) -> None:
    where = scratch.source_address(database)
    with closing(source.connect(where)) as connection:
        assert reading.prints_once(connection)
        context = Context(0, {f"source {SYSTEM}": connection})
        chunk = Chunk(SYSTEM, "t", 1, None, None, None, 0)
        once, twice = (ExportChunk(chunk, MAPPING, where, tmp_path, json_once=once)(context) for once in (True, False))
    assert once.model_copy(update={"seconds": 0}) == twice.model_copy(update={"seconds": 0})
    assert once.rows == len(DOCUMENTS)
