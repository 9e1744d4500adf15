from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from runner.catalog.differences import Difference, source_differences, target_differences
from runner.catalog.model import Catalog, Check, Column, ForeignKey, Key, Sequence, Table
from runner.systems import System, all_systems

USER = Table(
    name="user",
    columns=(
        Column("id", "uuid", nullable=False, default="gen_random_uuid()"),
        Column("email", "character varying(512)", nullable=False),
        Column("rowId", "integer", nullable=False, default="nextval('\"user_rowId_seq\"'::regclass)"),
        Column("accountId", "uuid", nullable=True),
    ),
    primary_key=Key("user_pkey", ("id",)),
    unique=(Key("user_email", ("email",)),),
    indexes=(Key("user_account", ("accountId", "rowId"), descending=("rowId",)),),
    foreign_keys=(ForeignKey("user_account_fk", ("accountId",), "account", ("id",), "SET NULL", "NO ACTION"),),
    checks=(Check("user_row", 'CHECK (("rowId" > 0))'),),
)
BASELINE = Catalog(
    engine="postgres",
    database="shop",
    server_version="17.5",
    tables={"user": USER},
    enums={"colour": ("red", "green")},
    sequences=(Sequence("user_rowId_seq", "user", "rowId", "integer"),),
    extensions=("plpgsql",),
)


def with_user(**changes: Any) -> Catalog:
    return replace(BASELINE, tables={"user": replace(USER, **changes)})


def with_column(name: str, **changes: Any) -> Catalog:
    columns = (replace(column, **changes) if column.name == name else column for column in USER.columns)
    return with_user(columns=tuple(columns))


TARGET_CASES: list[tuple[Catalog, str]] = [
    (replace(BASELINE, tables={}), "table user is missing"),
    (
        replace(BASELINE, tables={"user": USER, "challenge": replace(USER, name="challenge")}),
        "table challenge is not expected",
    ),
    (with_user(note="unlogged"), "table user differs in definition: expected none, found unlogged"),
    (with_user(columns=USER.columns[:3]), "user: column accountId is missing: uuid"),
    (
        with_user(columns=(*USER.columns, Column("more", "text", nullable=True))),
        "user: column more is not expected: text",
    ),
    (
        with_column("email", type="text"),
        "user: column email differs in type: expected character varying(512), found text",
    ),
    (
        with_column("email", nullable=True),
        "user: column email differs in nullability: expected not null, found null",
    ),
    (
        with_column("id", default=None),
        "user: column id differs in default: expected gen_random_uuid(), found none",
    ),
    (
        with_column("email", collation="C"),
        "user: column email differs in definition: expected none, found C",
    ),
    (
        with_column("rowId", extra="generated always as identity"),
        "user: column rowId differs in definition: expected none, found generated always as identity",
    ),
    (
        with_user(columns=(USER.columns[1], USER.columns[0], *USER.columns[2:])),
        "user: columns differs in order: expected id, email, rowId, accountId, found email, id, rowId, accountId",
    ),
    (with_user(primary_key=None), "user: primary key user_pkey is missing: (id)"),
    (with_user(unique=()), "user: unique user_email is missing: (email)"),
    (
        with_user(unique=(replace(USER.unique[0], constraint=False),)),
        "user: unique user_email differs in definition: expected (email), found (email), index only",
    ),
    (
        with_user(indexes=(replace(USER.indexes[0], descending=()),)),
        "user: index user_account differs in definition: expected (accountId, rowId desc), found (accountId, rowId)",
    ),
    (
        with_user(indexes=(replace(USER.indexes[0], note="invalid"),)),
        "user: index user_account differs in definition: expected (accountId, rowId desc), "
        "found (accountId, rowId desc), invalid",
    ),
    (
        with_user(foreign_keys=(replace(USER.foreign_keys[0], on_delete="CASCADE"),)),
        "user: foreign key user_account_fk differs in definition: "
        "expected (accountId) references account (id) on delete set null, on update no action, "
        "found (accountId) references account (id) on delete cascade, on update no action",
    ),
    (
        with_user(foreign_keys=(replace(USER.foreign_keys[0], note="not valid"),)),
        "user: foreign key user_account_fk differs in definition: "
        "expected (accountId) references account (id) on delete set null, on update no action, "
        "found (accountId) references account (id) on delete set null, on update no action, not valid",
    ),
    (with_user(checks=()), 'user: check user_row is missing: CHECK (("rowId" > 0))'),
    (
        replace(BASELINE, enums={"colour": ("green", "red")}),
        "enum colour differs in definition: expected red, green, found green, red",
    ),
    (
        replace(BASELINE, sequences=(replace(BASELINE.sequences[0], table="", column=""),)),
        "sequence user_rowId_seq differs in definition: "
        "expected integer, owned by user.rowId, found integer, owned by none",
    ),
    (replace(BASELINE, views=("sales",)), "view sales is not expected"),
    (replace(BASELINE, triggers=("user.audit",)), "trigger user.audit is not expected"),
]


