"""Phase stage: every CSV file is read, cast and digested by DuckDB, then copied into landing.

One scan of a file (`runner.duckdb.scan`) counts its records, computes its digest, tries every cast, and makes of
every record a tuple of Postgres's binary COPY. Tuples stream into a transaction that is committed only when
count, digest and casts were right to the end. A value that only Postgres refuses is looked up in the file again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from psycopg import sql

from runner import log, manifest, page_cache
from runner.catalog.names import quote_ansi
from runner.duckdb import staging, tuples
from runner.duckdb.engine import open_engine
from runner.duckdb.scan import place, refused, scan
from runner.errors import Violation, ViolationError
from runner.mapping import TableMapping
from runner.postgres import landing, target
from runner.postgres.landing import Staged, table_name
from runner.run import Run
from runner.settings import Address
from runner.workers import Context

PHASE = "stage"


@dataclass(frozen=True)
class StageFile:
    """Checks one file and copies it into landing."""

    mapping: TableMapping
    file: manifest.File
    folder: Path
    scratch: Path
    where: Address
    lane: int | None = None

    @property
    def weight(self) -> float:
        """Before every export: a file that is done with makes room for the next."""
        return float(self.file.bytes) + 1e15

    def __call__(self, context: Context) -> Staged:
        """Scan, then copy."""
        started = time.monotonic()
        engine: duckdb.DuckDBPyConnection = context.keep("duckdb", lambda: open_engine(self.scratch, context.index))
        connection: target.Connection = context.keep(f"target {self.mapping.system}", lambda: _open_target(self.where))
        columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in tuples.order(self.mapping.columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(table_name(self.mapping.name), columns)
        with (
            target.explained(self.where, f"copying {self.file.path}", self.mapping.system, self.mapping.name),
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            try:
                with cursor.copy(statement) as copy:
                    copy.write(tuples.HEADER)
                    # psycopg sends a block in slices: those of bytes are copies, those of a view are not.
                    scanned = scan(
                        engine, self.mapping, self.file, self.folder, lambda block: copy.write(memoryview(block))
                    )
                    copy.write(tuples.TRAILER)
            except (psycopg.DataError, psycopg.errors.StatementTooComplex) as error:  # of deeply nested JSON
                raise self._refusal(engine, error) from None
            if cursor.rowcount != self.file.rows:
                raise ViolationError(
                    f"{self.mapping.system}.{self.mapping.name}: Postgres took {cursor.rowcount} of "
                    f"{self.file.rows} rows of {self.file.path}; run the task again"
                )
            seconds = round(time.monotonic() - started, 3)
            staged = Staged(scanned.rows, scanned.value_digest, scanned.touched, seconds)
            landing.note(connection, self.mapping.name, self.file, staged)
        page_cache.forget(self.folder / self.file.path)
        return staged

    def _refusal(self, engine: duckdb.DuckDBPyConnection, error: psycopg.Error) -> ViolationError:
        """What Postgres refused, told as if DuckDB had: with the values' lines and keys, in every column."""
        violations = refused(engine, self.mapping, self.file, self.folder)
        if not violations:
            violation = target.violation(error, self.mapping.system, self.mapping.name)
            key, line = place(engine, self.mapping, self.file, self.folder, violation.line or 1)
            remedy = "mend the row in the source, or add a rule for the column, and run again"
            told = replace(violation, sample_keys=(key,), file=self.file.path, line=line, remedy=remedy)
            violations = [told]
        return ViolationError(f"stage: {violations[0]}", violations)


def _open_target(where: Address) -> target.Connection:
    connection = target.connect(where)
    with target.explained(where):
        connection.execute(target.statement("prefer_lz4"))
        connection.execute("SET synchronous_commit = off")
    return connection


@dataclass
class _TableResult:
    rows: int = 0
    value_digest: int = 0
    bytes: int = 0
    seconds: float = 0.0
    touched: dict[tuple[str, str], int] = field(default_factory=dict)


