"""Two systems are exported while a writer moves rows and amounts between their tables: the files show one moment."""

from __future__ import annotations

import csv
import json
import os
import secrets
import signal
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pymysql
import pytest
import structlog
from pymysql.connections import Connection
from pymysql.cursors import Cursor

from runner import log
from runner.catalog.model import Catalog, Column, Key, Table
from runner.errors import ViolationError
from runner.exports import chunks
from runner.exports.origin import Origin
from runner.exports.tasks import CountRows, ExportChunk
from runner.manifest import File, Manifest
from runner.mapping import TableMapping
from runner.mysql import snapshot, source
from runner.mysql.snapshot import BeginSnapshot
from runner.phases.export import Exporter
from runner.run import Run
from runner.settings import Address
from runner.systems import System
from runner.workers import Context, Pool, Task
from tests.corpus import scratch
from tests.corpus.tables import column
from tests.integration import writes
from tests.servers import SourceServer

SYSTEMS = ("left", "right")
PARENTS, CHILDREN, AMOUNT = 3_000, 2, 1_000_000
COLUMNS = {
    "parent": (column("id", "char(36)", "uuid", nullable=False), column("words", "text", "text")),
    "child": (column("id", "char(36)", "uuid", nullable=False), column("parent", "char(36)", "uuid")),
    "account": (column("id", "int", "integer", nullable=False), column("amount", "bigint", "bigint")),
}


class Toy(System):
    """A system of three tables that is nowhere on disk."""

    source_catalog = Catalog(
        engine="mysql",
        database="toy",
        server_version="",
        tables={
            name: Table(
                name,
                tuple(Column(one.name, one.source_type, one.nullable) for one in columns),
                Key(None, ("id",)),
                (),
                (),
                (),
                (),
            )
            for name, columns in COLUMNS.items()
        },
        enums={},
        sequences=(),
        extensions=(),
    )


def mappings(system: str) -> dict[str, TableMapping]:
    return {name: TableMapping(system, name, columns, ("id",)) for name, columns in COLUMNS.items()}


@dataclass(frozen=True)
class DieAtBegin(BeginSnapshot):
    """A worker that is killed when it should start its transaction."""

    def __call__(self, context: Context) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Writer(threading.Thread):
    """Inserts families and moves an amount, each time in one transaction over both databases."""

    def __init__(self, connection: Connection[Cursor], databases: dict[str, str]) -> None:
        super().__init__()
        self._connection, self._databases = connection, databases
        self._stop_asked = threading.Event()
        self.commits: list[float] = []
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            with self._connection.cursor() as cursor:
                while not self._stop_asked.is_set():
                    family(cursor, self._databases)
                    self._connection.commit()
                    self.commits.append(time.monotonic())
        except Exception as error:  # noqa: BLE001 - told by the test, not by the thread
            self.error = error

    def __enter__(self) -> Writer:
        self.start()
        while not self.commits and self.is_alive():
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_asked.set()
        self.join(30)
        assert not self.is_alive()
        assert self.error is None

    @property
    def longest_wait(self) -> float:
        return max(after - before for before, after in pairwise(self.commits))


def family(cursor: Cursor, databases: dict[str, str]) -> None:
    """A parent in the left database, its children in both, and one unit from the left account to the right one."""
    left, right = (databases[name] for name in SYSTEMS)
    parent = str(uuid.uuid4())
    cursor.execute(f"insert into {left}.child values (uuid(), %s)", (parent,))
    cursor.execute(f"update {right}.account set amount = amount + 1 where id = 1")
    cursor.execute(f"insert into {left}.parent values (%s, repeat('x', 200))", (parent,))
    cursor.execute(f"update {left}.account set amount = amount - 1 where id = 1")
    cursor.execute(f"insert into {left}.child values (uuid(), %s)", (parent,))
    cursor.execute(f"insert into {right}.child values (uuid(), %s)", (parent,))


