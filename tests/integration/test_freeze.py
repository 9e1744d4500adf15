"""A write after the snapshot stops the publish, whatever the account may see of the binary log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from runner import manifest, mapping, rules
from runner.errors import RefusalError
from runner.mapping import TableMapping
from runner.mysql import snapshot, source
from runner.proof import freeze
from runner.run import Run
from runner.settings import Address
from runner.systems import all_systems, named
from tests.servers import MySQL
from tests.sources import sample


@pytest.fixture(scope="module")
def server() -> Iterator[MySQL]:
    with MySQL() as running:
        running.create_account("reader", "secret", ("SELECT",))
        yield running


@pytest.fixture(scope="module")
def exported(server: MySQL, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return sample.export(server, tmp_path_factory.mktemp("work"))


def _require(server: MySQL, run: Run, user: str | None = None) -> None:
    for system in all_systems():
        url = server.url(system.name, "reader", "secret") if user else server.url(system.name)
        where: Address = source.address(SecretStr(url), "SOURCE_URL")
        freeze.require(run, system, where, mapping.of_system(system, rules.read()), 2)


def _execute(server: MySQL, statement: str) -> None:
    with server.connect("kratos") as connection, connection.cursor() as cursor:
        cursor.execute("set session foreign_key_checks = 0")
        cursor.execute(statement)
        connection.commit()


@pytest.mark.parametrize("user", [None, "reader"])
def test_a_source_that_stands_still_passes(server: MySQL, exported: Run, user: str | None) -> None:
    _require(server, exported, user)


def test_a_write_elsewhere_passes(server: MySQL, exported: Run) -> None:
    _execute(server, "create database if not exists elsewhere")
    _require(server, exported)


@pytest.mark.parametrize("user", [None, "reader"])
def test_an_update_after_the_snapshot_is_named(server: MySQL, exported: Run, user: str | None) -> None:
    table = named("kratos").target_catalog.tables["identities"].name
    _execute(server, f"update {table} set state = concat(state, 'x') limit 1")
    try:
        with pytest.raises(RefusalError, match="identities changed after the snapshot") as caught:
            _require(server, exported, user)
        assert [one.table for one in caught.value.violations] == ["identities"]
        assert caught.value.exit_code == 3
    finally:
        _execute(server, f"update {table} set state = left(state, char_length(state) - 1) where state like '%x'")
    _require(server, exported, user)


def test_a_deleted_row_is_counted(server: MySQL, exported: Run) -> None:
    _execute(server, "create table kept as select * from sessions")
    _execute(server, "delete from sessions limit 1")
    try:
        with pytest.raises(RefusalError, match="sessions changed"):
            _require(server, exported)
    finally:
        _execute(server, "insert ignore into sessions select * from kept")
        _execute(server, "drop table kept")
    _require(server, exported)


@pytest.mark.usefixtures("exported")
def test_a_writer_is_told_once_while_the_export_runs(server: MySQL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freeze, "_PAUSE", 0)
    where = source.address(SecretStr(server.url("kratos")), "SOURCE_URL")
    connection = source.connect(where)
    now = manifest.Snapshot(
        taken_at="2025-01-01T00:00:00", method="global read lock", position=snapshot.position(connection)
    )
    connection.close()
    blind = freeze.Watch({"kratos": now.model_copy(update={"position": {}})}, {"kratos": where})
    watch = freeze.Watch({"kratos": now}, {"kratos": where})
    assert watch.look() == []
    _execute(server, "create database elsewhere_again")
    assert watch.look() == ["kratos"]
    assert watch.look() == []
    assert blind.look() == []


def test_an_early_look_leaves_digests_to_the_last_one(
    server: MySQL, exported: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = source.address(SecretStr(server.url("kratos")), "SOURCE_URL")
    mappings = mapping.of_system(named("kratos"), rules.read())
    digested: list[str] = []

    def changed(_: Address, table: TableMapping, __: manifest.Manifest) -> None:
        digested.append(table.name)

    monkeypatch.setattr(freeze, "moved", changed)
    _execute(server, "create database if not exists moved_on")
    freeze.require(exported, named("kratos"), where, mappings, 2, early=True)
    assert len(digested) == len(mappings)
    known = manifest.read(exported.export_folder("kratos"))
    unknown = known.model_copy(update={"snapshot": known.snapshot.model_copy(update={"position": {}})})
    monkeypatch.setattr(manifest, "of_run", lambda *_: unknown)
    digested.clear()
    freeze.require(exported, named("kratos"), where, mappings, 2, early=True)
    assert digested == []
    freeze.require(exported, named("kratos"), where, mappings, 2)
    assert len(digested) == len(mappings)
