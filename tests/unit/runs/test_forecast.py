"""The forecast: scaled by size, honest about its interval, and GO only when nothing speaks against it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from runner import run
from runner.errors import UsageError
from runner.runs import forecast
from runner.runs.forecast import REST, Forecast, Rehearsal, Sizes

HALF_FIXED = {"load": 0.5, "publish": 1.0, REST: 1.0}
SECONDS = {"check": 2.0, "export and stage": 100.0, "load": 40.0, "verify": 20.0, "publish": 1.0, REST: 3.0}


def rehearsal(number: int = 1, *, size: int = 1000, slower: float = 1.0, succeeded: bool = True) -> Rehearsal:
    seconds = {step: one * slower for step, one in SECONDS.items()}
    return Rehearsal(f"run {number}", succeeded, 2, Sizes({"kratos": size}), seconds, HALF_FIXED)


def told(*known: Rehearsal, size: int = 1000, window: float = 3600.0) -> Forecast:
    return forecast.forecast(known, Sizes({"kratos": size}), window, jobs=2)


def test_the_same_data_takes_as_long_as_it_took() -> None:
    assert told(rehearsal()).total.likely == pytest.approx(166)


def test_what_is_fixed_does_not_grow() -> None:
    steps = {one.name: one.likely for one in told(rehearsal(), size=1500).steps}
    assert steps == pytest.approx(
        {"check": 3, "export and stage": 150, "load": 50, "verify": 30, "publish": 1, REST: 3}
    )


def test_three_rehearsals_give_an_interval_by_their_scatter() -> None:
    known = [rehearsal(number, slower=slower) for number, slower in enumerate((0.9, 1.0, 1.1))]
    total = told(*known).total
    # Student's t of 2 degrees of freedom, a deviation of a tenth, a new observation beside three.
    margin = 2.920 * 16.6 * (4 / 3) ** 0.5
    assert (total.low, total.likely, total.high) == pytest.approx((166 - margin, 166, 166 + margin))
    assert "90 %" in told(*known).basis


def test_two_rehearsals_do_not_pretend_to_know_their_scatter() -> None:
    made = told(rehearsal(1), rehearsal(2))
    assert (made.total.low, made.total.high) == pytest.approx((166 * 0.8, 166 * 1.5))
    assert "assumed" in made.basis


def test_go_when_even_the_slowest_is_within_the_window() -> None:
    made = told(rehearsal(), window=166 * 1.5 + 1)
    assert (made.go, made.reason) == (True, "4 min 09 s at most is within the window of 4 min 10 s")


@pytest.mark.parametrize(
    ("known", "size", "window", "reason"),
    [
        ([rehearsal()], 1000, 166 * 1.5 - 1, "it may take 4 min 09 s, the window is"),
        ([rehearsal(1), rehearsal(2, succeeded=False)], 1000, 3600, "the last rehearsal, run 2, failed"),
        ([rehearsal()], 2500, 3600, "2.5 times"),
        ([rehearsal()], 400, 3600, "2.5 times"),
    ],
)
def test_no_go_says_why(known: list[Rehearsal], size: int, window: float, reason: str) -> None:
    made = told(*known, size=size, window=window)
    assert made.go is False
    assert reason in made.reason


def test_a_failure_before_the_last_success_is_forgotten() -> None:
    assert told(rehearsal(1, succeeded=False), rehearsal(2)).go is True


@pytest.mark.parametrize(
    "other",
    [
        replace(rehearsal(), succeeded=False),
        replace(rehearsal(), jobs=8),
        replace(rehearsal(), sizes=Sizes({"alkemio": 1000})),
        replace(rehearsal(), sizes=Sizes({"kratos": 1000}, frozenset({"kratos"}))),
    ],
    ids=["failed", "other jobs", "other system", "other kind of source"],
)
def test_what_is_not_comparable_is_no_rehearsal(other: Rehearsal) -> None:
    with pytest.raises(UsageError, match=r"no rehearsal of kratos with JOBS=2.*inv rehearse"):
        told(other)


def test_no_rehearsal_at_all(tmp_path: Path) -> None:
    assert forecast.rehearsals(tmp_path / "nowhere") == []
    with pytest.raises(UsageError, match=r"inv rehearse"):
        told()


def test_a_report_of_another_version_is_left_out(tmp_path: Path) -> None:
    (run.create(tmp_path).folder / "report.json").write_text('{"task": "rehearse"}')
    run.create(tmp_path)
    assert forecast.rehearsals(tmp_path) == []


@pytest.mark.parametrize(("text", "seconds"), [("30m", 1800), ("1h30m", 5400), ("90s", 90), ("1h", 3600)])
def test_windows(text: str, seconds: int) -> None:
    assert forecast.window(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "m", "0m", "-5m", "1d", "30m ", "30m1h", "1e9h"])
def test_what_is_no_window(text: str) -> None:
    with pytest.raises(UsageError, match="--window must be"):
        forecast.window(text)


@pytest.mark.parametrize(
    ("points", "share"),
    [
        ([(100.0, 2.0), (200.0, 3.0), (300.0, 4.0)], 1 / 3),
        ([(100.0, 1.0), (200.0, 2.0), (300.0, 3.0)], 0.0),
        ([(100.0, 2.0), (200.0, 2.0), (300.0, 2.0)], 1.0),
        ([(100.0, 9.0), (100.0, 1.0)], 0.0),
        ([], 0.0),
    ],
)
def test_the_fixed_share_is_what_empty_tables_would_take(points: list[tuple[float, float]], share: float) -> None:
    assert forecast._fixed_share(points) == pytest.approx(share, abs=1e-9)
