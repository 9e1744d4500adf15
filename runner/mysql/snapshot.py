"""One consistent snapshot of all sources for all workers, as mydumper takes it.

A short global read lock stands while every worker starts its transaction, so all of them see the same
moment; the log position is read under the same lock. An account without RELOAD cannot lock: then one
worker reads everything in one transaction, and the log says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import pymysql

from runner import log, manifest
from runner.mysql.source import (
    BEGIN_SNAPSHOT,
    Connection,
    Server,
    connect,
    explained,
    fetch_all,
    fetch_value,
    missing_privilege,
    server,
)
from runner.settings import Address
from runner.workers import Context, Pool


@dataclass(frozen=True, slots=True)
class OpenSource:
    """Connects a worker to a source."""

    system: str
    where: Address

    def __call__(self, context: Context) -> None:
        """Keep the connection for the tasks of this system."""
        context.keep(f"source {self.system}", lambda: connect(self.where))


@dataclass(frozen=True, slots=True)
class BeginSnapshot:
    """Starts a worker's transaction; from here on it sees one moment."""

    system: str
    where: Address

    def __call__(self, context: Context) -> None:
        """Begin on the connection that `OpenSource` kept."""
        with explained(self.where, "starting the snapshot"):
            fetch_all(context.kept[f"source {self.system}"], BEGIN_SNAPSHOT)


def take(pool: Pool, sources: Mapping[str, Address]) -> dict[str, manifest.Snapshot]:
    """Start the snapshot on the workers; returns what each system's manifest says of it.

    With the method `single transaction` only worker 0 holds the snapshot, with `global read lock` all do.
    """
    for system, where in sources.items():
        pool.broadcast(OpenSource(system, where))
    with ExitStack() as stack:
        controls = {system: stack.enter_context(closing(connect(where))) for system, where in sources.items()}
        locks = [_lock(control, sources[system]) for system, control in controls.items()]
        locked = all(locks)
        taken_at = datetime.now(UTC).isoformat(timespec="microseconds")
        for system, where in sources.items():
            pool.broadcast(BeginSnapshot(system, where), only=None if locked else [0])
        method: manifest.Method = "global read lock" if locked else "single transaction"
        snapshots = {
            # Without the lock a commit may lie between the snapshot and the position: then none is better.
            system: manifest.Snapshot(taken_at=taken_at, method=method, position=position(control) if locked else {})
            for system, control in controls.items()
        }
        for control in controls.values():
            fetch_all(control, "UNLOCK TABLES")
    for system, where in sources.items():
        logger = log.bound(phase="export", system=system)
        logger.info("snapshot", outcome=method, source=str(where), position=snapshots[system].position)
        if not locked:
            logger.warning("single worker", outcome="the account lacks RELOAD: one transaction reads everything")
    return snapshots


def position(control: Connection) -> dict[str, str]:
    """Where the server's binary log stands: gtid, file and offset as far as the account may see them."""
    found: dict[str, str] = {}
    name = "gtid_binlog_pos" if server(control).kind == "mariadb" else "gtid_executed"
    with suppress(pymysql.err.MySQLError):
        found["gtid"] = str(fetch_value(control, f"SELECT @@global.{name}") or "")
    for statement in _status_statements(server(control)):
        with suppress(pymysql.err.MySQLError):
            rows = fetch_all(control, statement)
            if rows:
                found |= {"file": str(rows[0][0]), "offset": str(rows[0][1])}
                break
    return {key: value for key, value in found.items() if value}


def _status_statements(of: Server) -> tuple[str, ...]:
    if of.kind == "mariadb" or of.number < (8, 4):
        return ("SHOW MASTER STATUS",)
    return ("SHOW BINARY LOG STATUS",)


def _lock(control: Connection, where: Address) -> bool:
    try:
        fetch_all(control, "FLUSH TABLES WITH READ LOCK")
    except pymysql.err.MySQLError as error:
        if missing_privilege(error):
            return False
        with explained(where, "taking the global read lock"):
            raise
    return True
