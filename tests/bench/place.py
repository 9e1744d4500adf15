"""Where a benchmark happens: a filled source, a target server, and the account that reads."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from runner.errors import ViolationError
from runner.mysql import source
from runner.postgres import target
from runner.settings import Address
from runner.systems import ROOT, System
from tests.bench.meter import Meter
from tests.servers import Postgres, SourceServer

SEED = 7
URL_VARIABLE = "FILLED_URL"


@dataclass(frozen=True)
class Place:
    """One filled source, read by an ordinary account, and the server that targets are made on."""

    server: SourceServer
    target: Postgres
    systems: Sequence[System]
    scale: float
    urls: Mapping[str, str]
    fill_seconds: float
    folder: Path
    jobs: int

    @property
    def meter(self) -> Meter:
        """Looks at this place's servers."""
        return Meter(self.server.pid, self.target.pid)

    def address(self, system: str) -> Address:
        """A system's source."""
        return source.address(SecretStr(self.urls[system]), "SOURCE_URL")

    @contextmanager
    def empty_targets(self) -> Iterator[dict[str, str]]:
        """The URLs of an empty database for each system, gone afterwards."""
        with ExitStack() as stack:
            yield {system.name: stack.enter_context(self._empty_target(system.name)) for system in self.systems}

    @contextmanager
    def _empty_target(self, system: str) -> Iterator[str]:
        name, password = f"{system}_{secrets.token_hex(4)}", secrets.token_urlsafe(12)
        self.target.create_role_and_database(name, password)
        try:
            with self.target.connect() as connection:
                connection.execute("checkpoint")  # what an earlier candidate left to write is not this one's
            yield self.target.url(name, name, password)
        finally:
            self.target.drop_role_and_database(name)


def target_address(url: str) -> Address:
    """A target's URL taken apart."""
    return target.address(SecretStr(url), "TARGET_URL")


@contextmanager
def filled(
    server: SourceServer, target: Postgres, *, systems: Sequence[System], scale: float, folder: Path, jobs: int
) -> Iterator[Place]:
    """A place whose source holds rows of these systems; ViolationError when the generator stops."""
    names = {system.name: f"{system.name}_{secrets.token_hex(4)}" for system in systems}
    account, password = f"reader_{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    folder.mkdir(mode=0o700)
    began = time.monotonic()
    try:
        for name in names.values():
            server.create_database(name)
        server.create_account(account, password, ("SELECT", "RELOAD"))
        _fill({system: server.url(name) for system, name in names.items()}, scale)
        urls = {system: server.url(name, account, password) for system, name in names.items()}
        yield Place(server, target, systems, scale, urls, time.monotonic() - began, folder, jobs)
    finally:
        server.drop_account(account)
        for name in names.values():
            server.drop_database(name)


def _fill(urls: Mapping[str, str], scale: float) -> None:
    """All systems side by side, each by a process of the generator."""
    with ExitStack() as stack:
        running = []
        for system, url in urls.items():
            command = [sys.executable, "-m", "tests.sources", "--url-env", URL_VARIABLE, "--system", system]
            command += ["--seed", str(SEED), "--scale", str(scale)]
            environment = {**os.environ, URL_VARIABLE: url}
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
            running.append(stack.enter_context(process))
        for process in running:
            _, told = process.communicate()
            if process.returncode:
                raise ViolationError(f"the generator stopped: {told.decode(errors='replace').strip()[-500:]}")
