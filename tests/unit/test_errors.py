"""The family of errors: exit codes, one line each, whole again after they crossed a process."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from multiprocessing.reduction import ForkingPickler

import pytest

from runner.errors import (
    ConnectionLostError,
    ConvergenceError,
    PartlyPublishedError,
    RefusalError,
    UsageError,
    Violation,
    ViolationError,
)

VIOLATION = Violation(
    system="alkemio",
    table="user",
    column="email",
    kind="null_in_not_null",
    rows=12,
    rule="text to character varying(512)",
    sample_keys=("k1", "k2", "k3", "k4"),
    file="user/0001.csv",
    line=9,
    remedy="mend the rows",
)


def test_exit_codes() -> None:
    assert [kind.exit_code for kind in (ConvergenceError, ViolationError, UsageError, RefusalError)] == [1, 1, 2, 3]
    assert (ViolationError("x").exit_code, RefusalError("x").exit_code, UsageError("x").exit_code) == (1, 3, 2)


def test_one_family() -> None:
    for kind in (ViolationError, UsageError, RefusalError):
        assert issubclass(kind, ConvergenceError)
    for first, second in ((ViolationError, RefusalError), (UsageError, ViolationError), (RefusalError, UsageError)):
        assert not issubclass(first, second)


def test_a_violation_in_one_line() -> None:
    assert str(VIOLATION) == (
        "alkemio.user.email: null_in_not_null, 12 rows (text to character varying(512)) at user/0001.csv:9, "
        "primary key k1, k2, k3; mend the rows"
    )


def test_a_violation_of_which_little_is_known() -> None:
    assert str(Violation("kratos", "identities", None, "drift", 0, "a rule")) == (
        "kratos.identities: drift, 0 rows (a rule)"
    )
    assert " at " not in str(Violation("kratos", "identities", None, "drift", 0, "a rule", file="x"))


def test_a_violation_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        VIOLATION.rows = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "error",
    [
        ViolationError("it differs", [VIOLATION]),
        ViolationError("it differs"),
        RefusalError("not here", [VIOLATION]),
        UsageError("not so"),
        ConnectionLostError("gone", [VIOLATION]),
        PartlyPublishedError("half", ["kratos"]),
    ],
)
def test_errors_cross_processes(error: ConvergenceError) -> None:
    again = ForkingPickler.loads(ForkingPickler.dumps(error))
    assert type(again) is type(error)
    assert (str(again), again.exit_code) == (str(error), error.exit_code)
    assert vars(again) == vars(error)


def test_violations_of_one_error_are_not_those_of_another() -> None:
    first, second = ViolationError("a"), ViolationError("b")
    first.violations.append(VIOLATION)
    assert second.violations == []


def test_the_message_is_what_is_shown() -> None:
    assert [str(error) for error in (ViolationError("a", [VIOLATION]), RefusalError("b"), UsageError("c"))] == [
        "a",
        "b",
        "c",
    ]
