"""Rows that are one row to a key of the baseline.

A key that the source enforces too, at least as strictly, needs no search. It is less strict where it tells
capital from small letters, which a uuid of Postgres does not, and where an override makes values equal.
"""

from __future__ import annotations

from collections.abc import Iterator

from runner.catalog.model import Key
from runner.errors import Violation
from runner.mapping import ColumnMapping
from runner.mysql.source import fetch_all
from runner.preflight.spelling import binary
from runner.preflight.subject import SAMPLE_KEYS, Subject
from runner.resources import statement

_KEEPS_VALUES_APART = {"null_if_empty", "null_if_zero_date"}


def violations(subject: Subject) -> Iterator[Violation]:
    """The violations of the table's primary and unique keys; errors of the server are passed on."""
    primary = subject.target.primary_key
    for key in (*([primary] if primary else []), *subject.target.unique):
        # An index over expressions or over some rows only is first tried by Postgres, in load.
        if not key.note and not _is_enforced(subject, key):
            yield from _duplicates(subject, key, "primary_key" if key is primary else "unique")


def _is_enforced(subject: Subject, key: Key) -> bool:
    return any(
        set(columns) <= set(key.columns) and all(_is_as_strict(subject, subject.column(name)) for name in columns)
        for columns in subject.live.unique_keys(subject.mapping.name)
    )


def _is_as_strict(subject: Subject, column: ColumnMapping) -> bool:
    """Whether values that are equal in Postgres are equal to the source's key as well."""
    if column.override and column.override.rule not in _KEEPS_VALUES_APART:
        return False
    return column.rule != "uuid" or subject.live.folds(subject.mapping.name, column.name)


def _duplicates(subject: Subject, key: Key, kind: str) -> Iterator[Violation]:
    columns = [subject.column(name) for name in key.columns]
    uuids = [binary(subject.value(column)) for column in columns if column.rule == "uuid"]
    values = [subject.canonical(column) for column in columns]
    names = [f"group_{number}" for number in range(len(values))]
    parts = {
        "table": subject.table,
        "kept": subject.kept,
        "present": " AND ".join(f"{subject.value(column)} IS NOT NULL" for column in columns),
        "values": ", ".join(values),
        "grouped": ", ".join(f"{value} AS {name}" for value, name in zip(values, names, strict=True)),
        "match": " AND ".join(f"{value} = d.{name}" for value, name in zip(values, names, strict=True)),
        "spelled": " OR ".join(f"COUNT(DISTINCT {uuid}) > 1" for uuid in uuids) or "FALSE",
    }
    counts = fetch_all(subject.connection, statement("preflight_duplicates").format(**parts))[0]
    for found, rows, sort in zip(("uuid_spelled_twice", kind), counts, ("TRUE", "FALSE"), strict=True):
        if rows:
            query = statement("preflight_duplicate_rows").format(
                **parts, selected=subject.key, sort=sort, limit=f"limit {SAMPLE_KEYS}"
            )
            keys = fetch_all(subject.connection, query)
            yield subject.violation(found, key.columns, str(key.name), int(rows), keys)
