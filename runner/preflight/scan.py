"""The one scan of a table: how many rows have each fault, and the keys of some that have it.

Nearly all rows are good and end at the WHERE. Those that are left come with what each condition says of them,
and with the documents that only Python can judge: no table is read a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pymysql.cursors import SSCursor

from runner.errors import Violation
from runner.preflight import characters, checks
from runner.preflight.columns import Fault, faults
from runner.preflight.subject import SAMPLE_KEYS, Subject
from runner.resources import statement


@dataclass(slots=True)
class _Tally:
    """The faulty rows of one kind, and the keys of the first ones."""

    rows: int = 0
    keys: list[tuple[object, ...]] = field(default_factory=list)

    def add(self, key: tuple[object, ...]) -> None:
        self.rows += 1
        if self.rows <= SAMPLE_KEYS:
            self.keys.append(key)


def violations(subject: Subject) -> Iterator[Violation]:
    """The violations of columns and check constraints; errors of the server are passed on."""
    tried = [*faults(subject), *checks.faults(subject)]
    for fault, tally in zip(tried, _tallies(subject, tried), strict=True):
        if tally.rows:
            yield subject.violation(fault.kind, fault.columns, fault.rule, tally.rows, tally.keys)


def unrepeated(subject: Subject) -> Iterator[Violation]:
    """The same, none for a table whose rows are left to `runner.preflight.ranges`."""
    return iter(()) if is_repeated(subject) else violations(subject)


def is_repeated(subject: Subject) -> bool:
    """Whether stage and load would find every fault of this scan too, though later and one file at a time.

    They cannot know of bytes that the source changes when it converts them, nor count what a rule lets pass so.
    """
    columns = subject.mapping.columns
    converted = any(characters.is_converted(subject.live.charset(subject.mapping.name, one.name)) for one in columns)
    return not converted and not any(one.accepted for one in columns)


def _tallies(subject: Subject, tried: Sequence[Fault]) -> list[_Tally]:
    tallies = [_Tally() for _ in tried]
    if not tried:
        return tallies
    with subject.connection.cursor(SSCursor) as cursor:
        cursor.execute(_flagged(subject, tried))
        for row in cursor:
            key = row[len(tried) :]
            for fault, found, tally in zip(tried, row, tallies, strict=False):
                if _is_faulty(fault, found):
                    tally.add(key)
    return tallies


def _is_faulty(fault: Fault, found: object) -> bool:
    """What a row's column says of one fault: a document to judge, or the condition's own 1, 0 or NULL."""
    if fault.legal:
        return isinstance(found, bytes) and not fault.legal(found)
    return found == 1


def _flagged(subject: Subject, tried: Sequence[Fault]) -> str:
    found = [f"CASE WHEN {one.condition} THEN {one.judged} END" if one.legal else one.condition for one in tried]
    return statement("preflight_rows").format(
        selected=", ".join([*found, subject.key]),
        table=subject.table,
        kept=subject.kept,
        condition=" OR ".join(f"({fault.condition})" for fault in tried),
        limit="",
    )
