"""The runs of a work folder: which there are, how each ended, and how far the one in progress is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from rich.console import Console
from rich.table import Table
from rich.text import Text

from runner.errors import UsageError
from runner.quantity import duration
from runner.run import Run
from runner.runs import report, standing

STYLES = {"succeeded": "green", "failed": "bold red", "refused": "bold red", "in progress": "bold", "broken off": "red"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One run: `outcome` is its report's status, `in progress`, or `broken off` when it left no report."""

    run_id: str
    started_at: datetime
    outcome: str
    seconds: float | None


def entries(work_dir: Path) -> list[Entry]:
    """Every run of a work folder, the newest first."""
    return sorted(_found(work_dir), key=lambda entry: entry.run_id, reverse=True)


def of_run(run: Run) -> Entry:
    """How a run stands."""
    made = _report(run)
    # The first 48 bits of a UUIDv7 are milliseconds.
    started_at = datetime.fromtimestamp((UUID(run.run_id).int >> 80) / 1000, UTC)
    if standing.goes_on(run.folder):
        return Entry(run.run_id, started_at, "in progress", (datetime.now(UTC) - started_at).total_seconds())
    if made is None:
        return Entry(run.run_id, started_at, "broken off", None)
    return Entry(run.run_id, started_at, made.status, made.seconds)


def listing(work_dir: Path, out: Console) -> None:
    """Print the runs of a work folder, one a line of at most 80 columns; UsageError when there is none."""
    found = entries(work_dir)
    if not found:
        raise UsageError(f"there is no run in {work_dir} yet: start with `./inv check` or `./inv migrate`")
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in ("started, UTC", "outcome", "time", "run"):
        table.add_column(name, no_wrap=True, justify="right" if name == "time" else "left")
    for one in found:
        outcome = Text(one.outcome, style=STYLES[one.outcome])
        time = "" if one.seconds is None else duration(one.seconds)
        table.add_row(f"{one.started_at:%Y-%m-%d %H:%M}", outcome, time, one.run_id)
    out.print(table)


def _found(work_dir: Path) -> Iterator[Entry]:
    for folder in work_dir.glob("*-*-*-*-*"):
        if folder.is_dir() and not folder.is_symlink():
            yield of_run(Run(folder.name, folder))


def _report(run: Run) -> report.Report | None:
    path = run.folder / "report.json"
    return report.read(path) if path.is_file() else None
