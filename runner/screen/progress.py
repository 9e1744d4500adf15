"""How far a run has come: pure state, told of phases and chunks, asked for sums, rates and the time left.

Phases overlap, and a row is moved when export and stage have both had it. A task that has neither counts its load
and verify instead.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from runner.runs.forecast import REHEARSAL

MOVING = frozenset({"export", "stage", "load", "verify"})
TRANSFER = ("export", "stage")
"""The phases that tell of every chunk; they overlap, and all others are measured by them."""
AFTER = {"load": (0.05, 2.0), "verify": (0.1, 1.0), "publish": (0.0, 1.0), REHEARSAL: (0.0, 1.0), "docs": (0.0, 2.5)}
"""What follows a transfer, pages included: seconds for each of its seconds, and in any case (docs/decisions/0041)."""
WINDOW = 15.0
"""Seconds over which the rate is taken."""
TRUSTED = 0.03
"""Share of the work below which an estimate of the time left would only jump about."""


@dataclass
class PhaseProgress:
    """One phase: `waiting`, `running`, or how it ended; rows and bytes it has handled."""

    name: str
    status: str = "waiting"
    started: float | None = None
    seconds: float = 0.0
    rows: int = 0
    bytes: int = 0


@dataclass
class Progress:
    """The state of a run of these phases; `rows` and `bytes` are what is to be moved in all, 0 while unknown."""

    phase_names: tuple[str, ...]
    rows: int = 0
    bytes: int = 0
    clock: Callable[[], float] = time.monotonic
    in_flight: Counter[str] = field(default_factory=Counter)
    violations: int = 0

    def __post_init__(self) -> None:
        self.phases = {name: PhaseProgress(name) for name in self.phase_names}
        self._marks: deque[tuple[float, float, float]] = deque()
        self._first: float | None = None
        self._begun: float | None = None
        self._transferred: float | None = None
        self.expect(self.rows, self.bytes)

    def expect(self, rows: int, size: int, known: int = 0) -> None:
        """Sets what is to be moved in all; of the bytes so many are known, the others are an estimate."""
        self.rows, self.bytes = rows, size
        self._known, self._estimated = known, size - known
        self._read = self._read_estimate = 0

    def learned(self, estimated: int, actual: int) -> None:
        """Corrects the bytes in all: one part has its size, the estimates of the others err as those did so far."""
        self._estimated -= estimated
        self._read += actual
        self._read_estimate += estimated
        error = self._read / self._read_estimate if self._read_estimate else 1.0
        self.bytes = self._known + self._read + round(max(0, self._estimated) * error)

    def phase_started(self, name: str) -> None:
        """Notes that a phase runs; a phase that was not planned joins the end."""
        phase = self.phases.setdefault(name, PhaseProgress(name))
        phase.status, phase.started = "running", self.clock()
        if self._begun is None:
            self._begun = phase.started

    def phase_finished(self, name: str, outcome: str) -> None:
        """Notes how a phase ended; one that succeeded has handled all there is."""
        phase = self.phases.setdefault(name, PhaseProgress(name))
        phase.seconds, phase.status = self.elapsed(phase), outcome
        if outcome in ("succeeded", "skipped") and name in MOVING:
            phase.rows, phase.bytes = max(phase.rows, self.rows), max(phase.bytes, self.bytes)
        if all(one.status not in ("waiting", "running") for one in self._transfer):
            self._transferred = self._transferred or self.clock()

    def chunk_started(self, system: str, table: str, phase: str) -> None:
        """Notes that a chunk of a table is being worked on."""
        if self._first is None:
            self._first = self.clock()
            self._marks.append((self._first, 0.0, 0.0))
        self.in_flight[f"{phase} {system}.{table}"] += 1

    def chunk_finished(self, system: str, table: str, phase: str, rows: int, size: int) -> None:
        """Notes the rows and bytes that a phase has handled."""
        name = f"{phase} {system}.{table}"
        self.in_flight[name] -= 1
        self.in_flight = +self.in_flight
        known = self.phases.setdefault(phase, PhaseProgress(phase))
        known.rows += rows
        known.bytes += size
        now = self.clock()
        self._marks.append((now, self.rows_done, self.bytes_done))
        while len(self._marks) > 2 and now - self._marks[0][0] > WINDOW:
            self._marks.popleft()

    def elapsed(self, phase: PhaseProgress) -> float:
        """Seconds of a phase so far."""
        if phase.status != "running" or phase.started is None:
            return phase.seconds
        return self.clock() - phase.started

    @property
    def rows_done(self) -> float:
        """Rows handled, averaged over the phases that count."""
        return self._average([phase.rows for phase in self._moving])

    @property
    def bytes_done(self) -> float:
        """Bytes handled, averaged over the phases that count."""
        return self._average([phase.bytes for phase in self._moving])

    @property
    def rates(self) -> tuple[float, float]:
        """Rows and bytes a second over the last seconds."""
        if not self._marks:
            return 0.0, 0.0
        first, rows, size = self._marks[0]
        _, rows_now, size_now = self._marks[-1]
        seconds = max(self.clock() - first, 0.001)
        return (rows_now - rows) / seconds, (size_now - size) / seconds

    @property
    def seconds_left(self) -> float | None:
        """The estimated rest of the run, None while too little is known.

        A transfer goes on as fast as it went; what follows takes its usual part of the transfer's time.
        """
        share = self._transfer_share
        if self._first is None or share < TRUSTED:
            return None
        gone = (self._transferred or self.clock()) - self._first
        whole = gone / share
        left = whole - gone
        for phase in self.phases.values():
            if phase.name in AFTER and phase.status in ("waiting", "running"):
                factor, fixed = AFTER[phase.name]
                expected = fixed + factor * whole
                left += max(expected - self.elapsed(phase), expected / 10)
        return left

    @property
    def time_share(self) -> float | None:
        """The part of the run's time that is over, 0 to 1; None while nobody can say."""
        left = self.seconds_left
        if left is None or self._begun is None:
            return None
        gone = self.clock() - self._begun
        return gone / (gone + left) if gone + left else None

    @property
    def _transfer(self) -> list[PhaseProgress]:
        return [phase for phase in self.phases.values() if phase.name in TRANSFER]

    @property
    def _transfer_share(self) -> float:
        if not self._transfer:
            return 0.0
        if self._transferred is not None:
            return 1.0
        done, whole = self._average([phase.bytes for phase in self._transfer]), self.bytes
        if not whole:
            done, whole = self._average([phase.rows for phase in self._transfer]), self.rows
        return min(1.0, done / whole) if whole else 0.0

    @property
    def _moving(self) -> list[PhaseProgress]:
        # Load and verify tell of nothing before their end: beside a transfer they would hide half of it.
        return self._transfer or [phase for phase in self.phases.values() if phase.name in MOVING]

    @staticmethod
    def _average(numbers: list[int]) -> float:
        return sum(numbers) / len(numbers) if numbers else 0.0
