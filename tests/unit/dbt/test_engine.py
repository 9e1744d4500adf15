import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from runner.dbt import engine, nursery
from runner.dbt.results import NodeResult, scrubbed
from runner.errors import UsageError
from runner.postgres.target import address
from runner.systems import named


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            'Database Error in model user (models/alkemio/user.sql)\n  null value in column "email" of relation '
            '"user" violates not-null constraint\n  DETAIL:  Failing row contains (1, secret@example.org).\n'
            "  CONTEXT:  PL/pgSQL function inline_code_block line 3\n  compiled code at target/run/user.sql",
            'Database Error in model user (models/alkemio/user.sql)\n  null value in column "email" of relation '
            '"user" violates not-null constraint',
        ),
        (
            'Database Error in test x (y.yml)\n  invalid input syntax for type uuid: "secret"\n  LINE 1: select',
            'Database Error in test x (y.yml)\n  invalid input syntax for type uuid: "…"',
        ),
        (
            'Database Error\n  duplicate key value violates unique constraint "uq"\n  DETAIL:  Key (a)=(secret)',
            'Database Error\n  duplicate key value violates unique constraint "uq"',
        ),
        ("Database Error\n  value 'secret' is out of range", "Database Error\n  value '…' is out of range"),
        (
            "Compilation Error in test z\n  'dict object' has no attribute 'nodes'",
            "Compilation Error in test z\n  'dict object' has no attribute 'nodes'",
        ),
        ("Got 3 results, configured to fail if != 0", "Got 3 results, configured to fail if != 0"),
        ("INSERT 0 12", "INSERT 0 12"),
        ("", ""),
    ],
)
def test_messages_without_values(message: str, told: str) -> None:
    assert scrubbed(message) == told
    assert "secret" not in scrubbed(message)


@pytest.mark.parametrize(
    ("status", "passed"),
    [("success", True), ("pass", True), ("warn", True), ("fail", False), ("error", False), ("skipped", False)],
)
def test_passed(status: str, passed: bool) -> None:
    assert NodeResult("model.c.t", "t", "model", "t", status, 0.1, 3, None, "").passed is passed


def test_told_on_one_line() -> None:
    message = "Database Error in model t (models/t.sql)\n  t is missing:\n  apply it"
    assert NodeResult("model.c.t", "t", "model", "t", "error", 0.1, None, None, message).told == (
        "t is missing: apply it"
    )
    assert NodeResult("test.c.t", "t", "test", "t", "fail", 0.1, None, 3, "Got 3").told == "Got 3"


def test_process_inherits_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARGET_KRATOS_URL", "postgresql://u:secret@h/kratos")
    monkeypatch.setenv("DBT_TARGET_PATH", "/elsewhere")
    monkeypatch.setenv("CONVERGENCE_SCHEMA", "public")
    inherited = nursery.environment()
    assert set(inherited) <= {*nursery.INHERITED, "PYTHONUTF8"}
    assert inherited.get("PATH") == os.environ.get("PATH")


def test_variables_of_the_profile() -> None:
    url = SecretStr("postgresql://owner:p%40ss@db.example:5433/identities?sslmode=require")
    assert engine.variables(address(url, "TARGET_KRATOS_URL")) == {
        "CONVERGENCE_HOST": "db.example",
        "CONVERGENCE_PORT": "5433",
        "CONVERGENCE_USER": "owner",
        "CONVERGENCE_DATABASE": "identities",
        "DBT_ENV_SECRET_PASSWORD": "p@ss",
    }


def test_variables_of_a_socket() -> None:
    found = engine.variables(address(SecretStr("postgresql://owner@/kratos?host=/run/postgresql"), "TARGET_KRATOS_URL"))
    assert (found["CONVERGENCE_HOST"], found["CONVERGENCE_PORT"]) == ("/run/postgresql", "5432")


def test_wrong_url_starts_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="TARGET_KRATOS_URL"):
        engine.Engine(named("kratos"), SecretStr("mysql://h/kratos"), artifacts=tmp_path / "dbt")
    assert not (tmp_path / "dbt").exists()
