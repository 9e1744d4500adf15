"""Phase export: the tables of all systems as CSV files, read in one snapshot, with a manifest each.

A source may also be an export made earlier (`csv:FOLDER`): it is checked against its manifest and
adopted, and the phases after this one see no difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from runner import log, manifest, mapping
from runner.digest import ALGORITHM
from runner.errors import UsageError, Violation, ViolationError
from runner.exports.chunks import Chunk
from runner.exports.origin import Origin, adopt
from runner.exports.plan import Plan
from runner.exports.survivor import CheckSurvivor
from runner.exports.tasks import CountRows, ExportChunk
from runner.mysql import snapshot
from runner.preflight import ExamineChunk, ranges
from runner.quantity import counted
from runner.run import Run, make_private
from runner.runs.state import State
from runner.settings import Address
from runner.workers import Pool, Task

PHASE = "export"
Held = Callable[[str, str, Sequence[manifest.File]], None]
"""Is told of a system, a table and its files."""


@dataclass
class _Gathered:
    files: dict[str, list[manifest.File]] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    filtered: dict[str, int] = field(default_factory=dict)

    @property
    def all_files(self) -> list[manifest.File]:
        return [file for files in self.files.values() for file in files]

    def add(self, table: str, file: manifest.File) -> None:
        self.files.setdefault(table, []).append(file)


class Exporter:
    """The phase as the parent process sees it: begin, accept what workers return, finish.

    With `examining` the rows of a chunk are examined before any is read: the check left that to the export.
    """

    def __init__(self, run: Run, origins: Iterable[Origin], *, resume: bool = False, examining: bool = False) -> None:
        self._run = run
        self._resume = resume
        self._examining = examining
        self._state = State(run.folder)
        self._origins = {origin.system.name: origin for origin in origins}
        self._gathered = {name: _Gathered() for name in self._origins}
        self._plans: dict[str, Plan] = {}
        self._snapshots: dict[str, manifest.Snapshot] = {}
        self._manifests: dict[str, manifest.Manifest] = {}
        self.read_again: list[str] = []
        """Chunks of a former attempt that no longer hold, each with the reason."""

    def begin(self, pool: Pool) -> list[tuple[str, manifest.File]]:
        """Plan, and take the snapshot; returns (system, file) of everything that a former attempt wrote.

        Whether these files still hold is for `keep` to say.
        """
        addresses = self._addresses
        for name in self._origins:
            self._refuse_mixture(name)
        for name, where in addresses.items():
            self._plans[name] = self._planned(name, where)
        if addresses:
            self._snapshots = snapshot.take(pool, addresses)
        return [(name, file) for name in addresses for file in self._plans[name].survivors.values() if file]

    def keep(
        self, pool: Pool, held: Held = lambda system, table, files: None
    ) -> tuple[list[Task], list[tuple[str, manifest.File]]]:
        """Judge what a former attempt wrote; returns the tasks to run, and (system, file) of all that needs none.

        Those are exports that were adopted and, when the export goes on, chunks that still hold. `held` is told at
        once of a system's table of which every chunk does. ViolationError lists the faults of rows that were examined.
        """
        addresses = self._addresses
        if addresses:
            self._keep_survivors(pool, addresses, held)
        for name, origin in self._origins.items():
            make_private(self._run.export_folder(name))
            if not origin.address:
                self._manifests[name] = adopt(self._run, origin)
        files = [
            (name, file) for name, export in self._manifests.items() for table in export.tables for file in table.files
        ]
        files += [(name, file) for name in addresses for file in self._gathered[name].all_files]
        return [task for name in addresses for task in self._tasks(name)], files

    @property
    def _addresses(self) -> dict[str, Address]:
        return {name: origin.address for name, origin in self._origins.items() if origin.address}

    def _planned(self, name: str, where: Address) -> Plan:
        """The plan of a former attempt, whose ranges hold whatever rows there are now, or a new one."""
        origin = self._origins[name]
        basis = mapping.fingerprint(origin.mappings.values())
        former = self._state.planned(name, basis) if self._resume else []
        plan = Plan.of(origin, where)
        if not former:
            self._state.plan(name, basis, plan.chunks)
            return plan
        return replace(plan, chunks=[chunk for chunk, _ in former], survivors=dict(former))

    def _keep_survivors(self, pool: Pool, addresses: Mapping[str, Address], held: Held) -> None:
        """Take over the finished chunks that belong to the new snapshot too; the others are forgotten."""
        tasks: list[Task] = []
        sizes: Counter[tuple[str, str]] = Counter()
        for plan in self._plans.values():
            for chunk, file in plan.survivors.items():
                sizes[chunk.system, chunk.table] += file.bytes if file else 0
        for name, where in addresses.items():
            shown = self._state.shown(name)
            if shown is None:
                continue
            moved = shown.position != self._snapshots[name].position or not shown.position
            if self._resume:
                outcome = "may have moved: finished chunks are digested" if moved else "has not moved"
                log.bound(phase=PHASE, system=name).info("source", outcome=outcome, since=shown.taken_at)
            tasks += [
                CheckSurvivor(
                    chunk,
                    self._origins[name].mappings[chunk.table],
                    file,
                    self._run.export_folder(name),
                    where,
                    moved,
                    sizes[name, chunk.table],
                    self._lane(name),
                )
                for chunk, file in self._plans[name].survivors.items()
                if file
            ]
        if self._examining:
            tasks += [
                self._examination(chunk)
                for plan in self._plans.values()
                for chunk in plan.chunks
                if not plan.survivors.get(chunk)
            ]
        found: list[Violation] = []
        chunks_of = Counter((chunk.system, chunk.table) for plan in self._plans.values() for chunk in plan.chunks)

        def judge(task: Task, result: Any) -> Iterable[Task]:
            if isinstance(task, ExamineChunk):
                found.extend(result)
                return ()
            assert isinstance(task, CheckSurvivor)
            self._judge(task, result)
            system, table = task.chunk.system, task.chunk.table
            files = self._gathered[system].files.get(table, [])
            if len(files) == chunks_of[system, table]:
                held(system, table, files)
            return [self._examination(task.chunk)] if result and self._examining else ()

        pool.run(tasks, judge)
        if violations := ranges.merged(found):
            number = counted(len(violations), "violation")
            raise ViolationError(f"export: {number} of rules or constraints, first: {violations[0]}", violations)
        for name in addresses:
            self._state.show(name, self._snapshots[name])

    def _judge(self, task: CheckSurvivor, fault: str) -> None:
        logger = log.bound(phase=PHASE, system=task.chunk.system, table=task.chunk.table)
        if fault:
            self._state.forget(task.chunk.system, task.chunk.path)
            self.read_again.append(f"{task.chunk.system}.{task.chunk.path}: {fault}")
            logger.warning("chunk", outcome=f"read again: {fault}", file=task.chunk.path)
        else:
            self._gathered[task.chunk.system].add(task.chunk.table, task.file)
            logger.info("chunk", outcome="still holds", rows=task.file.rows, file=task.chunk.path)

    def _examination(self, chunk: Chunk) -> ExamineChunk:
        origin = self._origins[chunk.system]
        assert origin.address
        return ExamineChunk(chunk, origin.mappings[chunk.table], origin.address, self._lane(chunk.system))

    def _lane(self, name: str) -> int | None:
        return None if self._snapshots[name].method == "global read lock" else 0

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

    @property
    def ranges(self) -> Mapping[str, Mapping[str, Chunk]]:
        """The range of every file, by system and path."""
        return {name: {chunk.path: chunk for chunk in plan.chunks} for name, plan in self._plans.items()}

    @property
    def snapshots(self) -> Mapping[str, manifest.Snapshot]:
        """The moment each source is read at."""
        return self._snapshots

    def accept(self, task: ExportChunk, file: manifest.File) -> None:
        """Note a finished file."""
        self._state.exported(task.chunk.system, file)
        self._gathered[task.chunk.system].add(task.chunk.table, file)
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
        lane = self._lane(name)
        folder = self._run.export_folder(name)
        done = {file.path for file in self._gathered[name].all_files}
        tasks: list[Task] = [
            ExportChunk(chunk, origin.mappings[chunk.table], origin.address, folder, lane, self._plans[name].json_once)
            for chunk in self._plans[name].chunks
            if chunk.path not in done
        ]
        tasks += [CountRows(name, table, origin.address, lane=lane) for table in self._plans[name].skipped]
        tasks += [
            CountRows(name, table, origin.address, one.row_filter.argument, lane=lane)
            for table, one in origin.mappings.items()
            if one.row_filter
        ]
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


def _check_filters(origin: Origin, filtered: Mapping[str, int]) -> None:
    for table, rows_left_out in filtered.items():
        row_filter = origin.mappings[table].row_filter
        assert row_filter
        if row_filter.max_rows is not None and rows_left_out > row_filter.max_rows:
            raise ViolationError(
                f"{origin.system.name}.{table}: skip_row_where would leave out {rows_left_out} rows, "
                f"its rule allows {row_filter.max_rows}; look at the rows or raise max_rows with a reason"
            )
