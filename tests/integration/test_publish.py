"""Publish and rollback on real servers: all or nothing, nothing of the target's own lost, everything reversible."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import pytest
from psycopg import sql

from runner.catalog import differences
from runner.errors import ConvergenceError, RefusalError, ViolationError
from runner.phases import publish
from runner.postgres import baseline, build, installation, pristine, publication, target
from runner.postgres.catalog import read_catalog
from runner.run import Run
from runner.runs import cleanup
from runner.settings import Address
from runner.systems import BUILD, FINAL, LANDING, ROOT, System, named
from tests.corpus.scratch import target_address
from tests.servers import Postgres

ALKEMIO, KRATOS = named("alkemio"), named("kratos")
KEPT = {ALKEMIO: {"migrations_typeorm", "query-result-cache"}, KRATOS: {"schema_migration"}}

# What the application finds after a fresh installation, and what a migration brings.
SEEDS: dict[System, tuple[LiteralString, ...]] = {
    KRATOS: (
        "insert into schema_migration values ('20240101', 0), ('20240202', 0)",
        "insert into identity_credential_types values (gen_random_uuid(), 'password'), (gen_random_uuid(), 'oidc')",
    ),
    ALKEMIO: (
        "insert into migrations_typeorm (timestamp, name) values (1, 'first'), (2, 'second')",
        """insert into activity (version, "triggeredBy", "resourceID", "collaborationID", visibility, type)
           values (1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), true, 'seed')""",
        """insert into profile (version, "displayName", type) values (1, 'seed', 'user')""",
    ),
}
MIGRATED: dict[System, tuple[LiteralString, ...]] = {
    KRATOS: (
        "insert into networks select gen_random_uuid(), now(), now() from generate_series(1, 5)",
        "insert into identity_credential_types values (gen_random_uuid(), 'migrated')",
    ),
    ALKEMIO: (
        """insert into activity (version, "rowId", "triggeredBy", "resourceID", "collaborationID", visibility, type)
           select 1, 40 + n, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), false, 'migrated'
           from generate_series(1, 3) as n""",
        """insert into profile (version, "displayName", type) values (1, 'migrated', 'space-about')""",
    ),
}


@dataclass
class Targets:
    """Databases of one server, cloned from templates so that each test has its own in no time."""

    server: Postgres
    owner: str = field(default_factory=lambda: f"publisher_{secrets.token_hex(4)}")
    reader: str = field(default_factory=lambda: f"reader_{secrets.token_hex(4)}")
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    templates: dict[tuple[System, bool], str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)

    def admin(self, statement: str, *names: str) -> None:
        with self.server.connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def url(self, database: str) -> str:
        return self.server.url(database, self.owner, self.password)

    def template(self, system: System, *, seeded: bool) -> str:
        """A database with a finished build and, when seeded, a fresh installation in public."""
        if (system, seeded) not in self.templates:
            source = self.template(system, seeded=False) if seeded else "template0"
            name = f"template_{system.name}_{seeded}_{secrets.token_hex(4)}".lower()
            self.admin("create database {} template {} owner {}", name, source, self.owner)
            self.templates[system, seeded] = name
            where = target_address(self.url(name))
            if seeded:
                install(system, where)
            else:
                load(system, where)
        return self.templates[system, seeded]

    def clone(self, system: System, *, seeded: bool) -> Address:
        name = f"target_{secrets.token_hex(4)}"
        self.admin("create database {} template {} owner {}", name, self.template(system, seeded=seeded), self.owner)
        self.made.append(name)
        return target_address(self.url(name))

    def drop(self, names: list[str]) -> None:
        for name in names:
            self.admin("drop database {} with (force)", name)
        names.clear()


def install(system: System, where: Address) -> None:
    """The baseline in public with its seed rows and extensions, as the application's own migrations leave it."""
    with target.connect(where, autocommit=False) as connection:
        for name in system.target_catalog.extensions:
            offered = connection.execute("select from pg_available_extensions where name = %s", [name]).fetchone()
            if offered is not None:
                connection.execute(sql.SQL("create extension if not exists {}").format(sql.Identifier(name)))
        for name in ("pre_data.sql", "post_data.sql"):
            for statement in baseline.statements((system.baseline_folder / name).read_text(encoding="utf-8")):
                connection.execute(target.trusted(statement.sql))
        for seed in SEEDS[system]:
            connection.execute(seed)


