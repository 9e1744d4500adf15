"""Rules that would touch more rows than their `max_rows` allows."""

from __future__ import annotations

from collections.abc import Iterator

from runner import digest
from runner.errors import Violation
from runner.mapping import ColumnMapping
from runner.mysql.source import fetch_all, fetch_value
from runner.preflight.spelling import binary
from runner.preflight.subject import SAMPLE_KEYS, Subject
from runner.resources import statement
from runner.rules import Override


def violations(subject: Subject) -> Iterator[Violation]:
    """The violations of the limits of the table's rules; errors of the server are passed on."""
    row_filter = subject.mapping.row_filter
    if row_filter:
        yield from _beyond(subject, row_filter, "TRUE", f"COALESCE(({row_filter.argument}), FALSE)")
    for column in subject.mapping.columns:
        if column.override:
            yield from _beyond(subject, column.override, subject.kept, _touched(subject, column, column.override))


def _touched(subject: Subject, column: ColumnMapping, rule: Override) -> str:
    """The condition for a value that the rule changes."""
    value = subject.stored(column)
    if rule.rule == "whiteboard_base64":
        return f"LENGTH({value}) > 0"
    changed = digest.overridden("mysql", value, rule)
    return f"NOT ({binary(changed)} <=> {binary(value)})"


def _beyond(subject: Subject, rule: Override, kept: str, condition: str) -> Iterator[Violation]:
    if rule.max_rows is None:
        return
    query = statement("preflight_rows")
    parts = {"table": subject.table, "kept": kept, "condition": condition}
    rows = int(fetch_value(subject.connection, query.format(selected="COUNT(*)", limit="", **parts)))
    if rows > rule.max_rows:
        keys = query.format(selected=subject.key, limit=f"limit {SAMPLE_KEYS}", **parts)
        yield subject.violation(
            "rule_limit_exceeded",
            (rule.column,),
            f"{rule.rule}, at most {rule.max_rows} rows",
            rows,
            fetch_all(subject.connection, keys),
        )
