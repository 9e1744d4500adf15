"""The one scan of a table: how many rows have each fault, and the keys of some that have it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pymysql.cursors import SSCursor

from runner.errors import Violation
from runner.mysql.source import fetch_all
from runner.preflight import checks
from runner.preflight.columns import Fault, faults
from runner.preflight.subject import SAMPLE_KEYS, Subject
from runner.resources import statement


def violations(subject: Subject) -> Iterator[Violation]:
    """The violations of columns and check constraints; errors of the server are passed on."""
    tried = [*faults(subject), *checks.faults(subject)]
    for fault, rows in zip(tried, _counts(subject, tried), strict=True):
        if rows and fault.legal:
            rows, keys = _judged(subject, fault)  # noqa: PLW2901 - the exact number takes the place of the estimate
        elif rows:
            keys = fetch_all(subject.connection, _rows(subject, subject.key, fault.condition, f"limit {SAMPLE_KEYS}"))
        if rows:
            yield subject.violation(fault.kind, fault.columns, fault.rule, rows, keys)


def _counts(subject: Subject, tried: Sequence[Fault]) -> list[int]:
    """The rows each condition holds for. Nearly all rows are good: they end at the WHERE and count nothing."""
    if not tried:
        return []
    counts = ", ".join(f"COUNT(CASE WHEN {fault.condition} THEN 1 END)" for fault in tried)
    any_fault = " OR ".join(f"({fault.condition})" for fault in tried)
    return [int(count) for count in fetch_all(subject.connection, _rows(subject, counts, any_fault))[0]]


def _judged(subject: Subject, fault: Fault) -> tuple[int, list[tuple[object, ...]]]:
    """The number of faulty documents and the keys of the first ones; the documents are read one by one."""
    assert fault.legal
    rows, keys = 0, []
    with subject.connection.cursor(SSCursor) as cursor:
        cursor.execute(_rows(subject, f"{fault.judged}, {subject.key}", fault.condition))
        for document, *key in cursor:
            if not fault.legal(document):
                rows += 1
                if rows <= SAMPLE_KEYS:
                    keys.append(tuple(key))
    return rows, keys


def _rows(subject: Subject, selected: str, condition: str, limit: str = "") -> str:
    return statement("preflight_rows").format(
        selected=selected, table=subject.table, kept=subject.kept, condition=condition, limit=limit
    )
