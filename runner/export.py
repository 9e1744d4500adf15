"""Phase export: the tables of all systems as CSV files, read in one snapshot, with a manifest each.

A source may also be an export made earlier (`csv:FOLDER`): it is checked against its manifest and
adopted, and the phases after this one see no difference.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runner import chunks, csvfile, log, manifest, reading, snapshot
from runner.chunks import Chunk
from runner.digest import ALGORITHM, quote_mysql
from runner.errors import RefusalError, UsageError, ViolationError
from runner.mapping import TableMapping
from runner.packets import rows
from runner.rules import Override
from runner.run import Run, make_private
from runner.settings import Address
from runner.source import Connection, Server, connect, explained, fetch_all, fetch_value, server
from runner.systems import System
from runner.workers import Context, Pool, Task

PHASE = "export"


@dataclass(frozen=True)
class Origin:
    """Where one system's data comes from: a server or an export folder."""

    system: System
    mappings: Mapping[str, TableMapping]
    skipped: Mapping[str, str]
    address: Address | None = None
    server: Server | None = None
    folder: Path | None = None


@dataclass(frozen=True)
class ExportChunk:
    """Writes one chunk's file."""

    chunk: Chunk
    mapping: TableMapping
    where: Address
    folder: Path
    lane: int | None = None
    json_once: bool = False

    @property
    def weight(self) -> float:
        """The chunk's estimated size in bytes."""
        return float(self.chunk.estimated_bytes)

    def __call__(self, context: Context) -> manifest.File:
        """Read the range, write it, and return the manifest's entry."""
        started = time.monotonic()
        connection: Connection = context.kept[f"source {self.chunk.system}"]
        with explained(self.where, f"reading {self.chunk.table}"):
            try:
                written = csvfile.write(
                    self.folder / self.chunk.path, self.mapping.columns, rows(connection, self._select())
                )
            except ValueError:
                raise ViolationError(
                    f"source {self.where}: a row of {self.chunk.table} is larger than the server's "
                    "max_allowed_packet, so it cannot be hashed there; raise it and run the task again"
                ) from None
            except OSError as error:
                raise ViolationError(
                    f"{self.folder / self.chunk.path}: {error.strerror}; make room, then run the task again"
                ) from None
        return manifest.File(
            path=self.chunk.path,
            rows=written.rows,
            bytes=written.bytes,
            sha256=written.sha256,
            longest_line=written.longest_line,
            digest=str(written.digest),
            seconds=round(time.monotonic() - started, 3),
        )

    def _select(self) -> str:
        return (
            f"SELECT {reading.select_list(self.mapping.columns, once=self.json_once)} "
            f"FROM {quote_mysql(self.chunk.table)} "
            f"WHERE {self.chunk.condition}{_kept_rows(self.mapping.row_filter)}"
        )


@dataclass(frozen=True)
class CountRows:
    """Counts, in the snapshot, the rows of a table or those a row filter leaves out."""

    system: str
    table: str
    where: Address
    filter: str = ""
    weight: float = 0.0
    lane: int | None = None

    def __call__(self, context: Context) -> int:
        """The number of rows."""
        with explained(self.where, f"counting {self.table}"):
            sql = f"SELECT COUNT(*) FROM {quote_mysql(self.table)} WHERE {self.filter or 'TRUE'}"
            return int(fetch_value(context.kept[f"source {self.system}"], sql))


@dataclass(frozen=True)
class _Plan:
    """What is to be read: chunks of the tables to copy, and the skipped tables that the source has."""

    chunks: list[Chunk]
    skipped: list[str]
    json_once: bool


@dataclass
class _Gathered:
    files: dict[str, list[manifest.File]] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    filtered: dict[str, int] = field(default_factory=dict)


