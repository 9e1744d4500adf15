"""Tables are loaded in waves: what goes when, what a failure ahead means, and what nothing may skip."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from runner import dbt, mapping, rules
from runner.errors import ModelError, UsageError, ViolationError
from runner.exports.chunks import Chunk
from runner.phases import load
from runner.phases.load import Loader
from runner.postgres import build, renewal
from runner.postgres.renewal import Room, Stale
from runner.run import Run
from runner.runs import inheritance
from runner.settings import Address
from runner.systems import all_systems

KRATOS = next(system for system in all_systems() if system.name == "kratos")
MAPPINGS = mapping.of_system(KRATOS, rules.read())
WHERE = Address("postgresql", "h", 1, "u", SecretStr("p"), "d")
LARGE, SMALL = load._BYTES, 1


@dataclass
class Target:
    """What is asked of dbt and Postgres, in order; `faults` are raised when the named table is filled."""

    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    gate: threading.Event = field(default_factory=threading.Event)
    killed: bool = False
    within: Mapping[str, str] | None = None
    replaced: Collection[str] = ()

    def run(
        self, _: str, tables: Sequence[str], within: Mapping[str, str] | None = None, replaced: Collection[str] = ()
    ) -> list[dbt.NodeResult]:
        """dbt's part."""
        self.within, self.replaced = within, replaced
        self.gate.wait(10)
        self.asked.append(("fill", tuple(tables)))
        for table in tables:
            if self.faults.get(table):
                raise self.faults[table].pop()
        return []

    def kill(self) -> None:
        """The end of dbt, which fails whatever it is at."""
        self.killed = True
        self.gate.set()

    def note(self, what: str) -> Callable[..., list[Any]]:
        """A stand-in for one of Postgres's steps."""

        def noted(*arguments: Any) -> list[Any]:
            tables = next((one for one in arguments if isinstance(one, Mapping)), {})
            self.asked.append((what, tuple(sorted(tables))))
            return []

        return noted

    def of(self, what: str) -> list[tuple[str, ...]]:
        """The tables of each time that a step was asked for."""
        return [tables for asked, tables in self.asked if asked == what]


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Target:
    made = Target()
    made.gate.set()
    for step in ("prepare", "add_keys", "add_foreign_keys", "analyze", "complete"):
        monkeypatch.setattr(build, step, made.note(step))
    monkeypatch.setattr(build, "set_sequences", lambda *_: {})
    return made


@pytest.fixture
def loader(target: Target, tmp_path: Path) -> Iterator[Loader]:
    run = Run("0195", tmp_path)
    run.write_result("stage", "kratos", {"tables": {table: {"bytes": 1} for table in MAPPINGS}})
    made = loader_of(run, target, MAPPINGS)
    yield made
    made.close()


def loader_of(run: Run, target: Target, tables: Collection[str]) -> Loader:
    chosen = {table: MAPPINGS[table] for table in tables}
    return Loader(run, KRATOS, WHERE, chosen, target, 2)  # type: ignore[arg-type]


def test_everything_is_filled_keyed_and_analyzed_once(loader: Loader, target: Target) -> None:
    for table in list(MAPPINGS)[:9]:
        loader.landed(table, LARGE if table == "identities" else SMALL)
    loader.finish()
    for step in ("fill", "analyze"):
        assert sorted(table for tables in target.of(step) for table in tables) == sorted(MAPPINGS)
    # Tables that keep the target's rows are not filled, but are as complete as the others.
    assert sorted(table for tables in target.of("add_keys") for table in tables) == sorted(KRATOS.target_catalog.tables)
    assert len(target.of("prepare")) == 1
    assert target.asked[-2][0] == "add_foreign_keys"
    assert target.asked[-1][0] == "complete"
    assert set(loader.run.read_result("load", "kratos")) >= {"tables", "constraints", "sequences", "complete"}


