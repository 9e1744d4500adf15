"""The promises of the benchmark: which turns make a value, where a bound holds, and how growth is told."""

from __future__ import annotations

import pytest

from tests.bench import criteria
from tests.bench.record import Cpu, Criterion, Measured, Phase, ScaleRecord

JOBS = 2


def turn(candidate: str, seconds: float, *, cpu: float = 1.0, number: int = 1, failure: str | None = None) -> Measured:
    phases = (Phase(name="check", seconds=1, cpu=Cpu()), Phase(name="export", seconds=4, cpu=Cpu()))
    return Measured(
        candidate=candidate,
        round=number,
        calibration=0.3,
        seconds=seconds,
        cpu=Cpu(client=cpu / 4, source=cpu / 4, target=cpu / 2),
        peak_bytes=500 * 2**20,
        phases=phases if candidate == "migrate" else (),
        failure=failure,
    )


def scale_record(*turns: Measured, scale: float = 0.2, largest_row: int = 1000) -> ScaleRecord:
    return ScaleRecord(
        scale=scale,
        rows=round(scale * 3_500_000),
        bytes=10**9,
        largest_row=largest_row,
        fill_seconds=1,
        turns=turns,
        absent={},
    )


FLOORS = (turn("read", 9, cpu=10), turn("copy", 9, cpu=20), turn("post_data", 9, cpu=6))


def judged(*records: ScaleRecord) -> dict[str, Criterion]:
    return {one.what: one for one in criteria.judge(records, JOBS)}


@pytest.mark.parametrize(
    ("scale", "seconds", "reached"),
    [(0.2, 45, True), (0.2, 45.1, False), (1.0, 30.5, True), (1.0, 30.7, False), (0.1, 1000, None)],
)
def test_floor_is_the_cpu_of_all_three_by_the_cores(scale: float, seconds: float, reached: bool | None) -> None:
    found = judged(scale_record(*FLOORS, turn("migrate", seconds), scale=scale))["migrate ÷ floor"]
    assert found.value == pytest.approx(seconds / 18)
    assert found.reached is reached


def test_without_one_of_the_floors_there_is_none() -> None:
    found = judged(scale_record(*FLOORS[:2], turn("migrate", 10)))["migrate ÷ floor"]
    assert (found.value, found.reached) == (None, None)


@pytest.mark.parametrize(("seconds", "reached"), [(16, True), (15.9, False)])
def test_more_is_better_where_others_are_compared(seconds: float, reached: bool) -> None:
    found = judged(scale_record(turn("migrate", 10), turn("pgloader", seconds)))["pgloader ÷ migrate"]
    assert (found.value, found.reached) == (seconds / 10, reached)


def test_rounds_are_compared_one_by_one() -> None:
    turns = [turn("migrate", 10), turn("duckdb", 20), turn("migrate", 30, number=2), turn("duckdb", 30, number=2)]
    turns += [turn("migrate", 90, number=3), turn("duckdb", 9, number=3, failure="it stopped")]
    found = judged(scale_record(*turns))["migrate ÷ DuckDB's"]
    assert found.value == pytest.approx((0.5 + 1.0) / 2)


@pytest.mark.parametrize(("largest_row", "reached"), [(0, False), (100 * 2**20, True)])
def test_memory_may_grow_with_the_largest_row(largest_row: int, reached: bool) -> None:
    heavy = turn("migrate", 10).model_copy(update={"peak_bytes": 700 * 2**20})
    found = judged(scale_record(heavy, largest_row=largest_row))["peak memory of migrate"]
    assert found.reached is reached


def test_check_is_compared_with_export() -> None:
    found = judged(scale_record(turn("migrate", 10)))["check ÷ export"]
    assert (found.value, found.reached) == (0.25, True)


@pytest.mark.parametrize(("slow", "exponent", "reached"), [(1.0, 1.0, True), (1.5, 1.25, False)])
def test_growth_is_told_without_the_fixed_cost(slow: float, exponent: float, reached: bool) -> None:
    seconds = {0.02: 10 + 2, 0.1: 10 + 10, 0.5: 10 + 50 * slow}
    records = [scale_record(turn("migrate", value), scale=scale) for scale, value in seconds.items()]
    found = criteria.growth(records)
    assert found is not None
    assert found.fixed_seconds == pytest.approx(10)
    assert found.exponent == pytest.approx(exponent, abs=0.01)
    grown = judged(*records)["time, fixed cost subtracted"]
    assert grown.value == pytest.approx(5 * slow)
    assert grown.reached is reached


def test_growth_needs_three_scales() -> None:
    records = [scale_record(turn("migrate", 10), scale=scale) for scale in (0.1, 0.5)]
    assert criteria.growth(records) is None
    found = judged(*records)["time, fixed cost subtracted"]
    assert (found.value, found.reached) == (None, None)
