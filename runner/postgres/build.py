"""Build: the complete new database in a schema that no application reads yet."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
from psycopg import sql

from runner.catalog.names import IDENTIFIER, quote_ansi, unquoted
from runner.errors import Violation, ViolationError
from runner.postgres import baseline, marks, target
from runner.postgres.baseline import Statement
from runner.settings import Address
from runner.stretch import Stretch, noted
from runner.systems import BUILD, System

SAMPLE_KEYS = 20
_REFERENCES = re.compile(rf"references ({IDENTIFIER})")
_MAINTENANCE_MEMORY = "256MB"


def prepare(system: System, where: Address) -> None:
    """Make the schema anew with the baseline's types, sequences and empty tables."""
    text = (system.baseline_folder / "pre_data.sql").read_text(encoding="utf-8")
    with (
        target.connect(where) as connection,
        target.explained(where, "applying pre_data.sql"),
        connection.transaction(),
    ):
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(BUILD)))
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(BUILD)))
        connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(BUILD)))
        connection.execute(target.statement("prefer_lz4"))
        for statement in baseline.statements(text):
            connection.execute(target.trusted(statement.sql))
        # An autovacuum would use the cores, and publish would wait a second for each that it meets.
        for table in system.target_catalog.tables:
            connection.execute(
                sql.SQL("ALTER TABLE {} SET (autovacuum_enabled = false)").format(sql.Identifier(BUILD, table))
            )


def let_vacuum(connection: target.Connection, tables: Iterable[str]) -> None:
    """Leave nothing on tables that only the build wanted: autovacuum looks at them as at any other."""
    for table in tables:
        connection.execute(sql.SQL("ALTER TABLE {} RESET (autovacuum_enabled)").format(sql.Identifier(BUILD, table)))


def add_keys(
    system: System, where: Address, sizes: Mapping[str, int], jobs: int, beyond: Sequence[Statement] = ()
) -> list[Stretch]:
    """Add every key, index and check of the filled tables in `sizes`, validated by Postgres; largest tables first.

    `beyond` are indexes that the baseline does not have. Returns when it was at which table. ViolationError
    names the constraint and the rows that break it.
    """
    keys = [one for one in (*_post_data(system), *beyond) if one.kind != "foreign_key" and one.table in sizes]
    return _add(system, where, keys, sizes, jobs)


def add_foreign_keys(
    system: System,
    where: Address,
    sizes: Mapping[str, int],
    jobs: int,
    among: Collection[tuple[str, str]] | None = None,
) -> list[Stretch]:
    """Add every foreign key, when all tables have their keys; the rest as with `add_keys`.

    All are declared before the first is validated: adding one in a single statement would lock the table that it
    references, and dozens reference the same. `among` are the only ones to add, as table and name.
    """
    foreign_keys = [one for one in _post_data(system) if one.kind == "foreign_key"]
    if among is not None:
        foreign_keys = [one for one in foreign_keys if (one.table, baseline.constraint(one)) in among]
    _add(system, where, map(baseline.declaration, foreign_keys), sizes, jobs)
    return _add(system, where, map(baseline.validation, foreign_keys), sizes, jobs)


def _post_data(system: System) -> list[Statement]:
    return baseline.statements((system.baseline_folder / "post_data.sql").read_text(encoding="utf-8"))


def _add(
    system: System, where: Address, statements: Iterable[Statement], sizes: Mapping[str, int], jobs: int
) -> list[Stretch]:
    """No two statements touch one table at a time, so none waits for another's lock and none can deadlock."""
    done: list[Stretch] = []

    def add(connection: target.Connection, statement: Statement) -> None:
        with noted(done, statement.table):
            _apply(connection, system, where, statement)

    _run_all(sorted(statements, key=lambda one: -sizes.get(one.table, 0)), where, jobs, add)
    return done


def set_sequences(system: System, where: Address) -> dict[str, int]:
    """Let every sequence continue after its column's largest value; returns the next value of each."""
    following: dict[str, int] = {}
    with target.connect(where) as connection, target.explained(where, "setting sequences"):
        for sequence in system.target_catalog.sequences:
            largest = target.fetch_value(
                connection,
                sql.SQL("SELECT max({}) FROM {}").format(
                    sql.Identifier(sequence.column), sql.Identifier(BUILD, sequence.table)
                ),
            )
            name = f"{quote_ansi(BUILD)}.{quote_ansi(sequence.name)}"
            connection.execute("SELECT setval(%s::regclass, %s, %s)", (name, largest or 1, largest is not None))
            following[sequence.name] = largest + 1 if largest is not None else 1
    return following


def complete(where: Address, run_id: str) -> None:
    """Say on the schema that it holds everything of that run; only then may it be published."""
    with target.connect(where) as connection, target.explained(where, "marking build"):
        marks.write(connection, BUILD, _mark(run_id))


def is_complete(where: Address, run_id: str) -> bool:
    """Whether build holds everything of that run."""
    with target.connect(where) as connection, target.explained(where, "looking at build"):
        return marks.read(connection, BUILD) == _mark(run_id)


def reopen(connection: target.Connection, where: Address, run_id: str) -> None:
    """Say in a transaction that exchanges rows that build is complete no more; ViolationError when it was not."""
    if marks.read(connection, BUILD) != _mark(run_id):
        raise ViolationError(f"target {where}: build is not that of run {run_id} any more; run the task again")
    marks.write(connection, BUILD, "")


