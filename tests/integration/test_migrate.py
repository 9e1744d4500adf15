"""`./inv migrate` as a whole, on both source engines: everything arrives, nothing leaks, and there is a way back.

One migration per engine is made and looked at from all sides; the story of a second run follows on the first.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from runner.catalog import differences as catalog_differences
from runner.postgres.catalog import read_catalog
from runner.systems import FINAL, ROOT, named
from tests.comparison import NOT_COPIED, differences
from tests.integration import final
from tests.integration.deployment import (
    Deployment,
    Finished,
    Watched,
    connect_source,
    connect_target,
    make_baseline,
    password_of,
    sources,
    targets,
)
from tests.servers import Postgres, SourceServer

TABLES = {"alkemio": 75, "kratos": 25}
FOREIGN_KEYS = {"alkemio": 201, "kratos": 47}
SYSTEMS = sorted(TABLES)
LOG_FIELDS = {"timestamp", "level", "run_id", "phase", "system", "table", "event", "outcome", "seconds", "rows"}


@dataclass(frozen=True)
class Migration:
    """A migration that is done, the source server that it read, and what was seen of its processes."""

    deployment: Deployment
    server: SourceServer
    finished: Finished
    watched: Watched
    run_id: str


@pytest.fixture(scope="module")
def from_mysql(
    mysql: SourceServer, postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Migration]:
    """MySQL to empty databases of production's Postgres."""
    with _deployed(mysql, postgres17, tmp_path_factory, seed=21) as deployment:
        yield _migrate(deployment, mysql)


@pytest.fixture(scope="module")
def from_mariadb(
    mariadb: SourceServer, postgres15: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Migration]:
    """MariaDB to databases that hold the application's untouched baseline."""
    with _deployed(mariadb, postgres15, tmp_path_factory, seed=22) as deployment:
        for system, url in deployment.targets.items():
            make_baseline(system, url)
        yield _migrate(deployment, mariadb)


@contextmanager
def _deployed(
    server: SourceServer, target: Postgres, folders: pytest.TempPathFactory, seed: int
) -> Iterator[Deployment]:
    with sources(server, seed=seed) as read, targets(target) as written:
        yield Deployment(read, written, folders.mktemp("work"))


def _migrate(deployment: Deployment, server: SourceServer) -> Migration:
    watched = Watched()
    finished = deployment.inv("migrate", watched=watched)
    assert finished.code == 0, finished.told
    return Migration(deployment, server, finished, watched, deployment.latest.name)


