"""Which run goes on with `--resume`, with which options, and how far it had come.

What has arrived is asked where it is: files by the run's notes, rows by landing's journal, build and public by the
target. So it does not matter at which moment the run was killed.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from runner import manifest, run
from runner.errors import ConvergenceError, UsageError
from runner.postgres import build, landing, publication
from runner.proof import freeze
from runner.run import Run
from runner.runs import state
from runner.runs.job import Job, choose_systems
from runner.runs.state import Options, State
from runner.settings import Settings
from runner.systems import System


def find(work_dir: Path, run_id: str | None) -> tuple[Run, Options]:
    """The run that goes on, the last unfinished one when none is named; UsageError when it cannot."""
    here = run.open_run(work_dir, run_id) if run_id else state.unfinished(work_dir)
    notes = State(here.folder)
    if notes.options is None or notes.options.task != "migrate":
        raise UsageError(f"run {here.run_id} is no migration: run its phases with `--run {here.run_id}`")
    if notes.finished:
        raise state.ended(here)
    for half in here.folder.rglob("*.part"):
        half.unlink()
    return here, notes.options


def options_of(job: Job, task: str, phases: Sequence[str], *, full: bool) -> Options:
    """What a resumed run needs to know of a task."""
    return Options(
        task=task,
        phases=tuple(phases),
        systems=tuple(system.name for system in job.systems),
        tables=job.tables,
        replace=job.replace,
        full=full,
        endpoints=_endpoints(job),
        with_fk_indexes=job.with_fk_indexes,
    )


def job_of(options: Options, settings: Settings, here: Run) -> Job:
    """The job of a run that goes on."""
    systems = choose_systems(options.systems)
    return Job(settings, here, systems, options.tables, options.replace, with_fk_indexes=options.with_fk_indexes)


def require_same(options: Options, job: Job) -> None:
    """UsageError when the settings name another source or target than the run began with: data would be mixed."""
    for name, places in _endpoints(job).items():
        for side, before, now in zip(("source", "target"), options.endpoints[name], places, strict=True):
            if before != now:
                raise UsageError(
                    f"run {job.run.run_id} began with the {side} {before} of {name}, the settings name {now}: "
                    "set it back, or start a new run with `./inv migrate`"
                )


def has_landed(job: Job) -> bool:
    """Whether all rows are on the targets: published, in build, or in landing."""
    return all(is_loaded(job, system) or _is_staged(job, system) for system in job.systems)


def _is_staged(job: Job, system: System) -> bool:
    if not job.run.has_result("stage", system.name):
        return False
    export = manifest.read(job.run.export_folder(system.name))
    files = [file for table in export.tables for file in table.files]
    return not landing.missing(job.targets[system.name], files)


def is_loaded(job: Job, system: System) -> bool:
    """Whether build or public holds everything of the run."""
    where, run_id = job.targets[system.name], job.run.run_id
    return publication.is_published(where, run_id) or build.is_complete(where, run_id)


def is_proved(job: Job, system: System) -> bool:
    """Whether what was loaded last is proved."""
    if not job.run.has_result("verify", system.name):
        return False
    return bool(job.run.read_result("verify", system.name)["proved"])


def require_standstill(job: Job, *, early: bool = False) -> None:
    """RefusalError when a source was written to after the snapshot, unless its system is published.

    `early` is for a look before the last one, as in `freeze.require`.
    """
    for system in job.systems:
        source = job.sources[system.name]
        if not isinstance(source, Path) and not publication.is_published(job.targets[system.name], job.run.run_id):
            freeze.require(job.run, system, source, job.mappings[system.name], job.settings.jobs, early=early)


def published(job: Job) -> list[str]:
    """The systems that this run published, as far as their servers answer."""
    found = []
    for system in job.systems:
        with suppress(ConvergenceError):
            if publication.is_published(job.targets[system.name], job.run.run_id):
                found.append(system.name)
    return found


def _endpoints(job: Job) -> dict[str, tuple[str, str]]:
    # The sandbox may take another port each time it starts.
    return {
        name: (str(job.sources[name]), "sandbox" if job.sandboxed else str(where))
        for name, where in job.targets.items()
    }
