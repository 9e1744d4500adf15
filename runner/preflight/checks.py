"""Check constraints of the baseline in MySQL's words.

Postgres prints a check in its own words. Comparisons, lists and boolean logic of columns and constants mean
the same on MySQL once texts are compared by their bytes; a check that says more is left to Postgres, which
proves it when it is added to the loaded table, and the log says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from runner import log
from runner.preflight.columns import Fault
from runner.preflight.spelling import binary, octets
from runner.preflight.subject import Subject

_WORDS = {"and", "or", "not", "is", "null", "true", "false", "in", "between"}
_TEXT_RULES = {"text", "padded_text", "enum"}
_COMPARABLE_RULES = _TEXT_RULES | {"integer", "numeric", "boolean"}
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<cast>::(?:text|character\ varying|bpchar)(?:\(\d+\))?)
      | (?P<list>=\ ANY\ \(\(?ARRAY\[)
      | (?P<end>\]\)(?:::(?:text|character\ varying)\[\]\))?)
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<text>'(?:[^']|'')*')
      | "(?P<quoted>(?:[^"]|"")+)"
      | (?P<word>[A-Za-z_]\w*)
      | (?P<mark><>|<=|>=|[=<>(),+*-])
    )""",
    re.VERBOSE,
)


def faults(subject: Subject) -> Iterator[Fault]:
    """The table's checks that can be tried on the source."""
    for check in subject.target.checks:
        condition = spelled(check.expression, subject)
        if condition is None:
            log.bound(phase="check", system=subject.system.name, table=subject.mapping.name).warning(
                "check constraint", outcome=f"{check.name} is first tried by Postgres, in load"
            )
        else:
            yield Fault("check", (), check.name, f"NOT ({condition})")


def spelled(expression: str, subject: Subject) -> str | None:
    """A check as an expression of MySQL, None when it says something that has no equal there."""
    tokens = _tokens(expression.removeprefix("CHECK").strip())
    if tokens is None:
        return None
    # Postgres adds casts between texts; one of a number to text would change what is compared.
    rules = _TEXT_RULES if any(token["cast"] for token in tokens) else _COMPARABLE_RULES
    parts = [_part(token, subject, rules) for token in tokens]
    return None if None in parts else " ".join(part for part in parts if part)


def _tokens(expression: str) -> list[re.Match[str]] | None:
    tokens = []
    while expression:
        token = _TOKEN.match(expression)
        if token is None:
            return None
        tokens.append(token)
        expression = expression[token.end() :]
    return tokens


def _part(token: re.Match[str], subject: Subject, rules: set[str]) -> str | None:
    if token["cast"]:
        return ""
    # Postgres prints `in (...)` as `= ANY (ARRAY[...])`.
    if token["list"] or token["end"]:
        return "in (" if token["list"] else ")"
    if token["number"] or token["mark"]:
        return token["number"] or token["mark"]
    if token["text"]:
        return octets(token["text"][1:-1].replace("''", "'"))
    if token["word"] and token["word"].lower() in _WORDS:
        return token["word"].lower()
    return _column(token["word"] or token["quoted"].replace('""', '"'), subject, rules)


def _column(name: str, subject: Subject, rules: set[str]) -> str | None:
    try:
        column = subject.column(name)
    except KeyError:
        return None
    if column.rule not in rules:
        return None
    value = subject.value(column)
    return binary(value) if column.rule in _TEXT_RULES else value
