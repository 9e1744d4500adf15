"""Numbers for people: no unit is skipped, none shows a thousand of itself."""

import pytest

from runner import quantity


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.00 kB"),
        (9_996, "10.0 kB"),
        (99_960, "100 kB"),
        (999_400, "999 kB"),
        (999_600, "1.00 MB"),
        (1_390_000_000, "1.39 GB"),
        (5.2e18, "5200 PB"),
    ],
)
def test_size(number: float, text: str) -> None:
    assert quantity.size(number) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.00 s"),
        (0.994, "0.99 s"),
        (0.996, "1.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 00 s"),
        (125, "2 min 05 s"),
        (3599.6, "1 h 00 min"),
        (3725, "1 h 02 min"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert quantity.duration(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(7.9, "0:07"), (125, "2:05"), (3725, "1:02:05")])
def test_clock(seconds: float, text: str) -> None:
    assert quantity.clock(seconds) == text


def test_counts_and_shares() -> None:
    assert quantity.count(1_670_214) == "1,670,214"
    assert [quantity.counted(number, "row") for number in (0, 1, 1200)] == ["0 rows", "1 row", "1,200 rows"]
    assert quantity.percent(999, 1000) == "99 %"
    assert quantity.percent(0, 0) == "100 %"
