"""Mappings: every column of the baseline travels by a declared rule, in the baseline's order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner import mapping, rules
from runner.errors import UsageError
from runner.mapping import base_type, of_system, of_table
from runner.rules import Override, Rules, SkippedTable
from runner.systems import System, all_systems, named
from tests.corpus.tables import column, override, table

RULES = rules.read()
KRATOS = named("kratos")


def with_overrides(*overrides: Override) -> Rules:
    return replace(RULES, overrides=overrides)


@pytest.mark.parametrize("system", all_systems(), ids=lambda system: system.name)
def test_every_table_and_column_is_mapped(system: System) -> None:
    found = of_system(system, RULES)
    assert found.keys() == system.target_catalog.tables.keys() - RULES.skipped_of(system.name).keys()
    for name, mapped in found.items():
        target = system.target_catalog.tables[name]
        assert [column.name for column in mapped.columns] == [column.name for column in target.columns]
        assert [column.nullable for column in mapped.columns] == [column.nullable for column in target.columns]
        assert mapped.key == (target.primary_key.columns if target.primary_key else ())


def test_columns_of_several_kinds() -> None:
    found = {one.name: one for one in of_table(KRATOS, RULES, "identity_login_codes").columns}
    assert (found["id"].rule, found["id"].source_type, found["id"].target_type) == ("uuid", "char(36)", "uuid")
    # The type of the baseline decides: this char(36) is no uuid.
    assert (found["address_type"].rule, found["address_type"].length) == ("padded_text", 36)
    assert found["issued_at"].rule == "timestamp"
    assert found["id"].length is None


@pytest.mark.parametrize(
    "name", ["it's", "a/b", "..", "a\\b", "a*", "a?", "a[b", "two\nlines", "\N{RIGHT-TO-LEFT OVERRIDE}"]
)
def test_a_table_that_files_or_dbt_cannot_name_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for catalog in (KRATOS.source_catalog, KRATOS.target_catalog):
        odd = replace(catalog.tables["networks"], name=name)
        monkeypatch.setitem(catalog.tables, name, odd)
    with pytest.raises(UsageError, match="files and dbt cannot have the name") as caught:
        of_table(KRATOS, RULES, name)
    assert str(caught.value).isprintable()


def test_a_column_of_two_lines_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    table = KRATOS.target_catalog.tables["networks"]
    odd = replace(table, columns=(*table.columns, replace(table.columns[0], name="two\nlines")))
    monkeypatch.setitem(KRATOS.target_catalog.tables, "networks", odd)
    with pytest.raises(UsageError, match=r"kratos\.networks: .* cannot have the name two.*lines"):
        of_table(KRATOS, RULES, "networks")


def test_an_enum_brings_its_labels() -> None:
    found = [one for mapped in of_system(named("alkemio"), RULES).values() for one in mapped.columns if one.labels]
    assert [(one.rule, one.target_type) for one in found] == [("enum", "profile_type_enum")]
    assert found[0].labels == named("alkemio").target_catalog.enums["profile_type_enum"]


def test_the_whiteboards_rule_is_on_their_columns() -> None:
    found = of_system(named("alkemio"), RULES)
    boards = [
        (name, one.name)
        for name, mapped in found.items()
        for one in mapped.columns
        if one.override and one.override.rule == "whiteboard_base64"
    ]
    assert boards == [("callout_contribution_defaults", "whiteboardContent"), ("whiteboard", "content")]
    assert [name for name, mapped in found.items() if mapped.transformed] == [name for name, _ in boards]


def test_skipped_tables_are_left_out() -> None:
    fewer = replace(
        RULES, skipped=(SkippedTable("kratos", "identities", None, "a test"), SkippedTable("alkemio", "x", None, "y"))
    )
    assert KRATOS.target_catalog.tables.keys() - of_system(KRATOS, fewer).keys() == {"identities"}


def test_an_override_on_its_column() -> None:
    one = Override("kratos", "identities", "schema_id", "truncate", "9", None, "a test")
    mapped = of_table(KRATOS, with_overrides(one), "identities")
    assert [found.override for found in mapped.columns if found.name == "schema_id"] == [one]
    assert [found.override for found in mapped.columns if found.name == "id"] == [None]
    assert (mapped.transformed, mapped.row_filter) == (True, None)


def test_a_row_filter_belongs_to_the_table() -> None:
    one = Override("kratos", "identities", "schema_id", "skip_row_where", "`schema_id` = ''", 3, "a test")
    mapped = of_table(KRATOS, with_overrides(one), "identities")
    assert mapped.row_filter == one
    assert mapped.transformed
    assert not any(found.override for found in mapped.columns)


def test_an_override_of_another_system_or_table_does_not_count() -> None:
    others = (
        Override("alkemio", "identities", "schema_id", "strip_nul", "", None, "a test"),
        Override("kratos", "sessions", "id", "strip_nul", "", None, "a test"),
    )
    assert not of_table(KRATOS, with_overrides(*others), "identities").transformed


def test_an_override_of_no_column() -> None:
    wrong = [Override("kratos", "identities", name, "strip_nul", "", None, "a test") for name in ("x", "schema_ID")]
    with pytest.raises(UsageError) as caught:
        of_table(KRATOS, with_overrides(*wrong), "identities")
    assert str(caught.value) == "column_overrides.csv: kratos.identities has no column schema_ID, x"


def test_a_column_without_a_rule() -> None:
    without = replace(RULES, casts=tuple(rule for rule in RULES.casts if rule.rule != "jsonb"))
    with pytest.raises(UsageError, match="has no rule for json to jsonb: add one with a reason"):
        of_system(KRATOS, without)


@pytest.mark.parametrize(
    ("spelled", "base"),
    [
        ("varchar(36)", "varchar"),
        ("numeric(3,1)", "numeric"),
        ("character varying", "character varying"),
        ("character varying(44)", "character varying"),
        ("timestamp without time zone", "timestamp without time zone"),
        ("enum('a(b','c')", "enum"),
        ("datetime(6)", "datetime"),
    ],
)
def test_base_types(spelled: str, base: str) -> None:
    assert base_type(spelled) == base


@pytest.mark.parametrize(
    ("source_type", "target_type", "length"),
    [
        ("varchar(9)", "character varying(9)", 9),
        ("varchar(9)", "character varying", None),
        ("char(36)", "character(36)", 36),
        ("longtext", "text", None),
        ("decimal(3,1)", "numeric(3,1)", None),
    ],
)
def test_lengths(source_type: str, target_type: str, length: int | None) -> None:
    assert column("x", source_type, target_type).length == length


def test_what_makes_a_table_transformed() -> None:
    plain, changed = column("a", "text", "text"), column("b", "text", "text", override=override("b", "strip_nul"))
    assert not table(plain).transformed
    assert table(plain, changed).transformed
    assert mapping.TableMapping("toy", "t", (plain,), (), override("a", "skip_row_where", "TRUE")).transformed
