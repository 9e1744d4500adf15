"""Advice: what is right as it is and could be better on Postgres. Pure, from the catalogs."""

from __future__ import annotations

from collections.abc import Iterator

from runner.digest import quote_ansi
from runner.report import Advice
from runner.systems import System


def of_system(system: System, empty_history: tuple[str, ...] = ()) -> list[Advice]:
    """All advice for a system; `empty_history` names history tables that the target did not have."""
    return [*_history(empty_history), *_case(system), *_unindexed(system)]


def _history(tables: tuple[str, ...]) -> Iterator[Advice]:
    for table in tables:
        yield Advice(
            kind="empty_history",
            table=table,
            text="public had no such table to keep, so it is empty now; if it is a history of migrations, let the "
            "application's own migrations mark themselves as done before it starts",
        )


def _case(system: System) -> Iterator[Advice]:
    for table in system.target_catalog.tables.values():
        source = system.source_catalog.tables[table.name]
        for key in table.unique:
            columns = tuple(
                name for name in key.columns if _folds(source.column(name).collation, table.column(name).type)
            )
            if columns:
                yield Advice(
                    kind="case_sensitive",
                    table=table.name,
                    columns=columns,
                    text="MySQL compared this key without case and accents, Postgres does not: look-ups must "
                    "spell it as stored, and values that differ only in case are now allowed",
                )


def _folds(collation: str | None, target_type: str) -> bool:
    return bool(collation) and "_ci" in (collation or "") and target_type.startswith(("character", "text"))


def _unindexed(system: System) -> Iterator[Advice]:
    for table in system.target_catalog.tables.values():
        indexed = [
            key.columns for key in (*table.indexes, *table.unique, *([table.primary_key] if table.primary_key else []))
        ]
        for key in table.foreign_keys:
            if any(columns[: len(key.columns)] == key.columns for columns in indexed):
                continue
            names = ", ".join(map(quote_ansi, key.columns))
            yield Advice(
                kind="foreign_key_without_index",
                table=table.name,
                columns=key.columns,
                text=f"MySQL indexed this reference to {key.ref_table}; without one, deletes there read this table",
                ddl=f"CREATE INDEX ON {quote_ansi(table.name)} ({names});",
            )
