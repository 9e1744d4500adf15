"""Only numbers that the target's type cannot hold are looked for."""

from decimal import Decimal

import pytest

from runner.preflight.numbers import Range, beyond, of_type


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("int", "integer"),
        ("int", "bigint"),
        ("tinyint(1)", "smallint"),
        ("smallint unsigned", "integer"),
        ("bigint unsigned", "numeric(20,0)"),
        ("decimal(10,2)", "numeric(10,2)"),
        ("decimal(3,1)", "numeric(10,2)"),
        ("int", "numeric(10,0)"),
        ("decimal(10,2)", "numeric"),
        ("double", "double precision"),
    ],
)
def test_a_type_that_holds_all_needs_no_condition(source: str, target: str) -> None:
    assert beyond("v", source, target) == ""


@pytest.mark.parametrize(
    ("source", "target", "condition"),
    [
        ("bigint", "integer", "v < -2147483648 OR v > 2147483647"),
        ("int unsigned", "integer", "v > 2147483647"),
        ("bigint unsigned", "bigint", "v > 9223372036854775807"),
        ("int", "smallint", "v < -32768 OR v > 32767"),
        ("decimal(5,2)", "numeric(4,2)", "v < -99.99 OR v > 99.99"),
        ("decimal(4,2)", "numeric(4,1)", "v <> TRUNCATE(v, 1)"),
        ("decimal(4,2)", "integer", "v <> TRUNCATE(v, 0)"),
        ("double", "integer", "v < -2147483648 OR v > 2147483647 OR v <> TRUNCATE(v, 0)"),
    ],
)
def test_condition_for_what_does_not_fit(source: str, target: str, condition: str) -> None:
    assert beyond("v", source, target) == condition


def test_ranges() -> None:
    assert of_type("decimal(3,1)") == Range(Decimal("-99.9"), Decimal("99.9"), 1)
    assert of_type("decimal(3,1) unsigned").low == 0
    assert of_type("mediumint unsigned").high == 16_777_215
    assert of_type("numeric").high == Decimal("Infinity")
