"""How each column of a table travels: source type, target type, cast rule, override.

Pure: built from a system's two catalogs and the rules. Everything that writes SQL for a table (export,
stage, digests, models) starts from its mapping, so all of them agree on columns and their order, which
is the baseline's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from runner.catalog.model import Table
from runner.console import printable
from runner.errors import UsageError
from runner.rules import AcceptedViolation, Override, Rules
from runner.systems import System

MICROSECONDS = 6
# A table's name is that of a folder, where DuckDB takes some characters for a pattern, and of a dbt model, which dbt
# writes between apostrophes.
_NOT_IN_A_TABLE = frozenset("/\\*?['")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column: `rule` is the cast rule's name and decides the canonical form of its values, `reason` its reason.

    `accepted` are the violations that its values may commit.
    """

    name: str
    source_type: str
    target_type: str
    rule: str
    nullable: bool
    override: Override | None
    labels: tuple[str, ...] = ()
    reason: str = ""
    accepted: tuple[AcceptedViolation, ...] = ()

    @property
    def length(self) -> int | None:
        """The declared length of a character type in characters, or None."""
        match = re.fullmatch(r"character(?: varying)?\((\d+)\)", self.target_type)
        return int(match[1]) if match else None

    @property
    def landing_type(self) -> str:
        """The column's type in landing: labels of an enum land as text, since the type itself belongs to build."""
        return "text" if self.labels else self.target_type

    @property
    def fraction_digits(self) -> int:
        """How many digits of a second the source writes for a timestamp."""
        match = re.fullmatch(r"(?:datetime|timestamp)\((\d)\)", self.source_type)
        return int(match[1]) if match else 0


@dataclass(frozen=True, slots=True)
class TableMapping:
    """One table that is copied, with its columns in the baseline's order."""

    system: str
    name: str
    columns: tuple[ColumnMapping, ...]
    key: tuple[str, ...]
    row_filter: Override | None = None

    @property
    def transformed(self) -> bool:
        """Whether an override changes values, so that the exported bytes are not what is loaded."""
        return self.row_filter is not None or any(column.override for column in self.columns)

    @property
    def kept_rows(self) -> str:
        """The rows that no filter leaves out, as a condition of MySQL; 'TRUE' without a filter."""
        return f"NOT COALESCE(({self.row_filter.argument}), FALSE)" if self.row_filter else "TRUE"


def of_system(system: System, rules: Rules) -> dict[str, TableMapping]:
    """The tables of a system that are copied, by name; UsageError when a column has no cast rule."""
    skipped = rules.skipped_of(system.name)
    return {name: of_table(system, rules, name) for name in system.target_catalog.tables if name not in skipped}


def of_table(system: System, rules: Rules, name: str) -> TableMapping:
    """The mapping of one table.

    UsageError when a column has no cast rule, an override names no column, or a name cannot be written down.
    """
    source = system.source_catalog.tables[name]
    target = system.target_catalog.tables[name]
    _require_nameable(system, target)
    overrides = {rule.column: rule for rule in rules.overrides_of(system.name, name)}
    row_filter = next((rule for rule in overrides.values() if rule.rule == "skip_row_where"), None)
    unknown = set(overrides) - {column.name for column in target.columns}
    if unknown:
        raise UsageError(f"column_overrides.csv: {system.name}.{name} has no column {', '.join(sorted(unknown))}")
    columns = []
    for column in target.columns:
        source_type = source.column(column.name).type
        override = overrides.get(column.name)
        target_base = base_type(column.type)
        labels = system.target_catalog.enums.get(target_base, ())
        cast = rules.cast(base_type(source_type), "enum" if labels else target_base)
        columns.append(
            ColumnMapping(
                name=column.name,
                source_type=source_type,
                target_type=column.type,
                rule=cast.rule,
                nullable=column.nullable,
                override=override if override is not row_filter else None,
                labels=labels,
                reason=cast.reason,
                accepted=tuple(
                    one
                    for one in rules.accepted
                    if (one.system, one.table, one.column) == (system.name, name, column.name)
                ),
            )
        )
    return TableMapping(system.name, name, tuple(columns), _key(target), row_filter)


def _require_nameable(system: System, table: Table) -> None:
    odd = [column.name for column in table.columns if not column.name.isprintable()]
    if not table.name.isprintable() or _NOT_IN_A_TABLE & set(table.name) or table.name.startswith("."):
        odd = [table.name]
    if odd:
        raise UsageError(
            f"{system.name}.{printable(table.name)}: files and dbt cannot have the name {printable(odd[0])}; "
            "rename it on both sides, or name the table in skipped_tables.csv with a reason"
        )


def fingerprint(tables: Iterable[TableMapping]) -> str:
    """A short name for everything these mappings say: another one after a catalog or a rule changed."""
    said = "\n".join(repr(table) for table in sorted(tables, key=lambda table: table.name))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def base_type(spelled: str) -> str:
    """A type without its parameters: `varchar(36)` is `varchar`, `numeric(3,1)` is `numeric`."""
    return spelled.partition("(")[0].strip()


def _key(table: Table) -> tuple[str, ...]:
    return table.primary_key.columns if table.primary_key else ()
