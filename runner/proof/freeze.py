"""Whether the source stood still since the snapshot: writes after it would be lost by a publish.

The position of the binary log tells it at once. When it moved, or the account may not see it, MySQL
digests its tables again, and the tables that differ from the export are named.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from runner import digest, log, manifest, sessions
from runner.catalog.names import quote_mysql
from runner.errors import RefusalError, Violation
from runner.mapping import TableMapping
from runner.mysql import snapshot, source
from runner.run import Run
from runner.settings import Address
from runner.systems import System

_PAUSE = 5.0
KIND = "written_after_snapshot"
RULE = "the source must stand still until publish"
REMEDY = "stop the application, then start a new run"


class Watch:
    """Looks, while an export runs, whether somebody writes: told early, the application can still be stopped."""

    def __init__(self, snapshots: Mapping[str, manifest.Snapshot], sources: Mapping[str, Address]) -> None:
        self._watched = {name: (sources[name], one) for name, one in snapshots.items() if one.position}
        self._looked = time.monotonic()

    def look(self) -> list[str]:
        """The systems whose source moved since the snapshot, each told once; looks at most every few seconds."""
        if time.monotonic() - self._looked < _PAUSE:
            return []
        self._looked = time.monotonic()
        moved = [name for name, (where, one) in self._watched.items() if _position(where) != one.position]
        for name in moved:
            where, _ = self._watched.pop(name)
            log.bound(phase="export", system=name).warning("freeze", outcome="the source is written to", at=str(where))
        return moved


def require(
    run: Run, system: System, where: Address, mappings: Mapping[str, TableMapping], jobs: int, *, early: bool = False
) -> None:
    """RefusalError names the tables that were written after the run's snapshot.

    `early` is for a look before the last one: where only digests of every table could tell, it does not look.
    """
    if early and not manifest.of_run(run, system.name).snapshot.position:
        return
    changed = moved_tables(run, system, where, mappings, jobs)
    if not changed:
        return
    violations = [
        Violation(system.name, table, None, KIND, rows, RULE, remedy=REMEDY) for table, rows in changed.items()
    ]
    names = ", ".join(list(changed)[:10])
    raise RefusalError(
        f"source {where}: {names} changed after the snapshot; publishing would lose that: "
        "stop the application, run again",
        violations,
    )


def moved_tables(
    run: Run,
    system: System,
    where: Address,
    mappings: Mapping[str, TableMapping],
    jobs: int,
    *,
    phase: str = "publish",
) -> dict[str, int]:
    """The tables that are no longer as they were exported, with the difference in rows."""
    export = manifest.of_run(run, system.name)
    logger = log.bound(phase=phase, system=system.name)
    if _position(where) == export.snapshot.position != {}:
        logger.info("freeze", outcome="the binary log has not moved since the snapshot")
        return {}
    order = sorted(mappings.values(), key=lambda table: -export.table(table.name).bytes)
    with ThreadPoolExecutor(jobs) as threads, sessions.cut_when_interrupted():
        found = dict(zip(order, threads.map(lambda one: moved(where, one, export), order), strict=True))
    changed = {table.name: rows for table, rows in found.items() if rows is not None}
    if not changed:
        logger.info("freeze", outcome="the binary log moved, but every table's digest is the snapshot's")
    return changed


def _position(where: Address) -> dict[str, str]:
    with closing(source.connect(where)) as connection:
        return snapshot.position(connection)


def moved(where: Address, table: TableMapping, export: manifest.Manifest) -> int | None:
    """By how many rows a table differs from its export, None when it is as it was."""
    sql = (
        f"SELECT COUNT(*), {digest.total('mysql', table.columns)} FROM {quote_mysql(table.name)} "
        f"WHERE {table.kept_rows}"
    )
    with closing(source.connect(where)) as connection, source.explained(where, f"digesting {table.name}"):
        rows, total = source.fetch_all(connection, sql)[0]
    expected = export.table(table.name)
    if (int(rows), int(total)) == (expected.rows, expected.digest):
        return None
    return abs(int(rows) - expected.rows)
