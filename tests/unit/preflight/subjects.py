"""Tables under examination on a server that need not run: the tests look at the SQL that would be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, cast

from runner import mapping, rules
from runner.mapping import TableMapping
from runner.mysql.source import Connection, Server
from runner.preflight.live import Live
from runner.preflight.subject import Subject
from runner.rules import Override
from runner.systems import System, named


def subject(
    system: str,
    table: str,
    *,
    kind: Literal["mysql", "mariadb"] = "mysql",
    version: str = "",
    estimated_rows: Mapping[str, int] | None = None,
) -> Subject:
    """A table as the supported schema has it."""
    found = named(system)
    server = Server(kind, version or {"mysql": "8.4.6", "mariadb": "10.11.14-MariaDB"}[kind])
    live = Live(server, found.source_catalog, estimated_rows or {})
    mappings = mapping.of_system(found, rules.read())
    return Subject(cast(Connection, None), found, mappings[table], live, mappings)


def with_live_column(one: Subject, table: str, column: str, **attributes: Any) -> Subject:
    """The subject where a column of the live database is not as supported."""
    found = one.live.catalog.tables[table]
    columns = tuple(replace(each, **attributes) if each.name == column else each for each in found.columns)
    tables = {**one.live.catalog.tables, table: replace(found, columns=columns)}
    return replace(one, live=replace(one.live, catalog=replace(one.live.catalog, tables=tables)))


def with_override(one: Subject, column: str, rule: str, argument: str = "") -> Subject:
    """The subject with a rule for one of its columns."""
    override = Override(one.system.name, one.mapping.name, column, rule, argument, None, "test")
    columns = tuple(replace(each, override=override) if each.name == column else each for each in one.mapping.columns)
    return with_mapping(one, replace(one.mapping, columns=columns))


def with_mapping(one: Subject, changed: TableMapping) -> Subject:
    """The subject with another mapping of its table."""
    return replace(one, mapping=changed, mappings={**one.mappings, changed.name: changed})


def with_target_type(one: Subject, column: str, target_type: str) -> Subject:
    """The subject where the baseline has another type for a column."""
    columns = tuple(
        replace(each, target_type=target_type) if each.name == column else each for each in one.mapping.columns
    )
    return with_mapping(one, replace(one.mapping, columns=columns))


def with_target_table(one: Subject, **attributes: Any) -> Subject:
    """The subject where the baseline has other constraints for its table."""
    system = System(one.system.name)
    catalog = one.system.target_catalog
    table = replace(catalog.tables[one.mapping.name], **attributes)
    vars(system)["target_catalog"] = replace(catalog, tables={**catalog.tables, table.name: table})
    return replace(one, system=system)
