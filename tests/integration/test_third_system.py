"""A third system is two catalogs in a folder of its own: no line of Python knows the systems' names."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from runner.systems import ROOT
from tests.servers import Postgres

PARTS = ("runner", "baseline", "macros", "models", "profiles", "tests/data", "seeds/rules", "dbt_project.yml")
GENERATE = "from runner import generate, systems; print(len(generate.write(systems.named('shop'))))"


def column(name: str, kind: str, *, default: str | None = None, nullable: bool = False) -> dict[str, Any]:
    """A column as a catalog's document spells it."""
    return {"name": name, "type": kind, "nullable": nullable, "default": default}


def catalog(engine: str, columns: list[dict[str, Any]]) -> str:
    """A catalog of one table, `order`."""
    table: dict[str, Any] = {
        "columns": columns,
        "primary_key": {"name": "order_pkey", "columns": ["id"]},
        "unique": [],
        "indexes": [],
        "foreign_keys": [],
        "checks": [],
    }
    head = {"catalog": engine, "database": "shop", "server_version": "1"}
    return json.dumps({**head, "tables": {"order": table}})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with a system more."""
    for part in PARTS:
        source, copy = ROOT / part, tmp_path / part
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, copy) if source.is_dir() else shutil.copy(source, copy)
    shop = tmp_path / "baseline" / "shop"
    shop.mkdir()
    mysql = [column("id", "char(36)"), column("Total", "decimal(10,2)", nullable=True)]
    postgres = [column("Total", "numeric(10,2)", nullable=True), column("id", "uuid", default="uuid_generate_v4()")]
    (shop / "mysql.json").write_text(catalog("mysql", mysql), encoding="utf-8")
    (shop / "postgres.json").write_text(catalog("postgres", postgres), encoding="utf-8")
    return tmp_path


def run(project: Path, *arguments: str, **environment: str) -> str:
    """What a Python process in the copy prints."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=project, env=environment, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_third_system(project: Path, postgres18: Postgres, fresh_target: Callable[[Postgres], str]) -> None:
    # Two baseline files, sources, a model with its yml, and the profile.
    assert run(project, "-c", GENERATE).strip() == "6"
    assert run(project, "-c", GENERATE).strip() == "0"
    with psycopg.connect(fresh_target(postgres18), autocommit=True) as connection:
        connection.execute("create schema convergence_build; create schema convergence_landing")
        connection.execute("set search_path to convergence_build")
        for name in ("pre_data.sql", "post_data.sql"):
            connection.execute((project / "baseline" / "shop" / name).read_bytes())
        connection.execute(
            'create table convergence_landing."order" as select 12.50::numeric as "Total", gen_random_uuid() as id'
        )
        info = connection.info
        dbt = ["-m", "dbt.cli.main", "run", "--target", "shop", "--select", "order", "--profiles-dir", "profiles"]
        run(
            project,
            *dbt,
            CONVERGENCE_HOST=info.host,
            CONVERGENCE_PORT=str(info.port),
            CONVERGENCE_USER=info.user,
            CONVERGENCE_DATABASE=info.dbname,
            DBT_ENV_SECRET_PASSWORD=info.password,
        )
        filled = connection.execute('select "Total"::text from "order"').fetchall()
    assert filled == [("12.50",)]
