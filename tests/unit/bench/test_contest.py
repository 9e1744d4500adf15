"""The contest: turns rotate, what others fail at is recorded, what this project fails at ends it."""

from __future__ import annotations

from typing import Any, cast

import pytest

from runner.errors import ViolationError
from tests.bench import contest
from tests.bench.contest import Contest, Note
from tests.bench.meter import Reading
from tests.bench.place import Place
from tests.bench.record import Measured


class Rehearsed(Contest):
    """A contest whose candidates do nothing, but for those that are told to fail."""

    failing: tuple[str, ...] = ()
    rests: int = 0

    def _rest(self) -> None:
        self.rests += 1

    def _act(self, note: Note, name: str) -> None:
        if name in self.failing:
            raise ViolationError(f"{name} ended with exit code 1")
        note(name, Reading(1.0))

    def _migrate(self, note: Note) -> None:
        self._act(note, "migrate")

    def _floors(self, note: Note) -> None:
        self._act(note, "floors")

    def _duckdb(self, note: Note) -> None:
        self._act(note, "duckdb")

    def _pgloader(self, note: Note) -> None:
        self._act(note, "pgloader")


@pytest.fixture
def rehearsed(monkeypatch: pytest.MonkeyPatch) -> Rehearsed:
    monkeypatch.setattr(contest, "calibration", lambda: 0.1)
    monkeypatch.setattr(contest, "memory", lambda: 0.2)
    return Rehearsed(
        cast(Place, None), None, {"pgloader": "not installed", "since": "not chosen"}, lambda _: None, lambda _: None
    )


def turns_of(one: Rehearsed, rounds: int, *only: str) -> list[Measured]:
    one.take_turns(rounds, only or contest.CANDIDATES)
    return one.turns


def test_each_round_begins_with_another(rehearsed: Rehearsed) -> None:
    names = [turn.candidate for turn in turns_of(rehearsed, 3)]
    assert rehearsed.rests == 9
    assert [names[:3], names[3:6], names[6:]] == [
        ["migrate", "floors", "duckdb"],
        ["floors", "duckdb", "migrate"],
        ["duckdb", "migrate", "floors"],
    ]


def test_migrate_comes_once_where_it_was_not_chosen(rehearsed: Rehearsed) -> None:
    names = [turn.candidate for turn in turns_of(rehearsed, 2, "duckdb")]
    assert names == ["migrate", "duckdb", "duckdb"]


def test_what_others_fail_at_is_recorded(rehearsed: Rehearsed) -> None:
    rehearsed.failing = ("duckdb",)
    found: dict[str, Any] = {turn.candidate: turn.failure for turn in turns_of(rehearsed, 1)}
    assert found == {"migrate": None, "floors": None, "duckdb": "duckdb ended with exit code 1"}
    assert {(turn.calibration, turn.memory) for turn in rehearsed.turns} == {(0.1, 0.2)}


def test_what_migrate_fails_at_ends_the_contest(rehearsed: Rehearsed) -> None:
    rehearsed.failing = ("migrate",)
    with pytest.raises(ViolationError, match="migrate ended"):
        turns_of(rehearsed, 1)
