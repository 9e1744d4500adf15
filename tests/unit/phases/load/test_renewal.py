"""Load goes on with the build of an earlier run: what is exchanged, and when everything is filled after all."""

from __future__ import annotations

import pytest

from runner.errors import ModelError, ViolationError
from runner.exports.chunks import Chunk
from runner.phases.load import Loader
from runner.postgres import build, renewal
from runner.postgres.renewal import Room, Stale
from runner.run import Run
from runner.runs import inheritance
from tests.unit.phases.load.loading import LARGE, MAPPINGS, Target, loader_of

STALE = {"identities": [Stale(Chunk("kratos", "identities", 1, "id", "0", "8", 1), 3)]}
WITHIN = {"identities": "id < '8'"}
REPLACED = frozenset({"identities"})


@pytest.fixture
def renewing(loader: Loader, monkeypatch: pytest.MonkeyPatch) -> Loader:
    """A loader that goes on with the build of run 0190, of which one range is stale."""
    loader.earlier = Run("0190", loader.run.folder)
    monkeypatch.setattr(inheritance, "left_build", lambda *_, **__: True)
    monkeypatch.setattr(inheritance, "stale", lambda *_: STALE)
    monkeypatch.setattr(renewal, "is_standing", lambda *_, **__: True)
    monkeypatch.setattr(renewal, "make_room", lambda *_: Room(WITHIN, REPLACED, frozenset()))
    return loader


def test_of_an_earlier_build_only_what_changed_is_filled(renewing: Loader, target: Target) -> None:
    for table in MAPPINGS:
        renewing.landed(table, LARGE)
    renewing.finish()
    assert [what for what, _ in target.asked] == ["fill", "analyze", "add_foreign_keys", "complete"]
    assert target.of("fill") == [("identities",)]
    assert (target.within, target.replaced) == (WITHIN, REPLACED)
    kept = renewing.run.read_result("load", "kratos")
    assert (kept["complete"], kept["exchanged"]) == (True, {"identities": 1})


def test_of_an_earlier_build_that_holds_nothing_is_filled(
    renewing: Loader, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inheritance, "stale", lambda *_: {})
    monkeypatch.setattr(renewal, "make_room", lambda *_: Room({}, frozenset(), frozenset()))
    renewing.finish()
    assert target.asked == [("complete", ())]


def test_an_earlier_proof_is_dropped_before_rows_are_exchanged(
    renewing: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewing.run.write_result("verify", "kratos", {"proved": True})
    proved: list[bool] = []

    def make_room(*_: object) -> Room:
        proved.append(renewing.run.has_result("verify", "kratos"))
        return Room(WITHIN, REPLACED, frozenset())

    monkeypatch.setattr(renewal, "make_room", make_room)
    renewing.finish()
    assert proved == [False]


def test_when_rows_cannot_be_exchanged_everything_is_filled(renewing: Loader, target: Target) -> None:
    target.faults["identities"] = [ModelError("kratos.identities: dbt failed")]
    renewing.finish()
    steps = [what for what, _ in target.asked]
    assert steps.index("prepare") == 1
    filled = [table for what, tables in target.asked[1:] if what == "fill" for table in tables]
    assert sorted(filled) == sorted(MAPPINGS)
    assert renewing.run.read_result("load", "kratos")["exchanged"] is None


def test_what_fails_then_too_is_told_and_build_is_nobodys(renewing: Loader, target: Target) -> None:
    target.faults["identities"] = [ModelError(f"dbt failed {each}") for each in ("again", "once")]
    with pytest.raises(ViolationError, match="dbt failed again"):
        renewing.finish()
    assert target.of("complete") == []
    assert not renewing.run.has_result("load", "kratos")


def test_when_dbt_itself_is_gone_nothing_more_is_done(renewing: Loader, target: Target) -> None:
    target.faults["identities"] = [ViolationError("kratos: dbt ended unexpectedly")]
    with pytest.raises(ViolationError, match="dbt ended"):
        renewing.finish()
    assert target.of("complete") == target.of("prepare") == []
    assert not renewing.run.has_result("load", "kratos")


def test_a_reference_that_is_proved_again_and_broken_is_told_at_once(
    renewing: Loader, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ViolationError("load: foreign_key, 2 rows")

    monkeypatch.setattr(build, "add_foreign_keys", refuse)
    with pytest.raises(ViolationError, match="2 rows"):
        renewing.finish()
    assert target.of("prepare") == target.of("complete") == []


@pytest.mark.parametrize("reason", ["another left it", "it does not stand", "too much changed", "only some tables"])
def test_without_a_build_to_renew_everything_is_filled(
    renewing: Loader, target: Target, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    match reason:
        case "another left it":
            monkeypatch.setattr(inheritance, "left_build", lambda *_, **__: False)
        case "it does not stand":
            monkeypatch.setattr(renewal, "is_standing", lambda *_, **__: False)
        case "too much changed":
            monkeypatch.setattr(inheritance, "stale", lambda *_: None)
        case _:
            renewing = loader_of(renewing.run, target, ["identities"])
            renewing.earlier = Run("0190", renewing.run.folder)
    renewing.landed("identities", LARGE)
    # How much changed is known only at the end; until then nothing may be made anew.
    assert bool(renewing._waves) == (reason != "too much changed")
    renewing.finish()
    renewing.close()
    assert sorted(table for tables in target.of("fill") for table in tables) == sorted(renewing.mappings)
    assert len(target.of("prepare")) == 1
