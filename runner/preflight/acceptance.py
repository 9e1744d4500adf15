"""Violations that `seeds/rules/accepted_violations.csv` lets pass.

Only what Postgres would take can be accepted: a constraint or a type of the baseline stops the load later,
whatever a rule says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from runner import log
from runner.errors import Violation
from runner.preflight.kinds import KINDS
from runner.rules import AcceptedViolation


def remaining(violations: Iterable[Violation], accepted: Sequence[AcceptedViolation]) -> Iterator[Violation]:
    """The violations that no rule lets pass; the log names those that one does."""
    for violation in violations:
        rule = next((one for one in accepted if _names(one, violation)), None)
        if rule is None:
            yield violation
        elif not KINDS[violation.kind].acceptable:
            yield replace(violation, remedy=f"{violation.remedy}; no rule can accept this kind")
        elif rule.max_rows is not None and violation.rows > rule.max_rows:
            yield replace(violation, remedy=f"{violation.remedy}; the rule accepts {rule.max_rows} rows")
        else:
            log.bound(phase="check", system=violation.system, table=violation.table).info(
                "accepted violation", outcome=violation.kind, rows=violation.rows
            )


def _names(rule: AcceptedViolation, violation: Violation) -> bool:
    return (rule.system, rule.table, rule.column, rule.kind) == (
        violation.system,
        violation.table,
        violation.column or "",
        violation.kind,
    )
