"""The edge of the program: a task's options become a job, its outcome becomes lines and an exit code."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from runner import dbt, generate, interruption, log, run, settings
from runner.console import console, printable
from runner.errors import ConvergenceError, InterruptError, UsageError, ViolationError
from runner.generate import reference
from runner.pages import docs, runbook
from runner.phases import check, publish
from runner.phases.migrate import Execution
from runner.postgres import installation, sandbox
from runner.proof import evidence
from runner.quantity import counted, duration, size
from runner.run import Run
from runner.runs import cleanup, forecast, history, inheritance, lock, report, resumption, standing
from runner.runs.job import Job, choose_systems
from runner.runs.report import Report
from runner.runs.state import State
from runner.screen import summary, terminal
from runner.systems import ROOT, all_systems


@contextmanager
def outcome() -> Iterator[None]:
    """Turn whatever stops a task into one line on standard error and its exit code."""
    interruption.heed()
    try:
        yield
    except ConvergenceError as error:
        # Names of servers and files are part of it, and must stay on the line.
        print(printable(f"{error.word}: {error}"), file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        print("interrupted: run the task again", file=sys.stderr)
        raise SystemExit(InterruptError.exit_code) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"failed: {where}{error.strerror}; make room or see its rights, then run the task again", file=sys.stderr)
        raise SystemExit(1) from None
    except Exception as error:  # noqa: BLE001 - a traceback could quote values and secrets, so only its place is told
        log.bound().error("fault", exc_info=error)
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        print(
            f"failed: {type(error).__name__} at {where}: a fault of this tool; its log has the way there",
            file=sys.stderr,
        )
        raise SystemExit(1) from None


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
    with ExitStack() as stack:
        # A check only reads, so it may run beside anything.
        folder = stack.enter_context(lock.folder(values.work_dir, task)) if set(phases) != {"check"} else None
        earlier = None
        if resume:
            here, options = resumption.find(values.work_dir, run_id)
            systems, tables, replace, full = options.systems, options.tables, options.replace, options.full
            phases, with_fk_indexes = options.phases, options.with_fk_indexes
        else:
            earlier = inheritance.find(values.work_dir, since) if since else None
            fresh = phases[0] == "check" and run_id is None
            here = run.create(values.work_dir) if fresh else run.open_run(values.work_dir, run_id)
        if folder:
            folder.say(here.run_id)
        job = Job(values, here, choose_systems(systems), tuple(tables), replace, earlier, with_fk_indexes)
        endpoints = {name: (str(job.sources[name]), str(where)) for name, where in job.targets.items()}
        log.configure(here.folder, here.run_id, console=False, endpoints=endpoints)
        if resume:
            resumption.require_same(options, job)
        locks = None
        if {"stage", "load", "verify", "publish"} & set(phases):
            locks = stack.enter_context(lock.targets(list(job.targets.values()), task, here.run_id))
        if resume or fresh:
            State(here.folder).begin(resumption.options_of(job, task, phases, full=full))
        if earlier:
            inheritance.take_over(earlier, job)
        return _conduct(job, task, phases, full=full, resume=resume, locks=locks)


def _conduct(
    job: Job, task: str, phases: Sequence[str], *, full: bool, resume: bool, locks: lock.Targets | None
) -> Report:
    """Run the phases and leave everything a person opens or reads afterwards."""
    here = job.run
    with (
        run.privacy(),
        standing.kept(here.folder) as told,
        terminal.display(phases=tuple(phases), standing=told) as display,
    ):
        result, error = Execution(job, task, display, full=full, resume=resume, locks=locks).run(phases)
    if {"verify", "publish"} & set(phases):
        evidence.gather(here, job.systems, job.settings.work_dir)
    docs.write_report_page(here, result)
    docs.write_front_page(here, result)
    summary.summary(result, _paths(here) | _consoles(job))
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
        summary.summary(report.read(here.folder / "report.json"), _paths(here))


def runs() -> None:
    """List the runs of the work folder."""
    history.listing(settings.load().work_dir, console())


def _paths(here: Run) -> dict[str, str]:
    names = ("index.html", "report.html", "evidence", "staging.duckdb", "log.jsonl")
    found = {name.partition(".")[0]: str(here.folder / name) for name in names if (here.folder / name).exists()}
    if left := cleanup.exported_bytes(here):
        found["exports"] = f"{here.folder / 'export'} ({size(left)} of identity data; `./inv clean` removes them)"
    return found


def _consoles(job: Job) -> dict[str, str]:
    found: dict[str, str] = {}
    if job.sandboxed:
        for system in job.systems:
            found[f"psql {system.name}"] = sandbox.psql_command(system.name)
    return found


def rollback(systems: Sequence[str]) -> None:
    """Undo the publish in force on every chosen target."""
    job = _standing_job(systems)
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
    job = _standing_job(systems)
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
    job = _standing_job(systems)
    with _alone(job, "baseline"):
        for system in job.systems:
            made = installation.install(system, job.targets[system.name])
            tables = counted(len(system.target_catalog.tables), "table")
            print(f"{system.name}: {'made' if made else 'is there already'}: {tables}, drift 0")
            for table in sorted(job.kept(system)) if made else ():
                print(
                    f"{system.name}: {table} is empty: let the application mark its migrations as done before it starts"
                )


def tell_forecast(systems: Sequence[str], window: str) -> None:
    """Say how long the cut-over will take with the sources' present sizes; ViolationError when it is NO-GO."""
    made = _forecast(_standing_job(systems), window)
    for one in (*made.steps, made.total):
        interval = f"{duration(one.low)} to {duration(one.high)}"
        print(f"{one.name:<18} {duration(one.likely):>12}   {interval}")
    print(made.basis)
    if not made.go:
        raise ViolationError(f"NO-GO: {made.reason}")
    print(f"GO: {made.reason}")


