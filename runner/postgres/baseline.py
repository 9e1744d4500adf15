"""The baseline's SQL: what `baseline/<system>/pre_data.sql` and `post_data.sql` say.

`pre_data` makes empty tables, `post_data` adds what Postgres then proves about the rows: keys, unique
constraints, indexes, checks and at last the foreign keys. Names carry no schema, so the search path decides
where everything goes. One statement is one paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, cast

from runner.catalog.model import Catalog, Column, ForeignKey, Key, Sequence, Table
from runner.catalog.names import IDENTIFIER, listed, quoted, unquoted
from runner.errors import UsageError

Kind = Literal["type", "sequence", "table", "ownership", "primary_key", "unique", "index", "check", "foreign_key"]

# What the first words of a paragraph make of it; `{name}` is the table, or the object when it has no table.
_NAME = rf"(?P<name>{IDENTIFIER})"
_GRAMMAR: tuple[tuple[Kind, str], ...] = (
    ("type", rf"create type {_NAME} "),
    ("sequence", rf"create sequence {_NAME} "),
    ("table", rf"create table {_NAME} "),
    ("ownership", rf"alter sequence {IDENTIFIER} owned by {_NAME}\."),
    ("unique", rf"create unique index {IDENTIFIER}\s+on {_NAME} "),
    ("index", rf"create index {IDENTIFIER}\s+on {_NAME} "),
    ("primary_key", rf"alter table {_NAME}\s+add constraint {IDENTIFIER}\s+primary key "),
    ("unique", rf"alter table {_NAME}\s+add constraint {IDENTIFIER}\s+unique "),
    ("check", rf"alter table {_NAME}\s+add constraint {IDENTIFIER}\s+check "),
    ("foreign_key", rf"alter table {_NAME}\s+add constraint {IDENTIFIER}\s+foreign key "),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; `table` is the table it locks, or the type or sequence it makes."""

    table: str
    kind: Kind
    sql: str


def pre_data(catalog: Catalog) -> str:
    """The types, sequences and tables of a baseline; the only constraint is NOT NULL."""
    return _document(
        f"-- {catalog.database}: types, sequences and empty tables. Generated from postgres.json.",
        (_enum(name, labels) for name, labels in catalog.enums.items()),
        (f"create sequence {quoted(one.name)} as {one.type};" for one in catalog.sequences),
        (_table(table) for table in catalog.tables.values()),
        (_ownership(sequence) for sequence in catalog.sequences if sequence.table),
    )


def post_data(catalog: Catalog) -> str:
    """The keys, constraints and indexes of a baseline; foreign keys last, since they need the keys."""
    tables = catalog.tables.values()
    return _document(
        f"-- {catalog.database}: keys, constraints and indexes. Generated from postgres.json.",
        (_primary_key(table.name, table.primary_key) for table in tables if table.primary_key),
        (_unique(table.name, key) for table in tables for key in table.unique),
        (_index(table.name, key, "index") for table in tables for key in table.indexes),
        (_constraint(table.name, one.name, _lower(one.expression)) for table in tables for one in table.checks),
        (_foreign_key(table.name, key) for table in tables for key in table.foreign_keys),
    )


def index(table: str, key: Key) -> Statement:
    """What makes an index of a table."""
    return Statement(table, "index", _index(table, key, "index"))


def constraint(added: Statement) -> str:
    """The name of the constraint that a statement adds."""
    found = re.search(rf"\sadd constraint ({IDENTIFIER})", added.sql)
    assert found
    return unquoted(found[1])


def declaration(foreign_key: Statement) -> Statement:
    """What declares a foreign key whose rows nobody has looked at yet: it needs both tables, but reads neither."""
    return replace(foreign_key, sql=f"{foreign_key.sql.removesuffix(';')}\nnot valid;")


def validation(foreign_key: Statement) -> Statement:
    """What lets Postgres look at the rows of a declared foreign key; others may reference the same table meanwhile."""
    constraint = re.match(rf"(alter table {IDENTIFIER}\s+)add (constraint {IDENTIFIER})", foreign_key.sql)
    assert constraint
    return replace(foreign_key, sql=f"{constraint[1]}validate {constraint[2]};")


