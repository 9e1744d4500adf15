"""What a scenario changes in what the project declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from runner.mapping import TableMapping
from runner.rules import Override
from runner.systems import System


def ruled(system: System, known: Mapping[str, TableMapping], scenario: Mapping[str, Any]) -> dict[str, TableMapping]:
    """The system's mappings with what the scenario changes in them."""
    mappings = dict(known)
    table = mappings[scenario["table"]]
    columns = []
    for column in table.columns:
        changed = column
        if column.name == scenario.get("mapping", {}).get("column"):
            changed = replace(changed, source_type=scenario["mapping"]["source_type"])
        if column.name == scenario.get("override", {}).get("column"):
            rule = scenario["override"]
            limit = rule.get("max_rows")
            override = Override(system.name, table.name, column.name, rule["rule"], rule["argument"], limit, "test")
            changed = replace(changed, override=override)
        columns.append(changed)
    mappings[table.name] = replace(table, columns=tuple(columns))
    if "skip_row_where" in scenario:
        left_out = scenario["skip_row_where"]
        rule = Override(
            system.name,
            left_out["table"],
            "id",
            "skip_row_where",
            left_out["condition"],
            left_out.get("max_rows"),
            "test",
        )
        mappings[left_out["table"]] = replace(mappings[left_out["table"]], row_filter=rule)
    return mappings
