"""What a run takes over from an earlier one (`./inv migrate --since RUN`): the chunks whose rows are still the same.

The new run begins with the earlier one's plan, notes and files (as links), and then goes on as a killed run does
(`runner.exports.survivor`): every file is compared with its hash, every range is digested by the source inside the new
snapshot, and what differs is read again. So the proof at the end is that of any other run.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from runner import log, mapping, run
from runner.errors import RefusalError, UsageError
from runner.run import Run, make_private
from runner.runs import state
from runner.runs.job import Job
from runner.systems import System


def find(work_dir: Path, run_id: str) -> Run:
    """The earlier run; UsageError when it did not export."""
    earlier = run.open_run(work_dir, run_id)
    if state.State(earlier.folder).options is None:
        raise UsageError(f"run {earlier.run_id} has no notes of an export: name a run of `./inv migrate`")
    return earlier


def take_over(earlier: Run, job: Job) -> None:
    """Begin a new run with the chunks of an earlier one.

    UsageError when that run read another source, RefusalError when its files were made by other rules or another
    baseline, or are gone. A system whose source is a folder is adopted as always.
    """
    for system in job.systems:
        if not isinstance(job.sources[system.name], Path):
            _take_over(earlier, job, system)


def _take_over(earlier: Run, job: Job, system: System) -> None:
    name, notes = system.name, state.State(earlier.folder)
    options, shown = notes.options, notes.shown(name)
    source = options.endpoints.get(name, ("",))[0] if options else ""
    if source != str(job.sources[name]):
        raise UsageError(
            f"run {earlier.run_id} read {name} from {source or 'nowhere'}, the settings name {job.sources[name]}: "
            "leave out --since"
        )
    basis = mapping.fingerprint(job.mappings[name].values())
    planned = notes.planned(name, basis)
    if not planned or shown is None:
        raise RefusalError(
            f"run {earlier.run_id} has no files of {name} made by the present rules and baseline: leave out --since"
        )
    here, kept = state.State(job.run.folder), 0
    here.plan(name, basis, [chunk for chunk, _ in planned])
    for _, file in planned:
        if file and _link(earlier.export_folder(name) / file.path, job.run.export_folder(name) / file.path):
            here.exported(name, file)
            kept += 1
    if not kept:
        raise RefusalError(f"run {earlier.run_id}: the files of {name} were removed; leave out --since")
    # Without a position nothing is believed unseen, however the server counts: every range is digested.
    here.show(name, shown.model_copy(update={"position": {}}))
    log.bound(phase="export", system=name).info("since", outcome=f"{kept} chunks of run {earlier.run_id}")


def _link(source: Path, copy: Path) -> bool:
    """Whether there is a file to take over; its hash is compared later."""
    if source.is_symlink() or not source.is_file():
        return False
    make_private(copy.parent)
    try:
        os.link(source, copy, follow_symlinks=False)
    except OSError:
        shutil.copyfile(source, copy, follow_symlinks=False)
        copy.chmod(0o600)
    return True
