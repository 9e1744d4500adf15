"""The report of a run, put together from what its phases left in the run folder.

Also of a run that failed: every number it came to is there, and the error with the next command to type.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from runner import manifest
from runner.digest import two_forms
from runner.errors import ConvergenceError, RefusalError
from runner.mapping import TableMapping
from runner.postgres import fk_indexes
from runner.proof import reconcile
from runner.runs import advice, ledger, report, timeline
from runner.runs.job import Job
from runner.runs.state import State
from runner.settings import Address
from runner.systems import System

_PACKAGES = ("dbt-core", "dbt-postgres", "duckdb", "psycopg", "pymysql")


def assemble(
    job: Job,
    task: str,
    started_at: datetime,
    phases: Sequence[report.Phase],
    spans: Sequence[report.Span],
    error: BaseException | None,
) -> report.Report:
    """The report of a job that came to its end, well or not."""
    finished_at = datetime.now(UTC)
    status: report.Status = "succeeded"
    if error:
        status = "refused" if isinstance(error, RefusalError) else "failed"
    systems = {system.name: found for system in job.systems if (found := _system(job, system))}
    return report.Report(
        run_id=job.run.run_id,
        status=status,
        started_at=started_at,
        finished_at=finished_at,
        seconds=(finished_at - started_at).total_seconds(),
        task=task,
        versions={"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        phases=(*_earlier(job, phases), *phases),
        systems=systems,
        violations=tuple(getattr(error, "violations", ())),
        error=_failure(job, task, error),
        timeline=(*spans, *(span for one in job.systems for span in timeline.after_transfer(job.run, one, started_at))),
    )


def _earlier(job: Job, phases: Sequence[report.Phase]) -> Iterator[report.Phase]:
    """What the run's notes say of the phases that did not run now: an attempt that was killed left no report."""
    now = {phase.name for phase in phases}
    yield from (phase for phase in State(job.run.folder).phases if phase.name not in now)


def _failure(job: Job, task: str, error: BaseException | None) -> report.Failure | None:
    if error is None:
        return None
    told = str(error) if isinstance(error, ConvergenceError) else f"{type(error).__name__}: a fault of the tool"
    # What was refused needs another run; everything else goes on where it stood.
    again = " --resume" if task == "migrate" and not isinstance(error, RefusalError) else ""
    return report.Failure(message=told, next_command=f"./inv {task}{again}", published=getattr(error, "published", ()))


def _system(job: Job, system: System) -> report.SystemReport | None:
    results = {
        phase: job.run.known_result(phase, system.name)
        for phase in ("check", "stage", "load", "verify", reconcile.RESULT, "publish")
    }
    where = job.sources[system.name]
    exported = manifest.place(job.run, system.name).is_file()
    export = manifest.of_run(job.run, system.name) if exported else None
    verified = results["verify"]
    indexed = bool(results["load"].get("fk_indexes") and results["load"]["complete"])
    return report.SystemReport(
        source=_source(where, results["check"], export),
        target=report.Target(
            version=results["check"].get("target_version", ""), database=job.targets[system.name].database
        ),
        tables=tuple(_tables(job, system, export, results)) if export else (),
        skipped=_skipped(job, system, export),
        rules=tuple(ledger.applied(job.mappings[system.name], results["check"], results["stage"], export)),
        constraints=report.Constraints(**verified.get("constraints", {})),
        tests=report.Tests(**verified.get("tests", {})),
        sequences=tuple(
            report.SequenceReport(name=name, value=value)
            for name, value in results["load"].get("sequences", {}).items()
        ),
        drift=tuple(
            report.Drift(table=one[0], object=one[1], kind=one[2], expected=one[3], actual=one[4])
            for one in verified.get("drift", ())
        ),
        added_indexes=tuple(str(one.key.name) for one in fk_indexes.missing(system.target_catalog)) if indexed else (),
        advice=(
            *(report.Advice(**one) for one in results["check"].get("advice", ())),
            *advice.of_reconciliation(results[reconcile.RESULT]),
            *advice.of_system(system, _empty_history(job, system, results["publish"]), indexed=indexed),
        ),
    )


def _source(where: Address | Path, checked: dict[str, Any], export: manifest.Manifest | None) -> report.Source:
    return report.Source(
        kind="csv" if isinstance(where, Path) else checked.get("kind", "mysql"),
        version=export.source.version if export else checked.get("version", ""),
        snapshot=_snapshot(export) if export else "",
        database=export.source.database if export else "",
    )


def _snapshot(export: manifest.Manifest) -> str:
    position = export.snapshot.position
    place = position.get("gtid") or ":".join(filter(None, (position.get("file"), position.get("offset"))))
    return f"{export.snapshot.taken_at} {place}".strip()


def _tables(
    job: Job, system: System, export: manifest.Manifest, results: dict[str, dict[str, Any]]
) -> Iterator[report.TableReport]:
    """The job's tables as far as they were exported: an earlier phase may have taken only some of them."""
    exported = {table.name: table for table in export.tables}
    for mapping in job.mappings[system.name].values():
        if mapping.name in exported:
            yield _table(mapping, exported[mapping.name], results)


def _table(mapping: TableMapping, exported: manifest.Table, results: dict[str, dict[str, Any]]) -> report.TableReport:
    by_phase = {phase: result.get("tables", {}).get(mapping.name, {}) for phase, result in results.items()}
    staged, proved = by_phase["stage"], by_phase["verify"]
    by_value = two_forms(mapping)
    seconds = sum(file.seconds for file in exported.files)
    seconds += sum(float(by_phase[phase].get("seconds", 0)) for phase in ("stage", "load", "verify"))
    return report.TableReport(
        name=mapping.name,
        source_rows=exported.rows + exported.filtered_rows,
        exported_rows=exported.rows,
        landed_rows=staged.get("rows"),
        final_rows=proved.get("rows"),
        # Of a table with jsonb columns the text's digest proved the file; the value's digest is compared.
        source_digest=staged.get("value_digest") if by_value else str(exported.digest),
        final_digest=proved.get("digest"),
        identical=proved.get("identical", False),
        bytes=exported.bytes,
        seconds=seconds,
        chunks=len(exported.files),
        method="value" if by_value else "text",
    )


def _skipped(job: Job, system: System, export: manifest.Manifest | None) -> tuple[report.SkippedTable, ...]:
    counted = {table.name: table.rows for table in export.skipped} if export else {}
    return tuple(
        report.SkippedTable(name=name, rows=counted.get(name), reason=reason)
        for name, reason in job.skipped(system).items()
    )


def _empty_history(job: Job, system: System, published: dict[str, Any]) -> tuple[str, ...]:
    if not published:
        return ()
    return tuple(sorted(job.kept(system) - set(published["kept"])))
