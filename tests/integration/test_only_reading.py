"""A whole migration writes nothing into its source: an account that may only read is enough, and no counter moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.comparison import differences
from tests.integration import writes
from tests.integration.deployment import Deployment, connect_source, connect_target, sources, targets
from tests.servers import Postgres, SourceServer

# Each writes one row; the counters that have to move on MySQL and on MariaDB.
WRITING = {
    "insert into networks select uuid(), now(), now() from networks limit 1": (
        {"Com_insert_select", "Innodb_rows_inserted"},
        {"Com_insert_select", "Handler_write"},
    ),
    "update networks set updated_at = updated_at + interval 1 day limit 1": (
        {"Com_update", "Innodb_rows_updated", "Handler_update"},
        {"Com_update", "Handler_update"},
    ),
    "delete from identity_verification_tokens limit 1": (
        {"Com_delete", "Innodb_rows_deleted", "Handler_delete"},
        {"Com_delete", "Handler_delete"},
    ),
}


@dataclass(frozen=True)
class Source:
    """A server, and the URL of a database that its account may read."""

    server: SourceServer
    url: str


@pytest.fixture(scope="module")
def source(source_server: SourceServer) -> Iterator[Source]:
    with sources(source_server, seed=81, privileges=("SELECT",)) as urls:
        yield Source(source_server, urls["kratos"])


def test_a_whole_migration_writes_nothing(source: Source, postgres17: Postgres, tmp_path: Path) -> None:
    with targets(postgres17) as written:
        target = written["kratos"]
        before = writes.counted(source.server)
        finished = Deployment({"kratos": source.url}, {"kratos": target}, tmp_path).inv("migrate", "--system", "kratos")
        assert writes.counted(source.server) == before
        assert finished.code == 0, finished.told
        with connect_source(source.server, source.url) as left, connect_target(target) as right:
            assert list(differences(left, right, "kratos")) == []


@pytest.mark.parametrize("statement", WRITING)
def test_the_counters_see_every_kind_of_write(source: Source, statement: str) -> None:
    before = writes.counted(source.server)
    with connect_source(source.server, source.url) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        connection.commit()
    after = writes.counted(source.server)
    on_mysql, on_mariadb = WRITING[statement]
    moved = on_mysql if source.server.kind == "mysql" else on_mariadb
    assert {name for name in after if after[name] != before[name]} == moved | {"binary log"}
