"""Publish as a part of a run, and its rehearsal: what has to hold first, and what it means when it half succeeds."""

from __future__ import annotations

from pathlib import Path

from runner.errors import PartlyPublishedError, RefusalError, UsageError, ViolationError
from runner.phases import check, publish
from runner.postgres import publication
from runner.proof import freeze
from runner.runs import lock, resumption
from runner.runs.forecast import REHEARSAL
from runner.runs.job import Job
from runner.systems import System


def release(job: Job, locks: lock.Targets | None) -> None:
    """Publish every system or none; PartlyPublishedError says which are when a commit was lost."""
    if job.tables:
        raise UsageError("publish takes whole systems: leave out --table")
    for system in job.systems:
        if not publication.is_published(job.targets[system.name], job.run.run_id):
            _require_publishable(job, system)
    if locks:
        locks.confirm()
    try:
        _publish(job)
    except ViolationError as error:
        if published := resumption.published(job):
            others = ", ".join(system.name for system in job.systems if system.name not in published)
            raise PartlyPublishedError(
                f"{error}; {', '.join(published)} is published, {others or 'nothing else'} is not known to be: "
                f"`./inv publish --run {job.run.run_id}` publishes the rest, `./inv rollback` undoes it",
                published,
            ) from None
        raise


def rehearse(job: Job) -> None:
    """Publish and take it back: whether it can be done, and how long it takes, is known before the night."""
    for system in job.systems:
        _require_publishable(job, system, frozen=False)
    _publish(job, rehearsed=True)
    for system in job.systems:
        job.run.write_result(REHEARSAL, system.name, {"jobs": job.settings.jobs})


def _publish(job: Job, *, rehearsed: bool = False) -> None:
    targets = {system: job.targets[system.name] for system in job.systems}
    publish.publish(job.run, targets, {system: job.kept(system) for system in job.systems}, rehearsed=rehearsed)


def _require_publishable(job: Job, system: System, *, frozen: bool = True) -> None:
    """The build is proved, the source stood still (`frozen`), and the target is one this tool may replace."""
    if not job.run.read_result("verify", system.name)["proved"]:
        raise RefusalError(f"run {job.run.run_id} is not proved for {system.name}: `./inv verify` must succeed first")
    source = job.sources[system.name]
    if frozen and not isinstance(source, Path):
        freeze.require(job.run, system, source, job.mappings[system.name], job.settings.jobs)
    replace = job.replace or job.sandboxed or job.run.read_result("check", system.name).get("replace", False)
    check.check_target(system, job.targets[system.name], job.kept(system), replace=replace)