@dataclass(frozen=True)
class Sources:
    """Two databases of one server, and accounts that may read them."""

    server: SourceServer
    databases: dict[str, str]

    def addresses(self, *privileges: str) -> dict[str, Address]:
        account, password = f"reader_{secrets.token_hex(4)}", secrets.token_urlsafe(12)
        self.server.create_account(account, password, privileges)
        return {
            system: scratch.source_address(self.server.url(database, account, password))
            for system, database in self.databases.items()
        }

    @contextmanager
    def admin(self) -> Iterator[Cursor]:
        with self.server.connect() as connection, connection.cursor() as cursor:
            cursor.execute("set session lock_wait_timeout = 5")
            yield cursor
            connection.commit()

    def writer(self) -> Writer:
        return Writer(self.server.connect(), self.databases)

    def value(self, statement: str) -> Any:
        with self.admin() as cursor:
            cursor.execute(statement)
            return (cursor.fetchone() or (None,))[0]


@pytest.fixture(scope="module")
def sources(source_server: SourceServer) -> Iterator[Sources]:
    databases = {name: f"{name}_{secrets.token_hex(4)}" for name in SYSTEMS}
    with source_server.connect() as connection, connection.cursor() as cursor:
        for name, database in databases.items():
            cursor.execute(f"create database {database} character set utf8mb4")
            cursor.execute(f"use {database}")
            for mapping in mappings(name).values():
                scratch.create(cursor, mapping)
            cursor.execute("insert into account values (1, %s)", (AMOUNT,))
        _families(cursor, databases)
        for database in databases.values():
            cursor.execute(f"analyze table {database}.parent, {database}.child")
            cursor.fetchall()
        connection.commit()
    yield Sources(source_server, databases)
    for database in databases.values():
        source_server.drop_database(database)


def _families(cursor: Cursor, databases: dict[str, str]) -> None:
    parents = [(str(uuid.uuid4()),) for _ in range(PARENTS)]
    cursor.executemany(f"insert into {databases['left']}.parent values (%s, repeat('x', 200))", parents)
    for database, number in ((databases["left"], CHILDREN), (databases["right"], 1)):
        cursor.executemany(f"insert into {database}.child values (uuid(), %s)", parents * number)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "TARGET_BYTES", 1 << 17)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    log.configure(tmp_path, "run", console=False)
    yield Run("run", tmp_path)
    structlog.reset_defaults()


def exported(run: Run, addresses: dict[str, Address], jobs: int = 2) -> dict[str, Manifest]:
    """The export as the pipeline runs it."""
    origins = []
    for name, where in addresses.items():
        with closing(source.connect(where)) as connection:
            origins.append(Origin(Toy(name), mappings(name), {}, where, source.server(connection)))
    exporter = Exporter(run, origins)

    def accept(task: Task, result: object) -> Iterable[Task]:
        if isinstance(task, ExportChunk) and isinstance(result, File):
            exporter.accept(task, result)
        elif isinstance(task, CountRows) and isinstance(result, int):
            exporter.count(task, result)
        return []

    with Pool(jobs, run.folder, run.run_id) as pool:
        exporter.begin(pool)
        tasks, _ = exporter.keep(pool)
        pool.run(tasks, accept)
    return exporter.finish()


def rows(run: Run, system: str, table: str, manifests: dict[str, Manifest]) -> list[list[str]]:
    folder = run.export_folder(system)
    found = []
    for file in manifests[system].table(table).files:
        with (folder / file.path).open(newline="", encoding="utf-8") as stream:
            found += list(csv.reader(stream, strict=True, quotechar=file.quote))
    return found


def ids(run: Run, system: str, table: str, manifests: dict[str, Manifest], position: int = 0) -> list[str]:
    return [row[position] for row in rows(run, system, table, manifests)]


def events(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run.folder / "log.jsonl").read_text().splitlines()]


