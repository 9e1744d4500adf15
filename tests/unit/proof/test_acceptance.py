"""A named violation passes up to its rule's number of rows, and is told with its rule."""

from runner.errors import Violation
from runner.kinds import KINDS
from runner.proof.acceptance import judge
from runner.rules import AcceptedViolation


def violation(kind: str, rows: int = 3, column: str | None = "name") -> Violation:
    return Violation("alkemio", "role", column, kind, rows, "a rule", remedy="Do this")


def rule(kind: str, max_rows: int | None, column: str = "name", system: str = "alkemio") -> AcceptedViolation:
    return AcceptedViolation(system, "role", column, kind, max_rows, "a reason")


def test_acceptable_violation_passes_with_its_rule() -> None:
    found = violation("mislabelled_text")
    for limit in (3, None):
        judged = judge([found], [rule("mislabelled_text", limit)])
        assert judged.left == ()
        assert judged.passed == ((found, rule("mislabelled_text", limit)),)


def test_more_rows_than_accepted_do_not_pass() -> None:
    judged = judge([violation("mislabelled_text")], [rule("mislabelled_text", 2)])
    assert judged.passed == ()
    assert [one.remedy for one in judged.left] == ["Do this; the rule accepts 2 rows"]


def test_rule_for_something_else_changes_nothing() -> None:
    found = violation("mislabelled_text")
    others = [
        rule("mislabelled_text", 3, "other"),
        rule("mislabelled_text", 3, system="kratos"),
        rule("not_a_whiteboard", 3),
    ]
    assert judge([found], others).left == (found,)


def test_nothing_of_the_baseline_can_be_accepted() -> None:
    acceptable = {kind for kind, about in KINDS.items() if about.acceptable}
    assert acceptable == {"mislabelled_text", "not_a_whiteboard"}
