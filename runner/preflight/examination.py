"""The preflight of a system, and that of one table for callers that share the tables among workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runner.errors import Violation
from runner.mapping import TableMapping
from runner.preflight import acceptance, duplicates, references, scan
from runner.preflight.live import Live
from runner.preflight.subject import Subject
from runner.rules import AcceptedViolation
from runner.source import Connection, fetch_all
from runner.systems import System

_BEGIN = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"


def find(
    connection: Connection,
    system: System,
    mappings: Mapping[str, TableMapping],
    accepted: Sequence[AcceptedViolation],
) -> list[Violation]:
    """All violations of a system's tables, seen in one snapshot.

    The connection is a read-only session in UTC (`runner.source.connect`); its transaction is begun and ended
    here. Errors of the server are passed on.
    """
    fetch_all(connection, _BEGIN)
    try:
        live = Live.read(connection)
        return [
            violation
            for mapping in mappings.values()
            for violation in find_in_table(connection, system, mapping, accepted, live=live, mappings=mappings)
        ]
    finally:
        connection.rollback()


def find_in_table(
    connection: Connection,
    system: System,
    mapping: TableMapping,
    accepted: Sequence[AcceptedViolation],
    *,
    live: Live,
    mappings: Mapping[str, TableMapping],
) -> list[Violation]:
    """All violations of one table, inside a snapshot that was begun by the caller.

    `mappings` are those of the whole system, which say what is copied of the tables referred to; `live` is
    `Live.read(connection)`, once for all tables of a worker.
    """
    subject = Subject(connection, system, mapping, live, mappings)
    found = [*scan.violations(subject), *references.violations(subject), *duplicates.violations(subject)]
    return list(acceptance.remaining(found, accepted))
