"""Phase publish: in one transaction build becomes what the application reads, and what was there retires.

Tables, types and sequences are moved between schemas, never copied, so the transaction is short. The
application's own history tables keep the target's rows: they stay in `public` when it has them. What was
moved out waits in `convergence_retired_<run>` for `rollback`, until `clean` drops it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import Any

from psycopg import sql

from runner import interruption, log
from runner.errors import RefusalError
from runner.postgres import build, installation, marks, target
from runner.postgres.publication import Publication, current_publication, retired_schema, schema_exists
from runner.run import Run
from runner.settings import Address
from runner.systems import BUILD, FINAL, LANDING, System

PHASE = "publish"
_LOCK_TIMEOUT = "10s"


def publish(
    run: Run, targets: Mapping[System, Address], kept: Mapping[System, Iterable[str]], *, rehearsed: bool = False
) -> None:
    """Move build into `public` on every target, or on none: all transactions are ready before the first commits.

    `kept` names the tables whose rows in `public` stay. A system this run already published is left as it is.
    `rehearsed` takes everything back in the place of the commit.
    RefusalError when there is nothing to publish or somebody's object hangs on a table that would move.
    """
    with ExitStack() as stack:
        ready = []
        for system, where in targets.items():
            stack.enter_context(target.explained(where, "publishing"))
            connection = stack.enter_context(target.connect(where, autocommit=False))
            ready.append((system, connection, *_move_in(run, system, where, connection, set(kept[system]))))
        if rehearsed:
            for _, connection, _, _ in ready:
                connection.rollback()
            return
        with interruption.postponed():
            for _, connection, _, _ in ready:
                connection.commit()
        for system, _, moved, fresh in ready:
            run.write_result(PHASE, system.name, moved)
            logger = log.bound(phase=PHASE, system=system.name)
            if fresh:
                logger.info("publish", outcome="published")
            else:
                logger.info("publish", outcome="already published")


def _move_in(
    run: Run, system: System, where: Address, connection: target.Connection, kept: set[str]
) -> tuple[dict[str, Any], bool]:
    """Everything of a publish but its commit; nothing when this run is the one in force.

    Returns the result and whether it is new.
    """
    retired = retired_schema(run.run_id)
    connection.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
    connection.execute(target.statement("record"))
    current = current_publication(connection)
    if current and current.run_id == run.run_id:
        return {"retired": current.retired, "kept": sorted(current.kept)}, False
    if marks.read(connection, BUILD) != f"run {run.run_id}":
        raise RefusalError(
            f"target {where}: there is no complete build of run {run.run_id} to publish; "
            f"run `./inv load --run {run.run_id}` and verify it first"
        )
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(retired)))
    build.let_vacuum(connection, _relations(connection, BUILD))
    stay = set(_relations(connection, FINAL)) & kept
    leaving = _ours(system, connection, FINAL) - stay
    _refuse_dependents(connection, where, leaving)
    _move(connection, leaving, FINAL, retired)
    _move_types(connection, system, FINAL, retired)
    # Of a table that keeps the target's rows, build's empty twin waits in retired for a rollback.
    _move(connection, stay & set(_relations(connection, BUILD)), BUILD, retired)
    _move(connection, set(_relations(connection, BUILD)), BUILD, FINAL)
    _move_types(connection, system, BUILD, FINAL)
    _carry_over(connection, retired, leaving)
    installation.create_extensions(connection, system)
    connection.execute(
        "INSERT INTO convergence_record.publication (run_id, system, retired, kept) VALUES (%s, %s, %s, %s)",
        (run.run_id, system.name, retired, sorted(stay)),
    )
    for schema in (BUILD, LANDING):
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
    return {"retired": retired, "kept": sorted(stay)}, True


def rollback(targets: Mapping[System, Address]) -> dict[System, str]:
    """Undo the last publish on every target where it is in force, or on none.

    `public` gets back what it had, build gets back what was published. Returns the run's id for each system that
    was rolled back: one that an earlier run published stays. RefusalError when no publish is in force or the
    retired schema was cleaned.
    """
    with ExitStack() as stack:
        found = []
        for system, where in targets.items():
            stack.enter_context(target.explained(where, "rolling back"))
            connection = stack.enter_context(target.connect(where, autocommit=False))
            connection.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
            if current := current_publication(connection):
                found.append((system, where, connection, current))
        if not found:
            places = ", ".join(str(where) for where in targets.values())
            raise RefusalError(f"target {places}: no publish of this tool is in force; there is nothing to roll back")
        # Run ids sort by time.
        last = max(current.run_id for *_, current in found)
        undone = [one for one in found if one[3].run_id == last]
        for system, where, connection, current in undone:
            _move_out(system, where, connection, current)
        with interruption.postponed():
            for _, _, connection, _ in undone:
                connection.commit()
    return {system: last for system, *_ in undone}


def _move_out(system: System, where: Address, connection: target.Connection, current: Publication) -> None:
    """Everything of a rollback but its commit."""
    if not schema_exists(connection, current.retired):
        raise RefusalError(f"target {where}: schema {current.retired} was cleaned; restore from a backup")
    kept = set(current.kept)
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(BUILD)))
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(BUILD)))
    marks.write(connection, BUILD, f"run {current.run_id}")
    leaving = _ours(system, connection, FINAL) - kept
    _refuse_dependents(connection, where, leaving)
    _move(connection, leaving, FINAL, BUILD)
    _move_types(connection, system, FINAL, BUILD)
    returning = set(_relations(connection, current.retired))
    _move(connection, returning & kept, current.retired, BUILD)
    _move(connection, returning - kept, current.retired, FINAL)
    _move_types(connection, system, current.retired, FINAL)
    connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(current.retired)))
    connection.execute("DELETE FROM convergence_record.publication WHERE run_id = %s", (current.run_id,))


def _ours(system: System, connection: target.Connection, schema: str) -> set[str]:
    """Tables of the baseline that a schema holds; anything else there is not ours to move."""
    return set(_relations(connection, schema)) & set(system.target_catalog.tables)


def _relations(connection: target.Connection, schema: str) -> list[str]:
    return [row[0] for row in target.fetch_all(connection, target.statement("tables_of_schema"), (schema,))]


def _move(connection: target.Connection, tables: set[str], source: str, destination: str) -> None:
    for table in sorted(tables):
        connection.execute(
            sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(sql.Identifier(source, table), sql.Identifier(destination))
        )


def _move_types(connection: target.Connection, system: System, source: str, destination: str) -> None:
    present = {row[0] for row in target.fetch_all(connection, target.statement("types_of_schema"), (source,))}
    for name in sorted(present & set(system.target_catalog.enums)):
        connection.execute(
            sql.SQL("ALTER TYPE {} SET SCHEMA {}").format(sql.Identifier(source, name), sql.Identifier(destination))
        )


def _refuse_dependents(connection: target.Connection, where: Address, leaving: set[str]) -> None:
    """Stop when somebody's view or foreign key hangs on a table that would move away under it."""
    rows = target.fetch_all(connection, target.statement("dependents"), [sorted(leaving)])
    if rows:
        names = ", ".join(f"{kind} {name}" for kind, name in rows[:10])
        raise RefusalError(f"target {where}: {names} depends on tables to be replaced; drop it, publish, make it again")


def _carry_over(connection: target.Connection, retired: str, left: set[str]) -> None:
    """Give the new tables, types and sequences the owners, grants and comments that their predecessors had."""
    for (statement,) in target.fetch_all(connection, target.statement("carry_over"), (retired, sorted(left), retired)):
        connection.execute(target.trusted(statement))
