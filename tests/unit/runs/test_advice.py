"""Advice comes from the catalogs: keys that lose their folding of case, references without an index."""

from __future__ import annotations

import pytest

from runner.catalog.model import Catalog, Column, ForeignKey, Key, Table
from runner.runs import advice
from runner.systems import System, named


class Toy(System):
    """A parent and a child, and what MySQL makes of them."""

    source_catalog = Catalog(
        "mysql",
        "toy",
        "9",
        tables={
            "child": Table(
                "child",
                (
                    Column("id", "char(36)", False, collation="utf8mb4_0900_ai_ci"),
                    Column("Email", "varchar(9)", False, collation="utf8mb4_0900_ai_ci"),
                    Column("code", "varchar(9)", False, collation="utf8mb4_bin"),
                    Column("parent", "char(36)", True, collation="utf8mb4_0900_ai_ci"),
                ),
                None,
                (),
                (),
                (),
                (),
            )
        },
        enums={},
        sequences=(),
        extensions=(),
    )

    def __init__(self, *indexes: Key, unique: tuple[Key, ...] = (), primary_key: Key | None = None) -> None:
        super().__init__("toy")
        columns = tuple(
            Column(name, kind, True)
            for name, kind in (("id", "uuid"), ("Email", "text"), ("code", "character varying(9)"), ("parent", "uuid"))
        )
        reference = ForeignKey("fk", ("parent",), "the parent", ("id",), "CASCADE", "NO ACTION")
        table = Table("child", columns, primary_key, unique, indexes, (reference,), ())
        vars(self)["target_catalog"] = Catalog("postgres", "toy", "17", {"child": table}, {}, (), ())


def key(*columns: str) -> Key:
    return Key("k", columns)


def kinds(system: System) -> list[str]:
    return [one.kind for one in advice.of_system(system)]


def test_a_reference_without_an_index() -> None:
    (found,) = advice.of_system(Toy())
    assert (found.kind, found.table, found.columns) == ("foreign_key_without_index", "child", ("parent",))
    assert found.ddl == "create index child_parent_fk_idx on child (parent);"
    assert "the parent" in found.text


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        (Toy(key("parent")), []),
        (Toy(key("parent", "code")), []),
        (Toy(primary_key=key("parent", "id")), []),
        (Toy(unique=(key("parent", "id"),)), []),
        (Toy(key("code", "parent")), ["foreign_key_without_index"]),
        (Toy(primary_key=key("id")), ["foreign_key_without_index"]),
    ],
)
def test_an_index_that_begins_with_the_reference_is_enough(system: System, expected: list[str]) -> None:
    assert kinds(system) == expected


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (("Email",), ("Email",)),
        (("code", "Email"), ("Email",)),
        (("code",), None),  # compared by bytes on MySQL too
        (("id",), None),  # a uuid has no case
    ],
)
def test_a_key_that_folded_case(columns: tuple[str, ...], told: tuple[str, ...] | None) -> None:
    found = advice.of_system(Toy(key("parent"), unique=(key(*columns),)))
    assert [one.columns for one in found] == ([told] if told else [])
    assert all(one.kind == "case_sensitive" and one.ddl is None for one in found)


def test_rows_that_the_other_system_misses() -> None:
    (told,) = advice.of_reconciliation({"users_without_identity": 2, "orphans": 0})
    assert (told.kind, told.table) == ("without_counterpart", "users_without_identity")
    assert told.text.startswith("2 rows here have no counterpart")
    assert "convergence_reconciliation.users_without_identity" in told.text


def test_history_tables_that_the_target_did_not_have() -> None:
    found = advice.of_system(Toy(key("parent")), ("migrations_typeorm",))
    assert [(one.kind, one.table) for one in found] == [("empty_history", "migrations_typeorm")]


def test_an_index_that_was_made_is_no_advice() -> None:
    assert advice.of_system(Toy(), indexed=True) == []


def test_the_projects_systems() -> None:
    counts = {
        name: {kind: kinds(named(name)).count(kind) for kind in ("foreign_key_without_index", "case_sensitive")}
        for name in ("alkemio", "kratos")
    }
    assert counts["alkemio"]["foreign_key_without_index"] == 50
    assert counts["kratos"]["foreign_key_without_index"] == 2
    assert counts["alkemio"]["case_sensitive"] > 0
