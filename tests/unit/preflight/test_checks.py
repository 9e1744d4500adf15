"""Check constraints keep their meaning on MySQL, or are left to Postgres."""

import pytest

from runner.catalog.model import Check
from runner.preflight import checks
from runner.systems import System, all_systems
from tests.unit.preflight.subjects import subject, with_target_table


@pytest.mark.parametrize("system", all_systems(), ids=lambda system: system.name)
def test_every_check_of_the_baselines_is_tried(system: System) -> None:
    for table in system.target_catalog.tables.values():
        for check in table.checks:
            assert checks.spelled(check.expression, subject(system.name, table.name)), check.name


@pytest.mark.parametrize(
    ("expression", "spelled"),
    [
        ("CHECK ((token_type = 1))", "( ( `token_type` = 1 ) )"),
        (
            "CHECK (((token_type >= 1) AND (token_type <= 2)))",
            "( ( ( `token_type` >= 1 ) and ( `token_type` <= 2 ) ) )",
        ),
        ("CHECK ((token_type = ANY (ARRAY[1, 2])))", "( ( `token_type` in ( 1, 2 ) ) )"),
        ("CHECK (((token)::text <> ''::text))", "( ( ( CAST(`token` AS BINARY) ) <> X'' ) )"),
        (
            "CHECK (((token)::text = ANY ((ARRAY['a'::character varying, 'b''c'::character varying])::text[])))",
            "( ( ( CAST(`token` AS BINARY) ) in ( X'61' , X'622763' ) ) )",
        ),
        ("CHECK (((token)::text <> 'a::text'::text))", "( ( ( CAST(`token` AS BINARY) ) <> X'613a3a74657874' ) )"),
        ('CHECK (("used" OR (token_type IS NOT NULL)))', "( ( `used` or ( `token_type` is not null ) ) )"),
    ],
)
def test_translation(expression: str, spelled: str) -> None:
    found = checks.spelled(expression, subject("kratos", "identity_recovery_tokens"))
    assert found is not None
    assert found.replace(" ", "") == spelled.replace(" ", "")


@pytest.mark.parametrize(
    "expression",
    [
        "CHECK ((length((token)::text) > 3))",
        "CHECK (((token)::text ~ '^a'::text))",
        "CHECK ((used_at > created_at))",
        "CHECK ((unheard_of = 1))",
        "CHECK ((token_type::smallint = 1))",
        "CHECK (((token_type)::text = '1'::text))",
    ],
)
def test_what_has_no_equal_is_left_to_postgres(expression: str) -> None:
    one = subject("kratos", "identity_recovery_tokens")
    assert checks.spelled(expression, one) is None
    assert list(checks.faults(with_target_table(one, checks=(Check("odd", expression),)))) == []


def test_a_null_passes_as_in_postgres() -> None:
    (fault,) = checks.faults(subject("kratos", "identity_recovery_tokens"))
    assert fault.condition.startswith("NOT (")
    assert fault.rule == "identity_recovery_tokens_token_type_ck"
