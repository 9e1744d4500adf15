"""Violations that `seeds/rules/accepted_violations.csv` lets pass.

Only what Postgres would take can be accepted (`runner.kinds`): a constraint or a type of the baseline stops the
load later, whatever a rule says. The rows that pass are counted in the report, as those of every other rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from runner.errors import Violation
from runner.rules import AcceptedViolation


@dataclass(frozen=True, slots=True)
class Judged:
    """The violations that no rule lets pass, and those that one does, with the rule."""

    left: tuple[Violation, ...]
    passed: tuple[tuple[Violation, AcceptedViolation], ...]


def judge(violations: Iterable[Violation], accepted: Sequence[AcceptedViolation]) -> Judged:
    """Part violations by the rules; one with more rows than its rule allows is left, and its remedy says so."""
    left, passed = [], []
    for violation in violations:
        rule = next((one for one in accepted if _names(one, violation)), None)
        if rule is None:
            left.append(violation)
        elif rule.max_rows is not None and violation.rows > rule.max_rows:
            left.append(replace(violation, remedy=f"{violation.remedy}; the rule accepts {rule.max_rows} rows"))
        else:
            passed.append((violation, rule))
    return Judged(tuple(left), tuple(passed))


def _names(rule: AcceptedViolation, violation: Violation) -> bool:
    return (rule.system, rule.table, rule.column, rule.kind) == (
        violation.system,
        violation.table,
        violation.column,
        violation.kind,
    )
