"""What is kept of a comparison of the systems: the rows each model found."""

from __future__ import annotations

from runner.dbt import NodeResult
from runner.proof import reconcile


def result(table: str, failures: int | None) -> NodeResult:
    return NodeResult("test.c.t", "t", "test", table, "warn" if failures else "pass", 0.1, None, failures, "")


def test_the_most_that_a_test_of_a_model_found() -> None:
    results = [result("users_without_identity", 5), result("users_without_identity", 0), result("", 3)]
    assert reconcile.counts(results) == {"users_without_identity": 5}


def test_nothing_was_found() -> None:
    assert reconcile.counts([result("identities_without_user", None)]) == {"identities_without_user": 0}