def test_a_wave_begins_with_enough_bytes_or_tables_and_not_before(loader: Loader, target: Target) -> None:
    tables = list(MAPPINGS)
    loader.landed(tables[0], LARGE - 2)
    loader.landed(tables[1], SMALL)
    assert not loader._waves
    loader.landed(tables[2], SMALL)
    assert list(loader._waves) == [tuple(tables[:3])]
    for table in tables[3 : 3 + load._TABLES]:
        loader.landed(table, SMALL)
    assert list(loader._waves)[1:] == [tuple(tables[3 : 3 + load._TABLES])]
    for future in loader._waves.values():
        future.result(10)
    assert len(target.of("fill")) == 2


def test_a_wave_is_keyed_only_when_it_is_filled(loader: Loader, target: Target) -> None:
    loader.landed("identities", LARGE)
    loader.finish()
    steps = [what for what, tables in target.asked if "identities" in tables]
    assert steps == ["fill", "add_keys", "analyze", "add_foreign_keys"]


def test_what_failed_ahead_is_all_done_again(loader: Loader, target: Target) -> None:
    target.faults["identities"] = [ViolationError("the target restarts")]
    loader.landed("identities", LARGE)
    loader.finish()
    again = max(number for number, (what, _) in enumerate(target.asked) if what == "prepare")
    filled = [table for what, tables in target.asked[again:] if what == "fill" for table in tables]
    assert sorted(filled) == sorted(MAPPINGS)
    assert loader.run.read_result("load", "kratos")["complete"]


def test_a_fault_of_the_data_is_told(loader: Loader, target: Target) -> None:
    target.faults["identities"] = [ViolationError("told"), ViolationError("as seen ahead")]
    loader.landed("identities", LARGE)
    with pytest.raises(ViolationError, match=r"^told$"):
        loader.finish()
    assert not loader.run.has_result("load", "kratos")
    assert target.of("complete") == target.of("add_foreign_keys") == []


def test_a_fault_at_the_end_is_told_at_once(loader: Loader, target: Target) -> None:
    target.faults["identities"] = [ViolationError("never raised"), ViolationError("told")]
    with pytest.raises(ViolationError, match=r"^told$"):
        loader.finish()
    assert len(target.of("prepare")) == 1


def test_an_earlier_proof_is_dropped_before_build_is_made_anew(loader: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    loader.run.write_result("verify", "kratos", {"proved": True})
    proved: list[bool] = []
    monkeypatch.setattr(build, "prepare", lambda *_: proved.append(loader.run.has_result("verify", "kratos")))
    loader.landed("identities", LARGE)
    loader.finish()
    assert proved == [False]


def test_closing_waits_for_what_is_under_way_and_leaves_the_rest(loader: Loader, target: Target) -> None:
    target.gate.clear()
    for table in list(MAPPINGS)[:5]:
        loader.landed(table, LARGE)
    threading.Timer(0.1, target.gate.set).start()
    loader.close()
    assert len(target.of("fill")) == load._THREADS
    assert not target.killed


def test_closing_at_once_ends_dbt(loader: Loader, target: Target) -> None:
    target.gate.clear()
    loader.landed("identities", LARGE)
    loader.close(at_once=True)
    assert target.killed


def test_chosen_tables_get_no_constraints_and_are_not_complete(target: Target, tmp_path: Path) -> None:
    run = Run("0195", tmp_path)
    run.write_result("stage", "kratos", {"tables": {"identities": {"bytes": 1}}})
    loader = loader_of(run, target, ["identities"])
    loader.landed("identities", LARGE)
    loader.finish()
    loader.close()
    assert {what for what, _ in target.asked} == {"prepare", "fill", "analyze"}
    assert not run.read_result("load", "kratos")["complete"]


def test_a_table_that_was_not_staged(loader: Loader) -> None:
    staged = {table: {"bytes": 1} for table in MAPPINGS if table != "identities"}
    loader.run.write_result("stage", "kratos", {"tables": staged})
    with pytest.raises(UsageError, match=r"run 0195 staged no kratos\.identities: add --table, or stage it first"):
        loader.finish()


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
