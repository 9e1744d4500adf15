"""A value of 100 MB travels like any other: MySQL, CSV, DuckDB, Postgres, with equal digests."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import pytest

from runner.manifest import File
from runner.phases.verify import table_digest
from runner.postgres import target
from runner.settings import Address
from runner.systems import LANDING
from tests.corpus import scratch
from tests.corpus.tables import column, table
from tests.servers import MySQL, Postgres

SIZE = 100_000_000
PIECE = '"x\n,'
TABLE = table(column("id", "int", "integer", nullable=False), column("words", "longtext", "text"))
_PACKET = 256 << 20
T = TypeVar("T")


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


def weighed(work: Callable[..., T], *arguments: object) -> tuple[T, int]:
    """What some work gives in a process of its own, and by how many bytes its memory grew at most."""
    with ProcessPoolExecutor(1, get_context("spawn")) as processes:
        return processes.submit(_weighed, work, arguments).result()


def _weighed(work: Callable[..., T], arguments: tuple[object, ...]) -> tuple[T, int]:
    before = _most_memory()
    return work(*arguments), _most_memory() - before


def _most_memory() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def export(where: Address, folder: Path) -> File:
    return scratch.exported(where, [TABLE], folder)["t"]


def stage(where: Address, file: File, folder: Path) -> int:
    return scratch.landed(where, [(TABLE, file)], folder, folder / "scratch")["t"].value_digest


def test_a_value_of_a_hundred_megabytes(source_url: str, postgres17: Postgres, tmp_path: Path) -> None:
    name, password = f"large_{secrets.token_hex(4)}", secrets.token_hex(8)
    postgres17.create_role_and_database(name, password)
    where = scratch.target_address(postgres17.url(name, name, password))
    file, of_export = weighed(export, scratch.source_address(source_url), tmp_path)
    assert file.longest_line > SIZE * 5 // 4
    value_digest, of_stage = weighed(stage, where, file, tmp_path)
    # Measured 3.2 and 3.7 lines: one copy more would be too many for a run of 600 MB and three lines.
    assert SIZE < of_export < 3.5 * file.longest_line
    assert SIZE < of_stage < 4 * file.longest_line
    assert value_digest == int(file.digest)
    with target.connect(where) as connection:
        assert table_digest(connection, where, TABLE, LANDING) == (2, int(file.digest))
        (sizes,) = connection.execute("select array_agg(octet_length(words) order by id) from convergence_landing.t")
        assert sizes == ([SIZE, 5],)