class Stager:
    """The phase as the parent process sees it: hand out tasks, accept what workers return, finish."""

    def __init__(
        self, run: Run, targets: Mapping[str, Address], mappings: Mapping[str, Mapping[str, TableMapping]]
    ) -> None:
        self._run = run
        self._targets = targets
        self._mappings = mappings
        self._results = {name: {table: _TableResult() for table in tables} for name, tables in mappings.items()}

    def task(self, system: str, file: manifest.File) -> StageFile:
        """The task for one exported file."""
        mapping = self._mappings[system][file.path.rpartition("/")[0]]
        folder = self._run.export_folder(system)
        return StageFile(mapping, file, folder, self._run.folder / "scratch", self._targets[system])

    def accept(self, task: StageFile, staged: Staged) -> None:
        """Note a file that landed."""
        self.recall(task.mapping.system, task.file, staged)
        log.bound(phase=PHASE, system=task.mapping.system, table=task.mapping.name).info(
            "file", outcome="landed", rows=staged.rows, bytes=task.file.bytes, seconds=staged.seconds
        )

    def recall(self, system: str, file: manifest.File, staged: Staged) -> None:
        """Note a file that has landed before."""
        result = self._results[system][file.path.rpartition("/")[0]]
        result.rows += staged.rows
        result.bytes += file.bytes
        result.value_digest += staged.value_digest
        result.seconds += staged.seconds
        for key, number in staged.touched.items():
            result.touched[key] = result.touched.get(key, 0) + number

    def size(self, system: str, table: str) -> int:
        """Bytes of CSV of a table that have landed."""
        return self._results[system][table].bytes

    def finish(self, manifests: Mapping[str, manifest.Manifest]) -> dict[str, dict[str, int]]:
        """Compare rows with the manifests, enforce the rules' limits, keep the result; returns landed rows."""
        for name, results in self._results.items():
            for table, result in results.items():
                expected = manifests[name].table(table).rows
                if result.rows != expected:
                    raise ViolationError(
                        f"{name}.{table}: {result.rows} rows landed, {expected} were exported; stage again"
                    )
                self._enforce_limits(name, table, result)
            # Tables staged alone join those that the run staged before.
            earlier = self._run.read_result(PHASE, name)["tables"] if self._run.has_result(PHASE, name) else {}
            known = {table.name for table in manifests[name].tables}
            kept = {table: result for table, result in earlier.items() if table in known}
            self._run.write_result(
                PHASE, name, {"export": manifests[name].fingerprint, "tables": kept | _as_json(results)}
            )
        return {name: self._landed(name) for name in self._results}

    def _landed(self, name: str) -> dict[str, int]:
        return {table: one["rows"] for table, one in self._run.read_result(PHASE, name)["tables"].items()}

    def _enforce_limits(self, system: str, table: str, result: _TableResult) -> None:
        """A rule touched, or an accepted violation has, no more rows than it may."""
        for column in self._mappings[system][table].columns:
            allowed = [(column.override.rule, column.override.max_rows)] if column.override else []
            allowed += [(one.kind, one.max_rows) for one in column.accepted]
            for rule, limit in allowed:
                number = result.touched.get((rule, column.name), 0)
                if limit is not None and number > limit:
                    raise _over_the_limit(system, table, column.name, rule, number, limit)


def _over_the_limit(system: str, table: str, column: str, rule: str, number: int, limit: int) -> ViolationError:
    remedy = f"the rule allows {limit} rows: look at them, then raise max_rows with a reason"
    violation = Violation(system, table, column, "rule_limit_exceeded", number, rule, remedy=remedy)
    return ViolationError(f"stage: {violation}", [violation])


def _as_json(results: Mapping[str, _TableResult]) -> dict[str, Any]:
    return {
        table: {
            "rows": result.rows,
            "bytes": result.bytes,
            "seconds": round(result.seconds, 3),
            "value_digest": str(result.value_digest),
            "touched": [[rule, column, rows] for (rule, column), rows in sorted(result.touched.items())],
        }
        for table, result in results.items()
    }


def keep_database(run: Run, mappings: Mapping[str, Iterable[TableMapping]]) -> None:
    """Write `staging.duckdb`: a typed view per table over its CSV files, for a person to query.

    No phase reads it: why it could not be written is logged, and then there is none.
    """
    path = run.folder / "staging.duckdb"
    part = path.with_name(path.name + ".part")
    try:
        path.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
        with duckdb.connect(str(part)) as engine:
            engine.begin()
            for system, tables in mappings.items():
                engine.execute(f"CREATE SCHEMA {quote_ansi(system)}")
                _make_views(engine, run.export_folder(system), manifest.of_run(run, system), tables)
            engine.commit()
        part.chmod(0o600)
        part.replace(path)
    except Exception as error:  # noqa: BLE001 - nothing that is proved depends on it
        part.unlink(missing_ok=True)
        log.bound(phase=PHASE).warning("staging.duckdb", outcome=f"not written: {type(error).__name__}")


def _make_views(
    engine: duckdb.DuckDBPyConnection, folder: Path, export: manifest.Manifest, tables: Iterable[TableMapping]
) -> None:
    for mapping in tables:
        names = [column.name for column in mapping.columns]
        files = staging.read_files(folder, export.table(mapping.name).files, names)
        engine.execute(
            f"CREATE VIEW {quote_ansi(mapping.system)}.{quote_ansi(mapping.name)} AS "
            f"SELECT {staging.typed(mapping)} FROM {files}"
        )
