"""Servers and databases for tests: servers start when the first test asks and stay for the session."""

from __future__ import annotations

import secrets
import signal
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from runner.systems import System
from tests.lacking import lacking
from tests.servers import (
    MariaDB,
    MySQL,
    NotProvisionedError,
    Postgres,
    SourceServer,
    postgres15,
    postgres17,
    postgres18,
)
from tests.servers.process import Server
from tests.sources import schema

AnyServer = TypeVar("AnyServer", bound=Server)


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """What heeds signals after a test is what did before it: a process that is started inherits what is ignored."""
    former = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    yield
    for one, handler in former.items():
        signal.signal(one, handler)


@pytest.fixture(scope="session")
def mysql() -> Iterator[MySQL]:
    """A running MySQL 9."""
    yield from _running(MySQL)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """A running MariaDB 10.11."""
    yield from _running(MariaDB)


@pytest.fixture(scope="session", name="postgres15")
def running_postgres15() -> Iterator[Postgres]:
    """A running Postgres 15."""
    yield from _running(postgres15)


@pytest.fixture(scope="session", name="postgres17")
def running_postgres17() -> Iterator[Postgres]:
    """A running Postgres 17.5."""
    yield from _running(postgres17)


@pytest.fixture(scope="session", name="postgres18")
def running_postgres18() -> Iterator[Postgres]:
    """A running Postgres 18."""
    yield from _running(postgres18)


@pytest.fixture(scope="session", params=["mysql", "mariadb"])
def source_server(request: pytest.FixtureRequest) -> SourceServer:
    """Each of the two source engines in turn."""
    server = request.getfixturevalue(request.param)
    assert isinstance(server, SourceServer)
    return server


@pytest.fixture
def fresh_source() -> Iterator[Callable[[SourceServer, System], str]]:
    """A function that makes a new database with a system's schema and no rows, and returns its URL."""
    made: list[tuple[SourceServer, str]] = []

    def make(server: SourceServer, system: System) -> str:
        name = f"{system.name}_{secrets.token_hex(4)}"
        made.append((server, name))
        server.create_database(name)
        with server.connect(name) as connection:
            schema.create(connection, system)
        return server.url(name)

    yield make
    for server, name in made:
        server.start().drop_database(name)


@pytest.fixture
def fresh_target() -> Iterator[Callable[[Postgres], str]]:
    """A function that makes a new empty database with an ordinary owner, and returns the owner's URL."""
    made: list[tuple[Postgres, str]] = []

    def make(server: Postgres) -> str:
        name, password = f"target_{secrets.token_hex(4)}", secrets.token_urlsafe(12)
        made.append((server, name))
        server.create_role_and_database(name, password)
        return server.url(name, name, password)

    yield make
    for server, name in made:
        server.start().drop_role_and_database(name)


def _running(make: Callable[[], AnyServer]) -> Iterator[AnyServer]:
    try:
        server = make()
    except NotProvisionedError as error:
        lacking(str(error))
    with server:
        yield server
