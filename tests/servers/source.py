"""MySQL 9 and MariaDB 10.11 on loopback ports, with a binary log so that a snapshot has a position."""

from __future__ import annotations

import os
import secrets
import subprocess
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import pymysql
from pymysql.connections import Connection
from pymysql.cursors import Cursor

from tests.servers import places
from tests.servers.process import HOST, Server

ADMIN = "admin"
INIT = Path(__file__).parent / "admin.sql"


class SourceServer(Server):
    """What MySQL and MariaDB share; `max_allowed_packet` as the server spells sizes."""

    options: tuple[str, ...] = ()

    def __init__(self, *, max_allowed_packet: str = "64M") -> None:
        self.max_allowed_packet = max_allowed_packet
        self.password = secrets.token_urlsafe(16)
        self.program()  # says what to install before a folder is made
        super().__init__()

    @abstractmethod
    def program(self) -> list[str]:
        """The server program with the options that find its own files."""

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    @property
    def version(self) -> str:
        """The version as the server says it."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute("select version()")
            return str((cursor.fetchone() or ("",))[0])

    def command(self) -> list[str]:
        return [
            *self.program(),
            f"--datadir={self.data}",
            f"--port={self.port}",
            f"--bind-address={HOST}",
            "--socket=server.sock",  # below the data folder, which may have a path too long for a socket
            f"--pid-file={self.folder / 'pid'}",
            f"--tmpdir={self._temporary()}",
            f"--init-file={self._init_file()}",
            f"--max-allowed-packet={self.max_allowed_packet}",
            "--skip-name-resolve",
            "--character-set-server=utf8mb4",
            "--local-infile=1",
            "--server-id=1",
            "--log-bin=binlog",
            "--sync-binlog=0",
            "--innodb-buffer-pool-size=256M",
            "--innodb-doublewrite=0",
            "--innodb-flush-log-at-trx-commit=0",
            *self.options,
            *_as_root(),
        ]

    def ready(self) -> bool:
        try:
            self.connect().close()
        except pymysql.err.OperationalError:
            return False
        return True

    def connect(self, database: str | None = None) -> Connection[Cursor]:
        """A connection of the administrator, who may do everything."""
        return pymysql.connect(
            host=HOST,
            port=self.port,
            user=ADMIN,
            password=self.password,
            database=database,
            charset="utf8mb4",
            local_infile=True,
        )

    def create_database(self, name: str) -> None:
        """An empty database."""
        self._run(f"create database {quoted(name)} character set utf8mb4")

    def drop_database(self, name: str) -> None:
        """Removes a database, if it is there."""
        self._run(f"drop database if exists {quoted(name)}")

    def create_account(self, name: str, password: str, privileges: Sequence[str]) -> None:
        """An account that has these privileges on everything, and no other."""
        self._run("create user %s@'%%' identified by %s", name, password)
        self._run(f"grant {', '.join(privileges)} on *.* to %s@'%%'", name)

    def drop_account(self, name: str) -> None:
        """Removes an account, if it is there."""
        self._run("drop user if exists %s@'%%'", name)

    def url(self, database: str, user: str = ADMIN, password: str | None = None) -> str:
        """The setting that names a database of this server; the administrator's own when no user is given."""
        login = ":".join(quote(part, safe="") for part in (user, self.password if password is None else password))
        return f"mysql://{login}@{HOST}:{self.port}/{quote(database, safe='')}"

    def _run(self, statement: str, *arguments: str) -> None:
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(statement, arguments or None)

    def _temporary(self) -> Path:
        # A server that starts deletes every temporary table below its tmpdir, another server's too, and MariaDB
        # ends by a segmentation fault when one is taken from it in the wrong moment.
        path = self.folder / "tmp"
        path.mkdir(mode=0o700, exist_ok=True)
        return path

    def _init_file(self) -> Path:
        path = self.folder / "admin.sql"
        path.touch(mode=0o600)
        path.write_text(INIT.read_text().replace(":password", self.password))
        return path


class MySQL(SourceServer):
    """MySQL 9 of Debian unstable, run by that system's own loader and libraries."""

    kind = "mysql"
    options = (
        "--mysqlx=OFF",
        "--secure-file-priv=NULL",
        "--innodb-flush-method=nosync",
        "--innodb-redo-log-capacity=512M",
    )

    def install(self) -> None:
        command = [*self.program(), "--initialize-insecure", f"--datadir={self.data}", *_as_root()]
        _output(command, self._temporary())

    def program(self) -> list[str]:
        share = places.MYSQL / "usr/share/mysql"
        return [
            *map(str, places.mysql()),
            str(places.MYSQL / "usr/sbin/mysqld"),
            "--no-defaults",
            f"--basedir={places.MYSQL / 'usr'}",
            f"--plugin-dir={places.MYSQL / 'usr/lib/mysql/plugin'}",
            f"--lc-messages-dir={share}",
            f"--character-sets-dir={share / 'charsets'}",
        ]


class MariaDB(SourceServer):
    """MariaDB 10.11 of Debian 12."""

    kind = "mariadb"
    options = ("--binlog-format=ROW", "--innodb-flush-method=nosync", "--innodb-log-file-size=256M")

    def install(self) -> None:
        _, install = places.mariadb()
        _output(
            [
                str(install),
                "--no-defaults",
                f"--datadir={self.data}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                *_as_root(),
            ],
            self._temporary(),
        )

    def program(self) -> list[str]:
        return [str(places.mariadb()[0]), "--no-defaults"]


def quoted(name: str) -> str:
    """An identifier as MySQL and MariaDB quote it."""
    return "`" + name.replace("`", "``") + "`"


def _as_root() -> list[str]:
    # Both servers refuse to run as root unless they are told to; in a test they may.
    return ["--user=root"] if os.geteuid() == 0 else []


def _output(command: list[str], temporary: Path) -> None:
    # Making a data folder starts a server too.
    environment = {**os.environ, "TMPDIR": str(temporary)}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
