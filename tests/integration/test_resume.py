"""A run that was killed goes on: what was finished is kept when it still holds, and all files show one moment."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from psycopg import sql
from pydantic import SecretStr

from runner import log, manifest, mapping, run
from runner.errors import RefusalError
from runner.exports import chunks
from runner.manifest import File, Manifest
from runner.mysql import source
from runner.phases.stage import StageFile
from runner.postgres import build, landing, target
from runner.postgres.landing import Staged
from runner.run import Run
from runner.runs import lock
from runner.runs.state import State
from runner.settings import Address
from runner.systems import LANDING
from runner.workers import Context
from tests.corpus.scratch import target_address
from tests.integration.attempts import KRATOS, MAPPINGS, Export, leave_out_letters
from tests.integration.deployment import fill
from tests.servers import MySQL, Postgres

BASIS = mapping.fingerprint(MAPPINGS.values())


@pytest.fixture(scope="module")
def kratos(mysql: MySQL) -> Iterator[str]:
    """A source of Kratos, named by its database."""
    name = f"kratos_{secrets.token_hex(4)}"
    fill(mysql, KRATOS, name, seed=41)
    leave_out_letters(mysql, name)
    with mysql.connect(name) as connection, connection.cursor() as cursor:
        # As ids are that begin with a time, all of a few seconds.
        cursor.execute("set session foreign_key_checks = 0")
        cursor.execute(
            "insert into session_devices "
            "(id, ip_address, user_agent, location, nid, session_id, created_at, updated_at) "
            "select concat('018f5e2b-', hex(4096 + row_number() over ()), substr(one.id, 14)), one.ip_address, "
            "one.user_agent, one.location, one.nid, uuid(), one.created_at, one.updated_at "
            "from session_devices as one, session_devices as two"
        )
        connection.commit()
        cursor.execute("analyze table session_devices, identities")
        cursor.fetchall()
    yield name
    mysql.drop_database(name)


@pytest.fixture(scope="module")
def exports() -> list[Export]:
    """Every export that was made for `export`."""
    return []


@pytest.fixture
def export(
    mysql: MySQL,
    kratos: str,
    exports: list[Export],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Export:
    """A whole export of a run, to be damaged: a copy of one that is made anew only when the source has moved since."""
    monkeypatch.setattr(chunks, "TARGET_BYTES", 1 << 12)
    where = source.address(SecretStr(mysql.url(kratos)), "SOURCE")
    if not exports or exports[-1].moved:
        exports.append(Export(mysql, run.create(tmp_path_factory.mktemp("exports")), where))
        log.configure(None, exports[-1].run.run_id, console=False)
        exports[-1].attempt(resume=False)
    whole = exports[-1]
    here = Run(whole.run.run_id, tmp_path / whole.run.run_id)
    shutil.copytree(whole.run.folder, here.folder)
    log.configure(None, here.run_id, console=False)
    return replace(whole, run=here, read=[*whole.read])


LOST = ("identities/0001.csv", "sessions/0001.csv")


def test_finished_chunks_are_not_read_again(export: Export) -> None:
    every = sorted(export.read)
    before = {path: (export.folder / path).stat().st_ino for path in every}
    export.killed(*LOST)
    written = export.attempt(resume=True)
    assert sorted(export.read) == sorted(LOST)
    assert sorted(export.kept) == [path for path in every if path not in LOST]
    assert sorted(file.path for table in written.tables for file in table.files) == every
    assert [path for path in export.kept if (export.folder / path).stat().st_ino != before[path]] == []
    for table in written.tables:
        for file in table.files:
            manifest.verify_file(export.folder, file)


def test_a_damaged_file_is_read_again(export: Export) -> None:
    export.killed()
    path = export.folder / "networks/0001.csv"
    path.write_bytes(path.read_bytes().replace(b"-", b"+", 1))
    written = export.attempt(resume=True)
    assert export.read == ["networks/0001.csv"]
    assert export.again == ["kratos.networks/0001.csv: the file is not as it was written"]
    manifest.verify_file(export.folder, written.table("networks").files[0])


def test_chunks_whose_rows_changed_are_read_again_so_that_all_show_the_new_moment(export: Export) -> None:
    first = export.attempt(resume=False)
    export.killed(*LOST)
    export.write("update identities set state = concat(state, 'x') limit 1")
    export.write("delete from identity_verifiable_addresses limit 1")
    try:
        second = export.attempt(resume=True)
        assert sorted(export.read) == sorted({*LOST, "identity_verifiable_addresses/0001.csv"})
        assert export.again == ["kratos.identity_verifiable_addresses/0001.csv: its rows changed in the source"]
        assert second.snapshot.taken_at > first.snapshot.taken_at
        fresh = Export(export.server, run.create(export.run.folder.parent), export.where)
        assert _digests(second) == _digests(fresh.attempt(resume=False)) != _digests(first)
        assert State(export.run.folder).shown("kratos") == second.snapshot
    finally:
        export.write("update identities set state = left(state, char_length(state) - 1) where state like '%x'")


def _digests(written: Manifest) -> dict[str, tuple[int, int]]:
    return {table.name: (table.rows, table.digest) for table in written.tables}


def test_writes_elsewhere_cost_digests_and_no_file(export: Export) -> None:
    export.killed(*LOST)
    export.write("create table if not exists elsewhere (id int)")
    export.write("drop table elsewhere")
    export.attempt(resume=True)
    assert sorted(export.read) == sorted(LOST)


def test_without_a_position_the_source_digests_every_chunk(export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    log.configure(export.run.folder, export.run.run_id, console=False)
    export.killed(*LOST)
    export.attempt(resume=True)
    assert _said(export.run) == ["has not moved"]
    monkeypatch.setattr("runner.mysql.snapshot.position", lambda _: {})
    export.killed(*LOST)
    export.attempt(resume=True)
    assert _said(export.run) == ["has not moved", "may have moved: finished chunks are digested"]
    assert sorted(export.read) == sorted(LOST)


def _said(here: Run) -> list[str]:
    events = [json.loads(line) for line in (here.folder / "log.jsonl").read_text().splitlines()]
    return [event["outcome"] for event in events if event["event"] == "source"]


def test_other_rules_make_another_export(export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    every = sorted(export.read)
    export.killed(*LOST)
    monkeypatch.setattr("runner.mapping.fingerprint", lambda _: "other rules")
    export.attempt(resume=True)
    assert export.kept == []
    assert sorted(export.read) == every


@dataclass
class Arrivals:
    """A target and the files of an export that arrive there."""

    where: Address
    run: Run
    export: Manifest
    server: Postgres

    @property
    def files(self) -> list[File]:
        return [file for table in self.export.tables for file in table.files]

    def stage(self, files: Iterable[File]) -> dict[str, Staged]:
        context = Context(0)
        folder, scratch = self.run.export_folder("kratos"), self.run.folder / "scratch"
        try:
            return {
                file.path: StageFile(MAPPINGS[file.path.partition("/")[0]], file, folder, scratch, self.where)(context)
                for file in files
            }
        finally:
            context.close()

    def rows(self, table: str) -> int:
        with target.connect(self.where) as connection:
            return int(
                target.fetch_value(connection, sql.SQL("SELECT count(*) FROM {}").format(landing.table_name(table)))
            )


@pytest.fixture
def arrivals(export: Export, postgres17: Postgres, fresh_target: Callable[[Postgres], str]) -> Arrivals:
    """Half of an export landed."""
    written = manifest.read(export.folder)
    made = Arrivals(target_address(fresh_target(postgres17)), export.run, written, postgres17)
    landing.prepare(made.where, MAPPINGS.values(), whole=True, mark="mine")
    return made


def test_landed_files_are_known_with_their_digests(arrivals: Arrivals) -> None:
    half = arrivals.files[::2]
    staged = arrivals.stage(half)
    found = landing.resume(arrivals.where, MAPPINGS.values(), ("mine", ""), arrivals.files, {})
    assert {path: (one.rows, one.value_digest, one.touched) for path, one in found.items()} == {
        path: (one.rows, one.value_digest, one.touched) for path, one in staged.items()
    }
    assert landing.missing(arrivals.where, arrivals.files) == [file.path for file in arrivals.files if file not in half]
    for table in arrivals.export.tables:
        assert arrivals.rows(table.name) == sum(file.rows for file in table.files if file in half)


def test_rows_of_a_file_that_changed_are_emptied(arrivals: Arrivals) -> None:
    arrivals.stage(arrivals.files)
    changed = arrivals.export.table("identities").files[0]
    files = [file.model_copy(update={"sha256": "0" * 64}) if file == changed else file for file in arrivals.files]
    found = landing.resume(arrivals.where, MAPPINGS.values(), ("mine", ""), files, {})
    assert arrivals.rows("identities") == 0
    assert set(found) == {file.path for file in arrivals.files} - {
        file.path for file in arrivals.export.table("identities").files
    }
    assert arrivals.rows("sessions") == arrivals.export.table("sessions").rows > 0


@pytest.mark.parametrize("name", ["identities", "session_devices"])
def test_only_the_rows_of_a_range_that_changed_are_removed(arrivals: Arrivals, name: str) -> None:
    arrivals.stage(arrivals.files)
    table = arrivals.export.table(name)
    assert len(table.files) > 2
    ranges = {chunk.path: chunk for chunk, _ in State(arrivals.run.folder).planned("kratos", BASIS)}
    deep = [file for file in table.files if "-" in str(ranges[file.path].low)]
    assert bool(deep) == (name == "session_devices")
    for changed in (table.files[0], table.files[1], *deep[:1], table.files[-1]):
        files = [file.model_copy(update={"sha256": "0" * 64}) if file == changed else file for file in arrivals.files]
        found = landing.resume(arrivals.where, MAPPINGS.values(), ("mine", ""), files, ranges)
        assert set(found) == {file.path for file in arrivals.files} - {changed.path}
        assert arrivals.rows(table.name) == table.rows - changed.rows
        arrivals.stage([changed])
        assert arrivals.rows(table.name) == table.rows


def test_a_range_that_holds_other_rows_than_arrived_empties_its_table(arrivals: Arrivals) -> None:
    arrivals.stage(arrivals.files)
    table = max(arrivals.export.tables, key=lambda one: len(one.files))
    ranges = {chunk.path: chunk for chunk, _ in State(arrivals.run.folder).planned("kratos", BASIS)}
    ranges[table.files[0].path] = ranges[table.files[1].path]
    files = [file for file in arrivals.files if file != table.files[0]]
    with target.connect(arrivals.where) as connection:
        connection.execute("UPDATE convergence_landing.journal SET rows = rows + 1")
    found = landing.resume(arrivals.where, MAPPINGS.values(), ("mine", ""), files, ranges)
    assert arrivals.rows(table.name) == 0
    assert not [path for path in found if path.startswith(f"{table.name}/")]


def test_rows_of_the_run_that_is_taken_over_stay(arrivals: Arrivals) -> None:
    arrivals.stage(arrivals.files)
    found = landing.resume(arrivals.where, MAPPINGS.values(), ("later", "mine"), arrivals.files, {})
    assert set(found) == {file.path for file in arrivals.files}
    assert landing.resume(arrivals.where, MAPPINGS.values(), ("later", ""), arrivals.files, {}) == found
    assert arrivals.rows("identities") == arrivals.export.table("identities").rows


def test_rows_of_another_run_are_not_taken_over(arrivals: Arrivals) -> None:
    arrivals.stage(arrivals.files)
    assert landing.resume(arrivals.where, MAPPINGS.values(), ("somebody else's", ""), arrivals.files, {}) == {}
    assert arrivals.rows("identities") == 0
    assert len(landing.missing(arrivals.where, arrivals.files)) == len(arrivals.files)


def test_a_crash_of_the_server_takes_rows_and_their_journal_together(arrivals: Arrivals) -> None:
    arrivals.stage(arrivals.files)
    arrivals.server.kill()
    arrivals.server.start()
    assert arrivals.rows("identities") == 0
    assert len(landing.missing(arrivals.where, arrivals.files)) == len(arrivals.files)
    assert landing.resume(arrivals.where, MAPPINGS.values(), ("mine", ""), arrivals.files, {}) == {}
    arrivals.stage(arrivals.files)
    assert landing.missing(arrivals.where, arrivals.files) == []
    assert arrivals.rows("identities") == arrivals.export.table("identities").rows


def test_a_copy_that_was_killed_left_neither_rows_nor_note(arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch) -> None:
    file = arrivals.export.table("identities").files[0]

    def killed(connection: target.Connection, *_: object) -> None:
        with arrivals.server.connect() as admin:
            admin.execute("select pg_terminate_backend(%s)", (connection.info.backend_pid,))
        connection.execute("select 1")

    with monkeypatch.context() as patched:
        patched.setattr(landing, "note", killed)
        with pytest.raises(Exception, match="connection was lost"):
            arrivals.stage([file])
    assert arrivals.rows("identities") == 0
    arrivals.stage([file])
    assert arrivals.rows("identities") == file.rows


def test_a_gone_landing_misses_everything(arrivals: Arrivals) -> None:
    with target.connect(arrivals.where) as connection:
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(LANDING)))
    assert len(landing.missing(arrivals.where, arrivals.files)) == len(arrivals.files)


@pytest.fixture
def locked(postgres17: Postgres, fresh_target: Callable[[Postgres], str]) -> Address:
    return target_address(fresh_target(postgres17))


def test_a_target_is_for_one_task(locked: Address) -> None:
    with (
        lock.targets([locked], "migrate", "run-1") as held,
        pytest.raises(
            RefusalError, match=r"convergence migrate run-1 \(session \d+, since 20.*Z\) works on it"
        ) as caught,
        lock.targets([locked], "load", "run-2"),
    ):
        pytest.fail("two hold it")
    assert caught.value.exit_code == 3
    del held
    with lock.targets([locked], "load", "run-2") as second:
        second.confirm()


def test_a_lost_lock_is_noticed(locked: Address, postgres17: Postgres) -> None:
    with lock.targets([locked], "migrate", "run-1") as held:
        held.confirm()
        with postgres17.connect() as admin:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (locked.database,)
            )
        with pytest.raises(Exception, match="the lock on it was lost"):
            held.confirm()


def test_a_build_belongs_to_its_run_once_it_is_complete(locked: Address) -> None:
    assert not build.is_complete(locked, "run-1")
    build.prepare(KRATOS, locked)
    assert not build.is_complete(locked, "run-1")
    build.complete(locked, "run-1")
    assert build.is_complete(locked, "run-1")
    assert not build.is_complete(locked, "run-2")
    build.prepare(KRATOS, locked)
    assert not build.is_complete(locked, "run-1")
