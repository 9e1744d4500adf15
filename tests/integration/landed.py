"""A target whose landing holds rows that satisfy every constraint of the baseline, made without a source."""

from __future__ import annotations

import psycopg
from psycopg import sql
from pydantic import SecretStr

from runner import mapping, rules
from runner.catalog.model import Column, Table
from runner.catalog.names import quoted
from runner.systems import LANDING, System

ROWS = 3


class Landed:
    """A target with empty tables of the baseline in build, and rows in landing that satisfy every constraint."""

    def __init__(self, system: System, url: str) -> None:
        self.system = system
        self.url = SecretStr(url)
        self.connection = psycopg.connect(url, autocommit=True)
        self.run("create schema convergence_build; create schema convergence_landing")
        self.run("set search_path to convergence_build")
        self.run((system.baseline_folder / "pre_data.sql").read_text(encoding="utf-8"))
        self.run(
            f"create table {LANDING}.manifest (system text, table_name text, source_rows bigint,"
            " exported_rows bigint, landed_rows bigint, digest text)"
        )
        for name in mapping.of_system(system, rules.read()):
            self._land(system.target_catalog.tables[name])

    def run(self, statement: str) -> None:
        """Execute statements."""
        self.connection.execute(statement.encode())

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """The rows of a query."""
        return self.connection.execute(query.encode()).fetchall()

    def constrain(self) -> None:
        """Add the baseline's constraints."""
        self.run((self.system.baseline_folder / "post_data.sql").read_text(encoding="utf-8"))

    def empty(self) -> None:
        """Take all rows out of build."""
        self.run(f"truncate {', '.join(map(quoted, self.system.target_catalog.tables))}")

    def _land(self, table: Table) -> None:
        name = f"{LANDING}.{quoted(table.name)}"
        enums = self.system.target_catalog.enums
        columns = [f"{quoted(one.name)} {'text' if one.type in enums else one.type}" for one in table.columns]
        values = [value(table, column) for column in table.columns]
        self.run(f"create unlogged table {name} ({', '.join(columns)})")
        self.run(f"insert into {name} select {', '.join(values)} from generate_series(1, {ROWS}) as i")
        self.connection.execute(
            sql.SQL("insert into {} values (%s, %s, %s, %s, %s, '0')").format(sql.Identifier(LANDING, "manifest")),
            (self.system.name, table.name, ROWS, ROWS, ROWS),
        )


def value(table: Table, column: Column) -> str:
    """SQL for the value of row `i`: unique, and equal to the id of the row that the column refers to."""
    parents = [key.ref_table for key in table.foreign_keys if key.columns == (column.name,)]
    base = mapping.base_type(column.type)
    seed = parents[0] if parents else table.name + ("" if column.name == "id" else column.name)
    length = column.type.partition("(")[2].rstrip(")") or "100"
    texts = {
        "uuid": f"md5('{seed}' || i)::uuid",
        "character": "'email'",
        "boolean": "i % 2 = 0",
        "numeric": "i / 2.0",
        "bytea": r"'\x00ff'::bytea",
        "json": "'{}'::json",
        "jsonb": "jsonb_build_object('email', 'EMAIL' || i)",
        "timestamp without time zone": "timestamp '2024-02-29 12:00' + i * interval '1 second'",
        "profile_type_enum": "'post'",
    }
    number = "1 + i % 2" if column.name == "token_type" else "i"
    texts |= dict.fromkeys(("integer", "bigint"), number)
    texts |= dict.fromkeys(("text", "character varying"), f"right('{column.name}' || i, {length})")
    return texts[base]
