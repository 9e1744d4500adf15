"""Export and stage, tried again when a connection is lost: what was finished is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from runner import log, sessions
from runner.errors import ConnectionLostError
from runner.phases.load import Loader
from runner.phases.pipeline import Pipeline
from runner.runs import report
from runner.runs.job import Job
from runner.screen import terminal
from runner.workers import Pool

ATTEMPTS = 4
# Workers import these while the check runs.
_PRELOAD = ("runner.exports.tasks", "runner.phases.stage")


def start_pool(job: Job) -> Pool:
    """The workers of a transfer; a context manager."""
    return Pool(job.settings.jobs, job.run.folder, job.run.run_id, preload=_PRELOAD)


@dataclass
class Transfer:
    """The way of all systems' rows into landing; `begin` and `end` are told of each phase's start and success.

    `pool` is for the first attempt. `loaders` makes those that each attempt tells of what has landed, by system.
    """

    job: Job
    pool: Pool | None
    display: terminal.Display
    begin: Callable[[str], None]
    end: Callable[[str, report.PhaseStatus], None]
    loaders: Callable[[], dict[str, Loader]]
    resume: bool = False
    spans: list[report.Span] = field(default_factory=list)

    def run(self, *, exporting: bool, staging: bool) -> dict[str, Loader]:
        """Export, stage or both; the loaders of the attempt that succeeded."""
        attempts = Retrying(
            retry=retry_if_exception_type(ConnectionLostError),
            wait=wait_exponential(multiplier=1, max=8),
            stop=stop_after_attempt(ATTEMPTS if exporting else 1),
            before_sleep=self._say_retry,
            reraise=True,
        )
        return attempts(self._attempt, exporting=exporting, staging=staging)

    def _attempt(self, *, exporting: bool, staging: bool) -> dict[str, Loader]:
        given, self.pool = self.pool, None
        pool = start_pool(self.job) if given is None else given
        resume = self.resume or given is None or self.job.since is not None
        loaders = self.loaders()
        pipeline = Pipeline(self.job, pool, self.display, self.begin, self.end, resume, loaders)
        try:
            with sessions.cut_when_interrupted():
                if exporting:
                    pipeline.export(staging=staging)
                else:
                    pipeline.stage()
        except BaseException as error:
            for loader in loaders.values():
                loader.close(at_once=not isinstance(error, ConnectionLostError))
            raise
        finally:
            self.spans += pipeline.spans
        return loaders

    def _say_retry(self, state: RetryCallState) -> None:
        assert state.outcome
        error = state.outcome.exception()
        log.bound(phase="export").warning("retry", outcome=str(error))
        self.display.note(f"{error}; trying again")
