"""The documentation of a run: dbt's pages of both systems, lineage and diagrams, and a front page that leads to all.

Made after publish, when the tables are where the application reads them; nothing waits for it, and a run
whose documentation could not be made is as good as any.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

from runner import dbt, log
from runner.pages import lineage
from runner.postgres import publication
from runner.run import Run, replacing
from runner.runs.job import Job
from runner.runs.report import Report
from runner.systems import BUILD, FINAL, System, all_systems

_REPORT = (("Report", "report.html", "What the run did and proved, table by table."),)
_OTHERS = (
    ("Column lineage", "lineage.html", "Every column from MySQL through its rules to its tests and readers."),
    ("Entity-relationship diagrams", "er.html", "The tables of every domain with their keys and references."),
    ("Runbook", "runbook.html", "The operator's document for this run: steps, forecast, the way back."),
    ("Report for programs", "report.json", "The same as JSON."),
    ("Log", "log.jsonl", "Every event, one JSON object a line."),
)


def describe(job: Job, engines: Mapping[str, dbt.Engine], *, published: bool = False) -> None:
    """Let dbt write down what its pages say, of every system side by side; errors as with `runner.dbt.Engine`.

    With `published` it is said of tables where publish puts them, before it does.
    """

    def one(system: System) -> None:
        schema = FINAL if published else _schema(job, system)
        engines[system.name].describe(schema, lineage.notes(system, job.run))

    with ThreadPoolExecutor(len(engines)) as threads:
        list(threads.map(one, job.systems))


def build(
    job: Job,
    engines: Mapping[str, dbt.Engine],
    described: Future[None] | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> list[Path]:
    """Build dbt's documentation of every system, side by side, and meanwhile lineage and diagrams; after `describe`.

    `described` is a `describe` that is still on its way; `meanwhile` is done here while dbt works. Returns the pages
    that could not be built and are as before; the log says why.
    """
    from runner.pages import atlas  # noqa: PLC0415 - templates, which most tasks do without

    run = job.run
    failed: list[Path] = []

    def of_dbt(system: System) -> None:
        with _told(page(run, system.name), failed):
            if described:
                described.result()
            engines[system.name].docs(_schema(job, system)).replace(page(run, system.name))

    with ThreadPoolExecutor(len(engines)) as threads:
        done = threads.map(of_dbt, job.systems)
        meanwhile()
        wait([described] if described else [])
        # Of every system that the run ever had documentation of: a task may be about one of them only.
        documented = [system for system in all_systems() if lineage.manifest_path(run, system.name).is_file()]
        with _told(run.folder / atlas.LINEAGE, failed):
            atlas.write_lineage(run, [lineage.of_system(system, run) for system in documented])
        with _told(run.folder / atlas.DIAGRAMS, failed):
            atlas.write_diagrams(run, documented)
        list(done)
    return failed


def _schema(job: Job, system: System) -> str:
    """Where the tables of a run are."""
    return FINAL if publication.is_published(job.targets[system.name], job.run.run_id) else BUILD


@contextmanager
def _told(place: Path, failed: list[Path] | None = None) -> Iterator[None]:
    """Log whether a page was built, and go on when it was not: nothing that was proved depends on it."""
    started = time.monotonic()
    logger = log.bound(phase="docs")
    try:
        yield
        logger.info("docs", page=place.name, outcome="built", seconds=round(time.monotonic() - started, 3))
    except Exception as error:  # noqa: BLE001 - whatever a template or a chart trips over
        logger.warning("docs", page=place.name, outcome="not built", error=type(error).__name__)
        if failed is not None:
            failed.append(place)


def page(run: Run, system: str) -> Path:
    """Where a system's documentation is."""
    return run.folder / f"docs.{system}.html"


def write_report_page(run: Run, report: Report) -> None:
    """Write report.html, or log that it cannot be rendered: the run's result stands in report.json."""
    with _told(run.folder / "report.html"):
        from runner.pages import report_html  # noqa: PLC0415 - as above

        with replacing(run.folder / "report.html") as file:
            file.write(report_html.render(report).encode())


def write_front_page(run: Run, report: Report) -> None:
    """Write index.html, which links whatever the run left, or log that it cannot be rendered."""
    with _told(run.folder / "index.html"):
        from runner.pages.report_html import Link, index  # noqa: PLC0415 - as above

        of_dbt = [
            (f"dbt docs: {name}", page(run, name).name, "Every table and column with its lineage.")
            for name in report.systems
        ]
        pages = (*_REPORT, *of_dbt, *_OTHERS)
        links = [Link(title, path, text) for title, path, text in pages if (run.folder / path).exists()]
        with replacing(run.folder / "index.html") as file:
            file.write(index(report, links).encode())
