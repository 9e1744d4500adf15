"""JSON that Postgres refuses.

SQL finds the documents that may be refused, Python judges each of them exactly. A MySQL server keeps parsed
JSON, so its documents can only fail as `jsonb`, which has no U+0000. MariaDB keeps text, and its check accepts
escapes that JSON does not have and halves of surrogate pairs; what the check would have refused is looked for where a
column lacks it.
"""

from __future__ import annotations

from collections.abc import Callable

from runner.duckdb import jsonb
from runner.mapping import ColumnMapping
from runner.preflight import spelling
from runner.preflight.subject import Subject

_NUL = r"\u0000"
SURROGATE = r"\xED[\xA0-\xBF]"
SUSPECT = {
    "json": r'\\[^"\\/bfnrtu]',
    "jsonb": r'\\([^"\\/bfnrtu]|u(0000|[dD][89a-fA-F]))',
}


def candidates(subject: Subject, column: ColumnMapping) -> str:
    """The condition for a document that may be refused; empty when there can be none."""
    value = subject.value(column)
    match subject.live.kind, column.rule:
        case "mysql", "jsonb":
            return f"LOCATE({spelling.octets(_NUL)}, {spelling.binary(value)}) > 0"
        case "mariadb", "json" | "jsonb":
            return _candidates_in_text(subject, column, value)
        case _:
            return ""


def octets(subject: Subject, column: ColumnMapping) -> str:
    """SQL for a document as bytes, which need not be UTF-8."""
    return spelling.binary(subject.value(column))


def legal(column: ColumnMapping) -> Callable[[bytes], bool]:
    """What decides whether Postgres takes a document."""
    return is_json if column.rule == "json" else is_jsonb


def is_json(document: bytes) -> bool:
    """Whether the bytes are a document that `json` takes."""
    try:
        return jsonb.is_json(document.decode())
    except UnicodeDecodeError:
        return False


def is_jsonb(document: bytes) -> bool:
    """Whether the bytes are a document that `jsonb` takes."""
    try:
        return jsonb.jsonb_text(document.decode()) is not None
    except UnicodeDecodeError:
        return False


def _candidates_in_text(subject: Subject, column: ColumnMapping, value: str) -> str:
    # Searches for one byte each, the fastest there are: a large table can afford nothing else.
    searches = (SUSPECT[column.rule], SURROGATE)
    condition = " OR ".join(f"{value} REGEXP {spelling.pattern(search)}" for search in searches)
    if subject.live.is_checked_json(subject.mapping.name, column.name):
        return condition
    return f"NOT JSON_VALID({value}) OR {condition}"
