"""Postgres 15, 17.5 and 18 on loopback ports, with password logins only."""

from __future__ import annotations

import secrets
from urllib.parse import quote

import psycopg
from psycopg import sql

from runner.postgres import sandbox
from runner.postgres.quarters import Quarters, RunAs, settle
from tests.servers import places
from tests.servers.places import PostgresPrograms
from tests.servers.process import HOST, Server

SETTINGS = (
    "fsync=off",
    "full_page_writes=off",
    "shared_buffers=256MB",
    "max_wal_size=4GB",
    "max_connections=50",
    "unix_socket_directories=",
    f"listen_addresses={HOST}",
)


class Postgres(Server):
    """A Postgres of one version."""

    death_signal = "QUIT"  # at once, but its shared memory is given back

    def __init__(self, kind: str, programs: PostgresPrograms) -> None:
        self.kind = kind
        self._programs = programs
        self.password = secrets.token_urlsafe(16)
        super().__init__()

    @property
    def quarters(self) -> Quarters:
        """Where the data is and who owns it."""
        return settle(self.folder / "server")

    @property
    def run_as(self) -> RunAs:
        return self.quarters.run_as

    @property
    def version(self) -> str:
        """The version as the server says it."""
        with self.connect() as connection:
            return connection.info.parameter_status("server_version") or ""

    def install(self) -> None:
        sandbox.initialise(self.quarters, self._program("initdb"), self.password)

    def command(self) -> list[str]:
        settings = [part for setting in SETTINGS for part in ("-c", setting)]
        data = str(self.quarters.folder / "data")
        return [self._program("postgres"), "-D", data, "-p", str(self.port), *settings]

    def ready(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def connect(self, database: str = sandbox.ADMIN) -> psycopg.Connection:
        """A connection of the superuser that commits each statement."""
        return psycopg.connect(
            host=HOST,
            port=self.port,
            user=sandbox.ADMIN,
            password=self.password,
            dbname=database,
            autocommit=True,
            connect_timeout=10,
        )

    def create_role_and_database(self, name: str, password: str) -> None:
        """An ordinary role and an empty database of the same name that it owns."""
        with self.connect() as connection:
            sandbox.create_role(connection, name, password)
            sandbox.create_database(connection, name, owner=name)

    def drop_role_and_database(self, name: str) -> None:
        """Removes both, and the connections to the database."""
        with self.connect() as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
            connection.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(name)))

    def url(self, database: str, user: str, password: str) -> str:
        """The setting that names a database of this server."""
        login = ":".join(quote(part, safe="") for part in (user, password))
        return f"postgresql://{login}@{HOST}:{self.port}/{quote(database, safe='')}"

    def _program(self, name: str) -> str:
        tree, libraries = self._programs.tree, self._programs.libraries
        return str(self.quarters.programs(tree, f"{self._programs.folder}/{name}", libraries))


def postgres15() -> Postgres:
    """Debian 12's version."""
    return Postgres("postgres15", places.postgres15())


def postgres17() -> Postgres:
    """The version of production."""
    return Postgres("postgres17", places.postgres17())


def postgres18() -> Postgres:
    """The version of the sandbox."""
    return Postgres("postgres18", places.postgres18())
