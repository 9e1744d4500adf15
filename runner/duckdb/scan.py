"""One scan of a CSV file by DuckDB: everything that has to hold before its rows may be loaded, and the rows to load.

It counts the records, computes their digest, tries every cast of the baseline and counts what rules change; JSON
alone is tried by Postgres, which parses it anyway. A refused value is named by file, line, primary key, column and
rule, whoever refused it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

import duckdb

from runner import digest, manifest
from runner.catalog.names import quote_ansi
from runner.duckdb import staging, tuples
from runner.duckdb.engine import make_room
from runner.duckdb.hashing import Hashing
from runner.duckdb.records import line_of_record
from runner.duckdb.shelf import shelf, shelved
from runner.errors import Violation, ViolationError
from runner.mapping import TableMapping

SAMPLE_KEYS = 20
_BLOCK = 1 << 22
_MOST_ROWS = 2048  # DuckDB hands out no more at once
_FLAGS = 62  # of a BIGINT
_LONG = 1 << 23  # a line whose values are worth a call of Python each


@dataclass(frozen=True)
class Scanned:
    """What one scan of a file found."""

    rows: int
    value_digest: int
    touched: dict[tuple[str, str], int]


@dataclass
class _Tally:
    """What the records so far add up to; `changes` counts the rows of each combination of changes."""

    rows: int = 0
    digest: int = 0
    value_digest: int = 0
    faulty: bool = False
    changes: Counter[tuple[int, ...]] = field(default_factory=Counter)

    def changed(self, number: int) -> int:
        """The rows for which the change of that number, from 0, was made."""
        word, bit = divmod(number, _FLAGS)
        return sum(rows for words, rows in self.changes.items() if words[word] >> bit & 1)


def scan(
    engine: duckdb.DuckDBPyConnection,
    mapping: TableMapping,
    file: manifest.File,
    folder: Path,
    take: Callable[[bytes], None] = lambda block: None,
) -> Scanned:
    """Read a file once; ViolationError when its counts, its digest or any value is not as it must be.

    `take` gets the records as tuples of binary COPY, and nothing more from the first refused value on.
    """
    faults = [test for column in mapping.columns for _, test in staging.tried(column)]
    changes = staging.changes(mapping)
    hashing = Hashing.of(mapping)
    groups = (
        tuples.expressions(mapping.columns),
        hashing.expressions,
        [f"('0x' || {digest.prefix('duckdb', mapping.columns, 'value')})::BIGINT"] if digest.two_forms(mapping) else [],
        [" OR ".join(f"({test})" for test in faults) or "false"],
        _flags([test for _, _, test in changes]),
    )
    sizes = [len(group) for group in groups]
    tally = _Tally()
    make_room(engine, file.longest_line)
    try:
        with shelf(engine) as put_away:
            long = set(tuples.contents(mapping.columns).values()) if file.longest_line > _LONG else set()
            groups[0][:] = [shelved(one) if place in long else one for place, one in enumerate(groups[0])]
            selected = ", ".join(chain.from_iterable(groups))
            answer = engine.execute(f"SELECT {selected} FROM {_reader(mapping, file, folder)}")
            while batch := answer.fetchmany(max(1, min(_MOST_ROWS, _BLOCK // max(1, file.longest_line)))):
                columns = iter(zip(*batch, strict=True))
                taken: list[list[Sequence[Any]]] = [list(islice(columns, size)) for size in sizes]
                for place in long:
                    taken[0][place] = put_away.take(taken[0][place])
                _add(tally, hashing, taken, take)
                taken.clear()  # before DuckDB makes the next ones
        _check(mapping, file, tally)
        if tally.faulty:
            raise ViolationError(f"stage: {(found := refused(engine, mapping, file, folder))[0]}", found)
    except duckdb.Error as error:
        raise _unreadable(mapping, file, error) from None
    touched = {(rule, name): rows for number, (rule, name, _) in enumerate(changes) if (rows := tally.changed(number))}
    return Scanned(tally.rows, tally.value_digest if digest.two_forms(mapping) else tally.digest, touched)


def _flags(tests: Sequence[str]) -> list[str]:
    """Whole numbers whose bits say which tests are true, as few as can be."""
    bits = [f"CASE WHEN {test} THEN {1 << number % _FLAGS} ELSE 0 END" for number, test in enumerate(tests)]
    return [" | ".join(bits[start : start + _FLAGS]) for start in range(0, len(bits), _FLAGS)]


def _add(tally: _Tally, hashing: Hashing, groups: list[list[Sequence[Any]]], take: Callable[[bytes], None]) -> None:
    blobs, pieces, values, (faulty,), changes = groups
    tally.rows += len(faulty)
    tally.digest += hashing.digest(pieces, blobs)
    tally.value_digest += sum(map(sum, values))
    tally.faulty = tally.faulty or True in faulty
    tally.changes.update(zip(*changes, strict=True))
    if tally.faulty:
        return
    fields = filter(None, chain.from_iterable(zip(*blobs, strict=True)))
    if len(faulty) > 1:
        take(b"".join(fields))
    else:  # perhaps because it is large: not copied once more
        for one in fields:
            take(one)


def _check(mapping: TableMapping, file: manifest.File, tally: _Tally) -> None:
    place = f"{mapping.system}.{mapping.name}: {file.path}"
    if tally.rows != file.rows:
        raise ViolationError(
            f"{place} holds {tally.rows} records, the manifest says {file.rows}; export the table again"
        )
    if tally.digest != int(file.digest) and not tally.faulty:
        raise ViolationError(
            f"{place}: its digest is not the one the source computed: "
            "the file, or a rule of the table, was changed after the export; export again"
        )


def refused(
    engine: duckdb.DuckDBPyConnection, mapping: TableMapping, file: manifest.File, folder: Path
) -> list[Violation]:
    """Read the file again to say which values the baseline's types refuse and where they stand."""
    faults = [(column, kind, test) for column in mapping.columns for kind, test in staging.rejected(column)]
    counts = ", ".join(f"count(*) FILTER (WHERE {test})" for _, _, test in faults)
    found = engine.execute(f"SELECT {counts} FROM {_reader(mapping, file, folder)}").fetchone()
    assert found
    violations = []
    for (column, kind, test), number in zip(faults, found, strict=True):
        if not number:
            continue
        rows = _records(engine, mapping, file, folder, test)
        violations.append(
            Violation(
                system=mapping.system,
                table=mapping.name,
                column=column.name,
                kind=kind,
                rows=number,
                rule=column.override.rule if column.override else f"{column.rule} to {column.target_type}",
                sample_keys=tuple(key for _, key in rows),
                file=file.path,
                line=line_of_record(folder / file.path, rows[0][0], file.quote),
                remedy="mend the rows in the source, or add a rule for the column, and run again",
            )
        )
    return violations


