"""A run: its id, its folder, and the result files that phases leave for one another.

`work/<run_id>/` holds `export/<system>/` (CSV files and manifest), one JSON result per phase and system
(`<phase>/<system>.json`), `log.jsonl` and the report. Files are written beside their place and renamed,
so that a result is complete or absent. The folder is private: exports hold identity data.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import uuid_utils

from runner.errors import UsageError

# A file of such a name would be looked for elsewhere, or be several.
_WILD = set("*?[\\")


@dataclass(frozen=True, slots=True)
class Run:
    """One execution and where it keeps its files."""

    run_id: str
    folder: Path

    def export_folder(self, system: str) -> Path:
        """Where a system's CSV files and manifest are."""
        return self.folder / "export" / system

    def result_path(self, phase: str, system: str) -> Path:
        """Where a phase leaves its result for a system."""
        return self.folder / phase / f"{system}.json"

    def write_result(self, phase: str, system: str, result: dict[str, Any]) -> None:
        """Keep what a phase produced, replacing an earlier result of the same phase."""
        path = self.result_path(phase, system)
        make_private(path.parent)
        with replacing(path) as file:
            file.write(json.dumps(result, indent=1).encode())

    def known_result(self, phase: str, system: str) -> dict[str, Any]:
        """What a phase produced, nothing while it has not; errors as with `read_result`."""
        return self.read_result(phase, system) if self.has_result(phase, system) else {}

    def read_result(self, phase: str, system: str) -> dict[str, Any]:
        """What a phase produced; UsageError says to run it first, or again when its result is damaged."""
        path = self.result_path(phase, system)
        if not path.is_file():
            raise self.lacks(phase, system)
        try:
            result: dict[str, Any] = json.loads(path.read_bytes())
        except ValueError:
            raise UsageError(f"{path} is damaged: run `./inv {phase} --run {self.run_id}` again") from None
        return result

    def drop_result(self, phase: str, system: str) -> None:
        """Forget what a phase produced, because what it was made from is made anew."""
        self.result_path(phase, system).unlink(missing_ok=True)

    def lacks(self, phase: str, system: str) -> UsageError:
        """The error that names the phase to run first."""
        return UsageError(
            f"run {self.run_id} has no result of {phase} for {system}: run `./inv {phase} --run {self.run_id}` first"
        )

    def has_result(self, phase: str, system: str) -> bool:
        """Whether a phase finished for a system."""
        return self.result_path(phase, system).is_file()


def require_work_folder(work_dir: Path) -> None:
    """Make the folder of the runs, private, where there is none; UsageError when that cannot be."""
    if wild := sorted(_WILD & set(str(work_dir))):
        raise UsageError(f"WORK_DIR holds {' '.join(wild)}, which DuckDB takes for a pattern; name another folder")
    try:
        make_private(work_dir)
    except OSError as error:
        raise UsageError(f"WORK_DIR cannot be {work_dir} ({error.strerror}); name a folder that can be made") from None


def create(work_dir: Path) -> Run:
    """A new run with a UUIDv7, and `latest` pointing to it."""
    run_id = str(uuid_utils.uuid7())
    run = Run(run_id, work_dir / run_id)
    make_private(run.folder)
    link = work_dir / f".latest-{run_id}"
    link.symlink_to(run_id)
    link.replace(work_dir / "latest")
    return run


def open_run(work_dir: Path, run_id: str | None) -> Run:
    """An earlier run by its id, the latest when None; UsageError when there is none."""
    if run_id and run_id != "latest" and (not _is_id(run_id) or not (work_dir / run_id).is_dir()):
        raise UsageError(f"there is no run {run_id!r} in {work_dir}: name one of its folders, or leave out --run")
    folder = (work_dir / (run_id or "latest")).resolve()
    if not folder.is_dir() or not _is_id(folder.name):
        raise UsageError(f"there is no run in {work_dir} yet: start with `./inv check` or `./inv migrate`")
    return Run(folder.name, folder)


def all_runs(work_dir: Path) -> list[Run]:
    """Every run of a work folder, the oldest first; its other folders are none of ours."""
    # Ids are UUIDv7, which sort by time.
    folders = sorted(one for one in work_dir.glob("*") if _is_id(one.name) and one.is_dir() and not one.is_symlink())
    return [Run(folder.name, folder) for folder in folders]


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


@contextmanager
def privacy() -> Iterator[None]:
    """Whatever this process, its workers and dbt make meanwhile is for the owner only."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def make_private(folder: Path) -> None:
    """Make a folder and its missing parents for the owner only."""
    # One by one: `parents=True` gives the folders above the mode that the umask leaves.
    for one in reversed([folder, *(above for above in folder.parents if not above.exists())]):
        one.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its name only when it was written and synced to the end."""
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
