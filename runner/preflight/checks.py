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
        (?P<number>\d+(?:\.\d+)?)
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
    rest = _without_casts(expression.removeprefix("CHECK").strip())
    parts = []
    while rest:
        token = _TOKEN.match(rest)
        part = _part(token, subject) if token else None
        if token is None or part is None:
            return None
        parts.append(part)
        rest = rest[token.end() :]
    return " ".join(parts)


def _without_casts(expression: str) -> str:
    """The expression without casts between texts, and `= ANY (ARRAY[...])` as the list it was written as."""
    plain = re.sub(r"::(?:text|character varying|bpchar)(?:\(\d+\))?(?:\[\])?", "", expression)
    return re.sub(r"= ANY \(\(?ARRAY\[([^\]]*)\]\)?\)", r"in (\1)", plain)


def _part(token: re.Match[str], subject: Subject) -> str | None:
    if token["number"] or token["mark"]:
        return token["number"] or token["mark"]
    if token["text"]:
        return octets(token["text"][1:-1].replace("''", "'"))
    if token["word"] and token["word"].lower() in _WORDS:
        return token["word"].lower()
    return _column(token["word"] or token["quoted"].replace('""', '"'), subject)


def _column(name: str, subject: Subject) -> str | None:
    try:
        column = subject.column(name)
    except KeyError:
        return None
    if column.rule not in _COMPARABLE_RULES:
        return None
    value = subject.value(column)
    return binary(value) if column.rule in _TEXT_RULES else value
