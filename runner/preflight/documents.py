"""JSON that Postgres refuses.

SQL finds the documents that may be refused, Python judges each of them exactly. A MySQL server keeps parsed
JSON, so its documents can only fail as `jsonb`, which has no U+0000. MariaDB keeps text and accepts escapes
that JSON does not have; what its check would have refused is looked for where a column lacks the check.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from runner.jsonb import jsonb_text
from runner.mapping import ColumnMapping
from runner.preflight import spelling
from runner.preflight.subject import Subject

_NUL = r"\u0000"
_WRONG_ESCAPE = r'\\[^"\\/bfnrtu]'
_NUL_OR_SURROGATE = r"\\u(0000|[dD][89a-fA-F])"


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


def text(subject: Subject, column: ColumnMapping) -> str:
    """SQL for a document as text."""
    value = subject.value(column)
    return value if subject.live.kind == "mariadb" else f"CAST({value} AS CHAR)"


def legal(column: ColumnMapping) -> Callable[[str], bool]:
    """What decides whether Postgres takes a document."""
    return is_json if column.rule == "json" else _is_jsonb


def is_json(document: str) -> bool:
    """Whether a text is a JSON document as Postgres's `json` takes it: any escape, any number."""
    try:
        json.loads(document, parse_int=str, parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _is_jsonb(document: str) -> bool:
    return jsonb_text(document) is not None


def _refuse(name: str) -> None:
    raise ValueError(name)


def _candidates_in_text(subject: Subject, column: ColumnMapping, value: str) -> str:
    escapes = _WRONG_ESCAPE if column.rule == "json" else f"{_WRONG_ESCAPE}|{_NUL_OR_SURROGATE}"
    condition = f"{value} REGEXP {spelling.text(f'(?-i){escapes}')}"
    if subject.live.is_checked_json(subject.mapping.name, column.name):
        return condition
    return f"NOT JSON_VALID({value}) OR {condition}"
