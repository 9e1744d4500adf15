"""Shares, rates and the time left follow from what was said, with a clock that the test moves."""

import pytest

from runner.phases.migrate import PHASES, REHEARSED, shown
from runner.screen.progress import AFTER, WINDOW, Progress


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
    return Progress(PHASES, rows=400, bytes=4000, clock=clock)


def _chunk(progress: Progress, clock: Clock, phase: str, rows: int, seconds: float) -> None:
    progress.chunk_started("alkemio", "user", phase)
    clock.now += seconds
    progress.chunk_finished("alkemio", "user", phase, rows, rows * 10)


def test_a_row_is_moved_when_export_and_stage_had_it(progress: Progress, clock: Clock) -> None:
    _chunk(progress, clock, "export", 400, 1)
    assert (progress.rows_done, progress.bytes_done) == (200, 2000)
    _chunk(progress, clock, "stage", 400, 1)
    assert (progress.rows_done, progress.bytes_done) == (400, 4000)


def test_without_a_transfer_load_and_verify_count(clock: Clock) -> None:
    progress = Progress(phase_names=("load", "verify"), rows=400, bytes=4000, clock=clock)
    _chunk(progress, clock, "load", 400, 1)
    assert (progress.rows_done, progress.bytes_done) == (200, 2000)


def test_time_left_follows_from_the_share(progress: Progress, clock: Clock) -> None:
    assert progress.seconds_left is None
    progress.chunk_started("alkemio", "user", "export")
    assert progress.seconds_left is None
    clock.now += 10
    progress.chunk_finished("alkemio", "user", "export", 400, 4000)
    assert progress.bytes_done == 2000
    # Half of the transfer, then what usually follows one of 20 seconds: its usual parts and constants.
    after = sum(factor * 20 + fixed for factor, fixed in (AFTER[phase] for phase in PHASES[3:]))
    assert progress.seconds_left == pytest.approx(10 + after)


@pytest.mark.parametrize("phases", [shown(PHASES), shown(REHEARSED)], ids=["migrate", "rehearse"])
def test_every_phase_after_the_transfer_has_its_time(phases: tuple[str, ...]) -> None:
    assert set(phases[3:]) <= set(AFTER)


def test_the_rate_forgets_what_is_long_past(progress: Progress, clock: Clock) -> None:
    _chunk(progress, clock, "export", 40, WINDOW * 4)
    slow = progress.rates
    for _ in range(10):
        _chunk(progress, clock, "export", 40, 2)
    assert slow == pytest.approx((20 / (WINDOW * 4), 200 / (WINDOW * 4)))
    assert progress.rates[0] == pytest.approx(20 / 2, rel=0.25)


def test_a_finished_phase_counts_in_full_and_a_failed_one_does_not(progress: Progress) -> None:
    progress.phase_started("export")
    progress.phase_finished("export", "succeeded")
    progress.phase_started("stage")
    progress.phase_finished("stage", "failed")
    assert progress.bytes_done == 2000


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
    assert alone.rows_done == 5


def test_tables_in_flight_leave_when_all_their_chunks_are_done(progress: Progress) -> None:
    progress.chunk_started("alkemio", "user", "export")
    progress.chunk_started("alkemio", "user", "export")
    progress.chunk_finished("alkemio", "user", "export", 1, 1)
    assert dict(progress.in_flight) == {"export alkemio.user": 1}
    progress.chunk_finished("alkemio", "user", "export", 1, 1)
    assert not progress.in_flight


def test_nothing_known_is_no_error(clock: Clock) -> None:
    empty = Progress(PHASES, clock=clock)
    assert (empty.time_share, empty.rates, empty.seconds_left) == (None, (0.0, 0.0), None)


def test_what_an_estimate_got_wrong_is_expected_of_the_rest_too(progress: Progress) -> None:
    progress.expect(0, 5000, known=1000)
    progress.learned(1000, 3000)
    assert progress.bytes == 1000 + 3000 + 3 * 3000
    for _ in range(3):
        progress.learned(1000, 3000)
    assert progress.bytes == 13_000


# Seconds of check, transfer, load, verify, publish and pages of runs that were measured, 1.4 GB from MySQL 9.7 on two
# cores: two alone, one beside other work. Earlier versions loaded and documented for longer.
MEASURED = (
    (4.8, 50.2, 4.2, 6.7, 0.8, 2.6),
    (7.6, 40.5, 3.4, 6.5, 1.0, 1.8),
    (7.4, 67.0, 4.9, 7.7, 0.9, 2.7),
)


@pytest.mark.parametrize("seconds", MEASURED)
@pytest.mark.parametrize("error", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("phases", [shown(PHASES), shown(REHEARSED)], ids=["migrate", "rehearse"])
def test_after_a_third_of_a_run_the_time_left_is_within_a_factor_of_two(
    seconds: tuple[float, ...], error: float, phases: tuple[str, ...]
) -> None:
    """Estimates of the chunks' sizes are off by `error` in all."""
    clock, chunks = Clock(), 60
    progress = Progress(phases, clock=clock)
    seconds = seconds[: len(phases) - 1]  # export and stage are one transfer
    end = clock.now + sum(seconds)
    said: list[tuple[float, float]] = []

    def wait(name: str, pause: float) -> None:
        progress.phase_started(name)
        for _ in range(20):
            clock.now += pause / 20
            look()
        progress.phase_finished(name, "succeeded")

    def look() -> None:
        # Until only a moment is left: a factor of a second is no promise.
        if clock.now - 100 >= sum(seconds) / 3 and end - clock.now > 3:
            left = progress.seconds_left
            assert left is not None
            said.append((left, end - clock.now))

    wait("check", seconds[0])
    progress.expect(0, chunks * 1000)
    progress.phase_started("export")
    progress.phase_started("stage")
    for number in range(chunks):
        progress.chunk_started("alkemio", "user", "export")
        clock.now += seconds[1] / chunks
        actual = round(1000 * error * (1.5 if number % 3 else 0.5))
        progress.learned(1000, actual)
        progress.chunk_finished("alkemio", "user", "export", 10, actual)
        progress.chunk_finished("alkemio", "user", "stage", 10, actual)
        look()
    progress.phase_finished("export", "succeeded")
    progress.phase_finished("stage", "succeeded")
    for name, pause in zip(phases[3:], seconds[2:], strict=True):
        wait(name, pause)
    assert len(said) > 20
    assert max(max(told / true, true / told) for told, true in said) < 2
    assert progress.seconds_left == 0
