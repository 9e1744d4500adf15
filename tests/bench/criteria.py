"""The promises about speed and memory, each as a measured value beside its bound."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from statistics import median

from tests.bench.record import Criterion, Growth, Measured, ScaleRecord

FLOORS = ("read", "copy", "post_data")
MEMORY = 600 * 2**20
SMALL, LARGE = 0.2, 1.0  # 0.7 and 3.5 million rows
GROWTH = (0.1, 0.5)


def floor_seconds(record: ScaleRecord, jobs: int) -> float | None:
    """The CPU of the floors divided by the cores, from the medians; None when one was not measured."""
    turns = [record.of(name) for name in FLOORS]
    if not all(turns):
        return None
    return sum(median(turn.cpu.total for turn in each) for each in turns) / jobs


def growth(records: Sequence[ScaleRecord]) -> Growth | None:
    """How migrate's time follows the rows; None with fewer than three scales.

    The two smallest scales give the fixed cost, the second and the largest, without it, the exponent.
    """
    known = sorted((record for record in records if record.of("migrate")), key=lambda record: record.rows)
    if len(known) < 3:
        return None
    (rows_0, time_0), (rows_1, time_1), *_, (rows_n, time_n) = ((one.rows, _seconds(one, "migrate")) for one in known)
    fixed = max(0.0, time_0 - (time_1 - time_0) / (rows_1 - rows_0) * rows_0)
    exponent = math.log((time_n - fixed) / (time_1 - fixed)) / math.log(rows_n / rows_1)
    seconds = {f"{one.scale:g}": _seconds(one, "migrate") for one in known}
    return Growth(fixed_seconds=fixed, exponent=round(exponent, 3), seconds=seconds)


def judge(records: Sequence[ScaleRecord], jobs: int) -> tuple[Criterion, ...]:
    """Every promise at every scale that was measured."""
    found = [one for record in records for one in _at_one_scale(record, jobs)]
    return (*found, _grows(records))


def _at_one_scale(record: ScaleRecord, jobs: int) -> Iterator[Criterion]:
    scale = f"{record.scale:g}"
    floor = floor_seconds(record, jobs)
    bound, aim = {SMALL: (2.5, 1.8), LARGE: (1.7, 1.4)}.get(record.scale, (None, None))
    yield Criterion(
        what="migrate ÷ floor",
        scale=scale,
        value=_seconds(record, "migrate") / floor if floor else None,
        bound=bound,
        aim=aim,
        note="" if floor else "no floors",
    )
    yield Criterion(
        what="migrate ÷ DuckDB's",
        scale=scale,
        value=_ratio(record, "migrate", "duckdb"),
        bound=1.0 if record.scale == SMALL else None,
        aim=0.7,
        note=record.absent.get("duckdb", ""),
    )
    yield Criterion(
        what="pgloader ÷ migrate",
        scale=scale,
        value=_ratio(record, "pgloader", "migrate"),
        bound=1.6 if record.scale >= SMALL else None,
        smaller_is_better=False,
        aim=2.5,
        note=record.absent.get("pgloader", ""),
    )
    yield Criterion(
        what="migrate --since ÷ migrate",
        scale=scale,
        value=_ratio(record, "since", "migrate"),
        bound=0.4 if record.scale >= SMALL else None,
        note=record.absent.get("since", ""),
    )
    yield Criterion(
        what="peak memory of migrate",
        scale=scale,
        unit="bytes",
        value=max((turn.peak_bytes or 0 for turn in record.of("migrate")), default=None),
        bound=MEMORY + 3 * record.largest_row,
    )
    yield Criterion(
        what="check ÷ export",
        scale=scale,
        value=_rounds(record, lambda turn: _phase(turn, "check") / _phase(turn, "export"), "migrate"),
        bound=0.33 if record.scale >= SMALL else None,
    )


def _grows(records: Sequence[ScaleRecord]) -> Criterion:
    found, scales = growth(records), sorted(record.scale for record in records)
    value = None
    if found:
        first, last = (found.seconds[f"{scale:g}"] - found.fixed_seconds for scale in (scales[1], scales[-1]))
        value = last / first
    return Criterion(
        what="time, fixed cost subtracted",
        scale=f"{scales[-1]:g} ÷ {scales[1]:g}" if found else f"{GROWTH[1]:g} ÷ {GROWTH[0]:g}",
        value=value,
        bound=5.5 if not found or (scales[1], scales[-1]) == GROWTH else None,
        note="" if found else "needs three scales, such as 0.02,0.1,0.5",
    )


def _seconds(record: ScaleRecord, candidate: str) -> float:
    return median(turn.seconds for turn in record.of(candidate))


def _phase(turn: Measured, name: str) -> float:
    return next(phase.seconds for phase in turn.phases if phase.name == name)


def _ratio(record: ScaleRecord, one: str, other: str) -> float | None:
    """Of turns in the same round, since seconds drift between rounds."""
    return _rounds(record, lambda first, second: first.seconds / second.seconds, one, other)


def _rounds(record: ScaleRecord, value: Callable[..., float], *candidates: str) -> float | None:
    turns = [{turn.round: turn for turn in record.of(name)} for name in candidates]
    common = set.intersection(*(set(one) for one in turns))
    return median(value(*(one[number] for one in turns)) for number in common) if common else None
