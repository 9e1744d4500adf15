"""The tutorial and the guides do what they say: every command is run, every line it prints compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from runner.phases.migrate import PHASES
from runner.postgres import quarters
from runner.systems import System, named
from tests import contract, documents, project, walkthrough
from tests.integration.deployment import fill, targets
from tests.servers import MySQL, Postgres

MIGRATE_SECONDS = 90
FAULTS = (
    "create table old_sessions as select * from sessions limit 3",
    "set session sql_mode = ''",
    "update identity_recovery_tokens set used_at = '0000-00-00 00:00:00' order by id limit 1",
    "set session foreign_key_checks = 0",
    "update session_devices set session_id = '00000000-0000-4000-8000-00000000dead' order by id limit 2",
)


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Path]:
    """A copy of the project, whose embedded Postgres ends with the test."""
    folder = project.copy(tmp_path / "postgres-convergence")
    yield folder
    project.shell(folder, "./inv sandbox --stop")
    quarters.vacate(folder / ".sandbox" / "target" / "server")


@contextmanager
def source(server: MySQL, name: str, statements: Iterable[str], system: System | None = None) -> Iterator[str]:
    """The URL of a database, filled like one of a system if one is named, in which the statements were run."""
    if system:
        fill(server, system, name, seed=7)
    else:
        server.create_database(name)
    try:
        with server.connect(name) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            connection.commit()
        yield server.url(name)
    finally:
        server.drop_database(name)


def test_the_tutorial(copy: Path) -> None:
    seconds = walkthrough.walk(documents.named("docs/tutorial.md"), copy)
    assert seconds["./inv migrate"] < MIGRATE_SECONDS
    run = copy / "work" / "latest"
    assert {phase["name"] for phase in contract.report(run)["phases"]} == set(PHASES)
    assert {event["event"] for event in contract.log(run)} >= {"phase", "file", "digest", "publish"}


def test_adding_rules(copy: Path, mysql: MySQL, postgres17: Postgres) -> None:
    with source(mysql, "kratos_with_faults", FAULTS, named("kratos")) as read, targets(postgres17) as written:
        settings = {"SOURCE_KRATOS_URL": read, "TARGET_KRATOS_URL": written["kratos"]}
        walkthrough.walk(documents.named("docs/how-to/add-a-rule.md"), copy, **settings)


def test_adding_a_system(
    copy: Path, mysql: MySQL, postgres17: Postgres, fresh_target: Callable[[Postgres], str]
) -> None:
    page = documents.named("docs/how-to/add-a-system.md")
    on_mysql, on_postgres = (fence.text for fence in page.fences if fence.language == "sql")
    written = fresh_target(postgres17)
    with psycopg.connect(written) as target:
        target.execute(on_postgres.encode())
    with source(mysql, "shop", filter(str.strip, on_mysql.split(";"))) as read:
        walkthrough.walk(page, copy, SOURCE_SHOP_URL=read, TARGET_SHOP_URL=written)
    with psycopg.connect(written) as target:
        found = target.execute('select number, "Total"::text, paid, "customerId"::text from "order"').fetchall()
    assert found == [(7, "12.50", True, "0e1b9f6c-41d4-4d9e-8f0a-6a1d5c1e7b11")]
