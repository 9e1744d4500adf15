"""`python -m tests.sources.sample`: makes the bundled sample exports in `seeds/sample/` anew.

A MySQL 9 is started, filled by the seeded generator and exported by the runner itself, so the sample is a
real export. Needs `python -m tests.servers provision`.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from pydantic import SecretStr

from runner import log, manifest, mapping, rules, run
from runner.exports.origin import Origin
from runner.exports.tasks import CountRows, ExportChunk
from runner.mysql import source
from runner.phases.export import Exporter
from runner.systems import System, all_systems
from runner.workers import Pool, Task
from tests.servers import MySQL
from tests.sources import generator, schema

SEED = 7


def main() -> None:
    """Replace the committed samples."""
    with tempfile.TemporaryDirectory() as scratch, MySQL() as server:
        here = export(server, Path(scratch))
        for system in all_systems():
            shutil.rmtree(system.sample_folder, ignore_errors=True)
            shutil.copytree(here.export_folder(system.name), system.sample_folder)
            for path in system.sample_folder.rglob("*"):
                path.chmod(0o755 if path.is_dir() else 0o644)


def export(server: MySQL, work: Path) -> run.Run:
    """Fill a server with the sample's rows and export both systems; returns the run that holds them."""
    here = run.create(work)
    log.configure(None, here.run_id, console=False)
    exporter = Exporter(here, [_origin(server, system) for system in all_systems()])

    def accept(task: Task, result: object) -> list[Task]:
        if isinstance(task, ExportChunk) and isinstance(result, manifest.File):
            exporter.accept(task, result.model_copy(update={"seconds": 0.0}))
        elif isinstance(task, CountRows) and isinstance(result, int):
            exporter.count(task, result)
        return []

    with Pool(2, here.folder, here.run_id) as pool:
        exporter.begin(pool)
        tasks, _ = exporter.keep(pool)
        pool.run(tasks, accept)
    exporter.finish()
    return here


def _origin(server: MySQL, system: System) -> Origin:
    server.create_database(system.name)
    with server.connect(system.name) as connection:
        schema.create(connection, system)
        generator.fill(connection, system, seed=SEED)
        # The generator may leave its rows to be committed.
        connection.commit()
    where = source.address(SecretStr(server.url(system.name)), "SOURCE_URL")
    connection = source.connect(where)
    try:
        kind = source.server(connection)
    finally:
        connection.close()
    known = rules.read()
    return Origin(system, mapping.of_system(system, known), known.skipped_of(system.name), address=where, server=kind)


if __name__ == "__main__":
    main()
