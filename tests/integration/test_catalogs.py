"""Catalogs of live sources: the schema of the baseline is recognised on both engines, faults are named."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pymysql
import pytest
from pydantic import SecretStr

from runner.catalog.differences import source_differences
from runner.catalog.model import Catalog, Table
from runner.mysql import source
from runner.mysql.catalog import read_catalog
from runner.systems import ROOT, System, all_systems, named
from tests.servers import SourceServer

KRATOS = named("kratos")
FreshSource = Callable[[SourceServer, System], str]


def read(url: str, **options: Any) -> Catalog:
    """The catalog as a session with these options reads it."""
    where = source.address(SecretStr(url), "url")
    with pymysql.connect(
        host=where.host,
        port=where.port,
        user=where.user,
        password=where.password.get_secret_value(),
        database=where.database,
        **options,
    ) as connection:
        return read_catalog(connection, where.database)


def comparable(table: Table) -> Table:
    """A table without what MariaDB cannot say: MySQL's collation, the difference of RESTRICT and NO ACTION."""
    return replace(
        table,
        columns=tuple(replace(column, charset=None, collation=None) for column in table.columns),
        foreign_keys=tuple(
            replace(
                key,
                on_delete=key.on_delete.replace("NO ACTION", "RESTRICT"),
                on_update=key.on_update.replace("NO ACTION", "RESTRICT"),
            )
            for key in table.foreign_keys
        ),
        checks=tuple(replace(check, expression=re.sub(r"[()]", "", check.expression)) for check in table.checks),
    )


@pytest.mark.parametrize("system", all_systems(), ids=lambda system: system.name)
def test_mysql_prints_the_baseline(mysql: SourceServer, fresh_source: FreshSource, system: System) -> None:
    found = read(fresh_source(mysql, system))
    assert found.tables == system.source_catalog.tables
    assert (found.engine, found.views, found.triggers) == ("mysql", (), ())


@pytest.mark.parametrize("system", all_systems(), ids=lambda system: system.name)
def test_mariadb_is_translated(mariadb: SourceServer, fresh_source: FreshSource, system: System) -> None:
    found = read(fresh_source(mariadb, system))
    assert found.engine == "mariadb"
    assert source_differences(system.source_catalog, found) == []
    for name, table in system.source_catalog.tables.items():
        assert comparable(found.tables[name]) == comparable(table)


def test_raw_sessions_read_the_same(source_server: SourceServer, fresh_source: FreshSource) -> None:
    url = fresh_source(source_server, KRATOS)
    assert read(url, use_unicode=False) == read(url, charset="utf8mb4") == read(url, conv=pymysql.converters.encoders)


FAULTS = {
    "drop table session_token_exchanges": "table session_token_exchanges is missing",
    "create table challenge (id int)": "table challenge is not expected",
    "alter table networks add column more int": "networks: column more is not expected: int",
    "alter table sessions drop column active": "sessions: column active is missing: tinyint(1)",
    "alter table identities modify created_at datetime(6) not null": (
        "identities: column created_at differs in type: expected datetime, found datetime(6)"
    ),
    "alter table courier_messages modify created_at datetime null": (
        "courier_messages: column created_at differs in nullability: expected not null, found null"
    ),
    "alter table session_devices drop primary key": (
        "session_devices: primary key differs in definition: expected id, found none"
    ),
}


def test_faults_are_named(source_server: SourceServer, fresh_source: FreshSource) -> None:
    url = fresh_source(source_server, KRATOS)
    with source_server.connect(url.rpartition("/")[2]) as connection, connection.cursor() as cursor:
        for fault in FAULTS:
            cursor.execute(fault)
    told = [str(one) for one in source_differences(KRATOS.source_catalog, read(url))]
    assert sorted(told) == sorted(FAULTS.values())


def test_printing_a_catalog_takes_the_url_from_standard_input(mysql: SourceServer, fresh_source: FreshSource) -> None:
    url = fresh_source(mysql, KRATOS)
    command = [sys.executable, "-m", "runner.catalog", "mysql"]
    printed = subprocess.run(command, cwd=ROOT, input=url, text=True, capture_output=True, check=True)
    assert '"catalog": "mysql"' in printed.stdout
    assert '"courier_messages"' in printed.stdout
    wrong = subprocess.run(command[:-1], cwd=ROOT, input="", text=True, capture_output=True, check=False)
    assert (wrong.returncode, wrong.stdout) == (2, "")
