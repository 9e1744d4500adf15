"""A named violation passes when Postgres would take its rows, and only up to the rule's number of them."""

from runner.errors import Violation
from runner.preflight.acceptance import remaining
from runner.preflight.kinds import KINDS
from runner.rules import AcceptedViolation


def violation(kind: str, rows: int = 3, column: str | None = "name") -> Violation:
    return Violation("alkemio", "role", column, kind, rows, "a rule", remedy="Do this")


def rule(kind: str, max_rows: int | None, column: str = "name") -> AcceptedViolation:
    return AcceptedViolation("alkemio", "role", column, kind, max_rows, "a reason")


def test_acceptable_violation_passes() -> None:
    found = violation("mislabelled_text")
    assert list(remaining([found], [rule("mislabelled_text", 3)])) == []
    assert list(remaining([found], [rule("mislabelled_text", None)])) == []


def test_more_rows_than_accepted_do_not_pass() -> None:
    (left,) = remaining([violation("mislabelled_text")], [rule("mislabelled_text", 2)])
    assert left.remedy == "Do this; the rule accepts 2 rows"


def test_rule_for_something_else_changes_nothing() -> None:
    found = violation("mislabelled_text")
    assert list(remaining([found], [rule("mislabelled_text", 3, "other"), rule("nul_in_text", 3)])) == [found]


def test_nothing_that_stops_a_later_phase_passes() -> None:
    stopping = [violation(kind) for kind, about in KINDS.items() if not about.acceptable]
    left = list(remaining(stopping, [rule(kind, None) for kind in KINDS]))
    assert [each.kind for each in left] == [each.kind for each in stopping]
    assert all(each.remedy.endswith("; no rule can accept this kind") for each in left)
    assert {"foreign_key", "null_in_not_null", "unique", "primary_key", "check"} <= {each.kind for each in left}
