"""Names of databases, folders and tables are names: nothing in them is obeyed by a shell, SQL, CSV or Jinja."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runner.systems import named
from tests.comparison import differences
from tests.integration import final
from tests.integration.deployment import Deployment, connect_source, connect_target, fill, hostile_password
from tests.servers import MySQL, Postgres
from tests.servers.source import quoted

ODD = "o'd\"d; drop $HOME ${HOME} $(id) `id` {{ 7 + 7 }} {% raw %} %s %(x)s #"
WILD = "*?[]\\"
ONE = ("--system", "kratos")


@pytest.fixture(scope="module")
def deployment(mysql: MySQL, postgres17: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Kratos in databases of odd names, with a work folder of an odd name."""
    # MySQL's names are shorter, and end with no blank.
    read = f"{ODD[:45]}{WILD}{secrets.token_hex(2)}"
    written = f'"{ODD[-38:]}{WILD}ü "" {secrets.token_hex(2)}"'
    password = hostile_password()
    try:
        fill(mysql, named("kratos"), read, seed=61)
        postgres17.create_role_and_database(written, password)
        work = tmp_path_factory.mktemp("work") / f"{ODD}\nline"
        targets = {"kratos": postgres17.url(written, written, password)}
        yield Deployment({"kratos": mysql.url(read)}, targets, work)
    finally:
        mysql.drop_database(read)
        postgres17.drop_role_and_database(written)


def test_a_whole_migration(deployment: Deployment, mysql: MySQL) -> None:
    finished = deployment.inv("migrate", *ONE)
    assert (finished.code, finished.stderr) == (0, ""), finished.told
    catalog = json.loads((deployment.latest / "dbt" / "kratos" / "catalog.json").read_bytes())
    assert (len(catalog["nodes"]) > len(named("kratos").target_catalog.tables) - 2, catalog["errors"]) == (True, None)
    assert (deployment.latest / "docs.kratos.html").is_file()
    with (
        connect_source(mysql, deployment.sources["kratos"]) as source,
        connect_target(deployment.targets["kratos"]) as target,
    ):
        assert list(differences(source, target, "kratos")) == []


def test_the_way_back_and_forth(deployment: Deployment) -> None:
    published = final.seen(deployment.targets["kratos"])
    assert published.tables
    finished = deployment.inv("rollback", *ONE)
    assert (finished.code, finished.stderr) == (0, ""), finished.told
    assert final.seen(deployment.targets["kratos"]).tables == {}
    finished = deployment.inv("publish", *ONE)
    assert (finished.code, finished.stderr) == (0, ""), finished.told
    assert final.seen(deployment.targets["kratos"]) == published


def test_its_export_and_its_documents(deployment: Deployment) -> None:
    for task in ("runbook", "status"):
        finished = deployment.inv(task, *(ONE if task == "runbook" else ()))
        assert (finished.code, finished.stderr) == (0, ""), finished.told
    page = (deployment.latest / "runbook.md").read_text(encoding="utf-8")
    assert "{{ 7 + 7 }}" in page
    again = replace(deployment, sources={"kratos": f"csv:{deployment.latest / 'export' / 'kratos'}"})
    finished = again.inv("check", *ONE, "--replace")
    assert (finished.code, finished.stderr) == (0, ""), finished.told


@pytest.mark.parametrize(
    "name", [f"{ODD[:50]}{WILD}", "line\nbreak", "\N{RIGHT-TO-LEFT OVERRIDE}evil", "../../etc/passwd"]
)
def test_a_table_that_nobody_knows_is_named_and_nothing_else(deployment: Deployment, mysql: MySQL, name: str) -> None:
    with connect_source(mysql, deployment.sources["kratos"]) as connection, connection.cursor() as cursor:
        cursor.execute(f"create table {quoted(name)} ({quoted('c' + name[:30].strip())} int)".replace("%", "%%"), ())
        try:
            finished = deployment.inv("check", *ONE, "--replace")
        finally:
            cursor.execute(f"drop table {quoted(name)}".replace("%", "%%"), ())
    assert finished.code == 3, finished.told
    assert "skipped_tables.csv" in finished.line
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in finished.line


@pytest.mark.parametrize("character", ["*", "?", "[", "\\"])
def test_a_folder_that_would_be_a_pattern_is_not_taken(deployment: Deployment, tmp_path: Path, character: str) -> None:
    finished = replace(deployment, work=tmp_path / f"a{character}b").inv("migrate", *ONE)
    assert finished.code == 2, finished.told
    assert "WORK_DIR holds " in finished.line
    assert list(tmp_path.iterdir()) == []


def test_a_database_whose_catalog_dbt_cannot_read_is_not_taken(deployment: Deployment, tmp_path: Path) -> None:
    targets = {"kratos": "postgresql://u:p@127.0.0.1:1/a%27b"}
    finished = replace(deployment, targets=targets, work=tmp_path / "work").inv("check", *ONE)
    assert finished.code == 2, finished.told
    assert "TARGET_KRATOS_URL: dbt cannot read the catalog of a database named with an apostrophe" in finished.line
