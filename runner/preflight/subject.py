"""One table under examination: what is read, which rows and values of it count, how a violation is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from runner import digest
from runner.catalog.model import Table
from runner.catalog.names import quote_mysql
from runner.errors import Violation
from runner.kinds import KINDS
from runner.mapping import ColumnMapping, TableMapping
from runner.mysql.source import Connection
from runner.preflight.live import Live
from runner.preflight.spelling import binary
from runner.systems import System

SAMPLE_KEYS = 20


@dataclass(frozen=True, slots=True)
class Subject:
    """A table on a connection; `mappings` knows the rules of the tables it refers to, `within` narrows its rows."""

    connection: Connection
    system: System
    mapping: TableMapping
    live: Live
    mappings: Mapping[str, TableMapping]
    within: str = "TRUE"

    @property
    def target(self) -> Table:
        """The table as the baseline wants it."""
        return self.system.target_catalog.tables[self.mapping.name]

    @property
    def table(self) -> str:
        """The table's name as SQL."""
        return quote_mysql(self.mapping.name)

    @property
    def kept(self) -> str:
        """The condition for rows that are copied at all, as far as they are looked at."""
        rule = self.mapping.row_filter
        return f"{self.within} AND NOT COALESCE(({rule.argument}), FALSE)" if rule else self.within

    @property
    def key(self) -> str:
        """The primary key's columns as a select list; 'NULL' for a table that has no key."""
        return ", ".join(map(quote_mysql, self.mapping.key)) or "NULL"

    def column(self, name: str) -> ColumnMapping:
        """How a column travels; KeyError when the table has no such column."""
        for column in self.mapping.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def stored(self, column: ColumnMapping, qualifier: str = "") -> str:
        """SQL for a value as the export reads it: text in utf8mb4, whatever it is stored in."""
        name = qualifier + quote_mysql(column.name)
        charset = self.live.charset(self.mapping.name, column.name)
        return name if charset in (None, "utf8mb4") else f"CONVERT({name} USING utf8mb4)"

    def value(self, column: ColumnMapping, qualifier: str = "") -> str:
        """SQL for a value after its column's override; a whiteboard's is judged as it is stored."""
        stored = self.stored(column, qualifier)
        if column.override is None or column.override.rule == "whiteboard_base64":
            return stored
        return digest.overridden("mysql", stored, column.override)

    def canonical(self, column: ColumnMapping, qualifier: str = "") -> str:
        """SQL for a value that is equal to another one exactly when Postgres finds the two equal."""
        value = self.value(column, qualifier)
        match column.rule:
            case "uuid":
                return binary(f"LOWER({value})")
            case "text" | "padded_text" | "enum":
                return binary(value)
            case _:
                return value

    def violation(
        self, kind: str, columns: Iterable[str], rule: str, rows: int, keys: Iterable[Sequence[object]]
    ) -> Violation:
        """A violation of this table; `keys` are primary keys as rows of a query."""
        return Violation(
            system=self.system.name,
            table=self.mapping.name,
            column=", ".join(columns) or None,
            kind=kind,
            rows=rows,
            rule=rule,
            sample_keys=tuple("/".join(map(str, key)) for key in keys) if self.mapping.key else (),
            remedy=KINDS[kind].remedy,
        )
