"""What publish refuses, with nothing changed: somebody's objects, a target in use, a build that is not this run's."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import LiteralString

import pytest

from runner.errors import ConvergenceError, RefusalError
from runner.postgres import build, pristine
from runner.run import Run
from runner.settings import Address
from runner.systems import BUILD
from tests.integration.publishing.databases import (
    KEPT,
    KRATOS,
    Targets,
    execute,
    go,
    query,
    schemas,
    state,
)


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
