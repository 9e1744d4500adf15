"""Export and stage as one flow: a file is staged as soon as it is written, while others are still read."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from runner import manifest, quantity
from runner.errors import ConnectionLostError, UsageError, ViolationError
from runner.exports.chunks import Chunk
from runner.exports.origin import Origin
from runner.exports.tasks import CountRows, ExportChunk
from runner.mysql.source import Server
from runner.phases.export import Exporter
from runner.phases.load import Loader
from runner.phases.stage import StageFile, Stager
from runner.postgres import landing
from runner.postgres.landing import Staged
from runner.proof import freeze
from runner.runs import report
from runner.runs.job import Job
from runner.screen import terminal
from runner.settings import Address
from runner.systems import System
from runner.workers import Pool, Task


@dataclass
class Pipeline:
    """The two phases over one pool of workers; `begin` and `end` are told when each starts and succeeds.

    `loaders` are told of every table of their system that has landed.
    """

    job: Job
    pool: Pool
    display: terminal.Display
    begin: Callable[[str], None]
    end: Callable[[str, report.PhaseStatus], None]
    resume: bool = False
    loaders: Mapping[str, Loader] = field(default_factory=dict)
    spans: list[report.Span] = field(default_factory=list)
    _awaited: Counter[tuple[str, str]] = field(default_factory=Counter)
    _told: set[tuple[str, str]] = field(default_factory=set)

    def export(self, *, staging: bool) -> None:
        """Export every system, and with `staging` stage each file as it is finished."""
        self.begin("export")
        origins = [self._origin(system) for system in self.job.systems]
        exporter = Exporter(self.job.run, origins, resume=self.resume, examining=self.job.since is not None)
        with self.pool as pool:
            written = exporter.begin(pool)
            stager = self._stager() if staging else None
            former = [system for system in self.job.systems if any(name == system.name for name, _ in written)]
            landed = self._landed(former, written, exporter.ranges) if stager else {}
            tasks, ready = exporter.keep(pool, lambda *held: self._held(landed, *held))
            if exporter.read_again:
                chunks = quantity.counted(len(exporter.read_again), "chunk")
                self.display.note(f"the source or a file changed, read again: {chunks}")
            self._expect(tasks, [file for _, file in ready])
            left = sum(isinstance(task, ExportChunk) for task in tasks)
            if stager:
                self.begin("stage")
                tasks += self._not_landed(stager, ready, exporter.ranges)
                self._await(stager, tasks)
            if not left:
                self.end("export", "succeeded")

            watch = freeze.Watch(exporter.snapshots, self._addresses())

            def accept(task: Task, result: object) -> None:
                nonlocal left
                for name in watch.look() if left else ():
                    self.display.note(f"{name}: the source is written to while it is exported: stop the application")
                self._accept(task, result, exporter, stager)
                left -= isinstance(task, ExportChunk)
                if not left and isinstance(task, ExportChunk):
                    self.end("export", "succeeded")

            def follow(task: Task, result: object) -> Iterable[Task]:
                return self._following(task, result, stager)

            pool.run(tasks, follow, self._started, accept)
        manifests = exporter.finish()
        self._limit_what_stays(manifests)
        if stager:
            self._finish(stager, manifests)

    def stage(self) -> None:
        """Stage what an earlier export wrote; UsageError when it lacks a table."""
        self.begin("stage")
        run, mappings = self.job.run, self.job.mappings
        manifests = {system.name: self._exported(system) for system in self.job.systems}
        for name, export in manifests.items():
            missing = set(mappings[name]) - {table.name for table in export.tables}
            if missing:
                raise UsageError(f"run {run.run_id} exported no {name}.{min(missing)}: add --table, or start a new run")
        stager = self._stager()
        tasks = [
            stager.task(name, file)
            for name, tables in mappings.items()
            for table in tables
            for file in manifests[name].table(table).files
        ]
        self._expect([], [file for export in manifests.values() for table in export.tables for file in table.files])
        with self.pool as pool:
            pool.run(tasks, lambda *_: (), self._started, lambda task, result: self._accept(task, result, None, stager))
        self._finish(stager, manifests)

    def _held(
        self, landed: Mapping[str, Collection[str]], system: str, table: str, files: Sequence[manifest.File]
    ) -> None:
        """Tell a loader of a table that is as it was, and whose rows are there: it need not wait for the others."""
        if system in self.loaders and {file.path for file in files} <= set(landed.get(system, ())):
            self.begin("stage")
            self._tell(system, table, sum(file.bytes for file in files))

    def _await(self, stager: Stager, tasks: Sequence[Task]) -> None:
        """Count the files of each table that have still to land; of some, when the run goes on, none."""
        for task in tasks:
            match task:
                case ExportChunk():
                    self._awaited[task.chunk.system, task.chunk.table] += 1
                case StageFile():
                    self._awaited[task.mapping.system, task.mapping.name] += 1
        for name, tables in self.job.mappings.items():
            for table in tables:
                self._look(stager, name, table)

    def _look(self, stager: Stager, system: str, table: str) -> None:
        if system in self.loaders and not self._awaited[system, table]:
            self._tell(system, table, stager.size(system, table))

    def _tell(self, system: str, table: str, size: int) -> None:
        if (system, table) not in self._told:
            self._told.add((system, table))
            self.loaders[system].landed(table, size)

    def _expect(self, tasks: Sequence[Task], ready: Sequence[manifest.File]) -> None:
        """Tell the display what there is to move: estimates of what is to be read, sizes of what is there."""
        chunks = [task.chunk.estimated_bytes for task in tasks if isinstance(task, ExportChunk)]
        there = sum(file.bytes for file in ready)
        rows = 0 if chunks else sum(file.rows for file in ready)
        self.display.expect(rows, sum(chunks) + there, known=there)

    def _stager(self) -> Stager:
        if not self.resume:
            for system in self.job.systems:
                where, tables = self.job.targets[system.name], self.job.mappings[system.name].values()
                landing.prepare(where, tables, whole=not self.job.tables, mark=self.job.mark(system))
        return Stager(self.job.run, self.job.targets, self.job.mappings)

    def _landed(
        self,
        systems: Iterable[System],
        written: Sequence[tuple[str, manifest.File]],
        ranges: Mapping[str, Mapping[str, Chunk]],
    ) -> dict[str, dict[str, Staged]]:
        """What is in landing of these files, by system and path, when the run goes on; rows of others are removed."""
        found: dict[str, dict[str, Staged]] = {}
        for system in systems if self.resume else ():
            where, tables = self.job.targets[system.name], self.job.mappings[system.name].values()
            files = [file for name, file in written if name == system.name]
            marks = (self.job.mark(system), self.job.former_mark(system))
            found[system.name] = landing.resume(where, tables, marks, files, ranges.get(system.name, {}))
        return found

    def _not_landed(
        self,
        stager: Stager,
        ready: Sequence[tuple[str, manifest.File]],
        ranges: Mapping[str, Mapping[str, Chunk]],
    ) -> list[Task]:
        """The tasks of finished files; when the run goes on, without those whose rows are in landing."""
        tasks: list[Task] = []
        landed = self._landed(self.job.systems, ready, ranges)
        for name, file in ready:
            if file.path in landed.get(name, {}):
                stager.recall(name, file, landed[name][file.path])
            else:
                tasks.append(stager.task(name, file))
        return tasks

    @staticmethod
    def _following(task: Task, result: object, stager: Stager | None) -> Iterable[Task]:
        """What a worker does next, at once: a file that was written is staged."""
        match task, result:
            case ExportChunk(), manifest.File() if stager:
                return [stager.task(task.chunk.system, result)]
        return ()

    def _accept(self, task: Task, result: object, exporter: Exporter | None, stager: Stager | None) -> None:
        """Note what a worker has done, while it does the next."""
        match task, result:
            case ExportChunk(), manifest.File() if exporter:
                exporter.accept(task, result)
                self.display.learned(task.chunk.estimated_bytes, result.bytes)
                self._span("export", task.chunk.system, task.chunk.table, result.seconds, result.rows, result.bytes)
            case CountRows(), int() if exporter:
                exporter.count(task, result)
            case StageFile(), Staged() if stager:
                stager.accept(task, result)
                system, name = task.mapping.system, task.mapping.name
                self._span("stage", system, name, result.seconds, result.rows, task.file.bytes)
                self._awaited[system, name] -= 1
                self._look(stager, system, name)

    def _started(self, task: Task) -> None:
        match task:
            case ExportChunk():
                self.display.chunk_started(task.chunk.system, task.chunk.table, "export")
            case StageFile():
                self.display.chunk_started(task.mapping.system, task.mapping.name, "stage")

    def _span(self, phase: str, system: str, table: str, seconds: float, rows: int, size: int) -> None:
        started_at = datetime.fromtimestamp(time.time() - seconds, UTC)
        self.spans.append(
            report.Span(
                phase=phase, system=system, table=table, started_at=started_at, seconds=seconds, rows=rows, bytes=size
            )
        )
        self.display.chunk_finished(system, table, phase, rows, size)

    def _finish(self, stager: Stager, manifests: Mapping[str, manifest.Manifest]) -> None:
        for name, mapped in self.job.mappings.items():
            files = [file for table in mapped for file in manifests[name].table(table).files]
            if lost := landing.missing(self.job.targets[name], files):
                raise ConnectionLostError(
                    f"target {self.job.targets[name]}: {len(lost)} files that had landed are gone, first {lost[0]}: "
                    "its server crashed in between; `./inv migrate --resume` goes on"
                )
        landed = stager.finish(manifests)
        for system in self.job.systems:
            landing.write_manifest(self.job.targets[system.name], manifests[system.name], landed[system.name])
        self.end("stage", "succeeded")

    def _limit_what_stays(self, manifests: Mapping[str, manifest.Manifest]) -> None:
        """Skipped tables left no more rows behind than they may; `check` asked before the snapshot."""
        for name, written in manifests.items():
            counted = {table.name: table.rows for table in written.skipped}
            if beyond := self.job.rules.left_behind(name, counted):
                raise ViolationError(f"export: {beyond[0]}", beyond)

    def _addresses(self) -> dict[str, Address]:
        return {name: where for name, where in self.job.sources.items() if not isinstance(where, Path)}

    def _exported(self, system: System) -> manifest.Manifest:
        folder = self.job.run.export_folder(system.name)
        if not (folder / manifest.NAME).is_file():
            raise self.job.run.lacks("export", system.name)
        return manifest.read(folder)

    def _origin(self, system: System) -> Origin:
        where = self.job.sources[system.name]
        common = (system, self.job.mappings[system.name], self.job.skipped(system))
        if isinstance(where, Path):
            return Origin(*common, folder=where)
        checked = self.job.run.read_result("check", system.name)
        if not checked["passed"]:
            raise self.job.run.lacks("check", system.name)
        return Origin(*common, address=where, server=Server(checked["kind"], checked["version"]))
