"""A publish that is killed, locked out or half-way leaves the old or the new, never both."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

import pytest

from runner.errors import RefusalError, ViolationError
from runner.phases import publish
from runner.postgres import installation, publication, target
from runner.run import Run
from runner.settings import Address
from runner.systems import BUILD, ROOT
from tests.integration.publishing.databases import (
    ALKEMIO,
    KEPT,
    KRATOS,
    Targets,
    drift,
    execute,
    go,
    schemas,
    state,
)

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
