"""Advice: values that an index of the source takes for one and Postgres does not.

Unique keys cannot hold such values. A plain index over text is how an application looks things up: what it
found under any spelling, it finds on Postgres only as it is stored.
"""

from __future__ import annotations

from collections.abc import Iterator

from runner.catalog.model import Key
from runner.catalog.names import quote_mysql
from runner.mysql.source import fetch_value
from runner.preflight.spelling import binary
from runner.preflight.subject import Subject
from runner.resources import statement
from runner.runs.report import Advice


def collisions(subject: Subject) -> Iterator[Advice]:
    """Advice for every text column of a plain index of the table whose values differ in case or accents only.

    Reads the indexes alone. Works inside or outside of a snapshot; errors of the server are passed on.
    """
    for columns in _folded_starts(subject):
        groups = int(fetch_value(subject.connection, _query(subject, columns)))
        if groups:
            yield _advice(subject.mapping.name, columns[-1], groups)


def _folded_starts(subject: Subject) -> Iterator[tuple[str, ...]]:
    """The columns of each plain index up to a text that the source folds, without repetition."""
    table = subject.live.catalog.tables[subject.mapping.name]
    starts = {start for index in table.indexes for start in _starts(subject, index)}
    yield from sorted(starts)


def _starts(subject: Subject, index: Key) -> Iterator[tuple[str, ...]]:
    names = {column.name for column in subject.mapping.columns}
    for position, name in enumerate(index.columns):
        if name not in names:
            return
        is_text = subject.column(name).rule in {"text", "padded_text"}
        if is_text and subject.live.folds(subject.mapping.name, name):
            yield index.columns[: position + 1]


def _query(subject: Subject, columns: tuple[str, ...]) -> str:
    names = [quote_mysql(name) for name in columns]
    return statement("preflight_case_folds").format(
        table=subject.table, kept=subject.kept, columns=", ".join(names), spelled=binary(names[-1])
    )


def _advice(table: str, column: str, groups: int) -> Advice:
    return Advice(
        kind="case_fold_collision",
        table=table,
        columns=(column,),
        text=f"{groups} values are stored in several spellings that MySQL found together; on Postgres a look-up "
        "finds only the spelling it gives",
    )