@pytest.mark.usefixtures("small_chunks")
def test_files_of_several_workers_show_one_moment(sources: Sources, run: Run) -> None:
    before = int(sources.value(f"select count(*) from {sources.databases['left']}.parent"))
    with sources.writer() as writer:
        started = time.monotonic()
        manifests = exported(run, sources.addresses("SELECT", "RELOAD"))
        finished = time.monotonic()
    parents = ids(run, "left", "parent", manifests)
    assert len(parents) == len(set(parents)) > before
    # Families that came while the files were written are not in them.
    assert sum(started < at < finished for at in writer.commits) > 10
    assert len(parents) < sources.value(f"select count(*) from {sources.databases['left']}.parent")
    assert sorted(ids(run, "left", "child", manifests, 1)) == sorted(parents * CHILDREN)
    assert sorted(ids(run, "right", "child", manifests, 1)) == sorted(parents)
    amounts = [int(ids(run, name, "account", manifests, 1)[0]) for name in SYSTEMS]
    assert sum(amounts) == 2 * AMOUNT
    assert amounts[0] == AMOUNT - (len(parents) - PARENTS)


@pytest.mark.usefixtures("small_chunks")
def test_the_manifest_says_how_the_snapshot_was_taken(sources: Sources, run: Run) -> None:
    manifests = exported(run, sources.addresses("SELECT", "RELOAD", "REPLICATION CLIENT"))
    # As many as the server's statistics ask for, not one for each of the 256 prefixes.
    assert 3 < len(manifests["left"].table("parent").files) < 64
    taken = {name: one.snapshot for name, one in manifests.items()}
    assert taken["left"] == taken["right"]
    assert taken["left"].method == "global read lock"
    status = "show binary log status" if sources.server.kind == "mysql" else "show master status"
    with sources.admin() as cursor:
        cursor.execute(status)
        now = cursor.fetchone() or ()
    assert (taken["left"].position["file"], taken["left"].position["offset"]) == (now[0], str(now[1]))
    assert [one.source.kind for one in manifests.values()] == [sources.server.kind] * 2
    assert not [event for event in events(run) if event["level"] == "warning"]


def test_without_the_lock_one_worker_reads_everything(sources: Sources, run: Run) -> None:
    with sources.writer() as writer:
        started = time.monotonic()
        manifests = exported(run, sources.addresses("SELECT"))
        finished = time.monotonic()
    assert sum(started < at < finished for at in writer.commits) > 10
    parents = ids(run, "left", "parent", manifests)
    assert sorted(ids(run, "left", "child", manifests, 1)) == sorted(parents * CHILDREN)
    assert int(ids(run, "left", "account", manifests, 1)[0]) == AMOUNT - (len(parents) - PARENTS)
    # The right database is another transaction of the same worker, a moment later.
    others = ids(run, "right", "child", manifests, 1)
    assert int(ids(run, "right", "account", manifests, 1)[0]) == AMOUNT + (len(others) - PARENTS)
    assert {one.snapshot.method for one in manifests.values()} == {"single transaction"}
    warnings = [event for event in events(run) if event["level"] == "warning"]
    assert [(event["event"], event["system"], event["phase"]) for event in warnings] == [
        ("single worker", name, "export") for name in SYSTEMS
    ]
    assert all("RELOAD" in event["outcome"] for event in warnings)


@dataclass(frozen=True)
class Forget:
    """Ends a worker's transactions and connections."""

    def __call__(self, context: Context) -> None:
        context.close()
        context.kept.clear()


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    with Pool(2, tmp_path_factory.mktemp("workers"), "run") as pool:
        yield pool


@pytest.fixture
def pool(workers: Pool) -> Iterator[Pool]:
    """Two workers that are not yet connected."""
    yield workers
    workers.broadcast(Forget())


def test_the_lock_is_gone_before_the_first_row_is_read(sources: Sources, pool: Pool) -> None:
    addresses = sources.addresses("SELECT", "RELOAD")
    with sources.writer() as writer:
        snapshot.take(pool, addresses)
        counts = pool.broadcast(CountRows("left", "parent", addresses["left"]))
        at = len(writer.commits)
        while len(writer.commits) < at + 20 and writer.is_alive():
            time.sleep(0.01)
        assert pool.broadcast(CountRows("left", "parent", addresses["left"])) == counts
    assert counts[0] == counts[1]
    assert writer.longest_wait < 5


