"""The ledger of a run: what every rule touched, left out or let pass, in rows, with the reason its file gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runner import manifest
from runner.mapping import ColumnMapping, TableMapping
from runner.runs.report import AppliedRule


def applied(
    mappings: Mapping[str, TableMapping],
    checked: Mapping[str, Any],
    staged: Mapping[str, Any],
    export: manifest.Manifest | None,
) -> Iterator[AppliedRule]:
    """One entry for each rule and column, from the results of `check` and `stage` and the manifest of the export."""
    tables = {name: one for name, one in staged.get("tables", {}).items() if name in mappings}
    touched = [(rule, table, column, rows) for table, one in tables.items() for rule, column, rows in one["touched"]]
    counted = {(rule, table, column) for rule, table, column, _ in touched}
    for kind, table, column, rows, reason in checked.get("accepted", ()):
        # What stage counts too it counts exactly: it reads whole documents.
        if (kind, table, column) not in counted:
            yield AppliedRule(rule=kind, table=table, column=column, rows=rows, reason=reason)
    for exported in export.tables if export else ():
        rule = mappings[exported.name].row_filter if exported.name in mappings else None
        if rule and exported.filtered_rows:
            yield AppliedRule(
                rule=rule.rule,
                table=exported.name,
                column=rule.column,
                rows=exported.filtered_rows,
                reason=rule.reason,
            )
    for name, table, column, rows in touched:
        reason = _reason(mappings[table], column, name)
        yield AppliedRule(rule=name, table=table, column=column, rows=rows, reason=reason)


def _reason(mapping: TableMapping, name: str, rule: str) -> str:
    column: ColumnMapping = next(one for one in mapping.columns if one.name == name)
    known = {one.kind: one.reason for one in column.accepted}
    if column.override:
        known[column.override.rule] = column.override.reason
    return known.get(rule, column.reason)
