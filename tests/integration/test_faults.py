"""What an operator meets at night: a clear line and exit code, `public` as it was, and `--resume` that goes on."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from runner.runs import lock
from tests.chaos.attempt import attempt
from tests.comparison import differences
from tests.corpus.scratch import target_address
from tests.integration import final
from tests.integration.deployment import Deployment, connect_source, connect_target, sources, targets
from tests.servers import MySQL, Postgres, places
from tests.servers.proxy import Proxy

KRATOS = ("--system", "kratos")
RESUME = ("migrate", "--resume")


@pytest.fixture(scope="module")
def filled(mysql: MySQL) -> Iterator[str]:
    with sources(mysql, seed=61) as urls:
        yield urls["kratos"]


@pytest.fixture
def deployment(filled: str, postgres17: Postgres, tmp_path: Path) -> Iterator[Deployment]:
    with targets(postgres17) as written:
        yield Deployment({"kratos": filled}, {"kratos": written["kratos"]}, tmp_path / "work")


def untouched(deployment: Deployment) -> bool:
    return final.seen(deployment.targets["kratos"]).tables == {}


def resumes(deployment: Deployment, mysql: MySQL) -> None:
    """The run goes on to a proved end."""
    finished = deployment.inv(*RESUME)
    assert finished.code == 0, finished.told
    with (
        connect_source(mysql, deployment.sources["kratos"]) as source,
        connect_target(deployment.targets["kratos"]) as target,
    ):
        assert list(differences(source, target, "kratos")) == []
    assert deployment.report()["status"] == "succeeded"


class SmallDisk(Postgres):
    """A server whose files may not grow beyond a size, as on a disk that is full."""

    size: int | None = (16 << 20) + 4096

    def command(self) -> list[str]:
        limit = ["prlimit", f"--fsize={self.size}", "--"] if self.size else []
        return [*limit, *super().command()]


def test_a_full_disk_on_the_target(filled: str, mysql: MySQL, tmp_path: Path) -> None:
    with connect_source(mysql, filled) as connection, connection.cursor() as cursor:
        document = f'["{secrets.token_hex(12 << 20)}"]'
        cursor.execute("update selfservice_errors set errors = %s limit 1", (document,))
        connection.commit()
    with SmallDisk("small-disk", places.postgres17()) as server, targets(server) as written:
        deployment = Deployment({"kratos": filled}, {"kratos": written["kratos"]}, tmp_path / "work")
        finished = deployment.inv("migrate", *KRATOS)
        assert finished.code == 1, finished.told
        assert "the disk is full (copying selfservice_errors/0001.csv); make room" in finished.line
        assert untouched(deployment)
        server.stop()
        server.size = None
        server.start()
        resumes(deployment, mysql)
    with connect_source(mysql, filled) as connection, connection.cursor() as cursor:
        cursor.execute("update selfservice_errors set errors = '[]'")
        connection.commit()


def test_a_lock_table_that_is_full(deployment: Deployment, mysql: MySQL, postgres17: Postgres) -> None:
    with postgres17.connect() as greedy:
        with pytest.raises(psycopg.errors.OutOfMemory):
            greedy.execute("select pg_advisory_lock(number) from generate_series(1, 1000000) as number")
        # Enough is left to log in, and not to make the tables.
        greedy.execute("select pg_advisory_unlock(number) from generate_series(1, 60) as number")
        finished = deployment.inv("migrate", *KRATOS)
    assert finished.code == 1, finished.told
    # Which statement meets the end of the table is chance: the runner's, one of dbt's, or a login.
    assert re.search(r"ran out of memory or locks|out of shared memory|refused a session", finished.line)
    assert untouched(deployment)
    resumes(deployment, mysql)


def test_a_full_disk_on_the_runner(deployment: Deployment, mysql: MySQL) -> None:
    finished = deployment.inv("migrate", *KRATOS, file_limit=100_000)
    assert finished.code == 1, finished.told
    assert "File too large; make room" in finished.line
    assert untouched(deployment)
    resumes(deployment, mysql)


def test_a_line_that_is_cut(deployment: Deployment, mysql: MySQL) -> None:
    url = deployment.sources["kratos"]
    # More than the check reads, less than the export.
    with Proxy(mysql.port, limit=1 << 20) as proxy:
        through = deployment.reading({"kratos": url.replace(f":{mysql.port}/", f":{proxy.port}/")})
        finished = through.inv("migrate", *KRATOS)
        assert finished.code == 1, finished.told
        assert proxy.cuts
        assert "no server answers there" in finished.line or "the connection was lost" in finished.line
        assert [event["event"] for event in through.log()].count("retry") == 3
        assert untouched(deployment)
        proxy.mend()
        resumes(through, mysql)


def test_a_password_that_changes_in_between(deployment: Deployment, mysql: MySQL, postgres17: Postgres) -> None:
    url = deployment.targets["kratos"]
    where = target_address(url)
    with attempt(deployment, ("migrate", *KRATOS)) as runner:
        assert runner.reaches("load")
        runner.process.kill()
        runner.end()
    with postgres17.connect() as admin:
        statement = sql.SQL("alter role {} password {}")
        admin.execute(statement.format(sql.Identifier(where.user), sql.Literal("another")))
    finished = deployment.inv(*RESUME)
    assert finished.code == 1, finished.told
    assert "password was refused; check the URL" in finished.line
    again = replace(deployment, targets={"kratos": postgres17.url(where.database, where.user, "another")})
    assert untouched(again)
    resumes(again, mysql)


def test_another_task_at_work(deployment: Deployment) -> None:
    where = target_address(deployment.targets["kratos"])
    deployment.work.mkdir()
    with lock.folder(deployment.work, "migrate") as held:
        held.say("run-1")
        finished = deployment.inv("migrate", *KRATOS)
        assert finished.code == 3, finished.told
        assert "`./inv migrate` (process" in finished.line
        assert "run run-1" in finished.line
        # What only reads is not kept waiting.
        assert deployment.inv("check", *KRATOS).code == 0
    with lock.targets([where], "migrate", "run-2"):
        for task in ("migrate", "rollback", "clean"):
            finished = deployment.inv(task, *KRATOS)
            assert finished.code == 3, finished.told
            assert "convergence migrate run-2 (session" in finished.line
        assert deployment.inv("check", *KRATOS).code == 0
    assert untouched(deployment)


def test_what_cannot_be_resumed(deployment: Deployment, filled: str, mysql: MySQL, postgres17: Postgres) -> None:
    def expect(code: int, words: str, *arguments: str, on: Deployment = deployment) -> None:
        finished = on.inv(*arguments)
        assert finished.code == code, finished.told
        assert words in finished.line

    expect(2, "waits to be resumed: `./inv migrate` starts a new one", *RESUME)
    expect(2, "leave out all others", *RESUME, *KRATOS)
    assert deployment.inv("check", *KRATOS).code == 0
    expect(2, "is no migration", *RESUME, "--run", deployment.latest.name)
    expect(2, "add --resume", "migrate", "--run", deployment.latest.name)
    with attempt(deployment, ("migrate", *KRATOS)) as runner:
        assert runner.reaches("export")
        runner.process.kill()
        runner.end()
    with targets(postgres17) as others:
        expect(2, "began with the target", *RESUME, on=replace(deployment, targets={"kratos": others["kratos"]}))
    resumes(deployment, mysql)
    expect(2, "came to its end, there is nothing to resume: `./inv status` shows it", *RESUME)
    expect(2, "came to its end", *RESUME, "--run", deployment.latest.name)


def test_a_source_that_moved_on(deployment: Deployment, mysql: MySQL) -> None:
    with attempt(deployment, ("migrate", *KRATOS)) as runner:
        assert runner.reaches("load")
        runner.process.kill()
        runner.end()
    with connect_source(mysql, deployment.sources["kratos"]) as connection, connection.cursor() as cursor:
        cursor.execute("update identities set state = concat(state, 'x') limit 1")
        connection.commit()
    finished = deployment.inv(*RESUME)
    assert finished.code == 3, finished.told
    assert "identities changed after the snapshot" in finished.line
    assert untouched(deployment)
    assert "./inv migrate" in finished.stdout
    finished = deployment.inv("migrate", *KRATOS)
    assert finished.code == 0, finished.told
