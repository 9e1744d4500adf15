"""The task: options become servers and data, the turns become a record, a chart and tables."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from runner import settings
from runner.console import console
from runner.errors import UsageError
from runner.quantity import duration
from runner.run import make_private
from runner.runs.job import choose_systems
from runner.systems import System, all_systems
from tests.bench import chart, criteria, machine, others, record, table
from tests.bench.contest import CANDIDATES, Contest
from tests.bench.place import Place, filled
from tests.bench.record import Bench, ScaleRecord, SourceKind
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

Name = TypeVar("Name", bound=str)

SOURCES: Mapping[SourceKind, Callable[[], SourceServer]] = {"mysql": MySQL, "mariadb": MariaDB}
TARGETS: Mapping[str, Callable[[], Postgres]] = {"15": postgres15, "17": postgres17, "18": postgres18}


@dataclass(frozen=True)
class Options:
    """What to measure: amounts of data in proportion to production, on which systems, by whom, how often."""

    scales: tuple[float, ...]
    source: SourceKind = "mysql"
    target: str = "17"
    rounds: int = 1
    only: tuple[str, ...] = CANDIDATES
    systems: tuple[System, ...] = field(default_factory=all_systems)


@dataclass(frozen=True)
class Servers:
    """Running servers: the source, the one that pgloader reads if it takes part, the target."""

    source: SourceServer
    rival: SourceServer | None
    target: Postgres


def options(scale: str, source: str, target: str, repeat: int, only: Sequence[str], systems: Sequence[str]) -> Options:
    """A person's words as options; UsageError says which one is wrong."""
    if repeat < 1:
        raise UsageError(f"--repeat {repeat}: give 1 or more")
    return Options(
        scales=_amounts(scale),
        source=_chosen("--source", source, tuple(SOURCES)),
        target=_chosen("--target", target, tuple(TARGETS)),
        rounds=repeat,
        only=tuple(_chosen("--only", name, CANDIDATES) for name in only) or CANDIDATES,
        systems=choose_systems(systems),
    )


def bench(chosen: Options) -> Path:
    """Measure, print and keep; returns the record's path.

    UsageError when a server is not installed, ViolationError when this project's own run fails.
    """
    folder = settings.load().work_dir / "bench" / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    make_private(folder)
    with _servers(chosen) as servers:
        result = measure(chosen, servers, folder)
    path, picture = (folder.with_suffix(suffix) for suffix in (".json", ".svg"))
    record.write(result, path)
    chart.write(result, picture)
    if not any(turn.failure for scale in result.scales for turn in scale.turns):
        shutil.rmtree(folder)
    table.show(result)
    console().print(f"\n{path}\n{picture}", soft_wrap=True)
    return path


def measure(chosen: Options, servers: Servers, folder: Path) -> Bench:
    """Every amount of data in turn, on servers that run; logs stay in `folder`."""
    started_at, began, jobs = datetime.now(UTC), time.monotonic(), os.cpu_count() or 1
    absent = _absent(chosen.only, servers)
    found = [_measure(scale, chosen, servers, folder / f"scale-{scale:g}", jobs, absent) for scale in chosen.scales]
    sources = [server for server in {servers.source, servers.rival} if server]
    return Bench(
        started_at=started_at,
        seconds=time.monotonic() - began,
        commit=machine.commit(),
        machine=machine.machine(),
        versions=machine.versions(sources, servers.target, "" if "duckdb" in absent else others.DUCKDB_VERSION),
        source=chosen.source,
        target=f"postgres {chosen.target}",
        systems=tuple(system.name for system in chosen.systems),
        jobs=jobs,
        scales=tuple(found),
        growth=criteria.growth(found),
        criteria=criteria.judge(found, jobs),
    )


def _measure(
    scale: float, chosen: Options, servers: Servers, folder: Path, jobs: int, absent: dict[str, str]
) -> ScaleRecord:
    def place(server: SourceServer) -> AbstractContextManager[Place]:
        return filled(
            server, servers.target, systems=chosen.systems, scale=scale, folder=folder / server.kind, jobs=jobs
        )

    make_private(folder)
    with ExitStack() as stack:
        ours = stack.enter_context(place(servers.source))
        theirs = ours if servers.rival is servers.source else None
        if servers.rival and not theirs:
            theirs = stack.enter_context(place(servers.rival))
        console().print(f"scale {scale:g}: filled in {duration(ours.fill_seconds)}")
        found = Contest(ours, theirs, absent, table.warm_up, table.turn).run(chosen.rounds, chosen.only)
        for path in folder.glob("*/*/"):
            shutil.rmtree(path)
        return found


@contextmanager
def _servers(chosen: Options) -> Iterator[Servers]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(SOURCES[chosen.source]())
            target = stack.enter_context(TARGETS[chosen.target]())
            rival: SourceServer | None = None
            if "pgloader" in chosen.only and not others.pgloader_absent():
                rival = server if chosen.source == "mariadb" else stack.enter_context(MariaDB())
        except NotProvisionedError as error:
            raise UsageError(str(error)) from None
        yield Servers(server, rival, target)


def _absent(only: Sequence[str], servers: Servers) -> dict[str, str]:
    """Candidates that have no turn, each with the reason."""
    found = {name: "not chosen" for name in CANDIDATES if name not in only and name != "migrate"}
    if "duckdb" in only and (reason := others.duckdb_absent()):
        found["duckdb"] = reason
    if "pgloader" in only and not servers.rival:
        found["pgloader"] = others.pgloader_absent() or "it reads MariaDB, which does not run"
    return found


def _amounts(text: str) -> tuple[float, ...]:
    try:
        found = sorted({float(part) for part in text.split(",")})
    except ValueError:
        found = []
    if not found or not 0 < found[0] <= found[-1] <= 10:
        raise UsageError(f"--scale {text}: give numbers above 0, at most 10, such as 0.02,0.1,0.5; 1 is production")
    return tuple(found)


def _chosen(option: str, given: str, known: Sequence[Name]) -> Name:
    for name in known:
        if name == given:
            return name
    raise UsageError(f"{option} {given}: choose from {', '.join(known)}")
