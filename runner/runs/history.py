"""The runs of a work folder: which there are, how each ended, and how far the one in progress is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from rich.console import Console
from rich.table import Table
from rich.text import Text

from runner.errors import UsageError
from runner.quantity import duration
from runner.run import Run, all_runs
from runner.runs import report, standing

STYLES = {
    "succeeded": "green",
    "failed": "bold red",
    "refused": "bold red",
    "in progress": "bold",
    "broken off": "red",
    "damaged": "red",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One run: `outcome` is its report's status, `in progress`, or `broken off` when it left no report.

    It is `damaged` when there is something that cannot be read as a report; `fault` says why.
    """

    run_id: str
    started_at: datetime
    outcome: str
    seconds: float | None = None
    fault: str = ""


def entries(work_dir: Path) -> list[Entry]:
    """Every run of a work folder, the newest first."""
    return [of_run(run) for run in reversed(all_runs(work_dir))]


def of_run(run: Run) -> Entry:
    """How a run stands."""
    # The first 48 bits of a UUIDv7 are milliseconds.
    started_at = datetime.fromtimestamp((UUID(run.run_id).int >> 80) / 1000, UTC)
    if standing.goes_on(run.folder):
        return Entry(run.run_id, started_at, "in progress", (datetime.now(UTC) - started_at).total_seconds())
    path = run.folder / "report.json"
    if not path.exists():
        return Entry(run.run_id, started_at, "broken off")
    try:
        made = report.read(path)
    except UsageError as error:
        return Entry(run.run_id, started_at, "damaged", fault=str(error))
    return Entry(run.run_id, started_at, made.status, made.seconds)


def listing(work_dir: Path, out: Console) -> None:
    """Print the runs of a work folder, one a line of at most 80 columns.

    UsageError when there is none, and, after all are listed, when reports are damaged: it names each.
    """
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
    if faults := [one.fault for one in found if one.fault]:
        raise UsageError("; ".join(faults))
