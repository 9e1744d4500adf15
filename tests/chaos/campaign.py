"""Migrations under fire: one after the other, each struck and resumed until it comes to its end, then proved."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.chaos.attempt import Attempt, ChaosError, attempt
from tests.chaos.strikes import Strike, kill_child, signal_runner
from tests.comparison import differences
from tests.integration import final
from tests.integration.deployment import Deployment, connect_source, connect_target, targets
from tests.servers import Postgres, SourceServer

GONE_SECONDS = 20
_LEFT = {"public", "convergence_record", "convergence_failures", "convergence_reconciliation"}


@dataclass
class Tally:
    """What a campaign did and found."""

    strikes: Counter[str] = field(default_factory=Counter)
    codes: Counter[int] = field(default_factory=Counter)
    survived: int = 0
    """Strikes after which the same attempt came to its good end."""
    migrations: int = 0
    differences: int = 0
    half_published: int = 0
    leftovers: int = 0

    def __str__(self) -> str:
        victims = ", ".join(f"{victim} {number}" for victim, number in sorted(self.strikes.items()))
        codes = ", ".join(f"{code}: {number}" for code, number in sorted(self.codes.items()))
        return (
            f"{self.strikes.total()} kills ({victims})\n"
            f"exit codes of the struck attempts {{{codes}}}, {self.survived} went on by themselves\n"
            f"{self.migrations} migrations proved by comparison: {self.differences} differences, "
            f"{self.half_published} half-published databases, {self.leftovers} leftovers"
        )


@dataclass
class Campaign:
    """Servers, the sources on them, and what is moved."""

    source: SourceServer
    target: Postgres
    sources: dict[str, str]
    work: Path
    systems: tuple[str, ...]
    say: Callable[[str], None] = print
    tally: Tally = field(default_factory=Tally)

    def run(self, strikes: Iterable[Strike]) -> Tally:
        """Strike until the strikes are used up, and let the last migration end; ChaosError names a broken promise."""
        left = list(strikes)
        while left:
            with targets(self.target) as written:
                used = {name: written[name] for name in self.systems}
                read = {name: self.sources[name] for name in self.systems}
                deployment = Deployment(read, used, self.work / f"migration-{self.tally.migrations + 1}")
                self._migrate(deployment, left)
                self.tally.migrations += 1
        return self.tally

    def _migrate(self, deployment: Deployment, left: list[Strike]) -> None:
        arguments: tuple[str, ...] = ("migrate", *(part for name in self.systems for part in ("--system", name)))
        while True:
            with attempt(deployment, arguments) as runner:
                strike = left[0] if left else None
                struck = strike is not None and self._strike(deployment, runner, strike)
                code = runner.end()
                if struck:
                    left.pop(0)
                    assert strike
                    self.tally.strikes[strike.victim] += 1
                    self.tally.codes[code] += 1
                    self.tally.survived += code == 0
                    self.say(f"{self.tally.strikes.total()}. {strike}: exit {code} {runner.told}")
                self._revive()
                self._judge(deployment, runner, code, strike if struck else None)
            if code == 0 or runner.finished:
                self._prove(deployment)
                return
            arguments = ("migrate", "--resume") if runner.began else arguments

    def _strike(self, deployment: Deployment, runner: Attempt, strike: Strike) -> bool:
        """Wait for the moment and strike; False when the attempt came to its end before."""
        if not runner.reaches(strike.phase):
            return False
        time.sleep(strike.delay)
        if not runner.alive:
            return False
        runner.look()
        match strike.victim:
            case "worker" | "dbt":
                kill_child(runner.process, strike.victim)
            case "MySQL" | "Postgres":
                server = self.source if strike.victim == "MySQL" else self.target
                server.kill()
                if not strike.patient:
                    server.start()
            case "MySQL connections":
                self._cut_source(deployment)
            case "Postgres connections":
                self._cut_target(deployment)
            case _:
                signal_runner(runner.process, strike.victim)
        return True

    def _revive(self) -> None:
        for server in (self.source, self.target):
            if not server.ready():
                server.kill()
                server.start()

    def _cut_source(self, deployment: Deployment) -> None:
        with self.source.connect() as connection, connection.cursor() as cursor:
            for number in self._source_sessions(deployment):
                with suppress(Exception):  # it may have ended meanwhile
                    cursor.execute(f"kill connection {number}")

    def _cut_target(self, deployment: Deployment) -> None:
        with self.target.connect() as connection:
            for name in map(_database, deployment.targets.values()):
                connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))

    def _source_sessions(self, deployment: Deployment) -> list[int]:
        users = {unquote(urlsplit(url).username or "") for url in deployment.sources.values()}
        with self.source.connect() as connection, connection.cursor() as cursor:
            cursor.execute("select id, user from information_schema.processlist")
            return [int(number) for number, user in cursor.fetchall() if user in users]

    def _target_sessions(self, deployment: Deployment) -> int:
        names = [_database(url) for url in deployment.targets.values()]
        with self.target.connect() as connection:
            query = "select count(*) from pg_stat_activity where datname = any(%s)"
            row = connection.execute(query, (names,)).fetchone()
        return int(row[0]) if row else 0

    def _judge(self, deployment: Deployment, runner: Attempt, code: int, strike: Strike | None) -> None:
        """After every attempt: a clear end, nothing orphaned, and `public` old or new."""
        if code and strike is None:
            raise ChaosError(f"an attempt that nobody struck failed: {runner.told}")
        # A signal that comes before the launcher has started Python ends the shell, and nothing has begun.
        unheard = code in (-signal.SIGTERM, -signal.SIGINT)
        killed = strike is not None and (strike.victim == "runner" or (unheard and strike.phase == "start"))
        if code and not killed and (runner.told.count("\n") or "fault of this tool" in runner.told or not runner.told):
            raise ChaosError(f"{strike}: no clear end: exit {code} {runner.told}")
        left: dict[str, Callable[[], int]] = {
            "processes": lambda: len(runner.orphans()),
            "source sessions": lambda: len(self._source_sessions(deployment)),
            "target sessions": lambda: self._target_sessions(deployment),
        }
        for what, count in left.items():
            if not _becomes_zero(count):
                self.tally.leftovers += 1
                raise ChaosError(f"{strike}: {count()} {what} are left")
        published = [len(final.seen(url).tables) > 0 for url in deployment.targets.values()]
        if any(published) and not all(published):
            self.tally.half_published += 1
            self.say("half published, to be completed by resuming")

    def _prove(self, deployment: Deployment) -> None:
        """The independent comparison finds no difference, and nothing is left of all attempts."""
        for name, url in deployment.targets.items():
            with connect_source(self.source, deployment.sources[name]) as source, connect_target(url) as target:
                self.tally.differences += sum(1 for _ in differences(source, target, name))
                rows = target.execute("select nspname from pg_namespace where nspname !~ '^(pg_|information_schema)'")
                schemas = {row[0] for row in rows}
            left = {one for one in schemas - _LEFT if not one.startswith("convergence_retired_")}
            parts = list(deployment.work.rglob("*.part"))
            if left or parts or self.tally.differences:
                self.tally.leftovers += len(left) + len(parts)
                raise ChaosError(f"{name}: {self.tally.differences} differences, left {sorted(left)} {parts}")


def _becomes_zero(count: Callable[[], int]) -> bool:
    end = time.monotonic() + GONE_SECONDS
    while count():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def _database(url: str) -> str:
    return unquote(urlsplit(url).path.removeprefix("/"))