class Exporter:
    """The phase as the parent process sees it: begin, accept what workers return, finish."""

    def __init__(self, run: Run, origins: Iterable[Origin]) -> None:
        self._run = run
        self._origins = {origin.system.name: origin for origin in origins}
        self._gathered = {name: _Gathered() for name in self._origins}
        self._plans: dict[str, _Plan] = {}
        self._snapshots: dict[str, manifest.Snapshot] = {}
        self._manifests: dict[str, manifest.Manifest] = {}

    def begin(self, pool: Pool) -> tuple[list[Task], list[tuple[str, manifest.File]]]:
        """Take the snapshot; returns the tasks to run, and (system, file) of exports that were adopted."""
        addresses = {name: origin.address for name, origin in self._origins.items() if origin.address}
        for name in self._origins:
            self._refuse_mixture(name)
        for name, where in addresses.items():
            self._plans[name] = _plan(self._origins[name], where)
        if addresses:
            self._snapshots = snapshot.take(pool, addresses)
        for name, origin in self._origins.items():
            make_private(self._run.export_folder(name))
            if not origin.address:
                self._manifests[name] = adopt(self._run, origin)
        files = [
            (name, file) for name, export in self._manifests.items() for table in export.tables for file in table.files
        ]
        return [task for name in addresses for task in self._tasks(name)], files

    def _refuse_mixture(self, name: str) -> None:
        """A table exported later shows another moment, so an export is made as a whole or not at all."""
        folder = self._run.export_folder(name)
        if not (folder / manifest.NAME).is_file():
            return
        if {table.name for table in manifest.read(folder).tables} - set(self._origins[name].mappings):
            raise UsageError(
                f"run {self._run.run_id} has an export of more tables of {name}: "
                "one moment for all of them is lost if some are read again; start a new run with `./inv check`"
            )

    def accept(self, task: ExportChunk, file: manifest.File) -> None:
        """Note a finished file."""
        self._gathered[task.chunk.system].files.setdefault(task.chunk.table, []).append(file)
        log.bound(phase=PHASE, system=task.chunk.system, table=task.chunk.table).info(
            "file", outcome="written", rows=file.rows, bytes=file.bytes, seconds=file.seconds
        )

    def count(self, task: CountRows, rows: int) -> None:
        """Note the rows of a skipped table or those that a row filter leaves out."""
        gathered = self._gathered[task.system]
        (gathered.filtered if task.filter else gathered.skipped)[task.table] = rows

    def finish(self) -> dict[str, manifest.Manifest]:
        """Write the manifests and return them by system."""
        for name in self._snapshots:
            self._manifests[name] = self._manifest(name)
        for name, written in self._manifests.items():
            manifest.write(written, self._run.export_folder(name))
        return self._manifests

    def _tasks(self, name: str) -> list[Task]:
        origin = self._origins[name]
        assert origin.address
        lane = None if self._snapshots[name].method == "global read lock" else 0
        folder = self._run.export_folder(name)
        tasks: list[Task] = [
            ExportChunk(chunk, origin.mappings[chunk.table], origin.address, folder, lane, self._plans[name].json_once)
            for chunk in self._plans[name].chunks
        ]
        tasks += [CountRows(name, table, origin.address, lane=lane) for table in self._plans[name].skipped]
        for table, mapping in origin.mappings.items():
            if mapping.row_filter:
                tasks.append(CountRows(name, table, origin.address, mapping.row_filter.argument, lane=lane))
        return tasks

    def _manifest(self, name: str) -> manifest.Manifest:
        origin, gathered = self._origins[name], self._gathered[name]
        _check_filters(origin, gathered.filtered)
        assert origin.server and origin.address
        return manifest.Manifest(
            format=1,
            system=name,
            digest=ALGORITHM,
            source=manifest.Source(
                kind=origin.server.kind, version=origin.server.version, database=origin.address.database
            ),
            snapshot=self._snapshots[name],
            tables=tuple(
                manifest.Table(
                    name=table,
                    columns=tuple(column.name for column in mapping.columns),
                    files=tuple(sorted(gathered.files[table], key=lambda file: file.path)),
                    filtered_rows=gathered.filtered.get(table, 0),
                )
                for table, mapping in origin.mappings.items()
            ),
            skipped=tuple(
                manifest.Skipped(name=table, rows=gathered.skipped[table], reason=reason)
                for table, reason in origin.skipped.items()
                if table in gathered.skipped
            ),
        )


def adopt(run: Run, origin: Origin) -> manifest.Manifest:
    """Take over an export folder after comparing every file with its manifest."""
    assert origin.folder
    name = origin.system.name
    found = manifest.read(origin.folder)
    if found.system != name:
        raise ViolationError(f"{origin.folder}: is an export of {found.system!r}, not of {name!r}; check the URL")
    _check_shape(origin, found)
    folder = run.export_folder(name)
    tables = tuple(table for table in found.tables if table.name in origin.mappings)
    for table in tables:
        make_private(folder / table.name)
        for file in table.files:
            manifest.verify_file(origin.folder, file)
            _take_over(origin.folder / file.path, folder / file.path)
    return found.model_copy(update={"tables": tables})


def _check_shape(origin: Origin, found: manifest.Manifest) -> None:
    exported = {table.name: table for table in found.tables}
    if len(exported) != len(found.tables):
        raise ViolationError(f"{origin.folder}: the manifest lists a table twice; make the export again")
    missing = sorted(set(origin.mappings) - set(exported))
    if missing:
        raise ViolationError(f"{origin.folder}: tables are missing from the export: {', '.join(missing[:10])}")
    unknown = sorted(set(exported) - set(origin.system.target_catalog.tables))
    if unknown:
        raise RefusalError(f"{origin.folder}: tables unknown to the baseline: {', '.join(unknown[:10])}")
    for name, mapping in origin.mappings.items():
        if exported[name].columns != tuple(column.name for column in mapping.columns):
            raise ViolationError(
                f"{origin.folder}: the columns of {name} are not the baseline's; make the export again"
            )
        for file in exported[name].files:
            if file.path.rpartition("/")[0] != name:
                raise ViolationError(f"{origin.folder}: {file.path} does not belong to table {name}")


def _take_over(source: Path, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    try:
        os.link(source, copy, follow_symlinks=False)
    except OSError:
        shutil.copyfile(source, copy, follow_symlinks=False)
        copy.chmod(0o600)


def _plan(origin: Origin, where: Address) -> _Plan:
    connection = connect(where)
    try:
        with explained(where, "planning the export"):
            present = {row[0] for row in fetch_all(connection, "SHOW TABLES")}
            planned = [
                chunk
                for table, mapping in origin.mappings.items()
                for chunk in chunks.plan(
                    connection, where.database, origin.system.source_catalog.tables[table], mapping
                )
            ]
            # MariaDB stores JSON as the text it is and has nothing to print.
            json_once = server(connection).kind == "mysql" and reading.prints_once(connection)
            return _Plan(planned, [table for table in origin.skipped if table in present], json_once)
    finally:
        connection.close()


def _kept_rows(row_filter: Override | None) -> str:
    return f" AND NOT COALESCE(({row_filter.argument}), FALSE)" if row_filter else ""


def _check_filters(origin: Origin, filtered: Mapping[str, int]) -> None:
    for table, rows_left_out in filtered.items():
        row_filter = origin.mappings[table].row_filter
        assert row_filter
        if row_filter.max_rows is not None and rows_left_out > row_filter.max_rows:
            raise ViolationError(
                f"{origin.system.name}.{table}: skip_row_where would leave out {rows_left_out} rows, "
                f"its rule allows {row_filter.max_rows}; look at the rows or raise max_rows with a reason"
            )
