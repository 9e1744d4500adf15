"""Attempts to export Kratos, as the pipeline makes them: whole, killed, and gone on with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from runner import manifest, mapping, rules
from runner.exports.origin import Origin
from runner.exports.tasks import CountRows, ExportChunk
from runner.manifest import File, Manifest
from runner.mysql import snapshot, source
from runner.phases.export import Exporter
from runner.run import Run
from runner.runs.state import State
from runner.settings import Address
from runner.systems import named
from runner.workers import Pool, Task
from tests.servers import SourceServer

KRATOS = named("kratos")
MAPPINGS = mapping.of_system(KRATOS, rules.read())


def leave_out_letters(server: SourceServer, database: str) -> None:
    """Empty the tables whose long rows would be hundreds of files where tables of a page are split in four."""
    with server.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("set session foreign_key_checks = 0")
        for table in ("courier_message_dispatches", "courier_messages"):
            cursor.execute(f"truncate {table}")


@dataclass
class Export:
    """One attempt to export a run, and what it read."""

    server: SourceServer
    run: Run
    where: Address
    read: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)

    def attempt(self, *, resume: bool, examining: bool = False) -> Manifest:
        connection = source.connect(self.where)
        origin = Origin(
            KRATOS, MAPPINGS, rules.read().skipped_of("kratos"), address=self.where, server=source.server(connection)
        )
        connection.close()
        exporter = Exporter(self.run, [origin], resume=resume, examining=examining)
        self.read.clear()
        self.held.clear()

        def accept(task: Task, result: object) -> Iterable[Task]:
            if isinstance(task, ExportChunk) and isinstance(result, File):
                exporter.accept(task, result)
                self.read.append(result.path)
            elif isinstance(task, CountRows) and isinstance(result, int):
                exporter.count(task, result)
            return ()

        with Pool(2, self.run.folder, self.run.run_id) as pool:
            exporter.begin(pool)
            tasks, ready = exporter.keep(pool, lambda system, table, files: self.held.append(table))
            self.kept = [file.path for _, file in ready]
            self.again = exporter.read_again
            pool.run(tasks, accept)
        return exporter.finish()["kratos"]

    def killed(self, *lost: str) -> None:
        """Leave what a kill leaves while these chunks were read: no file of them, no note of them, no manifest."""
        for path in lost:
            State(self.run.folder).forget("kratos", path)
            (self.folder / path).unlink()
        (self.folder / manifest.NAME).unlink()

    @property
    def folder(self) -> Path:
        return self.run.export_folder("kratos")

    @property
    def moved(self) -> bool:
        """Whether anything was written at the source since."""
        with source.connect(self.where) as connection:
            return snapshot.position(connection) != manifest.read(self.folder).snapshot.position

    def write(self, statement: str) -> None:
        with self.server.connect(self.where.database) as connection, connection.cursor() as cursor:
            cursor.execute("set session foreign_key_checks = 0")
            cursor.execute(statement)
            connection.commit()
