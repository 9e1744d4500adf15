"""The two engines' spellings become one; the rows are what MariaDB 10.11 and MySQL 8.0.18 answer."""

from __future__ import annotations

from typing import Any, cast

import pymysql
import pytest

from runner.catalog.model import Catalog, Check, Column, ForeignKey, Key
from runner.mysql.catalog import read_catalog

COLUMNS = ["table_name", "name", "type", "nullable", "default", "extra", "charset", "collation"]
KEYS = ["table_name", "name", "non_unique", "column_name", "direction", "prefix", "kind"]
FOREIGN_KEYS = ["table_name", "name", "column_name", "ref_table", "ref_column", "on_delete", "on_update"]
TEXT = ("utf8mb4", "utf8mb4_general_ci")


class Answers:
    """A connection that answers the catalog's queries from tables in memory."""

    def __init__(self, version: str, rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]]) -> None:
        self.rows = {"select version()": (["version"], [(version,)]), **rows}

    def cursor(self, kind: object) -> Answers:
        assert kind is pymysql.cursors.Cursor
        return self

    def __enter__(self) -> Answers:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def execute(self, statement: str, parameters: dict[str, str]) -> None:
        assert parameters == {"database": "shop"}
        names, self.found = next((rows for part, rows in self.rows.items() if part in statement), ([], []))
        self.description = [(name,) for name in names]

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.found


def read(version: str, raw: bool = False, **rows: list[tuple[Any, ...]]) -> Catalog:
    """The catalog of table `t` whose parts have these rows; `raw` answers in bytes, as undecoded sessions do."""
    answers: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {
        "table_type = 'BASE TABLE'": (["name"], [("t",)]),
        "information_schema.columns": (COLUMNS, rows.get("columns", [])),
        "information_schema.statistics": (KEYS, rows.get("keys", [])),
        "referential_constraints": (FOREIGN_KEYS, rows.get("foreign_keys", [])),
        "check_constraints": (["table_name", "name", "expression"], rows.get("checks", [])),
        "information_schema.triggers": (["name"], [("t.audit",)]),
        "table_type <> 'BASE TABLE'": (["name"], [("sales",)]),
    }
    if raw:
        answers = {
            part: (
                names,
                [tuple(v.encode() if isinstance(v, str) else v for v in row) for row in found],
            )
            for part, (names, found) in answers.items()
        }
    return read_catalog(cast("pymysql.Connection[Any]", Answers(version, answers)), "shop")


MARIADB = "10.11.19-MariaDB-0+deb12u1"


@pytest.mark.parametrize(
    ("found", "column"),
    [
        (("int(11)", "NO", None, "auto_increment", None, None), Column("c", "int", False, None, "auto_increment")),
        (("int(10) unsigned", "YES", "NULL", "", None, None), Column("c", "int unsigned", True)),
        (("tinyint(1)", "NO", "0", "", None, None), Column("c", "tinyint(1)", False, "0")),
        (("tinyint(4)", "NO", "0", "", None, None), Column("c", "tinyint", False, "0")),
        (("int(5) unsigned zerofill", "YES", "NULL", "", None, None), Column("c", "int(5) unsigned zerofill", True)),
        (("varchar(9)", "NO", "''", "", *TEXT), Column("c", "varchar(9)", False, "", "", *TEXT)),
        (("varchar(9)", "YES", "'it''s'", "", *TEXT), Column("c", "varchar(9)", True, "it's", "", *TEXT)),
        (("varchar(9)", "YES", "'NULL'", "", *TEXT), Column("c", "varchar(9)", True, "NULL", "", *TEXT)),
        (
            ("datetime(6)", "NO", "current_timestamp(6)", "on update current_timestamp(6)", None, None),
            Column(
                "c",
                "datetime(6)",
                False,
                "CURRENT_TIMESTAMP(6)",
                "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6)",
            ),
        ),
        (
            ("timestamp", "NO", "current_timestamp()", "", None, None),
            Column("c", "timestamp", False, "CURRENT_TIMESTAMP", "DEFAULT_GENERATED"),
        ),
        (("longtext", "YES", "NULL", "", *TEXT), Column("c", "longtext", True, None, "", *TEXT)),
    ],
)
@pytest.mark.parametrize("raw", [False, True])
def test_mariadb_columns_are_spelled_as_mysql_spells_them(found: tuple[Any, ...], column: Column, raw: bool) -> None:
    assert read(MARIADB, raw, columns=[("t", "c", *found)]).tables["t"].columns == (column,)


