"""A server that does not answer, does not let in or is not the one meant is one line that says which and what to do."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from psycopg import sql

from runner.mysql import source
from runner.phases import check
from tests.integration.bad_input.attempts import REFUSAL, SECRET, URLS, VIOLATION, Attempt, Place, expect
from tests.servers.process import HOST, free_port


def _with(url: str, *, port: int | None = None, password: str | None = None, database: str | None = None) -> str:
    """A URL with another part."""
    found = re.fullmatch(r"(\w+)://([^:]+):([^@]+)@([^:]+):(\d+)/(.+)", url)
    assert found
    scheme, user, old_password, host, old_port, old_database = found.groups()
    return f"{scheme}://{user}:{password or old_password}@{host}:{port or old_port}/{database or old_database}"


SIDES = ["SOURCE_KRATOS_URL", "TARGET_KRATOS_URL"]


@pytest.mark.parametrize("variable", SIDES)
def test_no_server(attempt: Attempt, place: Place, variable: str) -> None:
    port = free_port()
    ended = attempt(**{variable: _with(place.settings[variable], port=port)})
    expect(ended, VIOLATION, "no server answers", f"{HOST}:{port}")
    assert place.untouched()


@pytest.mark.parametrize("variable", SIDES)
def test_wrong_password(attempt: Attempt, place: Place, variable: str) -> None:
    ended = attempt(**{variable: _with(place.settings[variable], password=SECRET)})
    expect(ended, VIOLATION, "password was refused", variable.partition("_")[0].lower())


@pytest.mark.parametrize("variable", SIDES)
def test_wrong_database(attempt: Attempt, place: Place, variable: str) -> None:
    ended = attempt(**{variable: _with(place.settings[variable], database="no_such_db")})
    expect(ended, VIOLATION, "no_such_db", "check the URL")


def test_another_kind_of_server(attempt: Attempt, place: Place) -> None:
    ended = attempt(TARGET_KRATOS_URL=_with(place.settings["TARGET_KRATOS_URL"], port=place.source_server.port))
    expect(ended, VIOLATION, f"{HOST}:{place.source_server.port}")


def test_all_faults_at_once(attempt: Attempt, place: Place) -> None:
    ports = [free_port() for _ in URLS]
    ended = attempt(**{name: _with(place.settings[name], port=port) for name, port in zip(URLS, ports, strict=True)})
    expect(ended, VIOLATION, *(f"{HOST}:{port}" for port in ports))


@pytest.fixture
def account(place: Place) -> Iterator[Callable[[str], str]]:
    """A function that makes an account with a grant and returns its URL of the Kratos source."""
    name = f"weak_{secrets.token_hex(4)}"

    def make(grant: str) -> str:
        database = place.settings["SOURCE_KRATOS_URL"].rpartition("/")[2]
        with place.source_server.connect() as connection, connection.cursor() as cursor:
            cursor.execute("create user %s@'%%' identified by %s", (name, SECRET))
            if grant:
                cursor.execute(grant.format(database=database, account=f"'{name}'@'%'"))
        return place.source_server.url(database, name, SECRET)

    yield make
    place.source_server.drop_account(name)


@pytest.mark.parametrize(
    ("grant", "words"),
    [
        ("", ("may not read", "GRANT SELECT")),
        ("grant select on `{database}`.identities to {account}", ("is missing",)),
        ("grant insert on `{database}`.* to {account}", ("may not read", "GRANT SELECT")),
    ],
    ids=["none", "one table", "other"],
)
def test_missing_privilege(attempt: Attempt, account: Callable[[str], str], grant: str, words: tuple[str, ...]) -> None:
    expect(attempt(SOURCE_KRATOS_URL=account(grant)), REFUSAL, *words)


@pytest.mark.parametrize(
    ("kind", "version"), [("mysql", "5.7.44"), ("mysql", "10.0.1"), ("mariadb", "10.5.27-MariaDB")]
)
def test_unsupported_source(attempt: Attempt, monkeypatch: pytest.MonkeyPatch, kind: Any, version: str) -> None:
    monkeypatch.setattr(source, "server", lambda _: source.Server(kind, version))
    expect(attempt(), REFUSAL, version, "not supported", "MySQL 8.0")


def test_unsupported_target(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_OLDEST_TARGET", 990000)
    expect(attempt(), REFUSAL, "Postgres 17 is too old", "15 to 18")


def test_source_of_another_system(attempt: Attempt, place: Place) -> None:
    ended = attempt(SOURCE_KRATOS_URL=place.settings["SOURCE_ALKEMIO_URL"])
    expect(ended, REFUSAL, "supported kratos schema", "skipped_tables.csv")


@pytest.fixture
def database(place: Place) -> Iterator[Callable[..., str]]:
    """A function that makes a database with options, owned by a role or not, and returns the role's URL of it."""
    name = f"odd_{secrets.token_hex(4)}"

    def make(options: str, *, owned: bool = True) -> str:
        with place.target_server.connect() as connection:
            role = sql.Identifier(name)
            connection.execute(sql.SQL("create role {} login password {}").format(role, sql.Literal(SECRET)))
            owner = sql.SQL("owner {}").format(role) if owned else sql.SQL("")
            # The options are written in this file.
            statement = sql.SQL("create database {} {} template template0 {}")
            connection.execute(statement.format(role, owner, sql.SQL(options)))
        return place.target_server.url(name, name, SECRET)

    yield make
    place.target_server.drop_role_and_database(name)


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_target_in_another_encoding(attempt: Attempt, database: Callable[..., str], encoding: str) -> None:
    url = database(f"encoding '{encoding}' lc_collate 'C' lc_ctype 'C'")
    expect(attempt(TARGET_KRATOS_URL=url), REFUSAL, encoding, "ENCODING 'UTF8'")


def test_role_that_may_not_create(attempt: Attempt, database: Callable[..., str]) -> None:
    expect(attempt(TARGET_KRATOS_URL=database("", owned=False)), REFUSAL, "may not create schemas", "owner")
