"""SQL for DuckDB: a record of a CSV file as a tuple of Postgres's binary COPY, which costs Postgres half of a CSV.

A tuple is the number of fields in two bytes, then each field as its length in four bytes (-1 for NULL) and the
value in the binary form of its type; numbers have their highest byte first. Source: Postgres's documentation of
COPY, and of each type's own receive function. Columns of unbounded length come last and as expressions of their
own, so that DuckDB never copies them to put a row together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from runner.duckdb import staging
from runner.mapping import ColumnMapping

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
_NULL = r"'\xFF\xFF\xFF\xFF'::BLOB"
_EPOCH = 946_684_800_000_000  # 2000-01-01 in microseconds since 1970
_WIDTH = {"smallint": 2, "integer": 4, "bigint": 8}
_DIGITS = 4  # of a decimal number, in two bytes


def order(columns: Sequence[ColumnMapping]) -> list[ColumnMapping]:
    """The columns as the tuple has them, for COPY's list of columns."""
    return sorted(columns, key=_unbounded)


def expressions(columns: Sequence[ColumnMapping]) -> list[str]:
    """BLOB expressions of one row of legal values; joined they are its tuple, those that are NULL left out."""
    found: list[str] = []
    parts = [_bytes(len(columns), 2)]
    for column in order(columns):
        value = staging.loaded(column)
        if _unbounded(column):
            size, content = _content(column, value)
            parts.append(_present(column, size, _NULL))
            found += [" || ".join(parts), content]
            parts = []
        else:
            parts.append(_present(column, _field(column, value), _NULL))
    if parts:
        found.append(" || ".join(parts))
    return found


def contents(columns: Sequence[ColumnMapping]) -> dict[str, int]:
    """The places of those expressions that are a value of unbounded length itself, by its column."""
    unbounded = [column.name for column in order(columns) if _unbounded(column)]
    return {name: 2 * number + 1 for number, name in enumerate(unbounded)}


def _present(column: ColumnMapping, value: str, absent: str) -> str:
    return f"coalesce({value}, {absent})" if column.nullable else f"({value})"


def _unbounded(column: ColumnMapping) -> bool:
    return column.rule in {"json", "jsonb", "bytea"} or column.target_type in {"text", "character varying"}


def _content(column: ColumnMapping, value: str) -> tuple[str, str]:
    """The length of an unbounded value and its bytes."""
    match column.rule:
        case "bytea":
            return _number(f"(strlen({value}) - 2) // 2", 4), f"unhex(substr({value}, 3))"
        case "jsonb":
            version = _bytes(1, 1)
            return f"{_number(f'strlen({value}) + 1', 4)} || {version}", f"encode({value})"
        case _:
            return _number(f"strlen({value})", 4), f"encode({value})"


def _field(column: ColumnMapping, value: str) -> str:
    match column.rule:
        case "uuid":
            return f"{_bytes(16, 4)} || TRY_CAST({value} AS UUID)::BLOB"
        case "timestamp":
            return f"{_bytes(8, 4)} || {_number(f'epoch_us(TRY_CAST({value} AS TIMESTAMP)) - {_EPOCH}', 8)}"
        case "boolean":
            return f"CASE {value} WHEN '1' THEN {_bytes(257, 5)} WHEN '0' THEN {_bytes(256, 5)} END"
        case "integer":
            width = _WIDTH[column.target_type]
            return f"{_bytes(width, 4)} || {_number(value, width)}"
        case "numeric":
            return _numeric(column, value)
        case _:
            return f"{_number(f'strlen({value})', 4)} || encode({value})"


def _numeric(column: ColumnMapping, value: str) -> str:
    """Groups of four decimal digits, always as many as the declared type may need; Postgres drops those of zeros."""
    declared = re.fullmatch(r"numeric\((\d+),(\d+)\)", column.target_type)
    assert declared
    scale = int(declared[2])
    before, after = max(1, -(-(int(declared[1]) - scale) // _DIGITS)), -(-scale // _DIGITS)
    whole = f"lpad(split_part(ltrim({value}, '-'), '.', 1), {before * _DIGITS}, '0')"
    fraction = f"rpad(split_part({value}, '.', 2), {after * _DIGITS}, '0')"
    sign = f"CASE WHEN starts_with({value}, '-') THEN {_bytes(0x4000, 2)} ELSE {_bytes(0, 2)} END"
    groups = [
        _number(f"substr({whole} || {fraction}, {place * _DIGITS + 1}, {_DIGITS})", 2)
        for place in range(before + after)
    ]
    head = [_bytes(8 + 2 * len(groups), 4), _bytes(len(groups), 2), _bytes(before - 1, 2), sign, _bytes(scale, 2)]
    return " || ".join([*head, *groups])


def _number(value: str, width: int) -> str:
    kind = {2: "SMALLINT", 4: "INTEGER", 8: "BIGINT"}[width]
    return f"TRY_CAST({value} AS {kind})::BIT::BLOB"


def _bytes(number: int, width: int) -> str:
    text = "".join(f"\\x{byte:02X}" for byte in number.to_bytes(width, "big"))
    return f"'{text}'::BLOB"