@pytest.mark.parametrize(("actual", "told"), TARGET_CASES, ids=[told[:40] for _, told in TARGET_CASES])
def test_target_names_the_one_thing_that_differs(actual: Catalog, told: str) -> None:
    assert [str(difference) for difference in target_differences(BASELINE, actual)] == [told]


@pytest.mark.parametrize("compare", [source_differences, target_differences])
def test_equal_catalogs(compare: Callable[[Catalog, Catalog], list[Difference]]) -> None:
    for system in all_systems():
        assert compare(system.target_catalog, system.target_catalog) == []


def test_uuid_defaults_are_equal_either_way() -> None:
    other = with_column("id", default="uuid_generate_v4()")
    assert target_differences(BASELINE, other) == []
    assert target_differences(other, BASELINE) == []


def test_extensions_and_versions_are_no_drift() -> None:
    assert target_differences(BASELINE, replace(BASELINE, extensions=(), server_version="18.6")) == []


SOURCE_CASES: list[tuple[Catalog, str]] = [
    *(case for case in TARGET_CASES if case[1].startswith(("table user is", "table challenge"))),
    *(case for case in TARGET_CASES if ": column" in case[1] and "default" not in case[1] and "def" not in case[1]),
    (
        with_user(primary_key=Key(None, ("email", "id"))),
        "user: primary key differs in definition: expected id, found email, id",
    ),
    (with_user(primary_key=None), "user: primary key differs in definition: expected id, found none"),
]


@pytest.mark.parametrize(("actual", "told"), SOURCE_CASES, ids=[told[:40] for _, told in SOURCE_CASES])
def test_source_names_what_matters_for_copying(actual: Catalog, told: str) -> None:
    expected = [told] if "differs in order" not in told else []
    assert [str(difference) for difference in source_differences(BASELINE, actual)] == expected


@pytest.mark.parametrize(
    "actual",
    [
        with_user(unique=(), indexes=(), foreign_keys=(), checks=()),
        with_user(primary_key=Key("another name", ("id",))),
        with_column("id", default=None, collation="utf8mb4_general_ci", extra="auto_increment"),
    ],
)
def test_source_may_differ_in_what_does_not_matter(actual: Catalog) -> None:
    assert source_differences(BASELINE, actual) == []


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        ("int", "int(11)", True),
        ("tinyint(1)", "tinyint", True),
        ("tinyint(1)", "tinyint(4)", True),
        ("bigint", "bigint(20)", True),
        ("int", "int unsigned", False),
        ("int", "bigint", False),
        ("varchar(36)", "varchar(64)", False),
        ("datetime(6)", "datetime", False),
    ],
)
def test_source_ignores_the_display_width_of_integers(expected: str, actual: str, same: bool) -> None:
    different = source_differences(with_column("rowId", type=expected), with_column("rowId", type=actual))
    assert [difference.kind for difference in different] == ([] if same else ["type"])


@pytest.mark.parametrize("system", all_systems(), ids=lambda system: system.name)
def test_every_difference_of_a_real_baseline_is_told_on_one_line(system: System) -> None:
    nothing = replace(system.target_catalog, tables={}, enums={}, sequences=())
    told = [str(difference) for difference in target_differences(system.target_catalog, nothing)]
    assert len(told) >= len(system.target_catalog.tables)
    assert not [line for line in told if "\n" in line]
