"""A deployment as the tool meets it: sources and targets of both systems, and `./inv` started as a person does.

The process gets the settings, PATH and HOME, and nothing else of the tests' environment.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psutil  # type: ignore[import-untyped, unused-ignore]
import psycopg
from pymysql.connections import Connection

from runner.systems import ROOT, System, all_systems, named
from tests import contract
from tests.servers import Postgres, SourceServer
from tests.sources import generator, schema

PATIENCE = 600
_PAUSE = 0.2
SAMPLE = {system.name: f"csv:{system.sample_folder}" for system in all_systems()}


@dataclass
class Watched:
    """What was seen of a process and its descendants, and the most memory of all together.

    Variables are kept by the last argument of the process that had them, files opened for writing with their mode.
    Pages that processes share count once. Memory is looked at only when `weigh` says so: it takes the kernel a while.
    """

    weigh: bool = False
    arguments: set[str] = field(default_factory=set)
    environments: dict[str, dict[str, str]] = field(default_factory=dict)
    written: dict[Path, int] = field(default_factory=dict)
    peak_bytes: int = 0

    def look(self, root: int) -> None:
        """Look once."""
        total = 0
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(root)
            for one in (process, *process.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    command = one.cmdline()
                    self.arguments.update(command)
                    self.environments.setdefault(command[-1] if command else "", {}).update(one.environ())
                    self.written.update(_modes(Path(file.path) for file in one.open_files() if file.mode != "r"))
                    total += one.memory_full_info().pss if self.weigh else 0
        self.peak_bytes = max(self.peak_bytes, total)


def _modes(paths: Iterable[Path]) -> Iterator[tuple[Path, int]]:
    for path in paths:
        with suppress(FileNotFoundError):
            yield path, path.stat().st_mode & 0o777


@dataclass(frozen=True)
class Finished:
    """How a process ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def line(self) -> str:
        """Standard error, which is one line without a traceback."""
        assert self.stderr.count("\n") == 1, self.stderr
        assert "Traceback" not in self.stderr
        return self.stderr.rstrip("\n")

    @property
    def told(self) -> str:
        """All that was printed, for a failed assertion to show."""
        return f"exit {self.code}\n{self.stdout[-3000:]}\n{self.stderr[-3000:]}"


def inv(
    *arguments: str,
    environment: Mapping[str, str],
    root: Path = ROOT,
    file_limit: int | None = None,
    watched: Watched | None = None,
) -> Finished:
    """Run `./inv` with these settings; `file_limit` is the largest file it may write, in bytes.

    `watched` is told what is seen of its processes: looking costs a twentieth of a core.
    """
    limit = ["prlimit", f"--fsize={file_limit}"] if file_limit else []
    process = subprocess.Popen(
        [*limit, "./inv", *arguments],
        cwd=root,
        env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with _watching(process.pid, watched) if watched else nullcontext():
        try:
            stdout, stderr = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    return Finished(process.returncode, stdout, stderr)


@contextmanager
def _watching(pid: int, watched: Watched) -> Iterator[None]:
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_PAUSE):
            watched.look(pid)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


@dataclass(frozen=True)
class Deployment:
    """Where the data of each system is and goes, by the system's name, and the work folder."""

    sources: Mapping[str, str]
    targets: Mapping[str, str]
    work: Path

    @property
    def settings(self) -> dict[str, str]:
        """The settings as environment variables."""
        urls = {f"SOURCE_{name.upper()}_URL": url for name, url in self.sources.items()}
        urls |= {f"TARGET_{name.upper()}_URL": url for name, url in self.targets.items()}
        return {**urls, "WORK_DIR": str(self.work)}

    def inv(
        self, *arguments: str, file_limit: int | None = None, watched: Watched | None = None, **settings: str
    ) -> Finished:
        """Run `./inv` on this deployment; further settings go beside or replace its own."""
        return inv(*arguments, environment={**self.settings, **settings}, file_limit=file_limit, watched=watched)

    def reading(self, sources: Mapping[str, str]) -> Deployment:
        """The same deployment with other sources."""
        return replace(self, sources=sources)

    @property
    def latest(self) -> Path:
        """The folder of the latest run."""
        return (self.work / "latest").resolve()

    def report(self, run: str = "latest") -> dict[str, Any]:
        """A run's report, which is as its schema says."""
        return contract.report(self.work / run)

    def log(self, run: str = "latest") -> list[dict[str, Any]]:
        """A run's log, event by event, all of which are documented."""
        return contract.log(self.work / run)


@contextmanager
def sources(
    server: SourceServer, *, seed: int, privileges: Sequence[str] = ("SELECT", "RELOAD"), scale: float | None = None
) -> Iterator[dict[str, str]]:
    """Databases of both systems full of hostile rows, read by an account that may do nothing else."""
    account = f"mover_{secrets.token_hex(4)}"
    names = {system.name: f"{system.name}_{secrets.token_hex(4)}" for system in all_systems()}
    try:
        for system in all_systems():
            fill(server, system, names[system.name], seed=seed, scale=scale)
        password = hostile_password()
        server.create_account(account, password, privileges)
        yield {system: server.url(name, account, password) for system, name in names.items()}
    finally:
        server.drop_account(account)
        for name in names.values():
            server.drop_database(name)


def fill(server: SourceServer, system: System, name: str, *, seed: int, scale: float | None = None) -> None:
    """Make a database with a system's schema and rows."""
    server.create_database(name)
    with server.connect(name) as connection:
        schema.create(connection, system)
        generator.fill(connection, system, seed=seed, scale=scale)
        connection.commit()


@contextmanager
def targets(server: Postgres) -> Iterator[dict[str, str]]:
    """Empty databases for both systems, each of an ordinary role that owns nothing else."""
    names = {system.name: f"{system.name}_{secrets.token_hex(4)}" for system in all_systems()}
    urls = {}
    try:
        for system, name in names.items():
            password = hostile_password()
            server.create_role_and_database(name, password)
            urls[system] = server.url(name, name, password)
        yield urls
    finally:
        for name in names.values():
            server.drop_role_and_database(name)


def hostile_password() -> str:
    """A password with everything that a URL, a shell or a template could trip over."""
    return f"pä€😀@s:s/w%r?d#&'\"{{{{$ {secrets.token_urlsafe(8)}"


def password_of(url: str) -> str:
    """The password that a URL holds."""
    return unquote(urlsplit(url).password or "")


def connect_source(server: SourceServer, url: str) -> Connection[Any]:
    """An administrator's connection to the database of a source's URL."""
    return server.connect(unquote(urlsplit(url).path.removeprefix("/")))


def connect_target(url: str) -> psycopg.Connection:
    """A connection of a target's owner that commits each statement."""
    return psycopg.connect(url, autocommit=True)


def make_baseline(system: str, url: str) -> None:
    """Make in public what the application's own migrations make, with rows in its history and in two seeded tables."""
    folder = named(system).baseline_folder
    with connect_target(url) as connection:
        connection.execute('create extension if not exists "uuid-ossp"')
        for name in ("pre_data.sql", "post_data.sql"):
            connection.execute((folder / name).read_bytes())
        for statement in SEEDED[system]:
            connection.execute(statement)


SEEDED = {
    "alkemio": (b"insert into migrations_typeorm (timestamp, name) values (1, 'Baseline1'), (2, 'Baseline2')",),
    "kratos": (
        b"insert into schema_migration (version) values ('20230313141439000000')",
        b"insert into identity_credential_types (id, name) values ('78c1b41d-8341-4507-aa60-aff1d4369670', 'seeded')",
    ),
}