def load(system: System, where: Address) -> None:
    """A finished build, as the load phase leaves it."""
    build.prepare(system, where)
    with target.connect(where) as connection:
        connection.execute(sql.SQL("set search_path to {}").format(sql.Identifier(BUILD)))
        for statement in MIGRATED[system]:
            connection.execute(statement)
    build.constrain(system, where, {}, 2)
    build.set_sequences(system, where)


@pytest.fixture(scope="module", params=["postgres15", "postgres18"])
def targets(request: pytest.FixtureRequest) -> Iterator[Targets]:
    found = Targets(request.getfixturevalue(request.param))
    found.admin("create role {} login password " + sql.Literal(found.password).as_string(), found.owner)
    found.admin("create role {}", found.reader)
    yield found
    found.drop(list(found.templates.values()))
    for role in (found.owner, found.reader):
        found.admin("drop role {}", role)


@pytest.fixture
def fresh(targets: Targets, run: Run) -> Iterator[Callable[..., Address]]:
    """A function that makes a target of its own: a system, and whether public holds a fresh installation."""

    def make(system: System = KRATOS, *, seeded: bool = True) -> Address:
        where = targets.clone(system, seeded=seeded)
        build.complete(where, run.run_id)
        return where

    yield make
    targets.drop(targets.made)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(str(uuid.uuid4()), tmp_path)


def go(run: Run, where: Address, system: System = KRATOS) -> None:
    publish.publish(run, {system: where}, {system: KEPT[system]})


def query(where: Address, statement: LiteralString, *parameters: object) -> list[tuple[Any, ...]]:
    with target.connect(where) as connection:
        return connection.execute(statement, parameters or None).fetchall()


def execute(where: Address, statement: LiteralString, *names: str) -> None:
    with target.connect(where) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def state(where: Address, schema: str = FINAL) -> dict[str, Any]:
    """Everything of a schema that a person could miss: catalog, rows, sequences, grants, comments, identities."""
    with target.connect(where) as connection:
        relations = connection.execute(
            """select c.relname, c.oid, c.relkind, c.relacl::text, obj_description(c.oid),
                      (select array_agg((a.attname, a.attacl, col_description(c.oid, a.attnum)) order by a.attnum)::text
                       from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0)
               from pg_class as c where c.relnamespace = to_regnamespace(%s) and c.relkind in ('r', 'S') order by 1""",
            [schema],
        ).fetchall()
        rows = {
            name: connection.execute(
                sql.SQL("select one::text from {} as one order by 1").format(sql.Identifier(schema, name))
                if kind == "r"
                else sql.SQL("select last_value, is_called from {}").format(sql.Identifier(schema, name))
            ).fetchall()
            for name, _, kind, *_ in relations
        }
        return {"catalog": read_catalog(connection, schema), "relations": relations, "rows": rows}


def schemas(where: Address) -> set[str]:
    found = query(where, "select nspname from pg_namespace where nspname !~ '^(pg_|information_schema)'")
    return {row[0] for row in found}


def drift(where: Address, system: System) -> list[Any]:
    with target.connect(where) as connection:
        return differences.target_differences(system.target_catalog, read_catalog(connection, FINAL))


def names_of(where: Address) -> set[str]:
    return {row[0] for row in query(where, "select name from identity_credential_types")}


def test_into_an_empty_public(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh(seeded=False)
    with target.connect(where) as connection:
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(LANDING)))
    assert pristine.require(KRATOS, where, frozenset(KEPT[KRATOS]), replace=False) == "empty"
    built = state(where, BUILD)
    go(run, where)
    assert drift(where, KRATOS) == []
    # The very tables of build, moved and not copied.
    assert state(where)["relations"] == built["relations"]
    assert state(where)["rows"] == built["rows"]
    assert schemas(where) == {FINAL, "convergence_record", publication.retired_schema(run.run_id)}
    assert run.read_result("publish", "kratos") == {"retired": publication.retired_schema(run.run_id), "kept": []}
    assert publication.is_published(where, run.run_id)
    assert not publication.is_published(where, str(uuid.uuid4()))
    extensions = {row[0] for row in query(where, "select extname from pg_extension")}
    assert {"pg_trgm", "btree_gin"} <= extensions


