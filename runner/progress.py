"""How far a run has come: pure state, told of phases and chunks, asked for shares, rates and the time left.

Phases overlap, and a row is done when every phase that moves rows has had it. The work of a run is
therefore its rows (and bytes) once for each moving phase.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

PHASES = ("check", "export", "stage", "load", "verify", "publish")
MOVING = frozenset({"export", "stage", "load", "verify"})
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
    """The state of a run; `rows` and `bytes` are what is to be moved in all, 0 while unknown."""

    phase_names: tuple[str, ...] = PHASES
    rows: int = 0
    bytes: int = 0
    clock: Callable[[], float] = time.monotonic
    in_flight: Counter[str] = field(default_factory=Counter)
    violations: int = 0

    def __post_init__(self) -> None:
        self.phases = {name: PhaseProgress(name) for name in self.phase_names}
        self._marks: deque[tuple[float, float, float]] = deque()
        self._first: float | None = None

    def phase_started(self, name: str) -> None:
        """Notes that a phase runs; a phase that was not planned joins the end."""
        phase = self.phases.setdefault(name, PhaseProgress(name))
        phase.status, phase.started = "running", self.clock()

    def phase_finished(self, name: str, outcome: str) -> None:
        """Notes how a phase ended; one that succeeded has handled all there is."""
        phase = self.phases.setdefault(name, PhaseProgress(name))
        phase.seconds, phase.status = self.elapsed(phase), outcome
        if outcome in ("succeeded", "skipped") and name in MOVING:
            phase.rows, phase.bytes = max(phase.rows, self.rows), max(phase.bytes, self.bytes)

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
        """Rows handled, averaged over the phases that move rows."""
        return self._average([phase.rows for phase in self._moving])

    @property
    def bytes_done(self) -> float:
        """Bytes handled, averaged over the phases that move rows."""
        return self._average([phase.bytes for phase in self._moving])

    @property
    def share(self) -> float:
        """The part of the work that is done, 0 to 1; by bytes where they are known, else by rows."""
        done, whole = (self.bytes_done, self.bytes) if self.bytes else (self.rows_done, self.rows)
        return min(1.0, done / whole) if whole else 0.0

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
        """The estimated rest of the run's moving, None while too little is known."""
        share = self.share
        if self._first is None or share < TRUSTED:
            return None
        return (self.clock() - self._first) * (1 - share) / share

    @property
    def _moving(self) -> list[PhaseProgress]:
        return [phase for phase in self.phases.values() if phase.name in MOVING]

    @staticmethod
    def _average(numbers: list[int]) -> float:
        return sum(numbers) / len(numbers) if numbers else 0.0
