"""Tables are loaded in waves: what goes when, what a failure ahead means, and what nothing may skip."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from runner.errors import UsageError, ViolationError
from runner.phases import load
from runner.phases.load import Loader
from runner.postgres import build
from runner.run import Run
from tests.unit.phases.load.loading import KRATOS, LARGE, MAPPINGS, SMALL, Target, loader_of


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
