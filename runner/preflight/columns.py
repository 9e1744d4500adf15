"""The faults a value of a column can have, as conditions that are true for a faulty row.

Conditions that the source's type makes impossible are left out, so that the scan of a table costs little. A
NULL makes every condition NULL, which counts as no fault.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from runner.mapping import ColumnMapping, base_type
from runner.preflight import characters, documents, numbers
from runner.preflight.spelling import binary, octets, pattern, text
from runner.preflight.subject import Subject

_UUID = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"
_TEXT_CAPACITY = {"tinytext": 255.0, "text": 65_535.0, "mediumtext": 16_777_215.0}
_BEYOND_BYTES = "[\u0100-\U0010ffff]"
_BYTES_ONLY = "^[^\u0100-\U0010ffff]*+$"
_TEXT_RULES = {"text", "padded_text"}
_MAKES_NULL = {"null_if_empty", "null_if_zero_date"}
# Two bytes that open a zlib stream without a preset dictionary (RFC 1950), as MySQL holds them: two characters.
_ZLIB_HEADERS = tuple(
    f"{method:08X}{flags:08X}"
    for method in range(0x08, 0x80, 0x10)
    for flags in range(0x100)
    if (method * 0x100 + flags) % 31 == 0 and not flags & 0x20
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault of one column and the rule it breaks.

    Where SQL can only say which rows may be faulty, `legal` decides about the bytes that `judged` selects.
    """

    kind: str
    columns: tuple[str, ...]
    rule: str
    condition: str
    judged: str = ""
    legal: Callable[[bytes], bool] | None = None


def faults(subject: Subject) -> Iterator[Fault]:
    """Every fault that values of the table's columns can have."""
    for column in subject.mapping.columns:
        rule = column.override.rule if column.override else f"{column.rule} to {column.target_type}"
        for kind, condition in _conditions(subject, column):
            yield Fault(kind, (column.name,), "NOT NULL" if kind == "null_in_not_null" else rule, condition)
        candidates = documents.candidates(subject, column)
        if candidates:
            yield Fault(
                f"not_{column.rule}",
                (column.name,),
                rule,
                candidates,
                judged=documents.octets(subject, column),
                legal=documents.legal(column),
            )


def _conditions(subject: Subject, column: ColumnMapping) -> Iterator[tuple[str, str]]:
    value = subject.value(column)
    nullable = subject.live.catalog.tables[subject.mapping.name].column(column.name).nullable
    may_be_null = nullable or (column.override is not None and column.override.rule in _MAKES_NULL)
    if may_be_null and not column.nullable:
        yield "null_in_not_null", f"{value} IS NULL"
    if column.override and column.override.rule == "whiteboard_base64":
        beyond = _beyond_bytes(value, subject.live.kind)
        yield "not_bytes", beyond
        yield "not_a_whiteboard", f"{_no_stream(value)} AND NOT ({beyond})"
        return
    if column.rule in _TEXT_RULES:
        yield from characters.conditions(subject, column)
    yield from _illegal(column, value, subject.live.kind)


def _illegal(column: ColumnMapping, value: str, server: str) -> Iterator[tuple[str, str]]:
    match column.rule:
        case "uuid":
            yield "empty_uuid", f"LENGTH({value}) = 0"
            # The length too: IS_UUID knows other spellings, and `$` also stands before a line break at the end.
            is_uuid = f"IS_UUID({value})" if server == "mysql" else f"{value} REGEXP {pattern(_UUID)}"
            spelled = f"LENGTH({value}) = 36 AND {is_uuid}"
            yield "not_a_uuid", f"LENGTH({value}) > 0 AND NOT ({spelled})"
        case "text" | "padded_text" if column.length is not None and _capacity(column) > column.length:
            yield "too_long", f"CHAR_LENGTH({value}) > {column.length}"
        case "boolean":
            yield "not_a_boolean", f"{value} NOT IN (0, 1)"
        case "timestamp":
            yield "not_a_timestamp", _no_date(value)
        case "enum":
            labels = ", ".join(map(octets, column.labels))
            yield "unknown_label", f"{binary(value)} NOT IN ({labels})"
        case "integer" | "numeric":
            beyond = numbers.beyond(value, column.source_type, column.target_type)
            if beyond:
                yield "not_a_number_of_its_type", beyond
        case _:
            return


def _capacity(column: ColumnMapping) -> float:
    """How many characters a value can have at most, before or after its override."""
    base = base_type(column.source_type)
    declared = re.fullmatch(r"(?:var)?char\((\d+)\)", column.source_type)
    capacity = float(declared[1]) if declared else _TEXT_CAPACITY.get(base, math.inf)
    if column.override and column.override.rule == "truncate":
        return min(capacity, int(column.override.argument))
    return capacity


def _no_date(value: str) -> str:
    # Year, month or day 0, and a day that the month does not have: LAST_DAY knows no month 0. Most days are looked
    # at once.
    late = f"(DAY({value}) = 0 OR DAY({value}) > DAY(LAST_DAY({value})))"
    return f"DAY({value}) NOT BETWEEN 1 AND 28 AND {late} OR MONTH({value}) = 0 OR YEAR({value}) = 0"


def _beyond_bytes(value: str, server: str) -> str:
    # Compared without case folding, which takes U+0178 for U+00FF.
    text_value = f"{value} COLLATE utf8mb4_bin"
    if server == "mysql":
        # Searched, not matched from end to end: MySQL stops a long match with a time-out.
        return f"{text_value} REGEXP {text(_BEYOND_BYTES)}"
    # Matched, not searched: on bytes that are not UTF-8 MariaDB finds nothing.
    return f"NOT ({text_value} REGEXP {text(_BYTES_ONLY)})"


def _no_stream(value: str) -> str:
    headers = ", ".join(f"'{header}'" for header in _ZLIB_HEADERS)
    return f"LENGTH({value}) > 0 AND HEX(CONVERT(LEFT({value}, 2) USING utf32)) NOT IN ({headers})"
