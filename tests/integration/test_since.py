"""An export since an earlier one reads what changed, takes the rest over, and is worth one that read everything."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from runner import digest, log, manifest, run
from runner.errors import RefusalError, UsageError, ViolationError
from runner.exports import chunks
from runner.manifest import Manifest
from runner.mysql import source
from runner.runs import inheritance
from runner.runs.job import Job
from runner.runs.resumption import options_of
from runner.runs.state import State
from runner.settings import Settings
from tests.integration.attempts import KRATOS, MAPPINGS, Export, leave_out_letters
from tests.integration.deployment import fill
from tests.servers import SourceServer

NEW = "ffffffff-ffff-4fff-bfff-fffffffffff"


@dataclass
class Since:
    """An earlier export of a source, and a later run that takes it over."""

    earlier: Export
    later: Export
    first: Manifest

    def job(self, *, port: int | None = None) -> Job:
        where = self.earlier.where
        url = SecretStr(f"mysql://u:p@{where.host}:{port or where.port}/{where.database}")
        settings = Settings.model_construct(
            source_urls={"kratos": url},
            target_urls={"kratos": SecretStr("postgresql://u:p@127.0.0.1/kratos")},
            jobs=2,
        )
        return Job(settings, self.later.run, (KRATOS,), (), replace=False, since=self.earlier.run)

    def taken_over(self) -> Manifest:
        inheritance.take_over(self.earlier.run, self.job())
        return self.later.attempt(resume=True, examining=True)

    def stored(self) -> dict[str, tuple[int, int]]:
        """Rows and digest of every table as the source has them now."""
        with closing(source.connect(self.earlier.where)) as connection:
            return {
                name: (int(rows), int(total))
                for name, mapping in MAPPINGS.items()
                for rows, total in source.fetch_all(
                    connection, f"SELECT COUNT(*), {digest.total('mysql', mapping.columns)} FROM `{name}`"
                )
            }


@pytest.fixture(scope="module")
def earlier(source_server: SourceServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Export, Manifest]]:
    """The export of a source of Kratos, of several chunks a table."""
    name = f"kratos_{secrets.token_hex(4)}"
    fill(source_server, KRATOS, name, seed=43)
    leave_out_letters(source_server, name)
    with source_server.connect(name) as connection, connection.cursor() as cursor:
        cursor.execute("analyze table identities, sessions, session_devices")
        cursor.fetchall()
    where = source.address(SecretStr(source_server.url(name)), "SOURCE")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(chunks, "TARGET_BYTES", 1 << 12)
        made = Export(source_server, run.create(tmp_path_factory.mktemp("work")), where)
        log.configure(None, made.run.run_id, console=False)
        yield made, made.attempt(resume=False)
    source_server.drop_database(name)


@pytest.fixture
def since(earlier: tuple[Export, Manifest]) -> Since:
    export, first = earlier
    made = Since(export, Export(export.server, run.create(export.run.folder.parent), export.where), first)
    State(export.run.folder).begin(options_of(made.job(), "migrate", ("check", "export"), full=False))
    return made


def digests(written: Manifest) -> dict[str, tuple[int, int]]:
    return {table.name: (table.rows, table.digest) for table in written.tables}


def test_nothing_changed_and_nothing_is_read(since: Since) -> None:
    second = since.taken_over()
    assert since.later.read == []
    assert sorted(since.later.kept) == sorted(since.earlier.read)
    assert sorted(since.later.held) == sorted(table.name for table in second.tables)
    assert max(len(table.files) for table in second.tables) > 2
    assert digests(second) == digests(since.first) == since.stored()
    assert second.snapshot.taken_at > since.first.snapshot.taken_at
    for path in since.later.kept:
        assert (since.later.folder / path).stat().st_ino == (since.earlier.folder / path).stat().st_ino


def test_a_damaged_file_is_not_taken_over(since: Since) -> None:
    path = since.earlier.folder / "networks/0001.csv"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"-", b"+", 1))
    second = since.taken_over()
    path.write_bytes(before)
    assert since.later.read == ["networks/0001.csv"]
    assert digests(second) == digests(since.first)


def identity(number: int, first: str) -> str:
    """A copy of some identity under another id."""
    columns = "schema_id, traits, created_at, updated_at, nid, state, state_changed_at, metadata_public, metadata_admin"
    return (
        f"insert into identities (id, {columns}, available_aal, organization_id) "
        f"select '{first}{NEW[len(first) :]}{number}', {columns}, available_aal, organization_id "
        "from identities limit 1"
    )


CHANGES: dict[str, tuple[str, ...]] = {
    "updated, deleted and moved to another range": (
        "update identities set state = concat(state, 'x') order by id limit 1",
        "delete from identities order by id desc limit 1",
        "update identities set id = concat('0', substr(id, 2)) where id like 'e%' limit 1",
    ),
    "a row at both ends and a table that grew": (
        identity(0, "0"),
        identity(1, "f"),
        *(identity(number, prefix) for number in range(8) for prefix in "1234"),
    ),
    "an empty range and an empty table": ("delete from identities where id < '8'", "delete from session_devices"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_read_and_all_shows_the_new_moment(since: Since, change: str) -> None:
    for statement in CHANGES[change]:
        since.earlier.write(statement)
    second = since.taken_over()
    assert 0 < len(since.later.read) < len(since.earlier.read)
    assert {path.partition("/")[0] for path in since.later.read} <= {"identities", "session_devices"}
    # Only of a table that is whole as it was may a loader hear before the export.
    changed = {path.partition("/")[0] for path in since.later.read}
    assert sorted(since.later.held) == sorted({table.name for table in second.tables} - changed)
    assert digests(second) == since.stored() != digests(since.first)
    # The earlier run is as it was, although its files are shared.
    for table in since.first.tables:
        for file in table.files:
            manifest.verify_file(since.earlier.folder, file)


def test_what_changed_is_examined_before_it_is_read(since: Since) -> None:
    one = "update identities set nid = '' where id >= '8' order by id limit 1"
    two = "update sessions set nid = 'no uuid' where id {} '8' order by id limit 1"
    for statement in (one, two.format("<"), two.format(">=")):
        since.earlier.write(statement)
    with pytest.raises(ViolationError, match="2 violations of rules or constraints, first: ") as caught:
        since.taken_over()
    assert since.later.read == []
    found = {(one.table, one.column, one.kind, one.rows, len(one.sample_keys)) for one in caught.value.violations}
    assert found == {("identities", "nid", "empty_uuid", 1, 1), ("sessions", "nid", "not_a_uuid", 2, 2)}


def test_other_rules_are_refused(since: Since, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.mapping.fingerprint", lambda _: "other rules")
    with pytest.raises(RefusalError, match="no files of kratos made by the present rules and baseline") as caught:
        inheritance.take_over(since.earlier.run, since.job())
    assert caught.value.exit_code == 3


def test_another_source_is_refused(since: Since) -> None:
    with pytest.raises(UsageError, match="leave out --since"):
        inheritance.take_over(since.earlier.run, since.job(port=1))


def test_a_run_that_never_exported(tmp_path: Path) -> None:
    empty = run.create(tmp_path)
    with pytest.raises(UsageError, match="no notes of an export"):
        inheritance.find(tmp_path, empty.run_id)


def test_removed_exports_are_refused(since: Since) -> None:
    for path in since.earlier.folder.rglob("*.csv"):
        path.unlink()
    with pytest.raises(RefusalError, match="files of kratos were removed"):
        inheritance.take_over(since.earlier.run, since.job())