def _mark(run_id: str) -> str:
    return f"run {run_id}"


def analyze(where: Address, tables: Iterable[str], jobs: int) -> None:
    """Give the planner statistics of every table, so that the first query after publish has them."""

    def one(connection: target.Connection, table: str) -> None:
        with target.explained(where, f"analyzing {table}"):
            connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(BUILD, table)))

    target.for_each(where, jobs, tables, one)


@dataclass
class _Waiting:
    """Statements not yet started, and the tables those under way hold."""

    pending: list[Statement]
    busy: set[str]
    changed: threading.Condition
    error: BaseException | None = None


def _run_all(
    statements: Sequence[Statement],
    where: Address,
    jobs: int,
    apply: Callable[[target.Connection, Statement], None],
) -> None:
    waiting = _Waiting(list(statements), set(), threading.Condition())

    def work() -> None:
        with target.connect(where) as connection:
            while (statement := _next(waiting)) is not None:
                try:
                    apply(connection, statement)
                except BaseException as error:  # noqa: BLE001 - the first error ends all threads and is raised below
                    waiting.error = waiting.error or error
                finally:
                    with waiting.changed:
                        waiting.busy -= _tables(statement)
                        waiting.changed.notify_all()

    with ThreadPoolExecutor(jobs) as threads:
        for future in [threads.submit(work) for _ in range(jobs)]:
            future.result()
    if waiting.error:
        raise waiting.error


def _next(waiting: _Waiting) -> Statement | None:
    with waiting.changed:
        while waiting.pending and not waiting.error:
            for statement in waiting.pending:
                if not waiting.busy & _tables(statement):
                    waiting.pending.remove(statement)
                    waiting.busy |= _tables(statement)
                    return statement
            waiting.changed.wait()
        return None


def _tables(statement: Statement) -> set[str]:
    referenced = _REFERENCES.search(statement.sql)
    return {statement.table} | ({unquoted(referenced[1])} if referenced else set())


def _apply(connection: target.Connection, system: System, where: Address, statement: Statement) -> None:
    try:
        with connection.transaction():
            connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(BUILD)))
            connection.execute(f"SET LOCAL maintenance_work_mem = '{_MAINTENANCE_MEMORY}'")
            connection.execute(target.trusted(statement.sql))
    except psycopg.errors.IntegrityError as error:
        violation = _broken(connection, system, statement, error)
        raise ViolationError(f"load: {violation}", [violation]) from None
    except psycopg.Error as error:
        raise target.explain(error, where, f"adding a {statement.kind} to {statement.table}") from None


def _broken(connection: target.Connection, system: System, statement: Statement, error: psycopg.Error) -> Violation:
    table = system.target_catalog.tables[statement.table]
    name = error.diag.constraint_name or ""
    foreign = next((key for key in table.foreign_keys if key.name == name), None)
    unique = next((key for key in (table.primary_key, *table.unique) if key and key.name == name), None)
    columns: tuple[str, ...] = ()
    query: target.Query = sql.SQL("SELECT * FROM {} WHERE false").format(sql.Identifier(BUILD, table.name))
    if foreign:
        columns = foreign.columns
        query = _orphans(table.name, columns, foreign.ref_table, foreign.ref_columns)
    elif unique:
        columns = unique.columns
        query = _duplicates(table.name, columns)
    key_text = sql.SQL(" || '/' || ").join(
        sql.SQL("{}::text").format(sql.Identifier("faulty", column)) for column in _key_columns(system, statement.table)
    )
    rows = target.fetch_all(
        connection,
        sql.SQL("SELECT count(*) OVER (), {} FROM ({}) AS faulty LIMIT {}").format(
            key_text, query, sql.Literal(SAMPLE_KEYS)
        ),
    )
    return Violation(
        system=system.name,
        table=statement.table,
        column=", ".join(columns) or None,
        kind=statement.kind,
        rows=int(rows[0][0]) if rows else 1,
        rule=name,
        sample_keys=tuple(str(row[1]) for row in rows),
        remedy="mend the rows in the source and run again",
    )


def _key_columns(system: System, table: str) -> tuple[str, ...]:
    key = system.target_catalog.tables[table].primary_key
    return key.columns if key else tuple(column.name for column in system.target_catalog.tables[table].columns[:1])


def _orphans(table: str, columns: Sequence[str], parent: str, parent_columns: Sequence[str]) -> sql.Composed:
    pairs = list(zip(columns, parent_columns, strict=True))
    return sql.SQL(
        "SELECT child.* FROM {} AS child WHERE {} AND NOT EXISTS (SELECT FROM {} AS parent WHERE {})"
    ).format(
        sql.Identifier(BUILD, table),
        sql.SQL(" AND ").join(sql.SQL("{} IS NOT NULL").format(sql.Identifier("child", name)) for name in columns),
        sql.Identifier(BUILD, parent),
        sql.SQL(" AND ").join(
            sql.SQL("{} = {}").format(sql.Identifier("parent", theirs), sql.Identifier("child", ours))
            for ours, theirs in pairs
        ),
    )


def _duplicates(table: str, columns: Sequence[str]) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL(
        "SELECT * FROM {table} WHERE ({names}) IN (SELECT {names} FROM {table} GROUP BY {names} HAVING count(*) > 1)"
    ).format(table=sql.Identifier(BUILD, table), names=names)
