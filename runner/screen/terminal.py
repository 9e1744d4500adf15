"""What a person sees while a run works: a live display on a terminal, plain lines in a pipe or in CI.

    with terminal.display(("export", "stage")) as shown:
        shown.phase_started("export")
        shown.chunk_started("alkemio", "user", "export")
        shown.chunk_finished("alkemio", "user", "export", rows=200, bytes=5_000)
        shown.phase_finished("export", "succeeded")

Every method may be called from any thread of the process that made the display.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from datetime import datetime
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from runner.console import console as shared_console
from runner.console import printable
from runner.errors import Violation
from runner.quantity import clock, count, counted, duration, percent, size
from runner.runs.standing import Standing
from runner.screen.progress import PhaseProgress, Progress

PLAIN_SECONDS = 10.0
"""How often a pipe gets a line of progress."""
SHOWN_VIOLATIONS = 10
WIDEST = 80
"""Columns of the live block: a terminal that becomes smaller wraps what is wider, and the block would stray."""
# Legible on dark and on light: yellow, white and the bright colours are not.
STYLES = {
    "running": "bold",
    "succeeded": "green",
    "skipped": "green",
    "failed": "bold red",
    "refused": "bold red",
    "waiting": "dim",
}


class Display:
    """Keeps the progress of a run and shows none of it; what a program that only wants the result uses."""

    def __init__(self, progress: Progress, standing: Standing | None = None) -> None:
        self.progress = progress
        self._standing = standing
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to put away."""

    def expect(self, rows: int, bytes: int, known: int = 0) -> None:  # noqa: A002 -- the word of report.json
        """Sets what is to be moved in all, as `check` or the plan of the export says; so many bytes are certain."""
        with self._lock:
            self.progress.expect(rows, bytes, known)

    def learned(self, estimated: int, actual: int) -> None:
        """What was expected to have so many bytes has so many."""
        with self._lock:
            self.progress.learned(estimated, actual)

    def phase_started(self, name: str) -> None:
        """A phase begins."""
        with self._lock:
            self.progress.phase_started(name)
            self._tell(at_once=True)
            self._say_phase(self.progress.phases[name])

    def phase_finished(self, name: str, outcome: str) -> None:
        """A phase ended: `succeeded`, `skipped`, `failed` or `refused`."""
        with self._lock:
            self.progress.phase_finished(name, outcome)
            self._tell(at_once=True)
            self._say_phase(self.progress.phases[name])

    def chunk_started(self, system: str, table: str, phase: str) -> None:
        """A chunk of a table is taken up by a phase."""
        with self._lock:
            self.progress.chunk_started(system, table, phase)

    def chunk_finished(self, system: str, table: str, phase: str, rows: int, bytes: int) -> None:  # noqa: A002
        """A phase is done with a chunk of so many rows and bytes of CSV."""
        with self._lock:
            self.progress.chunk_finished(system, table, phase, rows, bytes)
            self._tell()
            self._say_progress()

    def note(self, text: str) -> None:
        """Something a person should know while the run goes on."""
        with self._lock:
            self._say(Text(printable(text), style="magenta"))

    def violation(self, violation: Violation) -> None:
        """A violation was found; after the first few only their number is shown, the report lists all."""
        with self._lock:
            self.progress.violations += 1
            if self.progress.violations <= SHOWN_VIOLATIONS:
                self._say(Text(f"violation {printable(violation)}", style="bold red"))
            elif self.progress.violations == SHOWN_VIOLATIONS + 1:
                self._say(Text("more violations follow; the report lists all of them", style="bold red"))

    def _tell(self, *, at_once: bool = False) -> None:
        if self._standing:
            self._standing.tell(
                lambda: (*(line.plain for line in live_lines(self.progress)), *_left(self.progress)), at_once=at_once
            )

    def _say(self, line: Text) -> None:
        """Shows a line that stays."""

    def _say_phase(self, phase: PhaseProgress) -> None:
        """Shows that a phase changed."""

    def _say_progress(self) -> None:
        """Shows that rows were moved."""