def test_mariadb_json_is_longtext_with_a_check() -> None:
    table = read(
        MARIADB,
        columns=[
            ("t", "data", "longtext", "YES", "NULL", "", "utf8mb4", "utf8mb4_bin"),
            ("t", "note", "longtext", "YES", "NULL", "", "utf8mb4", "utf8mb4_bin"),
        ],
        checks=[("t", "data", "json_valid(`data`)"), ("t", "note", "char_length(`note`) > 1")],
    ).tables["t"]
    assert [column.type for column in table.columns] == ["json", "longtext"]
    assert table.columns[0].collation is None
    assert table.checks == (Check("note", "char_length(`note`) > 1"),)


def test_mysql_before_8_0_19_still_prints_display_widths() -> None:
    rows = [("t", "a", "bigint(20)", "NO", None, "", None, None), ("t", "b", "json", "YES", None, "", None, None)]
    catalog = read("8.0.18", columns=rows)
    assert catalog.engine == "mysql"
    assert [column.type for column in catalog.tables["t"].columns] == ["bigint", "json"]


def test_mysql_default_that_looks_quoted_is_the_text_itself() -> None:
    rows = [("t", "a", "varchar(9)", "NO", "'x'", "", *TEXT), ("t", "b", "varchar(9)", "NO", "NULL", "", *TEXT)]
    assert [column.default for column in read("9.7.4", columns=rows).tables["t"].columns] == ["'x'", "NULL"]


def test_keys_keep_order_direction_and_what_is_unusual() -> None:
    table = read(
        "9.7.4",
        keys=[
            ("t", "PRIMARY", 0, "b", "A", None, "BTREE"),
            ("t", "PRIMARY", 0, "a", "A", None, "BTREE"),
            ("t", "uq", 0, "c", "A", None, "BTREE"),
            ("t", "sorted", 1, "c", "A", None, "BTREE"),
            ("t", "sorted", 1, "d", "D", None, "BTREE"),
            ("t", "part", 1, "e", "A", 10, "BTREE"),
            ("t", "words", 1, "e", None, None, "FULLTEXT"),
            ("t", "computed", 1, None, "A", None, "BTREE"),
        ],
    ).tables["t"]
    assert table.primary_key == Key(None, ("b", "a"))
    assert table.unique == (Key("uq", ("c",)),)
    assert table.indexes == (
        Key("computed", ("(expression)",)),
        Key("part", ("e",), note="e(10)"),
        Key("sorted", ("c", "d"), descending=("d",)),
        Key("words", ("e",), note="fulltext"),
    )


def test_foreign_keys_of_several_columns() -> None:
    rows = [
        ("t", "fk", "a", "parent", "x", "CASCADE", "RESTRICT"),
        ("t", "fk", "b", "parent", "y", "CASCADE", "RESTRICT"),
    ]
    assert read("9.7.4", foreign_keys=rows).tables["t"].foreign_keys == (
        ForeignKey("fk", ("a", "b"), "parent", ("x", "y"), "CASCADE", "RESTRICT"),
    )


def test_what_is_no_table() -> None:
    catalog = read(MARIADB)
    assert (catalog.engine, catalog.server_version) == ("mariadb", MARIADB)
    assert (catalog.views, catalog.triggers) == (("sales",), ("t.audit",))
