import re
from dataclasses import replace
from typing import Any

import pytest

from runner.catalog.model import Catalog, Check, Column, ForeignKey, Key, Sequence, Table
from runner.errors import UsageError
from runner.postgres import baseline
from runner.postgres.baseline import Statement, statements
from runner.systems import System, all_systems

ORDER = Table(
    name="order",
    columns=(
        Column("id", "uuid", nullable=False, default="uuid_generate_v4()"),
        Column("rowId", "integer", nullable=False, default="nextval('\"order_rowId_seq\"'::regclass)"),
        Column("price", "numeric(10,2)", nullable=True),
        Column("Note", "text", nullable=True, default="'Hello WORLD'::text"),
    ),
    primary_key=Key("PK_1", ("id",)),
    unique=(Key("UQ_1", ("rowId",)), Key("uq_price", ("price", "Note"), constraint=False)),
    indexes=(
        Key("by_price", ("price", "rowId"), descending=("price",)),
        Key("by_note", ("Note",), note='USING gin ("Note") WHERE (price > 0)'),
    ),
    foreign_keys=(
        ForeignKey("FK_1", ("id",), "user", ("id",), "SET NULL", "NO ACTION"),
        ForeignKey("FK_2", ("id", "price"), "cart", ("id", "Price"), "CASCADE", "RESTRICT"),
    ),
    checks=(Check("dear", "CHECK ((price > 0))"),),
)
CATALOG = Catalog(
    engine="postgres",
    database="shop",
    server_version="17.5",
    tables={"order": ORDER},
    enums={"colour": ("red", "it's")},
    sequences=(Sequence("order_rowId_seq", "order", "rowId", "integer"), Sequence("free", "", "", "bigint")),
    extensions=(),
)

PRE_DATA = """\
-- shop: types, sequences and empty tables. Generated from postgres.json.

create type colour as enum (
    'red',
    'it''s'
);

create sequence "order_rowId_seq" as integer;

create sequence free as bigint;

create table "order" (
    id uuid not null default gen_random_uuid(),
    "rowId" integer not null default nextval('"order_rowId_seq"'::regclass),
    price numeric(10, 2),
    "Note" text default 'Hello WORLD'::text
);

alter sequence "order_rowId_seq" owned by "order"."rowId";
"""

POST_DATA = """\
-- shop: keys, constraints and indexes. Generated from postgres.json.

alter table "order"
add constraint "PK_1"
primary key (id);

alter table "order"
add constraint "UQ_1"
unique ("rowId");

create unique index uq_price
on "order" (price, "Note");

create index by_price
on "order" (price desc, "rowId");

create index by_note
on "order" USING gin ("Note") WHERE (price > 0);

alter table "order"
add constraint dear
check ((price > 0));

alter table "order"
add constraint "FK_1"
foreign key (id) references "user" (id)
on delete set null;

alter table "order"
add constraint "FK_2"
foreign key (id, price) references cart (id, "Price")
on delete cascade on update restrict;
"""


def test_pre_data_as_a_person_would_write_it() -> None:
    assert baseline.pre_data(CATALOG) == PRE_DATA


def test_post_data_as_a_person_would_write_it() -> None:
    assert baseline.post_data(CATALOG) == POST_DATA


def test_statements_name_kind_and_table() -> None:
    assert [(one.kind, one.table) for one in statements(PRE_DATA)] == [
        ("type", "colour"),
        ("sequence", "order_rowId_seq"),
        ("sequence", "free"),
        ("table", "order"),
        ("ownership", "order"),
    ]
    assert [(one.kind, one.table) for one in statements(POST_DATA)] == [
        ("primary_key", "order"),
        ("unique", "order"),
        ("unique", "order"),
        ("index", "order"),
        ("index", "order"),
        ("check", "order"),
        ("foreign_key", "order"),
        ("foreign_key", "order"),
    ]


def test_statements_are_the_paragraphs_without_comments() -> None:
    text = "-- first\n\n-- of the table\ncreate table t (\n    a text\n);\n\n\n"
    assert statements(text) == [Statement("t", "table", "create table t (\n    a text\n);")]


@pytest.mark.parametrize("text", ["drop table account;", "create table", "alter table account disable trigger all;"])
def test_statements_refuses_anything_else(text: str) -> None:
    with pytest.raises(UsageError, match=re.escape("not a statement of a baseline")):
        statements(f"create sequence s as integer;\n\n{text}\n")


@pytest.mark.parametrize(
    "changes",
    [
        {"note": "unlogged"},
        {"primary_key": Key("PK_1", ("id",), note="deferrable")},
        {"unique": (Key("UQ_1", ("rowId",), note="deferrable"),)},
        {"foreign_keys": (replace(ORDER.foreign_keys[0], note="match full"),)},
        {"columns": (Column("id", "uuid", nullable=False, extra="generated"),)},
        {"columns": (Column("id", "text", nullable=False, collation="C"),)},
    ],
)
def test_what_a_baseline_cannot_say_is_refused(changes: dict[str, Any]) -> None:
    catalog = replace(CATALOG, tables={"order": replace(ORDER, **changes)})
    with pytest.raises(UsageError, match="order"):
        baseline.pre_data(catalog) + baseline.post_data(catalog)


@pytest.mark.parametrize("system", all_systems(), ids=lambda system: system.name)
def test_the_real_baselines_say_everything_once(system: System) -> None:
    tables = system.target_catalog.tables
    found = [
        one
        for name in ("pre_data.sql", "post_data.sql")
        for one in statements((system.baseline_folder / name).read_text(encoding="utf-8"))
    ]
    expected = {
        "type": len(system.target_catalog.enums),
        "sequence": len(system.target_catalog.sequences),
        "table": len(tables),
        "ownership": len(system.target_catalog.sequences),
        "primary_key": sum(table.primary_key is not None for table in tables.values()),
        "unique": sum(len(table.unique) for table in tables.values()),
        "index": sum(len(table.indexes) for table in tables.values()),
        "check": sum(len(table.checks) for table in tables.values()),
        "foreign_key": sum(len(table.foreign_keys) for table in tables.values()),
    }
    assert {kind: sum(one.kind == kind for one in found) for kind in expected} == expected
    assert len({one.sql for one in found}) == len(found)
    # References need the keys they refer to.
    kinds = [one.kind == "foreign_key" for one in found]
    assert kinds == sorted(kinds)


def test_a_foreign_key_in_two_steps() -> None:
    (first, second) = (one for one in statements(baseline.post_data(CATALOG)) if one.kind == "foreign_key")
    assert baseline.declaration(first) == replace(first, sql=first.sql.replace(";", "\nnot valid;"))
    assert baseline.validation(first).sql == 'alter table "order"\nvalidate constraint "FK_1";'
    assert baseline.validation(second).sql == 'alter table "order"\nvalidate constraint "FK_2";'
    assert baseline.validation(first).table == "order"
