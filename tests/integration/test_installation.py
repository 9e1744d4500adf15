"""A new installation: the baseline on an empty database, once, whole, and equal to what it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from runner.systems import all_systems
from tests.integration import final
from tests.integration.deployment import SAMPLE, Deployment, connect_target, targets
from tests.servers import Postgres

TABLES = {system.name: len(system.target_catalog.tables) for system in all_systems()}


@pytest.fixture(params=["postgres15", "postgres17", "postgres18"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployment]:
    """Empty targets of both systems."""
    server = request.getfixturevalue(request.param)
    assert isinstance(server, Postgres)
    with targets(server) as written:
        yield Deployment(SAMPLE, written, tmp_path)


def seen(deployment: Deployment) -> dict[str, final.Final]:
    return {name: final.seen(url) for name, url in deployment.targets.items()}


def test_both_schemas_on_empty_databases_and_again(empty: Deployment) -> None:
    finished = empty.inv("baseline")
    assert (finished.code, finished.stderr) == (0, ""), finished.told
    before = seen(empty)
    assert {name: len(one.tables) for name, one in before.items()} == TABLES
    for name, count in TABLES.items():
        assert f"{name}: made: {count} tables, drift 0" in finished.stdout
    again = empty.inv("baseline")
    assert (again.code, again.stderr) == (0, ""), again.told
    assert "is there already" in again.stdout
    assert "made:" not in again.stdout
    assert seen(empty) == before
    # It is the untouched baseline that a migration may replace.
    assert empty.inv("check").code == 0


BREAKS: dict[str, str] = {
    "a table that is none of its": "create table public.somebodys (id int)",
    "a column more": "alter table public.identities add column extra text",
    "a key less": "alter table public.identities drop constraint identities_pkey cascade",
    "a table less": "drop table public.sessions cascade",
}


@pytest.mark.parametrize("fault", BREAKS)
def test_what_is_neither_empty_nor_the_baseline_is_refused(
    postgres17: Postgres, tmp_path: Path, fresh_target: Callable[[Postgres], str], fault: str
) -> None:
    url = fresh_target(postgres17)
    deployment = Deployment(SAMPLE, {"kratos": url}, tmp_path)
    if fault != "a table that is none of its":
        assert deployment.inv("baseline", "--system", "kratos").code == 0
    with connect_target(url) as connection:
        connection.execute(BREAKS[fault].encode())
    before = final.seen(url)
    finished = deployment.inv("baseline", "--system", "kratos")
    assert finished.code == 3, finished.told
    assert "name an empty database" in finished.line
    assert final.seen(url) == before


def test_it_is_there_whole_or_not_at_all(
    postgres17: Postgres, tmp_path: Path, fresh_target: Callable[[Postgres], str]
) -> None:
    url = fresh_target(postgres17)
    with connect_target(url) as connection:
        # Nobody's table, but a name that the baseline needs: its last statements fail.
        connection.execute("create view public.sessions_nid_id_identity_id_idx as select 1")
    finished = Deployment(SAMPLE, {"kratos": url}, tmp_path).inv("baseline", "--system", "kratos")
    assert finished.code == 1, finished.told
    assert final.seen(url).tables == {}
    with psycopg.connect(url) as connection:
        row = connection.execute("select count(*) from pg_class where relnamespace = 'public'::regnamespace").fetchone()
    assert row == (1,)
