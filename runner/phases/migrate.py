"""The phases of a job, one after the other or all in one run, and the report at their end.

Export and stage overlap when both are asked for: a file is staged as soon as it is written. The systems
go side by side through load and verify. Whatever happens, `public` is either as before or completely new.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path

from runner import dbt, log, sessions
from runner.errors import (
    ConvergenceError,
    InterruptError,
    RefusalError,
    raise_all,
)
from runner.pages import docs
from runner.phases import check, load, release, stage, verify
from runner.phases.transfer import Transfer, start_pool
from runner.postgres import publication
from runner.proof import reconcile
from runner.runs import assembly, lock, report, resumption
from runner.runs.forecast import REHEARSAL
from runner.runs.job import Job
from runner.runs.state import State
from runner.screen import terminal
from runner.systems import BUILD, FINAL, System
from runner.workers import Pool

PHASES = ("check", "export", "stage", "load", "verify", "publish")
REHEARSED = (*PHASES[:-1], REHEARSAL)
PAGES = "docs"
"""What a display shows after publish as if it were a phase."""


def shown(phases: tuple[str, ...]) -> tuple[str, ...]:
    """What a display of these phases has to show."""
    return (*phases, PAGES) if "publish" in phases else phases


@dataclass
class Execution:
    """One task on its way through its phases; `full` asks verify for every dbt test.

    With `resume` it goes on where an earlier attempt of the same run stood. `locks` are those on the targets.
    """

    job: Job
    task: str
    display: terminal.Display
    full: bool = False
    resume: bool = False
    locks: lock.Targets | None = None
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    phases: list[report.Phase] = field(default_factory=list)
    spans: list[report.Span] = field(default_factory=list)
    _open: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    _pool: Pool | None = None
    _landed: bool = False
    _engines: dict[str, dbt.Engine] = field(default_factory=dict)
    _loaders: dict[str, load.Loader] = field(default_factory=dict)
    _described: Future[None] | None = None

    def run(self, phases: Sequence[str]) -> tuple[report.Report, BaseException | None]:
        """Run phases in order, then write the report, whatever ended them; returns it and what stopped the run."""
        error: BaseException | None = None
        result: report.Report | None = None
        try:
            with ExitStack() as stack:
                # Left last: what it still does for a run that ends early ends with dbt.
                aside = stack.enter_context(ThreadPoolExecutor(1))
                # Started before it is needed: its processes import while the check runs.
                if {"export", "stage"} & set(phases):
                    self._pool = stack.enter_context(start_pool(self.job))
                if {"load", "verify", "publish"} & set(phases):
                    urls = {system: self.job.target_urls[system.name] for system in self.job.systems}
                    engines = dbt.engines(urls, self.job.run.folder / "dbt", self.job.settings.jobs)
                    self._engines = stack.enter_context(engines)
                    # Nothing may work on a target whose lock is given back, whatever came between stage and load.
                    stack.callback(self._close_loaders)
                self._run(tuple(phases), aside)
                if "publish" in phases:
                    result = self._assembled(None)
                    self._document(result)
        except BaseException as caught:  # noqa: BLE001 - the report is written whatever ended the run
            error = self._interrupted() if isinstance(caught, KeyboardInterrupt) else caught
            for name in tuple(self._open):
                self._end(name, "refused" if isinstance(caught, RefusalError) else "failed")
        if result is None or error:
            result = self._assembled(error)
            docs.write_report_page(self.job.run, result)
        return result, error

    def _assembled(self, error: BaseException | None) -> report.Report:
        """The report, written."""
        result = assembly.assemble(self.job, self.task, self.started_at, self.phases, self.spans, error)
        report.write(result, self.job.run.folder)
        return result

    def _document(self, result: report.Report) -> None:
        """Build the pages: no part of the proof, and of the time a person waits for."""
        assert self._described
        self.display.phase_started(PAGES)
        write = partial(docs.write_report_page, self.job.run, result)
        failed = docs.build(self.job, self._engines, self._described, write)
        self.display.phase_finished(PAGES, "failed" if failed else "succeeded")

    @cached_property
    def _state(self) -> State:
        return State(self.job.run.folder)

    def _interrupted(self) -> InterruptError:
        published = resumption.published(self.job)
        kept = f"{', '.join(published)} is published" if published else "what the application reads is as it was"
        return InterruptError(f"{kept}; {self._next} goes on")

    @property
    def _next(self) -> str:
        return (
            "`./inv migrate --resume`" if self.task == "migrate" else f"`./inv {self.task} --run {self.job.run.run_id}`"
        )

    def _run(self, phases: tuple[str, ...], aside: ThreadPoolExecutor) -> None:
        steps: dict[str, Callable[[], None]] = {
            "check": self._check,
            "load": lambda: self._each_system(self._load),
            "verify": self._prove,
            "publish": lambda: release.release(self.job, self.locks),
            REHEARSAL: lambda: release.rehearse(self.job),
        }
        if self.resume and resumption.has_landed(self.job):
            self._landed = True
            resumption.require_standstill(self.job)
        for phase in phases:
            if self._landed and phase in ("check", "export", "stage"):
                self.display.phase_finished(phase, "skipped")
            elif phase in steps:
                if phase == "publish":
                    # dbt has nothing else to do, and publish leaves it a core.
                    self._described = aside.submit(docs.describe, self.job, self._engines, published=True)
                self._begin(phase)
                steps[phase]()
                self._end(phase, "succeeded")
            elif phase == "export" or "export" not in phases:
                self._transfer(phases)
                if "stage" in phases:
                    # For people: no phase waits for it.
                    tables = {name: mappings.values() for name, mappings in self.job.mappings.items()}
                    aside.submit(stage.keep_database, self.job.run, tables)

    def _begin(self, name: str) -> None:
        if name in self._open:
            return
        self._open[name] = (time.monotonic(), datetime.now(UTC))
        self.display.phase_started(name)
        log.bound(phase=name).info("phase", outcome="started")

    def _end(self, name: str, status: report.PhaseStatus) -> None:
        started, started_at = self._open.pop(name)
        seconds = time.monotonic() - started
        phase = report.Phase(name=name, status=status, seconds=seconds, started_at=started_at)
        # A transfer that was tried again ends its phases twice.
        self.phases = [*(one for one in self.phases if one.name != name), phase]
        self._state.end_phase(phase)
        self.display.phase_finished(name, status)
        log.bound(phase=name).info("phase", outcome=status, seconds=round(seconds, 3))

    def _each_system(self, step: Callable[[System], None]) -> None:
        """Side by side; every system comes to its end before the first error is raised."""
        with ThreadPoolExecutor(len(self.job.systems)) as threads:
            futures = [threads.submit(step, system) for system in self.job.systems]
            self._wait(futures)
        faults = [error for future in futures if (error := future.exception())]
        for error in faults:
            if not isinstance(error, ConvergenceError):
                raise error
        raise_all([error for error in faults if isinstance(error, ConvergenceError)])

    def _wait(self, futures: Sequence[Future[None]]) -> None:
        try:
            with sessions.cut_when_interrupted():
                wait(futures)
        except KeyboardInterrupt:
            for engine in self._engines.values():
                engine.kill()
            raise

    def _check(self) -> None:
        sizes: list[int] = []
        self._each_system(lambda system: sizes.append(self._check_system(system)))
        check.check_disk(self.job.run, sum(sizes))
        self.display.expect(0, sum(sizes))

    def _check_system(self, system: System) -> int:
        try:
            return check.check(self.job, system)
        except ConvergenceError as error:
            for violation in error.violations:
                self.display.violation(violation)
            raise

    def _transfer(self, phases: tuple[str, ...]) -> None:
        assert self._pool

        def loaders() -> dict[str, load.Loader]:
            return {system.name: self._loader(system) for system in self.job.systems if "load" in phases}

        transfer = Transfer(self.job, self._pool, self.display, self._begin, self._end, loaders, self.resume)
        try:
            self._loaders = transfer.run(exporting="export" in phases, staging="stage" in phases)
        finally:
            self.spans += transfer.spans
        if "publish" in phases:
            resumption.require_standstill(self.job, early=True)

    def _load(self, system: System) -> None:
        if self._landed and resumption.is_loaded(self.job, system):
            return
        if system.name not in self._loaders:
            self._loaders[system.name] = self._loader(system)
        self._loaders[system.name].finish()
        if renewed := self._loaders[system.name].renewed:
            self.display.note(f"{system.name}: the earlier run's build stands: {renewed}")

    def _close_loaders(self) -> None:
        for loader in self._loaders.values():
            loader.close(at_once=True)

    def _loader(self, system: System) -> load.Loader:
        job = self.job
        return load.Loader(
            job.run,
            system,
            job.targets[system.name],
            job.mappings[system.name],
            self._engines[system.name],
            job.settings.jobs,
            with_fk_indexes=job.with_fk_indexes,
            earlier=None if isinstance(job.sources[system.name], Path) else job.since,
        )

    def _prove(self) -> None:
        """Prove each system, and with every test look for rows that one has and another misses."""
        self._each_system(self._verify)
        job = self.job
        schemas = {self._schema(system) for system in job.systems}
        # Two systems in different schemas are in the middle of a publish: there will be another verify.
        if not self.full or job.tables or len(job.systems) < 2 or len(schemas) > 1:
            return
        found = reconcile.reconcile(self._engines, job.targets, schemas.pop())
        for name, results in found.items():
            job.run.write_result(reconcile.RESULT, name, reconcile.counts(results))

    def _schema(self, system: System) -> str:
        where = self.job.targets[system.name]
        return FINAL if publication.is_published(where, self.job.run.run_id) else BUILD

    def _verify(self, system: System) -> None:
        job = self.job
        where = job.targets[system.name]
        if self._landed and resumption.is_proved(job, system):
            return
        verify.verify(
            job.run,
            system,
            where,
            job.mappings[system.name],
            self._engines[system.name],
            job.settings.jobs,
            # In a cut-over the source was read a minute ago, and publish looks at it once more.
            source=job.sources[system.name],
            again=self.task == verify.PHASE,
            schema=self._schema(system),
            full=self.full,
        )
