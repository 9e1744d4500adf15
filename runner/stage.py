"""Phase stage: every CSV file is read, cast and digested by DuckDB, then copied into landing.

One scan of a file counts its records, computes its digest and counts what each cast would refuse. Only
when all three are right do its bytes go to Postgres: as exported, or, where a rule changes values, as
DuckDB writes them again. A refused value is named by file, line, primary key, column and rule.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
from psycopg import sql

from runner import digest, landing, log, manifest, staging, target
from runner.digest import quote_ansi
from runner.engine import open_engine
from runner.errors import Violation, ViolationError
from runner.landing import Staged, table_name
from runner.mapping import TableMapping
from runner.records import line_of_record
from runner.run import Run
from runner.settings import Address
from runner.workers import Context

PHASE = "stage"
_COPY_BLOCK = 1 << 20
SAMPLE_KEYS = 20


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
        scanned = scan(engine, self.mapping, self.file, self.folder)
        staged = Staged(scanned.rows, scanned.value_digest, scanned.touched, round(time.monotonic() - started, 3))
        connection: target.Connection = context.keep(f"target {self.mapping.system}", lambda: _open_target(self.where))
        path = self.folder / self.file.path
        rewritten = self._rewrite(engine) if self.mapping.transformed else None
        try:
            self._copy(connection, rewritten or path, staged)
        finally:
            if rewritten:
                rewritten.unlink(missing_ok=True)
        return replace(staged, seconds=round(time.monotonic() - started, 3))

    def _rewrite(self, engine: duckdb.DuckDBPyConnection) -> Path:
        path = self.scratch / f"{self.mapping.system}.{self.file.path.replace('/', '.')}"
        columns = ", ".join(f"{staging.loaded(column)} AS {quote_ansi(column.name)}" for column in self.mapping.columns)
        engine.execute(
            f"COPY (SELECT {columns} FROM {_reader(self.mapping, self.file, self.folder)}) TO $path "
            "(FORMAT csv, HEADER false, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '', FORCE_QUOTE *)",
            {"path": str(path)},
        )
        return path

    def _copy(self, connection: target.Connection, path: Path, staged: Staged) -> None:
        columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in self.mapping.columns)
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(table_name(self.mapping.name), columns)
        with (
            target.explained(self.where, f"copying {self.file.path}", self.mapping.system, self.mapping.name),
            path.open("rb") as file,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            with cursor.copy(statement) as copy:
                while block := file.read(_COPY_BLOCK):
                    copy.write(block)
            if cursor.rowcount != self.file.rows:
                raise ViolationError(
                    f"{self.mapping.system}.{self.mapping.name}: Postgres took {cursor.rowcount} of "
                    f"{self.file.rows} rows of {self.file.path}; run the task again"
                )
            landing.note(connection, self.mapping.name, self.file, staged)


@dataclass(frozen=True)
class Scanned:
    """What one scan of a file found."""

    rows: int
    value_digest: int
    touched: dict[tuple[str, str], int]


def scan(engine: duckdb.DuckDBPyConnection, mapping: TableMapping, file: manifest.File, folder: Path) -> Scanned:
    """Read a file once; ViolationError when its counts, its digest or any value is not as it must be."""
    faults = [(column, kind, test) for column in mapping.columns for kind, test in staging.rejected(column)]
    changes = [(change[0], column.name, change[1]) for column in mapping.columns if (change := staging.touched(column))]
    tests = [test for _, _, test in faults] + [test for _, _, test in changes]
    value_form = digest.total("duckdb", mapping.columns, "value") if digest.two_forms(mapping) else "0"
    counts = ", ".join(["count(*)", *(f"count(*) FILTER (WHERE {test})" for test in tests)])
    query = (
        f"SELECT {digest.total('duckdb', mapping.columns)}, {value_form}, {counts} "
        f"FROM {_reader(mapping, file, folder)}"
    )
    try:
        row = engine.execute(query).fetchone()
    except duckdb.Error as error:
        raise _unreadable(mapping, file, error) from None
    assert row
    source_digest, value_digest, rows, *found = (int(number) for number in row)
    _check(mapping, file, rows, source_digest, engine_faults=sum(found[: len(faults)]))
    if any(found[: len(faults)]):
        raise _rejects(engine, mapping, file, folder, list(zip(faults, found, strict=False)))
    touched = {
        (rule, name): number for (rule, name, _), number in zip(changes, found[len(faults) :], strict=True) if number
    }
    return Scanned(rows, value_digest if digest.two_forms(mapping) else source_digest, touched)


def _check(mapping: TableMapping, file: manifest.File, rows: int, source_digest: int, engine_faults: int) -> None:
    place = f"{mapping.system}.{mapping.name}: {file.path}"
    if rows != file.rows:
        raise ViolationError(f"{place} holds {rows} records, the manifest says {file.rows}; export the table again")
    if source_digest != int(file.digest) and not engine_faults:
        raise ViolationError(
            f"{place}: its digest is not the one the source computed: "
            "the file, or a rule of the table, was changed after the export; export again"
        )


def _rejects(
    engine: duckdb.DuckDBPyConnection,
    mapping: TableMapping,
    file: manifest.File,
    folder: Path,
    found: list[tuple[tuple[Any, str, str], int]],
) -> ViolationError:
    violations = []
    for (column, kind, test), number in found:
        if not number:
            continue
        key = " || '/' || ".join(f"coalesce({quote_ansi(name)}, '')" for name in mapping.key) or "''"
        rows = engine.execute(
            f"SELECT record, key FROM (SELECT row_number() OVER () AS record, {key} AS key, ({test}) AS faulty "
            f"FROM {_reader(mapping, file, folder)}) WHERE faulty LIMIT {SAMPLE_KEYS}"
        ).fetchall()
        violations.append(
            Violation(
                system=mapping.system,
                table=mapping.name,
                column=column.name,
                kind=kind,
                rows=number,
                rule=column.override.rule if column.override else f"{column.rule} to {column.target_type}",
                sample_keys=tuple(str(row[1]) for row in rows),
                file=file.path,
                line=line_of_record(folder / file.path, int(rows[0][0])),
                remedy="mend the rows in the source, or add a rule for the column, and run again",
            )
        )
    return ViolationError(f"stage: {violations[0]}", violations)


def _unreadable(mapping: TableMapping, file: manifest.File, error: duckdb.Error) -> ViolationError:
    # DuckDB quotes the line it could not read; only its number is passed on.
    if "CSV Error" not in str(error):
        return ViolationError(f"{mapping.system}.{mapping.name}: {file.path}: DuckDB stopped ({type(error).__name__})")
    line = next((word for word in str(error).replace("Line: ", "Line:").split() if word.startswith("Line:")), "")
    number = int(line.removeprefix("Line:")) if line.removeprefix("Line:").isdecimal() else None
    violation = Violation(
        system=mapping.system,
        table=mapping.name,
        column=None,
        kind="malformed_csv",
        rows=1,
        rule="CSV as RFC 4180, UTF-8, one field per column",
        file=file.path,
        line=number,
        remedy="export the table again",
    )
    return ViolationError(f"stage: {violation}", [violation])


def _reader(mapping: TableMapping, file: manifest.File, folder: Path) -> str:
    names = [column.name for column in mapping.columns]
    return staging.read_csv([folder / file.path], names, file.longest_line)


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
            self._run.write_result(PHASE, name, {"tables": kept | _as_json(results)})
        return {name: self._landed(name) for name in self._results}

    def _landed(self, name: str) -> dict[str, int]:
        return {table: one["rows"] for table, one in self._run.read_result(PHASE, name)["tables"].items()}

    def _enforce_limits(self, system: str, table: str, result: _TableResult) -> None:
        for column in self._mappings[system][table].columns:
            limit = column.override.max_rows if column.override else None
            number = result.touched.get((column.override.rule, column.name), 0) if column.override else 0
            if limit is not None and number > limit:
                assert column.override
                violation = Violation(
                    system,
                    table,
                    column.name,
                    "rule_limit_exceeded",
                    number,
                    column.override.rule,
                    remedy=f"the rule allows {limit} rows: look at them, then raise max_rows with a reason",
                )
                raise ViolationError(f"stage: {violation}", [violation])


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


def keep_database(
    run: Run, mappings: Mapping[str, Iterable[TableMapping]], manifests: Mapping[str, manifest.Manifest]
) -> Path:
    """Write `staging.duckdb`: a typed view per table over its CSV files, for a person to query."""
    path = run.folder / "staging.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as engine:
        for system, tables in mappings.items():
            engine.execute(f"CREATE SCHEMA {quote_ansi(system)}")
            folder = run.export_folder(system)
            for mapping in tables:
                table = manifests[system].table(mapping.name)
                paths = [folder / file.path for file in table.files]
                longest = max(file.longest_line for file in table.files)
                names = [column.name for column in mapping.columns]
                engine.execute(
                    f"CREATE VIEW {quote_ansi(system)}.{quote_ansi(mapping.name)} AS "
                    f"SELECT {staging.typed(mapping)} FROM {staging.read_csv(paths, names, longest)}"
                )
    path.chmod(0o600)
    return path
