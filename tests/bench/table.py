"""A benchmark in the terminal: each turn, each phase of this project, each promise."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from rich.table import Table

from runner.console import console
from runner.quantity import count, counted, duration, size
from tests.bench.criteria import floor_seconds
from tests.bench.meter import Reading
from tests.bench.record import Bench, Cpu, Criterion, Measured, ScaleRecord

PARTS = ("client", "source", "target")
NAMES = {
    "read": "floor: read",
    "copy": "floor: COPY",
    "post_data": "floor: post-data",
    "migrate": "migrate",
    "since": "migrate --since",
    "duckdb": "DuckDB's extensions",
    "pgloader": "pgloader",
}


def warm_up(reading: Reading) -> None:
    """One line for the migration before all turns."""
    console().print(f"warm-up: migrate   {reading.seconds:6.1f} s  CPU {reading.cpu.total:6.1f} s  not counted")


def turn(measured: Measured) -> None:
    """One line when a turn is over."""
    line = f"round {measured.round}: {measured.candidate:<10}"
    if measured.failure:
        console().print(f"{line}{measured.failure}")
        return
    cpu = f"CPU {measured.cpu.total:6.1f} s"
    console().print(f"{line}{measured.seconds:6.1f} s  {cpu}  {_calibration(measured)}")


def _calibration(measured: Measured) -> str:
    memory = f", memory {measured.memory:.2f} s" if measured.memory is not None else ""
    return f"before: loop {measured.calibration:.2f} s{memory}"


def show(bench: Bench) -> None:
    """Everything, when it is over."""
    machine = ", ".join(f"{name} {value}" for name, value in bench.machine.items())
    versions = ", ".join(f"{name} {value}" for name, value in bench.versions.items())
    console().print(f"\ncommit {bench.commit or 'unknown'}; {machine}; {versions}; JOBS={bench.jobs}", soft_wrap=True)
    for record in bench.scales:
        _scale(record, bench.jobs)
    if bench.growth:
        console().print(
            f"\nfixed cost {duration(bench.growth.fixed_seconds)}, then time grows with rows to the power of "
            f"{bench.growth.exponent:.2f}"
        )
    _criteria(bench.criteria)


def _scale(record: ScaleRecord, jobs: int) -> None:
    console().print(
        f"\nscale {record.scale:g}: {counted(record.rows, 'row')}, {size(record.bytes)} of CSV, "
        f"filled in {duration(record.fill_seconds)}"
    )
    table = _table("CPU in seconds", "seconds", "rows/s", "MB/s", *PARTS, "peak")
    for name, label in NAMES.items():
        if turns := record.of(name):
            table.add_row(*_candidate(label, turns, record))
    console().print(table)
    for name, reason in record.absent.items():
        console().print(f"{name}: {reason}", soft_wrap=True)
    floor = floor_seconds(record, jobs)
    if floor:
        console().print(f"floor: {floor:.1f} s = CPU of the first three ÷ {jobs}")
    if turns := record.of("migrate"):
        _phases(turns)


def _candidate(label: str, turns: list[Measured], record: ScaleRecord) -> list[str]:
    seconds = median(turn.seconds for turn in turns)
    peaks = [turn.peak_bytes for turn in turns if turn.peak_bytes is not None]
    return [
        label,
        f"{seconds:.1f}",
        count(round(record.rows / seconds)),
        f"{record.bytes / seconds / 1e6:.0f}",
        *_cpu([turn.cpu for turn in turns]),
        size(max(peaks)) if peaks else "",
    ]


def _phases(turns: list[Measured]) -> None:
    table = _table("phase of migrate", "seconds", *PARTS)
    for name in dict.fromkeys(phase.name for turn in turns for phase in turn.phases):
        phases = [phase for turn in turns for phase in turn.phases if phase.name == name]
        seconds = median(phase.seconds for phase in phases)
        table.add_row(name, f"{seconds:.1f}", *_cpu([phase.cpu for phase in phases]))
    console().print(table)


def _cpu(found: list[Cpu]) -> list[str]:
    return [f"{median(getattr(cpu, part) for cpu in found):.1f}" for part in PARTS]


def _criteria(criteria: Iterable[Criterion]) -> None:
    table = _table("promise", "scale", "value", "bound", "aim", "reached")
    for one in criteria:
        told = {True: "yes", False: "no", None: one.note if one.value is None else "no bound at this scale"}
        sign = "≤" if one.smaller_is_better else "≥"
        table.add_row(
            one.what,
            one.scale,
            _value(one, one.value),
            f"{sign} {_value(one, one.bound)}" if one.bound is not None else "",
            _value(one, one.aim),
            told[one.reached],
        )
    console().print(table)


def _value(criterion: Criterion, value: float | None) -> str:
    if value is None:
        return ""
    return size(value) if criterion.unit == "bytes" else f"{value:.2f}"


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table