def can_write(sources: Sources) -> None:
    with sources.admin() as cursor:
        family(cursor, sources.databases)


def test_the_lock_does_not_outlive_an_error(sources: Sources, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> dict[str, str]:
        with pytest.raises(pymysql.err.MySQLError), sources.admin() as cursor:
            cursor.execute("set session lock_wait_timeout = 1")
            family(cursor, sources.databases)
        raise RuntimeError("while the lock stood")

    monkeypatch.setattr(snapshot, "position", fail)
    with pytest.raises(RuntimeError, match="while the lock stood"):
        snapshot.take(pool, sources.addresses("SELECT", "RELOAD"))
    can_write(sources)


def test_the_lock_does_not_outlive_a_worker(sources: Sources, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "BeginSnapshot", DieAtBegin)
    with pytest.raises(ViolationError, match="worker 0 ended unexpectedly"), Pool(1, run.folder, "run") as pool:
        snapshot.take(pool, sources.addresses("SELECT", "RELOAD"))
    can_write(sources)


def test_a_lock_that_is_not_granted(sources: Sources, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    shorter = [one for one in source._SESSION if "lock_wait" not in one]
    monkeypatch.setattr(source, "_SESSION", (*shorter, "SET SESSION lock_wait_timeout = 1"))
    with sources.admin() as cursor:
        cursor.execute(f"lock tables {sources.databases['left']}.parent write")
        with pytest.raises(ViolationError, match=r"a lock was not granted in 30 s \(taking the global read lock\)"):
            snapshot.take(pool, sources.addresses("SELECT", "RELOAD"))
        cursor.execute("unlock tables")
    can_write(sources)


@pytest.mark.parametrize("change", ["truncate table {}", "alter table {} engine = InnoDB", "drop table {}"])
def test_a_table_changed_after_the_snapshot_is_never_read_as_empty(
    sources: Sources, pool: Pool, change: str, tmp_path: Path
) -> None:
    name = f"doomed_{secrets.token_hex(4)}"
    table = f"{sources.databases['right']}.{name}"
    with sources.admin() as cursor:
        cursor.execute(f"create table {table} (id int primary key, amount bigint)")
        cursor.execute(f"insert into {table} values (1, 1), (2, 2)")
    addresses = sources.addresses("SELECT", "RELOAD")
    snapshot.take(pool, addresses)
    with sources.admin() as cursor:
        cursor.execute(change.format(table))
    task = ExportChunk(
        chunks.Chunk("right", name, 1, None, None, None, 0),
        TableMapping("right", name, COLUMNS["account"], ("id",)),
        addresses["right"],
        tmp_path,
    )
    with pytest.raises(ViolationError, match=f"reading {name} failed with MySQL error"):
        pool.broadcast(task, only=[1])
    assert not (tmp_path / name / "0001.csv").exists()


def test_the_source_is_only_read(sources: Sources, run: Run) -> None:
    addresses = sources.addresses("ALL PRIVILEGES")
    before = writes.counted(sources.server)
    exported(run, addresses)
    assert writes.counted(sources.server) == before


@pytest.mark.parametrize(
    "statement",
    [
        "insert into account values (9, 9)",
        "update account set amount = 0",
        "delete from account",
        "create table x (a int)",
    ],
)
def test_a_session_may_not_write_even_when_its_account_may(sources: Sources, statement: str) -> None:
    with closing(source.connect(sources.addresses("ALL PRIVILEGES")["left"])) as connection:
        with pytest.raises(pymysql.err.MySQLError) as caught:
            source.fetch_all(connection, statement)
        assert caught.value.args[0] == 1792  # not in a READ ONLY transaction