class PlainDisplay(Display):
    """Lines with the time of day, without control characters, for a pipe, a file or CI."""

    def __init__(self, progress: Progress, console: Console, standing: Standing | None = None) -> None:
        super().__init__(progress, standing)
        self._console = console
        self._said = progress.clock()

    def _say(self, line: Text) -> None:
        now = datetime.now().astimezone().strftime("%H:%M:%S")
        self._console.print(Text(f"{now} ").append(line.plain), soft_wrap=True)

    def _say_phase(self, phase: PhaseProgress) -> None:
        took = "started" if phase.status == "running" else f"{phase.status} after {duration(phase.seconds)}"
        self._say(Text(f"{phase.name} {took}"))

    def _say_progress(self) -> None:
        if self.progress.clock() - self._said >= PLAIN_SECONDS:
            self._said = self.progress.clock()
            self._say(Text(", ".join([*totals(self.progress), *_left(self.progress)])))


class LiveDisplay(Display):
    """A block of lines that is drawn in place and makes room for what is printed above it."""

    def __init__(self, progress: Progress, console: Console, standing: Standing | None = None) -> None:
        super().__init__(progress, standing)
        self._live = Live(
            console=console, get_renderable=lambda: self, refresh_per_second=4, transient=True, screen=False
        )

    def __enter__(self) -> Self:
        self._live.start(refresh=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Removes the block: the summary that follows says how everything ended."""
        self._live.stop()

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        with self._lock:
            lines = list(live_lines(self.progress))
            bar = _bar(self.progress, min(options.max_width, WIDEST))
        for line in lines:
            line.truncate(min(options.max_width, WIDEST), overflow="ellipsis")
            yield line
        yield bar

    def _say(self, line: Text) -> None:
        self._live.console.print(line, soft_wrap=True)


def display(phases: tuple[str, ...], stream: TextIO | None = None, standing: Standing | None = None) -> Display:
    """The display of a task's phases that suits a stream, standard output when None: live on a terminal, else lines.

    `standing` is what other terminals read.
    """
    console = shared_console() if stream in (None, sys.stdout) else Console(file=stream, highlight=False)
    progress = Progress(phases)
    kind = LiveDisplay if console.is_interactive else PlainDisplay
    return kind(progress, console, standing)


def live_lines(progress: Progress) -> Iterable[Text]:
    """The lines of the live block: one a phase, the tables in flight, the totals, the violations."""
    for phase in progress.phases.values():
        yield _phase_line(phase, progress)
    flying = [f"{name} ({n})" if n > 1 else name for name, n in progress.in_flight.items()]
    yield Text(f"  {', '.join(printable(name) for name in flying) or 'no table in flight'}", style="dim")
    yield Text(f"  {' · '.join(totals(progress))}")
    if progress.violations:
        yield Text(f"  {counted(progress.violations, 'violation')}", style="bold red")


def _bar(progress: Progress, width: int) -> Table:
    """The bar of the whole run: the part of its time that is over, and the time left."""
    share, words = progress.time_share or 0.0, " ".join(_left(progress))
    line = Table.grid(padding=(0, 2, 0, 0))
    bar = ProgressBar(
        total=1.0,
        completed=share,
        width=max(10, min(width - 24, 60)),
        style="dim",
        complete_style="green",
        finished_style="green",
    )
    line.add_row("", bar, words)
    return line


def _left(progress: Progress) -> Iterable[str]:
    """The part of the run's time that is over and the time left, when somebody can say."""
    share, left = progress.time_share, progress.seconds_left
    if share is not None and left is not None:
        yield f"{percent(share, 1.0)}, {clock(max(1, round(left)))} left"


def totals(progress: Progress) -> list[str]:
    """Rows and bytes done of all, and the rates."""
    of_rows = f" of {counted(progress.rows, 'row')}" if progress.rows else " rows"
    of_bytes = f" of {size(progress.bytes)}" if progress.bytes else ""
    parts = [f"{count(int(progress.rows_done))}{of_rows}", f"{size(progress.bytes_done)}{of_bytes}"]
    rows, bytes_ = progress.rates
    if rows:
        parts.append(f"{count(int(rows))} rows/s")
        parts.append(f"{size(bytes_)}/s")
    return parts


def _phase_line(phase: PhaseProgress, progress: Progress) -> Text:
    took = clock(progress.elapsed(phase)) if phase.status != "waiting" else ""
    rows = counted(phase.rows, "row") if phase.rows else ""
    line = Text(f"  {printable(phase.name):<9}")
    return line.append(f"{phase.status:<10}", style=STYLES.get(phase.status, "")).append(f"{took:>12} {rows:>17}")
