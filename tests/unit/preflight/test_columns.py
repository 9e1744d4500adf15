"""A table's scan looks for every fault that is possible, and for no other."""

from __future__ import annotations

from runner.preflight.columns import faults
from runner.preflight.subject import Subject
from tests.unit.preflight.subjects import subject, with_live_column, with_override, with_target_type


def kinds(one: Subject, column: str) -> list[str]:
    return [fault.kind for fault in faults(one) if fault.columns == (column,)]


def condition(one: Subject, column: str, kind: str) -> str:
    (found,) = [fault.condition for fault in faults(one) if fault.columns == (column,) and fault.kind == kind]
    return found


def test_mysql_json_is_not_read() -> None:
    one = subject("alkemio", "authorization_policy")
    assert kinds(one, "credentialRules") == []
    assert not any("credentialRules" in fault.condition for fault in faults(one))


def test_integers_that_always_fit_are_not_read() -> None:
    assert kinds(subject("alkemio", "authorization_policy"), "version") == []


def test_kinds_of_every_rule() -> None:
    assert kinds(subject("alkemio", "post"), "id") == ["empty_uuid", "not_a_uuid"]
    assert kinds(subject("alkemio", "post"), "createdDate") == ["not_a_timestamp"]
    assert kinds(subject("alkemio", "user"), "serviceProfile") == ["not_a_boolean"]
    assert kinds(subject("alkemio", "profile"), "type") == ["unknown_label"]
    assert kinds(subject("alkemio", "whiteboard"), "content") == ["not_bytes", "not_a_whiteboard"]
    assert kinds(subject("alkemio", "role"), "name") == ["nul_in_text"]
    assert kinds(subject("alkemio", "role", kind="mariadb"), "name") == ["nul_in_text", "invalid_utf8"]
    assert kinds(subject("kratos", "identities"), "traits") == ["not_jsonb"]
    assert kinds(subject("alkemio", "space", kind="mariadb"), "settings") == ["not_json"]


def test_null_is_looked_for_where_the_source_allows_it_and_the_baseline_does_not() -> None:
    assert "null_in_not_null" in kinds(subject("kratos", "selfservice_login_flows"), "request_url")
    assert "null_in_not_null" not in kinds(subject("alkemio", "post"), "createdDate")
    ruled = with_override(subject("alkemio", "post"), "createdDate", "null_if_zero_date")
    assert "null_in_not_null" in kinds(ruled, "createdDate")


def test_length_is_looked_at_where_the_source_allows_more() -> None:
    role = subject("alkemio", "role")
    assert "too_long" not in kinds(role, "name")
    assert "too_long" in kinds(with_target_type(role, "name", "character varying(127)"), "name")
    reference = with_target_type(subject("alkemio", "reference"), "description", "character varying(255)")
    assert "too_long" in kinds(reference, "description")
    assert "too_long" not in kinds(with_override(reference, "description", "truncate", "255"), "description")
    assert "too_long" in kinds(with_override(reference, "description", "truncate", "256"), "description")


def test_values_are_judged_after_their_rule() -> None:
    ruled = with_override(subject("alkemio", "whiteboard"), "createdBy", "null_if_empty")
    assert condition(ruled, "createdBy", "empty_uuid") == ("LENGTH(IF(LENGTH(`createdBy`) = 0, NULL, `createdBy`)) = 0")


def test_other_character_sets_are_converted_and_examined() -> None:
    latin = with_live_column(subject("alkemio", "role"), "role", "name", charset="latin1")
    assert kinds(latin, "name") == ["nul_in_text", "invalid_utf8", "mislabelled_text"]
    assert "CONVERT(`name` USING utf8mb4)" in condition(latin, "name", "nul_in_text")
    wide = with_live_column(subject("alkemio", "role"), "role", "name", charset="utf16")
    assert kinds(wide, "name") == ["nul_in_text", "invalid_utf8"]
    older = with_live_column(subject("alkemio", "role"), "role", "name", charset="utf8mb3")
    assert kinds(older, "name") == ["nul_in_text"]


def test_json_without_the_servers_check_is_validated() -> None:
    checked = subject("alkemio", "space", kind="mariadb")
    unchecked = with_live_column(checked, "space", "settings", type="longtext")
    assert "JSON_VALID" not in condition(checked, "settings", "not_json")
    assert "JSON_VALID" in condition(unchecked, "settings", "not_json")


def test_conditions_hold_no_backslash_and_no_double_quote() -> None:
    # What they mean in a text depends on the server's sql_mode.
    for kind in ("mysql", "mariadb"):
        for system, tables in (("alkemio", ("space", "whiteboard", "profile")), ("kratos", ("identities",))):
            for table in tables:
                for fault in faults(subject(system, table, kind=kind)):
                    assert not {"\\", '"'} & set(fault.condition)
