"""What a report says in one sentence: the verdict, the proof, and where a run ended."""

from __future__ import annotations

from runner.quantity import count, counted, duration
from runner.runs.report import Report, rows_of

_ENGINES = {"mysql": "MySQL", "mariadb": "MariaDB", "csv": "the export's manifest"}
_TASKS = {"migrate": "Migration"}
_ENDINGS = {"succeeded": "succeeded", "failed": "failed", "refused": "was refused"}
NAMED = 3


def title(report: Report) -> str:
    """The task and how it ended, in which phase when it did not succeed: `Migration failed in verify`."""
    phase = ended_in(report)
    task = _TASKS.get(report.task, report.task.capitalize())
    return f"{task} {_ENDINGS[report.status]}" + (f" in {phase}" if phase else "")


def headline(report: Report) -> str:
    """The title with the time it took."""
    return f"{title(report)} after {duration(report.seconds)}"


def reason(report: Report) -> str:
    """Why the run did not succeed, short: the violations' number and the first of them, else the error's message."""
    if not report.violations:
        return report.error.message if report.error else ""
    first = report.violations[0]
    place = ".".join(filter(None, (first.system, first.table, first.column)))
    many = len(report.violations)
    return f"{counted(many, 'violation')}{', the first' if many > 1 else ''}: {place}, {first.kind}"


def ended_in(report: Report) -> str | None:
    """The phase that failed or refused, None when none did."""
    return next((phase.name for phase in report.phases if phase.status in ("failed", "refused")), None)


def unchanged(report: Report) -> bool:
    """Whether the application's tables are still what they were before: nothing was published."""
    if report.error and report.error.published:
        return False
    return not any(phase.name == "publish" and phase.status == "succeeded" for phase in report.phases)


def proof(report: Report) -> str:
    """How many tables are identical and who says so, in one sentence; names tables that are not."""
    tables = report.tables
    compared = [(system, table) for system, table in tables if table.compared]
    if not compared:
        return f"Nothing is proved yet: no digests were compared, {counted(len(tables), 'table')} known"
    same = [table for _, table in compared if table.identical]
    different = [f"{system}.{table.name}" for system, table in compared if not table.identical]
    start = f"{count(len(same))} of {counted(len(tables), 'table')} identical"
    rows = sum(rows_of(table) for table in same)
    parts = [f"{start}: {counted(rows, 'row')}, digests equal by {engines(report)} and Postgres"]
    if different:
        verb = "differs" if len(different) == 1 else "differ"
        parts.append(f"{count(len(different))} {verb}: {_names(different)}")
    if len(tables) > len(compared):
        parts.append(f"{count(len(tables) - len(compared))} not compared")
    return "; ".join(parts)


def engines(report: Report) -> str:
    """The engines that computed the sources' digests, in words."""
    kinds = sorted({system.source.kind for system in report.systems.values()})
    return ", ".join(engine(kind) for kind in kinds)


def engine(kind: str) -> str:
    """How a source's kind is written."""
    return _ENGINES.get(kind, kind)


def _names(names: list[str]) -> str:
    rest = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + rest
