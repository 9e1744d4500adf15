"""Tasks that prepare the cut-over: its forecast and its runbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from runner import run, settings
from runner.errors import UsageError, ViolationError
from runner.pages import docs, runbook
from runner.phases import check
from runner.quantity import duration
from runner.runs import forecast, report
from runner.runs.job import Job, choose_systems, without_run
from runner.systems import all_systems


def tell_forecast(systems: Sequence[str], window: str) -> None:
    """Say how long the cut-over will take with the sources' present sizes; ViolationError when it is NO-GO."""
    made = _forecast(without_run(settings.load(), systems), window)
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
    job = Job(values, here, choose_systems(systems or tuple(told.systems)))
    missing = {system.name for system in job.systems} - set(told.systems)
    if missing:
        raise UsageError(
            f"run {here.run_id} has no {', '.join(sorted(missing))}: name the run of a rehearsal with --run"
        )
    seconds = forecast.window(window)
    try:
        expected = runbook.Expected(window, seconds, _forecast(job, window))
    except UsageError as error:
        expected = runbook.Expected(window, seconds, None, str(error))
    places = {name: runbook.Endpoint(str(job.sources[name]), str(where)) for name, where in job.targets.items()}
    chosen = "" if job.systems == all_systems() else "".join(f" --system {system.name}" for system in job.systems)
    replace = any(here.read_result("check", system.name).get("replace", False) for system in job.systems)
    narrowed = told.model_copy(update={"systems": {system.name: told.systems[system.name] for system in job.systems}})
    for path in runbook.write(here, narrowed, places, expected, chosen=chosen, replace=replace):
        print(path)
    docs.write_front_page(here, told)
