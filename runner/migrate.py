"""The phases of a job, one after the other or all in one run, and the report at their end.

Export and stage overlap when both are asked for: a file is staged as soon as it is written. The systems
go side by side through load and verify. Whatever happens, `public` is either as before or completely new.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from runner import (
    assembly,
    check,
    dbt,
    docs,
    freeze,
    load,
    log,
    publication,
    publish,
    report,
    terminal,
    verify,
)
from runner.errors import ConvergenceError, RefusalError, UsageError, Violation, ViolationError
from runner.job import Job
from runner.pipeline import Pipeline
from runner.systems import BUILD, FINAL, System
from runner.workers import Pool

PHASES = ("check", "export", "stage", "load", "verify", "publish")


@dataclass
class Execution:
    """One task on its way through its phases; `full` asks verify for every dbt test."""

    job: Job
    task: str
    display: terminal.Display
    full: bool = False
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    phases: list[report.Phase] = field(default_factory=list)
    spans: list[report.Span] = field(default_factory=list)
    _open: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    _pool: Pool | None = None
    _engines: dict[str, dbt.Engine] = field(default_factory=dict)

    def run(self, phases: Sequence[str]) -> tuple[report.Report, BaseException | None]:
        """Run phases in order and write the report, also when one of them fails; returns it and what stopped it."""
        error: BaseException | None = None
        try:
            with ExitStack() as stack:
                if {"export", "stage"} & set(phases):
                    self._pool = stack.enter_context(self._start_pool())
                if {"load", "verify", "publish"} & set(phases):
                    self._start_engines(stack)
                self._run(tuple(phases))
                if "publish" in phases:
                    docs.build(self.job, self._engines)
        except BaseException as caught:  # noqa: BLE001 - the report is written whatever ended the run
            error = caught
            for name in tuple(self._open):
                self._end(name, "refused" if isinstance(caught, RefusalError) else "failed")
        result = assembly.assemble(self.job, self.task, self.started_at, self.phases, self.spans, error)
        report.write(result, self.job.run.folder)
        return result, error

    def _start_pool(self) -> Pool:
        # Started before it is needed: its processes import while the check runs.
        run = self.job.run
        return Pool(self.job.settings.jobs, run.folder, run.run_id, preload=("runner.export", "runner.stage"))

    @property
    def _workers(self) -> Pool:
        assert self._pool
        return self._pool

    def _start_engines(self, stack: ExitStack) -> None:
        for system in self.job.systems:
            engine = dbt.Engine(
                system,
                self.job.target_urls[system.name],
                artifacts=self.job.run.folder / "dbt" / system.name,
                threads=self.job.settings.jobs,
            )
            self._engines[system.name] = stack.enter_context(engine)

    def _run(self, phases: tuple[str, ...]) -> None:
        steps: dict[str, Callable[[], None]] = {
            "check": self._check,
            "load": lambda: self._each_system(self._load),
            "verify": lambda: self._each_system(self._verify),
            "publish": self._publish,
        }
        for phase in phases:
            if phase in steps:
                self._begin(phase)
                steps[phase]()
                self._end(phase, "succeeded")
            elif phase == "export" or "export" not in phases:
                self._transfer(phases)

    def _begin(self, name: str) -> None:
        self._open[name] = (time.monotonic(), datetime.now(UTC))
        self.display.phase_started(name)
        log.bound(phase=name).info("phase", outcome="started")

    def _end(self, name: str, status: report.PhaseStatus) -> None:
        started, started_at = self._open.pop(name)
        seconds = time.monotonic() - started
        self.phases.append(report.Phase(name=name, status=status, seconds=seconds, started_at=started_at))
        self.display.phase_finished(name, status)
        log.bound(phase=name).info("phase", outcome=status, seconds=round(seconds, 3))

    def _each_system(self, step: Callable[[System], None]) -> None:
        """Side by side; every system comes to its end before the first error is raised."""
        with ThreadPoolExecutor(len(self.job.systems)) as threads:
            futures = [threads.submit(step, system) for system in self.job.systems]
        faults = [error for future in futures if (error := future.exception())]
        for error in faults:
            if not isinstance(error, ConvergenceError):
                raise error
        _raise_all([error for error in faults if isinstance(error, ConvergenceError)])

    def _check(self) -> None:
        sizes: list[int] = []
        self._each_system(lambda system: sizes.append(self._check_system(system)))
        check.check_disk(self.job.run, sum(sizes))
        self.display.expect(0, sum(sizes))

    def _check_system(self, system: System) -> int:
        """Check source and target; every fault of both is told. Returns the source's size in bytes."""
        job, name = self.job, system.name
        faults: list[ConvergenceError] = []
        result: dict[str, object] = {}
        size = 0
        try:
            found = check.check_source(system, job.sources[name], job.mappings[name], job.rules)
            size = found.bytes
            if found.server:
                result |= {"kind": found.server.kind, "version": found.server.version}
        except ConvergenceError as error:
            faults.append(error)
        replace = job.replace or job.sandboxed
        # A run that may replace a former publish may do so again after a rollback.
        result["replace"] = replace
        try:
            result["target_version"] = check.check_target(system, job.targets[name], job.kept(system), replace=replace)
        except ConvergenceError as error:
            faults.append(error)
        job.run.write_result("check", name, result | {"passed": not faults})
        for violation in (one for error in faults for one in getattr(error, "violations", ())):
            self.display.violation(violation)
        _raise_all(faults)
        return size

    def _transfer(self, phases: tuple[str, ...]) -> None:
        pipeline = Pipeline(self.job, self._workers, self.display, self._begin, self._end)
        try:
            if "export" in phases:
                pipeline.export(staging="stage" in phases)
            else:
                pipeline.stage()
        finally:
            self.spans += pipeline.spans

    def _load(self, system: System) -> None:
        job = self.job
        load.load(
            job.run,
            system,
            job.targets[system.name],
            job.mappings[system.name],
            self._engines[system.name],
            job.settings.jobs,
        )

    def _verify(self, system: System) -> None:
        job = self.job
        where = job.targets[system.name]
        verify.verify(
            job.run,
            system,
            where,
            job.mappings[system.name],
            self._engines[system.name],
            job.settings.jobs,
            schema=FINAL if publication.is_published(where, job.run.run_id) else BUILD,
            full=self.full,
        )

    def _publish(self) -> None:
        job = self.job
        if job.tables:
            raise UsageError("publish takes whole systems: leave out --table")
        for system in job.systems:
            if not publication.is_published(job.targets[system.name], job.run.run_id):
                self._require_publishable(system)
        publish.publish(
            job.run,
            {system: job.targets[system.name] for system in job.systems},
            {system: job.kept(system) for system in job.systems},
        )

    def _require_publishable(self, system: System) -> None:
        """The build is proved, the source stood still, and the target is still one this tool may replace."""
        job = self.job
        if not job.run.read_result("verify", system.name)["proved"]:
            raise RefusalError(
                f"run {job.run.run_id} is not proved for {system.name}: `./inv verify` must succeed first"
            )
        source = job.sources[system.name]
        if not isinstance(source, Path):
            freeze.require(job.run, system, source, job.mappings[system.name], job.settings.jobs)
        replace = job.replace or job.sandboxed or job.run.read_result("check", system.name).get("replace", False)
        check.check_target(system, job.targets[system.name], job.kept(system), replace=replace)


def _raise_all(faults: Sequence[ConvergenceError]) -> None:
    """Raise one error for all: the gravest exit code, every message once and every violation."""
    if not faults:
        return
    if len(faults) == 1:
        raise faults[0]
    message = "; ".join(dict.fromkeys(str(error) for error in faults))
    violations: list[Violation] = [one for error in faults for one in getattr(error, "violations", [])]
    exit_code = max(error.exit_code for error in faults)
    if exit_code == UsageError.exit_code:
        raise UsageError(message)
    raise (RefusalError if exit_code == RefusalError.exit_code else ViolationError)(message, violations)