def test_over_a_fresh_installation(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh()
    before, built = state(where), state(where, BUILD)
    assert pristine.require(KRATOS, where, frozenset(KEPT[KRATOS]), replace=False) == (
        "the untouched baseline with 2 seed rows"
    )
    go(run, where)
    after, retired = state(where), state(where, publication.retired_schema(run.run_id))
    assert drift(where, KRATOS) == []
    assert names_of(where) == {"migrated"}
    # The application's own history stays, with its rows; everything else is what build held.
    assert after["rows"]["schema_migration"] == before["rows"]["schema_migration"]
    assert len(after["rows"]["schema_migration"]) == 2
    moved = after["rows"].keys() - {"schema_migration"}
    assert {name: after["rows"][name] for name in moved} == {name: built["rows"][name] for name in moved}
    assert {name: retired["rows"][name] for name in moved} == {name: before["rows"][name] for name in moved}
    assert retired["rows"]["schema_migration"] == []
    assert run.read_result("publish", "kratos")["kept"] == ["schema_migration"]


def test_types_and_sequences_move_with_their_tables(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh(ALKEMIO)
    before = state(where)
    go(run, where, ALKEMIO)
    assert drift(where, ALKEMIO) == []
    insert: LiteralString = (
        'insert into activity (version, "triggeredBy", "resourceID", "collaborationID", visibility, type) '
        "values (1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), true, 'new') returning \"rowId\""
    )
    assert query(where, insert) == [(44,)]
    assert query(where, "insert into migrations_typeorm (timestamp, name) values (3, 'x') returning id") == [(3,)]
    assert query(where, 'select "displayName", type::text, pg_typeof(type)::text from profile') == [
        ("migrated", "space-about", "profile_type_enum")
    ]
    publish.rollback({ALKEMIO: where})
    after = state(where)
    execute(where, "delete from migrations_typeorm where name = 'x'")
    assert after["catalog"] == before["catalog"]
    assert query(where, 'select "displayName" from profile') == [("seed",)]
    assert query(where, insert) == [(2,)]


def test_over_a_former_publish(fresh: Callable[..., Address], run: Run, tmp_path: Path) -> None:
    where = fresh()
    original = state(where)
    go(run, where)
    first = state(where)
    load(KRATOS, where)
    execute(where, "insert into {}.networks values (gen_random_uuid(), now(), now())", BUILD)
    with pytest.raises(RefusalError, match=f"public was published by run {run.run_id}; add --replace"):
        pristine.require(KRATOS, where, frozenset(KEPT[KRATOS]), replace=False)
    assert pristine.require(KRATOS, where, frozenset(KEPT[KRATOS]), replace=True) == f"published by run {run.run_id}"
    second = Run(str(uuid.uuid4()), tmp_path)
    build.complete(where, second.run_id)
    go(second, where)
    assert drift(where, KRATOS) == []
    assert query(where, "select count(*) from networks") == [(6,)]
    assert [publication.is_published(where, one.run_id) for one in (run, second)] == [False, True]
    assert publish.rollback({KRATOS: where}) == {KRATOS: second.run_id}
    assert state(where) == first
    assert publish.rollback({KRATOS: where}) == {KRATOS: run.run_id}
    assert state(where) == original


def test_grants_and_comments_carry_over(fresh: Callable[..., Address], targets: Targets, run: Run) -> None:
    where = fresh(ALKEMIO)
    reader = targets.reader
    execute(where, "grant select, insert on profile to {}", reader)
    execute(where, "grant update on profile to {} with grant option", reader)
    execute(where, 'grant usage on sequence "activity_rowId_seq" to {}', reader)
    execute(where, "grant select on activity to public")
    execute(where, "grant select on migrations_typeorm to {}", reader)
    execute(where, "comment on table profile is 'it''s \\ the \"profile\" {{v}} %s'")
    execute(where, "comment on column profile.\"displayName\" is 'shown'")
    execute(where, "comment on table migrations_typeorm is 'history'")
    before = {row[0]: row[2:] for row in state(where)["relations"]}
    go(run, where, ALKEMIO)
    after = {row[0]: row[2:] for row in state(where)["relations"]}
    for name in ("profile", "activity", "activity_rowId_seq", "migrations_typeorm"):
        assert before[name][1] is not None
        assert after[name] == before[name]
    assert {name for name, found in after.items() if found != before[name]} == set()
    assert query(where, "select has_table_privilege(%s, 'profile', 'update with grant option')", reader) == [(True,)]


def test_owners_carry_over(fresh: Callable[..., Address], targets: Targets, run: Run) -> None:
    where = fresh(ALKEMIO)
    application = targets.reader
    targets.admin("grant {} to {}", application, targets.owner)
    execute(where, "grant create, usage on schema public to {}", application)
    for table in ("profile", "activity"):
        execute(where, f"alter table {table} owner to {{}}", application)
    execute(where, "alter type profile_type_enum owner to {}", application)
    execute(where, 'grant select ("displayName") on profile to public')
    found = (
        "select relname, pg_get_userbyid(relowner), relacl::text from pg_class "
        "where relnamespace = 'public'::regnamespace "
        "union all select typname, pg_get_userbyid(typowner), null from pg_type where typname = 'profile_type_enum' "
        "and typnamespace = 'public'::regnamespace "
        "union all select attname, attrelid::regclass::text, attacl::text from pg_attribute where attacl is not null "
        "and attrelid::regclass::text = 'profile' order by 1, 2"
    )
    before = query(where, found)
    owned = {name for name, owner, _ in before if owner == application}
    assert owned > {"profile", "activity", "activity_rowId_seq", "profile_type_enum"}
    go(run, where, ALKEMIO)
    assert query(where, found) == before
    assert drift(where, ALKEMIO) == []
    assert publish.rollback({ALKEMIO: where}) == {ALKEMIO: run.run_id}
    assert query(where, found) == before
    go(run, where, ALKEMIO)
    assert query(where, found) == before


@pytest.mark.parametrize(
    ("statement", "named_as"),
    [
        (
            "create function theirs.noticed() returns trigger language plpgsql as $$ begin return new; end $$; "
            "create trigger noticed after insert on sessions for each row execute function theirs.noticed()",
            "trigger noticed on public.sessions",
        ),
        ("create policy mine on identities using (true)", "policy mine on public.identities"),
        ("create publication replica for table identities", "publication relation public.identities"),
        ("create statistics correlated on id, nid from identities", "statistics object public.correlated"),
        (
            "create function theirs.known() returns bigint language sql begin atomic "
            "select count(*) from public.identities; end",
            "function theirs.known()",
        ),
        ("create table theirs.child () inherits (identities)", "table theirs.child"),
        ("create rule quiet as on delete to sessions do instead nothing", "rule quiet on public.sessions"),
        ("create view in_public as select id from identities", "view in_public"),
        ("create view theirs.report as select name from identity_credential_types", "view theirs.report"),
        ('create materialized view "Odd name" as select * from sessions', 'view "Odd name"'),
        (
            "create table theirs.extra (id uuid references identities (id))",
            "foreign key extra_id_fkey of theirs.extra",
        ),
    ],
)
def test_somebodys_object_on_a_table_refuses(
    fresh: Callable[..., Address], run: Run, statement: LiteralString, named_as: str
) -> None:
    where = fresh()
    execute(where, "create schema theirs")
    execute(where, statement)
    before, known = state(where), schemas(where)
    with pytest.raises(RefusalError) as caught:
        go(run, where)
    assert named_as in str(caught.value)
    assert str(caught.value).endswith("depends on tables to be replaced; drop it, publish, make it again")
    assert (state(where), schemas(where)) == (before, known)
    assert not run.has_result("publish", "kratos")


def test_a_view_on_a_table_that_stays_does_not_refuse(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh()
    execute(where, "create schema theirs")
    execute(where, "create view theirs.history as select version from schema_migration")
    go(run, where)
    assert len(query(where, "select * from theirs.history")) == 2


def test_a_view_made_after_publish_refuses_rollback(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh()
    go(run, where)
    execute(where, "create schema theirs")
    execute(where, "create view theirs.report as select name from identity_credential_types")
    before = state(where)
    with pytest.raises(RefusalError, match=r"view theirs\.report depends on"):
        publish.rollback({KRATOS: where})
    assert state(where) == before
    execute(where, "drop view theirs.report")
    assert publish.rollback({KRATOS: where}) == {KRATOS: run.run_id}


STEPS = {
    "_refuse_dependents": publish,
    "_move_types": publish,
    "_carry_over": publish,
    "create_extensions": installation,
}


@pytest.mark.parametrize("step", STEPS)
def test_a_backend_that_is_killed_leaves_everything_as_it_was(
    fresh: Callable[..., Address], targets: Targets, run: Run, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    where = fresh()
    before, known = (state(where), state(where, BUILD)), schemas(where)
    real = getattr(STEPS[step], step)

    def kill(*arguments: Any) -> None:
        real(*arguments)
        with targets.server.connect(where.database) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where application_name = 'convergence' and datname = current_database()"
            )

    with monkeypatch.context() as patched:
        patched.setattr(STEPS[step], step, kill)
        with pytest.raises(ViolationError) as caught:
            go(run, where)
    assert str(caught.value).startswith(f"target {where}: the connection was lost (publishing)")
    assert ((state(where), state(where, BUILD)), schemas(where)) == (before, known)
    go(run, where)
    assert drift(where, KRATOS) == []


def test_a_process_that_is_killed_leaves_everything_as_it_was(
    fresh: Callable[..., Address], targets: Targets, run: Run
) -> None:
    where = fresh()
    before, known = (state(where), state(where, BUILD)), schemas(where)
    script = (
        "import os, signal\n"
        "from pathlib import Path\n"
        "from runner.phases import publish\n"
        "from runner.postgres import installation\n"
        "from runner.run import Run\n"
        "from runner.systems import named\n"
        "from tests.corpus.scratch import target_address\n"
        "installation.create_extensions = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "kratos = named('kratos')\n"
        "where = target_address(os.environ['TOY_URL'])\n"
        "publish.publish(Run(os.environ['TOY_RUN'], Path.cwd()), {kratos: where}, {kratos: {'schema_migration'}})\n"
    )
    environment = {
        **os.environ,
        "TOY_URL": targets.url(where.database),
        "TOY_RUN": run.run_id,
        "PYTHONPATH": str(ROOT),
    }
    killed = subprocess.run([sys.executable, "-c", script], cwd=run.folder, env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert ((state(where), state(where, BUILD)), schemas(where)) == (before, known)
    go(run, where)
    assert publication.is_published(where, run.run_id)


def test_rollback_restores_exactly_and_publish_works_again(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh()
    before, built = state(where), state(where, BUILD)
    go(run, where)
    published = state(where)
    assert publish.rollback({KRATOS: where}) == {KRATOS: run.run_id}
    assert state(where) == before
    assert state(where, BUILD)["rows"] == built["rows"]
    assert state(where, BUILD)["catalog"].tables == built["catalog"].tables
    assert schemas(where) == {FINAL, BUILD, "convergence_record"}
    assert not publication.is_published(where, run.run_id)
    go(run, where)
    assert state(where) == published
    assert publish.rollback({KRATOS: where}) == {KRATOS: run.run_id}
    assert state(where) == before


def test_rollback_to_an_empty_public(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh(seeded=False)
    go(run, where)
    publish.rollback({KRATOS: where})
    assert state(where)["relations"] == []
    assert len(state(where, BUILD)["rows"]["networks"]) == 5
    go(run, where)
    assert drift(where, KRATOS) == []


def test_publishing_twice_changes_nothing(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh()
    go(run, where)
    before, known, result = state(where), schemas(where), run.read_result("publish", "kratos")
    go(run, where)
    assert (state(where), schemas(where), run.read_result("publish", "kratos")) == (before, known, result)
    assert query(where, "select count(*) from convergence_record.publication") == [(1,)]


@contextmanager
def holding(where: Address, statement: LiteralString) -> Iterator[None]:
    with target.connect(where, autocommit=False) as connection:
        connection.execute(statement)
        yield


def test_a_lock_that_somebody_holds(fresh: Callable[..., Address], run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    where = fresh()
    monkeypatch.setattr(publish, "_LOCK_TIMEOUT", "300ms")
    before, known = state(where), schemas(where)
    refused = f"target {where}: a lock was not granted ({{}}); end other sessions, then run again"
    with holding(where, "select * from identities limit 0"):
        with pytest.raises(ViolationError) as caught:
            go(run, where)
        assert str(caught.value) == refused.format("publishing")
    assert (state(where), schemas(where)) == (before, known)
    go(run, where)
    before = state(where)
    with holding(where, "select * from networks limit 0"):
        with pytest.raises(ViolationError) as caught:
            publish.rollback({KRATOS: where})
        assert str(caught.value) == refused.format("rolling back")
    assert state(where) == before
    publish.rollback({KRATOS: where})


def test_a_reader_sees_the_old_or_the_new_tables(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh()
    seen: list[set[str]] = []
    ended = threading.Event()

    def read() -> None:
        with target.connect(where) as connection:
            while not ended.is_set():
                rows = connection.execute("select name from public.identity_credential_types").fetchall()
                seen.append({row[0] for row in rows})

    reader = threading.Thread(target=read)
    reader.start()
    try:
        go(run, where)
        publish.rollback({KRATOS: where})
        go(run, where)
    finally:
        ended.set()
        reader.join(30)
    assert len(seen) > 5
    assert all(names in ({"password", "oidc"}, {"migrated"}) for names in seen)
    assert seen[-1] == {"migrated"}


def test_two_systems_are_published_both_or_not_at_all(fresh: Callable[..., Address], run: Run) -> None:
    places = {ALKEMIO: fresh(ALKEMIO), KRATOS: fresh(KRATOS)}
    execute(places[KRATOS], "create view report as select id from identities")
    before = {system: state(where) for system, where in places.items()}
    with pytest.raises(RefusalError, match="view report"):
        publish.publish(run, places, KEPT)
    assert {system: state(where) for system, where in places.items()} == before
    assert not publication.is_published(places[ALKEMIO], run.run_id)
    execute(places[KRATOS], "drop view report")
    publish.publish(run, places, KEPT)
    assert [drift(where, system) for system, where in places.items()] == [[], []]
    assert all(publication.is_published(where, run.run_id) for where in places.values())


def test_a_publish_that_was_killed_between_two_commits_goes_on(fresh: Callable[..., Address], run: Run) -> None:
    places = {ALKEMIO: fresh(ALKEMIO), KRATOS: fresh(KRATOS)}
    go(run, places[ALKEMIO], ALKEMIO)
    published = state(places[ALKEMIO])
    publish.publish(run, places, KEPT)
    assert state(places[ALKEMIO]) == published
    assert publication.is_published(places[KRATOS], run.run_id)


def test_a_second_commit_that_fails_leaves_one_published_and_either_way_is_open(
    fresh: Callable[..., Address], run: Run
) -> None:
    places = {ALKEMIO: fresh(ALKEMIO), KRATOS: fresh(KRATOS)}
    before = {system: state(where) for system, where in places.items()}
    # Both transactions are ready, and the second target's server refuses at the moment of its commit.
    execute(places[KRATOS], "create schema convergence_record")
    with target.connect(places[KRATOS]) as connection:
        connection.execute(target.statement("record"))
    execute(
        places[KRATOS],
        "create function public.refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$",
    )
    execute(
        places[KRATOS],
        "create constraint trigger refused after insert on convergence_record.publication "
        "deferrable initially deferred for each row execute function public.refuse()",
    )
    with pytest.raises(ViolationError, match="publishing failed"):
        publish.publish(run, places, KEPT)
    assert [publication.is_published(where, run.run_id) for where in places.values()] == [True, False]
    assert state(places[KRATOS]) == before[KRATOS]
    # Back: only what was published.
    assert publish.rollback(places) == {ALKEMIO: run.run_id}
    assert {system: state(where) for system, where in places.items()} == before
    # Forward.
    with pytest.raises(ViolationError, match="publishing failed"):
        publish.publish(run, places, KEPT)
    execute(places[KRATOS], "drop trigger refused on convergence_record.publication")
    publish.publish(run, places, KEPT)
    assert all(publication.is_published(where, run.run_id) for where in places.values())
    assert [drift(where, system) for system, where in places.items()] == [[], []]
    assert publish.rollback(places) == {ALKEMIO: run.run_id, KRATOS: run.run_id}
    assert {system: state(where) for system, where in places.items()} == before


def test_rollback_undoes_the_last_run_and_none_before_it(fresh: Callable[..., Address], tmp_path: Path) -> None:
    earlier, later = (Run(f"0199{number}000-0000-7000-8000-000000000000", tmp_path) for number in (1, 2))
    places = {ALKEMIO: fresh(ALKEMIO), KRATOS: fresh(KRATOS)}
    for system, one in ((ALKEMIO, later), (KRATOS, earlier)):
        build.complete(places[system], one.run_id)
        go(one, places[system], system)
    assert publish.rollback(places) == {ALKEMIO: later.run_id}
    assert publication.is_published(places[KRATOS], earlier.run_id)
    assert publish.rollback(places) == {KRATOS: earlier.run_id}


def test_the_build_of_another_run_is_not_published(fresh: Callable[..., Address], run: Run, tmp_path: Path) -> None:
    where = fresh()
    before, known = state(where), schemas(where)
    with pytest.raises(RefusalError, match="there is no complete build of run"):
        go(Run(str(uuid.uuid4()), tmp_path), where)
    build.prepare(KRATOS, where)
    with pytest.raises(RefusalError, match=f"there is no complete build of run {run.run_id} to publish"):
        go(run, where)
    assert (state(where), schemas(where)) == (before, known)


def test_nothing_to_publish(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh()
    execute(where, "drop schema {} cascade", BUILD)
    before, known = state(where), schemas(where)
    with pytest.raises(RefusalError, match="there is no complete build of run"):
        go(run, where)
    assert (state(where), schemas(where)) == (before, known)


def test_nothing_to_roll_back(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh()
    with pytest.raises(RefusalError, match="no publish of this tool is in force"):
        publish.rollback({KRATOS: where})
    go(run, where)
    publish.rollback({KRATOS: where})
    with pytest.raises(RefusalError, match="no publish of this tool is in force"):
        publish.rollback({KRATOS: where})


def test_cleaning_a_target(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh()
    execute(where, "create schema convergence_landing")
    execute(where, "create schema convergence_mine")
    assert cleanup.drop_schemas(where, retired=False) == [LANDING, BUILD]
    load(KRATOS, where)
    build.complete(where, run.run_id)
    go(run, where)
    before = state(where)
    assert cleanup.drop_schemas(where, retired=False) == []
    assert publication.retired_schema(run.run_id) in schemas(where)
    assert cleanup.drop_schemas(where, retired=True) == [publication.retired_schema(run.run_id)]
    assert state(where) == before
    assert schemas(where) == {FINAL, "convergence_record", "convergence_mine"}
    with pytest.raises(RefusalError, match="was cleaned; restore from a backup"):
        publish.rollback({KRATOS: where})
    assert state(where) == before


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("create table extra (id int)", r"public is neither empty nor the kratos baseline"),
        ("alter table identities add column mine text", r"public is neither empty nor the kratos baseline"),
        ("drop table sessions cascade", r"public is neither empty nor the kratos baseline"),
        (
            "insert into networks select gen_random_uuid(), now(), now() from generate_series(1, 9)",
            r"public holds 11 or more rows in 2 tables \(most in networks\)",
        ),
    ],
)
def test_a_target_that_somebody_uses(fresh: Callable[..., Address], statement: LiteralString, told: str) -> None:
    where = fresh()
    execute(where, statement)
    with pytest.raises(RefusalError, match=told):
        pristine.require(KRATOS, where, frozenset(KEPT[KRATOS]), replace=True)


def test_a_target_that_cannot_be_reached(fresh: Callable[..., Address], targets: Targets, run: Run) -> None:
    where = fresh()
    targets.drop(targets.made)
    with pytest.raises(ConvergenceError, match=r"there is no database|no such database"):
        go(run, where)
