"""What a run takes over from an earlier one (`./inv migrate --since RUN`): the chunks whose rows are still the same.

The new run begins with the earlier one's plan, notes and files (as links), and then goes on as a killed run does
(`runner.exports.survivor`): every file is compared with its hash, every range is digested by the source inside the new
snapshot, and what differs is read again. Where the earlier run left its build, load exchanges only the rows of those
ranges (`runner.postgres.renewal`). So the proof at the end is that of any other run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from runner import log, manifest, mapping, run
from runner.errors import RefusalError, UsageError
from runner.mapping import TableMapping
from runner.postgres.renewal import Stale
from runner.run import Run, make_private
from runner.runs import state
from runner.runs.job import Job
from runner.systems import System

_MOST = 0.25
"""Of a system's bytes, before and now: to delete rows and insert others under their keys costs several times more."""


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
    basis = _basis(job.mappings[name])
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


def left_build(earlier: Run, system: System, *, with_fk_indexes: bool) -> bool:
    """Whether an earlier run loaded all files it has, proved them, and has the indexes that are wanted now.

    Whether that build is still there, only the target can say.
    """
    if not manifest.place(earlier, system.name).is_file():
        return False
    loaded, proved = earlier.known_result("load", system.name), earlier.known_result("verify", system.name)
    files = manifest.of_run(earlier, system.name).fingerprint
    return bool(
        loaded.get("complete")
        and loaded.get("export") == files
        and loaded["fk_indexes"] == with_fk_indexes
        and proved.get("proved")
    )


def stale(
    earlier: Run, here: Run, system: System, mappings: Mapping[str, TableMapping]
) -> dict[str, list[Stale]] | None:
    """The ranges of each table whose files differ from the earlier run's, with the rows that run had there.

    None when so much differs that filling everything anew costs less, or when the ranges are not the same ones.
    """
    chunks = {chunk.path: chunk for chunk, _ in state.State(here.folder).planned(system.name, _basis(mappings))}
    before, now = (_files(one, system) for one in (earlier, here))
    if not before.keys() == now.keys() == chunks.keys():
        return None
    changed = [path for path, file in now.items() if file.sha256 != before[path].sha256]
    sizes = {path: before[path].bytes + now[path].bytes for path in now}
    if sum(sizes[path] for path in changed) > _MOST * sum(sizes.values()):
        return None
    found: dict[str, list[Stale]] = {}
    for path in changed:
        found.setdefault(chunks[path].table, []).append(Stale(chunks[path], before[path].rows))
    return found


def _files(of: Run, system: System) -> dict[str, manifest.File]:
    return {file.path: file for table in manifest.of_run(of, system.name).tables for file in table.files}


def _basis(mappings: Mapping[str, TableMapping]) -> str:
    return mapping.fingerprint(mappings.values())