def place(
    engine: duckdb.DuckDBPyConnection, mapping: TableMapping, file: manifest.File, folder: Path, record: int
) -> tuple[str, int]:
    """The primary key of the record of that number, from 1, and the line it begins on."""
    ((_, key),) = _records(engine, mapping, file, folder, f"row_number() OVER () = {record}")
    return key, line_of_record(folder / file.path, record, file.quote)


def _records(
    engine: duckdb.DuckDBPyConnection, mapping: TableMapping, file: manifest.File, folder: Path, condition: str
) -> list[tuple[int, str]]:
    """Number and primary key of the first records that a condition holds for."""
    key = " || '/' || ".join(f"coalesce({quote_ansi(name)}, '')" for name in mapping.key) or "''"
    found = engine.execute(
        f"SELECT record, key FROM (SELECT row_number() OVER () AS record, {key} AS key, ({condition}) AS asked_for "
        f"FROM {_reader(mapping, file, folder)}) WHERE asked_for LIMIT {SAMPLE_KEYS}"
    ).fetchall()
    return [(int(record), str(key)) for record, key in found]


def _unreadable(mapping: TableMapping, file: manifest.File, error: duckdb.Error) -> ViolationError:
    # DuckDB quotes the line it could not read; only its number is passed on.
    place = f"{mapping.system}.{mapping.name}: {file.path}"
    if isinstance(error, duckdb.IOException):
        return ViolationError(f"{place} cannot be read: see that it is there and its disk is well, then export again")
    if "CSV Error" not in str(error):
        return ViolationError(f"{place}: DuckDB stopped ({type(error).__name__}); run the task again")
    line = next((word for word in str(error).replace("Line: ", "Line:").split() if word.startswith("Line:")), "")
    number = int(line.removeprefix("Line:")) if line.removeprefix("Line:").isdecimal() else None
    violation = Violation(
        system=mapping.system,
        table=mapping.name,
        column=None,
        kind="malformed_csv",
        rows=1,
        rule="CSV as RFC 4180 with the quotes of its manifest, UTF-8, one field per column",
        file=file.path,
        line=number,
        remedy="export the table again",
    )
    return ViolationError(f"stage: {violation}", [violation])


def _reader(mapping: TableMapping, file: manifest.File, folder: Path) -> str:
    return staging.read_files(folder, [file], [column.name for column in mapping.columns])
