"""The servers of the tests keep their promises, or the tests that use them prove nothing."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped, unused-ignore]
import psycopg
import pymysql
import pytest

from runner.systems import ROOT, System, all_systems
from tests.servers import Postgres, SourceServer, places, provision
from tests.servers.source import quoted
from tests.sources import schema

POSTGRES = ["postgres15", "postgres17", "postgres18"]


@pytest.fixture(params=POSTGRES)
def target(request: pytest.FixtureRequest) -> Postgres:
    server = request.getfixturevalue(request.param)
    assert isinstance(server, Postgres)
    return server


def test_source_versions(mysql: SourceServer, mariadb: SourceServer) -> None:
    assert mysql.version.startswith("9.")
    assert mariadb.version.startswith("10.11.")


def test_target_versions(postgres15: Postgres, postgres17: Postgres, postgres18: Postgres) -> None:
    assert [server.version.split()[0].split(".")[0] for server in (postgres15, postgres17, postgres18)] == [
        "15",
        "17",
        "18",
    ]
    assert postgres17.version == "17.5"


def test_source_has_a_snapshot_position(source_server: SourceServer) -> None:
    statement = "show binary log status" if source_server.kind == "mysql" else "show master status"
    with source_server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    assert row is not None
    assert str(row[0]).startswith("binlog.")


def test_account_that_may_only_select_can_only_select(source_server: SourceServer) -> None:
    database = f"accounts_{secrets.token_hex(4)}"
    source_server.create_database(database)
    source_server.create_account(database, "p@ss:/word", ("SELECT",))
    with source_server.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("create table t (id int primary key)")
        cursor.execute("insert into t values (1)")
        connection.commit()
    login = pymysql.connect(
        host="127.0.0.1", port=source_server.port, user=database, password="p@ss:/word", database=database
    )
    with login as connection, connection.cursor() as cursor:
        cursor.execute("select id from t")
        assert cursor.fetchall() == ((1,),)
        for forbidden in ("insert into t values (2)", "delete from t", "drop table t", "flush tables"):
            with pytest.raises(pymysql.err.OperationalError):
                cursor.execute(forbidden)
    source_server.drop_account(database)
    source_server.drop_database(database)


def test_source_survives_a_kill_on_the_same_port(source_server: SourceServer) -> None:
    database = f"kill_{secrets.token_hex(4)}"
    source_server.create_database(database)
    pid, port = source_server.pid, source_server.port
    source_server.kill()
    with pytest.raises(pymysql.err.OperationalError):
        source_server.connect()
    source_server.start()
    assert (source_server.pid != pid, source_server.port) == (True, port)
    with source_server.connect(database):
        source_server.drop_database(database)


def test_target_survives_a_kill_on_the_same_port(target: Postgres) -> None:
    port = target.port
    target.kill()
    with pytest.raises(psycopg.OperationalError):
        target.connect()
    target.start()
    assert target.port == port
    target.connect().close()


def test_role_of_a_target_is_ordinary(target: Postgres, fresh_target: Callable[[Postgres], str]) -> None:
    with psycopg.connect(fresh_target(target)) as connection:
        role = connection.execute(
            "select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls "
            "from pg_roles where rolname = current_user"
        ).fetchone()
        assert role == (False,) * 5
        owner = connection.execute(
            "select pg_get_userbyid(datdba) = current_user, pg_encoding_to_char(encoding) "
            "from pg_database where datname = current_database()"
        ).fetchone()
        assert owner == (True, "UTF8")
        connection.execute("create extension pg_trgm")
        connection.execute("create schema mine")


def test_target_wants_the_password(target: Postgres, fresh_target: Callable[[Postgres], str]) -> None:
    url = fresh_target(target)
    user = url.partition("://")[2].partition(":")[0]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url.replace(url.rpartition("@")[0], f"postgresql://{user}:wrong"))


@pytest.mark.parametrize("system", all_systems(), ids=lambda system: system.name)
def test_schema_has_everything_of_the_catalog(
    source_server: SourceServer, system: System, fresh_source: Callable[[SourceServer, System], str]
) -> None:
    database = fresh_source(source_server, system).rpartition("/")[2]
    tables = system.source_catalog.tables.values()
    with source_server.connect(database) as connection, connection.cursor() as cursor:
        counts = {}
        for what, view in (("columns", "columns"), ("foreign keys", "referential_constraints")):
            schema_column = "constraint_schema" if what == "foreign keys" else "table_schema"
            cursor.execute(f"select count(*) from information_schema.{view} where {schema_column} = %s", (database,))
            counts[what] = (cursor.fetchone() or (0,))[0]
        cursor.execute(
            "select table_name, index_name, group_concat(column_name order by seq_in_index) "
            "from information_schema.statistics where table_schema = %s group by table_name, index_name",
            (database,),
        )
        indexes = {(str(row[0]), str(row[1])): str(row[2]) for row in cursor.fetchall()}
    assert counts == {
        "columns": sum(len(table.columns) for table in tables),
        "foreign keys": sum(len(table.foreign_keys) for table in tables),
    }
    assert indexes == {
        (table.name, key.name or "PRIMARY"): ",".join(key.columns)
        for table in tables
        for key in (*([table.primary_key] if table.primary_key else []), *table.unique, *table.indexes)
    }


def test_identifiers_are_quoted(mysql: SourceServer) -> None:
    name = "odd`name%s"
    mysql.create_database(name)
    with mysql.connect(name) as connection, connection.cursor() as cursor:
        cursor.execute("select database()")
        assert cursor.fetchone() == (name,)
        assert quoted(name) == "`odd``name%s`"
        assert not schema.is_mariadb(connection)
    mysql.drop_database(name)


def test_a_server_that_starts_leaves_temporary_tables_of_others_alone(source_server: SourceServer) -> None:
    with source_server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("select @@tmpdir")
        folders = (Path((cursor.fetchone() or ("",))[0]), Path(tempfile.gettempdir()))
    tables = [folder / f"#sql-temptable-{secrets.token_hex(4)}.MAI" for folder in folders]
    for table in tables:
        table.touch()
    # Its data folder is made by a server that starts, too.
    with type(source_server)():
        assert [table.exists() for table in tables] == [True, True]
    for table in tables:
        table.unlink()


def test_servers_die_with_the_tests_and_leave_nothing() -> None:
    script = (
        "import time; from tests.servers import MariaDB, postgres18\n"
        "servers = [MariaDB().start(), postgres18().start()]\n"
        "print(*[f'{s.pid}:{s.folder}' for s in servers], flush=True); time.sleep(600)"
    )
    tests = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert tests.stdout is not None
    started = [part.partition(":") for part in tests.stdout.readline().split()]
    assert len(started) == 2
    os.kill(tests.pid, signal.SIGKILL)
    tests.wait()
    tests.stdout.close()
    end = time.monotonic() + 30
    while any(psutil.pid_exists(int(pid)) for pid, _, _ in started) and time.monotonic() < end:
        time.sleep(0.1)
    assert not [pid for pid, _, _ in started if psutil.pid_exists(int(pid))]
    subprocess.run([sys.executable, "-c", "from tests.servers import process; process.sweep()"], cwd=ROOT, check=True)
    left = {str(path) for path in places.RUN.iterdir()}
    assert left.isdisjoint(folder for _, _, folder in started)


@pytest.mark.usefixtures("mysql", "mariadb", "postgres15", "postgres17")
def test_provisioning_again_finds_everything() -> None:
    assert {line.rpartition(": ")[2] for line in provision.provision()} == {"present"}


def test_half_made_tree_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    (tmp_path / "tree.half" / "rest").mkdir(parents=True)

    def fail(half: Path) -> None:
        (half / "file").touch()
        raise provision.ProvisionError("no network")

    with pytest.raises(provision.ProvisionError):
        provision._whole(folder, fail)
    assert not folder.exists()
    provision._whole(folder, lambda half: (half / "whole").touch())
    assert [path.name for path in folder.iterdir()] == ["whole"]
    assert [path.name for path in tmp_path.iterdir()] == ["tree"]


def test_services_stay_down_only_while_installing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = tmp_path / "policy-rc.d"
    monkeypatch.setattr(provision, "POLICY", policy)
    with provision._services_stay_down([]):
        assert subprocess.run([policy], check=False).returncode == 101
        left = policy.read_text()
    assert not policy.exists()
    # One that a killed provision left behind allows everything again, and the next provision removes it.
    policy.write_text(re.sub(r"kill -0 \d+", f"kill -0 {_dead_pid()}", left))
    policy.chmod(0o755)
    assert subprocess.run([policy], check=False).returncode == 0
    with provision._services_stay_down([]):
        pass
    assert not policy.exists()
    policy.write_text("#!/bin/sh\nexit 101\n")
    with provision._services_stay_down([]):
        pass
    assert policy.read_text() == "#!/bin/sh\nexit 101\n"


def _dead_pid() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid
