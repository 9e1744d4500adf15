"""The declared decisions about data: rows of the CSV files in `seeds/rules/`, each with a reason.

Nothing changes a value unless a row here says so. The files are the project's own, but a person edits
them in a hurry, so every fault in them is named by file and line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from runner.errors import UsageError, Violation
from runner.kinds import KINDS
from runner.systems import ROOT, all_systems

FOLDER = ROOT / "seeds" / "rules"

OVERRIDES = {
    "null_if_empty": "the empty text becomes NULL",
    "null_if_zero_date": "`0000-00-00` and `0000-00-00 00:00:00` become NULL",
    "skip_row_where": "rows for which the argument, an SQL condition on the source's columns, is true are not copied",
    "strip_nul": "every character U+0000 is removed",
    "truncate": "the text is cut to as many characters as the argument says",
    "whiteboard_base64": "a zlib stream stored as one character per byte becomes base64 of those bytes",
}
"""What each rule for a column does to its values, or to its rows."""


@dataclass(frozen=True, slots=True)
class CastRule:
    """How values of one source type become values of one target type; types without their parameters."""

    rule: str
    source_type: str
    target_type: str
    changes: str
    reason: str


@dataclass(frozen=True, slots=True)
class Override:
    """A rule for one column; `max_rows` is the number of rows it may touch, None for any."""

    system: str
    table: str
    column: str
    rule: str
    argument: str
    max_rows: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class SkippedTable:
    """A table that is not copied; `max_rows` is the number of rows it may leave behind, None for any."""

    system: str
    table: str
    max_rows: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class AcceptedViolation:
    """A violation that may pass, for at most `max_rows` rows (None for any)."""

    system: str
    table: str
    column: str
    kind: str
    max_rows: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything `seeds/rules/` says."""

    casts: tuple[CastRule, ...]
    overrides: tuple[Override, ...]
    skipped: tuple[SkippedTable, ...]
    accepted: tuple[AcceptedViolation, ...]

    def cast(self, source_type: str, target_type: str) -> CastRule:
        """The rule for a pair of base types; UsageError when none is declared."""
        for rule in self.casts:
            if (rule.source_type, rule.target_type) == (source_type, target_type):
                return rule
        raise UsageError(
            f"seeds/rules/cast_rules.csv has no rule for {source_type} to {target_type}: add one with a reason"
        )

    def overrides_of(self, system: str, table: str) -> tuple[Override, ...]:
        """The overrides of one table, in the order of the file."""
        return tuple(rule for rule in self.overrides if (rule.system, rule.table) == (system, table))

    def skipped_of(self, system: str) -> dict[str, str]:
        """The tables of a system that are not copied, with the reason."""
        return {rule.table: rule.reason for rule in self.skipped if rule.system == system}

    def left_behind(self, system: str, counted: Mapping[str, int]) -> list[Violation]:
        """The skipped tables that have more rows than their rule lets them leave behind."""
        return [
            Violation(
                system=system,
                table=rule.table,
                column=None,
                kind="rule_limit_exceeded",
                rows=counted[rule.table],
                rule=f"skipped_tables, at most {rule.max_rows} rows",
                remedy=KINDS["rule_limit_exceeded"].remedy,
            )
            for rule in self.limited(system)
            if rule.max_rows is not None and counted.get(rule.table, 0) > rule.max_rows
        ]

    def limited(self, system: str) -> tuple[SkippedTable, ...]:
        """The skipped tables of a system that may leave behind only so many rows."""
        return tuple(rule for rule in self.skipped if rule.system == system and rule.max_rows is not None)


@cache
def read(folder: Path = FOLDER) -> Rules:
    """The rules of a folder; UsageError names the file and line of the first fault."""
    return Rules(
        casts=tuple(
            CastRule(**row)
            for row, _ in _rows(folder / "cast_rules.csv", ("rule", "source_type", "target_type", "changes", "reason"))
        ),
        overrides=tuple(
            Override(
                row["system"],
                row["table"],
                row["column"],
                _known(row["rule"], place),
                _argument(row["rule"], row["argument"], place),
                _count(row["max_rows"], place),
                row["reason"],
            )
            for row, place in _of_columns(
                folder / "column_overrides.csv",
                ("system", "table", "column", "rule", "argument", "max_rows", "reason"),
            )
        ),
        skipped=tuple(
            SkippedTable(row["system"], row["table"], _count(row["max_rows"], place), row["reason"])
            for row, place in _rows(folder / "skipped_tables.csv", ("system", "table", "max_rows", "reason"))
        ),
        accepted=tuple(
            AcceptedViolation(
                row["system"],
                row["table"],
                row["column"],
                _acceptable(row["kind"], place),
                _count(row["max_rows"], place),
                row["reason"],
            )
            for row, place in _of_columns(
                folder / "accepted_violations.csv",
                ("system", "table", "column", "kind", "max_rows", "reason"),
                once=("kind",),
            )
        ),
    )


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[dict[str, str], str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name}: cannot be read as UTF-8 ({type(error).__name__})") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        if tuple(reader.fieldnames or ()) != columns:
            raise UsageError(f"{path.name}:1: the header must be {','.join(columns)}")
        for row in reader:
            place = f"{path.name}:{reader.line_num}"
            if None in row or None in row.values():
                raise UsageError(f"{place}: {len(columns)} fields are needed")
            if not row["reason"].strip():
                raise UsageError(f"{place}: the reason is empty; every rule needs one")
            yield row, place
    except csv.Error as error:
        raise UsageError(f"{path.name}:{reader.reader.line_num}: no CSV ({error})") from None


def _of_columns(
    path: Path, columns: tuple[str, ...], once: tuple[str, ...] = ()
) -> Iterator[tuple[dict[str, str], str]]:
    """Rows that each name a column of a table that is there; a misspelled rule would silently do nothing.

    A column has one row, or one for each value of the fields `once`.
    """
    tables = {system.name: system.target_catalog.tables for system in all_systems()}
    places: dict[tuple[str, ...], str] = {}
    for row, place in _rows(path, columns):
        system, table, column = row["system"], row["table"], row["column"]
        if system not in tables or table not in tables[system]:
            raise UsageError(f"{place}: there is no table {system}.{table}")
        earlier = places.setdefault((system, table, column, *(row[name] for name in once)), place)
        if earlier != place:
            raise UsageError(f"{place}: {system}.{table}.{column} has a rule already, at {earlier}")
        yield row, place


def _known(rule: str, place: str) -> str:
    if rule not in OVERRIDES:
        raise UsageError(f"{place}: unknown rule {rule!r}; known are {', '.join(sorted(OVERRIDES))}")
    return rule


def _acceptable(kind: str, place: str) -> str:
    known = sorted(name for name, about in KINDS.items() if about.acceptable)
    if kind not in known:
        raise UsageError(f"{place}: a violation {kind!r} cannot be accepted; only {', '.join(known)} can")
    return kind


def _argument(rule: str, text: str, place: str) -> str:
    legal = {"truncate": text.isdecimal() and int(text) > 0, "skip_row_where": bool(text.strip())}
    if not legal.get(rule, not text):
        wanted = {"truncate": "a number of characters", "skip_row_where": "a condition"}.get(rule, "no argument")
        raise UsageError(f"{place}: {rule} needs {wanted}")
    return text


def _count(text: str, place: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise UsageError(f"{place}: max_rows must be a whole number or empty, not {text!r}")
    return int(text)
