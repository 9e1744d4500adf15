"""Publish and rollback on real servers: all or nothing, nothing of the target's own lost, everything reversible."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import LiteralString

import pytest
from psycopg import sql

from runner.errors import RefusalError
from runner.phases import publish
from runner.postgres import build, pristine, publication, target
from runner.run import Run
from runner.runs import cleanup
from runner.settings import Address
from runner.systems import BUILD, FINAL, LANDING
from tests.integration.publishing.databases import (
    ALKEMIO,
    KEPT,
    KRATOS,
    Targets,
    drift,
    execute,
    go,
    load,
    names_of,
    query,
    schemas,
    state,
)


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


def test_only_the_build_keeps_autovacuum_away(fresh: Callable[..., Address], run: Run) -> None:
    """It would hold publish up for a second each time that the two met; the application's tables need it."""
    where = fresh(seeded=False)
    options: LiteralString = (
        "select distinct reloptions from pg_class where relkind = 'r' and relnamespace = %s::regnamespace"
    )
    assert query(where, options, BUILD) == [(["autovacuum_enabled=false"],)]
    go(run, where)
    assert query(where, options, FINAL) == [(None,)]


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


def test_publishing_twice_changes_nothing(fresh: Callable[..., Address], run: Run) -> None:
    where = fresh()
    go(run, where)
    before, known, result = state(where), schemas(where), run.read_result("publish", "kratos")
    go(run, where)
    assert (state(where), schemas(where), run.read_result("publish", "kratos")) == (before, known, result)
    assert query(where, "select count(*) from convergence_record.publication") == [(1,)]


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
