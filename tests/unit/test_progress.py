"""Shares, rates and the time left follow from what was said, with a clock that the test moves."""

import pytest

from runner.progress import WINDOW, Progress


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def progress(clock: Clock) -> Progress:
    return Progress(rows=400, bytes=4000, clock=clock)


def _chunk(progress: Progress, clock: Clock, phase: str, rows: int, seconds: float) -> None:
    progress.chunk_started("alkemio", "user", phase)
    clock.now += seconds
    progress.chunk_finished("alkemio", "user", phase, rows, rows * 10)


def test_a_row_is_done_when_every_moving_phase_had_it(progress: Progress, clock: Clock) -> None:
    for phase in ("export", "stage", "load"):
        _chunk(progress, clock, phase, 400, 1)
    assert progress.share == 0.75
    assert progress.rows_done == 300
    _chunk(progress, clock, "verify", 400, 1)
    assert progress.share == 1.0


def test_time_left_follows_from_the_share(progress: Progress, clock: Clock) -> None:
    assert progress.seconds_left is None
    progress.chunk_started("alkemio", "user", "export")
    assert progress.seconds_left is None
    clock.now += 10
    progress.chunk_finished("alkemio", "user", "export", 400, 4000)
    assert progress.share == 0.25
    assert progress.seconds_left == pytest.approx(30)


def test_the_rate_forgets_what_is_long_past(progress: Progress, clock: Clock) -> None:
    _chunk(progress, clock, "export", 40, WINDOW * 4)
    slow = progress.rates
    for _ in range(10):
        _chunk(progress, clock, "export", 40, 2)
    assert slow == pytest.approx((10 / (WINDOW * 4), 100 / (WINDOW * 4)))
    assert progress.rates[0] == pytest.approx(10 / 2, rel=0.25)


def test_a_finished_phase_counts_in_full_and_a_failed_one_does_not(progress: Progress) -> None:
    progress.phase_started("export")
    progress.phase_finished("export", "succeeded")
    progress.phase_started("stage")
    progress.phase_finished("stage", "failed")
    assert progress.share == 0.25


def test_a_phase_keeps_its_time(progress: Progress, clock: Clock) -> None:
    progress.phase_started("check")
    clock.now += 3
    assert progress.elapsed(progress.phases["check"]) == 3
    progress.phase_finished("check", "succeeded")
    clock.now += 5
    assert progress.elapsed(progress.phases["check"]) == 3


def test_only_the_phases_of_the_task_count(clock: Clock) -> None:
    alone = Progress(("export",), rows=10, clock=clock)
    _chunk(alone, clock, "export", 5, 1)
    assert alone.share == 0.5


def test_tables_in_flight_leave_when_all_their_chunks_are_done(progress: Progress) -> None:
    progress.chunk_started("alkemio", "user", "export")
    progress.chunk_started("alkemio", "user", "export")
    progress.chunk_finished("alkemio", "user", "export", 1, 1)
    assert dict(progress.in_flight) == {"export alkemio.user": 1}
    progress.chunk_finished("alkemio", "user", "export", 1, 1)
    assert not progress.in_flight


def test_nothing_known_is_no_error(clock: Clock) -> None:
    empty = Progress(clock=clock)
    assert (empty.share, empty.rates, empty.seconds_left) == (0.0, (0.0, 0.0), None)
