"""The errors a person can meet, one family, shown in one line at the edge of the program.

ConvergenceError
├── ViolationError   exit 1: data or schema differ, or a step failed; `public` is as it was
│   ├── ConnectionLostError   the server went away; what it was asked may be asked again
│   └── PartlyPublishedError   one target took its commit, another did not
├── UsageError       exit 2: a task was used wrongly, or a setting is missing or wrong
├── RefusalError     exit 3: the situation is not one this tool may act in
└── InterruptError   exit 130: Ctrl-C or SIGTERM ended the task in order

A message says what failed, on which table, and what to do next. It never holds a value of a row or a
secret: messages of the database engines do, so they are not passed on (see `runner.mysql.source` and
`runner.postgres.target`, which translate them).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runner.quantity import counted


@dataclass(frozen=True, slots=True)
class Violation:
    """One kind of fault in one column, as `report.json` lists it.

    `rows` counts the faulty rows, `sample_keys` holds up to 20 of their primary keys as text, `rule` names
    the rule or constraint they break and `remedy` says in one sentence what to do about it.
    """

    system: str
    table: str
    column: str | None
    kind: str
    rows: int
    rule: str
    sample_keys: tuple[str, ...] = ()
    file: str | None = None
    line: int | None = None
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.system}.{self.table}" + (f".{self.column}" if self.column else "")
        where = f" at {self.file}:{self.line}" if self.file and self.line else ""
        keys = f", primary key {', '.join(self.sample_keys[:3])}" if self.sample_keys else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{place}: {self.kind}, {counted(self.rows, 'row')} ({self.rule}){where}{keys}{remedy}"


class ConvergenceError(Exception):
    """Anything that ends a task with one line, which begins with its word, and an exit code.

    `violations` are those that the line speaks of, for the report.
    """

    exit_code = 1
    word = "failed"

    def __init__(self, message: str, violations: Iterable[Violation] = ()) -> None:
        super().__init__(message)
        self.violations = list(violations)


class ViolationError(ConvergenceError):
    """Data or schema differ from the contract, a violation was found, or a step failed."""


class ModelError(ViolationError):
    """dbt was there to the end, but one of its models failed."""


class ConnectionLostError(ViolationError):
    """A connection was cut, or its server stopped; idempotent work may be tried again."""


class PartlyPublishedError(ViolationError):
    """One target took its commit and another did not; the systems that are published, and the way on and back."""

    def __init__(self, message: str, published: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.published = tuple(published)


class UsageError(ConvergenceError):
    """A task was used wrongly, or a setting is missing or wrong."""

    exit_code = 2
    word = "wrong use"


class RefusalError(ConvergenceError):
    """The source or target is not in a state this tool may act on."""

    exit_code = 3
    word = "refused"


class InterruptError(ConvergenceError):
    """Ctrl-C or SIGTERM ended the task in order; it can go on."""

    exit_code = 130
    word = "interrupted"


def raise_all(faults: Sequence[ConvergenceError]) -> None:
    """Raise one error for all: the gravest exit code, every message once and every violation."""
    if not faults:
        return
    if len(faults) == 1:
        raise faults[0]
    message = "; ".join(dict.fromkeys(str(error) for error in faults))
    violations = [one for error in faults for one in error.violations]
    exit_code = max(error.exit_code for error in faults)
    if exit_code == UsageError.exit_code:
        raise UsageError(message)
    raise (RefusalError if exit_code == RefusalError.exit_code else ViolationError)(message, violations)
