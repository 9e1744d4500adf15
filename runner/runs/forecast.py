"""How long the cut-over will take, from the rehearsals in the work folder, and whether a window is long enough.

Each rehearsal says what every step would take on today's data: its fixed part as measured, the rest in
proportion to the source's size. The fixed part is what a straight line through the seconds of the tables
against their bytes gives a table of no bytes. The forecast is the mean of what the rehearsals say; their scatter
is its interval.
"""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner.errors import UsageError
from runner.quantity import duration
from runner.run import Run, all_runs
from runner.runs import report
from runner.runs.report import Report

REHEARSAL = "rehearse"
# The phases of each step, which a person waits for as one: export and stage overlap.
STEPS = {
    "check": ("check",),
    "export and stage": ("export", "stage"),
    "load": ("load",),
    "verify": ("verify",),
    "publish": (REHEARSAL,),
}
REST = "start and end"
# What does not grow with the data: publish only renames.
_FIXED = {"publish": 1.0, REST: 1.0}
# Two-sided 90 % of Student's t by degrees of freedom; from three rehearsals on their scatter is a measure.
_T90 = (0.0, 6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833)
ENOUGH = 3
ASSUMED = (0.8, 1.5)
FARTHEST = 2.0
_WINDOW = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,5})s)?")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of each system's source; `folders` names the systems whose source is an export folder."""

    bytes: Mapping[str, int]
    folders: frozenset[str] = frozenset()

    @property
    def total(self) -> int:
        """Bytes of all systems, at least one."""
        return max(1, sum(self.bytes.values()))

    def comparable(self, other: Sizes) -> bool:
        """Whether both are of the same systems and measured in the same way."""
        return (set(self.bytes), self.folders) == (set(other.bytes), other.folders)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What one rehearsal measured: wall seconds of each step, the share of each that is fixed, and its sizes."""

    run_id: str
    succeeded: bool
    jobs: int
    sizes: Sizes
    seconds: Mapping[str, float]
    fixed: Mapping[str, float]

    def scaled(self, step: str, present: Sizes) -> float:
        """What the step would take with the present sizes, in seconds."""
        fixed = self.fixed.get(step, 0.0)
        return self.seconds.get(step, 0.0) * (fixed + (1 - fixed) * present.total / self.sizes.total)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds to expect, and the interval they are expected in."""

    name: str
    low: float
    likely: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The steps and their total, how many rehearsals say so, and the verdict with its reason."""

    steps: tuple[Estimate, ...]
    total: Estimate
    rehearsals: int
    go: bool
    reason: str

    @property
    def basis(self) -> str:
        """Where the interval comes from."""
        if self.rehearsals < ENOUGH:
            low, high = (f"{abs(1 - factor):.0%}" for factor in ASSUMED)
            return (
                f"the interval is assumed ({low} less to {high} more), "
                f"it is measured from {ENOUGH} rehearsals on; there are {self.rehearsals}"
            )
        return f"90 % interval from {self.rehearsals} rehearsals"


def window(text: str) -> float:
    """Seconds of a duration such as `30m`, `1h30m` or `90s`; UsageError when it is none."""
    match = _WINDOW.fullmatch(text)
    parts = match.groups() if match else ()
    seconds = sum(int(part or 0) * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))
    if not seconds:
        raise UsageError(f"--window must be a duration such as 30m, 1h30m or 90s, not {text!r}")
    return float(seconds)


def rehearsals(work_dir: Path) -> list[Rehearsal]:
    """The rehearsals of a work folder, oldest first; what another version left and cannot be read is left out."""
    found = []
    for run in all_runs(work_dir):
        with suppress(UsageError, KeyError, ValueError):
            told = report.read(run.folder / "report.json")
            if told.task == REHEARSAL or (run.folder / REHEARSAL).is_dir():
                found.append(_measured(run, told))
    return found


def forecast(known: Sequence[Rehearsal], present: Sizes, seconds: float, jobs: int) -> Forecast:
    """What `known` says of a cut-over of the present sizes, against a window of so many seconds.

    UsageError when no rehearsal of these systems, from the same kind of source and with as many jobs, succeeded.
    """
    alike = [one for one in known if one.sizes.comparable(present)]
    usable = [one for one in alike if one.succeeded and one.jobs == jobs]
    if not usable:
        raise UsageError(
            f"there is no rehearsal of {', '.join(sorted(present.bytes))} with JOBS={jobs} to forecast from: "
            "run `./inv rehearse` first"
        )
    names = (*STEPS, REST)
    steps = tuple(_estimate(name, [one.scaled(name, present) for one in usable]) for name in names)
    total = _estimate("total", [sum(one.scaled(name, present) for name in names) for one in usable])
    reason = _against(alike, usable, present, total, seconds)
    if reason:
        return Forecast(steps, total, len(usable), go=False, reason=reason)
    reason = f"{duration(total.high)} at most is within the window of {duration(seconds)}"
    return Forecast(steps, total, len(usable), go=True, reason=reason)


def _against(
    alike: Sequence[Rehearsal], usable: Sequence[Rehearsal], present: Sizes, total: Estimate, seconds: float
) -> str:
    """The reason against it, empty when there is none."""
    if not alike[-1].succeeded:
        return f"the last rehearsal, {alike[-1].run_id}, failed: read its report, mend that, rehearse again"
    distance = min(max(present.total / one.sizes.total, one.sizes.total / present.total) for one in usable)
    if distance > FARTHEST:
        return f"the data is {distance:.1f} times as large or as small as any that was rehearsed: rehearse again"
    if total.high > seconds:
        return f"it may take {duration(total.high)}, the window is {duration(seconds)}"
    return ""


def _estimate(name: str, seconds: Sequence[float]) -> Estimate:
    likely, count = statistics.fmean(seconds), len(seconds)
    if count < ENOUGH:
        low, high = (likely * factor for factor in ASSUMED)
        return Estimate(name, low, likely, max(high, *seconds, 0.0))
    margin = _T90[min(count - 1, len(_T90) - 1)] * statistics.stdev(seconds) * (1 + 1 / count) ** 0.5
    return Estimate(name, max(0.0, likely - margin), likely, likely + margin)


def _measured(run: Run, told: Report) -> Rehearsal:
    kept = [_kept(run, REHEARSAL, name) for name in told.systems]
    sizes = Sizes(
        {name: int(_kept(run, "check", name).get("bytes", 0)) for name in told.systems},
        frozenset(name for name, system in told.systems.items() if system.source.kind == "csv"),
    )
    return Rehearsal(
        run_id=told.run_id,
        succeeded=bool(kept) and all(kept),
        jobs=int(kept[0].get("jobs", 0)) if kept else 0,
        sizes=sizes,
        seconds=_walls(told),
        fixed={**{step: _fixed_share(points) for step, points in _points(run, told).items()}, **_FIXED},
    )


def _kept(run: Run, phase: str, system: str) -> dict[str, Any]:
    return run.read_result(phase, system) if run.has_result(phase, system) else {}


def _walls(told: Report) -> dict[str, float]:
    """Wall seconds of each step: from the start of its first phase to the end of its last one."""
    walls = {}
    for step, names in STEPS.items():
        ran = [(one.started_at.timestamp(), one.seconds) for one in told.phases if one.name in names and one.started_at]
        if ran:
            walls[step] = max(start + seconds for start, seconds in ran) - min(start for start, _ in ran)
    walls[REST] = max(0.0, told.seconds - sum(walls.values()))
    return walls


def _points(run: Run, told: Report) -> dict[str, list[tuple[float, float]]]:
    """Bytes and seconds of each table in each step that says so."""
    size = {(name, table.name): float(table.bytes) for name, table in told.tables}
    spent: dict[str, dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
    for span in told.timeline:
        if span.phase in STEPS["export and stage"]:
            spent["export and stage"][span.system, span.table] += span.seconds
    for step in ("load", "verify"):
        for name in told.systems:
            for table, seconds in _seconds(run, step, name):
                spent[step][name, table] = seconds
    return {step: [(size[key], taken) for key, taken in one.items() if key in size] for step, one in spent.items()}


def _seconds(run: Run, phase: str, system: str) -> Iterator[tuple[str, float]]:
    for table, result in _kept(run, phase, system).get("tables", {}).items():
        yield table, float(result.get("seconds", 0.0))


def _fixed_share(points: Sequence[tuple[float, float]]) -> float:
    """The share of the seconds that would remain if all tables were empty; 0 where that cannot be told."""
    sizes, seconds = [size for size, _ in points], [taken for _, taken in points]
    if len(set(sizes)) < ENOUGH or not sum(seconds):
        return 0.0
    slope = statistics.linear_regression(sizes, seconds).slope
    return min(1.0, max(0.0, 1.0 - slope * sum(sizes) / sum(seconds)))