@pytest.fixture(scope="module", params=["from_mysql", "from_mariadb"])
def migration(request: pytest.FixtureRequest) -> Migration:
    """Each of the two migrations in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Migration)
    return found


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_value_arrives(migration: Migration, system: str) -> None:
    deployment = migration.deployment
    with (
        connect_source(migration.server, deployment.sources[system]) as source,
        connect_target(deployment.targets[system]) as target,
    ):
        assert list(differences(source, target, system)) == []


def test_report_is_what_its_schema_says(migration: Migration) -> None:
    report = migration.deployment.report(migration.run_id)  # validated where it is read
    assert (report["run_id"], report["status"], report["violations"]) == (migration.run_id, "succeeded", [])
    assert [phase["name"] for phase in report["phases"]] == ["check", "export", "stage", "load", "verify", "publish"]
    assert {phase["status"] for phase in report["phases"]} == {"succeeded"}


def test_report_says_when_each_table_was_worked_on(migration: Migration) -> None:
    report = migration.deployment.report(migration.run_id)
    tables = {(name, table["name"]) for name, system in report["systems"].items() for table in system["tables"]}
    phases = {phase["name"]: _interval(phase) for phase in report["phases"]}
    for phase, step in (("export", ""), ("stage", ""), ("load", "fill"), ("load", "constrain"), ("verify", "digest")):
        found = [span for span in report["timeline"] if (span["phase"], span["step"]) == (phase, step)]
        # The tables of the application's own history have constraints, though nothing is copied into them.
        at = {(span["system"], span["table"]) for span in found}
        assert tables < at if step == "constrain" else tables == at
        # A wave is loaded while other tables are still moved.
        begin, end = phases["stage" if phase == "load" else phase][0], phases[phase][1]
        assert all(begin - 0.01 <= start <= finish <= end + 0.01 for start, finish in map(_interval, found))


def test_a_table_is_filled_when_it_has_landed_and_constrained_when_it_is_filled(migration: Migration) -> None:
    times: dict[str, dict[tuple[str, str], list[tuple[float, float]]]] = {}
    for span in migration.deployment.report(migration.run_id)["timeline"]:
        step = span["step"] or span["phase"]
        times.setdefault(step, {}).setdefault((span["system"], span["table"]), []).append(_interval(span))
    for before, after in (("stage", "fill"), ("fill", "constrain"), ("constrain", "digest")):
        for table in times[before].keys() & times[after].keys():
            ended, began = (max(end for _, end in times[before][table]), min(start for start, _ in times[after][table]))
            assert ended <= began + 0.01, (table, before, after)


def _interval(work: dict[str, Any]) -> tuple[float, float]:
    start = datetime.fromisoformat(work["started_at"]).timestamp()
    return start, start + work["seconds"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_report_lists_every_table_as_identical(migration: Migration, system: str) -> None:
    found = migration.deployment.report(migration.run_id)["systems"][system]
    tables = found["tables"]
    assert len({table["name"] for table in tables}) == len(tables) == TABLES[system]
    assert [table["name"] for table in tables if not table["identical"]] == []
    for table in tables:
        rows = {table[f"{stage}_rows"] for stage in ("source", "exported", "landed", "final")}
        assert len(rows) == 1, table["name"]
        assert table["final_digest"] == table["source_digest"] != "0", table["name"]
    assert found["drift"] == []
    assert found["constraints"]["foreign_keys"] == FOREIGN_KEYS[system]
    assert found["tests"]["run"] == found["tests"]["passed"] > 0


@pytest.mark.parametrize("system", SYSTEMS)
def test_report_counts_rows_as_the_source_does(migration: Migration, system: str) -> None:
    deployment = migration.deployment
    found = deployment.report(migration.run_id)["systems"][system]
    listed = {table["name"]: table["source_rows"] for table in found["tables"]}
    skipped = {table["name"]: table["rows"] for table in found["skipped"]}
    assert set(skipped) == NOT_COPIED[system]
    assert all(table["reason"] for table in found["skipped"])
    with connect_source(migration.server, deployment.sources[system]) as source, source.cursor() as cursor:
        for name, rows in (listed | skipped).items():
            cursor.execute(f"select count(*) from `{name}`")
            assert cursor.fetchone() == (rows,), name


@pytest.mark.parametrize("system", SYSTEMS)
def test_public_is_the_baseline(migration: Migration, system: str) -> None:
    with connect_target(migration.deployment.targets[system]) as connection:
        actual = read_catalog(connection, FINAL)
        keys = connection.execute(
            "select count(*) filter (where convalidated), count(*) from pg_constraint "
            "where contype = 'f' and connamespace = 'public'::regnamespace"
        ).fetchone()
        broken = connection.execute("select count(*) from pg_index where not (indisvalid and indisready)").fetchone()
    assert catalog_differences.target_differences(named(system).target_catalog, actual) == []
    assert keys == (FOREIGN_KEYS[system], FOREIGN_KEYS[system])
    assert broken == (0,)


def test_sequences_continue(migration: Migration) -> None:
    catalog = named("alkemio").target_catalog
    copied = [one for one in catalog.sequences if one.table not in NOT_COPIED["alkemio"]]
    assert len(copied) == 7
    with connect_target(migration.deployment.targets["alkemio"]) as connection:
        for one in copied:
            largest = connection.execute(
                sql.SQL("select max({}) from {}").format(sql.Identifier(one.column), sql.Identifier(one.table))
            ).fetchone()
            state = connection.execute(
                sql.SQL("select last_value, is_called from {}").format(sql.Identifier(one.name))
            ).fetchone()
            assert largest is not None
            assert state == (largest[0], True), one.name


def test_history_is_the_targets_own(from_mysql: Migration, from_mariadb: Migration) -> None:
    def history(migration: Migration) -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = []
        for system, table in (("alkemio", "migrations_typeorm"), ("kratos", "schema_migration")):
            with connect_target(migration.deployment.targets[system]) as connection:
                found += connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchall()
        return found

    assert history(from_mysql) == [(0,), (0,)]
    assert history(from_mariadb) == [(2,), (1,)]


def test_migrated_rows_replace_seeded_ones(from_mariadb: Migration) -> None:
    with connect_target(from_mariadb.deployment.targets["kratos"]) as connection:
        query = "select count(*) from identity_credential_types where name = 'seeded'"
        assert connection.execute(query).fetchone() == (0,)


def test_log_is_json_with_all_fields(migration: Migration) -> None:
    events = migration.deployment.log(migration.run_id)
    assert {event["run_id"] for event in events} == {migration.run_id}
    assert all(event.keys() >= LOG_FIELDS for event in events)
    assert {event["phase"] for event in events} >= {"check", "export", "stage", "load", "verify", "publish"}
    digested = {(event["system"], event["table"]) for event in events if event["event"] == "digest"}
    assert len(digested) == sum(TABLES.values())
    assert [event for event in events if event["level"] in {"warning", "error", "critical"}] == []


def test_no_password_leaves_the_settings(migration: Migration) -> None:
    deployment, finished = migration.deployment, migration.finished
    secrets = _secrets(deployment)
    printed = "\n".join((finished.stdout, finished.stderr, *migration.watched.arguments))
    assert [one for one in secrets if one in printed] == []
    files = [path for top in _written(deployment) for path in top.rglob("*") if path.is_file()]
    assert len(files) > 200
    leaks = [path for path in files if any(one.encode() in path.read_bytes() for one in secrets)]
    assert leaks == []


def test_no_process_is_given_a_password_in_its_environment(migration: Migration) -> None:
    deployment, seen = migration.deployment, migration.watched
    secrets = _secrets(deployment)
    assert {"migrate", "runner.dbt.worker", "--multiprocessing-fork"} <= seen.environments.keys()
    holding = {
        (process, name)
        for process, variables in seen.environments.items()
        for name, value in variables.items()
        if any(one in value for one in secrets)
    }
    # Those whom the operator gave the settings have them: the launcher, and what Python makes of it to use more cores.
    assert {name for _, name in holding} == {name for name in deployment.settings if name.endswith("_URL")}
    assert "runner.dbt.worker" not in {process for process, _ in holding}


def test_files_are_private_while_they_are_written(migration: Migration) -> None:
    work = migration.deployment.work
    written = {path: mode for path, mode in migration.watched.written.items() if path.is_relative_to(work)}
    assert ".jsonl" in {path.suffix for path in written}
    assert [path for path, mode in written.items() if mode != 0o600] == []
    elsewhere = set(migration.watched.written) - set(written)
    assert [path for path in elsewhere if not path.is_relative_to(ROOT / "target")] == []


def _secrets(deployment: Deployment) -> set[str]:
    """The passwords of all URLs, in every spelling that a program could make of them."""
    passwords = {password_of(url) for url in (*deployment.sources.values(), *deployment.targets.values())}
    assert len(passwords) == 4 - 1  # one account reads both sources
    found = {spelled for one in passwords for spelled in (one, quote(one, safe=""), quote(one), repr(one)[1:-1])}
    return found | {json.dumps(one)[1:-1] for one in passwords}


def _written(deployment: Deployment) -> list[Path]:
    """Every folder that a run writes into."""
    return [deployment.work, *(folder for folder in (ROOT / "target", ROOT / "logs") if folder.is_dir())]


def test_all_that_a_run_leaves_is_private(migration: Migration) -> None:
    work = migration.deployment.work
    left = [path for path in (work / migration.run_id, *work.rglob("*")) if not path.is_symlink()]
    assert {path.suffix for path in left} >= {".csv", ".duckdb", ".html", ".json", ".jsonl"}
    modes = {(path.stat().st_mode & 0o777, path.is_dir()) for path in left}
    assert modes == {(0o700, True), (0o600, False)}


CHANGES = {
    "alkemio": {
        ("user", "email"): "email || ' '",
        ("user", "rowId"): '"rowId" + 1000000',
        ("account", "createdDate"): "\"createdDate\" - interval '1 microsecond'",
        ("authorization_policy", "credentialRules"): "(\"credentialRules\"::text || ' ')::json",
        ("license_plan", "isFree"): 'not "isFree"',
        ("license_plan", "pricePerMonth"): '-"pricePerMonth"',
        ("memo", "content"): "content || '\\x00'::bytea",
        ("whiteboard", "content"): "'eJwDAAAAAAE='",
        ("profile", "type"): "(enum_range(type))[1]",
    },
    "kratos": {
        ("identities", "traits"): "jsonb_build_object('before', traits)",
        ("identities", "nid"): "null",
        ("identity_login_codes", "address_type"): "'elsewhere'",
    },
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_comparison_sees_a_change_of_every_kind(from_mysql: Migration, system: str) -> None:
    deployment = from_mysql.deployment
    with (
        connect_source(from_mysql.server, deployment.sources[system]) as source,
        psycopg.connect(deployment.targets[system]) as target,
    ):
        for (table, column), expression in CHANGES[system].items():
            target.execute(f'update "{table}" set "{column}" = {expression}'.encode())
        found = {(one.table, one.column) for one in differences(source, target, system) if one.kind == "modified"}
        target.rollback()
    assert found == set(CHANGES[system])


def test_the_comparison_sees_missing_and_additional_rows(from_mysql: Migration) -> None:
    deployment = from_mysql.deployment
    with (
        connect_source(from_mysql.server, deployment.sources["kratos"]) as source,
        psycopg.connect(deployment.targets["kratos"]) as target,
    ):
        target.execute("delete from identity_verification_tokens")
        target.execute("insert into networks (id, created_at, updated_at) values (gen_random_uuid(), now(), now())")
        found = {(one.table, one.kind) for one in differences(source, target, "kratos")}
        target.rollback()
    assert found == {("identity_verification_tokens", "removed"), ("networks", "added")}


@dataclass(frozen=True)
class Story:
    """A second run over a published target: refused, replaced by a weaker account, rolled back, published again."""

    refused: Finished
    replaced: Finished
    rolled_back: Finished
    published: Finished
    before: dict[str, final.Final]
    after_refusal: dict[str, final.Final]
    after_replacing: dict[str, final.Final]
    after_rollback: dict[str, final.Final]
    after_publishing: dict[str, final.Final]


@pytest.fixture(scope="module")
def story(from_mysql: Migration) -> Iterator[Story]:
    deployment, server = from_mysql.deployment, from_mysql.server

    def looks() -> dict[str, final.Final]:
        return {system: final.seen(url) for system, url in deployment.targets.items()}

    looked = [looks()]

    def after(finished: Finished) -> Finished:
        looked.append(looks())
        return finished

    with _selecting_only(server, deployment) as reader:
        refused = after(reader.inv("migrate"))
        replaced = after(reader.inv("migrate", "--replace", JOBS="2"))
        rolled_back = after(reader.inv("rollback"))
        run_id = reader.latest.name
        # What rollback says to type, not what the test thinks it should say.
        command = next(line for line in rolled_back.stdout.splitlines() if run_id in line).split("`")[1]
        published = after(reader.inv(*shlex.split(command)[1:]))
        yield Story(refused, replaced, rolled_back, published, *looked)


@contextmanager
def _selecting_only(server: SourceServer, deployment: Deployment) -> Iterator[Deployment]:
    account, password = "reader_only", "s3lect%only@?"
    server.create_account(account, password, ("SELECT",))
    names = {system: url.rpartition("/")[2] for system, url in deployment.sources.items()}
    yield deployment.reading({system: server.url(name, account, password) for system, name in names.items()})
    server.drop_account(account)


def test_a_published_target_is_refused(story: Story, from_mysql: Migration) -> None:
    assert story.refused.code == 3, story.refused.told
    assert f"public was published by run {from_mysql.run_id}" in story.refused.line
    assert "--replace" in story.refused.line
    assert story.after_refusal == story.before


def test_replacing_publishes_the_same_rows_in_new_tables(story: Story) -> None:
    assert story.replaced.code == 0, story.replaced.told
    for system in SYSTEMS:
        assert story.after_replacing[system].tables == story.before[system].tables
        assert story.after_replacing[system].sequences == story.before[system].sequences
        assert story.after_replacing[system].objects != story.before[system].objects


def test_an_account_that_may_only_select_reads_with_one_worker(story: Story, from_mysql: Migration) -> None:
    assert story.replaced.code == 0, story.replaced.told
    deployment = from_mysql.deployment
    events = deployment.log()
    warned = [event for event in events if event["level"] == "warning"]
    assert {(event["event"], "RELOAD" in event["outcome"]) for event in warned} == {("single worker", True)}
    for system in SYSTEMS:
        manifest = json.loads((deployment.latest / "export" / system / "manifest.json").read_bytes())
        assert manifest["snapshot"]["method"] == "single transaction"


def test_rollback_restores_what_was_there(story: Story) -> None:
    assert (story.rolled_back.code, story.rolled_back.stderr) == (0, ""), story.rolled_back.told
    assert story.after_rollback == story.before


def test_a_rolled_back_run_can_be_published_again(story: Story) -> None:
    assert story.published.code == 0, story.published.told
    assert story.after_publishing == story.after_replacing


def test_a_table_only_in_the_source_needs_a_rule(from_mysql: Migration) -> None:
    deployment, url = from_mysql.deployment, from_mysql.deployment.sources["alkemio"]
    before = final.seen(deployment.targets["alkemio"])
    with connect_source(from_mysql.server, url) as connection, connection.cursor() as cursor:
        cursor.execute("create table challenge (id int primary key)")
        try:
            finished = deployment.inv("check", "--system", "alkemio", "--replace")
        finally:
            cursor.execute("drop table challenge")
    assert finished.code == 3, finished.told
    assert "challenge" in finished.line
    assert "skipped_tables.csv" in finished.line
    assert [(one["table"], one["kind"]) for one in deployment.report()["violations"]] == [
        ("challenge", "source_only_table")
    ]
    assert final.seen(deployment.targets["alkemio"]) == before


FOREIGN: dict[str, Callable[[str], list[str]]] = {
    "somebody else's table": lambda _: ["create table invoices (id int)"],
    "somebody else's column": lambda system: [*_baseline(system), "alter table identities add column mine text"],
    "rows of an application in use": lambda system: [
        *_baseline(system),
        "insert into networks select gen_random_uuid(), now(), now() from generate_series(1, 50)",
    ],
}


def _baseline(system: str) -> list[str]:
    folder = named(system).baseline_folder
    return [(folder / name).read_text() for name in ("pre_data.sql", "post_data.sql")]


@pytest.mark.parametrize("what", FOREIGN)
def test_a_target_in_use_is_refused(what: str, postgres17: Postgres, tmp_path: Path) -> None:
    with targets(postgres17) as urls:
        with connect_target(urls["kratos"]) as connection:
            for statement in FOREIGN[what]("kratos"):
                connection.execute(statement.encode())
        before = final.seen(urls["kratos"])
        sample = {"kratos": f"csv:{named('kratos').sample_folder}"}
        finished = Deployment(sample, {"kratos": urls["kratos"]}, tmp_path).inv("migrate", "--system", "kratos")
        assert finished.code == 3, finished.told
        assert "name an empty database" in finished.line
        assert final.seen(urls["kratos"]) == before
