"""Whether the source stood still since the snapshot: writes after it would be lost by a publish.

The position of the binary log tells it at once. When it moved, or the account may not see it, MySQL
digests its tables again, and the tables that differ from the export are named.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from runner import digest, log, manifest, snapshot, source
from runner.digest import quote_mysql
from runner.errors import RefusalError, Violation
from runner.mapping import TableMapping
from runner.run import Run
from runner.settings import Address
from runner.systems import System


def require(run: Run, system: System, where: Address, mappings: Mapping[str, TableMapping], jobs: int) -> None:
    """RefusalError names the tables that were written after the run's snapshot."""
    export = manifest.read(run.export_folder(system.name))
    logger = log.bound(phase="publish", system=system.name)
    if _position(where) == export.snapshot.position != {}:
        logger.info("freeze", outcome="the binary log has not moved since the snapshot")
        return
    with ThreadPoolExecutor(jobs) as threads:
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
    left_out = f"WHERE NOT COALESCE(({table.row_filter.argument}), FALSE)" if table.row_filter else ""
    sql = f"SELECT COUNT(*), {digest.total('mysql', table.columns)} FROM {quote_mysql(table.name)} {left_out}"
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
