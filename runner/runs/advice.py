"""Advice: what is right as it is and could be better on Postgres. Pure, from the catalogs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.postgres import fk_indexes
from runner.quantity import counted
from runner.runs.report import Advice
from runner.systems import System


def of_system(system: System, empty_history: tuple[str, ...] = (), *, indexed: bool = False) -> list[Advice]:
    """All advice for a system; `empty_history` names history tables that the target did not have.

    `indexed` says that the run made the indexes that foreign keys lack.
    """
    return [*_history(empty_history), *_case(system), *(() if indexed else _unindexed(system))]


def of_reconciliation(found: Mapping[str, int]) -> list[Advice]:
    """What another system lacks: `found` counts the rows of each model of `models/reconciliation/`."""
    return [
        Advice(
            kind="without_counterpart",
            table=model,
            text=f"{counted(rows, 'row')} here have no counterpart in the other system, nor had they on the source; "
            f"their keys are in convergence_reconciliation.{model} of the target",
        )
        for model, rows in found.items()
        if rows
    ]


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
    for one in fk_indexes.missing(system.target_catalog):
        yield Advice(
            kind="foreign_key_without_index",
            table=one.table,
            columns=one.reference.columns,
            text=f"refers to {one.reference.ref_table}",
            ddl=" ".join(one.statement.sql.splitlines()),
        )
