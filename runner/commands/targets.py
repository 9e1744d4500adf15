"""Tasks on the targets as they stand, which belong to no run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from runner import run, settings
from runner.phases import publish
from runner.postgres import installation, sandbox
from runner.quantity import counted
from runner.runs import cleanup, lock
from runner.runs.job import Job, without_run


def rollback(systems: Sequence[str]) -> None:
    """Undo the publish in force on every chosen target."""
    job = without_run(settings.load(), systems)
    with _alone(job, "rollback"):
        undone = publish.rollback({system: job.targets[system.name] for system in job.systems})
    for system in job.systems:
        if system in undone:
            again = f"`./inv publish --run {undone[system]}` publishes again"
            print(f"{system.name}: public is as it was before run {undone[system]}; {again}")
        else:
            print(f"{system.name}: was not published by the last run, and is as it was")


def clean(run_id: str | None, systems: Sequence[str], *, retired: bool, keep_exports: bool) -> None:
    """Remove a run's rows from disk, unless they are to be kept, and the working schemas from the chosen targets."""
    job = without_run(settings.load(), systems)
    with _alone(job, "clean"):
        for path in () if keep_exports else cleanup.remove_exports(run.open_run(job.settings.work_dir, run_id)):
            print(f"removed {path}")
        for system in job.systems:
            for schema in cleanup.drop_schemas(job.targets[system.name], retired=retired):
                print(f"{system.name}: dropped schema {schema}")


@contextmanager
def _alone(job: Job, task: str) -> Iterator[None]:
    """Hold the locks of a task that belongs to no run."""
    run.require_work_folder(job.settings.work_dir)
    with lock.folder(job.settings.work_dir, task), lock.targets(list(job.targets.values()), task, ""):
        yield


def install(systems: Sequence[str]) -> None:
    """Make the baseline of every chosen system on an empty target."""
    job = without_run(settings.load(), systems)
    with _alone(job, "baseline"):
        for system in job.systems:
            made = installation.install(system, job.targets[system.name])
            tables = counted(len(system.target_catalog.tables), "table")
            print(f"{system.name}: {'made' if made else 'is there already'}: {tables}, drift 0")
            for table in sorted(job.kept(system)) if made else ():
                print(
                    f"{system.name}: {table} is empty: let the application mark its migrations as done before it starts"
                )


def sandbox_server(*, stop: bool) -> None:
    """Start or stop the embedded Postgres."""
    if stop:
        sandbox.stop()
        print("the embedded Postgres is stopped")
        return
    for system in sandbox.start():
        print(sandbox.psql_command(system))
