"""What only Postgres refuses while a file is copied is told like everything else: file, line, key, column, rule."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from psycopg import sql

from runner.errors import ViolationError
from runner.mapping import TableMapping
from runner.mysql.packets import Row
from runner.phases.stage import StageFile
from runner.postgres import landing, target
from runner.settings import Address
from runner.workers import Context
from tests.corpus.scratch import target_address
from tests.corpus.tables import SYSTEM, column, exported, table
from tests.servers import Postgres

TABLE = table(column("id", "int", "integer"), column("note", "text", "text"), column("j", "json", "json"))
SECRET = "unbelievable"


@pytest.fixture
def where(postgres17: Postgres) -> Address:
    """A database of a role that owns nothing else."""
    name, password = f"refusing_{secrets.token_hex(4)}", secrets.token_hex(8)
    postgres17.create_role_and_database(name, password)
    return target_address(postgres17.url(name, name, password))


def staged(where: Address, rows: list[Row], folder: Path, mapping: TableMapping = TABLE, prepare: str = "") -> None:
    """Stage rows into an empty landing, on which a statement was run before."""
    file = exported(folder, mapping, rows)
    landing.prepare(where, [mapping], whole=True)
    if prepare:
        with target.connect(where) as connection:
            connection.execute(target.trusted(prepare))
    context = Context(0)
    try:
        StageFile(mapping, file, folder, folder / "scratch", where)(context)
    finally:
        context.close()


def arrived(where: Address) -> int:
    with target.connect(where) as connection:
        return int(target.fetch_value(connection, sql.SQL("SELECT count(*) FROM convergence_landing.t")))


def refused(where: Address, rows: list[Row], folder: Path, prepare: str = "") -> ViolationError:
    with pytest.raises(ViolationError) as caught:
        staged(where, rows, folder, prepare=prepare)
    assert arrived(where) == 0
    assert SECRET not in str(caught.value)
    return caught.value


def rows(*documents: bytes) -> list[Row]:
    return [[str(number).encode(), b"two\nlines", document] for number, document in enumerate(documents, 1)]


@pytest.mark.parametrize(
    "wrong", [b"{", b"", b'{"unbelievable": }', b'["\x00"]', b"[1,]", b"NaN", b"'unbelievable'", b'["unbelievable]']
)
def test_json_that_is_none(where: Address, tmp_path: Path, wrong: bytes) -> None:
    error = refused(where, rows(b"[1]", b"[2]", wrong, b"[4]", wrong), tmp_path)
    first = error.violations[0]
    assert (first.system, first.table, first.column, first.kind) == (SYSTEM, "t", "j", "not_json")
    assert (first.rows, first.sample_keys, first.file, first.line) == (2, ("3", "5"), "t/0001.csv", 5)
    assert str(error).startswith("stage: ")


def test_what_no_cast_of_ours_foresaw(where: Address, tmp_path: Path) -> None:
    narrower = "ALTER TABLE convergence_landing.t ALTER note TYPE varchar(9)"
    found = rows(b"[1]", b"[2]", b"[3]")
    found[1][1] = SECRET.encode()
    (violation,) = refused(where, found, tmp_path, prepare=narrower).violations
    assert (violation.table, violation.kind, violation.rule) == ("t", "StringDataRightTruncation", "SQLSTATE 22001")
    assert (violation.sample_keys, violation.file, violation.line) == (("2",), "t/0001.csv", 3)


def test_json_nested_deeper_than_postgres_can_follow(where: Address, tmp_path: Path) -> None:
    (violation,) = refused(where, rows(b"[1]", b"[" * 200_000 + b"]" * 200_000), tmp_path).violations
    assert (violation.kind, violation.rule) == ("StatementTooComplex", "SQLSTATE 54001")
    assert (violation.column, violation.sample_keys, violation.line) == ("j", ("2",), 3)


def test_json_nested_deeper_than_python_can_follow_arrives(where: Address, tmp_path: Path) -> None:
    staged(where, rows(b"[" * 2_000 + b"]" * 2_000), tmp_path)
    assert arrived(where) == 1


def test_what_is_right_arrives(where: Address, tmp_path: Path) -> None:
    staged(where, rows(b'{"a": [1, 2.50, null]}', b'"\xf0\x9f\x98\x80"', b" [ ] "), tmp_path)
    assert arrived(where) == 3
