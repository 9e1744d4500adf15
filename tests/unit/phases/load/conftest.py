"""A target that notes what it is asked for, and a loader that fills it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.phases.load import Loader
from runner.postgres import build
from runner.run import Run
from tests.unit.phases.load.loading import MAPPINGS, Target, loader_of


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
