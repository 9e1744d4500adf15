"""The indexes that foreign keys lack: one list for advice, load and verify."""

from __future__ import annotations

import pytest

from runner.catalog import differences
from runner.catalog.model import Catalog, Column, ForeignKey, Key, Table
from runner.postgres import baseline, fk_indexes
from runner.systems import System, all_systems


def catalog(*references: ForeignKey, indexes: tuple[Key, ...] = (), name: str = "child") -> Catalog:
    columns = tuple(Column(column, "uuid", True) for column in ("id", "a", "b"))
    table = Table(name, columns, Key("pk", ("id",)), (), indexes, references, ())
    return Catalog("postgres", "toy", "17", {name: table}, {}, (), ())


def reference(*columns: str, name: str = "fk") -> ForeignKey:
    return ForeignKey(name, columns, "parent", ("id",), "CASCADE", "NO ACTION")


def test_the_index_has_a_name_of_its_own_and_its_statement() -> None:
    (one,) = fk_indexes.missing(catalog(reference("a", "b")))
    assert one.key == Key("child_a_b_fk_idx", ("a", "b"))
    assert one.statement == baseline.Statement("child", "index", "create index child_a_b_fk_idx\non child (a, b);")


@pytest.mark.parametrize(
    ("index", "wanted"),
    [
        (Key("i", ("a",)), 0),
        (Key("i", ("a", "b")), 0),
        (Key("i", ("b", "a")), 1),
        (Key("i", ("a",), note="using gin (a)"), 1),
    ],
)
def test_only_an_index_that_begins_with_the_columns_helps(index: Key, wanted: int) -> None:
    assert len(fk_indexes.missing(catalog(reference("a"), indexes=(index,)))) == wanted


def test_two_references_of_one_column_share_an_index() -> None:
    assert len(fk_indexes.missing(catalog(reference("a", name="one"), reference("a", name="two")))) == 1


def test_long_names_stay_apart_and_fit() -> None:
    names = {
        str(one.key.name)
        for end in ("x", "y")
        for one in fk_indexes.missing(catalog(reference("a"), name="ü" * 40 + end))
    }
    assert len(names) == 2
    assert all(len(name.encode()) <= 63 and name.endswith("_fk_idx") for name in names)


@pytest.mark.parametrize("system", all_systems(), ids=lambda system: system.name)
def test_of_the_projects_systems(system: System) -> None:
    found = fk_indexes.missing(system.target_catalog)
    taken = {
        key.name
        for table in system.target_catalog.tables.values()
        for key in (table.primary_key, *table.unique, *table.indexes)
        if key
    } | set(system.target_catalog.tables)
    assert len({one.key.name for one in found} - taken) == len(found) > 0


@pytest.mark.parametrize("system", all_systems(), ids=lambda system: system.name)
def test_a_completed_catalog_lacks_none_and_differs_by_exactly_these(system: System) -> None:
    completed = fk_indexes.completed(system.target_catalog)
    assert fk_indexes.missing(completed) == []
    assert {
        (one.table, one.object, one.kind) for one in differences.target_differences(system.target_catalog, completed)
    } == {(one.table, f"index {one.key.name}", "extra") for one in fk_indexes.missing(system.target_catalog)}