def statements(sql: str) -> list[Statement]:
    """The statements of a baseline file in its order; UsageError on a paragraph that is none."""
    paragraphs = (_without_comments(paragraph) for paragraph in re.split(r"\n\s*\n", sql))
    return [_statement(paragraph) for paragraph in paragraphs if paragraph]


def _statement(paragraph: str) -> Statement:
    for kind, pattern in _GRAMMAR:
        match = re.match(pattern, paragraph)
        if match:
            return Statement(unquoted(match["name"]), kind, paragraph)
    raise UsageError(f"not a statement of a baseline: {paragraph.splitlines()[0]!r}; run ./inv generate")


def _without_comments(paragraph: str) -> str:
    lines = (line for line in paragraph.splitlines() if not line.startswith("--"))
    return "\n".join(lines).strip()


def _document(heading: str, *sections: Iterator[str]) -> str:
    paragraphs = [heading, *(paragraph for section in sections for paragraph in section)]
    return "\n\n".join(paragraphs) + "\n"


def _enum(name: str, labels: tuple[str, ...]) -> str:
    values = ",\n".join(f"    {_literal(label)}" for label in labels)
    return f"create type {quoted(name)} as enum (\n{values}\n);"


def _table(table: Table) -> str:
    _refuse_note(table.name, table.note)
    columns = ",\n".join(f"    {_column(table.name, column)}" for column in table.columns)
    return f"create table {quoted(table.name)} (\n{columns}\n);"


def _column(table: str, column: Column) -> str:
    _refuse_note(f"{table}.{column.name}", column.extra)
    _refuse_note(f"{table}.{column.name}", column.collation or "")
    # Core since Postgres 13, and equal to uuid_generate_v4(), which needs an extension.
    default = (column.default or "").replace("uuid_generate_v4()", "gen_random_uuid()")
    words = [quoted(column.name), column.type.replace(",", ", ")]
    if not column.nullable:
        words.append("not null")
    if default:
        words += ["default", _lower(default)]
    return " ".join(words)


def _ownership(sequence: Sequence) -> str:
    owner = f"{quoted(sequence.table)}.{quoted(sequence.column)}"
    return f"alter sequence {quoted(sequence.name)} owned by {owner};"


def _primary_key(table: str, key: Key) -> str:
    _refuse_note(f"{table}.{key.name}", key.note)
    return _constraint(table, str(key.name), f"primary key ({listed(key.columns)})")


def _unique(table: str, key: Key) -> str:
    if not key.constraint:
        return _index(table, key, "unique index")
    _refuse_note(f"{table}.{key.name}", key.note)
    return _constraint(table, str(key.name), f"unique ({listed(key.columns)})")


def _index(table: str, key: Key, what: str) -> str:
    # The note of an index is what Postgres prints of it, when that is more than a btree over columns.
    parts = (quoted(name) + (" desc" if name in key.descending else "") for name in key.columns)
    form = key.note or f"({', '.join(parts)})"
    return f"create {what} {quoted(str(key.name))}\non {quoted(table)} {form};"


def _foreign_key(table: str, key: ForeignKey) -> str:
    _refuse_note(f"{table}.{key.name}", key.note)
    actions = [("delete", key.on_delete), ("update", key.on_update)]
    reference = f"references {quoted(key.ref_table)} ({listed(key.ref_columns)})"
    consequences = [f"on {event} {action.lower()}" for event, action in actions if action != "NO ACTION"]
    lines = [f"foreign key ({listed(key.columns)}) {reference}", " ".join(consequences)]
    return _constraint(table, key.name, "\n".join(filter(None, lines)))


def _constraint(table: str, name: str, definition: str) -> str:
    return f"alter table {quoted(table)}\nadd constraint {quoted(name)}\n{definition};"


def _refuse_note(place: str, note: str) -> None:
    if note:
        raise UsageError(f"postgres.json: {place} is {note}, which a baseline cannot say yet")


def _lower(expression: str) -> str:
    """An expression of Postgres with its words in lower case; quoted names and texts keep theirs."""
    parts = cast("list[str]", re.split(r"""("[^"]*"|'[^']*')""", expression))
    return "".join(part if index % 2 else part.lower() for index, part in enumerate(parts))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
