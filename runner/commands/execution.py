"""Tasks of a run: its phases, how it stands, and all runs there are."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from runner import log, run, settings
from runner.console import console
from runner.errors import UsageError
from runner.pages import docs
from runner.phases.migrate import Execution, shown
from runner.postgres import sandbox
from runner.proof import evidence
from runner.quantity import duration, size
from runner.run import Run
from runner.runs import cleanup, history, inheritance, lock, report, resumption, standing
from runner.runs.job import Job, choose_systems
from runner.runs.report import Report
from runner.runs.state import Options, State
from runner.screen import summary, terminal


def execute(
    task: str,
    phases: Sequence[str],
    *,
    run_id: str | None = None,
    systems: Sequence[str] = (),
    tables: Sequence[str] = (),
    replace: bool = False,
    full: bool = False,
    resume: bool = False,
    since: str | None = None,
    with_fk_indexes: bool = False,
) -> Report:
    """Run phases of a job; a new run when they begin with `check`, otherwise the named or latest one.

    With `resume` the last unfinished run, or the named one, goes on with the options it began with. With `since` a new
    run reads only what changed after an earlier one.
    """
    if resume and (systems or tables or replace or full or since or with_fk_indexes):
        raise UsageError("--resume goes on with the options of its run: leave out all others but --run")
    if run_id and phases[0] == "check" and not resume:
        raise UsageError("--run names the run that goes on: add --resume, or leave it out to start a new one")
    values = settings.load()
    run.require_work_folder(values.work_dir)
    begins = phases[0] == "check" and not resume
    with ExitStack() as stack:
        # A check only reads, so it may run beside anything.
        folder = stack.enter_context(lock.folder(values.work_dir, task)) if set(phases) != {"check"} else None
        if resume:
            here, options = resumption.find(values.work_dir, run_id)
            job = resumption.job_of(options, values, here)
        else:
            chosen = choose_systems(systems)
            earlier = inheritance.find(values.work_dir, since) if since else None
            here = run.create(values.work_dir) if begins else run.open_run(values.work_dir, run_id)
            job = Job(values, here, chosen, tuple(tables), replace, earlier, with_fk_indexes)
            options = resumption.options_of(job, task, phases, full=full)
        if folder:
            folder.say(here.run_id)
        endpoints = {name: (str(job.sources[name]), str(where)) for name, where in job.targets.items()}
        log.configure(here.folder, here.run_id, console=False, endpoints=endpoints)
        if resume:
            resumption.require_same(options, job)
        locks = None
        if {"stage", "load", "verify", "publish"} & set(options.phases):
            locks = stack.enter_context(lock.targets(list(job.targets.values()), task, here.run_id))
        if resume or begins:
            State(here.folder).begin(options)
        if job.since:
            inheritance.take_over(job.since, job)
        return _conduct(job, options, resume=resume, locks=locks)


def _conduct(job: Job, options: Options, *, resume: bool, locks: lock.Targets | None) -> Report:
    """Run the phases and leave everything a person opens or reads afterwards."""
    here = job.run
    with (
        run.privacy(),
        standing.kept(here.folder) as told,
        terminal.display(shown(options.phases), standing=told) as display,
    ):
        execution = Execution(job, options.task, display, full=options.full, resume=resume, locks=locks)
        result, error = execution.run(options.phases)
    if {"verify", "publish"} & set(options.phases):
        evidence.gather(here, job.systems, job.settings.work_dir)
    docs.write_front_page(here, result)
    if not error:
        # Not before: a run that is killed here goes on to leave what is missing.
        State(here.folder).finish(options.task)
    summary.summary(result, _paths(here, result) | _consoles(job))
    if error:
        raise error
    return result


def status(run_id: str | None) -> None:
    """Say how a run stands, the last one by default: in progress, ended with a summary, or broken off."""
    here = run.open_run(settings.load().work_dir, run_id)
    entry = history.of_run(here)
    print(f"run {here.run_id}: {entry.outcome}{f', {duration(entry.seconds)}' if entry.seconds else ''}")
    if entry.outcome in ("in progress", "broken off"):
        print(standing.read(here.folder), end="")
    if entry.outcome == "broken off":
        print("nothing tells how it ended: `./inv migrate --resume` goes on with a migration")
    elif entry.outcome != "in progress":
        told = report.read(here.folder / "report.json")
        summary.summary(told, _paths(here, told))


def runs() -> None:
    """List the runs of the work folder."""
    history.listing(settings.load().work_dir, console())


def _paths(here: Run, told: Report) -> dict[str, str]:
    names = ("index.html", "report.html", "evidence", "staging.duckdb", "log.jsonl")
    found = {name.partition(".")[0]: str(here.folder / name) for name in names if (here.folder / name).exists()}
    found |= {f"docs {name}": str(path) for name in told.systems if (path := docs.page(here, name)).exists()}
    if left := cleanup.exported_bytes(here):
        found["exports"] = str(here.folder / "export")
        found["clean"] = f"`./inv clean` removes the exports: {size(left)} of identity data"
    return found


def _consoles(job: Job) -> dict[str, str]:
    systems = job.systems if job.sandboxed else ()
    return {f"psql {system.name}": sandbox.psql_command(system.name) for system in systems}