def _forecast(job: Job, window: str) -> forecast.Forecast:
    seconds = forecast.window(window)
    folders = frozenset(name for name, where in job.sources.items() if isinstance(where, Path))
    present = forecast.Sizes({name: check.source_size(where) for name, where in job.sources.items()}, folders)
    return forecast.forecast(forecast.rehearsals(job.settings.work_dir), present, seconds, job.settings.jobs)


def write_runbook(run_id: str | None, systems: Sequence[str], window: str) -> None:
    """Write the operator's document of a run, with the forecast that its work folder allows."""
    values = settings.load()
    here = run.open_run(values.work_dir, run_id)
    told = report.read(here.folder / "report.json")
    job = Job(values, here, choose_systems(systems or tuple(told.systems)), (), replace=False)
    missing = {system.name for system in job.systems} - set(told.systems)
    if missing:
        raise UsageError(
            f"run {here.run_id} has no {', '.join(sorted(missing))}: name the run of a rehearsal with --run"
        )
    chosen_systems = {system.name: told.systems[system.name] for system in job.systems}
    seconds = forecast.window(window)
    try:
        expected = runbook.Expected(window, seconds, _forecast(job, window))
    except UsageError as error:
        expected = runbook.Expected(window, seconds, None, str(error))
    places = {name: runbook.Endpoint(str(job.sources[name]), str(where)) for name, where in job.targets.items()}
    chosen = "" if job.systems == all_systems() else "".join(f" --system {system.name}" for system in job.systems)
    replace = any(here.read_result("check", system.name).get("replace", False) for system in job.systems)
    told_of_chosen = told.model_copy(update={"systems": chosen_systems})
    for path in runbook.write(here, told_of_chosen, places, expected, chosen=chosen, replace=replace):
        print(path)
    docs.write_front_page(here, told)


def build_docs(run_id: str | None, systems: Sequence[str], *, serve: bool, port: int) -> None:
    """Build the documentation of a run's targets anew, or serve all its pages."""
    values = settings.load()
    here = run.open_run(values.work_dir, run_id)
    if serve:
        docs.serve(here, port)
        return
    job = Job(values, here, choose_systems(systems), (), replace=False)
    log.configure(here.folder, here.run_id, console=False)
    urls = job.target_urls
    with run.privacy(), ExitStack() as stack:
        engines = {
            system.name: stack.enter_context(
                dbt.Engine(system, urls[system.name], artifacts=here.folder / "dbt" / system.name)
            )
            for system in job.systems
        }
        failed = docs.build(job, engines)
    if (here.folder / "report.json").is_file():
        docs.write_front_page(here, report.read(here.folder / "report.json"))
    if failed:
        names = ", ".join(page.name for page in failed)
        raise ViolationError(f"{names} could not be built; see {here.folder / 'log.jsonl'}")
    for system in job.systems:
        print(docs.page(here, system.name))


def check_evidence(folder: str | None) -> None:
    """Verify a run's evidence, the latest one's by default, without any server."""
    place = Path(folder) if folder else run.open_run(settings.load().work_dir, None).folder / "evidence"
    print(f"{place}: nothing was changed since it was signed; key {evidence.check(place)}")


def sandbox_server(*, stop: bool) -> None:
    """Start or stop the embedded Postgres."""
    if stop:
        sandbox.stop()
        print("the embedded Postgres is stopped")
        return
    for system in sandbox.start():
        print(sandbox.psql_command(system))


def generate_files(
    systems: Sequence[str], tasks: Iterable[tuple[str, str, Sequence[tuple[str, str]]]], *, check: bool
) -> None:
    """Write the generated files of systems and the reference, or with `check` only compare.

    `tasks` are name, sentence and options of each task. ViolationError names the files that differ.
    """
    chosen = choose_systems(systems)
    listed = [reference.Task(*task) for task in tasks]
    if not check:
        for system in chosen:
            generate.write(system)
        reference.write(listed)
    elif different := [path for system in chosen for path in generate.drift(system)] + reference.drift(listed):
        names = ", ".join(str(path.relative_to(ROOT)) for path in different[:10])
        raise ViolationError(f"{len(different)} generated files differ: {names}; run `./inv generate`")
    print("generated files are current")


def _standing_job(systems: Sequence[str]) -> Job:
    """A job on the targets as they are, outside of any run."""
    values = settings.load()
    return Job(values, run.Run("", values.work_dir), choose_systems(systems), (), replace=False)
