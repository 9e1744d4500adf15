"""Whether the source stood still since the snapshot: writes after it would be lost by a publish.

The position of the binary log tells it at once. When it moved, or the account may not see it, MySQL
digests its tables again, and the tables that differ from the export are named.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from runner import digest, log, manifest, sessions, snapshot, source
from runner.digest import quote_mysql
from runner.errors import RefusalError, Violation
from runner.mapping import TableMapping
from runner.run import Run
from runner.settings import Address
from runner.systems import System

_PAUSE = 5.0


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
    export = manifest.read(run.export_folder(system.name))
    if early and not export.snapshot.position:
        return
    logger = log.bound(phase="publish", system=system.name)
    if _position(where) == export.snapshot.position != {}:
        logger.info("freeze", outcome="the binary log has not moved since the snapshot")
        return
    with ThreadPoolExecutor(jobs) as threads, sessions.cut_when_interrupted():
        order = sorted(mappings.values(), key=lambda table: -export.table(table.name).bytes)
        changed = [table for table in threads.map(lambda one: _changed(where, one, export), order) if table]
    if not changed:
        logger.info("freeze", outcome="the binary log moved, but every table's digest is the snapshot's")
        return
    violations = [
        Violation(
            system.name,
            table,
            None,
            "written_after_snapshot",
            rows,
            "the source must stand still until publish",
            remedy="stop the application, then start a new run",
        )
        for table, rows in changed
    ]
    names = ", ".join(table for table, _ in changed[:10])
    raise RefusalError(
        f"source {where}: {names} changed after the snapshot; publishing would lose that: "
        "stop the application, run again",
        violations,
    )


def _position(where: Address) -> dict[str, str]:
    connection = source.connect(where)
    try:
        return snapshot.position(connection)
    finally:
        connection.close()


def _changed(where: Address, table: TableMapping, export: manifest.Manifest) -> tuple[str, int] | None:
    """The table and the difference in rows, None when it is as it was exported."""
    sql = (
        f"SELECT COUNT(*), {digest.total('mysql', table.columns)} FROM {quote_mysql(table.name)} "
        f"WHERE {table.kept_rows}"
    )
    connection = source.connect(where)
    try:
        with source.explained(where, f"digesting {table.name}"):
            rows, total = source.fetch_all(connection, sql)[0]
    finally:
        connection.close()
    expected = export.table(table.name)
    if (int(rows), int(total)) == (expected.rows, expected.digest):
        return None
    return table.name, abs(int(rows) - expected.rows)
