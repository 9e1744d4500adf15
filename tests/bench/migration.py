"""This project's turn: `./inv migrate` as a person starts it, taken apart by phase."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runner import manifest, run
from runner.errors import ViolationError
from runner.run import Run
from runner.runs import report
from runner.runs.report import Report
from runner.systems import ROOT
from tests.bench import changed
from tests.bench.meter import Reading
from tests.bench.place import Place
from tests.bench.record import Phase


@dataclass(frozen=True)
class Migration:
    """A run that succeeded: what it cost, and what it left."""

    reading: Reading
    run: Run
    report: Report

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Seconds and CPU of each phase, and of what comes before and after them."""
        starts = {phase.name: phase.started_at.timestamp() for phase in self.report.phases if phase.started_at}
        lengths = {phase.name: phase.seconds for phase in self.report.phases}
        phases = [self.reading.between(name, start, lengths[name]) for name, start in starts.items()]
        first, last = min(starts.values()), max(start + lengths[name] for name, start in starts.items())
        inside = self.reading.between("", first, last - first)
        outside = Phase(
            name="start and end",
            seconds=max(0.0, self.reading.seconds - inside.seconds),
            cpu=self.reading.cpu.since(inside.cpu),
        )
        return (*phases, outside)

    @property
    def largest_row(self) -> int:
        """Bytes of the longest line of all CSV files."""
        exports = [manifest.read(self.run.export_folder(system)) for system in self.report.systems]
        return max(file.longest_line for export in exports for table in export.tables for file in table.files)


def migrate(place: Place, targets: Mapping[str, str], name: str, *options: str) -> Migration:
    """Move all systems in a work folder of that name; ViolationError when the run does not succeed."""
    reading = _invoke(place, targets, name, "migrate", *options)
    here = run.open_run(place.folder / name, None)
    return Migration(reading, here, report.read(here.folder / "report.json"))


def migrate_since(place: Place, targets: Mapping[str, str], name: str) -> Migration:
    """Move them after a rehearsal, since which one chunk in a hundred changed; only the move is measured."""
    _invoke(place, targets, name, "rehearse")
    earlier = run.open_run(place.folder / name, None)
    changed.change(place, earlier)
    return migrate(place, targets, name, f"--since={earlier.run_id}")


def _invoke(place: Place, targets: Mapping[str, str], name: str, task: str, *options: str) -> Reading:
    log = place.folder / "migrate.log"
    reading = place.meter.command(
        [ROOT / "inv", task, *options, *(f"--system={system}" for system in targets)],
        environment=_environment(place, targets, place.folder / name),
        folder=ROOT,
        log=log,
    )
    if reading.code:
        raise ViolationError(f"{task} ended with exit code {reading.code}: see {log}")
    return reading


def _environment(place: Place, targets: Mapping[str, str], work: Path) -> dict[str, str]:
    urls = {f"SOURCE_{name.upper()}_URL": url for name, url in place.urls.items()}
    urls |= {f"TARGET_{name.upper()}_URL": url for name, url in targets.items()}
    kept = {name: os.environ[name] for name in ("PATH", "HOME")}
    return {**kept, **urls, "WORK_DIR": str(work), "JOBS": str(place.jobs)}
